"""Les adresses du socle : pages publiques et sondes."""

from django.urls import path

from socle.views import compte, pages, sante

app_name = "socle"
urlpatterns = [
    path("aide/", pages.aide, name="aide"),
    path("favicon.ico", pages.icone, name="icone"),
    path("nous-joindre/", pages.nous_joindre, name="nous_joindre"),
    path("accessibilite/", pages.accessibilite, name="accessibilite"),
    path("confidentialite/", pages.confidentialite, name="confidentialite"),
    path("compte/profil/", compte.profil, name="profil"),
    path("compte/notifications/", compte.preferences, name="preferences"),
    path("sante/vivant", sante.vivant, name="vivant"),
    path("sante/pret", sante.pret, name="pret"),
]
