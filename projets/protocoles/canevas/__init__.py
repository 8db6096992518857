"""Le texte proposé à l'Alliance qui n'a pas encore ses clauses."""

from projets.protocoles.canevas.clauses import USUELLES

__all__ = ["USUELLES"]
