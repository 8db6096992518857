"""Les adresses d'un essai : celles d'une demande, sous son appel.

La demande d'un essai a pour clé celle de son appel, négative : `{% url 'projets:partie' initiative.pk … %}` mène donc,
dans les mêmes gabarits, à l'essai ou à la vraie demande selon la demande qu'ils montrent.
"""

from django.urls import path, register_converter

from projets.views import collage, demandes, essais


class CleDEssai:
    """« 12 » dans l'adresse, la clé de l'appel; −12 dans le code, celle de la demande essayée."""

    regex = "[0-9]+"

    def to_python(self, value):
        return -int(value)

    def to_url(self, value):
        return str(-value)


register_converter(CleDEssai, "essai")

ICI = "initiatives/appels/<essai:pk>/essai/"
PARTIE = f"{ICI}<slug:code>/"
urlpatterns = [
    path("initiatives/appels/<int:pk>/essai/", essais.essai, name="essai"),
    path(f"{ICI}demande/", essais.jouer(demandes.demande), name="demande"),
    path(f"{ICI}demande/deposee/", essais.jouer(demandes.demande), name="initiative"),
    path(f"{ICI}verification/", essais.jouer(demandes.verification), name="verification"),
    path(f"{ICI}depot/", essais.jouer(demandes.depot, essais.dire_le_depot), name="depot"),
    path(f"{ICI}pieces/", essais.jouer(essais.pieces), name="pieces"),
    path(f"{ICI}collage/", essais.jouer(collage.collage, essais.garder_le_collage), name="collage"),
    path(PARTIE, essais.jouer(demandes.partie, essais.garder_la_partie), name="partie"),
    path(
        f"{PARTIE}brouillon/",
        essais.jouer(demandes.brouillon, essais.garder_la_partie),
        name="partie_brouillon",
    ),
    path(f"{PARTIE}presence/", essais.jouer(demandes.presence), name="partie_presence"),
]
