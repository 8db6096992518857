"""Coller un échéancier : ce qui se lit remplace celui qui est écrit, puis se relit rangée par rangée."""

import csv
import io

from django import forms

from projets.protocoles.forms.preparation import TRANCHES_AU_PLUS
from projets.protocoles.regles.collage import Somme, lire
from projets.protocoles.regles.echeancier import ranger
from socle.formulaires.champs import DateSouple
from socle.formulaires.revision import AvecRevision
from socle.valeurs.argent import SaisieMontant


class CollageForm(AvecRevision):
    """Une ligne par versement; une faute nomme sa ligne, et rien ne s'écrit."""

    tableau = forms.CharField(
        label="Votre tableau",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Copiez les cellules du tableur et collez-les ici, une ligne par versement\xa0: le montant, la date "
        "(2027-04-01), la condition (signature, rapport ou date), l’enveloppe et l’exercice si plusieurs sommes sont "
        "accordées, et «\xa0retenu\xa0» pour ce qui attend le rapport final. L’ordre des colonnes ne compte pas.",
    )

    def __init__(self, *args, protocole, **options):
        self.protocole = protocole
        super().__init__(*args, **options)

    def revision_actuelle(self):
        return self.protocole.revision

    def clean_tableau(self):
        texte = self.cleaned_data["tableau"]
        self.lues, fautes = lire(
            list(_lignes(texte)),
            [
                Somme(a.pk, str(a.enveloppe), str(e := a.enveloppe.exercice), e.debut, e.fin)
                for a in self.protocole.affectations()
            ],
            montant_de=_lecteur(SaisieMontant()),
            jour_de=_lecteur(DateSouple()),
        )
        if not self.lues and not fautes:
            fautes = ["Aucun versement ne s’y lit."]
        if len(self.lues) > TRANCHES_AU_PLUS:
            fautes.append(f"Un échéancier a au plus {TRANCHES_AU_PLUS} versements.")
        if fautes:
            raise forms.ValidationError(fautes)
        return texte

    def saisie(self):
        return {"revision": self.cleaned_data["revision"], "tranches": ranger(self.lues)}


def _lecteur(champ):
    """Ce que lit ce champ d'une cellule; `ValueError` de ce qu'il ne lit pas."""

    def lecteur(cellule):
        try:
            return champ.clean(cellule)
        except forms.ValidationError as faute:
            raise ValueError from faute

    return lecteur


def _lignes(texte):
    """(numéro, cellules) des lignes écrites; un tableur les sépare par des tabulations, un CSV par « ; »."""
    separateur = "\t" if "\t" in texte else ";"
    for numero, ligne in enumerate(csv.reader(io.StringIO(texte, newline=""), delimiter=separateur), start=1):
        if any(cellule.strip() for cellule in ligne):
            yield numero, [cellule.strip() for cellule in ligne]
