"""Les adresses d'un protocole : le préparer, le transmettre, le lire."""

from django.urls import path

from projets.protocoles.views import liste, preparation, protocoles

urlpatterns = [
    path("protocoles/", liste.liste, name="protocoles"),
    path("<int:pk>/protocole/", preparation.preparation, name="preparation"),
    path("protocoles/<int:pk>/", protocoles.protocole, name="protocole"),
    path("protocoles/<int:pk>/dates/", preparation.dates, name="dates"),
    path("protocoles/<int:pk>/echeancier/", preparation.echeancier, name="echeancier"),
    path("protocoles/<int:pk>/echeancier/collage/", preparation.collage, name="collage"),
    path("protocoles/<int:pk>/transmission/", preparation.transmission, name="transmission"),
    path("protocoles/<int:pk>/reprise/", preparation.reprise, name="reprise"),
    path("protocoles/<int:pk>/abandon/", preparation.abandon, name="abandon"),
]
