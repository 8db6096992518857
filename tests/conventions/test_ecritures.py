"""Le grand livre : ce qu'il refuse, ce que la base tient elle-même, ce qui ne se réécrit pas."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from conventions.models import Ecriture, Enveloppe, Solde
from socle.erreurs import EcritureImmuable, PlafondDepasse, TransitionInterdite
from socle.models.chaines import premiere_rupture
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.fabriques import convention_sans_enveloppes, enveloppe_d_exercice

pytestmark = pytest.mark.django_db


@pytest.fixture
def convention():
    return convention_sans_enveloppes(fabriques.fabrique_cadre().bsl)


@pytest.fixture
def racine(convention):
    return enveloppe_d_exercice(convention)


@pytest.fixture
def regional(convention, racine):
    return Enveloppe.objects.create(convention=convention, an=2025, volet="regional", parent=racine)


@pytest.fixture
def finances(convention):
    return fabriques.personne("finances", convention.alliance)


def solde(enveloppe):
    return Solde.objects.get(pk=enveloppe.pk)


def transferer(de, vers, montant, par):
    return Ecriture.passer(
        de.convention,
        [(de, "alloue", -montant), (vers, "alloue", montant)],
        nature="repartition",
        par=par,
        objet="Répartition",
    )


def test_la_base_tient_le_solde_a_chaque_ecriture(racine, regional, finances):
    transferer(racine, regional, Decimal("300000.10"), finances)
    Ecriture.passer(
        racine.convention,
        [(regional, "engage", Decimal("0.10"))],
        nature="engagement",
        par=finances,
        objet="P1",
    )
    assert solde(racine).alloue == Decimal("899999.90")
    assert (solde(regional).alloue, solde(regional).disponible) == (
        Decimal("300000.10"),
        Decimal("300000.00"),
    )


def test_un_mouvement_ne_depasse_pas_le_disponible(racine, regional, finances):
    with pytest.raises(PlafondDepasse, match="n’a que 1\xa0200\xa0000,00\xa0\\$ de disponible"):
        transferer(racine, regional, Decimal("1200000.01"), finances)
    assert Ecriture.objects.count() == 2
    assert solde(regional).alloue == 0


def test_meme_une_insertion_en_sql_ne_depense_pas_plus_que_l_enveloppe(regional, racine, finances):
    ligne = Ecriture.objects.latest("pk")
    ligne.pk, ligne._state.adding = None, True
    ligne.rang, ligne.compte, ligne.montant = 3, "verse", Decimal("1200000.01")
    with pytest.raises(IntegrityError, match="solde_dans_l_enveloppe"), transaction.atomic():
        ligne.save(force_insert=True)
    assert solde(racine).verse == 0


def test_une_contrepassation_remet_les_soldes_une_seule_fois(racine, regional, finances):
    ecritures = transferer(racine, regional, Decimal("5000"), finances)
    Ecriture.contrepasser(ecritures[0].mouvement, par=finances, motif="Mauvaise enveloppe")
    assert solde(racine).alloue == Decimal("1200000")
    assert solde(regional).alloue == 0
    with pytest.raises(TransitionInterdite, match="déjà contrepassé"):
        Ecriture.contrepasser(ecritures[1].mouvement, par=finances, motif="Encore")


def test_une_contrepassation_a_un_motif(racine, regional, finances):
    ecritures = transferer(racine, regional, Decimal("5000"), finances)
    with pytest.raises(TransitionInterdite, match="a un motif"):
        Ecriture.contrepasser(ecritures[0].mouvement, par=finances, motif=" ")


def test_ce_qui_est_depense_ne_se_contrepasse_pas_a_la_source(racine, regional, finances):
    ecritures = transferer(racine, regional, Decimal("5000"), finances)
    Ecriture.passer(
        racine.convention, [(regional, "engage", Decimal("1"))], nature="engagement", par=finances, objet="P1"
    )
    with pytest.raises(PlafondDepasse):
        Ecriture.contrepasser(ecritures[0].mouvement, par=finances, motif="Trop tard")


@pytest.mark.parametrize(
    "requete", ["UPDATE conventions_ecriture SET montant = 1", "DELETE FROM conventions_ecriture"]
)
def test_le_grand_livre_ne_se_reecrit_pas_meme_en_sql(racine, requete):
    with pytest.raises(DatabaseError, match="immuable"), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(requete)
    assert premiere_rupture(Ecriture) is None


def test_une_ecriture_ne_se_modifie_ni_par_objet_ni_par_requete(racine):
    ligne = Ecriture.objects.first()
    for geste in (ligne.save, ligne.delete, Ecriture.objects.all().delete):
        with pytest.raises(EcritureImmuable, match="Une écriture du grand livre"):
            geste()
    with pytest.raises(EcritureImmuable):
        solde(racine).save()


def test_une_ecriture_glissee_en_sql_rompt_la_chaine(racine, regional, finances):
    transferer(racine, regional, Decimal("10"), finances)
    ligne = Ecriture.objects.latest("pk")
    ligne.pk, ligne._state.adding, ligne.rang = None, True, ligne.rang + 1
    with transaction.atomic():
        ligne.save(force_insert=True)
    assert "ne suit pas la précédente" in premiere_rupture(Ecriture)


@pytest.mark.parametrize("nature", [n for n in Ecriture.Nature.values if n != "contrepassation"])
def test_seule_une_recuperation_s_ecrit_sur_une_convention_fermee(convention, racine, finances, nature):
    recu = [(racine, "recu", Decimal(9))]
    Ecriture.passer(convention, recu, nature="versement", par=finances, objet="V")
    convention.resilier(par=finances, fermee_le=aujourd_hui(), motif="Fin", reglement="Tout est rendu")
    ecrites = Ecriture.objects.count()
    rendre = partial(Ecriture.passer, convention, [(racine, "recu", Decimal(-1))], par=finances, objet="R")
    if nature == "recuperation":
        rendre(nature=nature)
    else:
        with pytest.raises(TransitionInterdite, match="n’est pas en vigueur"):
            rendre(nature=nature)
    assert Ecriture.objects.count() == ecrites + (nature == "recuperation")
