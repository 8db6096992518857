"""Les dates d'un protocole : dans l'ordre, dans le cycle, pas au-delà de la convention, cinq ans au plus."""

from conventions.regles.obligations import plus_mois
from projets.regles.dates import hors_de_la_realisation
from socle.texte.typographie import date_longue

ANNEES_AU_PLUS = 5  # normes du Fonds


def fautes_de_dates(debut, fin, rapport_final_le, *, convention, cycle):
    """Une phrase par date qui ne va pas."""
    if fin < debut:
        yield "La fin du protocole suit son début."
    elif plus_mois(debut, 12 * ANNEES_AU_PLUS) <= fin:
        yield f"Un protocole dure au plus {ANNEES_AU_PLUS} ans."
    if rapport_final_le < fin:
        yield "Le rapport final suit la fin du protocole."
    if max(fin, rapport_final_le) > convention.fin:
        yield (
            f"La convention {convention.numero} finit le {date_longue(convention.fin)}\xa0: le protocole et son "
            "rapport final ne vont pas au-delà."
        )
    yield from dict.fromkeys(hors_de_la_realisation(cycle, {"debut": debut, "fin": fin}).values())
