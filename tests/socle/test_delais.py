"""Une étape qui attend dit depuis quand et pour quand, en mots et en couleur."""

from datetime import date, timedelta

import pytest

from socle.annonces import attentes
from socle.annonces.attentes import Attente, Geste
from socle.texte.pastilles import GENRES
from socle.valeurs.delais import Delai, delai

DEPUIS = date(2026, 11, 2)


def au(jours, cible=10):
    return delai(DEPUIS, cible, DEPUIS + timedelta(days=jours))


@pytest.mark.parametrize(
    ("jours", "mots", "ton"),
    [
        (0, "encore 10\u00a0jours", "neutre"),
        (6, "encore 4\u00a0jours", "neutre"),
        (7, "encore 3\u00a0jours", "attention"),
        (9, "encore 1\u00a0jour", "attention"),
        (10, "pour aujourd’hui", "attention"),
        (11, "en retard de 1\u00a0jour", "probleme"),
        (13, "en retard de 3\u00a0jours", "probleme"),
    ],
)
def test_le_delai_se_dit_en_mots_et_en_couleur(jours, mots, ton):
    assert (au(jours).mots, au(jours).ton) == (mots, ton)
    assert ton in GENRES


def test_le_jour_du_n_est_pas_en_retard_le_lendemain_l_est():
    assert [au(jours).est_en_retard for jours in (9, 10, 11)] == [False, False, True]


def test_une_attente_est_en_retard_le_lendemain_de_son_echeance(monkeypatch):
    attente = Attente(Geste("Lire", "Tout lire"), "Plan", "/", depuis=DEPUIS, echeance=DEPUIS)
    for jours, tardive in ((-1, False), (0, False), (1, True)):
        monkeypatch.setattr(attentes, "aujourd_hui", lambda jours=jours: DEPUIS + timedelta(days=jours))
        assert attente.est_en_retard is tardive


def test_les_autres_d_un_groupe_comptent_ce_que_chaque_attente_reunit():
    geste = Geste("Juger", "Juger des demandes")
    une = Attente(geste, "L’atelier", "/", depuis=DEPUIS)
    deux = Attente(geste, "L’appel", "/", depuis=DEPUIS, nombre=2)
    (groupe,) = attentes.regrouper([une, deux])
    assert (groupe.nombre, groupe.autres) == (3, 2)
    assert attentes.regrouper([deux])[0].autres == 0


@pytest.mark.parametrize(
    ("jours", "mots"),
    [(0, "depuis aujourd’hui"), (1, "depuis 1\u00a0jour"), (300, "depuis 300\u00a0jours")],
)
def test_sans_cible_rien_n_est_en_retard(jours, mots):
    attendu = au(jours, cible=None)
    assert (attendu.mots, attendu.ton, attendu.est_en_retard) == (mots, "neutre", False)


def test_une_cible_de_zero_jour_est_pour_le_jour_meme():
    assert au(0, cible=0).pour == DEPUIS
    assert au(1, cible=0).mots == "en retard de 1\u00a0jour"


def test_une_date_fixee_d_avance_se_dit_comme_une_cible():
    assert Delai(DEPUIS, date(2026, 11, 30), date(2026, 12, 2)).mots == "en retard de 2\u00a0jours"
