"""Ce que personne, à l'État, n'a lu ni contrôlé : on le dit fort à qui va se prononcer."""

from django.db.models import Q

from alliances.plans.models import ControleExamen, Instantane, LectureSection
from alliances.plans.views.parties import LUE, etat_de_lecture, parties
from socle.texte.typographie import pluriel

ELEMENTS = 15


def lacunes(version, vus=None, non_lues=None):
    """Les phrases à dire avant de se prononcer; aucune si tout est lu, contrôlé et l'analyse terminée.

    `vus`, `non_lues` : le nombre d'éléments contrôlés, de parties que personne n'a lues, si la page les a déjà comptés.
    """
    inachevee = [] if version.analyse_le else ["L’analyse n’est pas déclarée terminée."]
    return inachevee + lacunes_de_l_analyse(version, vus, non_lues)


def lacunes_de_l_analyse(version, vus=None, non_lues=None):
    """De même, pour qui s'apprête à déclarer l'analyse terminée."""
    phrases = []
    if non_lues is None:
        non_lues = _non_lues(version)
    if non_lues:
        total = len(parties(version))
        phrases.append(
            f"{non_lues} section{pluriel(non_lues)} sur {total} que personne, à l’État, n’a marquée{pluriel(non_lues)} "
            "comme lue" + pluriel(non_lues) + "."
        )
    if vus is None:
        vus = ControleExamen.objects.filter(version=version, tour=version.tour).count()
    if vus < ELEMENTS:
        phrases.append(
            f"Liste de contrôle\u00a0: {vus} élément{pluriel(vus)} sur {ELEMENTS} contrôlé{pluriel(vus)}."
        )
    return phrases


def _non_lues(version):
    lectures = lectures_de_l_etat(version)
    depots = Q(version=version.pk, circonstance="depot") | Q(pk__in={numero for _, numero in lectures})
    lus = list(Instantane.objects.filter(depots).order_by("pk").values_list("pk", "version", "contenu"))
    contenus = {numero: contenu for numero, _, contenu in lus}
    courant = next((contenu for _, pk, contenu in reversed(lus) if pk == version.pk), None)
    return compter_les_non_lues(version, lectures, contenus, courant)


def lectures_de_l_etat(version):
    """[(partie, numéro de l'instantané où quelqu'un l'a lue)]."""
    return list(LectureSection.objects.filter(plan=version.plan_id).values_list("code", "instantane_id"))


def compter_les_non_lues(version, lectures, contenus, courant):
    """Combien de parties personne n'a lues telles qu'elles sont déposées."""
    lues = {code for code, lu in lectures if etat_de_lecture(code, {code: lu}, contenus, courant) == LUE}
    return len(parties(version).keys() - lues)
