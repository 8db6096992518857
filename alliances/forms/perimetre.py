"""Les filtres communs des listes : le cycle et la région. Ils vivent dans l'adresse."""

from alliances.models import Alliance
from socle.pages.filtres import FiltreChoix, Filtres

# (cycle, son code, région, son nom), le cycle récent d'abord
PERIMETRE = (
    Alliance.objects.order_by("-cycle__debut", "regions__code")
    .values_list("cycle", "cycle__code", "regions", "regions__nom")
    .distinct()
)


class FiltresDuPerimetre(Filtres):
    """Abstrait. `chemin` mène à l'Alliance. Avec un seul cycle, il n'y a rien à choisir."""

    chemin = ""
    cycle = FiltreChoix("cycle", label="Cycle")
    region = FiltreChoix("regions", label="Région", tous="Toutes")

    def __init__(self, *args, request, **options):
        super().__init__(*args, request=request, **options)
        lues = list(PERIMETRE.suivies_par(request.user))
        cycles = dict(cycle for *cycle, _, _ in lues)
        regions = dict(region for _, _, *region in lues if region[0])
        for nom, offerts in (("cycle", cycles), ("region", regions)):
            if nom in self.filters:
                self.filters[nom].extra["choices"] = list(offerts.items())
                self.filters[nom].field_name = self.chemin + self.filters[nom].field_name
        if len(cycles) < 2:
            self.filters.pop("cycle", None)
