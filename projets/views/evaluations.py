"""Les dossiers d'une personne qui évalue : déclarer, lire, noter; puis la note, critère par critère, pour la Table."""

import json
from functools import partial

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.models import Role
from alliances.models.mandats import droits_de
from alliances.permissions import peut_confier
from projets.forms.evaluations import ConflitReconnuForm, DeclarationForm, NotesForm
from projets.models import evaluations, interets
from projets.models.evaluations import RIVALE
from projets.notifications.demandes import annoncer_le_conflit
from projets.permissions import peut
from projets.regles.lecture import montage_de
from projets.views import pieces
from projets.views.reperes import RELATIONS, demande_visible, reperes
from projets.views.selection import QUESTIONS
from socle.acces import Refus, exiger
from socle.pages.gestes import donnees_de, page_de_geste

SANS_INSTANCE = Refus(
    "Évaluer des initiatives revient aux membres d’une instance que la coordination y invite."
)


def _refus(utilisateur):
    return None if Role.EVALUATION in droits_de(utilisateur).roles else SANS_INSTANCE


def dossier_a_evaluer(request, pk):
    """L'initiative à évaluer par cette personne; 404 si elle n'est pas de ses instances, 403 si elle y est rivale."""
    return _trouver(request, evaluations.a_evaluer_par(request.user), pk)


def _trouver(request, lisibles, pk):
    initiative = lisibles.select_related(*RELATIONS).filter(pk=pk).first()
    if initiative is None:
        rivale = evaluations.rivales_refusees_a(request.user).filter(pk=pk).exists()
        exiger(Refus(RIVALE) if rivale else None)
        raise Http404("Ce dossier n’est pas à évaluer par cette personne.")
    return initiative


@require_safe
def dossiers(request):
    """Les siens : ce qui attend sa déclaration, puis ses notes."""
    exiger(_refus(request.user))
    siennes = evaluations.avec_avancement(evaluations.a_evaluer_par(request.user), request.user)
    siennes = siennes.select_related("organisme", "appel").order_by("appel", "numero")
    decidees = evaluations.decidees_notees_par(request.user).select_related("organisme", "appel")
    lignes = [(i, _situation(i)) for i in siennes]
    lignes += [(i, ("Décision prise", "neutre", _notation(i))) for i in decidees.order_by("appel", "numero")]
    rivales = evaluations.appels_ou_rivale(request.user)
    return render(request, "projets/evaluations/dossiers.html", {"lignes": lignes, "rivales": rivales})


def _notation(initiative):
    return reverse("projets:notation", args=[initiative.pk])


def _situation(initiative):
    """(ce qui reste, genre de la pastille, adresse où aller)."""
    if initiative.conflit is None:
        return "À déclarer", "afaire", reverse("projets:declaration", args=[initiative.pk])
    if initiative.conflit:
        return "Conflit déclaré", "neutre", ""
    libelle, genre = ("À noter", "afaire") if initiative.reste_a_noter else ("Notée", "bien")
    return libelle, genre, _notation(initiative)


def _reperes(initiative):
    retour = reverse("projets:dossiers")
    return reperes(initiative) | {"etapes": [("Dossiers à évaluer", retour)], "retour": retour}


def _ou_apres(initiative):
    """Sans conflit, le dossier s'ouvre aussitôt; sinon, la liste des autres."""
    return lambda declaree: reverse("projets:dossiers") if declaree.conflit else _notation(initiative)


def declaration(request, pk):
    """La première; ensuite, le seul changement permis : un conflit découvert à la lecture."""
    initiative = dossier_a_evaluer(request, pk)
    if initiative.declarations.filter(personne=request.user, conflit=False).exists():
        return _conflit_reconnu(request, initiative)
    return page_de_geste(
        request,
        partial(evaluations.declarer, initiative),
        refus=None,
        form=DeclarationForm(donnees_de(request)),
        ensuite=annoncer_le_conflit,
        gabarit="projets/evaluations/declaration.html",
        libelle="Déclarer",
        fait="Votre déclaration est inscrite.",
        annuler=reverse("projets:dossiers"),
        empechements=evaluations.empechements_a_declarer(initiative, request.user),
        titre="Déclarer mes intérêts",
        **_reperes(initiative) | {"retour": _ou_apres(initiative)},
    )


