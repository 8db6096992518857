"""Du HTML au PDF, balisé (PDF/UA-1) et archivable (PDF/A-2a) dans un même fichier.

WeasyPrint n'accepte qu'une variante à la fois : on rend en PDF/A-2a et l'on ajoute l'identifiant PDF/UA-1,
avec le schéma d'extension que PDF/A exige pour lui, dans le même `rdf:RDF`. Rien ne sort du disque : les
feuilles de style viennent de `static/pdf/`, les polices du système. Le même HTML donne les mêmes octets tant
que `version_du_rendu` ne change pas; `empreinte_du_rendu` en fait la clé d'un document.
"""

import hashlib
import logging
import re
import threading
from contextlib import contextmanager
from functools import cache
from importlib import metadata, resources
from io import BytesIO, StringIO
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from django.conf import settings

from socle.documents.balises import donner_un_corps, garder_les_liens, parfaire_les_balises
from socle.erreurs import ErreurDuDomaine
from socle.valeurs.invisibles import sans_controles

RACINE_STATIQUE = Path(settings.STATICFILES_DIRS[0]).resolve()
FEUILLES = RACINE_STATIQUE / "pdf"
GABARITS = Path(settings.TEMPLATES[0]["DIRS"][0])
COMMANDE = (
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 "
    "fonts-open-sans fonts-roboto fonts-dejavu-core"
)
POLICES = ("Open Sans", "Roboto")
DE_SECOURS = ("DejaVu Sans", "DejaVu Sans Mono")
GRAISSES = (300, 400, 500, 600, 700)
PROFIL = "sRGB2014"
TITRES = ("h1", "h2", "h3", "h4", "h5", "h6")
# WeasyPrint raconte chaque page : cent lignes par document, sans intérêt dans les traces du service.
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
logging.getLogger("fontTools").setLevel(logging.WARNING)
SVG = "{http://www.w3.org/2000/svg}"

PDFUA = """<r xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
          xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
          xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
          xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
          xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <rdf:Description rdf:about="" pdfuaid:part="1"/>
  <rdf:Description rdf:about=""><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
      <pdfaProperty:name>part</pdfaProperty:name>
      <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
      <pdfaProperty:category>internal</pdfaProperty:category>
      <pdfaProperty:description>ISO 14289</pdfaProperty:description>
    </rdf:li></rdf:Seq></pdfaSchema:property>
  </rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></r>"""
# PDF/A exige ces préfixes-là, qu'ElementTree remplacerait par ns5, ns6…
for _, (prefixe, espace) in ElementTree.iterparse(StringIO(PDFUA), ["start-ns"]):
    ElementTree.register_namespace(prefixe, espace)


class PdfIndisponible(ErreurDuDomaine):
    """Une bibliothèque du système manque : aucun PDF ne peut être produit sur ce poste."""


class PdfFautif(ErreurDuDomaine):
    """Le document produit ne serait pas accessible; porte la liste des fautes."""

    def __init__(self, fautes):
        self.fautes = list(fautes)
        super().__init__("Le PDF n’a pas été produit : " + " ".join(self.fautes))


def rendre(html, *, titre):
    """Les octets du PDF de cette page HTML complète; `titre` est celui qu'annonce le lecteur de PDF.

    Lève `PdfIndisponible` quand Pango ou une police manque, `PdfFautif` quand la page ne serait pas accessible.
    """
    html = sans_controles(html)
    with _journal_de_weasyprint() as (fautes, sans_glyphe):
        octets = _produire(html, titre, fautes)
        if sans_glyphe:
            # PDF/A interdit le glyphe vide : un caractère qu'aucune police ne dessine est nommé par son code.
            table = {ord(caractere): f"[U+{ord(caractere):04X}]" for caractere in sans_glyphe}
            octets = _produire(html.translate(table), titre.translate(table), fautes)
    return octets


def empreinte_du_rendu(html):
    """SHA-256 de tout ce qui décide des octets du PDF : le HTML et ce qui le rend."""
    return hashlib.sha256(f"{version_du_rendu()}\n{html}".encode()).hexdigest()


