"""Un calendrier au format iCalendar (RFC 5545) : des échéances d'une journée entière. Calcul pur."""

from dataclasses import dataclass
from datetime import date, timedelta

from socle.valeurs.invisibles import sans_controles

FIN_DE_LIGNE = "\r\n"
OCTETS_PAR_LIGNE = 75  # §3.1, sans la fin de ligne
ECHAPPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


@dataclass(frozen=True)
class Evenement:
    """Une journée à retenir. `cle` ne change jamais; `suite` augmente chaque fois que la date change.

    `rappel` : combien de jours d'avance l'agenda sonne; rien pour ce qui est fait ou annulé.
    """

    cle: str
    jour: date
    titre: str
    description: str = ""
    lien: str = ""
    suite: int = 0
    annule: bool = False
    rappel: int | None = None


def calendrier(evenements, *, nom, maintenant):
    """Le fichier entier. `maintenant` est un instant en temps universel : celui où le fichier est produit."""
    lignes = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Alliances pour la solidarite//Conventions//FR",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{echapper(nom)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
    ]
    for evenement in evenements:
        lignes += _evenement(evenement, maintenant)
    lignes.append("END:VCALENDAR")
    return "".join(plier(ligne) + FIN_DE_LIGNE for ligne in lignes)


def _evenement(evenement, maintenant):
    yield "BEGIN:VEVENT"
    yield f"UID:{evenement.cle}@conventions.alliances"
    yield f"DTSTAMP:{maintenant:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{evenement.jour:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{evenement.jour + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{echapper(evenement.titre)}"
    if evenement.description:
        yield f"DESCRIPTION:{echapper(evenement.description)}"
    if evenement.lien:
        yield f"URL:{evenement.lien}"
    yield f"SEQUENCE:{evenement.suite}"
    yield f"STATUS:{'CANCELLED' if evenement.annule else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    if evenement.rappel is not None and not evenement.annule:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"DESCRIPTION:{echapper(evenement.titre)}"
        yield f"TRIGGER:-P{evenement.rappel}D"
        yield "END:VALARM"
    yield "END:VEVENT"


def echapper(texte):
    """Un texte selon §3.3.11 : barre oblique inverse, point-virgule, virgule et fin de ligne échappés."""
    return sans_controles(texte).translate(ECHAPPES)


def plier(ligne):
    """La ligne en morceaux d'au plus 75 octets, sans couper un caractère; chaque suite commence par une espace."""
    morceaux, morceau, place = [], "", OCTETS_PAR_LIGNE
    for caractere in ligne:
        octets = len(caractere.encode())
        if octets > place:
            morceaux.append(morceau)
            morceau, place = "", OCTETS_PAR_LIGNE - 1
        morceau += caractere
        place -= octets
    return f"{FIN_DE_LIGNE} ".join([*morceaux, morceau])
