"""La décision du Ministère : approuver ou refuser, sur une page qui montre tout ce qui la fonde."""

from functools import partial

from django.views.decorators.http import require_http_methods

from alliances.plans import regles
from alliances.plans.comparaison import comparer, resume
from alliances.plans.forms.examen import ApprobationForm, RefusForm
from alliances.plans.models import VersionPlan
from alliances.plans.permissions import peut
from alliances.plans.views.examen import bilan, reperes, version_a_examiner
from alliances.plans.views.gestes import suites
from alliances.plans.views.lacunes import compter_les_non_lues, lacunes, lectures_de_l_etat
from alliances.plans.views.parties import contenus_de
from socle.pages.gestes import envoye, page_de_geste


def _fondement(version):
    """L'avis, la liste de contrôle et les différences avec la version en vigueur."""
    dernier = version.instantanes.last()
    contenu = dernier.contenu
    lectures = lectures_de_l_etat(version)
    cites = {dernier.precedent_id, *(numero for _, numero in lectures)} - {dernier.pk}
    contenus = {dernier.pk: contenu} | contenus_de(cites)
    en_vigueur = contenus.get(dernier.precedent_id)
    comparaison = comparer(en_vigueur, contenu) if en_vigueur else None
    controle = bilan(version)
    return {
        "controle": controle,
        "lacunes": lacunes(
            version, controle["vus"], compter_les_non_lues(version, lectures, contenus, contenu)
        ),
        "conformite": regles.decompte(regles.constats(contenu)),
        "en_vigueur": en_vigueur and en_vigueur["version"],
        "comparaison": comparaison,
        "resume": resume(comparaison) if comparaison else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
def approbation(request, pk):
    """Approuver : la version entre en vigueur et remplace la précédente."""
    version = version_a_examiner(request, pk, VersionPlan.objects.select_related("avis_par", "analyse_par"))
    return page_de_geste(
        request,
        version.approuver,
        refus=peut(request.user, "approuver", version),
        form=ApprobationForm(*envoye(request), version=version),
        gabarit="plans/examen/approbation.html",
        libelle="Approuver le plan",
        fait="Le plan est approuvé : cette version est en vigueur.",
        empechements=version.empechements_a_decider_par(request.user),
        ensuite=partial(suites, evenement="approbation"),
        **_fondement(version),
        **reperes(version),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def refus(request, pk):
    """Refuser, avec un motif; la version en vigueur, s'il y en a une, le reste."""
    version = version_a_examiner(request, pk, VersionPlan.objects.select_related("avis_par", "analyse_par"))
    return page_de_geste(
        request,
        version.refuser,
        refus=peut(request.user, "refuser", version),
        form=RefusForm(*envoye(request), version=version),
        gabarit="plans/examen/refus.html",
        libelle="Refuser le plan",
        fait="Le plan est refusé. La Table en a le motif.",
        empechements=version.empechements_a_decider_par(request.user),
        ensuite=partial(suites, evenement="refus"),
        danger=True,
        **_fondement(version),
        **reperes(version),
    )
