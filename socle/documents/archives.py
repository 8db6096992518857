"""Un ZIP écrit au fil de l'envoi : quatre cents pièces ne tiennent jamais en mémoire, une seule à la fois.

Ce qui manque au rangement, ou n'est plus ce qu'on y avait mis, se note : l'archive le dit au lieu d'échouer.
"""

import hashlib
import re
from itertools import count
from pathlib import PurePath
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from socle.valeurs.horloge import maintenant
from socle.valeurs.invisibles import sans_controles

BLOC = 64 * 1024  # octets
INTERDITS = re.compile(r'[\\/:*?"<>|\s]+')  # ce que Windows refuse d'un nom de fichier
NOM_AU_PLUS = 80  # signes; le dossier et le rang en ajoutent
RESERVES = {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}


class Archive:
    """Chaque méthode rend, bloc par bloc, les octets à envoyer. `manques` : [(nom, pourquoi)]."""

    def __init__(self):
        self._sortie, self._pris, self.manques, self.noms = _Sortie(), set(), [], []
        self._zip = ZipFile(self._sortie, "w")

    def texte(self, nom, texte):
        """Un fichier de texte, qui se compresse."""
        entree = self._entree(nom, ZIP_DEFLATED)
        self._zip.writestr(entree, texte.encode())
        yield self._sortie.prendre()

    def fichier(self, nom, fichier, *, sha256=""):
        """Un fichier rangé, tel quel; absent, ou autre que son code de vérification le dit, c'est un manque."""
        try:
            flux = fichier.open("rb")
        except OSError:
            self.manquer(nom, "il n’est plus dans le rangement")
            return
        calcul = hashlib.sha256()
        with flux, self._zip.open(entree := self._entree(nom, ZIP_STORED), "w") as vers:
            while bloc := flux.read(BLOC):
                calcul.update(bloc)
                vers.write(bloc)
                yield self._sortie.prendre()
        if sha256 and calcul.hexdigest() != sha256:
            self.manquer(entree.filename, "il ne correspond plus à son code de vérification")
        yield self._sortie.prendre()

    def manquer(self, nom, pourquoi):
        self.manques.append((nom, pourquoi))

    def clore(self):
        self._zip.close()
        yield self._sortie.prendre()

    def _entree(self, nom, compression):
        entree = ZipInfo(self._unique(nom), maintenant().timetuple()[:6])
        entree.compress_type, entree.external_attr = compression, 0o600 << 16
        self.noms.append(entree.filename)
        return entree

    def _unique(self, nom):
        """« pieces/lettre.pdf », puis « pieces/lettre (2).pdf »; sans égard aux majuscules."""
        chemin = PurePath(nom)
        for rang in count(1):
            essai = str(chemin.with_stem(f"{chemin.stem} ({rang})") if rang > 1 else chemin)
            if essai.casefold() not in self._pris:
                self._pris.add(essai.casefold())
                return essai


class _Sortie:
    """Ce que `ZipFile` vient d'écrire et qu'on n'a pas encore envoyé; elle ne revient jamais en arrière."""

    def __init__(self):
        self._octets = bytearray()

    def write(self, octets):
        self._octets += octets
        return len(octets)

    def flush(self):
        """Rien à vider : `prendre` le fait."""

    def prendre(self):
        octets, self._octets = bytes(self._octets), bytearray()
        return octets


def nom_sur(nom):
    """Un nom qui s'ouvre partout : ni chemin, ni signe interdit, ni nom réservé, son extension gardée."""
    chemin = PurePath(INTERDITS.sub(" ", sans_controles(nom)).strip(" ."))
    racine, suffixe = chemin.stem[:NOM_AU_PLUS].strip(" .") or "sans nom", chemin.suffix[:10]
    return f"{'_' if racine.casefold() in RESERVES else ''}{racine}{suffixe}"
