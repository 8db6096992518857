"""La porte des PDF : ce qu'un document balisé (PDF/UA-1) et archivable (PDF/A-2a) doit au moins montrer.

C'est un sous-ensemble des deux normes, assez rapide pour tout essai, qui tient aussi à ce qu'elles n'exigent pas
(textes des liens, signets). La conformité, veraPDF en juge (`verapdf.py`). Chaque faute est une phrase.
"""

import io

import pikepdf

from tests.outils.contenu_pdf import contenu_des_pages, polices_de

TITRES = {f"/H{niveau}": niveau for niveau in range(1, 7)}
DANS_LISTE = {"/LI", "/L", "/Caption"}
DANS_ELEMENT = {"/Lbl", "/LBody"}
DANS_RANGEE = {"/TH", "/TD"}
SCHEMA_PDFUA = "http://www.aiim.org/pdfua/ns/id/"


def verifier_pdf(octets):
    """Les fautes de structure de ce PDF, dans l'ordre des contrôles; liste vide s'il passe."""
    with pikepdf.open(io.BytesIO(octets)) as pdf:
        return pdf.check_pdf_syntax() + [
            faute
            for controle in (_catalogue, _metadonnees, _archivage, _arbre, _pages, _polices, _liens)
            for faute in controle(pdf)
        ]


def _catalogue(pdf):
    racine = pdf.Root
    if not racine.get("/MarkInfo", {}).get("/Marked", False):
        yield "Le document ne se dit pas balisé (MarkInfo)."
    if "/StructTreeRoot" not in racine:
        yield "Le document n’a pas d’arbre de balises (StructTreeRoot)."
    if str(racine.get("/Lang", "")) != "fr-CA":
        yield "La langue du document n’est pas fr-CA."
    if not racine.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "Le lecteur n’affichera pas le titre (DisplayDocTitle)."
    if "/First" not in racine.get("/Outlines", {}):
        yield "Le document n’a pas de signets."
    if "/OpenAction" in racine or "/JavaScript" in racine.get("/Names", {}):
        yield "Le document contient une action automatique."


def _metadonnees(pdf):
    if "/Metadata" not in pdf.Root:
        yield "Le document n’a pas de métadonnées XMP."
        return
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        titre = xmp.get("dc:title") or ""
        if not str(titre).strip():
            yield "Les métadonnées XMP n’ont pas de titre."
        elif str(pdf.docinfo.get("/Title", "")) != str(titre):
            yield "Le titre des métadonnées XMP n’est pas celui du document."
        if xmp.get("pdfuaid:part") != "1":
            yield "Le document ne s’identifie pas comme PDF/UA-1."
        if (xmp.get("pdfaid:part"), xmp.get("pdfaid:conformance")) != ("2", "A"):
            yield "Le document ne s’identifie pas comme PDF/A-2a."
        if f"namespaceURI>{SCHEMA_PDFUA}<" not in str(xmp):
            yield "Le schéma d’extension PDF/A de l’identifiant PDF/UA manque."


def _archivage(pdf):
    intentions = pdf.Root.get("/OutputIntents", [])
    if not any(i.get("/S") == "/GTS_PDFA1" and "/DestOutputProfile" in i for i in intentions):
        yield "Le document n’a pas d’intention de sortie (OutputIntents)."
    if "/ID" not in pdf.trailer:
        yield "Le document n’a pas d’identifiant (ID)."
    if pdf.is_encrypted:
        yield "Le document est chiffré."


