"""Le montage de « Cuisines de rang », au cent près, puis ce qui le fait pencher."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projets.regles.montage import Ligne, Montage, en_pourcentage

AN = 2026
APPEL = {
    "plancher": Decimal("5000"),
    "plafond": Decimal("75000"),
    "part_maximale": None,
    "apport_minimal": None,
    "cumul_maximal": Decimal("90"),
    "cumul_avec_nature": True,
    "administration_maximale": Decimal("10"),
}
DEPENSES = (
    ("salaires", "28967.40", "29704.75"),
    ("materiel", "6200.00", "6450.00"),
    ("deplacements", "1850.00", "1850.00"),
    ("participation", "2400.00", "2400.00"),
    ("location", "3000.00", "3000.00"),
    ("communication", "600.00", "350.00"),
    ("administration", "2100.00", "2100.00"),
)
SOURCES = (
    ("fqis", "FQIS", False, "29617.40", "30354.75"),
    ("municipal", "Municipalités", False, "2500.00", "2500.00"),
    ("municipal", "Salles", True, "3000.00", "3000.00"),
    ("quebec", "CISSS", True, "1800.00", "1800.00"),
    ("prive", "Fondation", False, "5000.00", "5000.00"),
    ("benevolat", "Bénévolat", True, "3200.00", "3200.00"),
)


def montage(depenses=DEPENSES, sources=SOURCES, **appel):
    lignes = [Ligne(p, AN + n, Decimal(m), nom=p) for p, *ms in depenses for n, m in enumerate(ms)]
    sommes = [
        Ligne(g, AN + n, Decimal(m), nom=nom, nature=nature)
        for g, nom, nature, *ms in sources
        for n, m in enumerate(ms)
    ]
    return Montage(lignes, sommes, SimpleNamespace(**APPEL | appel))


def test_l_exemple_s_equilibre_et_dit_ses_trois_taux():
    exemple = montage()
    assert exemple.est_equilibre
    assert exemple.fautes() == []
    assert (exemple.cout, exemple.demande) == (Decimal("90972.15"), Decimal("59972.15"))
    assert exemple.cumul.taux == Decimal("81.97")
    assert montage(cumul_avec_nature=False).cumul.taux == Decimal("71.42")
    assert exemple.administration.taux == Decimal("4.62")
    assert exemple.administration.reste == Decimal("4897.21")


def test_un_cent_de_trop_se_dit_avec_son_exercice():
    sources = (("fqis", "FQIS", False, "29617.39", "30354.75"), *SOURCES[1:])
    assert montage(sources=sources).fautes() == [
        "En 2026-2027, les dépenses dépassent les sources de 0,01\xa0$."
    ]


def test_deux_exercices_qui_se_compensent_ne_s_equilibrent_pas():
    sources = (("fqis", "FQIS", False, "29618.40", "30353.75"), *SOURCES[1:])
    assert len(montage(sources=sources).fautes()) == 2


@pytest.mark.parametrize(("appel", "phrase"), [
    ({"plafond": Decimal("59972.14")}, "l’appel s’arrête à"),
    ({"plancher": Decimal("59972.16")}, "l’appel commence à"),
    ({"cumul_maximal": Decimal("81.97")}, "Cumul de l’argent public"),
    ({"part_maximale": Decimal("65")}, "Part demandée au Fonds"),
    ({"apport_minimal": Decimal("20")}, "Apport du milieu"),
    ({"administration_maximale": Decimal("4.61")}, "Part de l’administration"),
])  # fmt: skip
def test_chaque_borne_de_l_appel_se_dit(appel, phrase):
    [faute] = montage(**appel).fautes()
    assert phrase in faute


def test_une_borne_exacte_est_tenue():
    pile = montage(
        (("salaires", "100.00"),),
        (("fqis", "FQIS", False, "90.00"), ("propre", "Nous", False, "10.00")),
        plancher=None,
    )
    assert pile.cumul.taux == 90
    assert pile.fautes() == []


def test_un_taux_a_peine_depasse_ne_passe_pas_par_son_arrondi():
    trop = montage(
        (("salaires", "30000.00"),),
        (("fqis", "FQIS", False, "27001.20"), ("propre", "Nous", False, "2998.80")),
    )
    assert trop.cumul.taux == Decimal("90.00")
    assert trop.fautes() == [
        "Cumul de l’argent public\xa0: 90\xa0% du coût, au plus 90\xa0%; 1,20\xa0$ de trop."
    ]


def test_sans_depense_on_le_dit_et_rien_ne_se_divise():
    vide = montage((), ())
    assert vide.fautes() == ["Inscrivez au moins une dépense."]
    assert vide.cumul.taux == 0


@pytest.mark.parametrize(
    ("taux", "texte"),
    [("81.97", "81,97\xa0%"), ("90.00", "90\xa0%"), ("4.60", "4,6\xa0%"), ("1781.37", "1\xa0781,37\xa0%")],
)
def test_un_pourcentage_s_ecrit_comme_on_le_lit(taux, texte):
    assert en_pourcentage(Decimal(taux)) == texte


@given(
    st.lists(st.tuples(st.sampled_from(["fqis", "prive", "municipal"]), st.integers(1, 10**7)), min_size=1)
)
def test_l_argent_public_et_l_apport_du_milieu_font_toujours_tout(sommes):
    lignes = [Ligne(g, AN, Decimal(c) / 100, nom=g) for g, c in sommes]
    pile = Montage([Ligne("salaires", AN, sum(e.montant for e in lignes))], lignes, SimpleNamespace(**APPEL))
    assert pile.est_equilibre
    assert pile.cumul.montant + pile.apport.montant == pile.cout
