from tests.demonstration import charger
from tests.outils.partage import partagee


@partagee
def demonstration(db):
    """La démonstration, et ce que la commande a écrit."""
    return charger()
