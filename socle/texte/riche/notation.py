"""La notation légère, tapée au clavier quand le navigateur n'a pas de script.

Ligne vide : nouveau paragraphe. `## ` titre, `### ` sous-titre, `- ` puce, `1. ` numéro (en retrait : sous-liste),
`**gras**`, `*italique*`, `[mots](adresse)`, rangées `| a | b |` dont la première nomme les colonnes, `|= a | b |`
si la première cellule nomme la rangée, « Tableau : titre » juste avant. Dans une cellule, ` // ` change de ligne.
Une barre oblique inverse rend son sens littéral au signe qui la suit.
"""

import re
from collections.abc import Iterable, Iterator

from socle.texte.riche.blocs import SAUT, Bloc, Passage, Rangee, ranger
from socle.texte.riche.lecture import adresse_sure

_TITRE = re.compile(r"(#{1,6})\s+(.*)")
_ELEMENT = re.compile(r"(\s*)(?:[-*•]|(\d{1,9})[.)])\s+(\S.*)")
_LEGENDE = re.compile(r"Tableau\s?:\s*(.+)")
_REGLE = re.compile(r"\|[\s:|-]*")
_JETON = re.compile(r"\\([!-/:-@\[-`{-~•])|(\*+)|\[((?:[^\[\]\\\n]|\\.)+)\]\(([^\s()]+)\)|(\n)")
_CELLULE = re.compile(r"((?:[^\\|]|\\.)*)(?:\||$)")
_LIGNE_TROMPEUSE = re.compile(r"(?=#{1,6}\s|[-*•]\s|\|)|(\d{1,9})(?=[.)]\s)")
_SIGNES = re.compile(r"[\\*]|\](?=\()")
_SIGNES_DE_LIEN = re.compile(r"[\\*\[\]]")
_SAUT_DE_CELLULE = " // "


# -- lire -----------------------------------------------------------------------------------------------------


def lire_notation(texte: str) -> list[Bloc]:
    """Les blocs rangés d'un texte en notation légère; n'échoue jamais."""
    return list(ranger(_Notation().lire(texte)))


class _Notation:
    def __init__(self):
        self.blocs: list[Bloc] = []
        self.lignes: list[str] = []  # du paragraphe ou de l'élément en cours
        self.element: tuple[int, bool] | None = None  # niveau, ordonnée de l'élément en cours
        self.retraits: list[int] = []  # un par niveau de la liste ouverte
        self.rangees: list[str] = []
        self.legende = ""

    def lire(self, texte: str) -> list[Bloc]:
        for brute in texte.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
            ligne = brute.strip()
            if ligne.startswith("|"):
                self._ajouter_rangee(ligne)
                continue
            self._fermer_tableau()
            if not ligne:
                self._fermer()
            elif titre := _TITRE.fullmatch(ligne):
                self._fermer()
                genre = "h3" if len(titre[1]) < 3 else "h4"
                self.blocs.append(Bloc(genre, lire_passages(titre[2])))
            elif element := _ELEMENT.fullmatch(brute.rstrip()):
                self._ouvrir_element(*element.groups())
            else:
                if self.element and not brute[0].isspace():
                    self._fermer()
                self.lignes.append(ligne)
        self._fermer_tableau()
        self._fermer()
        return self.blocs

    def _fermer(self):
        if self.lignes:
            passages = lire_passages("\n".join(self.lignes))
            if self.element:
                niveau, ordonnee = self.element
                self.blocs.append(Bloc("li", passages, niveau=niveau, ordonnee=ordonnee))
            else:
                self.blocs.append(Bloc("p", passages))
        self.lignes, self.element = [], None

    def _ouvrir_element(self, retrait, numero, texte):
        self._fermer()
        if not self.blocs or self.blocs[-1].genre != "li":
            self.retraits = []
        largeur = len(retrait.expandtabs(4))
        while self.retraits and largeur < self.retraits[-1]:
            self.retraits.pop()
        if not self.retraits or largeur > self.retraits[-1]:
            self.retraits.append(largeur)
        self.element, self.lignes = (len(self.retraits), numero is not None), [texte]

    def _ajouter_rangee(self, ligne):
        if not self.rangees:
            if self.lignes and not self.element and (legende := _LEGENDE.fullmatch(self.lignes[-1])):
                self.legende = legende[1]
                self.lignes.pop()
            self._fermer()
        self.rangees.append(ligne)

    def _fermer_tableau(self):
        if not self.rangees:
            return
        if len(self.rangees) > 1 and _REGLE.fullmatch(self.rangees[1]) and "-" in self.rangees[1]:
            del self.rangees[1]
        rangees = tuple(map(_lire_rangee, self.rangees))
        self.blocs.append(Bloc("table", rangees=rangees, legende=lire_passages(self.legende)))
        self.rangees, self.legende = [], ""


def _lire_rangee(ligne: str) -> Rangee:
    entete = ligne.startswith("|=")
    cellules = [m[1].strip() for m in _CELLULE.finditer(ligne, 2 if entete else 1)]
    while cellules and not cellules[-1]:
        cellules.pop()
    return Rangee(tuple(lire_passages(c.replace(_SAUT_DE_CELLULE, "\n")) for c in cellules), entete)


