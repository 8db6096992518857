"""Le texte riche de la maison : un petit HTML sûr, et la notation légère qui l'écrit au clavier.

Sont permis : paragraphes, deux niveaux de titre, listes, gras, italique, liens, tableaux simples. Tout le reste
est retiré. Le HTML rendu est canonique : le nettoyer de nouveau ne le change pas, et
`depuis_texte(vers_texte(html)) == html`.
"""

from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe

from socle.texte.riche.blocs import Bloc, descendre, mots
from socle.texte.riche.ecriture import ecrire_html
from socle.texte.riche.lecture import lire_html
from socle.texte.riche.notation import ecrire_notation, lire_notation

__all__ = ["blocs_de", "depuis_texte", "montrer", "nettoyer", "nombre_de_mots", "texte_nu", "vers_texte"]


TEXTES_GARDES = 1024  # un plan en compte une trentaine, quelques ko chacun


@lru_cache(maxsize=TEXTES_GARDES)
def nettoyer(html: str) -> str:
    """Le HTML canonique et sûr qu'on garde d'un HTML quelconque; chaîne vide s'il n'y reste aucun mot.

    Chaque lecture nettoie de nouveau ce qu'elle montre; les derniers textes sont gardés, tels quels ou non.
    """
    return ecrire_html(lire_html(html))


@lru_cache(maxsize=TEXTES_GARDES)
def montrer(html: str | None, *, sous: int | None = None) -> SafeString:
    """Le HTML à lire, à l'écran comme sur papier; ses titres descendent sous un titre de niveau `sous`."""
    blocs = blocs_de(html or "")
    # Preuve : l'écriture n'émet que les balises permises; texte et adresses y sont échappés (ecriture.py), comme le
    # vérifie tests/socle/test_texte_riche_hostile.py.
    return mark_safe(ecrire_html(descendre(blocs, sous) if sous else blocs, fiches=True))


@lru_cache(maxsize=TEXTES_GARDES)
def depuis_texte(texte: str) -> str:
    """Le HTML d'un texte tapé en notation légère; les balises qu'il contient restent du texte."""
    return ecrire_html(lire_notation(texte))


@lru_cache(maxsize=TEXTES_GARDES)
def vers_texte(html: str) -> str:
    """La notation légère d'un HTML."""
    return ecrire_notation(lire_html(html))


@lru_cache(maxsize=64)
def blocs_de(html: str) -> tuple[Bloc, ...]:
    """Les blocs d'un HTML; gardés un moment, car une page compte, compare et affiche le même texte."""
    return tuple(lire_html(html))


def texte_nu(html: str) -> str:
    """Les mots seuls : une ligne par paragraphe, élément de liste ou rangée de tableau."""
    lignes = []
    for bloc in blocs_de(html or ""):
        if bloc.genre == "table":
            lignes.extend([mots(bloc.legende)] if bloc.legende else [])
            lignes.extend(" | ".join(map(mots, rangee.cellules)) for rangee in bloc.rangees)
        else:
            lignes.append(mots(bloc.passages, saut="\n"))
    return "\n".join(lignes)


def nombre_de_mots(html: str) -> int:
    """Nombre de suites de caractères qui comptent au moins une lettre ou un chiffre."""
    return sum(any(c.isalnum() for c in mot) for mot in texte_nu(html).split())
