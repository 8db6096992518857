"""Les adresses des données ouvertes, et du dossier entier d'une initiative."""

from django.urls import path, re_path

from projets.protocoles.views import archives, donnees

FORMAT = r"(?P<format>json|csv)"
urlpatterns = [
    path("<int:pk>/dossier/", archives.dossier, name="dossier"),
    path("<int:pk>/dossier.zip", archives.dossier_entier, name="dossier_entier"),
    path("donnees-ouvertes/", donnees.donnees_ouvertes, name="donnees_ouvertes"),
    re_path(rf"^donnees-ouvertes/octrois\.{FORMAT}$", donnees.donnees_nationales, name="donnees_nationales"),
    re_path(
        rf"^donnees-ouvertes/(?P<slug>[-a-zA-Z0-9_]+)/octrois\.{FORMAT}$",
        donnees.donnees_d_une_alliance,
        name="donnees_d_une_alliance",
    ),
]
