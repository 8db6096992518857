"""Les filtres de la liste des conventions et du calendrier; ils vivent dans l'adresse."""

from django import forms

from alliances.models import Alliance, Cycle, Region
from conventions.models import Obligation


class FiltresDesConventions(forms.Form):
    """Chaque filtre est facultatif; vide, il ne retire rien."""

    cycle = forms.ModelChoiceField(Cycle.objects.none(), label="Cycle", required=False, empty_label="Tous")
    region = forms.ModelChoiceField(
        Region.objects.none(), label="Région", required=False, empty_label="Toutes"
    )
    etat = forms.ChoiceField(label="État", required=False)

    def __init__(self, *args, alliances, etats, **options):
        super().__init__(*args, **options)
        self.fields["etat"].choices = [("", "Tous"), *etats]
        self.fields["cycle"].queryset = Cycle.objects.filter(alliances__in=alliances).distinct()
        self.fields["region"].queryset = Region.objects.filter(alliances__in=alliances).distinct()


class FiltresDuCalendrier(forms.Form):
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
