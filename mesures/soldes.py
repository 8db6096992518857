"""Les soldes d'un arbre national : autant de requêtes à ×1, ×10 et ×100, et la courbe du temps."""

import statistics
import time
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from alliances.models import Alliance
from conventions.models import Convention, Ecriture, Enveloppe, ExerciceConvention
from mesures.pages import chronometrer, client_de
from socle.models import Utilisateur

ALLIANCES, ANS, LOCALES = 21, (2025, 2026), 8
FACTEURS = (1, 10, 100)
PART = Decimal("1000.00")
PREFIXE = "mesure-soldes-"
UTILES = ("SELECT", "INSERT", "UPDATE")


@dataclass
class MesureDesSoldes:
    """Un volume : ses enveloppes et ses écritures; par lecture, requêtes et millisecondes de processeur."""

    facteur: int
    enveloppes: int
    ecritures: int
    lectures: dict


def mesurer_les_soldes(tours):
    """Grossit l'arbre d'un facteur à l'autre; chaque lecture est faite `tours` fois."""
    mesures = []
    for facteur in FACTEURS:
        _grossir(facteur * ALLIANCES)
        mesures.append(
            MesureDesSoldes(facteur, Enveloppe.objects.count(), Ecriture.objects.count(), _relever(tours))
        )
    return mesures


def _relever(tours):
    client = client_de("mess")
    premiere = Convention.objects.order_by("pk").first()
    pages = {
        "Position nationale": f"{reverse('conventions:position')}?exercice={ANS[0]}",
        "Enveloppes d’une convention": reverse("conventions:enveloppes", args=[premiere.pk]),
        "Grand livre d’une convention": reverse("conventions:grand_livre", args=[premiere.pk]),
    }
    lectures = {"Arbre d’un exercice": _lire(lambda: list(_arbre(premiere)), tours)}
    for nom, adresse in pages.items():
        lectures[nom] = _lire(lambda adresse=adresse: chronometrer(client, adresse), tours)
    return lectures


def _arbre(convention):
    return Enveloppe.objects.de_l_arbre(convention, ANS[0]).avec_soldes()


def _lire(lecture, tours):
    """(nombre de requêtes, millisecondes médianes)."""
    with CaptureQueriesContext(connection) as requetes:
        lecture()
    nombre = sum(
        requete["sql"].startswith(UTILES) for requete in requetes
    )  # avant que la page suivante n’efface tout
    temps = []
    for _ in range(tours):
        debut = time.process_time()
        lecture()
        temps.append((time.process_time() - debut) * 1000)
    return nombre, statistics.median(temps)


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
