"""Les adresses de la pièce « projets » : un fichier par sujet; celles des appels publiés se lisent sans compte."""

from projets.urls import appels, entree, essais, etude, initiatives, portraits, reprises, selection

app_name = "projets"
urlpatterns = [
    *appels.urlpatterns,
    *initiatives.urlpatterns,
    *reprises.urlpatterns,
    *etude.urlpatterns,
    *entree.urlpatterns,
    *selection.urlpatterns,
    *essais.urlpatterns,
    *portraits.urlpatterns,
]
