"""Dates, heures, nombres et espaces selon l'usage québécois (OQLF), sans la localisation lente de Django.

Chaque filtre accepte `None` et rend alors une chaîne vide. Les dates arrivent en `date`, en `datetime`
ou en chaîne ISO (c'est ainsi qu'un instantané de plan les garde).
"""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.template.defaultfilters import stringfilter
from django.utils import timezone
from django.utils.html import format_html

from socle.valeurs.argent import en_dollars

MOIS = [
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
]
VOYELLES = frozenset("aeiou")


def _moment(valeur):
    """La date ou le moment, à l'heure de Montréal; `None` si la valeur est vide ou illisible."""
    if isinstance(valeur, str):
        try:
            valeur = datetime.fromisoformat(valeur) if len(valeur) > 10 else date.fromisoformat(valeur)
        except ValueError:
            return None
    if isinstance(valeur, datetime) and timezone.is_aware(valeur):
        return timezone.localtime(valeur)
    return valeur or None


def _chiffres(valeur, decimales=None):
    """Groupes de trois séparés d'insécables, virgule décimale, sans zéro final inutile."""
    try:
        valeur = Decimal(str(valeur))
    except InvalidOperation:
        return str(valeur)
    if not valeur.is_finite():
        return str(valeur)
    texte = f"{abs(valeur):,.{decimales}f}" if decimales is not None else f"{abs(valeur):,f}"
    if decimales is None and "." in texte:
        texte = texte.rstrip("0").rstrip(".")
    signe = "−" if valeur < 0 and texte.strip("0.,") else ""
    return signe + texte.replace(",", "\xa0").replace(".", ",")


def argent(valeur):
    """« 1 234,56 $ »."""
    return en_dollars(valeur)


def nombre(valeur, decimales=None):
    """« 1 234,5 »; `{{ n|nombre:2 }}` fixe les décimales."""
    return "" if valeur is None or valeur == "" else _chiffres(valeur, decimales)


def pourcent(valeur, decimales=None):
    """12.5 → « 12,5 % »."""
    return "" if valeur is None or valeur == "" else f"{_chiffres(valeur, decimales)}\xa0%"


def en_phrase(mots):
    """Ces mots et leur point; un seul après « inc. »."""
    return mots if str(mots).endswith(".") else f"{mots}."


def date_longue(valeur):
    """« 1er février 2026 », en texte simple : courriels, titres, attributs."""
    jour = _moment(valeur)
    if jour is None:
        return ""
    return f"{'1er' if jour.day == 1 else jour.day}\xa0{MOIS[jour.month - 1]} {jour.year}"


def date_longue_html(valeur):
    """« 1<sup>er</sup> février 2026 », pour la page."""
    jour = _moment(valeur)
    if jour is None:
        return ""
    if jour.day == 1:
        return format_html("1<sup>er</sup>\xa0{} {}", MOIS[jour.month - 1], jour.year)
    return date_longue(jour)


def date_courte(valeur):
    """« 2026-02-01 », pour les tableaux."""
    jour = _moment(valeur)
    return "" if jour is None else f"{jour:%Y-%m-%d}"


def heure(valeur):
    """« 8 h 5 », « 19 h » : ni zéro devant, ni minutes nulles."""
    moment = _moment(valeur) if isinstance(valeur, str | datetime) else valeur
    if moment is None or not hasattr(moment, "hour"):
        return ""
    return f"{moment.hour}\xa0h" + (f"\xa0{moment.minute}" if moment.minute else "")


def date_heure(valeur):
    """« le 14 mai 2026, à 14 h 30 »."""
    moment = _moment(valeur)
    if moment is None:
        return ""
    if not isinstance(moment, datetime):
        return f"le {date_longue(moment)}"
    return f"le {date_longue(moment)}, à {heure(moment)}"


def de(nom):
    """« d’Entraide », « du Gîte », « des Jardins », « de la MRC » : devant le nom propre d'un organisme."""
    nom = str(nom)
    for article, contracte in (("Le ", "du "), ("Les ", "des ")):
        if nom.startswith(article):
            return contracte + nom.removeprefix(article)
    return f"d’{nom}" if unicodedata.normalize("NFD", nom)[:1].lower() in VOYELLES else f"de {nom}"


def a(nom):
    """« à Entraide », « au Gîte », « aux Jardins », « à la MRC » : devant le nom propre d'un organisme."""
    nom = str(nom)
    for article, contracte in (("Le ", "au "), ("Les ", "aux ")):
        if nom.startswith(article):
            return contracte + nom.removeprefix(article)
    return f"à {nom}"


def tel(numero):
    """« tel:+14185550123 » d'un numéro d'ici, sans son poste; vide si on ne sait pas le composer."""
    chiffres = re.sub(
        r"\D", "", re.split(r"poste|p\.|#|x", str(numero or ""), maxsplit=1, flags=re.IGNORECASE)[0]
    )
    chiffres = chiffres.removeprefix("1")
    return f"tel:+1{chiffres}" if len(chiffres) == 10 else ""


def taille(octets):
    """« 1,5 Mo », « 12 ko », « 800 octets » (multiples de 1000)."""
    if octets is None or octets == "":
        return ""
    octets = int(octets)
    if octets >= 999_500:
        return f"{_chiffres(round(octets / 1_000_000, 1))}\xa0Mo"
    if octets >= 1000:
        return f"{_chiffres(round(octets / 1000))}\xa0ko"
    return f"{octets}\xa0octet{pluriel(octets)}"


@stringfilter
def insecables(texte):
    """Pose les insécables du français : avant « : », « » », « % », « $ »; après « « ». Rien avant ; ! ?"""
    texte = re.sub(r"[ \xa0\u202f]+([;!?])", r"\1", texte)
    texte = re.sub(r" +(?=[:»%$])", "\xa0", texte)
    return re.sub(r"« +", "«\xa0", texte)


def pluriel(quantite, formes="s"):
    """Le pluriel français commence à deux : `{{ n|pluriel }}`, `{{ n|pluriel:"al,aux" }}`."""
    singulier, _, plusieurs = formes.rpartition(",")
    try:
        plusieurs_fois = abs(Decimal(str(quantite))) >= 2
    except InvalidOperation:
        plusieurs_fois = len(quantite) >= 2
    return plusieurs if plusieurs_fois else singulier
