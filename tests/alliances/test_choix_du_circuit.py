"""Quel circuit suit une initiative, et pourquoi; ce que l'ensemble des circuits ne prévoit pas."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from alliances.regles.circuits import choisir, condition, en_mots, verifier

MATAPEDIA, MATANIE = {"07": "La Matapédia"}, {"08": "La Matanie"}
ALLIANCE = MATAPEDIA | MATANIE
SEUIL = Decimal(25000)


def circuit(nom, palier="", origine="", lieux=None, a_partir_de=None, moins_de=None):
    return SimpleNamespace(
        nom=nom,
        palier=palier,
        origine=origine,
        lieux=lieux or {},
        a_partir_de=a_partir_de,
        moins_de=moins_de,
    )


def choix(circuits, palier="local", territoires=MATAPEDIA, origine="appel", montant=10000):
    return choisir(
        circuits, palier=palier, territoires=territoires, origine=origine, montant=Decimal(montant)
    )


def nom(*args, **cas):
    retenu = choix(*args, **cas).circuit
    return retenu and retenu.nom


PETITES = circuit("Petites", "local", moins_de=SEUIL)
GRANDES = circuit("Grandes", "local", a_partir_de=SEUIL)


@pytest.mark.parametrize(
    ("montant", "attendu"), [("24999.99", "Petites"), ("25000", "Grandes"), ("25000.01", "Grandes")]
)
def test_le_seuil_appartient_a_qui_part_de_lui(montant, attendu):
    assert nom([PETITES, GRANDES], montant=montant) == attendu


@pytest.mark.parametrize(
    ("condition", "cas"),
    [
        ({"palier": "regional"}, {"palier": "local"}),
        ({"origine": "concertee"}, {"origine": "appel"}),
        ({"lieux": MATANIE}, {"territoires": MATAPEDIA}),
        ({"lieux": MATANIE}, {"territoires": ALLIANCE}),
        ({"lieux": MATANIE}, {"territoires": {}}),
        ({"moins_de": SEUIL}, {"montant": 25000}),
        ({"a_partir_de": SEUIL}, {"montant": 24999}),
    ],
)
def test_chaque_partie_de_la_condition_ecarte(condition, cas):
    precis = circuit("Précis", **condition)
    assert nom([precis], **cas) is None
    assert nom([precis, circuit("Tout")], **cas) == "Tout"


def test_une_initiative_tout_entiere_dans_les_territoires_du_circuit_le_suit():
    deux = circuit("Les deux", lieux=ALLIANCE)
    assert nom([deux], territoires=MATANIE) == nom([deux], territoires=ALLIANCE) == "Les deux"


def test_l_ordre_tranche_et_la_raison_nomme_les_autres():
    retenu = choix([PETITES, circuit("Tout"), circuit("Local", "local")])
    assert [autre.nom for autre in retenu.aussi] == ["Tout", "Local"]
    assert retenu.raison == (
        "Circuit «\u00a0Petites\u00a0»\u00a0: initiatives locales, de moins de 25\u00a0000,00\u00a0$. "
        "«\u00a0Tout\u00a0» et «\u00a0Local\u00a0» conviennent aussi\u00a0: l’ordre des circuits tranche."
    )


def test_sans_circuit_la_raison_dit_ce_qui_manque_et_pourquoi_chacun_est_ecarte():
    manque = choix([PETITES, circuit("Région", "regional")], montant=30000)
    assert (manque.circuit, manque.aussi) == (None, ())
    assert manque.raison == (
        "Aucun circuit ne prévoit une initiative locale issue d’un appel, dans La Matapédia, de 30\u00a0000,00\u00a0$. "
        "«\u00a0Petites\u00a0» – de moins de 25\u00a0000,00\u00a0$; «\u00a0Région\u00a0» – initiatives régionales."
    )
    assert choix([]).raison == "L’Alliance n’a encore aucun circuit."


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({}, "Toutes les initiatives"),
        ({"palier": "local"}, "Initiatives locales"),
        (
            {"palier": "regional", "origine": "concertee"},
            "Initiatives régionales, issues d’une démarche concertée",
        ),
        ({"lieux": ALLIANCE}, "Initiatives dans La Matapédia et La Matanie"),
        ({"moins_de": SEUIL}, "Initiatives de moins de 25\u00a0000,00\u00a0$"),
        ({"a_partir_de": SEUIL}, "Initiatives de 25\u00a0000,00\u00a0$ et plus"),
        (
            {"palier": "local", "a_partir_de": Decimal(5000), "moins_de": SEUIL},
            "Initiatives locales, de 5\u00a0000,00\u00a0$ à moins de 25\u00a0000,00\u00a0$",
        ),
    ],
)
def test_la_condition_se_lit(champs, phrase):
    assert condition(circuit("x", **champs)) == phrase


def test_les_etapes_se_lisent_d_une_phrase():
    etapes = [("Comité local", "Avis"), ("Table régionale", "Décision")]
    assert en_mots(etapes) == "Comité local → avis; Table régionale → décision"


def constats(*circuits, territoires=ALLIANCE, plusieurs=False):
    trouves = verifier(circuits, territoires, locale_sur_plusieurs=plusieurs)
    return [(constat.niveau, constat.message) for constat in trouves]


def test_des_circuits_qui_prevoient_tout_le_disent():
    for complets in ([circuit("Tout")], [PETITES, GRANDES, circuit("Région", "regional")]):
        assert constats(*complets, plusieurs=True) == [
            ("fait", "Toute initiative, régionale ou locale, trouve son circuit.")
        ]


def test_sans_circuit_rien_ne_se_decide():
    assert [niveau for niveau, _ in constats()] == ["erreur"]


def test_les_cas_non_prevus_sont_nommes_et_reunis():
    region = circuit("Région", "regional")
    assert constats(PETITES, region) == [
        (
            "avertissement",
            "Aucun circuit pour une initiative locale dans La Matapédia et dans La Matanie, "
            "de 25\u00a0000,00\u00a0$ et plus.",
        )
    ]
    concertee = circuit("Concertée", origine="concertee")
    assert constats(concertee, territoires=MATAPEDIA) == [
        (
            "avertissement",
            f"Aucun circuit pour une initiative {palier} issue d’un appel et reconduite{lieu}.",
        )
        for palier, lieu in (("régionale", ""), ("locale", " dans La Matapédia"))
    ]


def test_une_initiative_locale_a_cheval_sur_deux_territoires_peut_n_avoir_aucun_circuit():
    chez_elles = [circuit("Matapédia", "local", lieux=MATAPEDIA), circuit("Matanie", "local", lieux=MATANIE)]
    region = circuit("Région", "regional")
    assert constats(*chez_elles, region)[0][0] == "fait"
    assert constats(*chez_elles, region, plusieurs=True) == [
        ("avertissement", "Aucun circuit pour une initiative locale sur plusieurs territoires à la fois.")
    ]


def test_un_circuit_qui_ne_sert_jamais_est_nomme():
    (constat,) = constats(circuit("Tout"), PETITES)
    assert constat == (
        "conseil",
        "«\u00a0Petites\u00a0» ne sert jamais\u00a0: d’autres circuits, placés avant, prévoient tout ce qu’il prévoit.",
    )


def test_deux_tranches_qui_se_suivent_n_en_font_qu_une():
    moyennes = circuit("Moyennes", "local", a_partir_de=Decimal(5000), moins_de=Decimal(10000), lieux=MATANIE)
    grandes = circuit("Grandes", "local", a_partir_de=SEUIL)
    phrases = [phrase for _, phrase in constats(moyennes, grandes, circuit("R", "regional"))]
    assert phrases == [
        "Aucun circuit pour une initiative locale dans La Matapédia, de moins de 25\u00a0000,00\u00a0$.",
        "Aucun circuit pour une initiative locale dans La Matanie, de moins de 5\u00a0000,00\u00a0$ et "
        "de 10\u00a0000,00\u00a0$ à moins de 25\u00a0000,00\u00a0$.",
    ]


def test_une_alliance_sans_territoire_se_verifie_aussi():
    assert constats(circuit("Région", "regional"), territoires={}) == [
        ("avertissement", "Aucun circuit pour une initiative locale.")
    ]


def test_la_raison_ne_repete_pas_un_nom_qui_la_dit_deja():
    assert choix([circuit("Initiatives locales", "local")]).raison == (
        "Circuit «\u00a0Initiatives locales\u00a0»."
    )
