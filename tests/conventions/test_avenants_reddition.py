"""Un avenant change les délais et les seuils de la reddition; les obligations suivent."""

from datetime import date
from decimal import Decimal

import pytest

from conventions.models import Obligation
from tests import fabriques
from tests.conventions.avenants import avenant_applique, avenant_prepare, convention_en_vigueur
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return convention_en_vigueur(cadre.bsl)


def test_un_avenant_change_la_reddition_et_les_obligations_suivent(convention):
    Obligation.generer(convention, par=fabriques.personne("mess"))
    propositions = {
        "reddition/mois_pour_le_rapport": 4,
        "reddition/bilan_le": "2026-09-30",
        "reddition/mois_pour_le_rapport_final": 6,
        "reddition/seuil_audit": "2000000.00",
    }
    avenant = avenant_applique(convention, propositions)
    phrases = [change.phrase.replace("\xa0", " ") for change in avenant.changements()]
    assert phrases == [
        "Bilan pluriannuel : aucun devient 30 septembre 2026.",
        "Rapport annuel et états financiers : 3 mois après le 31 mars devient 4 mois après le 31 mars.",
        "Rapport final : 3 mois après la fin de la convention devient 6 mois après la fin de la convention.",
        "Mission d’audit : à partir de 500 000,00 $ par exercice devient à partir de 2 000 000,00 $ par exercice.",
    ]
    convention.refresh_from_db()
    assert (convention.mois_pour_le_rapport, convention.seuil_audit) == (4, Decimal("2000000"))
    dues = {(o.nature, o.an): o for o in convention.obligations.en_cours()}
    assert dues["rapport_annuel", 2026].echeance == date(2027, 7, 31)
    assert dues["bilan", None].echeance == date(2026, 9, 30)
    assert dues["rapport_final", None].echeance == date(2027, 9, 30)
    assert dues["etats_financiers", 2026].precision == "Mission d’examen"


def test_un_avenant_n_inverse_pas_les_seuils_de_la_reddition(convention):
    avenant = avenant_prepare(convention, {"reddition/seuil_audit": "1000.00"})
    assert avenant.empechements_a_transmettre() == ["Le seuil de l’audit n’est pas sous celui de l’examen."]
