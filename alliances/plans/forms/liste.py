"""Les filtres de la liste des plans; ils vivent dans l'adresse."""

from django.db.models import Q

from alliances.forms.perimetre import FiltresDuPerimetre
from alliances.models.charge import confies_a
from alliances.plans.attentes import SANS_PLAN, attendues_de, dont_une_version, sans_plan_en_retard
from alliances.plans.models import PlanAction
from alliances.plans.tours import (
    EN_TRAVAIL,
    EN_VIGUEUR,
    MINISTERE,
    SERVICES_QUEBEC,
    TABLE,
    au_tour_de,
    en_retard,
)
from socle.models import CibleDeService
from socle.pages.filtres import FiltreCase, FiltreChoix
from socle.valeurs.horloge import aujourd_hui

A_OUVRIR = "a_ouvrir"


class FiltresDesPlans(FiltresDuPerimetre):
    vigueur = FiltreChoix(
        label="Version en vigueur", choices=[("oui", "Oui"), ("non", "Aucune")], method="en_vigueur"
    )
    etat = FiltreChoix(label="Version en travail", tous="Toutes", method="a_l_etat")
    tour = FiltreChoix(
        label="À qui le tour",
        choices=[(camp, camp) for camp in (TABLE, SERVICES_QUEBEC, MINISTERE)],
        method="au_tour_de",
    )
    retard = FiltreCase(label="En retard seulement", method="en_retard")

    def en_vigueur(self, alliances, nom, reponse):
        condition = dont_une_version(EN_VIGUEUR)
        return alliances.filter(condition if reponse == "oui" else ~condition)

    def a_l_etat(self, alliances, nom, etat):
        if etat == A_OUVRIR:
            return alliances.filter(SANS_PLAN)
        return alliances.filter(dont_une_version(EN_TRAVAIL & Q(etat=etat)))

    def au_tour_de(self, alliances, nom, camp):
        a_ouvrir = SANS_PLAN if camp == TABLE else Q(pk__in=[])
        return alliances.filter(dont_une_version(au_tour_de(camp)) | a_ouvrir)

    def en_retard(self, alliances, nom, coche):
        if not coche:
            return alliances
        jour = aujourd_hui()
        return alliances.filter(
            dont_une_version(en_retard(jour, CibleDeService.toutes())) | sans_plan_en_retard(jour)
        )

    def les_miens(self, alliances, utilisateur):
        """Les plans confiés à la personne, ou à qui elle remplace, et ceux qui attendent un geste d'elle."""
        confies = PlanAction.objects.filter(confies_a(utilisateur)).values("alliance")
        attendus = [version.plan.alliance_id for version, _ in attendues_de(utilisateur)]
        return alliances.filter(Q(pk__in=confies) | Q(pk__in=attendus))
