"""Déclencheurs de base de données : ce qui est écrit une fois ne se réécrit ni ne s'efface, même en SQL.

Un modèle déclare les siens (`declencheurs = IMMUABLE`); chaque `migrate` et chaque `flush` les repose. Rien d'autre
dans l'application ne les lève.
"""

import re
from dataclasses import dataclass

from django.apps import apps
from django.db import connections, transaction

VIDAGE_PG = """
CREATE OR REPLACE FUNCTION refuser_vidage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'La table % est immuable : % refusé.', TG_TABLE_NAME, TG_OP;
END $$
"""
NOMS = {
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
}

# Le jour d'un instant, au Québec. SQLite ignore les fuseaux : à l'heure normale toute l'année, jamais un jour trop tôt.
JOUR = {
    "postgresql": r"((\1 AT TIME ZONE 'America/Toronto')::date)",
    "sqlite": r"date(\1, '-5 hours')",
}


@dataclass(frozen=True)
class Declencheur:
    """Ce que la base fait d'une ligne : elle la refuse, ou elle en écrit la suite.

    `condition` et `action` sont du SQL que les deux moteurs lisent, sur NEW et OLD. Sans condition, toujours. La
    condition peut lire `JOUR(instant)`; le refus, nommer `{table}`.
    """

    evenement: str  # INSERT, UPDATE ou DELETE
    refus: str = ""
    condition: str = ""
    action: str = ""

    def nom(self, table):
        return f"{table}_{self.evenement.lower()}_{'suite' if self.action else 'refus'}"

    def creer(self, table, moteur):
        """Les phrases SQL qui le posent."""
        nom, quand = self.nom(table), "AFTER" if self.action else "BEFORE"
        refus = self.refus.format(table=table)
        condition = re.sub(r"JOUR\(([\w.]+)\)", JOUR[moteur], self.condition)
        if moteur == "sqlite":
            si = f"WHEN {condition} " if condition else ""
            corps = self.action or f"SELECT RAISE(ABORT, '{refus}')"
            return [f"CREATE TRIGGER {nom} {quand} {self.evenement} ON {table} {si}BEGIN {corps}; END"]
        rendue = "OLD" if self.evenement == "DELETE" else "NEW"
        corps = self.action or f"RAISE EXCEPTION USING MESSAGE = '{refus}'"
        return [
            f"CREATE OR REPLACE FUNCTION {nom}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {condition or 'TRUE'} THEN {corps}; END IF; RETURN {rendue}; END $$",
            f"CREATE TRIGGER {nom} {quand} {self.evenement} ON {table} FOR EACH ROW EXECUTE FUNCTION {nom}()",
        ]


IMMUABLE = tuple(
    Declencheur(evenement, refus=f"La table {{table}} est immuable\u00a0: {evenement} refusé.")
    for evenement in ("UPDATE", "DELETE")
)


def declares(modeles=None):
    """[(table, ses déclencheurs)] des modèles qui en déclarent."""
    modeles = apps.get_models() if modeles is None else modeles
    return [(m._meta.db_table, m.declencheurs) for m in modeles if getattr(m, "declencheurs", ())]


def _phrases(table, declencheurs, moteur):
    """{nom: phrases qui posent} de tout ce qui garde une table. PostgreSQL sait aussi vider une table d'un coup."""
    phrases = {declencheur.nom(table): declencheur.creer(table, moteur) for declencheur in declencheurs}
    if moteur == "postgresql" and any(d.refus and d.evenement == "DELETE" for d in declencheurs):
        sur = f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuser_vidage()"
        phrases[f"{table}_vidage_refus"] = [VIDAGE_PG, f"CREATE TRIGGER {table}_vidage_refus {sur}"]
    return phrases


def poses(connexion):
    """Les noms des déclencheurs qui sont dans la base."""
    with connexion.cursor() as curseur:
        curseur.execute(NOMS[connexion.vendor])
        return {nom for (nom,) in curseur.fetchall()}


def poser(connexion, gardees=None):
    """Pose ce qui manque."""
    deja = poses(connexion)
    with connexion.cursor() as curseur:
        for table, declencheurs in declares() if gardees is None else gardees:
            for nom, phrases in _phrases(table, declencheurs, connexion.vendor).items():
                for phrase in () if nom in deja else phrases:
                    curseur.execute(phrase)


def retirer(connexion, gardees=None):
    """Retire ce qui est posé : le temps d'une migration, qui refait des tables, ou du ménage d'une base d'essai."""
    deja = poses(connexion)
    with connexion.cursor() as curseur:
        for table, declencheurs in declares() if gardees is None else gardees:
            for nom in _phrases(table, declencheurs, connexion.vendor).keys() & deja:
                sur = f" ON {table}" if connexion.vendor == "postgresql" else ""
                curseur.execute(f"DROP TRIGGER {nom}{sur}")


def avant_migrations(sender, using, plan, **options):
    """SQLite refait une table qu'on change, et ne peut pas si le gardien d'une autre la lit.

    PostgreSQL la change en place : rien n'y lève un déclencheur, même le temps d'une migration qui échoue.
    """
    if plan and connections[using].vendor == "sqlite":
        retirer(connections[using])


def apres_migrations(sender, using, **options):
    """À la fin de `migrate` et de `flush`, pour les modèles de chaque application.

    `migrate` (il a un plan, même vide) repose tout : un déclencheur changé, éteint ou d'une version passée est refait.
    """
    if gardees := declares(sender.get_models()):
        with transaction.atomic(using=using):
            if "plan" in options:
                retirer(connections[using], gardees)
            poser(connections[using], gardees)
