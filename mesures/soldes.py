"""Les soldes d'un arbre national : autant de requêtes à ×1, ×10 et ×100, et la courbe du temps."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alliances.models import Alliance
from conventions.models import Convention, Ecriture, Enveloppe, ExerciceConvention
from mesures.courbes import Courbe, Volume, lire
from mesures.pages import chronometrer, client_de
from socle.models import Utilisateur

ALLIANCES, ANS, LOCALES = 21, (2025, 2026), 8
FACTEURS = (1, 10, 100)
PART = Decimal("1000.00")
PREFIXE = "mesure-soldes-"


def mesurer_les_soldes(tours):
    """Grossit l'arbre d'un facteur à l'autre; chaque lecture est faite `tours` fois."""
    volumes = []
    for facteur in FACTEURS:
        _grossir(facteur * ALLIANCES)
        comptes = {"Enveloppes": Enveloppe.objects.count(), "Écritures": Ecriture.objects.count()}
        volumes.append(Volume(facteur, comptes, _relever(tours)))
    return Courbe(
        "Soldes d’un arbre national",
        "Vingt et une conventions de deux exercices, puis dix et cent fois plus; base et lectures de la position.",
        volumes,
    )


def _relever(tours):
    client = client_de("mess")
    premiere = Convention.objects.order_by("pk").first()
    pages = {
        "Position nationale": f"{reverse('conventions:position')}?exercice={ANS[0]}",
        "Enveloppes d’une convention": reverse("conventions:enveloppes", args=[premiere.pk]),
        "Grand livre d’une convention": reverse("conventions:grand_livre", args=[premiere.pk]),
    }
    lectures = {"Arbre d’un exercice": lire(lambda: list(_arbre(premiere)), tours)}
    for nom, adresse in pages.items():
        lectures[nom] = lire(lambda adresse=adresse: chronometrer(client, adresse), tours)
    return lectures


def _arbre(convention):
    return Enveloppe.objects.de_l_arbre(convention, ANS[0]).avec_soldes()


@transaction.atomic
def _grossir(voulues):
    """Des conventions en vigueur, leurs arbres par lots, et les écritures que la base cumule elle-même."""
    par = Utilisateur.objects.get(courriel="mess@alliances.example")
    modele = Alliance.objects.select_related("cycle").order_by("pk").first()
    presentes = Alliance.objects.filter(slug__startswith=PREFIXE).count()
    for rang in range(presentes, voulues):
        alliance = Alliance.objects.create(
            cycle=modele.cycle,
            nom=f"Alliance mesurée {rang:05}",
            slug=f"{PREFIXE}{rang}",
            table_regionale=modele.table_regionale,
        )
        _peupler(alliance, par)


def _peupler(alliance, par):
    convention = Convention.objects.create(
        alliance=alliance,
        numero=alliance.slug,
        etat="signee",
        debut=date(2025, 1, 15),
        fin=date(2027, 3, 31),
        fin_realisation=date(2026, 12, 31),
        echeance_plan_au_plus_tard=alliance.cycle.echeance_plan,
        creee_le=timezone.now(),
        transmise_le=timezone.now(),
        transmise_par=par,
        signee_le=date(2025, 2, 3),
    )
    montant = PART * (LOCALES + 2)
    ExerciceConvention.objects.bulk_create(
        ExerciceConvention(convention=convention, an=an, montant=montant) for an in ANS
    )
    Ecriture.allouer(convention, par=par)
    for an in ANS:
        racine = Enveloppe.racine(convention, an)
        feuilles = [
            ("coordination", ""),
            ("regional", ""),
            *(("reserve", f"Locale {n}") for n in range(LOCALES)),
        ]
        Enveloppe.objects.bulk_create(
            Enveloppe(convention=convention, an=an, parent=racine, volet=volet, nom=nom, rang=rang)
            for rang, (volet, nom) in enumerate(feuilles)
        )
        servies = Enveloppe.objects.filter(parent=racine)
        lignes = [(e, "alloue", PART) for e in servies] + [(racine, "alloue", -montant)]
        Ecriture.passer(convention, lignes, nature="repartition", par=par, objet="Répartition")
