"""Les adresses des protocoles, sous celles des initiatives : un fichier par sujet."""

from projets.protocoles.urls import clauses, protocoles, vie

app_name = "protocoles"
urlpatterns = [*protocoles.urlpatterns, *clauses.urlpatterns, *vie.urlpatterns]
