"""Les dates d'un protocole : dans l'ordre, dans le cycle, pas au-delà de la convention, cinq ans au plus."""

from datetime import timedelta

from conventions.regles.obligations import plus_mois
from projets.regles.dates import hors_de_la_realisation
from socle.texte.typographie import date_longue

ANNEES_AU_PLUS = 5  # normes du Fonds
JOURS_DU_RAPPORT = 30  # ce qu'on voit le plus souvent après la fin (dossier des initiatives, D)


def proposer_dates(debut, fin, *, convention, cycle, jour):
    """Celles de la demande, ramenées à ce qui se peut encore : pas avant `jour`, ni au-delà de la convention."""
    demande, debut = debut or jour, max(debut or jour, jour, cycle.debut)
    fin = fin or cycle.fin_realisation
    voulue = fin if fin > debut else debut + max(fin - demande, timedelta())  # passée, elle garde sa durée
    fin = max(debut, min(voulue, cycle.fin_realisation, convention.fin))
    rapport = max(fin, min(fin + timedelta(days=JOURS_DU_RAPPORT), convention.fin))
    return {"debut": debut, "fin": fin, "rapport_final_le": rapport}


def fautes_de_dates(debut, fin, rapport_final_le, *, convention, cycle):
    """(champ, phrase) de chaque date qui ne va pas."""
    if fin < debut:
        yield "fin", "La fin du protocole suit son début."
    elif plus_mois(debut, 12 * ANNEES_AU_PLUS) <= fin:
        yield "fin", f"Un protocole dure au plus {ANNEES_AU_PLUS} ans."
    if rapport_final_le < fin:
        yield "rapport_final_le", "Le rapport final suit la fin du protocole."
    if max(fin, rapport_final_le) > convention.fin:
        yield (
            "fin" if fin > convention.fin else "rapport_final_le",
            f"La convention {convention.numero} finit le {date_longue(convention.fin)}\xa0: le protocole et son "
            "rapport final ne vont pas au-delà.",
        )
    yield from hors_de_la_realisation(cycle, {"debut": debut, "fin": fin}).items()
