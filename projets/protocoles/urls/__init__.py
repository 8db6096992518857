"""Les adresses des protocoles, sous celles des initiatives : un fichier par sujet."""

from projets.protocoles.urls import avenants, clauses, donnees, protocoles, suivi, versements, vie

app_name = "protocoles"
urlpatterns = [
    *donnees.urlpatterns,
    *protocoles.urlpatterns,
    *clauses.urlpatterns,
    *suivi.urlpatterns,
    *versements.urlpatterns,
    *vie.urlpatterns,
    *avenants.urlpatterns,
]
