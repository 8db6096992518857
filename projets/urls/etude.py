"""Les adresses de l'étude d'une initiative, du jugement à la décision."""

from django.urls import path

from projets.views import decisions, evaluations, jugements, reservations, revisions

urlpatterns = [
    path("initiatives/<int:pk>/palier/", jugements.palier, name="palier"),
    path("initiatives/<int:pk>/admissibilite/", jugements.admissibilite, name="admissibilite"),
    path("initiatives/<int:pk>/admissibilite/revision/", jugements.revision, name="jugement_revision"),
    path("initiatives/<int:pk>/avis/", decisions.avis_rendu, name="avis"),
    path("initiatives/<int:pk>/avis/personnes/", decisions.avis_des_personnes, name="avis_des_personnes"),
    path("initiatives/<int:pk>/avis/<int:numero>/retrait/", decisions.avis_retrait, name="avis_retrait"),
    path("initiatives/<int:pk>/decision/", decisions.decision, name="decision"),
    path("initiatives/decisions/pieces/<int:pk>/", decisions.piece_de_decision, name="piece_de_decision"),
    path("initiatives/<int:pk>/desistement/", reservations.desistement, name="desistement"),
    path(
        "initiatives/<int:pk>/reservation/prolongation/",
        reservations.prolongation,
        name="reservation_prolongation",
    ),
    path(
        "initiatives/<int:pk>/reservation/liberation/",
        reservations.liberation,
        name="reservation_liberation",
    ),
    path("initiatives/<int:pk>/revision/demande/", revisions.demande_de_revision, name="demande_de_revision"),
    path(
        "initiatives/<int:pk>/revision/reponse/",
        revisions.reponse_a_la_revision,
        name="reponse_a_la_revision",
    ),
    path("initiatives/dossiers/", evaluations.dossiers, name="dossiers"),
    path("initiatives/<int:pk>/declaration/", evaluations.declaration, name="declaration"),
    path("initiatives/<int:pk>/notes/", evaluations.notation, name="notation"),
    path("initiatives/<int:pk>/synthese/", evaluations.synthese, name="synthese"),
]
