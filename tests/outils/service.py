"""Le service comme en production : gunicorn, ses quatre processus, la base de l'essai, la boucle locale.

Ce module est aussi le module de réglages du service : ceux de la production, sans le rassemblement des fichiers
statiques, et sur la base que l'essai nomme. Le mandataire qui parle HTTPS est le `Navigateur`.
"""

import os
import re
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode

CLE = "un-service-le-temps-d-un-essai-et-rien-qu-un-essai-0123456789"
ANTI_CONTREFACON = "c" * 32
BASE = "BASE_DE_L_ESSAI"
CHAMP_CACHE = re.compile(r'name="(?P<nom>jeton_d_envoi|revision)"[^>]*value="(?P<valeur>[^"]*)"')

if BASE in os.environ:
    from config.settings import prod

    prod.DATABASES["default"]["NAME"] = os.environ[BASE]
    prod.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    vars().update((nom, valeur) for nom, valeur in vars(prod).items() if nom.isupper())


@contextmanager
def servir(base, dossier):
    """Sert la base de ce nom; rend (le port, le fichier des traces). Les connexions attendent que tout soit prêt."""
    traces = dossier / "traces"
    env = os.environ | {
        BASE: str(base),
        "DJANGO_SETTINGS_MODULE": __name__,
        "SECRET_KEY": CLE,
        "DATABASE_URL": os.environ.get("DATABASE_URL", f"sqlite:///{base}"),
        "ALLOWED_HOSTS": "127.0.0.1",
        "EMAIL_URL": "dummymail://",
        "CACHE_URL": "locmemcache://",
        "ENTETE_HTTPS": "X-Forwarded-Proto",
        "DEPOT_PRIVE": str(dossier / "pieces"),
    }
    with socket.create_server(("127.0.0.1", 0), backlog=256) as prise, traces.open("w") as sortie:
        argv = ["-m", "gunicorn", "config.wsgi", "--workers", "4", "--bind", f"fd://{prise.fileno()}"]
        racine = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
        options = {"cwd": racine, "env": env, "pass_fds": [prise.fileno()], "stderr": sortie}
        with subprocess.Popen([sys.executable, *argv], stdout=sortie, **options) as serveur:
            try:
                yield prise.getsockname()[1], traces
            finally:
                serveur.terminate()
                serveur.wait(timeout=30)


@dataclass
class Reponse:
    code: int
    texte: str
    suite: str = ""


class Navigateur:
    """Une personne connectée, derrière le mandataire; `codes` garde tout ce qu'on lui a répondu."""

    def __init__(self, port, seance, codes):
        self.port, self.codes = port, codes
        self.temoins = {"__Host-seance": seance, "__Host-csrf": ANTI_CONTREFACON}

    def lire(self, adresse):
        return self._demander("GET", adresse)

    def suivre(self, reponse):
        """La page qu'on lit à la fin, la redirection suivie."""
        return self.lire(reponse.suite) if reponse.suite else reponse

    def champs_caches(self, adresse):
        """{nom: valeur} de ce que la page fait renvoyer sans qu'on y touche."""
        return {m["nom"]: m["valeur"] for m in CHAMP_CACHE.finditer(self.lire(adresse).texte)}

    def envoyer(self, adresse, donnees, **entetes):
        corps = urlencode(donnees | {"csrfmiddlewaretoken": ANTI_CONTREFACON}, doseq=True)
        entetes = {"Content-Type": "application/x-www-form-urlencoded"} | entetes
        return self._demander("POST", adresse, corps, entetes)

    def _demander(self, methode, adresse, corps=None, entetes=()):
        connexion = HTTPConnection("127.0.0.1", self.port, timeout=30)
        entetes = dict(entetes) | {
            "Cookie": "; ".join(f"{nom}={valeur}" for nom, valeur in self.temoins.items()),
            "X-Forwarded-Proto": "https",
            "Referer": f"https://127.0.0.1:{self.port}/",
        }
        try:
            connexion.request(methode, adresse, corps, entetes)
            return self._lue(connexion.getresponse())
        finally:
            connexion.close()

    def _lue(self, reponse):
        self.codes.append(reponse.status)
        for pose in reponse.headers.get_all("Set-Cookie", ()):
            self.temoins |= {nom: temoin.coded_value for nom, temoin in SimpleCookie(pose).items()}
        return Reponse(reponse.status, reponse.read().decode(), reponse.headers.get("Location", ""))
