"""Masques : d’un fichier, ne laisser que le français qu’une personne lira, chaque caractère à sa place.

Un masque a la longueur du texte. Ce qui n’est pas à lire devient VIDE; une valeur insérée devient VALEUR.
Les règles travaillent sur le masque et donnent des positions qui valent dans le texte d’origine.
"""

import ast
import re

VIDE = "\x01"
VALEUR = "\ufffc"
INSECABLE = "\u00a0"

COMMENTAIRE = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}|<!--.*?-->", re.S)
NON_LU = re.compile(r"<(script|style|code|pre|kbd|samp)\b.*?</\1\s*>", re.S | re.I)
BALISE_GABARIT = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
BALISE_HTML = re.compile(r"</?[a-zA-Z!](?:\"[^\"]*\"|'[^']*'|[^<>\"'])*>", re.S)
ATTRIBUT_LU = re.compile(
    r"\b(?:title|alt|placeholder|label|aria-(?:label|description|roledescription)|data-(?:titre|version))=\"([^\"]*)\"",
    re.I,
)
CHAINE = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")
ENTITE = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|\w+);")
ENTITES_INSECABLES = {"&nbsp;", "&#160;", "&#xa0;", "&#xA0;"}
TECHNIQUE = re.compile(r"[^\s]*")
BLOC_MARKDOWN = re.compile(r"^(```|~~~).*?^\1\s*$|^(?: {4}|\t).*?$", re.S | re.M)
CODE_MARKDOWN = re.compile(r"`[^`\n]+`")
LIEN_MARKDOWN = re.compile(r"(?<=\])\([^)\s]*\)|\bhttps?://\S+")
ANGLAIS = re.compile(r"^## In English\s*$.*?(?=^## |\Z)", re.S | re.M)
CHAINE_JS = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`")
LIBELLE = re.compile(r"[A-ZÀ-Ý][a-zà-ÿœ’]{2,}")  # un seul mot, mais à majuscule : « Référence » s’affiche
SANS_LECTURE = ("re", "logger", "RunSQL")
VALEUR_JS = re.compile(r"\$\{(?:[^{}]|\{[^{}]*\})*\}")
COMMENTAIRE_JS = re.compile(r"/\*.*?\*/|(?<![:\w\"'`])//[^\n]*", re.S)
CODE_EN_CHAINE = re.compile(
    r"\{%|\{\{|</|://|^[-\w]+(?:=|: )\S+$"
    r"|^\s*(?:SELECT|CREATE|DROP|INSERT|UPDATE|DELETE|PRAGMA|BEGIN|ALTER|WITH|RAISE)\b"
)


def _effacer(masque, debut, fin, par=VIDE):
    for place in range(debut, fin):
        if masque[place] != "\n":
            masque[place] = par


def _rendre(masque, texte, debut, fin):
    masque[debut:fin] = texte[debut:fin]


def _chaines_lues(masque, texte, debut, fin):
    """Rend visibles les chaînes d’une balise de gabarit qui sont des phrases ou des libellés."""
    for chaine in CHAINE.finditer(texte, debut, fin):
        groupe = 1 if chaine[1] is not None else 2
        if not TECHNIQUE.fullmatch(chaine[groupe]) or LIBELLE.fullmatch(chaine[groupe]):
            _rendre(masque, texte, *chaine.span(groupe))


def de_gabarit(texte, *, html=True):
    """Masque d’un gabarit Django, en HTML ou en texte (courriel)."""
    masque = list(texte)
    if html:
        for balise in BALISE_HTML.finditer(texte):
            _effacer(masque, *balise.span())
            for attribut in ATTRIBUT_LU.finditer(texte, *balise.span()):
                _rendre(masque, texte, *attribut.span(1))
    for balise in BALISE_GABARIT.finditer(texte):
        _effacer(masque, *balise.span(), par=VALEUR if balise[0].startswith("{{") else VIDE)
        _chaines_lues(masque, texte, *balise.span())
    for entite in ENTITE.finditer(texte) if html else ():
        _effacer(masque, *entite.span(), par=INSECABLE if entite[0] in ENTITES_INSECABLES else VIDE)
    for non_lu in (COMMENTAIRE, NON_LU) if html else (COMMENTAIRE,):
        for trouve in non_lu.finditer(texte):
            _effacer(masque, *trouve.span())
    return "".join(masque)


def de_markdown(texte):
    """Masque d’une page de documentation : ni code, ni adresses, ni le paragraphe en anglais."""
    masque = list(texte)
    for motif in (BLOC_MARKDOWN, CODE_MARKDOWN, LIEN_MARKDOWN, ANGLAIS, COMMENTAIRE):
        for trouve in motif.finditer(texte):
            _effacer(masque, *trouve.span())
    return "".join(masque)


