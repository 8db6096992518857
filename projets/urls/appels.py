"""Les adresses des appels; les pages publiques d'abord."""

from django.urls import path

from projets.views import appels, publics

urlpatterns = [
    path("appels/", publics.appels_ouverts, name="appels_publics"),
    path("appels/<int:pk>/", publics.appel_public, name="appel_public"),
    path("appels/<int:pk>/questions/", publics.appel_questions, name="appel_questions"),
    path("initiatives/appels/", appels.liste, name="appels"),
    path("initiatives/appels/ouverture/<slug:slug>/", appels.ouverture, name="appel_ouverture"),
    path("initiatives/appels/<int:pk>/", appels.appel, name="appel"),
    path("initiatives/appels/<int:pk>/modification/", appels.modification, name="appel_modification"),
    path("initiatives/appels/<int:pk>/grille/", appels.grille, name="appel_grille"),
    path("initiatives/appels/<int:pk>/grille/usuelle/", appels.grille_usuelle, name="appel_grille_usuelle"),
    path("initiatives/appels/<int:pk>/enveloppes/", appels.enveloppes, name="appel_enveloppes"),
    path("initiatives/appels/<int:pk>/publication/", appels.publication, name="appel_publication"),
    path("initiatives/appels/<int:pk>/prolongation/", appels.prolongation, name="appel_prolongation"),
    path("initiatives/appels/<int:pk>/correction/", appels.correction, name="appel_correction"),
    path("initiatives/appels/<int:pk>/retrait/", appels.retrait, name="appel_retrait"),
    path("initiatives/appels/<int:pk>/copie/", appels.copie, name="appel_copie"),
]
