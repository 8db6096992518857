"""Ce qui manque aux balises de WeasyPrint, ajouté avant la mise en page et juste avant l'écriture du fichier.

Avant : chaque tableau a un corps, chaque élément `a` un seul lien. Après : le texte des marges (en-tête, pied,
filigrane) devient un artefact que la lecture à voix haute saute; chaque cellule d'en-tête dit sa portée; chaque lien
porte son propre texte et non son adresse.
"""

import pydyf

PAGINATION = pydyf.Dictionary({"Type": "/Pagination"})


def parfaire_les_balises(document, pdf):
    """Appelée par WeasyPrint (`finisher`) avec le document mis en page et le PDF prêt à s'écrire."""
    objets = {objet.reference: objet for objet in pdf.objects}
    racine = objets[pdf.catalog["StructTreeRoot"]]
    atteints = _atteints(racine, objets)
    _nommer_les_liens(document)
    _dire_la_portee(objets, atteints)
    _rendre_artefacts(objets, atteints, objets[racine["ParentTree"]]["Nums"])


def donner_un_corps(racine):
    """Un tableau sans rangée sous son en-tête garde cet en-tête pour corps : PDF/UA refuse un tableau sans corps."""
    for tableau in racine.iter("table"):
        for vide in [corps for corps in tableau.findall("tbody") if not len(corps)]:
            tableau.remove(vide)
        tete = tableau.find("thead")
        if tete is not None and tableau.find("tbody") is None:
            tete.tag = "tbody"


def garder_les_liens(document):
    """Un seul lien par élément `a` : WeasyPrint en empile un autre sur chaque boîte qu'il contient.

    Ces liens-là, hors d'une balise Link, ne se lisent pas à voix haute et PDF/UA les refuse.
    """
    for page in document.pages:
        page.links = [lien for lien in page.links if lien[-1].element_tag == "a"]


def _atteints(racine, objets):
    """Les références des éléments que l'arbre des balises relie vraiment à sa racine."""
    vus, a_voir = set(), list(racine["K"])
    while a_voir:
        reference = a_voir.pop()
        if isinstance(reference, bytes) and reference not in vus:
            vus.add(reference)
            a_voir.extend(objets[reference].get("K", ()))
    return vus


def _nommer_les_liens(document):
    for page in document.pages:
        for boite in page._page_box.descendants():
            if boite.link_annotation and boite.element is not None:
                texte = " ".join("".join(boite.element.itertext()).split())
                boite.link_annotation["Contents"] = pydyf.String(texte or "Lien")


def _dire_la_portee(objets, atteints):
    """Une cellule d'en-tête citée par une cellule de sa propre rangée est un en-tête de rangée."""
    for reference in atteints:
        if objets[reference].get("S") != "/TR":
            continue
        cellules = [objets[enfant] for enfant in objets[reference]["K"] if isinstance(enfant, bytes)]
        citees = {
            cle.data
            for cellule in cellules
            if cellule.get("S") == "/TD"
            for cle in cellule["A"].get("Headers", ())
        }
        for cellule in cellules:
            if cellule.get("S") == "/TH":
                de_rangee = "ID" in cellule and cellule["ID"].data in citees
                cellule["A"]["Scope"] = "/Row" if de_rangee else "/Column"


def _rendre_artefacts(objets, atteints, correspondances):
    """Démarque le texte dont la balise ne tient à rien et l'ôte de l'arbre inverse."""
    for rang in correspondances[1::2]:
        if not isinstance(rang, pydyf.Array):
            continue
        for mcid, reference in enumerate(rang):
            if reference in atteints:
                continue
            page = objets[objets[reference]["Pg"]]
            _demarquer(objets[page["Contents"]].stream, mcid)
            rang[mcid] = "null"


def _demarquer(flux, mcid):
    for position, morceau in enumerate(flux):
        if isinstance(morceau, pydyf.Dictionary) and morceau.get("MCID") == mcid:
            flux[position - 1 : position + 1] = ["/Artifact", PAGINATION]
            return
