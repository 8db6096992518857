"""Un formulaire dont l'envoi dit ce que la personne avait sous les yeux : personne n'écrase sans le savoir."""

from django import forms

from alliances.models.changements import repere
from socle.formulaires.disposition import FormulaireDeModele


class FormulaireSuivi(FormulaireDeModele):
    """Base : porte le repère (`vu`) de ce qui était enregistré à l'ouverture de la page."""

    vu = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.neuf = self.instance.pk is None
        self.enregistre = "" if self.neuf else repere(self.instance)
        self.initial["vu"] = self.enregistre
        for champ in self.fields.values():
            nommer_le_vide(champ)

    def garder_le_repere(self):
        """Après un conflit : la saisie reste, et un nouvel envoi la fait prévaloir en connaissance de cause."""
        self.data = self.data.copy()
        self.data[self.add_prefix("vu")] = self.enregistre


def nommer_le_vide(champ):
    """Le choix vide se dit en mots; des boutons radio n'en montrent pas."""
    libelle = "Choisir" if champ.required else "Non précisé"
    if isinstance(champ, forms.ModelChoiceField):
        champ.empty_label = champ.empty_label and libelle
    elif isinstance(champ, forms.ChoiceField) and not isinstance(champ, forms.MultipleChoiceField):
        radio = isinstance(champ.widget, forms.RadioSelect)
        champ.choices = [
            (valeur, libelle if valeur == "" else mot)
            for valeur, mot in champ.choices
            if not (radio and valeur == "")
        ]
