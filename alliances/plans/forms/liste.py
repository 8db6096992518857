"""Les filtres de la liste des plans; ils vivent dans l'adresse."""

from django import forms

from alliances.models import Region
from alliances.plans.attentes import MINISTERE, SERVICES_QUEBEC, TABLE


class FiltresDesPlans(forms.Form):
    """Chaque filtre est facultatif; vide, il ne retire rien."""

    cycle = forms.TypedChoiceField(label="Cycle", required=False, coerce=int, empty_value=None)
    region = forms.ModelChoiceField(
        Region.objects.none(), label="Région", required=False, empty_label="Toutes"
    )
    etat = forms.ChoiceField(label="État", required=False)
    tour = forms.ChoiceField(
        label="À qui le tour",
        required=False,
        choices=[("", "Tous"), *((camp, camp) for camp in (TABLE, SERVICES_QUEBEC, MINISTERE))],
    )
    retard = forms.BooleanField(label="En retard seulement", required=False)

    def __init__(self, *args, alliances, etats, **options):
        super().__init__(*args, **options)
        self.fields["etat"].choices = [("", "Tous"), ("a_ouvrir", "À ouvrir"), *etats]
        cycles = alliances.order_by("-cycle__debut").values_list("cycle", "cycle__code").distinct()
        self.fields["cycle"].choices = [("", "Tous"), *cycles]
        if len(self.fields["cycle"].choices) <= 2:
            del self.fields["cycle"]  # un seul cycle : rien à choisir
        self.fields["region"].queryset = Region.objects.filter(alliances__in=alliances).distinct()
