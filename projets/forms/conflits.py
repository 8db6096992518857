"""Deux saisies d'une même partie : ce qui est enregistré à côté de ce qui est tapé, champ par champ, en mots.

La page porte, cachée, l'empreinte de ce que chaque champ montrait : celui que la personne n'a pas touché prend ce
qu'une autre a enregistré depuis, au lieu de l'effacer.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from socle.texte.typographie import argent, date_longue
from socle.valeurs.empreintes import empreinte

HORS_DU_CONTENU = ("revision", "vues", "a_revoir")
RANGEE = re.compile(r"[a-z]+_(\d+)_")


@dataclass(frozen=True)
class Difference:
    libelle: str
    enregistre: str
    tape: str


class Comparable:
    """Pour un formulaire de partie; `relu()` en rend un neuf, sur ce qui est enregistré, avec la même saisie."""

    perime = False

    def relu(self, saisie=None):
        """Un neuf, sur ce qui est enregistré; avec cette saisie, ou sans."""
        raise NotImplementedError

    def tape(self, nom):
        """Ce que la personne a répondu à ce champ, tel que la page le lui montrait."""
        return self.cleaned_data.get(nom, self[nom].value())

    def get_initial_for_field(self, field, field_name):
        return (
            self.ce_qui_est_montre()
            if field_name == "vues"
            else super().get_initial_for_field(field, field_name)
        )

    def ce_qui_est_montre(self):
        """L'empreinte de la valeur enregistrée de chaque champ, telle que la page la montre."""
        lues = {
            nom: _marque(super(Comparable, self).get_initial_for_field(champ, nom))
            for nom, champ in self.fields.items()
            if nom not in HORS_DU_CONTENU
        }
        return json.dumps(lues, separators=(",", ":"))

    def reprendre(self):
        """Après un conflit, un champ que la personne n'a pas touché prend la valeur enregistrée."""
        super().reprendre()
        enregistre, montrees = self.relu(), _lues(self.data.get("vues", ""))
        for nom, champ in enregistre.fields.items():
            intacte = nom in self.fields and nom not in self.errors and nom in montrees
            if intacte and _marque(self.tape(nom)) == montrees[nom]:
                _poser(self.data, nom, champ.prepare_value(enregistre[nom].value()))
        self.data["vues"] = enregistre.ce_qui_est_montre()

    @property
    def differences(self):
        """Après un conflit seulement."""
        return differences(self.relu(self.data)) if self.perime else []

    def est_deja_enregistre(self):
        """La réponse s'est perdue en chemin : ce qui est tapé est déjà ce qui est enregistré."""
        return not differences(self.relu(self.data))


def _marque(valeur):
    """La même pour une valeur enregistrée et pour la saisie qui ne l'a pas changée."""
    if valeur in (None, "") or valeur is False:
        return ""
    if isinstance(valeur, Decimal):
        return empreinte(f"{valeur:.4f}")[:8]
    if not isinstance(valeur, str) and hasattr(valeur, "__iter__"):
        cles = sorted(str(getattr(v, "pk", v)) for v in valeur)
        return empreinte(*cles)[:8] if cles else ""
    return empreinte(" ".join(str(valeur).split()))[:8]


def _lues(vues):
    try:
        lues = json.loads(vues or "{}")
    except ValueError:
        return {}
    return lues if isinstance(lues, dict) else {}


def _poser(donnees, nom, valeur):
    """Une case décochée ne s'envoie pas; plusieurs cases s'envoient l'une après l'autre."""
    if valeur in (None, False):
        donnees.pop(nom, None)
    elif isinstance(valeur, list | tuple):
        donnees.setlist(nom, [getattr(v, "pk", v) for v in valeur])
    else:
        donnees[nom] = "on" if valeur is True else str(valeur)


def differences(form):
    form.is_valid()
    comparees = [
        Difference(
            _libelle(form, nom),
            _en_mots(form.fields[nom], form.get_initial_for_field(form.fields[nom], nom)),
            _en_mots(form.fields[nom], form.tape(nom)),
        )
        for nom in form.changed_data
        if nom not in HORS_DU_CONTENU
    ]
    return [d for d in comparees if d.enregistre != d.tape]


def _libelle(form, nom):
    rangee = RANGEE.match(nom)
    libelle = form[nom].label
    return f"Ligne {int(rangee[1]) + 1}, {libelle[:1].lower()}{libelle[1:]}" if rangee else libelle


def _en_mots(champ, valeur):
    if isinstance(valeur, bool):
        return "Oui" if valeur else "Non"
    if valeur is None or valeur == "" or valeur == []:
        return "Vide"
    if isinstance(valeur, date):
        return date_longue(valeur)
    if isinstance(valeur, Decimal):
        return argent(valeur)
    return _choisis(champ, valeur) if hasattr(champ, "choices") else str(valeur)


def _choisis(champ, valeur):
    noms = {str(code): str(libelle) for code, libelle in champ.choices}
    choisis = [valeur] if isinstance(valeur, str) or not hasattr(valeur, "__iter__") else valeur
    return ", ".join(noms.get(str(getattr(v, "pk", v)), str(v)) for v in choisis) or "Vide"
