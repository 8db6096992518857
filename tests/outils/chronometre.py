"""Le temps qu'une saisie prend au téléphone, compté sur les pages elles-mêmes.

Étalons : huit secondes par choix, douze par champ court, trente mots à la minute au pouce, deux cents à la lecture. Se
lit tout ce qu'une page montre et que la personne n'a pas encore vu; ce qu'elle a tapé elle-même n'est pas à lire.
"""

import re
from collections import Counter

from tests.outils.visiteuse import Visiteuse, lisible

CHOIX, CHAMP_COURT, MOT_TAPE, MOT_LU = 8, 12, 60 / 30, 60 / 200
CACHEES = {"head", "script", "style", "template"}


class Chronometre:
    """`secondes` : ce qu'ont pris la lecture, les choix, les champs courts et la rédaction."""

    def __init__(self):
        self.secondes, self.vus = Counter(), set()

    @property
    def minutes(self):
        return self.secondes.total() / 60

    def lire(self, page):
        for texte in _textes(page):
            if texte not in self.vus:
                self.vus.add(texte)
                self.secondes["lecture"] += MOT_LU * len(re.findall(r"\w[\w’'-]*", texte))

    def remplir(self, formulaire, voulu):
        """Ce que coûte de passer de ce que la page propose à `voulu` : {nom: [valeurs]}."""
        propose, visite = Visiteuse().valeurs(formulaire), Visiteuse()
        for champ in {c.lire("name"): c for c in visite.commandes(formulaire) if c.lire("name")}.values():
            nom = champ.lire("name")
            avant, apres = propose.get(nom, []), voulu.get(nom, [])
            if avant != apres and champ.lire("type") != "hidden":
                self._ecrire(champ, avant, apres)

    def choisir(self, combien=1):
        self.secondes["choix"] += CHOIX * combien

    def _ecrire(self, champ, avant, apres):
        if champ.lire("type") == "checkbox":
            self.choisir(len(set(avant) ^ set(apres)))
        elif champ.balise == "select" or champ.lire("type") == "radio":
            self.choisir()
        else:
            self._taper(champ, apres[0] if apres else "")

    def _taper(self, champ, texte):
        self.vus.update(map(lisible, texte.splitlines()))
        mots = MOT_TAPE * len(texte.split())
        if champ.balise == "textarea":
            self.secondes["rédaction"] += mots
        else:
            self.secondes["champs courts"] += max(CHAMP_COURT, mots)


def _textes(noeud):
    """Chaque texte visible, élément par élément; un repli fermé et ce que seule l'oreille entend n'en sont pas."""
    classes = (noeud.lire("class") or "").split()
    if noeud.balise in CACHEES or "hidden" in noeud.attributs or "visuellement-cache" in classes:
        return
    if texte := lisible(" ".join(noeud.textes)):
        yield texte
    if noeud.balise == "input" and noeud.lire("type") not in ("hidden", "radio", "checkbox"):
        yield from filter(None, [lisible(noeud.lire("value") or "")])
    ferme = noeud.balise == "details" and "open" not in noeud.attributs
    for enfant in noeud.enfants:
        if not ferme or enfant.balise == "summary":
            yield from _textes(enfant)
