"""Le texte riche, déjà assaini, mis en forme pour l'impression.

Les titres de la personne qui écrit (deux niveaux) descendent sous le titre qui les porte, sans saut; un
tableau sans cellule d'en-tête prend sa première rangée pour en-tête, faute de quoi un lecteur d'écran ne
pourrait pas le dire; un lien qui ne mène pas au Web ni à un courriel redevient du texte.
"""

import re
from functools import lru_cache
from html import escape
from html.parser import HTMLParser

from django.utils.safestring import mark_safe

SIMPLES = {"p", "ul", "ol", "li", "strong", "em", "br", "table", "caption", "thead", "tbody", "tr"}
VIDES = {"br"}
LIEN_SUR = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
FICHES = ("class", "role", "data-titre")  # ce qu'un tableau garde pour se lire à l'étroit (`riche.montrer`)
TITRE_VIDE = re.compile(r"<(h[3-6])>\s*</\1>")


@lru_cache(maxsize=1024)
def pour_impression(html, *, sous):
    """Le HTML à imprimer sous un titre de niveau `sous` (2 à 4)."""
    ecrivain = _Ecrivain(html or "", sous)
    # Preuve : l'écrivain ne réémet que les balises qu'il connaît, sans aucun attribut sauf `scope` (deux
    # valeurs fixes), ceux d'une fiche (`FICHES`, échappés) et un `href` échappé qui commence par http(s) ou mailto;
    # le texte passe par `escape`.
    return mark_safe(TITRE_VIDE.sub("", ecrivain.texte()))


class _Ecrivain(HTMLParser):
    def __init__(self, html, sous):
        super().__init__(convert_charrefs=True)
        self.morceaux, self.sous, self.niveau = [], sous, sous
        self.a_des_entetes = [bool(re.search(r"<th\b", t)) for t in re.split(r"<table\b", html)[1:]]
        self.tables = self.rangees = 0
        self.en_tete = False
        self.fermetures = []
        self.feed(html)
        self.close()

    def texte(self):
        return "".join(self.morceaux)

    def handle_starttag(self, tag, attrs):
        ouverte, fermee = self._balises(tag, dict(attrs))
        self.morceaux.append(ouverte)
        if tag not in VIDES:
            self.fermetures.append((tag, fermee))

    def handle_endtag(self, tag):
        if not any(nom == tag for nom, _ in self.fermetures):
            return
        while self.fermetures:
            nom, fermee = self.fermetures.pop()
            self.morceaux.append(fermee)
            if nom == tag:
                break
        if tag == "thead":
            self.en_tete = False

    def handle_data(self, data):
        self.morceaux.append(escape(data))

    def close(self):
        super().close()
        self.morceaux.extend(fermee for _, fermee in reversed(self.fermetures))

    def _balises(self, tag, attributs):
        if tag in ("h3", "h4"):
            return self._titre(tag)
        if tag in ("td", "th"):
            return self._cellule(tag, attributs)
        if tag == "a" and LIEN_SUR.match(attributs.get("href") or ""):
            return f'<a href="{escape(attributs["href"])}">', "</a>"
        if tag not in SIMPLES:
            return "", ""
        if tag == "table":
            self.tables, self.rangees = self.tables + 1, 0
        elif tag == "tr":
            self.rangees += 1
        elif tag == "thead":
            self.en_tete = True
        return f"<{tag}{_fiche(attributs)}>", "" if tag in VIDES else f"</{tag}>"

    def _titre(self, tag):
        voulu = self.sous + (1 if tag == "h3" else 2)
        self.niveau = min(voulu, self.niveau + 1, 6)
        return f"<h{self.niveau}>", f"</h{self.niveau}>"

    def _cellule(self, tag, attributs):
        sans_entete = self.tables and not self.a_des_entetes[self.tables - 1]
        if tag == "td" and not (sans_entete and self.rangees == 1):
            return f"<td{_fiche(attributs)}>", "</td>"
        portee = attributs.get("scope")
        if portee not in ("row", "col"):
            portee = "col" if self.en_tete or self.rangees == 1 else "row"
        return f'<th scope="{portee}"{_fiche(attributs)}>', "</th>"


def _fiche(attributs):
    return "".join(f' {nom}="{escape(attributs[nom])}"' for nom in FICHES if attributs.get(nom))
