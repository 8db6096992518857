"""Une ligne par pièce de la maison."""

from django.contrib import admin
from django.urls import include, path

handler400 = "socle.views.erreurs.mauvaise_requete"
handler403 = "socle.views.erreurs.acces_refuse"
handler404 = "socle.views.erreurs.page_introuvable"
handler429 = "socle.views.compte.trop_de_demandes"  # appelé par allauth
handler500 = "socle.views.erreurs.erreur_du_serveur"

urlpatterns = [
    path("", include("socle.urls")),
    path("", include("pilotage.urls")),
    path("compte/", include("socle.urls.comptes")),
    path("alliances/", include("alliances.urls")),
    path("plans/", include("alliances.plans.urls")),
    path("conventions/", include("conventions.urls")),
    path("", include("projets.urls")),
    path("initiatives/", include("projets.protocoles.urls")),
    path("administration/", admin.site.urls),
]