def version_du_rendu():
    """« WeasyPrint 70.0, Pango 1.50.12, rendu 4f0c2a1b9e3d » : ce qui, changé, changerait les octets d'un document."""
    try:
        return _version_du_rendu(_weasyprint())
    except PdfIndisponible:
        return ""


@cache
def _version_du_rendu(weasyprint):
    """Calculée une fois par processus : les paquets, les polices, nos feuilles, nos gabarits et notre code."""
    condense = hashlib.sha256(" ".join(_paquets_du_rendu()).encode())
    for police in sorted(police.file_content for police in _polices(weasyprint)):
        condense.update(police)
    ici = Path(__file__)
    code = ici, ici.with_name("balises.py")
    for fichier in (*code, *sorted(FEUILLES.glob("*.css")), *sorted(GABARITS.glob("*/pdf/*.html"))):
        condense.update(fichier.name.encode() + fichier.read_bytes())
    pango = weasyprint.text.ffi.pango.pango_version()
    pango = f"{pango // 10000}.{pango // 100 % 100}.{pango % 100}"
    condense.update(pango.encode())
    return f"WeasyPrint {weasyprint.__version__}, Pango {pango}, rendu {condense.hexdigest()[:12]}"


def _paquets_du_rendu():
    """WeasyPrint et ce dont il dépend, avec leurs versions : la césure et les polices incorporées en dépendent."""
    exiges = [nom for nom in metadata.requires("weasyprint") if "extra ==" not in nom]
    noms = ["weasyprint", *(re.match(r"[\w.-]+", nom)[0] for nom in exiges)]
    return sorted(f"{nom}=={metadata.version(nom)}" for nom in noms)


def _produire(html, titre, fautes):
    weasyprint = _weasyprint()
    page = weasyprint.HTML(
        string=html, base_url=f"{RACINE_STATIQUE.as_uri()}/", url_fetcher=_lecteur_du_disque(weasyprint)
    )
    fautes.extend(_fautes_de_la_page(page.etree_element, titre))
    donner_un_corps(page.etree_element)
    document = page.render()
    garder_les_liens(document)
    document.metadata.title = titre
    _ajouter_l_identifiant_pdfua(document.metadata)
    document.color_profiles[PROFIL] = _profil_de_couleur(weasyprint)
    octets = document.write_pdf(
        pdf_variant="pdf/a-2a",
        output_intent=PROFIL,
        pdf_identifier=hashlib.sha256(html.encode()).hexdigest()[:32].encode(),
        finisher=parfaire_les_balises,
    )
    if fautes:
        raise PdfFautif(dict.fromkeys(fautes))
    return octets


def _profil_de_couleur(weasyprint):
    """L'intention de sortie sRGB. WeasyPrint ouvre ce fichier sans le fermer : on lui en donne les octets."""
    fichier = resources.files("weasyprint.pdf") / f"{PROFIL}.icc"
    return weasyprint.css.ColorProfile(
        BytesIO(fichier.read_bytes()), fichier.name, "relative-colorimetric", (["r"], ["g"], ["b"])
    )


def _weasyprint():
    """Importé au premier besoin : sans Pango, l'import échoue et le reste de l'application doit vivre."""
    try:
        import weasyprint
    except OSError as erreur:
        raise PdfIndisponible(
            f"La production de PDF demande des bibliothèques du système. Exécuter : {COMMANDE}"
        ) from erreur
    if manquantes := _polices_manquantes(weasyprint):
        raise PdfIndisponible(f"Il manque au système la police {manquantes[0]}. Exécuter : {COMMANDE}")
    return weasyprint


def _polices_manquantes(weasyprint):
    """Celles de nos polices que le système remplacerait sans le dire."""
    dessinees = {police.family for police in _polices(weasyprint)}
    return [nom for nom in POLICES if nom not in dessinees]


