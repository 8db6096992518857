"""Un montant inventé se dit à côté du montant : une pastille à l'écran, une colonne aux tableurs."""

from socle.pages.colonnes import ColonneOui
from socle.texte.pastilles import pastille


def fictif(convention):
    return pastille("Fictif", "attention") if convention.montants_fictifs else ""


def colonne_fictif(accessor="convention__montants_fictifs"):
    return ColonneOui("Montants fictifs", accessor, cachee=True)
