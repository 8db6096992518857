"""Les adresses de la pièce « conventions » : un fichier par sujet dans `adresses/`."""

from conventions.urls import avenants, conventions, depenses, enveloppes, versements

app_name = "conventions"
urlpatterns = [
    *conventions.urlpatterns,
    *enveloppes.urlpatterns,
    *depenses.urlpatterns,
    *versements.urlpatterns,
    *avenants.urlpatterns,
]
