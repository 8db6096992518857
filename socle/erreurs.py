"""Les refus du domaine. Chaque message est une phrase française qu'on peut montrer telle quelle."""


class ErreurDuDomaine(Exception):
    """Une règle du domaine s'oppose à la demande."""


class TransitionInterdite(ErreurDuDomaine):
    """L'état de l'objet ne permet pas ce geste; porte la liste de ses empêchements."""

    def __init__(self, empechements):
        self.empechements = [empechements] if isinstance(empechements, str) else list(empechements)
        super().__init__(" ".join(self.empechements))


class PlafondDepasse(TransitionInterdite):
    """Les fonds manquent : le solde d'une enveloppe descendrait sous zéro."""


class VersionPerimee(ErreurDuDomaine):
    """Ce qui est soumis part d'un texte que quelqu'un a modifié depuis; rien n'est écrasé."""


class EcritureImmuable(ErreurDuDomaine):
    """L'histoire ne se réécrit pas : une ligne de journal ou un instantané ne change plus."""


class PieceRefusee(ErreurDuDomaine):
    """Le fichier téléversé n'est pas d'un type admis, est vide ou dépasse la taille permise."""
