"""Les filtres des initiatives reprises."""

from django_filters import ModelChoiceFilter

from alliances.models import Alliance, Territoire
from projets.models import ImportDInitiatives, InitiativeReprise
from socle.pages.filtres import FiltreChoix, FiltreRecherche, Filtres


def _alliances(request):
    vues = InitiativeReprise.objects.visibles_par(request.user)
    return Alliance.objects.filter(pk__in=vues.order_by().values("alliance"))


def _territoires(request):
    vues = InitiativeReprise.objects.visibles_par(request.user)
    touches = InitiativeReprise.territoires.through.objects.filter(initiativereprise__in=vues.order_by())
    return Territoire.objects.filter(pk__in=touches.values("territoire")).order_by("nom")


def _imports(request):
    return ImportDInitiatives.objects.visibles_par(request.user).filter(defait_le=None)


class FiltresDesReprises(Filtres):
    etat = FiltreChoix(label="État", choices=InitiativeReprise.Etat.choices)
    alliance = ModelChoiceFilter("alliance", label="Alliance", queryset=_alliances, empty_label="Toutes")
    territoires = ModelChoiceFilter(
        "territoires", label="Territoire", queryset=_territoires, empty_label="Tous"
    )
    origine = ModelChoiceFilter("origine", label="Import", queryset=_imports, empty_label="Tous")
    q = FiltreRecherche("titre", "organisme__nom", "reference", label="Titre, organisme ou référence")
