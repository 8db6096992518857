"""Une répartition adoptée ne se réécrit pas, même en SQL; le brouillon qui suit, si."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from tests.conventions.fabriques import (
    PARTS,
    arbre_dresse,
    brouillon,
    convention_en_vigueur,
    repartition_adoptee,
)
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    convention = convention_en_vigueur(cadre.bsl, plafond_administration=Decimal("10"))
    arbre_dresse(convention)
    return convention


@pytest.mark.parametrize(
    "requete",
    [
        "UPDATE conventions_lignerepartition SET montant = 0",
        "DELETE FROM conventions_lignerepartition",
        "INSERT INTO conventions_lignerepartition (repartition_id, enveloppe_id, montant, avant, calculee) "
        "SELECT r.id, e.id, 0, 0, l.calculee FROM conventions_repartition r, conventions_enveloppe e, "
        "conventions_lignerepartition l WHERE e.parent_id IS NULL",
        "UPDATE conventions_repartition SET resolution = 'autre'",
        "DELETE FROM conventions_repartition",
    ],
)
def test_une_repartition_adoptee_ne_se_reecrit_pas_meme_en_sql(convention, requete):
    adoptee = repartition_adoptee(convention)
    avant = list(adoptee.lignes.values_list("enveloppe", "montant").order_by("pk"))
    with (
        pytest.raises(DatabaseError, match="Une répartition adoptée ne change plus"),
        transaction.atomic(),
        connection.cursor() as curseur,
    ):
        curseur.execute(requete)
    assert list(adoptee.lignes.values_list("enveloppe", "montant").order_by("pk")) == avant


def test_le_brouillon_qui_suit_une_adoption_se_refait_librement(convention):
    repartition_adoptee(convention)
    brouillon(convention)
    suivante = brouillon(convention)
    assert suivante.lignes.count() == len(PARTS)
    suivante.lignes.update(montant=0)
    with pytest.raises(DatabaseError, match="adoptée ne change plus"), transaction.atomic():
        suivante.lignes.update(repartition=convention.repartitions.get(etat="adoptee"))
