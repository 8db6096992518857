"""Le suivi d'une initiative sous protocole : la page de son organisme, que la Table lit aussi, et ce qu'on y écrit."""

from functools import partial

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from projets.models import ObjectifInitiative
from projets.protocoles.forms.suivi import ChangementForm, NoteForm, ReponseAuChangementForm
from projets.protocoles.models import ChangementDemande, NoteDeSuivi, PieceNote
from projets.protocoles.models.protocoles import LUS_DE_L_ORGANISME
from projets.protocoles.notifications.suivi import (
    annoncer_la_demande,
    annoncer_la_note,
    annoncer_la_reponse,
)
from projets.protocoles.permissions import cote_du_suivi, peut, peut_noter
from projets.protocoles.views.reperes import adresse, onglets_de, protocole_visible, reperes
from projets.protocoles.views.suites import ne_signe_pas
from projets.protocoles.views.suivi_lu import Suivi
from projets.views.initiatives import pastille_de
from socle.pages.gestes import donnees_de, envoye, page_de_geste
from socle.pages.pieces import telechargement

piece_de_note = telechargement(PieceNote)


@require_safe
def suivi(request, pk):
    """Avant la transmission, il n'y a que le protocole à préparer."""
    protocole = protocole_visible(request, pk, "initiative__en_charge")
    if protocole.etat not in LUS_DE_L_ORGANISME:
        return redirect("protocoles:protocole", pk)
    cote = cote_du_suivi(request.user, protocole)
    ecrit = bool(cote) and not NoteDeSuivi.empechements_a_ecrire(protocole)
    en_vigueur = not ChangementDemande.empechements_a_demander(protocole)
    return render(
        request,
        "protocoles/suivi/suivi.html",
        _reperes(protocole)
        | {
            "onglets": onglets_de(protocole),
            "suivi": Suivi(protocole),
            "etat": pastille_de(protocole.initiative.etat),
            "qui": ne_signe_pas(request.user, protocole),
            "de_l_organisme": cote == "organisme",
            "ecrit": ecrit,
            "demande": cote == "organisme" and en_vigueur,
            "repond": en_vigueur and peut(request.user, "repondre-changement", protocole) is None,
            "ouvre": en_vigueur and peut(request.user, "preparer-avenant-protocole", protocole) is None,
        },
    )


def _reperes(protocole):
    """Du suivi, le fil dit l'initiative; ses gestes y reviennent."""
    communs, ici = reperes(protocole), adresse(protocole, "suivi")
    etapes = [*communs["etapes"][:-1], ("Suivi", ici)]
    return communs | {"etapes": etapes, "retour": ici, "revenir": "Revenir au suivi"}


def note(request, pk):
    protocole = protocole_visible(request, pk)
    objectifs = ObjectifInitiative.objects.filter(initiative=protocole.initiative_id).order_by("rang", "pk")
    return page_de_geste(
        request,
        partial(NoteDeSuivi.ecrire, protocole, cote=cote_du_suivi(request.user, protocole)),
        refus=peut_noter(request.user, protocole),
        form=NoteForm(*envoye(request), objectifs=objectifs),
        ensuite=annoncer_la_note,
        gabarit="layout/saisie.html",
        libelle="Écrire la note",
        titre="Écrire une note",
        ici="Note",
        fait="La note est écrite. L’autre partie la lira ici.",
        empechements=NoteDeSuivi.empechements_a_ecrire(protocole),
        **_reperes(protocole),
    )


def changement(request, pk):
    protocole = protocole_visible(request, pk)
    return page_de_geste(
        request,
        partial(ChangementDemande.demander, protocole),
        refus=peut(request.user, "demander-changement", protocole),
        form=ChangementForm(donnees_de(request)),
        ensuite=annoncer_la_demande,
        gabarit="layout/saisie.html",
        libelle="Envoyer la demande",
        titre="Demander un changement",
        ici="Changement",
        fait="La demande est envoyée. La Table vous répondra ici.",
        empechements=ChangementDemande.empechements_a_demander(protocole),
        **_reperes(protocole),
    )


def reponse(request, pk):
    visibles = ChangementDemande.objects.visibles_par(request.user).select_related("demande_par")
    changement = get_object_or_404(visibles, pk=pk)
    changement.protocole = protocole = protocole_visible(request, changement.protocole_id)
    return page_de_geste(
        request,
        changement.repondre,
        refus=peut(request.user, "repondre-changement", protocole),
        form=ReponseAuChangementForm(donnees_de(request)),
        ensuite=annoncer_la_reponse,
        gabarit="protocoles/suivi/reponse.html",
        libelle="Répondre",
        titre="Répondre à un changement demandé",
        ici="Réponse",
        fait="La réponse est envoyée.",
        empechements=changement.empechements_a_repondre(),
        changement=changement,
        **_reperes(protocole),
    )
