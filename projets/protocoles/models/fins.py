"""Suspendre, clore ou résilier un protocole : chaque dollar décidé est versé, à récupérer ou libéré."""

from projets.protocoles.models.vigueur import GestesDeVigueur


class GestesDeFin(GestesDeVigueur):
    """Ce qui arrive à un protocole signé."""
