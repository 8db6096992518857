"""Le journal d'une Alliance : une chaîne par Alliance, une nationale; chacun ne lit que les siennes."""

import pytest
from django.contrib.auth.models import AnonymousUser

from alliances.models import JournalAlliance, Organisme
from socle.models import ChaineJournal
from socle.models.chaines import premiere_rupture
from tests import fabriques


@pytest.fixture
def lignes(cadre):
    """Une ligne au Bas-Saint-Laurent, une en Lanaudière, une nationale."""
    return [
        JournalAlliance.noter(alliance=alliance, par=None, geste="essai", objet=f"Objet de {alliance}")
        for alliance in (cadre.bsl, cadre.lanaudiere, None)
    ]


def test_chaque_alliance_a_sa_chaine(cadre, lignes):
    suivante = JournalAlliance.noter(alliance=cadre.bsl, par=None, geste="essai", objet="x")
    assert [ligne.rang for ligne in lignes] == [1, 1, 1]
    assert (suivante.rang, suivante.empreinte_precedente) == (2, lignes[0].empreinte)
    assert ChaineJournal.objects.count() == 3
    assert premiere_rupture(JournalAlliance) is None
    assert {str(chaine) for chaine in ChaineJournal.objects.all()} == {ligne.chaine for ligne in lignes}


def test_chacun_lit_le_journal_des_alliances_qu_il_suit(cadre, lignes, agente, etrangere, lectrice, analyste):
    bsl, lanaudiere, nationale = lignes
    for personne in (agente, lectrice, analyste, fabriques.personne("observation", cadre.bsl.regions.get())):
        assert list(JournalAlliance.objects.visibles_par(personne)) == [bsl]
    assert list(JournalAlliance.objects.visibles_par(etrangere)) == [lanaudiere]
    organisme = Organisme.objects.create(nom="Ateliers", territoire=cadre.bsl.territoires.first())
    for personne in (fabriques.personne("porteur", organisme), AnonymousUser()):
        assert not JournalAlliance.objects.visibles_par(personne).exists()


def test_un_role_national_lit_toutes_les_alliances(lignes, mess):
    assert set(JournalAlliance.objects.visibles_par(mess)) >= set(lignes[:2])


def test_une_ligne_dit_son_geste_et_coupe_un_objet_trop_long(cadre):
    ligne = JournalAlliance.noter(alliance=cadre.bsl, par=None, geste="essai", objet="é" * 400)
    assert ligne.objet == "é" * 300
    assert str(JournalAlliance.objects.get()) == f"essai\u00a0: {'é' * 300}"
    assert premiere_rupture(JournalAlliance) is None
