import pytest
from django.db import transaction

from tests.demonstration import charger


@pytest.fixture(scope="package")
def chargee(django_db_setup, django_db_blocker):
    """La démonstration chargée une fois pour tout le dossier, puis défaite."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield charger()
        transaction.set_rollback(True)


@pytest.fixture
def demonstration(chargee, db):
    """Ce que la commande a écrit; chaque essai défait ce qu'il change."""
    return chargee
