"""Les adresses des clauses d'une Alliance."""

from django.urls import path

from projets.protocoles.views import clauses

urlpatterns = [
    path("clauses/alliance/<slug:slug>/", clauses.liste, name="clauses"),
    path("clauses/alliance/<slug:slug>/ouverture/", clauses.ouverture, name="clauses_ouverture"),
    path("clauses/<int:pk>/", clauses.version, name="clauses_version"),
    path("clauses/<int:pk>/ecriture/", clauses.ecriture, name="clauses_ecriture"),
    path("clauses/<int:pk>/approbation/", clauses.approbation, name="clauses_approbation"),
]
