"""Des conventions valides, et des situations nommées."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from conventions.models import Convention, Ecriture, Enveloppe, ExerciceConvention, PartieConvention
from tests import fabriques

MONTANTS = {2025: Decimal("1200000.00"), 2026: Decimal("1300000.00")}


def convention_en_preparation(alliance, **champs):
    """Une convention de deux exercices, avec la ou le ministre et le partenaire signataire."""
    valeurs = {
        "numero": f"FQIS-{alliance.slug}"[:30],
        "debut": date(2025, 1, 15),
        "fin": date(2027, 3, 31),
        "fin_realisation": date(2026, 12, 31),
        "echeance_plan_au_plus_tard": alliance.cycle.echeance_plan,
        "creee_le": timezone.now(),
    }
    convention = Convention(alliance=alliance, **valeurs | champs)
    convention.full_clean(exclude=["creee_par", "transmise_par", "fermee_par"])
    convention.save()
    for an, montant in MONTANTS.items():
        ExerciceConvention.objects.create(convention=convention, an=an, montant=montant)
    PartieConvention.objects.create(convention=convention, role="ministre", rang=9)
    PartieConvention.objects.create(
        convention=convention, role="signataire", organisme=alliance.table_regionale, rang=1
    )
    return convention


def enveloppe_d_exercice(convention, an=2025, montant=None):
    """La racine d'un exercice, déjà créditée de ce que la convention prévoit."""
    racine = Enveloppe.objects.create(convention=convention, an=an, volet="exercice")
    montant = MONTANTS[an] if montant is None else montant
    with transaction.atomic():
        Ecriture.passer(
            convention,
            [(racine, "convenu", montant), (racine, "alloue", montant)],
            nature="allocation",
            par=fabriques.personne("mess"),
            objet="Signature de la convention",
        )
    return racine
