"""Prouver une contrainte par la base : l'écriture brute échoue, et c'est bien cette contrainte qui le dit.

PostgreSQL nomme toujours la contrainte. SQLite nomme un CHECK et un index d'expressions, mais d'une unicité
simple il ne donne que les colonnes.
"""

from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction


def contraintes_de(piece):
    """{nom: (modèle, contrainte)} de toutes les contraintes déclarées par les modèles d'une pièce."""
    return {
        contrainte.name: (modele, contrainte)
        for modele in apps.get_app_config(piece).get_models()
        for contrainte in modele._meta.constraints
    }


@contextmanager
def refuse_par(nom, piece):
    """Le bloc lève `IntegrityError` à cause de la contrainte `nom`; sa transaction est défaite."""
    modele, contrainte = contraintes_de(piece)[nom]
    with pytest.raises(IntegrityError) as refus, transaction.atomic():
        yield
    if connection.vendor == "postgresql":
        assert refus.value.__cause__.diag.constraint_name == nom
    elif isinstance(contrainte, models.UniqueConstraint) and contrainte.fields:
        colonnes = (modele._meta.get_field(champ).column for champ in contrainte.fields)
        attendu = ", ".join(f"{modele._meta.db_table}.{colonne}" for colonne in colonnes)
        assert str(refus.value) == f"UNIQUE constraint failed: {attendu}"
    else:
        assert nom in str(refus.value)
