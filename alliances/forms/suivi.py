"""Un formulaire dont l'envoi dit ce que la personne avait sous les yeux : personne n'écrase sans le savoir."""

from django import forms
from django.utils.functional import cached_property

from alliances.models.changements import ajouter, modifier, repere
from socle.formulaires.disposition import FormulaireDeModele
from socle.formulaires.revision import AvecRevision


class FormulaireSuivi(AvecRevision, FormulaireDeModele):
    """Base : date la fiche par le repère de ce qui était enregistré à l'ouverture de la page."""

    revision = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for champ in self.fields.values():
            nommer_le_vide(champ)

    @property
    def neuf(self):
        return self.instance._state.adding

    @cached_property
    def _repere(self):
        """Pris avant que la validation n'écrive la saisie sur l'instance."""
        return "" if self.neuf else repere(self.instance)

    def revision_actuelle(self):
        return self._repere

    def saisie(self):
        return {} if self.neuf else {"vu": self.cleaned_data["revision"]}

    def enregistrer(self, *, par, **saisie):
        """Le geste de la page : ajouter ce qui est neuf, modifier ce qui ne l'est pas."""
        return (ajouter if self.neuf else modifier)(self.instance, par=par, **saisie)


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
