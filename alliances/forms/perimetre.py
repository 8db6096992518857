"""Les filtres communs des listes : le cycle et la région. Ils vivent dans l'adresse."""

from django import forms

from alliances.models import Alliance
from socle.formulaires.disposition import Formulaire


def _perimetre(utilisateur):
    """(cycle, son code, région, son nom) des Alliances suivies, le cycle récent d'abord."""
    suivies = Alliance.objects.suivies_par(utilisateur).order_by("-cycle__debut", "regions__code")
    return suivies.values_list("cycle", "cycle__code", "regions", "regions__nom").distinct()


class FiltresDuPerimetre(Formulaire):
    """Abstrait : chaque filtre est facultatif; vide, il ne retire rien. Avec un seul cycle, il n'y a rien à choisir."""

    cycle = forms.TypedChoiceField(label="Cycle", required=False, coerce=int, empty_value=None)
    region = forms.TypedChoiceField(label="Région", required=False, coerce=int, empty_value=None)

    def __init__(self, *args, utilisateur, **options):
        super().__init__(*args, **options)
        lues = list(_perimetre(utilisateur))
        cycles = dict(cycle for *cycle, _, _ in lues)
        regions = dict(region for _, _, *region in lues if region[0])
        self.fields["region"].choices = [("", "Toutes"), *regions.items()]
        if "cycle" in self.fields:
            self.fields["cycle"].choices = [("", "Tous"), *cycles.items()]
            if len(cycles) < 2:
                del self.fields["cycle"]
