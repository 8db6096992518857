"""Fermer une convention : la clore, ou la résilier."""

from conventions.forms.gestes import ClotureForm, ResiliationForm
from conventions.views.gestes import confirmer, convention_visible
from socle.gestes import envoye


def cloture(request, pk):
    """Tout est rendu : la convention est close, et se lit toujours."""
    convention = convention_visible(request, pk)
    return confirmer(
        request,
        convention,
        geste="fermer",
        methode=convention.clore,
        form=ClotureForm(envoye(request)[0], convention=convention),
        gabarit="conventions/cloture.html",
        libelle="Clore la convention",
        fait="La convention est close.",
        empechements=convention.empechements_a_clore(),
        evenement="cloture",
    )


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