@cache
def _polices(weasyprint):
    """Celles que le système donne à nos feuilles, dans chaque graisse; regardé une fois par processus.

    Chacune y est réduite à deux lettres, mais garde l'en-tête qui dit sa révision et sa date.
    """
    essai = weasyprint.HTML(
        string="".join(
            f'<p style="font:{style} {graisse} 9pt {nom}">Ab'
            for nom in POLICES + DE_SECOURS
            for graisse in GRAISSES
            for style in ("normal", "italic")
        )
    ).render()
    essai.write_pdf()
    return tuple(essai.fonts.values())


def _lecteur_du_disque(weasyprint):
    """Un lecteur d'adresses qui n'ouvre que `data:` et les fichiers de `static/`; il refuse le reste."""

    class LecteurDuDisque(weasyprint.urls.URLFetcher):
        def fetch(self, url, headers=None):
            adresse = urlsplit(url)
            if adresse.scheme == "data":
                return super().fetch(url, headers)
            chemin = Path(unquote(adresse.path)).resolve()
            if adresse.scheme != "file" or adresse.netloc or not chemin.is_relative_to(RACINE_STATIQUE):
                raise ValueError(f"adresse refusée : {url}")
            type_mime = {".css": "text/css", ".svg": "image/svg+xml"}.get(chemin.suffix, "")
            return weasyprint.urls.URLFetcherResponse(
                url, BytesIO(chemin.read_bytes()), {"Content-Type": type_mime}
            )

    return LecteurDuDisque(allowed_protocols=("data", "file"), allow_redirects=False)


@contextmanager
def _journal_de_weasyprint():
    """Recueille ce que WeasyPrint écrit à son journal : ses erreurs, et les caractères sans glyphe.

    Il consigne ses fautes sans lever d'exception. Seules celles du fil courant nous concernent.
    """
    fautes, sans_glyphe, fil = [], set(), threading.get_ident()

    class Recueil(logging.Handler):
        def emit(self, ligne):
            if ligne.thread != fil:
                return
            if ligne.levelno >= logging.ERROR:
                fautes.append(f"{ligne.getMessage()}.".replace("..", "."))
            elif ".notdef" in str(ligne.msg):
                sans_glyphe.add(ligne.args[0])

    journal, recueil = logging.getLogger("weasyprint"), Recueil(logging.WARNING)
    journal.addHandler(recueil)
    try:
        yield fautes, sans_glyphe
    finally:
        journal.removeHandler(recueil)


def _fautes_de_la_page(racine, titre):
    """Ce que WeasyPrint ne signale pas : titre et langue, saut de titre, dessin sans nom, en-tête sans portée."""
    if not titre.strip():
        yield "Le document n’a pas de titre."
    if racine.get("lang") != "fr-CA":
        yield 'La page n’annonce pas le français du Québec (lang="fr-CA").'
    precedent = 0
    for element in racine.iter():
        if element.tag in TITRES:
            niveau = int(element.tag[1])
            if niveau > precedent + 1:
                yield f"Un titre passe du niveau {precedent} au niveau {niveau} : « {_texte(element)} »."
            precedent = niveau
        elif element.tag == f"{SVG}svg" and not (element.findtext(f"{SVG}title") or "").strip():
            yield "Un dessin n’a pas de nom (title)."
        elif element.tag == "th" and element.get("scope") not in ("row", "col"):
            yield f"Une cellule d’en-tête n’a pas de portée (scope) : « {_texte(element)} »."


def _texte(element):
    return " ".join("".join(element.itertext()).split())


def _ajouter_l_identifiant_pdfua(metadonnees):
    """Insère l'identifiant PDF/UA-1 dans le même `rdf:RDF` que celui de PDF/A."""
    d_origine = metadonnees.generate_rdf_metadata

    def avec_pdfua(variant, version, conformance):
        rdf = ElementTree.fromstring(d_origine(variant, version, conformance))
        rdf.extend(ElementTree.fromstring(PDFUA))
        return ElementTree.tostring(rdf, encoding="utf-8")

    metadonnees.generate_rdf_metadata = avec_pdfua
