"""Montrer un texte riche : assaini de nouveau à l'affichage, d'où qu'il vienne."""

from django import template

from socle.texte import riche as texte

register = template.Library()


register.filter("texte_riche", texte.montrer)


@register.filter
def texte_nu(html):
    """Les mots seuls, échappés par le gabarit."""
    return texte.texte_nu(html or "")


@register.filter
def nombre_de_mots(html):
    return texte.nombre_de_mots(html or "")
