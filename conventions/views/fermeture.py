"""Fermer une convention : la clore, ou la résilier."""

from django.urls import reverse

from conventions.forms.gestes import ClotureForm, ResiliationForm
from conventions.models import Avenant, EcheanceVersement, Obligation, Transfert
from conventions.views.gestes import confirmer, convention_visible
from socle.pages.gestes import envoye

PAGES = {EcheanceVersement: "echeance", Transfert: "transfert", Avenant: "avenant"}


def cloture(request, pk):
    """Tout est rendu : la convention est close, et se lit toujours."""
    convention = convention_visible(request, pk)
    form = ClotureForm(envoye(request)[0], convention=convention)
    hors_d_etat = convention.empechements_a_resilier()
    obstacles = [] if hors_d_etat else convention.obstacles_a_clore()
    return confirmer(
        request,
        convention,
        geste="fermer",
        methode=convention.clore,
        form=form,
        gabarit="conventions/cloture.html",
        libelle="Clore la convention",
        fait="La convention est close.",
        empechements=hors_d_etat,
        evenement="cloture",
        contexte={
            "obstacles": [(phrase, _ou(convention, objet)) for phrase, objet in obstacles],
            "soldes": form.soldes,
        },
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
    return confirmer(
        request,
        convention,
        geste="fermer",
        methode=convention.resilier,
        form=ResiliationForm(envoye(request)[0], convention=convention),
        gabarit="conventions/resiliation.html",
        libelle="Résilier la convention",
        fait="La convention est résiliée.",
        empechements=convention.empechements_a_resilier(),
        evenement="resiliation",
        genre_action="danger",
        contexte={"dues": convention.obligations.dues()},
    )
