"""Les adresses de l'étude d'une initiative, du jugement à la décision."""

from django.urls import path

from projets.views import jugements

urlpatterns = [
    path("initiatives/<int:pk>/palier/", jugements.palier, name="palier"),
    path("initiatives/<int:pk>/admissibilite/", jugements.admissibilite, name="admissibilite"),
    path("initiatives/<int:pk>/admissibilite/revision/", jugements.revision, name="jugement_revision"),
]
