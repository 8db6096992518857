"""Fermer une convention : la clore, ou la résilier."""

from functools import partial

from django.urls import reverse

from conventions.forms.gestes import ClotureForm, ResiliationForm
from conventions.models import Avenant, EcheanceVersement, Obligation, Transfert
from conventions.notifications.conventions import annoncer_convention
from conventions.permissions import peut
from conventions.views.gestes import convention_visible, reperes
from socle.pages.gestes import donnees_de, page_de_geste

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
    return page_de_geste(
        request,
        convention.resilier,
        refus=peut(request.user, "fermer", convention),
        form=ResiliationForm(donnees_de(request), convention=convention),
        gabarit="conventions/resiliation.html",
        libelle="Résilier la convention",
        fait="La convention est résiliée.",
        empechements=convention.empechements_a_resilier(),
        ensuite=partial(annoncer_convention, evenement="resiliation"),
        danger=True,
        dues=convention.obligations.dues(),
        **reperes(convention),
    )
