"""Les adresses de l'argent qui va aux organismes, et de celui qui en revient."""

from django.urls import path

from projets.protocoles.views import etats, lots, paiements, remboursements, versements, virements

urlpatterns = [
    path("conventions/<int:pk>/a-verser/", versements.a_verser, name="a_verser"),
    path("conventions/<int:pk>/a-verser/fichier/", versements.a_payer, name="a_payer"),
    path("conventions/<int:pk>/a-verser/versement/", lots.versement, name="versement"),
    path("conventions/<int:pk>/a-verser/releve/", lots.importation, name="importation"),
    path("conventions/<int:pk>/versements/", paiements.liste, name="paiements"),
    path("protocoles/tranches/<int:pk>/virement/", virements.virement_parti, name="virement_parti"),
    path("versements/<int:pk>/", paiements.paiement, name="paiement"),
    path("versements/<int:pk>/pieces/", paiements.jonction, name="paiement_jonction"),
    path("versements/<int:pk>/contrepassation/", paiements.contrepassation, name="paiement_contrepassation"),
    path("versements/pieces/<int:pk>/", paiements.piece, name="paiement_piece"),
    path("conventions/<int:pk>/a-recuperer/", remboursements.a_recuperer, name="a_recuperer"),
    path("a-recuperer/<int:pk>/remboursement/", remboursements.ajout, name="remboursement_ajout"),
    path("conventions/<int:pk>/remboursements/", remboursements.liste, name="remboursements"),
    path("remboursements/<int:pk>/", remboursements.remboursement, name="remboursement"),
    path("remboursements/<int:pk>/pieces/", remboursements.jonction, name="remboursement_jonction"),
    path(
        "remboursements/<int:pk>/contrepassation/",
        remboursements.contrepassation,
        name="remboursement_contrepassation",
    ),
    path("remboursements/pieces/<int:pk>/", remboursements.piece, name="remboursement_piece"),
    path("protocoles/<int:pk>/versements/", etats.etat, name="etat_des_versements"),
    path("protocoles/<int:pk>/versements/pdf/", etats.etat_pdf, name="etat_des_versements_pdf"),
]
