"""Les adresses des versements du Ministère au partenaire."""

from django.urls import path

from conventions.views import (
    confirmations,
    derogations,
    echeances,
    echeancier,
    lots,
    recuperations,
    versements,
)

urlpatterns = [
    path("versements/", versements.liste, name="liste_versements"),
    path("versements/a-payer.xlsx", confirmations.a_payer, name="a_payer"),
    path("versements/autorisation/", lots.autorisation, name="autorisation"),
    path("versements/confirmation/", lots.confirmation, name="confirmation"),
    path("versements/releve/", confirmations.releve, name="releve"),
    path("versements/<int:pk>/", echeances.echeance, name="echeance"),
    path("versements/<int:pk>/recommandation/", echeances.recommandation, name="recommandation"),
    path("versements/<int:pk>/suspension/", echeances.suspension, name="suspension"),
    path("versements/<int:pk>/reprise/", echeances.reprise, name="versement_reprise"),
    path("versements/<int:pk>/derogation/", derogations.derogation, name="derogation"),
    path("derogations/<int:pk>/revocation/", derogations.revocation, name="revocation"),
    path("<int:pk>/versements/", versements.versements, name="versements"),
    path("<int:pk>/versements/echeancier/", echeancier.echeancier, name="echeancier"),
    path("<int:pk>/versements/recuperation/", recuperations.recuperation, name="recuperation"),
    path("recuperations/<int:pk>/", recuperations.inscrite, name="recuperation_inscrite"),
]
