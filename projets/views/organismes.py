"""Mes organismes : qui en est et ce qu'il peut, leur dossier; inviter, retirer, partir, demander à engager."""

from collections import defaultdict
from functools import partial

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.forms.mandats import PersonneForm, ResolutionForm
from alliances.models import DemandeDAdhesion, DemandeDEngagement, Mandat, Organisme, equipes
from alliances.models import adhesions as gestes
from alliances.models.adhesions import organismes_de
from alliances.models.confiance import INVITATION_EN_ATTENTE
from alliances.models.roles import DE_L_ORGANISME, Role
from alliances.notifications import annoncer_la_demande
from projets.forms.organismes import DepartForm, InvitationAAnnulerForm
from projets.models import PieceOrganisme
from projets.notifications.organismes import (
    annoncer_l_invitation,
    annoncer_le_depart,
    annoncer_le_retrait_du_membre,
)
from projets.permissions import peut, peut_pour_l_organisme
from projets.views.reperes import demande_visible, reperes
from socle.pages.gestes import donnees_de, envoye, page_de_geste
from socle.texte.typographie import a, de


@require_safe
def mes_organismes(request):
    """Ceux où la personne rédige ou engage, qui en est, leur dossier, et ce qu'elle a demandé."""
    tenus = Mandat.objects.en_titre().filter(role__in=DE_L_ORGANISME).exclude(INVITATION_EN_ATTENTE)
    tenus = tenus.select_related("utilisateur", "nomme_par", "confirme_par")
    siens = Organisme.objects.filter(pk__in=organismes_de(request.user)).select_related("territoire")
    siens = list(siens.prefetch_related(Prefetch("mandats", tenus, to_attr="tenus")))
    dossiers, invitees = _dossiers(request.user, siens), _invitees(siens)
    return render(
        request,
        "projets/organismes.html",
        {
            "organismes": [
                (o, _membres(o, request.user), invitees[o.pk], dossiers.get(o.pk, {}).values()) for o in siens
            ],
            "adhesions": _demandees(DemandeDAdhesion, request.user),
            "engagements": _demandees(DemandeDEngagement, request.user),
        },
    )


def _membres(organisme, par):
    """[(mandat, vrai si `par` peut l'en retirer)]."""
    refus = partial(gestes.empechements_a_retirer_le_membre, par=par, tenus=organisme.tenus)
    return [(m, not refus(m)) for m in organisme.tenus]


def _invitees(organismes):
    """{organisme: [adresses dont on attend la réponse]}."""
    adresses = defaultdict(list)
    for organisme, adresse, *_ in equipes.invitations_en_attente(organismes):
        adresses[organisme].append(adresse)
    return adresses


def _dossiers(personne, organismes):
    """{organisme: {nature: la pièce la plus récente}}."""
    lues = PieceOrganisme.objects.visibles_par(personne).filter(organisme__in=organismes)
    dossiers = {}
    for piece in lues.avec_appui().order_by("-televersee_le", "-pk"):
        dossiers.setdefault(piece.organisme_id, {}).setdefault(piece.nature, piece)
    return dossiers


def _demandees(modele, personne):
    return modele.objects.filter(demandee_par=personne).select_related("organisme", "decidee_par")


def _le_sien(request, pk):
    """L'organisme; 404 à qui n'en est pas."""
    return get_object_or_404(Organisme.objects.filter(pk__in=organismes_de(request.user)), pk=pk)


def _page(request, organisme, geste, **options):
    retour = reverse("projets:mes_organismes")
    reperes_de = {"objet_en_mots": str(organisme), "organisme": organisme, "retour": retour}
    return page_de_geste(
        request,
        geste,
        refus=peut_pour_l_organisme(request.user, "rediger", organisme),
        etapes=[("Mes organismes", retour)],
        **reperes_de | options,
    )


def invitation(request, pk):
    organisme = _le_sien(request, pk)
    return _page(
        request,
        organisme,
        partial(equipes.inviter_un_membre, organisme),
        form=PersonneForm(donnees_de(request)),
        ensuite=annoncer_l_invitation,
        gabarit="projets/organismes/invitation.html",
        libelle="Inviter",
        titre="Inviter une personne",
        fait="Une invitation est envoyée à cette adresse.",
    )


def invitation_annulation(request, pk):
    organisme = _le_sien(request, pk)
    adresses = equipes.annulables_par(organisme, request.user)
    return _page(
        request,
        organisme,
        partial(equipes.annuler_une_invitation, organisme),
        form=InvitationAAnnulerForm(donnees_de(request), adresses=adresses),
        empechements=equipes.empechements_a_annuler_une_invitation(organisme, request.user),
        libelle="Annuler l’invitation",
        titre="Annuler une invitation",
        fait="L’invitation est annulée.",
        danger=True,
    )


def membre_retrait(request, pk):
    """Retirer l'accès d'une personne qui rédige."""
    siens = Mandat.objects.en_titre().filter(organisme__in=organismes_de(request.user), role=Role.PORTEUR)
    siens = siens.exclude(INVITATION_EN_ATTENTE).select_related("utilisateur", "organisme")
    mandat = get_object_or_404(siens, pk=pk)
    return _page(
        request,
        mandat.organisme,
        partial(gestes.retirer_le_membre, mandat),
        empechements=gestes.empechements_a_retirer_le_membre(mandat, request.user),
        ensuite=annoncer_le_retrait_du_membre,
        gabarit="projets/organismes/membre_retrait.html",
        libelle="Retirer l’accès",
        fait=f"{mandat.utilisateur} n’a plus accès {a(mandat.organisme)}.",
        danger=True,
        personne=mandat.utilisateur,
    )


def depart(request, pk):
    organisme = _le_sien(request, pk)
    derniere = gestes.est_la_derniere(organisme, request.user)
    return _page(
        request,
        organisme,
        partial(gestes.quitter, organisme),
        form=DepartForm(donnees_de(request)) if derniere else None,
        empechements=gestes.empechements_a_quitter(organisme, request.user),
        ensuite=annoncer_le_depart,
        gabarit="projets/organismes/depart.html",
        libelle="Quitter l’organisme",
        fait=f"Vous n’êtes plus {de(organisme)}.",
        danger=True,
        derniere=derniere,
        retour=reverse("pilotage:accueil"),
        annuler=reverse("projets:mes_organismes"),
    )


def engagement(request, pk):
    """Demander à engager l'organisme de cette demande : la Table de l'appel répond."""
    initiative = demande_visible(request, pk)
    organisme = initiative.organisme
    return page_de_geste(
        request,
        partial(DemandeDEngagement.demander, organisme, alliance=initiative.alliance),
        refus=peut(request.user, "rediger", initiative),
        form=ResolutionForm(*envoye(request)),
        empechements=DemandeDEngagement.empechements_a_demander(organisme, request.user, initiative.alliance),
        ensuite=annoncer_la_demande,
        gabarit="projets/demande/engagement.html",
        libelle="Envoyer la résolution",
        titre="Demander à engager mon organisme",
        fait="La résolution est envoyée à la Table. Un courriel vous dira la réponse.",
        **reperes(initiative) | {"retour": reverse("projets:mes_organismes")},
    )
