"""Reprendre ce qui a déjà été écrit : une autre version, ou le plan d'un autre cycle."""

from alliances.plans import canevas
from alliances.plans.forms.gestes import RepriseForm
from alliances.plans.permissions import peut_rediger
from alliances.plans.views.gestes import reperes, suites, version_de_l_alliance
from socle.pages.gestes import donnees_de, page_de_geste


def reprise(request, pk):
    version = version_de_l_alliance(request, pk)
    sources, vides = version.sources_de_reprise(), _sections_vides(version)
    return page_de_geste(
        request,
        version.reprendre,
        refus=peut_rediger(request.user, version),
        form=RepriseForm(donnees_de(request), sources=sources, vides=vides),
        gabarit="plans/redaction/reprise.html",
        libelle="Reprendre",
        fait="La reprise est faite. Relisez tout ce qui est marqué «\u00a0Repris de…\u00a0».",
        empechements=version.empechements_a_reprendre(),
        ensuite=suites,
        titre="Reprendre un texte déjà écrit",
        ici="Reprise",
        empeche="La reprise n’est pas possible maintenant",
        il_y_en_a=sources.exists(),
        vides=vides,
        **reperes(version),
    )


def _sections_vides(version):
    """(code, libellé) des sections encore sans texte."""
    titres = {s.code: s.titre for s in canevas.canevas(version.plan.alliance.cycle.code).sections}
    vides = version.sections.filter(texte="").values_list("code", flat=True)
    return [(code, f"{code} – {titres[code]}") for code in vides]
