"""Chaque pièce dit ses étapes; l'administration en règle la cible."""

import pytest

from socle.models import CibleDeService, cibles

pytestmark = pytest.mark.django_db


@pytest.fixture
def etapes(monkeypatch):
    monkeypatch.setattr(cibles, "_ETAPES", {})
    cibles.offrir({"essai-lire": ("Lire l’essai", 10), "essai-decider": ("Décider de l’essai", None)})


def test_une_etape_a_sa_cible_d_origine_tant_que_rien_n_est_regle(etapes):
    assert CibleDeService.toutes() == {"essai-lire": 10, "essai-decider": None} | dict(
        CibleDeService.objects.values_list("etape", "jours")
    )


def test_les_etapes_des_pieces_ont_leur_ligne_apres_les_migrations(etapes):
    cibles.semer()
    ligne = CibleDeService.objects.get(etape="essai-lire")
    assert (str(ligne), ligne.jours) == ("Lire l’essai", 10)


def test_semer_de_nouveau_garde_ce_qui_est_regle(etapes):
    cibles.semer()
    CibleDeService.objects.filter(etape="essai-lire").update(jours=4)
    cibles.semer()
    assert CibleDeService.toutes()["essai-lire"] == 4
    CibleDeService.objects.filter(etape="essai-lire").update(jours=None)
    assert CibleDeService.toutes()["essai-lire"] is None
