"""Les adresses par où entre une nouvelle venue : l'appel, son compte, son organisme."""

from django.urls import path

from projets.views import entree, organismes

urlpatterns = [
    path("appels/<int:pk>/entree/", entree.entree, name="entree"),
    path("appels/<int:pk>/organisme/", entree.organisme, name="nommer_organisme"),
    path("initiatives/organismes/", organismes.mes_organismes, name="mes_organismes"),
    path("initiatives/<int:pk>/engagement/", organismes.engagement, name="engagement"),
]
