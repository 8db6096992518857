"""Les adresses de la maison, plus une page vide : l'habillage seul, à quoi chaque page se compare."""

from django.shortcuts import render
from django.urls import include, path


def vide(request):
    return render(request, "layout/base.html")


urlpatterns = [path("mesure/page-vide/", vide, name="mesure_vide"), path("", include("config.urls"))]
