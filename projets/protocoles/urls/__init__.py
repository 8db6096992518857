"""Les adresses des protocoles, sous celles des initiatives : un fichier par sujet."""

from projets.protocoles.urls import protocoles, suivi, vie

app_name = "protocoles"
urlpatterns = [*protocoles.urlpatterns, *suivi.urlpatterns, *vie.urlpatterns]
