"""Les filtres de la liste des plans; ils vivent dans l'adresse."""

from django import forms

from alliances.plans.attentes import MINISTERE, SERVICES_QUEBEC, TABLE


class FiltresDesPlans(forms.Form):
    """Chaque filtre est facultatif; vide, il ne retire rien."""

    cycle = forms.TypedChoiceField(label="Cycle", required=False, coerce=int, empty_value=None)
    region = forms.TypedChoiceField(label="Région", required=False, coerce=int, empty_value=None)
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
        lues = alliances.order_by("-cycle__debut", "regions__code")
        lues = list(lues.values_list("cycle", "cycle__code", "regions", "regions__nom").distinct())
        cycles = dict(cycle for *cycle, _, _ in lues)
        regions = dict(region for _, _, *region in lues if region[0])
        self.fields["region"].choices = [("", "Toutes"), *regions.items()]
        self.fields["cycle"].choices = [("", "Tous"), *cycles.items()]
        if len(cycles) < 2:
            del self.fields["cycle"]  # un seul cycle : rien à choisir
