"""Nommer un intérim : qui remplace, de quand à quand."""

from django import forms

from alliances.forms.mandats import PersonneForm
from socle.formulaires.champs import DateSouple
from socle.valeurs.horloge import aujourd_hui

INTERIM_AU_PLUS = 366  # jours; au-delà, c'est un mandat


class InterimForm(PersonneForm):
    debut = DateSouple(label="Premier jour de l’intérim", initial=aujourd_hui)
    dernier_jour = DateSouple(label="Dernier jour de l’intérim", help_text="Il finit seul après ce jour.")

    def clean_debut(self):
        jour = self.cleaned_data["debut"]
        if jour < aujourd_hui():
            raise forms.ValidationError("Le premier jour n’est pas passé.")
        return jour

    def clean_dernier_jour(self):
        jour, debut = self.cleaned_data["dernier_jour"], self.cleaned_data.get("debut") or aujourd_hui()
        if jour < max(aujourd_hui(), debut):
            raise forms.ValidationError("Le dernier jour n’est ni passé ni avant le premier.")
        if (jour - debut).days >= INTERIM_AU_PLUS:
            raise forms.ValidationError("Un intérim dure au plus douze mois.")
        return jour
