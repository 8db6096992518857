"""Choisir la personne en charge d'un dossier."""

from django import forms

from socle.formulaires.disposition import Formulaire
from socle.models import Utilisateur


class ChargeForm(Formulaire):
    personne = forms.ModelChoiceField(
        label="Personne en charge",
        queryset=Utilisateur.objects.none(),
        required=False,
        empty_label="À personne",
        help_text="Parmi les personnes qui ont un mandat d’analyse sur cette Alliance. Qui la remplace le verra aussi.",
    )

    def __init__(self, *args, dossier, **options):
        super().__init__(*args, initial={"personne": dossier.en_charge_id}, **options)
        self.fields["personne"].queryset = dossier.analystes().order_by("nom", "prenom")
