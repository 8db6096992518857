"""Les trois changements de 2022-2023 (évaluation 2017-2023, §1.1, ligne 9), l'un après l'autre.

Février 2022 : la fin de réalisation passe de mars à septembre 2023. Janvier 2023 : 2,3 M$ de plus. Avril 2023 : un an
de plus et 26,1 M$. Les montants nationaux sont portés par une seule convention.
"""

from datetime import date
from decimal import Decimal

import pytest

from conventions.models import Convention, Ecriture, Solde
from socle.models.chaines import premiere_rupture
from tests.conventions.avenants import avenant_applique, convention_en_vigueur, versement
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db
MONTANTS = {2021: Decimal("24000000.00"), 2022: Decimal("25000000.00")}
VERSEMENTS = (
    (2021, "24000000.00", "rapport_accepte", date(2021, 9, 1)),
    (2022, "25000000.00", "rapport_accepte", date(2022, 9, 1)),
)
REPORT = {"date/fin_realisation": "2023-09-30"}
AJOUT = {"exercice/2022": "27300000.00", "versement/3": versement(2022, "2300000.00", "2023-02-15")}
PROLONGATION = {
    "date/fin": "2024-09-30",
    "date/fin_realisation": "2024-03-31",
    "exercice/2023": "26100000.00",
    "versement/4": versement(2023, "26100000.00", "2023-05-01"),
}


@partagee
def convention(cadre):
    cycle = cadre.bsl.cycle
    cycle.debut, cycle.fin, cycle.fin_realisation = date(2017, 4, 1), date(2023, 9, 30), date(2023, 3, 31)
    cycle.save()
    convention = convention_en_vigueur(
        cadre.bsl,
        MONTANTS,
        VERSEMENTS,
        signee_le=date(2018, 9, 5),
        debut=date(2018, 9, 5),
        fin=date(2023, 9, 30),
        fin_realisation=date(2023, 3, 31),
        echeance_plan_au_plus_tard=date(2019, 3, 31),
    )
    avenant_applique(convention, REPORT, le=date(2022, 2, 15), motif="La pandémie a retardé les initiatives.")
    avenant_applique(convention, AJOUT, le=date(2023, 1, 20), motif="Maintenir active la mobilisation.")
    avenant_applique(convention, PROLONGATION, le=date(2023, 4, 14), motif="Prolonger les Alliances d’un an.")
    return Convention.objects.get(pk=convention.pk)


def phrases(convention):
    return [
        [c.phrase.replace("\xa0", " ") for c in a.changements()]
        for a in convention.avenants.order_by("numero")
    ]


def test_chaque_changement_se_lit_comme_on_le_dirait(convention):
    assert phrases(convention) == [
        ["Fin de réalisation : du 31 mars 2023 au 30 septembre 2023."],
        [
            "Exercice 2022-2023 : de 25 000 000,00 $ à 27 300 000,00 $, soit 2 300 000,00 $ de plus.",
            "Ajout : 3e versement, 2 300 000,00 $ en 2022-2023, prévu le 15 février 2023 (date prévue).",
        ],
        [
            "Fin de la convention : du 30 septembre 2023 au 30 septembre 2024.",
            "Fin de réalisation : du 30 septembre 2023 au 31 mars 2024.",
            "Ajout : exercice 2023-2024, 26 100 000,00 $.",
            "Ajout : 4e versement, 26 100 000,00 $ en 2023-2024, prévu le 1er mai 2023 (date prévue).",
        ],
    ]


def test_la_convention_porte_les_trois(convention):
    assert (convention.fin, convention.fin_realisation) == (date(2024, 9, 30), date(2024, 3, 31))
    assert convention.montant() == Decimal("77400000.00")
    assert [e.rang for e in convention.echeances.all()] == [1, 2, 3, 4]


def test_les_enveloppes_suivent_et_la_chaine_tient(convention):
    soldes = Solde.objects.filter(enveloppe__convention=convention, enveloppe__volet="exercice")
    assert {s.enveloppe.an: (s.convenu, s.alloue) for s in soldes} == {
        2021: (Decimal("24000000"),) * 2,
        2022: (Decimal("27300000"),) * 2,
        2023: (Decimal("26100000"),) * 2,
    }
    assert premiere_rupture(Ecriture) is None


@pytest.mark.parametrize(
    "jour, realisation, total",
    [
        (date(2018, 9, 5), "2023-03-31", "49000000.00"),
        (date(2022, 2, 14), "2023-03-31", "49000000.00"),
        (date(2022, 2, 15), "2023-09-30", "49000000.00"),
        (date(2023, 1, 20), "2023-09-30", "51300000.00"),
        (date(2023, 4, 13), "2023-09-30", "51300000.00"),
        (date(2023, 4, 14), "2024-03-31", "77400000.00"),
    ],
)
def test_la_convention_se_lit_a_chaque_date(convention, jour, realisation, total):
    contenu = convention.instantanes.au(jour).contenu
    assert (contenu["convention"]["fin_realisation"], contenu["total"]) == (realisation, total)


def test_avant_la_signature_rien_n_est_en_vigueur(convention):
    assert convention.instantanes.au(date(2018, 9, 4)) is None
