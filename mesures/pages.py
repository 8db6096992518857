"""Les pages mesurées : ce que chacune demande à la base, et son temps comparé à celui de la page vide."""

import statistics
import time
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mesures.catalogue import pages
from socle.models import Utilisateur

# Quatre fois la page vide : des QuerySets ordinaires y tiennent, sans mécanique pour écrire leurs requêtes d’avance.
REQUETES_AU_PLUS, RAPPORT_AU_PLUS = 12, 4.0


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
    for nom, compte, adresse in pages():
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
