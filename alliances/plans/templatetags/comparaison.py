"""`{{ segments|marques }}` : une comparaison, ses changements marqués; `passages`, ce qui s'en imprime."""

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join

from alliances.plans import comparaison

register = template.Library()
register.filter("passages", comparaison.passages)

MARQUES = {"ajout": ("ins", "ajouté"), "retrait": ("del", "supprimé")}


@register.filter
def marques(segments):
    ecrits = (e for p in comparaison.passages(segments) for e in (p.avant, _marque(p), p.apres) if e)
    return linebreaksbr(format_html_join("", "{}", ((ecrit,) for ecrit in ecrits)))


def _marque(passage):
    """Des mots cachés disent le changement à qui n’en voit ni le trait ni la couleur."""
    if passage.genre not in MARQUES:
        return passage.texte
    return format_html(
        '<{0}><span class="visuellement-cache">[{1}\xa0:\xa0</span>{2}<span class="visuellement-cache">]</span></{0}>',
        *MARQUES[passage.genre],
        passage.texte,
    )


@register.simple_tag
def passage_imprime(passage):
    if passage.genre not in MARQUES:
        return passage.texte
    return format_html("<{0}>{1}</{0}>", MARQUES[passage.genre][0], passage.texte)
