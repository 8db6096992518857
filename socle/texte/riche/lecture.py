"""Lire un HTML quelconque, même brisé ou collé de Word, et en tirer des blocs.

nh3 (l'algorithme HTML5) retire ce qui est dangereux et équilibre les balises; le lecteur n'a plus qu'à traduire.
"""

import re
from collections import Counter
from html.parser import HTMLParser

import nh3

from socle.texte.riche.blocs import COLONNES_MAX, SAUT, Bloc, Passage, Rangee, ranger

# Les éléments de mise en forme de HTML5 se rouvrent d'eux-mêmes dans chaque bloc : 50 ko hostiles en donnent
# 170 Mo. Sous un autre nom, ils s'imbriquent sans se multiplier.
_FORME = {"a", "b", "strong", "i", "em", "u", "s", "del", "font", "small", "code"}
_TITRES = {"h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_SEPARENT = {
    "p",
    "div",
    "blockquote",
    "pre",
    "section",
    "article",
    "header",
    "footer",
    "dl",
    "dt",
    "dd",
    "hr",
}
_TABLEAU = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
_LUES = {"span", "br", "ul", "ol", "li", *_TITRES, *_SEPARENT, *_TABLEAU} | {f"x-{nom}" for nom in _FORME}
_JETEES = {"script", "style", "title", "svg", "math", "template", "noscript", "iframe", "object", "textarea",
           "select", "xml", "head", "audio", "video", "canvas"}  # fmt: skip
_FERMEES_SEULES = {"p", "li", "dt", "dd", "tr", "th", "td", "thead", "tbody", "tfoot", "br", "hr"}
_IMBRICATION_MAX = 100

_BALISE = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_ADRESSE = re.compile(r"(?:https?://[^\s/?#]|mailto:[^\s@]+@)\S*", re.IGNORECASE)
_INTERDITS = str.maketrans({c: f"%{ord(c):02X}" for c in "\"'<>()[]{}\\|*^`"})
_NIVEAU_WORD = re.compile(r"mso-list:[^;]*\blevel(\d)")
_NUMERO = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z]|[ivxlcdm]{1,6})[.)]\s*$")
_PUCE_ECRITE = re.compile(r"\s*((?:[·•▪§◦o\uf0b7\uf0a7-]|\(?\d{1,3}[.)])\s)\s*")
_CACHE = re.compile(r"(?<![\w-])display:\s*none|mso-hide:\s*all|mso-element:\s*comment")
_GRAS = re.compile(r"(?<![\w-])font-weight:\s*(?:(bold|[6-9]00)|normal|[1-5]00)")
_ITALIQUE = re.compile(r"(?<![\w-])font-style:\s*(?:(italic|oblique)|normal)")


def lire_html(html: str) -> list[Bloc]:
    """Les blocs rangés d'un HTML; n'échoue jamais."""
    lecteur = _Lecteur()
    lecteur.feed(_assainir(html))
    lecteur.close()
    lecteur.vider()
    return list(ranger(lecteur.blocs))


def _assainir(html: str) -> str:
    """Un HTML équilibré, sans script ni élément inconnu, en temps presque linéaire."""
    profondeur, en_trop = Counter(), Counter()

    def renommer(balise):
        fin, nom = balise[1], balise[2].lower()
        nom = f"x-{nom}" if nom in _FORME else nom
        if nom in _JETEES:
            return balise[0]
        if nom not in _LUES:
            return f"<{fin}wbr"  # un élément vide ne s'imbrique pas
        if nom in _FERMEES_SEULES:
            return f"<{fin}{nom}"
        if not fin and profondeur[nom] >= _IMBRICATION_MAX:
            en_trop[nom] += 1
            return "<wbr"
        if fin and en_trop[nom]:
            en_trop[nom] -= 1
            return "</wbr"
        profondeur[nom] = max(0, profondeur[nom] + (-1 if fin else 1))
        return f"<{fin}{nom}"

    return nh3.clean(
        _BALISE.sub(renommer, html.encode("utf-8", "replace").decode()),
        tags=_LUES,
        clean_content_tags=_JETEES,
        attributes={"*": {"style", "class"}, "x-a": {"href"}, "td": {"colspan"}, "th": {"colspan"}},
        link_rel=None,
    )


