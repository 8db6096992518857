"""Relit les gabarits : ce qu’interdisent la politique de sécurité du contenu et l’usage de la maison.

    python -m outils.gabarits

Rien en ligne (style, script, gestionnaire), aucune adresse externe, chaque inclusion fermée par `only` et
nommée d’un `_`, aucun `|safe`, aucun gabarit qui ne serve plus; 120 colonnes au plus et un élément par ligne.
Sortie 1 s’il reste une faute.
"""

import ast
import re
import sys
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
DOSSIER = RACINE / "templates"
PIECES = (
    "config",
    "socle",
    "alliances",
    "conventions",
    "projets",
    "reddition",
    "pilotage",
    "demonstration",
    "mesures",
)

COMMENTAIRE = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}", re.S)
REGLES = {
    "style en ligne : le mettre dans une feuille de style": re.compile(r"<[^>]*\sstyle\s*=|<style\b", re.I),
    "script en ligne : en faire un module de static/js": re.compile(
        r"<script\b(?![^>]*\bsrc=)(?![^>]*\btype=\"application/json\")", re.I
    ),
    "gestionnaire en ligne : écouter l’événement dans un module": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "adresse « javascript: »": re.compile(r"javascript:", re.I),
    "adresse externe : la mettre dans un réglage": re.compile(
        r"(?:src|href|action|srcset|poster|data)\s*=\s*[\"']?\s*(?:https?:)?//", re.I
    ),
    "`|safe` : passer par un filtre qui prouve que le texte est sûr": re.compile(r"\|\s*safe(?:seq)?\b"),
    "échappement coupé": re.compile(r"\{%\s*autoescape\s+off"),
}
LARGEUR = 120
# Un élément en ligne (`a`, `span`…) suit le texte; un élément bloc ouvre sa ligne.
BLOC = re.compile(
    r"<(?:article|aside|blockquote|caption|d[dlt]|details|div|fieldset|footer|form|header|h[1-6]|legend|li|main|nav"
    r"|ol|p|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)\b",
    re.I,
)
INCLUSION = re.compile(r"\{%\s*include\s+(.*?)\s*%\}", re.S)
REFERENCE = re.compile(r"[\"']([\w./-]+\.(?:html|txt|css|svg))[\"']")

# Gabarits que nos pages ne nomment pas : la bibliothèque qui les cherche les compose elle-même.
CHERCHES_PAR = {
    "account/": "django-allauth",
    "allauth/": "django-allauth",
    "mfa/": "django-allauth",
    "socialaccount/": "django-allauth",
    "openid_connect/": "django-allauth",
    "usersessions/": "django-allauth",
    "admin/": "l’administration de Django",
    "django/forms/": "les formulaires de Django",
    "sdg/": "crispy-forms",
}
# Une messagerie ne charge aucune feuille de style : l’attribut `style` y est permis, et là seulement.
COURRIELS = "courriels/"
ATTRIBUT_DE_STYLE = re.compile(r"(?<=\s)style=\"[^\"\n]*\"")
PAGES_D_ERREUR = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}


def _ligne(texte, position):
    return texte.count("\n", 0, position) + 1


def _blanchir(texte):
    """Efface les commentaires en gardant les numéros de ligne."""
    return COMMENTAIRE.sub(lambda t: re.sub(r"[^\n]", " ", t[0]), texte)


def _mise_en_forme(texte):
    for numero, ligne in enumerate(texte.splitlines(), 1):
        if len(ligne) > LARGEUR:
            yield numero, f"{len(ligne)} colonnes, {LARGEUR} au plus : couper là où un espace existe déjà"
        if len(BLOC.findall(ligne)) > 1:
            yield numero, "plusieurs éléments sur la ligne : en ouvrir un seul"


def fautes_de(texte, *, html=True, courriel=False):
    """Les fautes d’un gabarit : liste de (ligne, message). Un courriel en texte n’a pas à échapper."""
    texte = _blanchir(texte)
    if courriel:
        texte = ATTRIBUT_DE_STYLE.sub("", texte)
    fautes = [
        (_ligne(texte, trouve.start()), message)
        for message, motif in REGLES.items()
        if html or message != "échappement coupé"
        for trouve in motif.finditer(texte)
    ]
    if html:
        fautes += _mise_en_forme(texte)
    for inclusion in INCLUSION.finditer(texte):
        ligne, corps = _ligne(texte, inclusion.start()), inclusion[1]
        if corps.split()[-1] != "only":
            fautes.append((ligne, "inclusion sans `only`"))
        nom = re.match(r"[\"'](?!django/)([^\"']+)[\"']", corps)
        if nom and not nom[1].rpartition("/")[2].startswith("_"):
            fautes.append((ligne, f"le nom d’un morceau inclus commence par « _ » : {nom[1]}"))
    return sorted(fautes)


def _motif_de_f_chaine(noeud):
    return "".join(re.escape(v.value) if isinstance(v, ast.Constant) else r"[\w./-]+" for v in noeud.values)


def references_python(source):
    """Les noms de gabarits cités par un module : exacts, et motifs pour les f-chaînes."""
    exacts, motifs = set(), set()
    for noeud in ast.walk(ast.parse(source)):
        if isinstance(noeud, ast.JoinedStr):
            motifs.add(_motif_de_f_chaine(noeud))
        elif isinstance(noeud, ast.Constant) and isinstance(noeud.value, str):
            exacts.add(noeud.value)
    return exacts, motifs


def inutilises(gabarits, sources_python):
    """Les gabarits que personne ne nomme. `gabarits` : {nom: texte}."""
    exacts, motifs = set(), set()
    for source in sources_python:
        noms, formes = references_python(source)
        exacts |= noms
        motifs |= {forme for forme in formes if re.search(r"\\\.(html|txt|css)$", forme)}
    for nom, texte in gabarits.items():
        exacts |= set(REFERENCE.findall(_blanchir(texte))) - {nom}
    for nom in sorted(gabarits):
        if nom in PAGES_D_ERREUR or nom in exacts or nom.startswith(tuple(CHERCHES_PAR)):
            continue
        if not any(re.fullmatch(motif, nom) for motif in motifs):
            yield nom


def lire_gabarits(dossier=DOSSIER):
    return {
        str(chemin.relative_to(dossier)): chemin.read_text(encoding="utf-8")
        for chemin in sorted(dossier.rglob("*"))
        if chemin.is_file() and chemin.suffix in (".html", ".txt", ".css", ".svg")
    }


def main():
    gabarits = lire_gabarits()
    modules = [chemin for piece in PIECES for chemin in (RACINE / piece).rglob("*.py")]
    sources = [chemin.read_text(encoding="utf-8") for chemin in modules]
    total = 0
    for nom, texte in gabarits.items():
        en_courriel = nom.startswith(COURRIELS)
        for ligne, message in fautes_de(texte, html=nom.endswith(".html"), courriel=en_courriel):
            print(f"templates/{nom}:{ligne}: {message}")
            total += 1
    for nom in inutilises(gabarits, sources):
        print(f"templates/{nom}: plus aucune page ne s’en sert")
        total += 1
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
