"""Les règles pures : le plus fort reste, la répartition, le partage national."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conventions.regles import repartition as regles
from conventions.regles.arbres import Forme, forme_proposee
from conventions.regles.partage_national import (
    AlliancePartagee,
    PartageImpossible,
    moyenne_ponderee,
    partager,
)
from conventions.regles.plus_fort_reste import repartir
from conventions.regles.repartition import ClesInvalides, LigneLue, Methode, calculer

montants = st.decimals(min_value=0, max_value=10**9, places=2)
poids = st.lists(st.decimals(min_value=0, max_value=10**6, places=4), min_size=1, max_size=40).filter(any)


@given(montants, poids)
def test_les_parts_font_toujours_la_somme_au_sou_pres(montant, cles):
    parts = repartir(montant, cles)
    assert sum(parts) == montant
    for part, cle in zip(parts, cles, strict=True):
        assert abs(part - montant * cle / sum(cles)) < Decimal("0.01")


def test_a_reste_egal_le_premier_recoit_le_sou():
    assert repartir(Decimal("0.02"), [1, 1, 1]) == [Decimal("0.01"), Decimal("0.01"), Decimal("0.00")]


def test_un_poids_nul_ne_recoit_rien():
    assert repartir(Decimal("10"), [0, 3]) == [Decimal("0.00"), Decimal("10.00")]


@pytest.mark.parametrize("cles", [[0, 0], [1, -1], []])
def test_des_poids_qui_ne_partagent_rien_sont_refuses(cles):
    with pytest.raises(ValueError, match="poids"):
        repartir(Decimal("10"), cles)


def test_un_montant_negatif_ne_se_partage_pas():
    with pytest.raises(ValueError, match="négatif"):
        repartir(Decimal("-0.01"), [1])


def test_des_pourcentages_qui_ne_font_pas_cent_se_disent():
    with pytest.raises(ClesInvalides, match="font 98,5\xa0%; il en faut 100"):
        calculer(Methode.POURCENTAGES, Decimal("100"), [Decimal("90"), Decimal("8.50")])


def test_chaque_cle_fautive_a_sa_phrase():
    with pytest.raises(ClesInvalides) as refus:
        calculer(Methode.POPULATION, Decimal("100"), [None, Decimal("-1"), Decimal("3")])
    assert refus.value.par_ligne == {
        0: "Remplissez la clé, ou décochez cette enveloppe.",
        1: "Une clé n’est pas négative.",
    }


@pytest.mark.parametrize(
    "montant, cles, phrase",
    [
        ("10", [], "Cochez au moins une enveloppe"),
        ("-10", [Decimal(1)], "dépassent déjà l’exercice de 10,00\xa0\\$"),
        ("10", [Decimal(0)], "plus grande que zéro"),
    ],
)
def test_un_calcul_impossible_dit_pourquoi(montant, cles, phrase):
    with pytest.raises(ClesInvalides, match=phrase):
        calculer(Methode.POPULATION, Decimal(montant), cles)


def test_a_parts_egales_les_cles_ne_comptent_pas():
    assert sum(calculer(Methode.EGALES, Decimal("100"), [None, None, None])) == Decimal("100")


def ligne(volet, montant, employe="0"):
    return LigneLue(volet, volet, Decimal(montant), Decimal(employe))


def test_une_repartition_ne_descend_pas_sous_ce_qui_est_employe():
    [phrase] = regles.empechements([ligne("regional", "10", "12"), ligne("reserve", "2")], Decimal("12"))
    assert "emploie déjà 12,00\xa0$" in phrase


def test_le_reste_et_le_depassement_se_disent():
    lignes = [ligne("regional", "10")]
    assert regles.empechements(lignes, Decimal("10.01")) == ["Il reste 0,01\xa0$ à répartir."]
    assert "dépasse de 0,01\xa0$" in regles.empechements(lignes, Decimal("9.99"))[0]


def test_un_plafond_depasse_avertit_sans_empecher():
    lignes = [ligne("coordination", "16"), ligne("regional", "8.4"), ligne("territoire", "75.6")]
    options = {"plafond_administration": Decimal("15"), "part_regionale": Decimal("25")}
    plafond, part = regles.avertissements(lignes, Decimal("100"), **options)
    assert "prennent 16\xa0% de l’exercice" in plafond
    assert "L’adoption reste possible" in plafond
    assert "prennent 10\xa0% des sommes destinées aux projets" in part
    assert regles.empechements(lignes, Decimal("100")) == []


def test_une_repartition_conforme_n_avertit_de_rien():
    lignes = [ligne("coordination", "15"), ligne("regional", "10"), ligne("territoire", "90")]
    options = {"plafond_administration": Decimal("15"), "part_regionale": Decimal("10")}
    assert regles.avertissements(lignes, Decimal("115"), **options) == []
    assert regles.avertissements([], Decimal("0")) == []


@pytest.mark.parametrize(
    "part, decision, forme",
    [
        (0, "mrc_decide", Forme.TERRITOIRES),
        (Decimal("0.00"), "", Forme.TERRITOIRES),
        (10, "", Forme.REGION),
        (None, "", Forme.REGION),
        (None, "arrondissements", Forme.VILLE),
    ],
)
def test_la_forme_proposee_suit_le_profil(part, decision, forme):
    assert forme_proposee(part, decision) == forme


def alliance(nom, precedent, idms="1", densite="1", annonce=None):
    return AlliancePartagee(nom, Decimal(precedent), Decimal(idms), Decimal(densite), annonce=annonce)


def test_le_partage_fait_exactement_le_montant_national():
    alliances = [alliance(f"A{n}", 1000 + n, idms=3 * n + 1, densite=n) for n in range(21)]
    parts = partager(Decimal("100000.01"), Decimal(20), (95, 5, 0), alliances)
    assert sum(part.total for part in parts) == Decimal("100000.01")
    assert parts[0].base == Decimal("1200.00")


def test_le_partage_se_compare_au_montant_annonce():
    [part] = partager(Decimal(150), Decimal(0), (95, 5, 0), [alliance("A", 100, annonce=Decimal(140))])
    assert part.ecart == Decimal("10.00")
    [sans] = partager(Decimal(150), Decimal(0), (95, 5, 0), [alliance("A", 100)])
    assert sans.ecart is None


def test_la_part_de_la_population_se_partage_au_sou_pres():
    alliances = [AlliancePartagee(nom, Decimal(0), population=Decimal(n)) for nom, n in (("A", 1), ("B", 2))]
    parts = partager(Decimal("100.00"), Decimal(20), (0, 0, 100), alliances)
    assert [part.total for part in parts] == [Decimal("33.33"), Decimal("66.67")]


def test_un_montant_precedent_qui_manque_se_dit_une_fois_pour_toutes_les_alliances():
    alliances = [AlliancePartagee(nom, None, population=Decimal(1)) for nom in ("A", "B")]
    with pytest.raises(PartageImpossible) as refus:
        partager(Decimal(100), Decimal(20), (0, 0, 100), alliances)
    assert refus.value.raisons == [
        "Le montant précédent manque pour\xa0: A, B. Tapez-le; 0 s’il n’y en a pas."
    ]


def test_l_indice_d_une_region_pese_chaque_territoire_par_ses_habitants():
    assert moyenne_ponderee([Decimal(1), Decimal(2)], [Decimal(300), Decimal(100)]) == Decimal("1.25")


def test_un_indice_qui_manque_se_nomme_seulement_s_il_sert():
    sans = AlliancePartagee("Estrie", Decimal(10), None, Decimal(1))
    with pytest.raises(PartageImpossible, match="L’IDMS manque pour\xa0: Estrie"):
        partager(Decimal(100), Decimal(20), (95, 5, 0), [sans])
    [part] = partager(Decimal(100), Decimal(20), (0, 100, 0), [sans])
    assert part.total == 100


@pytest.mark.parametrize(
    "montant, poids, alliances, phrase",
    [
        ("100", (90, 5, 0), [alliance("A", 1)], "doivent faire 100"),
        ("1", (95, 5, 0), [alliance("A", 10)], "plus que le montant national"),
        ("100", (95, 5, 0), [], "aucune Alliance"),
        ("100", (95, 5, 0), [alliance("A", 1, idms=0)], "à zéro partout"),
    ],
)
def test_un_partage_impossible_dit_pourquoi(montant, poids, alliances, phrase):
    with pytest.raises(PartageImpossible, match=phrase):
        partager(Decimal(montant), Decimal(20), poids, alliances)
