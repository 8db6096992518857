"""Dans quelle vie tombe une date : hors du cycle, c'est une date mal écrite (1999, 2099), et on le dit en clair."""

from datetime import date

from socle.texte.typographie import date_longue
from socle.valeurs.horloge import jour_de

REALISATION = "Une initiative se réalise du {} au {}, dans le cycle de son Alliance."
VALIDITE_AU_PLUS = 10  # ans
PREMIERE_ALLIANCE = date(2004, 4, 1)  # du premier plan d’action gouvernemental


def _hors(premier, dernier, jours, phrase):
    """{champ: phrase} de chaque jour donné qui n'est pas entre ces deux-là, compris."""
    dite = phrase.format(date_longue(premier), date_longue(dernier))
    return {champ: dite for champ, jour in jours.items() if jour and not premier <= jour <= dernier}


def hors_de_l_annonce(cycle, jours):
    """Un appel s'ouvre, se ferme, se décide et s'annonce dans son cycle."""
    return _hors(cycle.debut, cycle.fin, jours, "Un appel vit du {} au {}, dans le cycle de son Alliance.")


def desordre_de_l_annonce(ouvre_le, ferme_le, promise_le, embargo_le):
    """Un appel s'ouvre, se ferme, puis répond : {champ: phrase} de ce qui vient trop tôt."""
    if ferme_le is None:
        return {}
    fautes = {
        "ferme_le": (ouvre_le and ferme_le <= ouvre_le, "La fermeture suit l’ouverture."),
        "decision_promise_le": (
            promise_le and promise_le < jour_de(ferme_le),
            "La réponse promise ne précède pas la fermeture.",
        ),
        "embargo_le": (embargo_le and embargo_le <= ferme_le, "L’annonce suit la fermeture."),
    }
    return {champ: phrase for champ, (faute, phrase) in fautes.items() if faute}


def hors_de_la_realisation(cycle, jours):
    """Ce que paie le Fonds se réalise dans le cycle, au plus tard le dernier jour de la réalisation."""
    return _hors(cycle.debut, cycle.fin_realisation, jours, REALISATION)


def hors_de_l_histoire(aujourd_hui, jours):
    """Une initiative reprise d'un fichier se réalise depuis les Alliances; au-delà de dix ans, c'est mal écrit."""
    dernier = date(aujourd_hui.year + VALIDITE_AU_PLUS, 3, 31)
    return _hors(PREMIERE_ALLIANCE, dernier, jours, "Une initiative reprise se réalise du {} au {}.")


def hors_de_l_appel(appel, debut, fin):
    """{champ: phrase} de ce que l'appel ne permet pas, avec la date permise; vide, une date ne dit rien."""
    fautes = {}
    if debut and appel.debut_au_plus_tot and debut < appel.debut_au_plus_tot:
        fautes["debut"] = (
            f"L’appel permet de commencer au plus tôt le {date_longue(appel.debut_au_plus_tot)}."
        )
    if fin and appel.fin_au_plus_tard and fin > appel.fin_au_plus_tard:
        fautes["fin"] = f"L’appel permet de finir au plus tard le {date_longue(appel.fin_au_plus_tard)}."
    elif debut and fin and fin < debut:
        fautes["fin"] = "La fin de l’initiative suit son début."
    elif debut and fin and appel.duree_maximale and _mois(debut, fin) > appel.duree_maximale:
        fautes["fin"] = f"L’initiative dure plus de {appel.duree_maximale}\xa0mois, le maximum de l’appel."
    return fautes


def hors_des_dates(cycle, appel, debut, fin):
    """{champ: phrase} de ce que l'appel ou le cycle ne permettent pas, avec les bornes les plus serrées des deux."""
    premier = max(cycle.debut, appel.debut_au_plus_tot or cycle.debut)
    dernier = min(cycle.fin_realisation, appel.fin_au_plus_tard or cycle.fin_realisation)
    serrees = (premier, dernier) != (cycle.debut, cycle.fin_realisation)
    phrase = "Une initiative de cet appel se réalise du {} au {}." if serrees else REALISATION
    jours = {"debut": debut, "fin": fin}
    return _hors(premier, dernier, jours, phrase) | hors_de_l_appel(appel, debut, fin)


def bornes_de_l_appel(appel):
    """{champ: phrase} de ce que l'appel permet, à dire avant qu'on écrive."""
    tot, tard, duree = appel.debut_au_plus_tot, appel.fin_au_plus_tard, appel.duree_maximale
    au_plus = f"Au plus {duree}\xa0mois après le début." if duree else ""
    return {
        "debut": f"Au plus tôt le {date_longue(tot)}." if tot else "",
        "fin": " ".join(filter(None, (f"Au plus tard le {date_longue(tard)}." if tard else "", au_plus))),
    }


def _mois(debut, fin):
    """Le nombre de mois entamés entre deux dates, la fin comprise."""
    return (fin.year - debut.year) * 12 + fin.month - debut.month + (fin.day >= debut.day)


def fautes_de_validite(jour, aujourd_hui):
    """Une pièce qu'on joint vaut encore; au-delà de dix ans, la date est mal écrite. Vide, elle vaut sans fin."""
    if jour is None:
        return []
    if jour < aujourd_hui:
        return ["Cette pièce n’est plus valable\xa0: joignez-en une qui l’est encore."]
    if jour.year > aujourd_hui.year + VALIDITE_AU_PLUS:
        return [f"Une pièce vaut au plus {VALIDITE_AU_PLUS}\xa0ans\xa0: vérifiez la date."]
    return []