def lire_passages(texte: str) -> tuple[Passage, ...]:
    """Les passages d'une ligne ou d'un paragraphe; une marque jamais refermée reste une étoile."""
    jetons = list(_jetons(texte))
    for marque in (2, 1):  # les bascules impaires de chaque marque : la dernière redevient du texte
        rangs = [i for i, (etoiles, *_) in enumerate(jetons) if etoiles & marque]
        if len(rangs) % 2:
            etoiles, _, lien = jetons[rangs[-1]]
            jetons[rangs[-1]] = (etoiles - marque, "*" * marque, lien)
    passages, actives = [], 0
    for etoiles, mots, lien in jetons:
        actives ^= etoiles
        if mots == SAUT:
            passages.append(Passage(SAUT))
        elif mots:
            passages.append(Passage(mots, bool(actives & 2), bool(actives & 1), lien))
    return tuple(passages)


def _jetons(texte: str, lien: str = "") -> Iterator[tuple[int, str, str]]:
    """Triplets (marques basculées : 1 italique, 2 gras; texte; lien)."""
    position = 0
    for jeton in _JETON.finditer(texte):
        if jeton.start() > position:
            yield 0, texte[position : jeton.start()], lien
        position = jeton.end()
        litteral, etoiles, mots, adresse, saut = jeton.groups()
        if litteral:
            yield 0, litteral, lien
        elif etoiles:
            libre = not texte[: jeton.start()][-1:].strip() and not texte[position : position + 1].strip()
            yield (0, etoiles, lien) if libre or len(etoiles) > 3 else (len(etoiles), "", lien)
        elif saut:
            yield 0, SAUT, ""
        elif sure := adresse_sure(adresse):
            yield from _jetons(mots, sure)
        else:
            yield 0, jeton[0], lien
    if position < len(texte):
        yield 0, texte[position:], lien


# -- écrire ---------------------------------------------------------------------------------------------------


def ecrire_notation(blocs: Iterable[Bloc]) -> str:
    """La notation légère de blocs rangés."""
    sortie, precedent, rangs = [], None, []
    for bloc in blocs:
        if precedent:
            sortie.append("\n" if precedent.genre == bloc.genre == "li" else "\n\n")
        if bloc.genre == "table":
            sortie.append(_ecrire_tableau(bloc))
        elif bloc.genre == "li":
            if not precedent or precedent.genre != "li":
                rangs = []
            sortie.append(_ecrire_element(bloc, rangs))
        elif bloc.genre == "p":
            sortie.append("\n".join(map(_proteger, _ecrire_passages(bloc.passages).split("\n"))))
        else:
            sortie.append(("## " if bloc.genre == "h3" else "### ") + _ecrire_passages(bloc.passages))
        precedent = bloc
    return "".join(sortie)


def _ecrire_element(bloc: Bloc, rangs: list[tuple[bool, int]]) -> str:
    """`rangs` : pour chaque niveau ouvert, la sorte de liste et le numéro du dernier élément."""
    del rangs[bloc.niveau :]
    if len(rangs) < bloc.niveau:
        rangs.append((bloc.ordonnee, 0))
    ordonnee, rang = rangs[-1]
    rang = rang + 1 if ordonnee == bloc.ordonnee else 1
    rangs[-1] = (bloc.ordonnee, rang)
    retrait = "  " * (bloc.niveau - 1)
    premiere, *suite = _ecrire_passages(bloc.passages).split("\n")
    lignes = [f"{retrait}{rang}. {premiere}" if bloc.ordonnee else f"{retrait}- {premiere}"]
    lignes += [f"{retrait}  {_proteger(ligne)}" for ligne in suite]
    return "\n".join(lignes)


def _ecrire_tableau(tableau: Bloc) -> str:
    lignes = [f"Tableau\u00a0: {_ecrire_passages(tableau.legende)}"] if tableau.legende else []
    for rangee in tableau.rangees:
        cellules = [_ecrire_passages(cellule, en_cellule=True) for cellule in rangee.cellules]
        lignes.append(("|= " if rangee.entete else "| ") + " | ".join(cellules) + " |")
        if rangee is tableau.rangees[0]:
            lignes.append("|" + " --- |" * len(cellules))
    return "\n".join(lignes)


def _ecrire_passages(passages, *, en_cellule: bool = False) -> str:
    sortie, actives, lien = [], 0, ""
    for passage in (*passages, Passage("")):
        marques = 2 * passage.gras + passage.italique
        if passage.lien != lien and lien:
            sortie.append(f"]({lien})")
        if passage.lien != lien and passage.lien:
            sortie.append("[")
        lien = passage.lien
        sortie.append("*" * (marques ^ actives))
        actives = marques
        if passage.texte == SAUT:
            sortie.append(_SAUT_DE_CELLULE if en_cellule else "\n")
        else:
            sortie.append(_echapper(passage.texte, en_cellule, bool(lien)))
    return "".join(sortie)


def _echapper(texte: str, en_cellule: bool, en_lien: bool) -> str:
    texte = (_SIGNES_DE_LIEN if en_lien else _SIGNES).sub(r"\\\g<0>", texte)
    if en_cellule:
        texte = texte.replace("|", "\\|").replace("//", "\\//")
        texte = "\\" + texte if texte.startswith("=") else texte
    return texte


def _proteger(ligne: str) -> str:
    """La ligne, précédée de ce qu'il faut pour n'être ni un titre, ni un élément, ni une rangée."""
    if not (trompeuse := _LIGNE_TROMPEUSE.match(ligne)):
        return ligne
    return f"{trompeuse[0]}\\{ligne[trompeuse.end() :]}"
