"""Les adresses des plans : la rédaction par l'Alliance, puis l'examen et la lecture."""

from django.urls import path

from alliances.plans.views import (
    adoption,
    analyse,
    avis,
    brouillons,
    cartes,
    charge,
    comparaison,
    contact,
    controle,
    corbeille,
    corrections,
    decision,
    demandes,
    depot,
    documents,
    dossier,
    examen_partie,
    instantanes,
    lecture,
    liste,
    observations,
    ouverture,
    pieces,
    reprise,
    retour,
    sections,
    tableau,
    verification,
)
from alliances.plans.views import examen as examiner

app_name = "plans"

redaction = [
    path("ouverture/<slug:slug>/", ouverture.ouverture, name="ouverture"),
    path("demandes/<int:pk>/traitement/", corrections.traitement, name="correction_traitee"),
    path("demandes/<int:pk>/reprise/", corrections.reprise, name="correction_reprise"),
    path("<int:pk>/", tableau.tableau, name="tableau"),
    path("<int:pk>/contact/", contact.contact, name="contact"),
    path("<int:pk>/sections/<str:code>/", sections.section, name="section"),
    path("<int:pk>/sections/<str:code>/brouillon/", brouillons.section, name="brouillon"),
    path("<int:pk>/sections/<str:code>/comparaison/", sections.comparaison, name="conflit"),
    path("<int:pk>/presence/<str:cible>/", brouillons.presence, name="presence"),
    path("<int:pk>/priorites/", cartes.priorites, name="priorites"),
    path("<int:pk>/priorites/ajout/", cartes.priorite_ajout, name="priorite_ajout"),
    path("<int:pk>/supprimes/", corbeille.corbeille, name="corbeille"),
    path("<int:pk>/verification/", verification.verification, name="verification"),
    path("<int:pk>/reprise/", reprise.reprise, name="reprise"),
    path("<int:pk>/pieces/", pieces.pieces, name="pieces"),
    path("<int:pk>/pieces/<int:numero>/retrait/", pieces.retrait, name="annexe_retrait"),
    path("<int:pk>/pieces/<int:numero>/retablissement/", pieces.retablissement, name="annexe_retablissement"),
    path("<int:pk>/adoption/", adoption.adoption, name="adoption"),
    path("<int:pk>/reouverture/", adoption.reouverture, name="reouverture"),
    path("<int:pk>/depot/", depot.depot, name="depot"),
    path("<int:pk>/depot/confirmation/", depot.confirmation, name="depot_confirme"),
    path("<int:pk>/retrait/", depot.retrait, name="retrait"),
    path("<int:pk>/modification/", ouverture.modification, name="modification"),
    path("<int:pk>/<str:objet>/<uuid:cle>/", cartes.carte, name="carte"),
    path("<int:pk>/<str:objet>/<uuid:cle>/brouillon/", brouillons.carte, name="carte_brouillon"),
    path("<int:pk>/<str:objet>/<uuid:cle>/ajout/", cartes.ajout, name="ajout"),
    path("<int:pk>/<str:objet>/<uuid:cle>/deplacement/", cartes.deplacement, name="deplacement"),
    path("<int:pk>/<str:objet>/<uuid:cle>/double/", cartes.double, name="double"),
    path("<int:pk>/<str:objet>/<uuid:cle>/suppression/", corbeille.suppression, name="suppression"),
    path("<int:pk>/<str:objet>/<uuid:cle>/retablissement/", corbeille.retablissement, name="retablissement"),
]
examen = [
    path("<int:pk>/lecture/", lecture.lecture, name="lecture"),
    path("<int:pk>/examen/", examiner.examen, name="examen"),
    path("<int:pk>/examen/controle/", controle.controle, name="controle"),
    path("<int:pk>/examen/<str:code>/", examen_partie.examen_partie, name="examen_partie"),
    path("<int:pk>/examen/<str:code>/lecture/", examen_partie.lecture_marquee, name="lecture_marquee"),
    path("<int:pk>/demandes/", demandes.demandes, name="demandes"),
    path("demandes/<int:pk>/", demandes.demande, name="demande"),
    path("demandes/<int:pk>/revocation/", demandes.demande_revocation, name="demande_revocation"),
    path("<int:pk>/observations/", observations.observations, name="observations"),
    path("<int:pk>/analyse/", analyse.analyse, name="analyse"),
    path("<int:pk>/analyse/reprise/", analyse.analyse_reprise, name="analyse_reprise"),
    path("<int:pk>/avis/", avis.avis, name="avis"),
    path("<int:pk>/retour/", retour.retour, name="retour"),
    path("<int:pk>/approbation/", decision.approbation, name="approbation"),
    path("<int:pk>/refus/", decision.refus, name="refus"),
    path("dossiers/<int:pk>/", dossier.dossier, name="dossier"),
    path("dossiers/<slug:slug>/", dossier.dossier_de, name="dossier_de"),
    path("dossiers/<int:pk>/charge/", charge.charge, name="charge"),
    path("dossiers/<int:pk>/comparaison/", comparaison.comparaison, name="comparaison"),
    path("instantanes/<int:pk>/", instantanes.instantane, name="instantane"),
    path("instantanes/<int:pk>/contenu.json", instantanes.instantane_json, name="instantane_json"),
    path("instantanes/<int:pk>/pdf/", documents.pdf, name="pdf"),
    path("<int:pk>/pdf/", documents.pdf_brouillon, name="pdf_brouillon"),
    path("canevas.pdf", documents.canevas_pdf, name="canevas_pdf"),
    path("pieces/<int:pk>/", documents.piece, name="piece"),
]

vue_d_ensemble = [
    path("", liste.liste, name="liste"),
]

# L’examen d’abord : « examen/<clé> » est la page d’une priorité, pas une carte à rédiger.
urlpatterns = vue_d_ensemble + examen + redaction
