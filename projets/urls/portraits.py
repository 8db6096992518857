"""Les adresses de ce qui est servi : la matrice d'une Alliance."""

from django.urls import path

from projets.views import matrice

urlpatterns = [
    path("initiatives/alliances/<slug:slug>/", matrice.matrice, name="matrice"),
]
