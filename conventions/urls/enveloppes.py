"""Les adresses des enveloppes, des transferts et du grand livre."""

from django.urls import path

from conventions.views import (
    demandes_annulation,
    ecritures,
    enveloppes,
    partage_national,
    position,
    repartitions,
    reports,
    transferts,
)

des_enveloppes = [
    path("<int:pk>/enveloppes/", enveloppes.enveloppes, name="enveloppes"),
    path("<int:pk>/enveloppes/<int:an>/arbre/", enveloppes.arbre, name="arbre"),
    path("<int:pk>/enveloppes/<int:an>/ajout/", enveloppes.ajout, name="enveloppe_ajout"),
    path("<int:pk>/enveloppes/<int:an>/report/", reports.report, name="report"),
    path("<int:pk>/enveloppes/<int:an>/report/adoption/", reports.adoption, name="report_adoption"),
    path("<int:pk>/enveloppes/<int:an>/cloture/", enveloppes.cloture, name="exercice_cloture"),
    path("<int:pk>/enveloppes/<int:an>/reouverture/", demandes_annulation.reouverture, name="reouverture"),
    path("<int:pk>/enveloppes/<int:an>/repartition/", repartitions.repartition, name="repartition"),
    path(
        "<int:pk>/enveloppes/<int:an>/repartition/adoption/",
        repartitions.adoption,
        name="repartition_adoption",
    ),
    path("<int:pk>/enveloppes/<int:an>/transfert/", transferts.demande, name="transfert_demande"),
    path("enveloppes/<int:pk>/modification/", enveloppes.modification, name="enveloppe_modification"),
    path("enveloppes/<int:pk>/retrait/", enveloppes.retrait, name="enveloppe_retrait"),
    path("repartitions/<int:pk>/", repartitions.adoptee, name="repartition_adoptee"),
    path("reports/<int:pk>/", reports.adopte, name="report_adopte"),
    path("<int:pk>/transferts/", transferts.liste, name="transferts"),
    path("transferts/<int:pk>/", transferts.transfert, name="transfert"),
    path("transferts/<int:pk>/approbation/", transferts.approbation, name="transfert_approbation"),
    path("transferts/<int:pk>/refus/", transferts.refus, name="transfert_refus"),
    path("transferts/<int:pk>/retrait/", transferts.retrait, name="transfert_retrait"),
]

du_grand_livre = [
    path("<int:pk>/grand-livre/", ecritures.grand_livre, name="grand_livre"),
    path(
        "<int:pk>/grand-livre/<uuid:mouvement>/annulation/",
        demandes_annulation.demande,
        name="annulation_demande",
    ),
    path("annulations/<int:pk>/", demandes_annulation.annulation, name="annulation"),
    path(
        "annulations/<int:pk>/approbation/",
        demandes_annulation.approbation,
        name="annulation_approbation",
    ),
    path("annulations/<int:pk>/refus/", demandes_annulation.refus, name="annulation_refus"),
    path("annulations/<int:pk>/retrait/", demandes_annulation.retrait, name="annulation_retrait"),
    path("position/", position.position, name="position"),
    path("partage-national/", partage_national.partage_national, name="partage_national"),
]

urlpatterns = [*des_enveloppes, *du_grand_livre]
