"""Une donnée partagée se bâtit une fois, revient intacte à chaque essai, et ne se voit que de qui la demande."""

import pytest
from django.db import connection

from alliances.models import Mandat, Organisme
from tests.outils.partage import Pile, partagee

NOM, BATIS, JUMELLES = "Coopérative partagée", [], []


@partagee
def coop(cadre):
    BATIS.append(cadre)
    return Organisme.objects.create(nom=NOM, forme="cooperative", territoire=cadre.bsl.territoires.first())


@partagee
def jumelle(cadre, coop):
    JUMELLES.append(coop)
    return Organisme.objects.create(nom=f"{NOM}, la seconde", forme="cooperative", territoire=coop.territoire)


@pytest.mark.parametrize("fois", range(3))
def test_ce_qu_un_essai_y_change_ne_se_voit_pas_au_suivant(coop, fois):
    assert len(BATIS) == 1
    assert (coop.nom, Organisme.objects.get(pk=coop.pk).nom) == (NOM, NOM)
    coop.nom = "Renommée"
    coop.save()


@pytest.mark.parametrize("fois", range(2))
def test_le_debut_commun_se_garde(coop, jumelle, fois):
    assert [coop] == JUMELLES
    assert Organisme.objects.filter(nom__startswith=NOM).count() == 2


def test_qui_ne_demande_pas_une_donnee_ne_la_voit_pas(db):
    assert not Organisme.objects.exists()


def test_deux_donnees_d_un_meme_essai_se_connaissent(cadre, coop, agente):
    assert coop.territoire.region.pk == cadre.bsl.regions.get().pk
    assert Mandat.objects.get(utilisateur=agente).alliance == cadre.bsl


def test_un_essai_transactionnel_batit_pour_lui_seul(transactional_db, coop):
    assert not connection.in_atomic_block
    assert Organisme.objects.filter(nom=NOM).count() == 1


def fonder():
    return Organisme.objects.create(nom=NOM, forme="cooperative", territoire=None)


def echouer():
    Organisme.objects.create(nom=f"{NOM}, inachevée", forme="cooperative", territoire=None)
    raise ZeroDivisionError


def test_une_fixture_qui_echoue_ne_laisse_rien_et_l_essai_la_rebatit(db):
    pile = Pile()
    pile.monter([fonder, echouer])
    assert list(pile.prets) == ["fonder"]
    assert Organisme.objects.get().nom == NOM
    pile.descendre()
    assert not Organisme.objects.exists()
