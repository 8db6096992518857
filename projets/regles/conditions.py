"""Ce qu'un appel demande à une initiative, en phrases : la page publique et la fiche de la Table lisent les mêmes."""

from socle.texte.typographie import date_longue, pourcent


def conditions(appel):
    """Celles que l'appel a fixées, dans l'ordre où l'on monte une demande."""
    return [phrase for phrase in (*_du_montage(appel), *_des_dates(appel), *_de_la_suite(appel)) if phrase]


def _du_montage(appel):
    part, apport, cumul = appel.part_maximale, appel.apport_minimal, appel.cumul_maximal
    nature = "compte aussi" if appel.cumul_avec_nature else "ne compte pas"
    yield part is not None and f"Le Fonds paie au plus {pourcent(part)} du coût total."
    yield apport is not None and (
        f"L’organisme et son milieu apportent au moins {pourcent(apport)} du coût\xa0: argent, personnes ou matériel."
    )
    yield cumul is not None and (
        f"L’argent public (le Fonds, Québec, Canada et les municipalités) fait au plus {pourcent(cumul)} du coût; il"
        f" {nature} ce qui est fourni autrement qu’en argent."
    )
    yield appel.administration_maximale is not None and (
        f"L’administration prend au plus {pourcent(appel.administration_maximale)} du coût."
    )


def _des_dates(appel):
    tot, tard, duree = appel.debut_au_plus_tot, appel.fin_au_plus_tard, appel.duree_maximale
    yield tot and f"L’initiative commence au plus tôt le {date_longue(tot)}."
    yield tard and f"L’initiative finit au plus tard le {date_longue(tard)}."
    yield duree and f"L’initiative dure au plus {duree}\xa0mois."


def _de_la_suite(appel):
    jours, reserve = appel.revision_jours, appel.reservation_jours
    yield reserve and (
        f"La somme d’une initiative acceptée reste réservée {reserve}\xa0jours, le temps de signer le protocole."
    )
    yield (
        f"Une demande refusée ou jugée non admissible peut être révisée, une fois\xa0: on le demande dans les {jours}"
        "\xa0jours qui suivent la réponse."
        if jours
        else "Cet appel ne prévoit pas de révision d’un refus."
    )