def de_catalogue(texte):
    """Masque d’un catalogue gettext : les traductions seulement."""
    masque = [VIDE if lettre != "\n" else lettre for lettre in texte]
    # L’en-tête (msgid vide) est pour gettext, pas pour les personnes.
    for bloc in re.finditer(r"(?<!^msgid \"\"\n)^msgstr(?:\[\d\])? ((?:\".*\"\n?)+)", texte, re.M):
        for chaine in re.finditer(r"\"(.*)\"", bloc[1]):
            _rendre(masque, texte, bloc.start(1) + chaine.start(1), bloc.start(1) + chaine.end(1))
    return "".join(masque)


def de_javascript(texte):
    """Masque d’un module JavaScript : ses chaînes de plus d’un mot."""
    masque = [VIDE if lettre != "\n" else lettre for lettre in texte]
    sans_commentaires = COMMENTAIRE_JS.sub(lambda t: re.sub(r"[^\n]", " ", t[0]), texte)
    for chaine in CHAINE_JS.finditer(sans_commentaires):
        groupe = chaine.lastindex
        if not TECHNIQUE.fullmatch(chaine[groupe]) and not CODE_EN_CHAINE.search(chaine[groupe]):
            _rendre(masque, texte, *chaine.span(groupe))
            for valeur in VALEUR_JS.finditer(texte, *chaine.span(groupe)):
                _effacer(masque, *valeur.span(), par=VALEUR)
    return "".join(masque)


def de_python(texte):
    """Masque d’un module Python : ses phrases et ses libellés, hors docstrings, SQL et motifs."""
    masque = [VIDE if lettre != "\n" else lettre for lettre in texte]
    lignes = [0]
    for ligne in texte.splitlines(keepends=True):
        lignes.append(lignes[-1] + len(ligne))
    octets = [ligne.encode() for ligne in texte.splitlines(keepends=True)]

    def place(ligne, colonne):
        return lignes[ligne - 1] + len(octets[ligne - 1][:colonne].decode())

    arbre = ast.parse(texte)
    ignores = _noeuds_techniques(arbre)
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.JoinedStr | ast.Constant) and noeud not in ignores:
            debut, fin = place(noeud.lineno, noeud.col_offset), place(noeud.end_lineno, noeud.end_col_offset)
            _lire_chaine(masque, texte, noeud, debut, fin)
    return "".join(masque)


def _noeuds_techniques(arbre):
    """Docstrings, `__all__`, morceaux de f-chaînes (lus avec leur tout), motifs de `re` et arguments de `RunSQL`."""
    ignores = set()
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Expr) and isinstance(noeud.value, ast.Constant):
            ignores.add(noeud.value)
        elif isinstance(noeud, ast.Assign) and ast.unparse(noeud.targets[0]) == "__all__":
            ignores |= set(ast.walk(noeud))
        elif isinstance(noeud, ast.JoinedStr):
            ignores |= {sous for sous in ast.walk(noeud) if sous is not noeud}
        elif isinstance(noeud, ast.Call) and ast.unparse(noeud.func).partition(".")[0] in SANS_LECTURE:
            ignores |= set(ast.walk(noeud)) - {noeud}
    return ignores


def _lire_chaine(masque, texte, noeud, debut, fin):
    source = texte[debut:fin]
    contenu = noeud.value if isinstance(noeud, ast.Constant) else re.sub(r"^\w*[\"']+", "", source)
    if not isinstance(contenu, str) or CODE_EN_CHAINE.search(contenu):
        return
    if " " not in contenu and not LIBELLE.fullmatch(contenu):
        return
    if isinstance(noeud, ast.Constant) and source.lstrip("rRuU")[:1] == "(":
        return
    for chaine in re.finditer(r"[rRfFuU]{0,2}(\"\"\"|'''|\"|')(.*?)(?<!\\)\1", source, re.S):
        _rendre(masque, texte, debut + chaine.start(2), debut + chaine.end(2))
    if isinstance(noeud, ast.JoinedStr):
        for valeur in re.finditer(r"\{[^{}]*\}", source):
            _effacer(masque, debut + valeur.start(), debut + valeur.end(), par=VALEUR)
    for echappe in re.finditer(r"\\xa0|\\u00a0|\\N\{NO-BREAK SPACE\}", source, re.I):
        _effacer(masque, debut + echappe.start(), debut + echappe.end(), par=INSECABLE)
    for echappe in re.finditer(r"\\[nrt]|%\(\w+\)s|%[sd]", source):
        _effacer(masque, debut + echappe.start(), debut + echappe.end())
