"""Les filtres des appels; ils vivent dans l'adresse."""

from django_filters import ModelChoiceFilter

from alliances.models import Territoire
from alliances.models.mandats import droits_de
from alliances.models.roles import DE_L_ORGANISME
from projets.models import AppelProjets, Initiative
from projets.models.suites import DE_L_ETUDE, avec_prochain_geste
from socle.models import Utilisateur
from socle.pages.filtres import FiltreChoix, FiltreRecherche, Filtres


def _territoires(request):
    """Ceux des appels que la personne voit."""
    vus = AppelProjets.objects.visibles_par(request.user)
    return Territoire.objects.filter(pk__in=vus.values("territoire")).order_by("nom")


class FiltresDesAppels(Filtres):
    etat = FiltreChoix(label="État", choices=AppelProjets.Etat.choices)
    mode = FiltreChoix(label="Mode", choices=AppelProjets.Mode.choices)
    territoire = ModelChoiceFilter(
        "territoire", label="Territoire", queryset=_territoires, empty_label="Tous"
    )


def _appels(request):
    """Ceux des initiatives que la personne voit."""
    vues = Initiative.objects.visibles_par(request.user)
    return AppelProjets.objects.filter(pk__in=vues.values("appel")).only("titre")


class FiltresDesInitiatives(Filtres):
    appel = ModelChoiceFilter("appel", label="Appel", queryset=_appels, empty_label="Tous")
    etat = FiltreChoix("etat_lu", label="État", choices=Initiative.Etat.choices)
    prochain = FiltreChoix(label="À faire", choices=[*DE_L_ETUDE.items()], method="a_faire")
    q = FiltreRecherche("titre", "organisme__nom", "numero", label="Titre, organisme ou numéro")

    def __init__(self, *args, **options):
        """« À faire » dirait à l'organisme qu'une décision est prise avant qu'elle lui soit annoncée."""
        super().__init__(*args, **options)
        if droits_de(self.request.user).roles <= DE_L_ORGANISME:
            del self.filters["prochain"]

    def a_faire(self, initiatives, nom, geste):
        """Celles dont c'est le prochain geste de la Table; jamais les siennes, dont il dirait la décision d'avance."""
        etude = initiatives.model.objects.condition_de_l_etude(self.request.user)
        return avec_prochain_geste(initiatives.filter(etude)).filter(prochain=geste)


def _en_charge(request):
    """Les personnes à qui un dossier que l'on voit est confié."""
    vues = Initiative.objects.visibles_par(request.user)
    return (
        Utilisateur.objects.filter(pk__in=vues.values("en_charge"))
        .only("nom", "prenom")
        .order_by("nom", "prenom")
    )


class FiltresDeSelection(Filtres):
    etat = FiltreChoix(label="État", choices=Initiative.Etat.choices)
    palier = FiltreChoix(label="Palier", choices=Initiative.Palier.choices)
    en_charge = ModelChoiceFilter("en_charge", label="En charge", queryset=_en_charge, empty_label="Toutes")
