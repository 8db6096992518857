"""Un petit serveur et une page pour essayer les modules de script sans l’application."""

import json
import mimetypes
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from django import forms
from django.conf import settings

from socle.formulaires.widgets import TexteRicheField
from socle.texte.riche import nettoyer

CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'"
MODULES = ("redaction", "sauvegarde", "quitter", "presence", "session")
PAGE = """<!doctype html><html lang="fr-CA"><head><meta charset="utf-8"><title>Section 1d</title>
<link rel="stylesheet" href="/static/css/base.css"><link rel="stylesheet" href="/static/css/formulaires.css">
<link rel="stylesheet" href="/static/css/plan.css">{scripts}</head><body><main>
<h1>Section 1d</h1><p>Dernier enregistrement <span data-dernier-enregistrement>hier</span></p>
<p role="status" data-presence="/presence/"></p>
<form method="post" action="/section/" data-sauvegarde="/brouillon/" data-session-fin="{session}">
<input type="hidden" name="csrfmiddlewaretoken" value="{jeton}"><input type="hidden" name="revision" value="3">
{champ}<p class="sauvegarde" role="status" data-sauvegarde-etat></p>
<button class="bouton">Enregistrer</button></form></main></body></html>"""


class Formulaire(forms.Form):
    texte = TexteRicheField(label="Description", help_text="Dites qui participe.")


class Guichet(BaseHTTPRequestHandler):
    """Répond au nom de la maison : `self.server.maison`."""

    def log_message(self, *args):
        """Rien à dire."""

    def repondre(self, code, corps, genre="text/html; charset=utf-8", **entetes):
        corps = corps.encode() if isinstance(corps, str) else corps
        self.send_response(code)
        entetes |= {"Content-Type": genre, "Content-Length": str(len(corps)), "Content-Security-Policy": CSP}
        for nom, valeur in entetes.items():
            self.send_header(nom, valeur)
        self.end_headers()
        self.wfile.write(corps)

    def do_GET(self):
        chemin = urlsplit(self.path).path
        if chemin.startswith("/static/"):
            fichier = settings.RACINE / chemin.lstrip("/")
            self.repondre(200, fichier.read_bytes(), mimetypes.guess_type(fichier)[0] or "text/plain")
        elif chemin == "/section/":
            self.repondre(200, self.server.maison.page())
        else:
            self.repondre(200, "<!doctype html><title>Autre</title><h1>Connexion</h1>")

    def do_POST(self):
        corps = self.rfile.read(int(self.headers["Content-Length"])).decode()
        champs = dict(re.findall(r'name="([^"]+)"\r\n\r\n(.*?)\r\n--', corps, re.DOTALL))
        maison = self.server.maison
        if self.path == "/presence/":
            maison.presences.append(champs)
            self.repondre(200, json.dumps(maison.presence), "application/json")
        elif self.path == "/brouillon/":
            maison.envois.append(champs | {"_jeton": self.headers["X-CSRFToken"]})
            maison.retard.wait(5)
            code, donnees = maison.reponses.pop(0) if maison.reponses else (200, maison.reussite())
            ailleurs = {"Location": "/compte/"} if code == 302 else {}
            self.repondre(code, json.dumps(donnees), "application/json", **ailleurs)
        else:
            maison.envois.append({"_soumis": corps})
            self.repondre(200, "<!doctype html><title>Fait</title><h1>Enregistré</h1>")


class Maison:
    """Un petit serveur : la page, les fichiers statiques, et les réponses que l’essai demande."""

    def __init__(self):
        self.envois, self.reponses, self.presences = [], [], []
        self.presence, self.jeton, self.session = {"autres": []}, "jeton-1", 3600
        self.initial = "<p>Bonjour</p>"
        self.retard = threading.Event()
        self.retard.set()
        self.serveur = ThreadingHTTPServer(("127.0.0.1", 0), Guichet)
        self.serveur.maison = self
        self.adresse = f"http://127.0.0.1:{self.serveur.server_port}/section/"
        threading.Thread(target=self.serveur.serve_forever, daemon=True).start()

    def reussite(self):
        n = 3 + len(self.envois)
        return {
            "revision": n,
            "heure": "14 h 32",
            "dernier": "aujourd’hui",
            "message": f"Brouillon enregistré à 14 h 32 ({n})",
        }

    def page(self):
        scripts = "".join(f'<script type="module" src="/static/js/{m}.js"></script>' for m in MODULES)
        champ = Formulaire(initial={"texte": self.initial})["texte"].as_field_group()
        return PAGE.format(scripts=scripts, champ=champ, jeton=self.jeton, session=self.session)


def envoye(page):
    """Le HTML que le formulaire enverrait, tel que le serveur le garderait."""
    html = page.evaluate("() => new FormData(document.querySelector('form')).get('texte')")
    assert page.evaluate("() => new FormData(document.querySelector('form')).get('texte_format')") == "html"
    return nettoyer(html)


def coller(editeur, html, texte="x"):
    editeur.evaluate(
        """(e, [html, texte]) => { const d = new DataTransfer();
        d.setData('text/html', html); d.setData('text/plain', texte);
        e.dispatchEvent(new ClipboardEvent('paste', {clipboardData: d, bubbles: true, cancelable: true})); }""",
        [html, texte],
    )


def outil(page, nom):
    return page.get_by_role("toolbar", name="Mise en forme").get_by_role("button", name=nom, exact=True)
