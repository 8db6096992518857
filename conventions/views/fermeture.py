"""Fermer une convention : la clore, ou la résilier; et l'état de règlement."""

from functools import partial

from django.shortcuts import get_list_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conventions import travaux
from conventions.forms.gestes import ClotureForm, ResiliationForm
from conventions.models import Avenant, EcheanceVersement, LigneReglement, Obligation, Transfert
from conventions.notifications.conventions import annoncer_convention
from conventions.permissions import peut
from conventions.regles.sommes import a_rendre
from conventions.views.gestes import convention_visible, reperes
from socle.pages.gestes import donnees_de, page_de_geste
from socle.valeurs.argent import ZERO
from socle.valeurs.exercice import Exercice

PAGES = {EcheanceVersement: "echeance", Transfert: "transfert", Avenant: "avenant"}


def cloture(request, pk):
    """Tout est rendu : la convention est close, et se lit toujours."""
    convention = convention_visible(request, pk)
    form = ClotureForm(donnees_de(request), convention=convention)
    hors_d_etat = convention.empechements_a_resilier()
    obstacles = [] if hors_d_etat else convention.obstacles_a_clore()
    return page_de_geste(
        request,
        convention.clore,
        refus=peut(request.user, "fermer", convention),
        form=form,
        gabarit="conventions/cloture.html",
        libelle="Clore la convention",
        fait="La convention est close.",
        empechements=hors_d_etat or [phrase for phrase, _ in obstacles],
        ensuite=partial(annoncer_convention, evenement="cloture"),
        obstacles=[(phrase, _ou(convention, objet)) for phrase, objet in obstacles],
        soldes=form.soldes,
        **reperes(convention),
    )


def _ou(convention, objet):
    """La page où cet obstacle se règle."""
    for modele, page in PAGES.items():
        if isinstance(objet, modele):
            return reverse(f"conventions:{page}", args=[objet.pk])
    if isinstance(objet, Obligation):
        return reverse("conventions:obligations", args=[convention.pk])
    return f"{reverse('conventions:enveloppes', args=[convention.pk])}?exercice={objet.an}"


def resiliation(request, pk):
    """Avant terme, avec un motif et un règlement."""
    convention = convention_visible(request, pk)
    form = ResiliationForm(donnees_de(request), convention=convention)
    return page_de_geste(
        request,
        convention.resilier,
        refus=peut(request.user, "fermer", convention),
        form=form,
        gabarit="conventions/resiliation.html",
        libelle="Résilier la convention",
        fait="La convention est résiliée.",
        empechements=convention.empechements_a_resilier(),
        ensuite=_suites_de_la_resiliation,
        danger=True,
        dues=convention.obligations.dues(),
        versements=convention.echeances.en_chemin().order_by("rang"),
        demandes=convention.transferts.en_attente().select_related("de__territoire", "vers__territoire"),
        avenants=convention.avenants.ouverts(),
        etat=_tableau(reglement := convention.etat_du_reglement(form.sommes)),
        provenances=_provenances((ligne.an, ligne.recu, ligne.a_recuperer) for ligne in reglement),
        **reperes(convention),
    )


def _suites_de_la_resiliation(convention, *, par):
    """Le règlement se rend, et chacun l'apprend."""
    travaux.demander_reglement(convention)
    annoncer_convention(convention, "resiliation", par=par)


COMPTES = {
    "convenu": "Convenu",
    "recu": "Reçu",
    "recupere": "Récupéré",
    "annule": "À recevoir, annulé",
    "a_verser": "À verser",
    "reporte": "Venu d’autres exercices",
    "verse": "Versé aux porteurs",
    "depense": "Dépensé par la Table",
    "remis": "Remis aux territoires",
    "reserve": "Réservé",
    "engage": "Engagé",
    "a_recuperer": "À récupérer",
}

RARES = ("Récupéré", "Venu d’autres exercices", "Réservé")  # nulle partout, la rangée ne dirait rien


def _tableau(lignes):
    """L'état en chiffres : une colonne par exercice, puis le total; une rangée par compte."""
    exercices = [str(ligne.exercice) for ligne in lignes]
    rangees = [(titre, [getattr(ligne, champ) for ligne in lignes]) for champ, titre in COMPTES.items()]
    return {
        "exercices": [*exercices, "Total"],
        "rangees": [
            (titre, list(zip([*exercices, "Total"], [*montants, sum(montants, ZERO)], strict=True)))
            for titre, montants in rangees
            if titre not in RARES or any(montants)
        ],
    }


def _provenances(exercices):
    """[(exercice qui l'a reçu, exercice où il est, dollars)], pour les pages."""
    return [(Exercice(recu), Exercice(ou), montant) for recu, ou, montant in a_rendre(list(exercices))]


@require_safe
def reglement(request, pk):
    """L'état de règlement d'une convention résiliée : à ce jour-là, puis ce qui reste à récupérer et à payer."""
    convention = convention_visible(request, pk)
    lignes = get_list_or_404(LigneReglement.objects.visibles_par(request.user), convention=convention)
    sommes = convention.sommes()
    return render(
        request,
        "conventions/reglement.html",
        reperes(convention)
        | {
            "etat": _tableau(lignes),
            "provenances": _provenances((ligne.an, ligne.recu, ligne.a_recuperer) for ligne in lignes),
            "restent": _provenances((s.an, s.recu, s.disponible) for s in sommes),
            "a_recuperer": sum((s.disponible for s in sommes), ZERO),
            "a_verser": sum((s.a_recevoir for s in sommes), ZERO),
            "promesses": convention.promesses(),
            "peut_recuperer": peut(request.user, "recuperer", convention) is None,
        },
    )
