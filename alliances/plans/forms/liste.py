"""Les filtres de la liste des plans; ils vivent dans l'adresse."""

from django.db.models import Q

from alliances.forms.perimetre import FiltresDuPerimetre
from alliances.models.charge import confies_a
from alliances.plans.attentes import (
    MINISTERE,
    POUR_LE_RETARD,
    SERVICES_QUEBEC,
    TABLE,
    attendues_de,
    au_tour_de,
    avec_plan,
    en_retard,
)
from alliances.plans.models import PlanAction, VersionPlan
from socle.pages.filtres import FiltreCase, FiltreChoix
from socle.valeurs.horloge import aujourd_hui

A_OUVRIR = "a_ouvrir"


class FiltresDesPlans(FiltresDuPerimetre):
    etat = FiltreChoix(label="État", method="a_l_etat")
    tour = FiltreChoix(
        label="À qui le tour",
        choices=[(camp, camp) for camp in (TABLE, SERVICES_QUEBEC, MINISTERE)],
        method="au_tour_de",
    )
    retard = FiltreCase(label="En retard seulement", method="en_retard")

    def a_l_etat(self, alliances, nom, etat):
        if etat == A_OUVRIR:
            return alliances.filter(version_courante=None)
        return avec_plan(alliances, "etat_courant").filter(etat_courant=etat)

    def au_tour_de(self, alliances, nom, camp):
        versions = VersionPlan.objects.filter(au_tour_de(camp)).values("pk")
        return avec_plan(alliances).filter(version_courante__in=versions)

    def en_retard(self, alliances, nom, coche):
        return avec_plan(alliances, *POUR_LE_RETARD).filter(en_retard(aujourd_hui())) if coche else alliances

    def les_miens(self, alliances, utilisateur):
        """Les plans confiés à la personne, ou à qui elle remplace, et ceux qui attendent un geste d'elle."""
        confies = PlanAction.objects.filter(confies_a(utilisateur)).values("alliance")
        attendus = VersionPlan.objects.filter(attendues_de(utilisateur)).values("plan__alliance")
        return alliances.filter(Q(pk__in=confies) | Q(pk__in=attendus))
