"""Combien d'argent attend l'approbation d'un plan : ce que la page du plan et l'accueil en disent."""

from collections import defaultdict

from django.db.models import Q

from alliances.models.mandats import droits_de
from conventions.models import Convention, EcheanceVersement
from conventions.models.conventions import MEMBRES
from conventions.models.echeances import sans_plan
from conventions.models.faits import plan_approuve
from conventions.regles.conditions import RAPPORTS, libre_des
from socle.valeurs.argent import ZERO, en_dollars
from socle.valeurs.horloge import aujourd_hui


def ce_que_le_plan_libere(utilisateur, alliances):
    """{clé d'Alliance: phrase} que lit la Table, si de l'argent attend le plan; rien pour qui n'en est pas."""
    if not droits_de(utilisateur).roles & MEMBRES:
        return {}
    prevues = EcheanceVersement.objects.visibles_par(utilisateur).filter(
        Q(condition="plan_approuve") | ~sans_plan(),
        ~plan_approuve(),
        etat="prevue",
        convention__etat=Convention.Etat.SIGNEE,
        convention__alliance__in=alliances,
    )
    sommes = defaultdict(lambda: [ZERO, ZERO])
    lues = prevues.order_by().values_list(
        "convention__alliance", "montant", "condition", "an", "prevue_le", "convention__jours_d_avance"
    )
    for alliance, montant, condition, *jours in lues:
        aussitot = condition not in RAPPORTS and libre_des(condition, *jours) <= aujourd_hui()
        sommes[alliance][not aussitot] += montant
    return {alliance: _phrase(*siennes) for alliance, siennes in sommes.items()}


def _phrase(aussitot, ensuite):
    """« L'approbation du plan libère 1 130 000,00 $; 2 600 000,00 $ de plus l'attendent… »"""
    if not aussitot:
        return f"{en_dollars(ensuite)} attendent l’approbation du plan, puis leur date ou leur rapport."
    suite = f"; {en_dollars(ensuite)} de plus l’attendent, puis leur date ou leur rapport" if ensuite else ""
    return f"L’approbation du plan libère {en_dollars(aussitot)}{suite}."
