"""Les adresses des initiatives reprises d'un fichier."""

from django.urls import path

from projets.views import imports

ICI = "initiatives/reprises/"
urlpatterns = [
    path(ICI, imports.reprises, name="reprises"),
    path(f"{ICI}<int:pk>/", imports.reprise, name="reprise"),
    path(f"{ICI}importation/<slug:slug>/", imports.importation, name="import_d_initiatives"),
    path(f"{ICI}importation/<slug:slug>/modele/", imports.modele, name="modele_d_import"),
    path(f"{ICI}imports/<int:pk>/", imports.un_import, name="import"),
    path(f"{ICI}imports/<int:pk>/annulation/", imports.annulation, name="import_annulation"),
]
