"""Le journal : une chaîne qu'on allonge sous verrou et qu'on ne réécrit pas."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from alliances.models import JournalAlliance
from socle.erreurs import EcritureImmuable
from socle.models import ChaineJournal
from tests.outils.immuables import sans_declencheurs

TABLE = "alliances_journalalliance"


def inscrire(objet="Une fiche", **champs):
    return JournalAlliance.noter(alliance=None, par=None, geste="essai", objet=objet, **champs)


def falsifier(sql, *valeurs):
    """Écrit en SQL malgré les déclencheurs, comme le ferait quelqu'un qui tient la base."""
    with sans_declencheurs(), connection.cursor() as curseur:
        curseur.execute(sql, valeurs)


@pytest.mark.django_db
def test_chaque_ligne_porte_l_empreinte_de_la_precedente():
    premiere, seconde = inscrire(), inscrire()
    assert (premiere.rang, seconde.rang) == (1, 2)
    assert seconde.empreinte_precedente == premiere.empreinte
    assert premiere.empreinte != seconde.empreinte


@pytest.mark.django_db
def test_l_empreinte_survit_a_un_aller_retour_dans_la_base():
    ligne = inscrire(avant={"état": "brouillon"}, apres={"n": 1}, motif="parce que")
    assert JournalAlliance.objects.get(pk=ligne.pk).calculer_empreinte() == ligne.empreinte


@pytest.mark.django_db
@pytest.mark.parametrize(
    "geste",
    [
        lambda ligne: ligne.save(),
        lambda ligne: ligne.delete(),
        lambda ligne: JournalAlliance.objects.update(geste="autre"),
        lambda ligne: JournalAlliance.objects.all().delete(),
        lambda ligne: JournalAlliance.objects.bulk_create([JournalAlliance()]),
    ],
)
def test_une_ligne_ne_se_modifie_ni_ne_s_efface(geste):
    ligne = inscrire()
    with pytest.raises(EcritureImmuable):
        geste(ligne)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql", ["UPDATE alliances_journalalliance SET geste = 'autre'", "DELETE FROM alliances_journalalliance"]
)
def test_la_base_refuse_de_reecrire_une_ligne_meme_en_sql(sql):
    inscrire()
    with pytest.raises(DatabaseError, match="immuable"), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_une_trace_ne_vit_pas_hors_d_une_transaction():
    ChaineJournal.objects.create(nom=JournalAlliance.nom_de_chaine("national"))
    ligne = JournalAlliance(
        chaine="x", rang=1, geste="essai", objet="x", empreinte_precedente="", empreinte=""
    )
    with pytest.raises(transaction.TransactionManagementError):
        ligne.save()


@pytest.mark.django_db
def test_la_verification_passe_sur_des_chaines_intactes(capsys):
    for _ in range(3):
        inscrire()
    call_command("verifier_journal")
    assert "Journal intact\xa0: 3 lignes" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("sql", "constat"),
    [
        (
            "UPDATE alliances_journalalliance SET objet = 'x' WHERE rang = 2",
            "ligne 2 .* a été modifié",
        ),
        ("DELETE FROM alliances_journalalliance WHERE rang = 2", "la ligne 2 manque"),
        ("DELETE FROM alliances_journalalliance WHERE rang = 3", "des lignes manquent après le rang 2"),
        ("DELETE FROM alliances_journalalliance", "les 3 lignes annoncées ont disparu"),
        ("DELETE FROM socle_chainejournal", "la tête de la chaîne a disparu"),
        (
            "UPDATE alliances_journalalliance SET empreinte_precedente = 'x' WHERE rang = 3",
            "ligne 3 .* ne suit pas",
        ),
    ],
)
def test_la_verification_nomme_la_premiere_ligne_brisee(sql, constat):
    with transaction.atomic():
        for _ in range(3):
            inscrire()
    falsifier(sql)
    with pytest.raises(CommandError, match=constat):
        call_command("verifier_journal")
