"""Les adresses de ce qui est servi : le portrait de toutes, la matrice d'une Alliance, un territoire."""

from django.urls import path

from projets.views import matrice, portrait, territoires

urlpatterns = [
    path("initiatives/portrait/", portrait.portrait, name="portrait"),
    path("initiatives/alliances/<slug:slug>/", matrice.matrice, name="matrice"),
    path("initiatives/territoires/<int:pk>/", territoires.territoire, name="territoire"),
]
