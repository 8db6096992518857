"""Les filtres de la liste des conventions et du calendrier; ils vivent dans l'adresse."""

from django import forms

from alliances.forms.perimetre import FiltresDuPerimetre
from alliances.models import Alliance
from conventions.models import Obligation
from socle.formulaires.disposition import Formulaire


class FiltresDesConventions(FiltresDuPerimetre):
    """Chaque filtre est facultatif; vide, il ne retire rien."""

    etat = forms.ChoiceField(label="État", required=False)

    def __init__(self, *args, etats, **options):
        super().__init__(*args, **options)
        self.fields["etat"].choices = [("", "Tous"), *etats]


class FiltresDuCalendrier(Formulaire):
    SUIVIS = [("", "Toutes"), ("dues", "À rendre"), ("retard", "En retard"), ("remplies", "Remplies")]

    alliance = forms.ModelChoiceField(
        Alliance.objects.none(), label="Alliance", required=False, empty_label="Toutes"
    )
    nature = forms.ChoiceField(
        label="Obligation", required=False, choices=[("", "Toutes"), *Obligation.Nature.choices]
    )
    suivi = forms.ChoiceField(label="Suivi", required=False, choices=SUIVIS)

    def __init__(self, *args, conventions, **options):
        super().__init__(*args, **options)
        self.fields["alliance"].queryset = Alliance.objects.only("nom").filter(
            pk__in=conventions.values("alliance")
        )