def _conflit_reconnu(request, initiative):
    return page_de_geste(
        request,
        partial(interets.reconnaitre, initiative),
        refus=None,
        form=ConflitReconnuForm(donnees_de(request)),
        ensuite=annoncer_le_conflit,
        gabarit="projets/evaluations/conflit.html",
        libelle="Déclarer un conflit",
        fait="Votre conflit est inscrit. La Table demandera à une autre personne.",
        empechements=interets.empechements_a_reconnaitre(initiative, request.user),
        danger=True,
        titre="Déclarer un conflit d’intérêts",
        annuler=_notation(initiative),
        **_reperes(initiative),
    )


def notation(request, pk):
    """Le dossier entier, et la grille; les notes se changent jusqu'à la décision, et se relisent ensuite."""
    lisibles = evaluations.avec_avancement(evaluations.lisibles_par(request.user), request.user)
    initiative = _trouver(request, lisibles, pk)
    notes = initiative.notes.filter(personne=request.user) if initiative.etat != "admissible" else ()
    empechements = evaluations.empechements_a_noter(initiative, request.user)
    form = NotesForm(donnees_de(request), initiative=initiative, personne=request.user)
    return page_de_geste(
        request,
        partial(evaluations.evaluer, initiative),
        refus=None,
        form=form,
        gabarit="projets/evaluations/notation.html",
        libelle="Enregistrer mes notes",
        fait="Vos notes sont enregistrées.",
        empechements=empechements,
        empeche="Ce dossier ne se note pas",
        titre=f"Évaluer «\xa0{initiative}\xa0»",
        ici="Évaluer",
        annuler=reverse("projets:dossiers"),
        a_declarer=initiative.conflit is None,
        recues=json.dumps({"notes": form.revision}),
        notes=notes and notes.select_related("critere"),
        **_reperes(initiative) | {"objet_en_mots": initiative.numero, "retour": partial(_ensuite, request)},
        **({} if empechements else _lecture(request.user, initiative)),
    )


def _lecture(utilisateur, initiative):
    """La demande entière, pour la seule personne à qui elle s'ouvre."""
    jointes = initiative.lire(aussi=pieces.du_depot(utilisateur, initiative))
    return {
        "montage": montage_de(initiative),
        "pieces": initiative.pieces_demandees(),
        "jointes": pieces.lignes_des(*jointes),
        "questions": QUESTIONS,
    }


def _ensuite(request, initiative):
    """Sous le critère dont on a pris le bouton; à la liste, par celui du bas."""
    ici = request.POST.get("ici", "")
    return f"{_notation(initiative)}#critere-{ici}" if ici.isdigit() else reverse("projets:dossiers")


@require_safe
def synthese(request, pk):
    """La note retenue, celle de chaque personne, et ce qui se discute; pour la Table seulement."""
    initiative = demande_visible(request, pk)
    exiger(peut(request.user, "lire-les-notes", initiative))
    visibles = evaluations.NoteCritere.objects.visibles_par(request.user).filter(initiative=initiative)
    notes = visibles.select_related("critere", "personne").order_by("critere__rang", "personne")
    note = evaluations.note_de(initiative)
    return render(
        request,
        "projets/evaluations/synthese.html",
        reperes(initiative)
        | {
            "note": note,
            "commentaires": notes.retenues().exclude(commentaire=""),
            "avancements": interets.avancements(initiative, notes, len(note.criteres)),
            "peut_inviter": peut_confier(request.user, Role.EVALUATION) is None,
        },
    )