def adresse_sure(adresse: str) -> str:
    """L'adresse http, https ou mailto, ses caractères gênants encodés; chaîne vide si elle est d'une autre sorte."""
    adresse = re.sub(
        r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ud800-\udfff]", "", adresse
    )
    if len(adresse) > 2000 or not _ADRESSE.fullmatch(adresse):
        return ""
    schema, reste = adresse.split(":", 1)
    return f"{schema.lower()}:{reste.translate(_INTERDITS)}"


class _Lecteur(HTMLParser):
    """Traduit en blocs un HTML bien formé."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.blocs: list[Bloc] = []
        self.tampon: list[Passage] = []
        self.genre = "p"
        self.formes = [(False, False, "")]  # gras, italique, lien en vigueur
        self.ouverts: list[tuple[str, bool]] = []  # élément; vrai s'il a empilé une forme
        self.listes: list[bool] = []  # une par liste ouverte : ordonnée?
        self.elements: list[int | None] = []  # un par `li` ouvert : rang de son bloc, None avant son texte
        self.tableaux = 0
        self.rangees: list[tuple[list, bool]] = []
        self.legende: tuple[Passage, ...] = ()
        self.muet: str | None = None  # élément dont on ignore le contenu
        self.muets = 0
        self.puce: str | None = None
        self.niveau_word = 0

    # -- événements -----------------------------------------------------------------------------------------

    def handle_starttag(self, tag, attrs):
        attributs = dict(attrs)
        style = (attributs.get("style") or "").lower()
        if self._taire(tag, style):
            return
        if tag == "br":
            self.tampon.append(Passage(SAUT))
            return
        if tag == "hr":
            self.vider()
            return
        self.ouverts.append((tag, self._former(tag, attributs, style)))
        if tag in ("ul", "ol"):
            self.vider()
            self.listes.append(tag == "ol")
        elif tag == "li":
            self.vider()
            self.elements.append(None)
        elif tag in _TABLEAU:
            self._ouvrir_tableau(tag, attributs)
        elif tag in _SEPARENT or tag in _TITRES:
            self.vider()
            self.genre = _TITRES.get(tag, "p")
            self._reconnaitre_word(attributs.get("class") or "", style)

    def handle_endtag(self, tag):
        if self.muet:
            self.muets -= tag == self.muet
            self.muet = self.muet if self.muets else None
            return
        if tag in ("br", "hr") or not self.ouverts:
            return
        if tag in ("ul", "ol"):
            self.vider()
            self.listes.pop()
        elif tag == "li":
            self.vider()
            self.elements.pop()
        elif tag in _TABLEAU:
            self._fermer_tableau(tag)
        elif tag in _SEPARENT or tag in _TITRES:
            self.vider()
        if self.ouverts.pop()[1]:
            self.formes.pop()

    def handle_data(self, data):
        if self.muet:
            if self.puce is not None:
                self.puce += data
        else:
            self.tampon.append(Passage(data, *self.formes[-1]))

    # -- formes ---------------------------------------------------------------------------------------------

    def _taire(self, tag, style) -> bool:
        if self.muet:
            self.muets += tag == self.muet
        elif "mso-list:ignore" in style.replace(" ", ""):
            self.muet, self.muets, self.puce = tag, 1, ""
        elif tag == "x-del" or _CACHE.search(style):
            self.muet, self.muets = tag, 1
        return self.muet is not None

    def _former(self, tag, attributs, style) -> bool:
        gras, italique, lien = forme = self.formes[-1]
        gras = gras or tag in ("x-b", "x-strong")
        italique = italique or tag in ("x-i", "x-em")
        if tag == "span" or tag.startswith("x-"):
            if m := _GRAS.search(style):
                gras = bool(m[1])
            if m := _ITALIQUE.search(style):
                italique = bool(m[1])
        if tag == "x-a":
            lien = lien or adresse_sure(attributs.get("href") or "")
        if (gras, italique, lien) == forme:
            return False
        self.formes.append((gras, italique, lien))
        return True

    # -- blocs ----------------------------------------------------------------------------------------------

    def vider(self):
        """Ferme le bloc en cours."""
        passages, self.tampon = self.tampon, []
        puce, self.puce = self.puce, None
        niveau, self.niveau_word = self.niveau_word, 0
        genre, self.genre = self.genre, "p"
        if self.tableaux:
            self.tampon = [*passages, Passage(SAUT)] if passages else passages
        elif not any(p.texte.strip() for p in passages):
            return
        elif self.elements and self.listes:
            self._ajouter_element(passages)
        elif niveau and (puce or niveau > 0 or _PUCE_ECRITE.match("".join(p.texte for p in passages))):
            passages, puce = (passages, puce) if puce else _separer_la_puce(passages)
            ordonnee = bool(puce and _NUMERO.match(puce.strip()))
            self.blocs.append(Bloc("li", tuple(passages), niveau=niveau, ordonnee=ordonnee))
        else:
            self.blocs.append(Bloc(genre, tuple(passages)))

    def _ajouter_element(self, passages):
        rang = self.elements[-1]
        if rang is not None and rang == len(self.blocs) - 1:  # un second paragraphe du même élément
            bloc = self.blocs[rang]
            passages = (*bloc.passages, Passage(SAUT), *passages)
            self.blocs[rang] = Bloc("li", passages, niveau=bloc.niveau, ordonnee=bloc.ordonnee)
            return
        self.elements[-1] = len(self.blocs)
        self.blocs.append(Bloc("li", tuple(passages), niveau=len(self.listes), ordonnee=self.listes[-1]))

    def _reconnaitre_word(self, classe, style):
        """Word écrit ses listes en paragraphes : le niveau est dans le style, la puce dans le texte."""
        if niveau := _NIVEAU_WORD.search(style):
            self.niveau_word = int(niveau[1]) or 1
        elif "MsoListParagraph" in classe:
            self.niveau_word = -1  # une liste seulement si son texte commence par une puce
        elif classe == "MsoTitle":
            self.genre = "h3"

    # -- tableaux -------------------------------------------------------------------------------------------

    def _ouvrir_tableau(self, tag, attributs):
        if tag == "table":
            self.vider()
            self.tableaux += 1
            if self.tableaux == 1:
                self.rangees, self.legende = [], ()
        if self.tableaux != 1:  # un tableau dans un tableau : ses cellules deviennent des lignes de texte
            self.vider()
        elif tag == "tr":
            self.rangees.append(([], False))
        elif tag in ("td", "th"):
            if not self.rangees:
                self.rangees.append(([], False))
            cellules, entete = self.rangees[-1]
            self.rangees[-1] = (cellules, entete or (tag == "th" and not cellules))
            etendue = attributs.get("colspan") or ""
            self.etendue = min(int(etendue), COLONNES_MAX) if etendue.isdecimal() and len(etendue) < 4 else 1
            self.tampon = []
        elif tag == "caption":
            self.tampon = []

    def _fermer_tableau(self, tag):
        if self.tableaux != 1:
            self.vider()
            self.tableaux -= tag == "table"
            return
        if tag in ("td", "th"):
            self.rangees[-1][0].extend([tuple(self.tampon), *[()] * (self.etendue - 1)])
            self.tampon = []
        elif tag == "caption":
            self.legende, self.tampon = tuple(self.tampon), []
        elif tag == "table":
            self.tableaux, self.tampon = 0, []
            rangees = tuple(Rangee(tuple(cellules), entete) for cellules, entete in self.rangees)
            if len(rangees) == 1 and not rangees[0].entete:
                # Une mise en page : la garder en tableau n'en ferait qu'un en-tête.
                self.blocs += [Bloc("p", texte) for texte in (self.legende, *rangees[0].cellules)]
            else:
                self.blocs.append(Bloc("table", rangees=rangees, legende=self.legende))


def _separer_la_puce(passages):
    """Le texte sans sa puce écrite, et la puce; (texte, "") s'il n'en a pas."""
    rang = next(i for i, p in enumerate(passages) if p.texte.strip())
    premier = passages[rang]
    if not (puce := _PUCE_ECRITE.match(premier.texte)):
        return passages, ""
    return [premier._replace(texte=premier.texte[puce.end() :]), *passages[rang + 1 :]], puce[1]
