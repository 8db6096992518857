"""Ce qu'un paquet que `projets` abrite offre sur les pages d'une initiative, sans que celles-ci le connaissent."""

from django.urls import reverse

_OFFRES, _SUITES = [], []


def offrir(offre):
    """Inscrit une fonction de (personne, initiative) qui rend ses gestes et ses pages; au démarrage d'un paquet."""
    if offre not in _OFFRES:
        _OFFRES.append(offre)


def offres_d_ailleurs(utilisateur, initiative):
    """([(libellé, adresse, s'il est le principal)], [(nom, libellé, adresse)]) : des gestes, et des pages."""
    lues = [offre(utilisateur, initiative) for offre in _OFFRES]
    return [geste for gestes, _ in lues for geste in gestes], [page for _, pages in lues for page in pages]


def dire_la_suite(suite):
    """Inscrit une fonction de (personne, initiatives) qui rend {clé: ce que leur organisme en lit}."""
    if suite not in _SUITES:
        _SUITES.append(suite)


def suites_d_ailleurs(utilisateur, initiatives):
    """{clé d'une initiative: à qui le tour}, pour celles qu'un paquet abrité connaît mieux que `regles.tour`."""
    return {cle: phrase for suite in _SUITES for cle, phrase in suite(utilisateur, initiatives).items()}


def onglets(initiative, pages):
    """[(nom, libellé, adresse)] des pages d'une initiative; celles d'un paquet abrité viennent à la suite."""
    return [
        ("initiative", "L’initiative", reverse("projets:initiative", args=[initiative.pk])),
        ("demande", "La demande", reverse("projets:demande_deposee", args=[initiative.pk])),
        *pages,
    ]
