"""Combien d'argent attend l'approbation d'un plan : ce que la page du plan et l'accueil en disent."""

from collections import defaultdict

from conventions.models import Convention, EcheanceVersement
from socle.valeurs.argent import ZERO, en_dollars

PLAN = "plan_approuve"


def ce_que_le_plan_libere(utilisateur, alliances):
    """{clé d'Alliance: phrase} des conventions en vigueur que la personne voit, si de l'argent attend leur plan."""
    prevues = EcheanceVersement.objects.visibles_par(utilisateur).filter(
        etat="prevue", convention__etat=Convention.Etat.SIGNEE, convention__alliance__in=alliances
    )
    manques = defaultdict(list)
    for echeance in prevues.pour_une_rangee().order_by("rang").a_montrer():
        if PLAN in (manque := echeance.manque()):
            manques[echeance.convention.alliance_id].append((echeance, manque == [PLAN]))
    return {alliance: _phrase(siennes) for alliance, siennes in manques.items()}


def _phrase(siennes):
    """« L'approbation du plan libère 1 130 000,00 $; 2 600 000,00 $ de plus l'attendent, à leur date. »"""
    aussitot = sum((echeance.montant for echeance, seul in siennes if seul), ZERO)
    ensuite = sum((echeance.montant for echeance, seul in siennes if not seul), ZERO)
    if not aussitot:
        return f"{en_dollars(ensuite)} attendent l’approbation du plan, puis leur date ou leur rapport."
    suite = f"; {en_dollars(ensuite)} de plus l’attendent, puis leur date ou leur rapport" if ensuite else ""
    return f"L’approbation du plan libère {en_dollars(aussitot)}{suite}."
