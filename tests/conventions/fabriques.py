"""Des conventions valides, et des situations nommées."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from conventions.models import (
    Convention,
    Ecriture,
    Enveloppe,
    ExerciceConvention,
    PartieConvention,
    Repartition,
)
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


def convention_en_vigueur(alliance, **champs):
    """La même, signée par toutes ses parties; ses enveloppes sont ouvertes."""
    convention = convention_en_preparation(alliance, **champs)
    mess = fabriques.personne("mess")
    convention.etat, convention.signee_le = "signee", date(2025, 2, 3)
    convention.transmise_le, convention.transmise_par = timezone.now(), mess
    convention.save()
    Enveloppe.ouvrir(convention, par=mess)
    return convention


def arbre_dresse(convention, an=2025, forme="region", par=None):
    """{libellé: enveloppe} d'un exercice dont l'arbre vient d'être dressé."""
    par = par or fabriques.personne("finances", convention.alliance)
    Enveloppe.dresser(convention, an, forme, par=par)
    return enveloppes_par_nom(convention, an)


def enveloppes_par_nom(convention, an=2025):
    """{libellé: enveloppe} d'un exercice, soldes relus."""
    arbre = Enveloppe.objects.de_l_arbre(convention, an)
    arbre = arbre.select_related("convention__alliance", "solde", "territoire")
    return {str(e): e for e in arbre}


PARTS = {
    "Coordination et mobilisation": "150000.00",
    "Projets régionaux": "105000.00",
    "La Matapédia": "400000.01",
    "La Matanie": "400000.00",
    "Participation des personnes": "44999.99",
    "Réserve": "100000.00",
}


def brouillon(convention, an=2025, parts=PARTS, par=None, methode="egales"):
    """Une répartition enregistrée, prête à adopter si les parts font l'exercice."""
    enveloppes = enveloppes_par_nom(convention, an)
    lignes = {enveloppes[nom]: (Decimal(montant), False, None) for nom, montant in parts.items()}
    actuel = Repartition.objects.brouillon(convention, an)
    return Repartition.enregistrer(
        convention,
        an,
        lignes,
        methode=methode,
        revision=actuel.revision if actuel else 0,
        par=par or fabriques.personne("coordination", convention.alliance),
    )


def repartition_adoptee(convention, an=2025, parts=PARTS, resolution="2025-017", par=None):
    """L'exercice réparti et adopté par la Table."""
    par = par or fabriques.personne("signature", convention.alliance)
    return brouillon(convention, an, parts, par).adopter(
        par=par, adoptee_le=date(2025, 6, 12), resolution=resolution, piece=fabriques.fichier_pdf()
    )
