"""Les adresses des protocoles, sous celles des initiatives : un fichier par sujet."""

from projets.protocoles.urls import clauses, protocoles, suivi, versements, vie

app_name = "protocoles"
urlpatterns = [
    *protocoles.urlpatterns,
    *clauses.urlpatterns,
    *suivi.urlpatterns,
    *versements.urlpatterns,
    *vie.urlpatterns,
]
