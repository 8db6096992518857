"""Les filtres de la liste des plans; ils vivent dans l'adresse."""

from django import forms

from alliances.forms.perimetre import FiltresDuPerimetre
from alliances.plans.attentes import MINISTERE, SERVICES_QUEBEC, TABLE


class FiltresDesPlans(FiltresDuPerimetre):
    """Chaque filtre est facultatif; vide, il ne retire rien."""

    etat = forms.ChoiceField(label="État", required=False)
    tour = forms.ChoiceField(
        label="À qui le tour",
        required=False,
        choices=[("", "Tous"), *((camp, camp) for camp in (TABLE, SERVICES_QUEBEC, MINISTERE))],
    )
    retard = forms.BooleanField(label="En retard seulement", required=False)

    def __init__(self, *args, etats, **options):
        super().__init__(*args, **options)
        self.fields["etat"].choices = [("", "Tous"), ("a_ouvrir", "À ouvrir"), *etats]
