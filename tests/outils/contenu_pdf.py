"""Lire les pages d'un PDF : le texte, balisé ou en artefact, et ce qui est tracé hors balise."""

import io
import re
from dataclasses import dataclass, field

import pikepdf

TEXTE = {"Tj", "TJ", "'", '"'}
TRACES = TEXTE | {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "Do", "sh"}
PAIRE = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
PLAGE = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


@dataclass
class ContenuDePage:
    """Une page : texte lu, texte en artefact, repères de balise et nombre de tracés hors de tout repère."""

    lu: str = ""
    artefacts: str = ""
    mcid: set = field(default_factory=set)
    hors_balise: int = 0


def pages_du_pdf(octets):
    """La liste des `ContenuDePage` d'un PDF."""
    with pikepdf.open(io.BytesIO(octets)) as pdf:
        return contenu_des_pages(pdf)


def contenu_des_pages(pdf):
    tables = {nom: _table(police) for nom, police in polices_de(pdf).items()}
    return [_lire(page, tables) for page in pdf.pages]


def serrer(texte):
    """Sans espace, trait d'union ni puce : ce qui reste quand on oublie la mise en lignes et en pages."""
    return re.sub(r"[\s\u00ad\u2010\u2011•-]+", "", texte)


def polices_de(pdf):
    """Les polices du document par nom de ressource; WeasyPrint les range dans un dictionnaire commun."""
    polices = {}
    for page in pdf.pages:
        for nom, police in page.get("/Resources", {}).get("/Font", {}).items():
            polices[nom] = police
    return polices


def _lire(page, tables):
    contenu, pile, table = ContenuDePage(), [], {}
    for operandes, operateur in pikepdf.parse_content_stream(page):
        operateur = str(operateur)
        if operateur == "Tf":
            table = tables[str(operandes[0])]
        elif operateur in ("BMC", "BDC"):
            pile.append(_repere(operandes, contenu))
        elif operateur == "EMC":
            pile.pop()
            contenu.lu += "\n"
        elif operateur in TRACES:
            if not any(pile):
                contenu.hors_balise += 1
            if operateur in TEXTE:
                texte = _decoder(operandes, table)
                if "artefact" in pile:
                    contenu.artefacts += texte
                else:
                    contenu.lu += texte
    return contenu


def _repere(operandes, contenu):
    if operandes[0] == "/Artifact":
        return "artefact"
    if len(operandes) > 1 and "/MCID" in operandes[1]:
        contenu.mcid.add(int(operandes[1].MCID))
        return "balise"
    return ""


def _decoder(operandes, table):
    morceaux = operandes[-1]
    morceaux = morceaux if isinstance(morceaux, pikepdf.Array) else [morceaux]
    octets = b"".join(bytes(m) for m in morceaux if isinstance(m, pikepdf.String))
    codes = (int.from_bytes(octets[rang : rang + 2]) for rang in range(0, len(octets), 2))
    return "".join(table.get(code, "\ufffd") for code in codes)


def _table(police):
    """La table ToUnicode d'une police : code de deux octets → texte."""
    if "/ToUnicode" not in police:
        return {}
    source = police.ToUnicode.read_bytes().decode("latin-1")
    table = {}
    for bloc in re.findall(r"beginbfchar(.*?)endbfchar", source, re.DOTALL):
        for code, texte in PAIRE.findall(bloc):
            table[int(code, 16)] = bytes.fromhex(texte).decode("utf-16-be")
    for bloc in re.findall(r"beginbfrange(.*?)endbfrange", source, re.DOTALL):
        for debut, fin, texte in PLAGE.findall(bloc):
            for ecart in range(int(fin, 16) - int(debut, 16) + 1):
                table[int(debut, 16) + ecart] = chr(int(texte, 16) + ecart)
    return table
