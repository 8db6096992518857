"""Une réponse de Django montrée par un vrai navigateur : axe, la console, et rien qui dépasse à 320 pixels.

Les réponses viennent de la pile de Django, page par page, avec leur politique de sécurité; le navigateur les reçoit
d’un petit serveur. Une page de même charpente qu’une autre n’est visitée qu’une fois.
"""

import mimetypes
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.outils.html_accessible import Arbre
from tests.outils.visiteuse import Visiteuse

LARGE, ETROITE = {"width": 1280, "height": 900}, {"width": 320, "height": 720}
ETIQUETTES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TOUTES = {"runOnly": {"type": "tag", "values": ETIQUETTES}}
A_L_ETROIT = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}}
INFRACTIONS = """async options => {
  const resultat = await axe.run({resultTypes: ['violations'], ...options});
  return resultat.violations.map(v => `${v.id} : ${v.help} – `
    + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(' … '));
}"""
DEPLIER = "() => document.querySelectorAll('details').forEach(d => { d.open = true; })"
DEFILE = """() => [...document.querySelectorAll(':has(> .en-fiches)')].filter(e => e.scrollWidth > e.clientWidth + 1)
  .map(e => `le tableau « ${e.querySelector('caption')?.textContent} » défile au lieu de s’empiler`)"""
DEBORDE = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const deborde = e => e.getBoundingClientRect().right > page.clientWidth + 1 || e.scrollWidth > page.clientWidth;
  const fautifs = [...document.querySelectorAll('main *')].filter(e => e.offsetParent && deborde(e));
  return [`déborde à ${page.scrollWidth} pixels : `
    + (fautifs.slice(-3).map(e => e.outerHTML.slice(0, 120)).join(' … ') || 'hors du contenu')];
}"""
ABSURDE = "absurde" * 60  # trop long, sans espace, ni date, ni nombre, ni choix offert
BALISE, TRAIT = re.compile(r"<(\w+)([^>]*)>"), re.compile(r'(?:class|role|type)="[^"]*"')
A_NOUS = {"Content-Length", "Set-Cookie", "Connection"}  # les en-têtes que le petit serveur pose lui-même


class Comptoir(BaseHTTPRequestHandler):
    """Sert la réponse à montrer, les fichiers statiques, et un « rien de neuf » aux scripts."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        """Rien à dire."""

    def do_GET(self):
        chemin = urlsplit(self.path).path
        if chemin.startswith("/static/"):
            fichier = Path(finders.find(chemin.removeprefix("/static/")))
            genre = mimetypes.guess_type(chemin)[0] or "text/plain"
            self.rendre(fichier.read_bytes(), {"Content-Type": genre, "Cache-Control": "max-age=3600"})
        elif self.headers["Sec-Fetch-Dest"] == "document":
            reponse = self.server.reponse
            self.rendre(reponse.content, {n: v for n, v in reponse.headers.items() if n not in A_NOUS})
        else:
            vide = (
                b"" if self.headers["Sec-Fetch-Dest"] == "script" else b'{"autres": [], "session_fin": 3600}'
            )
            self.rendre(vide, {"Content-Type": "application/json"})

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.do_GET()

    def rendre(self, corps, entetes):
        self.send_response(200)
        for nom, valeur in (entetes | {"Content-Length": len(corps)}).items():
            self.send_header(nom, str(valeur))
        self.end_headers()
        self.wfile.write(corps)


class Vitrine:
    """Un navigateur et le comptoir qui lui sert la réponse qu’on lui donne à montrer."""

    def __init__(self, page):
        self.page, self.ecarts, self.vues = page, [], set()
        page.add_init_script(AXE_SCRIPT)
        page.on("console", self._noter)
        page.on("pageerror", lambda erreur: self.ecarts.append(str(erreur)))
        self.comptoir = ThreadingHTTPServer(("127.0.0.1", 0), Comptoir)
        self.comptoir.daemon_threads = True
        threading.Thread(target=self.comptoir.serve_forever, daemon=True).start()

    def _noter(self, message):
        """Une erreur de la console; sans adresse, elle vient d’axe, que la politique de la page gêne aussi."""
        lieu = message.location
        if message.type == "error" and lieu["url"]:
            self.ecarts.append(f"console : {message.text} ({lieu['url']}, ligne {lieu['lineNumber'] + 1})")

    def fermer(self):
        self.comptoir.shutdown()
        self.comptoir.server_close()

    def montrer(self, adresse, reponse):
        self.comptoir.reponse, self.ecarts[:] = reponse, []
        self.page.set_viewport_size(LARGE)
        self.page.goto(f"http://127.0.0.1:{self.comptoir.server_port}{adresse}")

    def infractions(self, options=TOUTES):
        """Ce qu’axe refuse dans la page montrée, en phrases."""
        return self.page.evaluate(INFRACTIONS, options)

    def fautes(self, adresse, reponse):
        """Les infractions d’axe, les erreurs de la console et ce qui déborde, en phrases."""
        self.montrer(adresse, reponse)
        fautes = self.infractions() + self.ecarts
        self.page.set_viewport_size(ETROITE)
        fautes += self.page.evaluate(DEBORDE)
        self.page.evaluate(DEPLIER)
        etroites = self.infractions(A_L_ETROIT) + self.page.evaluate(DEBORDE) + self.page.evaluate(DEFILE)
        return fautes + [f"à 320 px, tout déplié, {faute}" for faute in etroites]

    def visiter(self, qui, adresse, reponse):
        """Les fautes d’une page dont la charpente n’a pas été vue; rien pour une redirection ou un fichier."""
        if reponse.streaming:
            reponse.getvalue()  # lire le fichier jusqu'au bout le ferme
        if not est_une_page(reponse):
            return []
        nouvelles = charpentes(reponse) - self.vues
        self.vues |= nouvelles
        return [f"{qui} : {faute}" for faute in self.fautes(adresse, reponse)] if nouvelles else []


def est_une_page(reponse):
    """Ni une redirection, ni un fichier, ni du JSON."""
    genre = reponse.headers.get("Content-Type", "")
    return genre.startswith("text/html") and not reponse.streaming and bool(reponse.content)


def charpentes(reponse):
    """Celles du contenu et du reste : balises, classes et rôles dans l’ordre, sans le texte ni les répétitions."""
    avant, contenu, apres = re.split(r"<main\b|</main>", reponse.content.decode())
    return {("contenu", *traits(contenu)), ("autour", *traits(avant + apres))}


def traits(html):
    return dict.fromkeys((balise, *TRAIT.findall(reste)) for balise, reste in BALISE.findall(html))


def saisie_absurde(reponse):
    """Ce qu’enverrait une personne qui remplit n’importe comment les formulaires de la page."""
    contenu = _contenu(reponse)
    saisie = Visiteuse().valeurs(contenu)
    for champ in Visiteuse().commandes(contenu):
        nom, genre = champ.lire("name"), champ.lire("type")
        if nom and genre not in ("hidden", "submit", "button"):
            saisie[nom] = SimpleUploadedFile(f"{ABSURDE[:90]}.exe", b"MZ") if genre == "file" else ABSURDE
    return saisie


def saisie_perimee(reponse):
    """Ce qu’enverrait, sans rien toucher, une page ouverte avant que quelqu’un d’autre n’enregistre."""
    return Visiteuse().valeurs(_contenu(reponse)) | {"revision": 99_999, "vu": "autre chose"}


def _contenu(reponse):
    return next(n for n in Arbre(reponse.content.decode()).racine.descendants() if n.balise == "main")
