"""Les parties d'une demande : leur ordre, leur nom, ce qu'elles demandent. Des données, comme le canevas d'un plan."""

from projets.canevas.demande import PARTIES, Partie, partie, parties_de

__all__ = ["PARTIES", "Partie", "partie", "parties_de"]
