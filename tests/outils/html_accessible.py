"""Relit une page comme un contrôleur d'accessibilité : `assert_html_accessible(reponse)`.

Ne remplace ni axe dans un navigateur ni une personne; attrape à chaque essai de page ce qui se voit au balisage.
"""

from html.parser import HTMLParser

VIDES = set(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
TITRES = {f"h{n}": n for n in range(1, 7)}
MANQUE = {"fieldset": "légende", "progress": "nom", "button": "nom", "summary": "nom", "a": "nom"}
SANS_LIBELLE = {"hidden", "submit", "reset", "button", "image"}
REFERENCES = (
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-owns",
    "aria-details",
    "for",
    "headers",
    "list",
)


class Noeud:
    def __init__(self, balise, attributs, parent):
        self.balise, self.attributs, self.parent = balise, attributs, parent
        self.enfants, self.textes = [], []

    def __str__(self):
        attributs = " ".join(f'{cle}="{valeur}"' for cle, valeur in list(self.attributs.items())[:4])
        return f"<{self.balise}{' ' if attributs else ''}{attributs}>"

    def lire(self, cle):
        return self.attributs.get(cle)

    def descendants(self):
        for enfant in self.enfants:
            yield enfant
            yield from enfant.descendants()

    def ancetres(self):
        noeud = self.parent
        while noeud is not None:
            yield noeud
            noeud = noeud.parent

    def dans(self, *balises):
        return any(ancetre.balise in balises for ancetre in self.ancetres())

    def texte(self):
        """Le nom accessible approché : textes, alt des images, titres des SVG."""
        if self.lire("aria-hidden") == "true":
            return ""
        morceaux = [*self.textes, self.lire("alt") or ""]
        return " ".join([*morceaux, *(enfant.texte() for enfant in self.enfants)]).strip()


class Arbre(HTMLParser):
    """Un arbre simple; les balises mal fermées sont des fautes."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.racine = self.courant = Noeud("", {}, None)
        self.fautes = []
        self.feed(html)
        self.close()
        if self.courant is not self.racine:
            self.fautes.append(f"{self.courant} n’est jamais fermée")

    def handle_starttag(self, tag, attrs):
        noms = [nom for nom, _ in attrs]
        if len(noms) != len(set(noms)):
            self.fautes.append(f"<{tag}> a deux fois le même attribut : {noms}")
        noeud = Noeud(tag, dict(attrs), self.courant)
        self.courant.enfants.append(noeud)
        if tag not in VIDES:
            self.courant = noeud

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VIDES:
            self.courant = self.courant.parent

    def handle_endtag(self, tag):
        if tag in VIDES:
            return
        if self.courant.balise != tag:
            self.fautes.append(f"</{tag}> ferme {self.courant}")
            if not self.courant.dans(tag):
                return
            while self.courant.balise != tag:
                self.courant = self.courant.parent
        self.courant = self.courant.parent

    def handle_data(self, data):
        self.courant.textes.append(data.strip())


def _identifiants(noeuds):
    vus = set()
    for noeud in noeuds:
        if identifiant := noeud.lire("id"):
            if identifiant in vus:
                yield f"l’id « {identifiant} » est en double"
            vus.add(identifiant)
    for noeud in noeuds:
        for attribut in REFERENCES:
            for cible in (noeud.lire(attribut) or "").split():
                if cible not in vus:
                    yield f"{noeud} : {attribut} désigne « {cible} », qui n’existe pas"
        adresse = noeud.lire("href") or ""
        if noeud.balise == "a" and adresse.startswith("#") and len(adresse) > 1 and adresse[1:] not in vus:
            yield f"{noeud} mène à « {adresse} », qui n’existe pas"


def _page(noeuds):
    par_balise = {}
    for noeud in noeuds:
        par_balise.setdefault(noeud.balise, []).append(noeud)
    racine = par_balise.get("html", [None])[0]
    if racine is None or racine.lire("lang") != "fr-CA":
        yield '<html lang="fr-CA"> manque'
    titres = [t for t in par_balise.get("title", []) if not t.dans("svg")]
    if len(titres) != 1 or not titres[0].texte().strip(" –"):
        yield "il faut un <title>, un seul, qui dise quelque chose"
    elif " – " not in titres[0].texte():
        yield f"le titre se compose « Page – Service » : {titres[0].texte()!r}"
    if len(par_balise.get("h1", [])) != 1:
        yield f"il faut un seul <h1> : {len(par_balise.get('h1', []))} trouvé(s)"
    if len(par_balise.get("main", [])) != 1:
        yield "il faut un seul <main>"
    for repere in ("header", "footer"):
        if not [n for n in par_balise.get(repere, []) if not n.dans("main", "article", "section")]:
            yield f"le repère <{repere}> de la page manque"
    liens = [n for n in par_balise.get("a", []) if n.lire("href")]
    if not liens or not liens[0].lire("href").startswith("#"):
        yield "le premier lien de la page doit mener au contenu"


def _titres(noeuds, premier=None):
    precedent = premier
    for noeud in noeuds:
        if niveau := TITRES.get(noeud.balise):
            if not noeud.texte():
                yield f"{noeud} est vide"
            if precedent is not None and niveau > precedent + 1:
                yield f"{noeud} « {noeud.texte()[:40]} » saute un niveau après h{precedent}"
            precedent = niveau


def _nomme(noeud, etiquettes):
    return (
        noeud.lire("aria-label")
        or noeud.lire("aria-labelledby")
        or noeud.lire("title")
        or (noeud.lire("id") in etiquettes)
        or noeud.dans("label")
    )


def _actionnable(noeud):
    return noeud.balise in ("button", "summary") or (noeud.balise == "a" and "href" in noeud.attributs)


def _commandes(noeuds):
    """Ce qu'on remplit ou actionne porte un nom."""
    etiquettes = {n.lire("for") for n in noeuds if n.balise == "label" and n.texte()}
    for noeud in noeuds:
        if noeud.balise in ("input", "select", "textarea"):
            nomme = noeud.lire("type") in SANS_LIBELLE or _nomme(noeud, etiquettes)
        elif noeud.balise == "progress":
            nomme = _nomme(noeud, etiquettes)
        elif _actionnable(noeud):
            nomme = noeud.texte() or _nomme(noeud, ())
        elif noeud.balise == "fieldset":
            nomme = any(enfant.balise == "legend" and enfant.texte() for enfant in noeud.enfants)
        else:
            continue
        if not nomme:
            yield f"{noeud} n’a pas de {MANQUE.get(noeud.balise, 'libellé')}"


def _images(noeuds):
    for noeud in noeuds:
        if noeud.balise == "img" and "alt" not in noeud.attributs:
            yield f"{noeud} n’a pas d’attribut alt"
        if noeud.balise == "svg" and noeud.lire("aria-hidden") != "true":
            titre = any(enfant.balise == "title" for enfant in noeud.enfants)
            if noeud.lire("role") != "img" or not titre:
                yield f"{noeud} n’est ni décoratif (aria-hidden) ni décrit (role=img et <title>)"


def _tableaux(noeuds):
    for tableau in (n for n in noeuds if n.balise == "table" and n.lire("role") != "presentation"):
        propres = [n for n in tableau.descendants()]
        if not any(n.balise == "caption" and n.texte() for n in propres):
            yield f"{tableau} n’a pas de légende (<caption>)"
        entetes = [n for n in propres if n.balise == "th"]
        if not entetes:
            yield f"{tableau} n’a aucun en-tête (<th>)"
        for entete in entetes:
            if entete.lire("scope") not in ("col", "row", "colgroup", "rowgroup"):
                yield f"{entete} « {entete.texte()[:30]} » n’a pas de scope"


def _politique(noeuds):
    for noeud in noeuds:
        if (noeud.lire("tabindex") or "0").lstrip("-").isdigit() and int(noeud.lire("tabindex") or 0) > 0:
            yield f"{noeud} : tabindex positif"
        for attribut in noeud.attributs:
            if attribut == "style" or attribut.startswith("on"):
                yield f"{noeud} : attribut {attribut} en ligne, interdit par la politique de sécurité"
        if noeud.balise == "style":
            yield "<style> en ligne, interdit par la politique de sécurité"
        if noeud.balise == "script" and not noeud.lire("src") and noeud.lire("type") != "application/json":
            yield "<script> en ligne, interdit par la politique de sécurité"
        for attribut in ("src", "href", "action"):
            valeur = noeud.lire(attribut) or ""
            if noeud.balise != "a" and valeur.startswith(("http:", "https:", "//")):
                yield f"{noeud} charge une adresse externe"


def _reperes(noeuds):
    noms = set()
    navigations = [n for n in noeuds if n.balise == "nav"]
    for nav in navigations:
        nom = nav.lire("aria-label") or nav.lire("aria-labelledby")
        if len(navigations) > 1 and not nom:
            yield f"{nav} : plusieurs <nav>, chacune doit avoir un nom"
        if nom and nom in noms:
            yield f"deux <nav> portent le nom « {nom} »"
        noms.add(nom)


def assert_html_accessible(reponse, *, fragment=False):
    """Lève `AssertionError` avec toutes les fautes; accepte une réponse Django ou du HTML."""
    html = reponse if isinstance(reponse, str) else reponse.content.decode(reponse.charset or "utf-8")
    arbre = Arbre(html)
    noeuds = list(arbre.racine.descendants())
    fautes = [
        *arbre.fautes,
        *_identifiants(noeuds),
        *_commandes(noeuds),
        *_images(noeuds),
        *_tableaux(noeuds),
    ]
    fautes += [*_politique(noeuds), *_reperes(noeuds), *_titres(noeuds, premier=None if fragment else 0)]
    if not fragment:
        fautes += _page(noeuds)
    assert not fautes, f"{len(fautes)} faute(s) d’accessibilité :\n- " + "\n- ".join(fautes)
