"""Les déclencheurs : déclarés une fois par leur modèle, posés à chaque migration, jamais levés par le produit."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from alliances.models import JournalAlliance
from socle import declencheurs
from socle.declencheurs import IMMUABLE, Declencheur, declares, poser, poses, retirer

TABLE = "alliances_journalalliance"
LEVER = ("retirer(", "session_replication_role", "DISABLE TRIGGER")


def changer():
    executer(f"UPDATE {TABLE} SET motif = 'x'")


def executer(phrase):
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(phrase)


def noter():
    with transaction.atomic():
        JournalAlliance.noter(alliance=None, par=None, geste="essai", objet="x")


def test_chaque_table_d_histoire_est_nommee():
    immuables = sorted(table for table, gardiens in declares() if set(IMMUABLE) <= set(gardiens))
    assert immuables == [
        "alliances_journalalliance",
        "conventions_annulationversement",
        "conventions_depense",
        "conventions_ecriture",
        "conventions_instantaneconvention",
        "conventions_journalconvention",
        "conventions_lignereglement",
        "conventions_prolongation",
        "conventions_receptionderemise",
        "conventions_recuperation",
        "conventions_remise",
        "conventions_versement",
        "plans_instantane",
        "plans_journalplan",
        "projets_affectation",
        "projets_decision",
        "projets_journalprojets",
        "projets_piecedecision",
        "projets_reponse",
        "protocoles_avistransmis",
        "protocoles_instantaneprotocole",
        "protocoles_lignerectifiee",
        "protocoles_notedesuivi",
        "protocoles_paiement",
        "protocoles_piecenote",
        "protocoles_remboursement",
        "protocoles_signatureavenantprotocole",
        "protocoles_signatureprotocole",
    ]


@pytest.mark.django_db
def test_les_migrations_ont_pose_tout_ce_que_les_modeles_declarent():
    attendus = {gardien.nom(table) for table, gardiens in declares() for gardien in gardiens}
    if connection.vendor == "postgresql":
        attendus |= {f"{t}_vidage_refus" for t, g in declares() if any(d.evenement == "DELETE" for d in g)}
    assert poses(connection) == attendus


@pytest.mark.django_db(transaction=True)
def test_retires_puis_reposes_ils_refusent_de_nouveau():
    noter()
    with pytest.raises(DatabaseError, match=rf"{TABLE} est immuable\s: UPDATE refusé"):
        changer()
    retirer(connection)
    retirer(connection)
    changer()
    poser(connection)
    with pytest.raises(DatabaseError, match="immuable"):
        changer()


@pytest.mark.django_db(transaction=True)
def test_migrer_repose_ce_qui_manque():
    retirer(connection)
    call_command("migrate", verbosity=0)
    noter()
    with pytest.raises(DatabaseError, match="immuable"):
        changer()


@pytest.mark.django_db
def test_une_migration_qui_a_du_travail_travaille_sans_eux_sur_sqlite_seulement():
    declencheurs.avant_migrations(sender=None, using="default", plan=[])
    assert poses(connection)
    declencheurs.avant_migrations(sender=None, using="default", plan=["une migration"])
    assert bool(poses(connection)) == (connection.vendor == "postgresql")


@pytest.mark.django_db(transaction=True)
def test_migrer_refait_un_declencheur_neutralise():
    nom = IMMUABLE[0].nom(TABLE)
    retirer(connection, [(TABLE, IMMUABLE[:1])])
    for phrase in Declencheur("UPDATE", refus="Jamais.", condition="1 = 0").creer(TABLE, connection.vendor):
        executer(phrase)
    assert nom in poses(connection)
    noter()
    changer()
    call_command("migrate", verbosity=0)
    with pytest.raises(DatabaseError, match="immuable"):
        changer()


@pytest.mark.django_db
def test_remplacer_une_ligne_n_est_pas_un_detour():
    """SQLite seul connaît REPLACE; PostgreSQL le refuse tel quel."""
    noter()
    attendu = "immuable" if connection.vendor == "sqlite" else "REPLACE"
    with pytest.raises(DatabaseError, match=attendu):
        executer(f"INSERT OR REPLACE INTO {TABLE} SELECT * FROM {TABLE}")


@pytest.mark.django_db(transaction=True)
def test_une_table_immuable_ne_se_vide_pas_d_un_coup():
    noter()
    vidage = f"TRUNCATE {TABLE}" if connection.vendor == "postgresql" else f"DELETE FROM {TABLE}"
    with pytest.raises(DatabaseError, match="immuable"):
        executer(vidage)


def test_deux_declencheurs_d_une_table_ont_des_noms_distincts():
    for table, gardiens in declares():
        noms = [gardien.nom(table) for gardien in gardiens]
        assert len(set(noms)) == len(noms)
        assert max(map(len, noms)) < 63  # PostgreSQL couperait sans le dire.


def test_un_refus_porte_le_nom_de_sa_table():
    (phrase,) = Declencheur("DELETE", refus="Pas {table}.").creer("la_table", "sqlite")
    assert "Pas la_table." in phrase


def test_aucun_code_du_produit_ne_leve_un_declencheur():
    """Sauf une migration qui a du travail, et les mesures, sur leur base d'un moment."""
    from config.settings.base import PIECES_DE_LA_MAISON, RACINE

    fautifs = [
        str(chemin.relative_to(RACINE))
        for piece in set(PIECES_DE_LA_MAISON) - {"mesures"}
        for chemin in (RACINE / piece.replace(".", "/")).rglob("*.py")
        if chemin.name != "declencheurs.py"
        and "socle.declencheurs" in (texte := chemin.read_text(encoding="utf-8"))
        and any(mot in texte for mot in LEVER)
    ]
    assert fautifs == []
