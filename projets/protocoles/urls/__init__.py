"""Les adresses des protocoles, sous celles des initiatives : un fichier par sujet."""

from projets.protocoles.urls import donnees, protocoles

app_name = "protocoles"
urlpatterns = [*donnees.urlpatterns, *protocoles.urlpatterns]
