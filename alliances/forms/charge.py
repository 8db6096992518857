"""Choisir la personne en charge d'un dossier."""

from django import forms

from socle.formulaires.revision import AvecRevision
from socle.models import Utilisateur


class ChargeForm(AvecRevision):
    revision = forms.CharField(required=False, widget=forms.HiddenInput)
    personne = forms.ModelChoiceField(
        label="Personne en charge",
        queryset=Utilisateur.objects.none(),
        required=False,
        empty_label="À personne",
        help_text="Parmi les personnes qui ont un mandat d’analyse sur cette Alliance. Qui la remplace le verra aussi.",
    )

    def __init__(self, *args, dossier, **options):
        self.dossier = dossier
        super().__init__(*args, initial={"personne": dossier.en_charge_id}, **options)
        self.fields["personne"].queryset = dossier.analystes().order_by("nom", "prenom")

    def revision_actuelle(self):
        return str(
            type(self.dossier).objects.values_list("en_charge", flat=True).get(pk=self.dossier.pk) or ""
        )

    def saisie(self):
        return {"personne": self.cleaned_data["personne"], "vue": self.cleaned_data["revision"]}
