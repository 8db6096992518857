"""Les adresses de la pièce « projets » : un fichier par sujet."""

app_name = "projets"
urlpatterns = []
