"""Les adresses de l'étude d'une initiative, du jugement à la décision."""

from django.urls import path

from projets.views import evaluations, jugements

urlpatterns = [
    path("initiatives/<int:pk>/palier/", jugements.palier, name="palier"),
    path("initiatives/<int:pk>/admissibilite/", jugements.admissibilite, name="admissibilite"),
    path("initiatives/<int:pk>/admissibilite/revision/", jugements.revision, name="jugement_revision"),
    path("initiatives/dossiers/", evaluations.dossiers, name="dossiers"),
    path("initiatives/<int:pk>/declaration/", evaluations.declaration, name="declaration"),
    path("initiatives/<int:pk>/notes/", evaluations.notation, name="notation"),
    path("initiatives/<int:pk>/synthese/", evaluations.synthese, name="synthese"),
]
