"""L'alphabet d'ici : accents et majuscules ne comptent ni pour ranger ni pour chercher, sur les deux moteurs."""

import unicodedata
from functools import lru_cache, reduce
from operator import or_

from django.db.models import CharField, Q, TextField
from django.db.models.lookups import Contains


@lru_cache(maxsize=4096)
def normaliser(texte):
    """Sans accents ni majuscules : ce qui sert à chercher, à ranger et à repérer les doublons."""
    sans_accents = unicodedata.normalize("NFKD", texte.replace("’", "'")).encode("ascii", "ignore").decode()
    return " ".join(sans_accents.lower().split())


def par_nom(choses):
    """Une liste rangée par nom : « Érable » entre « Drummond » et « Nicolet »."""
    return sorted(choses, key=lambda chose: normaliser(chose.nom))


def mentionne(texte, *champs):
    """La condition « chaque mot se lit dans l'un de ces champs »; sans champ où chercher, elle ne retire rien."""
    return Q(
        *(reduce(or_, (Q(**{f"{champ}__cherche": mot}) for champ in champs), Q()) for mot in texte.split())
    )


# Une fonction de la base, pas une colonne par champ : on cherche dans vingt champs, dont des textes longs.
LETTRES = {c: normaliser(c) for c in map(chr, range(0xA1, 0x180)) if len(normaliser(c)) == 1} | {"’": "'"}


@CharField.register_lookup
@TextField.register_lookup
class Cherche(Contains):
    """`nom__cherche="gisele"` trouve « Gisèle », et « Gisèle » trouve « GISELE »."""

    lookup_name = "cherche"

    def get_prep_lookup(self):
        return normaliser(super().get_prep_lookup())

    def process_lhs(self, compiler, connection, lhs=None):
        champ, valeurs = super().process_lhs(compiler, connection, lhs)
        if connection.vendor == "sqlite":
            return f"normaliser({champ})", valeurs
        return f"lower(translate({champ}, %s, %s))", [*valeurs, "".join(LETTRES), "".join(LETTRES.values())]

    def get_rhs_op(self, connection, rhs):
        return connection.operators["contains"] % rhs


def enseigner(connection, **_):
    """Donne `normaliser` à SQLite, qui n'a rien pour les accents."""
    if connection.vendor == "sqlite":
        sans_memoire = normaliser.__wrapped__  # une recherche lit tout : rien à retenir
        connection.connection.create_function(
            "normaliser", 1, lambda texte: None if texte is None else sans_memoire(texte), deterministic=True
        )
