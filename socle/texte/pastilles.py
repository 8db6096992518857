"""La pastille d'un état."""

from typing import NamedTuple

from django.utils.html import format_html

GENRES = {"afaire", "encours", "bien", "probleme", "attention", "favorable", "neutre"}


class Pastille(NamedTuple):
    """Un état dans les mots de qui lit."""

    libelle: str
    genre: str = "neutre"


def pastille(libelle, genre="neutre"):
    """Le rouge (`probleme`) est réservé à ce qui bloque."""
    if genre not in GENRES:
        raise ValueError(f"Genre d’état inconnu : {genre!r}. Attendus : {', '.join(sorted(GENRES))}.")
    return format_html('<span class="etat {}">{}</span>', genre, libelle)