def _arbre(pdf):
    if "/StructTreeRoot" not in pdf.Root:
        return
    precedent = 0
    for element, parents in _elements(pdf):
        genre = str(element.S)
        if genre in TITRES:
            niveau = TITRES[genre]
            if niveau > precedent + 1:
                yield f"Un titre passe du niveau {precedent} au niveau {niveau}."
            precedent = niveau
        elif genre == "/Figure" and not str(element.get("/Alt", "")).strip():
            yield "Une figure n’a pas de texte de remplacement (Alt)."
        elif genre == "/TH" and element.get("/A", {}).get("/Scope") not in ("/Row", "/Column", "/Both"):
            yield "Une cellule d’en-tête n’a pas de portée (Scope)."
        elif genre == "/TD" and not len(element.get("/A", {}).get("/Headers", [])):
            yield "Une cellule de tableau ne renvoie à aucun en-tête (Headers)."
        elif genre == "/Link" and not _a_une_annotation(element):
            yield "Une balise de lien ne mène à aucune annotation."
        yield from _parente(genre, str(parents[-1].S) if parents else "")


def _a_une_annotation(lien):
    return any(isinstance(k, pikepdf.Dictionary) and k.get("/Type") == "/OBJR" for k in _enfants(lien))


def _enfants(element):
    enfants = element.get("/K", [])
    return list(enfants) if isinstance(enfants, pikepdf.Array) else [enfants]


def _parente(genre, parent):
    attendus = {"/L": DANS_LISTE, "/LI": DANS_ELEMENT, "/TR": DANS_RANGEE}.get(parent)
    if attendus and genre not in attendus:
        yield f"La balise {genre} n’a pas sa place dans {parent}."
    if genre in DANS_RANGEE and parent != "/TR":
        yield f"La balise {genre} est hors d’une rangée."


def _elements(pdf):
    """Chaque élément de l'arbre des balises avec ses parents, dans l'ordre de lecture."""

    def visiter(noeud, parents):
        if not isinstance(noeud, pikepdf.Dictionary) or "/S" not in noeud:
            return
        yield noeud, parents
        for enfant in _enfants(noeud):
            yield from visiter(enfant, [*parents, noeud])

    for sommet in pdf.Root.StructTreeRoot.K:
        yield from visiter(sommet, [])


def _pages(pdf):
    """Tout ce qui se dessine est dans une balise reliée à l'arbre ou dans un artefact."""
    relies = _mcid_relies(pdf)
    for numero, (page, contenu) in enumerate(zip(pdf.pages, contenu_des_pages(pdf), strict=True), start=1):
        if contenu.hors_balise:
            yield f"Page {numero} : {contenu.hors_balise} tracé(s) hors balise et hors artefact."
        if perdus := contenu.mcid - relies.get(page.objgen, set()):
            yield f"Page {numero} : {len(perdus)} texte(s) balisé(s) que l’arbre n’atteint pas."
        if page.get("/Tabs") != "/S":
            yield f"Page {numero} : l’ordre de tabulation n’est pas celui de la structure."
        if not contenu.lu.strip():
            yield f"Page {numero} : page vide."


def _mcid_relies(pdf):
    relies = {}
    if "/StructTreeRoot" not in pdf.Root:
        return relies
    for element, _ in _elements(pdf):
        for enfant in _enfants(element):
            if isinstance(enfant, int):
                relies.setdefault(element.Pg.objgen, set()).add(enfant)
    return relies


def _polices(pdf):
    for nom, police in polices_de(pdf).items():
        descendante = police.get("/DescendantFonts", [police])[0]
        descripteur = descendante.get("/FontDescriptor", {})
        if not any(cle in descripteur for cle in ("/FontFile", "/FontFile2", "/FontFile3")):
            yield f"La police {nom} n’est pas incorporée."
        if "/ToUnicode" not in police:
            yield f"La police {nom} ne dit pas ses caractères (ToUnicode)."


def _liens(pdf):
    for numero, page in enumerate(pdf.pages, start=1):
        for annotation in page.get("/Annots", []):
            if annotation.Subtype != "/Link":
                continue
            if not str(annotation.get("/Contents", "")).strip():
                yield f"Page {numero} : un lien n’a pas de texte."
            if "/StructParent" not in annotation:
                yield f"Page {numero} : un lien est hors de la structure."
            if not int(annotation.get("/F", 0)) & 4:
                yield f"Page {numero} : un lien ne s’imprime pas."
