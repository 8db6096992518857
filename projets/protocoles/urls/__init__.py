"""Les adresses des protocoles, sous celles des initiatives : un fichier par sujet."""

from projets.protocoles.urls import protocoles

app_name = "protocoles"
urlpatterns = [*protocoles.urlpatterns]
