"""Les filtres des Alliances, des organismes et des mandats; ils vivent dans l'adresse."""

from django.utils.functional import cached_property
from django_filters import ModelChoiceFilter

from alliances.forms.perimetre import FiltresDuPerimetre
from alliances.models import IncidentDeConfidentialite, Organisme, Region, Role
from socle.pages.filtres import FiltreChoix, FiltreRecherche, Filtres
from socle.valeurs.horloge import aujourd_hui


class FiltresDesAlliances(FiltresDuPerimetre):
    """Le cycle et la région."""


class FiltresDesOrganismes(Filtres):
    q = FiltreRecherche(label="Nom ou NEQ")
    forme = FiltreChoix(label="Forme juridique", tous="Toutes", choices=Organisme.Forme.choices)
    region = ModelChoiceFilter(
        "territoire__region", label="Région", queryset=Region.objects.all(), empty_label="Toutes"
    )


class FiltresDesIncidents(Filtres):
    risque = FiltreChoix(label="Risque de préjudice", choices=IncidentDeConfidentialite.Risque.choices)


class FiltresDesMandats(Filtres):
    """Sans choix d'état, les mandats en vigueur et ceux qui attendent leur confirmation."""

    q = FiltreRecherche(
        "utilisateur__prenom",
        "utilisateur__nom",
        "utilisateur__courriel",
        label="Nom ou courriel",
        max_length=100,
    )
    role = FiltreChoix(label="Rôle", choices=Role.choices)
    etat = FiltreChoix(
        label="État",
        tous="En vigueur et à confirmer",
        choices=[
            ("a_confirmer", "À confirmer"),
            ("a_venir", "À venir"),
            ("termines", "Terminés"),
            ("tous", "Tous"),
        ],
        method="sans_effet",
    )

    def sans_effet(self, mandats, nom, etat):
        return mandats

    @cached_property
    def qs(self):
        etat, mandats = self.choisi("etat"), super().qs
        if etat == "a_confirmer":
            return mandats.a_confirmer()
        if etat == "a_venir":
            return mandats.filter(debut__gt=aujourd_hui())
        if etat == "termines":
            return mandats.filter(fin__lte=aujourd_hui())
        return mandats if etat == "tous" else mandats.en_vigueur_ou_a_confirmer()
