"""Nommer un intérim : qui remplace, de quand à quand."""

from django import forms

from alliances.forms.mandats import PersonneForm
from socle.formulaires.champs import DateSouple
from socle.valeurs.horloge import aujourd_hui


class InterimForm(PersonneForm):
    debut = DateSouple(label="Premier jour de l’intérim", initial=aujourd_hui)
    dernier_jour = DateSouple(label="Dernier jour de l’intérim", help_text="Il finit seul après ce jour.")

    def clean_dernier_jour(self):
        jour = self.cleaned_data["dernier_jour"]
        if jour < max(aujourd_hui(), self.cleaned_data.get("debut") or jour):
            raise forms.ValidationError("Le dernier jour n’est ni passé ni avant le premier.")
        return jour
