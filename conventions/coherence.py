"""Ce qui ne se tient pas dans les termes d'une convention. Ne lit que du contenu."""

from datetime import date
from decimal import Decimal

from conventions.comparaison import de_sorte, totaux
from socle.texte.typographie import date_longue
from socle.valeurs.argent import ZERO, en_dollars
from socle.valeurs.exercice import Exercice

ANS_AU_PLUS = 10


def _dates_incoherentes(lus, debut):
    fin, realisation = lus["date/fin"], lus["date/fin_realisation"]
    if fin <= debut:
        yield "La fin de la convention doit suivre son début."
    if fin > f"{int(debut[:4]) + ANS_AU_PLUS}{debut[4:]}":
        yield "Une convention dure au plus dix ans\u00a0: vérifiez la date de fin."
    if (bilan := lus["reddition/bilan_le"]) and not debut <= bilan <= fin:
        yield "Le bilan pluriannuel tombe pendant la convention."
    if not debut < realisation <= fin:
        yield "La fin de réalisation tombe pendant la convention."


def incoherences(lus, debut):
    """Ce qui ne se tient pas dans ces termes, en phrases. `debut` est celui de la convention, en ISO."""
    yield from _dates_incoherentes(lus, debut)
    if Decimal(lus["reddition/seuil_audit"]) < Decimal(lus["reddition/seuil_examen"]):
        yield "Le seuil de l’audit n’est pas sous celui de l’examen."
    _, montants, prevus = totaux(lus)
    fin = lus["date/fin"]
    dernier = Exercice.de(date.fromisoformat(fin)).an
    for an in sorted(montants):
        if an > dernier:
            yield f"L’exercice {Exercice(an)} commence après la fin de la convention, le {date_longue(fin)}."
    if prevus:
        for an in sorted({*montants, *prevus}):
            montant, prevu = montants.get(an, ZERO), prevus.get(an, ZERO)
            if montant != prevu:
                yield (
                    f"Les versements prévus de l’exercice {Exercice(an)} font {en_dollars(prevu)}; "
                    f"le montant de l’exercice est {en_dollars(montant)}."
                )
    parties = de_sorte(lus, "partie")
    if not any(partie["signe"] for cle, partie in parties.items() if cle != "ministre/0"):
        yield "Il faut au moins une partie qui signe avec la ou le ministre."
