"""Les adresses d'un protocole : le préparer, le transmettre, le lire."""

from django.urls import path

from projets.protocoles.views import protocoles

urlpatterns = [
    path("protocoles/<int:pk>/", protocoles.protocole, name="protocole"),
]
