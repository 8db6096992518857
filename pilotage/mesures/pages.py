"""Les pages mesurées : ce que chacune demande à la base, et son temps comparé à celui de la page vide."""

import statistics
import time
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliances.plans.models import Instantane, Moyen, VersionPlan
from socle.models import Utilisateur

REQUETES_AU_PLUS, RAPPORT_AU_PLUS = 12, 3.0
BSL, CHAUDIERE, SAGUENAY = "bas-saint-laurent", "chaudiere-appalaches", "saguenay-lac-saint-jean"
GASPESIE, CAPITALE, CENTRE = "gaspesie", "capitale-nationale", "centre-du-quebec"


@dataclass
class Mesure:
    """Une page pour une personne : nombre de requêtes, temps CPU de chaque essai en millisecondes."""

    page: str
    personne: str
    requetes: int
    taille: int
    temps: list
    vide: list

    @property
    def mediane(self):
        return statistics.median(self.temps)

    @property
    def rapport(self):
        return self.mediane / statistics.median(self.vide)

    @property
    def tient(self):
        return self.requetes <= REQUETES_AU_PLUS and self.rapport <= RAPPORT_AU_PLUS


def _version(slug):
    return VersionPlan.objects.filter(plan__alliance__slug=slug).order_by("-numero").first()


def _adresses():
    """(libellé, compte, adresse) de chaque page mesurée."""
    bsl, examinee = _version(BSL), _version(GASPESIE)
    plan, moyen = bsl.pk, Moyen.objects.filter(objectif__priorite__version=bsl).first()
    decision = Instantane.objects.filter(version=_version(SAGUENAY), circonstance="decision").last()
    redaction = {
        "Accueil": reverse("pilotage:accueil"),
        "Notifications": reverse("pilotage:notifications"),
        "Fiche de l’Alliance": reverse("alliances:fiche", args=[BSL]),
        "Gouvernance": reverse("alliances:gouvernance", args=[BSL]),
        "Participation": reverse("alliances:participation", args=[BSL]),
        "Journal de l’Alliance": reverse("alliances:journal", args=[BSL]),
        "Organismes": reverse("alliances:organismes"),
        "Mandats": reverse("alliances:mandats"),
        "Liste des tâches du plan": reverse("plans:tableau", args=[plan]),
        "Section 2a": reverse("plans:section", args=[plan, "2a"]),
        "Priorités (arbre)": reverse("plans:priorites", args=[plan]),
        "Carte d’une priorité": reverse("plans:carte", args=[plan, "priorite", moyen.objectif.priorite.cle]),
        "Carte d’un moyen": reverse("plans:carte", args=[plan, "moyen", moyen.cle]),
        "Vérification": reverse("plans:verification", args=[plan]),
        "Adoption": reverse("plans:adoption", args=[plan]),
        "Dépôt": reverse("plans:depot", args=[plan]),
        "Lecture du plan": reverse("plans:lecture", args=[plan]),
        "Dossier du plan": reverse("plans:dossier", args=[bsl.plan_id]),
    }
    examen = {
        "Accueil": reverse("pilotage:accueil"),
        "Liste des plans": reverse("plans:liste"),
        "Liste des Alliances": reverse("alliances:liste"),
        "Mandats": reverse("alliances:mandats"),
        "Examen": reverse("plans:examen", args=[examinee.pk]),
        "Examen, section 2a": reverse("plans:examen_partie", args=[examinee.pk, "2a"]),
        "Examen, priorités": reverse("plans:examen_partie", args=[examinee.pk, "3-9"]),
        "Examen d’une priorité": reverse(
            "plans:examen_partie", args=[examinee.pk, examinee.priorites.first().cle]
        ),
        "Liste de contrôle": reverse("plans:controle", args=[examinee.pk]),
        "Lecture du plan": reverse("plans:lecture", args=[examinee.pk]),
        "Dossier d’un plan modifié": reverse("plans:dossier", args=[_version(CENTRE).plan_id]),
        "Comparaison de deux versions": reverse("plans:comparaison", args=[_version(CENTRE).plan_id]),
        "Instantané d’une décision": reverse("plans:instantane", args=[decision.pk]),
    }
    avisee = _version(CAPITALE).pk
    decider = {
        "Examen": reverse("plans:examen", args=[avisee]),
        "Approbation": reverse("plans:approbation", args=[avisee]),
    }
    comptes = (("coordination", redaction), ("mess", examen), ("approbation", decider))
    return [(nom, compte, url) for compte, pages in comptes for nom, url in pages.items()]


def client_de(compte):
    """Un navigateur connecté, sa séance déjà prolongée."""
    client = Client()
    client.force_login(Utilisateur.objects.get(courriel=f"{compte}@alliances.example"))
    client.get(reverse("mesure_vide"))
    return client


def chronometrer(client, adresse):
    """(millisecondes de processeur, réponse) d'une demande, pile entière de Django."""
    debut = time.process_time()
    reponse = client.get(adresse)
    reponse.getvalue()
    return (time.process_time() - debut) * 1000, reponse


def mesurer_les_pages(tours):
    """Chaque page et la page vide de la même personne, l'une après l'autre, `tours` fois."""
    clients, mesures = {}, []
    vide = reverse("mesure_vide")
    for nom, compte, adresse in _adresses():
        client = clients.setdefault(compte, None) or client_de(compte)
        clients[compte] = client
        with CaptureQueriesContext(connection) as requetes:
            reponse = client.get(adresse)
        if reponse.status_code != 200:
            raise RuntimeError(f"{adresse} répond {reponse.status_code} à {compte}")
        mesures.append((Mesure(nom, compte, len(requetes), len(reponse.content), [], []), client, adresse))
    for _ in range(tours):
        for mesure, client, adresse in mesures:
            mesure.temps.append(chronometrer(client, adresse)[0])
            mesure.vide.append(chronometrer(client, vide)[0])
    return [mesure for mesure, *_ in mesures]
