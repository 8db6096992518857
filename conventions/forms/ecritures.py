"""Les filtres du grand livre et de la position nationale; ils vivent dans l'adresse."""

from django import forms

from alliances.forms.perimetre import FiltresDuPerimetre
from conventions.models import Ecriture
from conventions.models.ecritures import DISPONIBLE
from socle.formulaires.disposition import Formulaire
from socle.valeurs.exercice import Exercice


class FiltresDuGrandLivre(Formulaire):
    """Chaque filtre est facultatif; vide, il ne retire rien."""

    exercice = forms.TypedChoiceField(label="Exercice", required=False, coerce=int, empty_value=None)
    enveloppe = forms.TypedChoiceField(label="Enveloppe", required=False, coerce=int, empty_value=None)
    compte = forms.ChoiceField(
        label="Compte",
        required=False,
        choices=[("", "Tous"), *Ecriture.Compte.choices, (DISPONIBLE, "Disponible")],
    )
    nature = forms.ChoiceField(
        label="Nature", required=False, choices=[("", "Toutes"), *Ecriture.Nature.choices]
    )

    def __init__(self, *args, enveloppes, **options):
        super().__init__(*args, **options)
        ans = dict.fromkeys(e.an for e in enveloppes)
        self.fields["exercice"].choices = [("", "Tous"), *((an, str(Exercice(an))) for an in ans)]
        self.fields["enveloppe"].choices = [("", "Toutes"), *((e.pk, nommer(e)) for e in enveloppes)]

    def clean_exercice(self):
        return self.cleaned_data["exercice"] or None


def nommer(enveloppe):
    """« 2025-2026 : La Matapédia », pour choisir parmi celles de toute la convention."""
    if enveloppe.parent_id is None:
        return f"{enveloppe.exercice}\xa0: tout l’exercice"
    return f"{enveloppe.exercice}\xa0: {enveloppe}"


class FiltresDeLaPosition(FiltresDuPerimetre):
    """L'exercice et la région."""

    cycle = None
    exercice = forms.TypedChoiceField(label="Exercice", required=False, coerce=int, empty_value=None)
    field_order = ("exercice", "region")

    def __init__(self, *args, ans, **options):
        super().__init__(*args, **options)
        self.fields["exercice"].choices = [("", "Tous"), *((an, str(Exercice(an))) for an in ans)]
