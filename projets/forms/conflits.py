"""Deux saisies d'une même partie : ce qui est enregistré à côté de ce qui est tapé, champ par champ, en mots."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from socle.texte.typographie import argent, date_longue

HORS_DU_CONTENU = ("revision", "a_revoir")
RANGEE = re.compile(r"[a-z]+_(\d+)_")


@dataclass(frozen=True)
class Difference:
    libelle: str
    enregistre: str
    tape: str


class Comparable:
    """Pour un formulaire de partie; `relu()` en rend un neuf, sur ce qui est enregistré, avec la même saisie."""

    perime = False

    def relu(self):
        raise NotImplementedError

    @property
    def differences(self):
        """Après un conflit seulement."""
        return differences(self.relu()) if self.perime else []

    def est_deja_enregistre(self):
        """La réponse s'est perdue en chemin : ce qui est tapé est déjà ce qui est enregistré."""
        return not differences(self.relu())


def differences(form):
    form.is_valid()
    comparees = [
        Difference(
            _libelle(form, nom),
            _en_mots(form.fields[nom], form.get_initial_for_field(form.fields[nom], nom)),
            _en_mots(form.fields[nom], form.cleaned_data.get(nom, form[nom].value())),
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
