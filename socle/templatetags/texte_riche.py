"""Montrer un texte riche : assaini de nouveau à l'affichage, d'où qu'il vienne."""

from django import template
from django.utils.safestring import mark_safe

from socle.texte import riche as texte

register = template.Library()


@register.filter
def texte_riche(html):
    """Le HTML à afficher."""
    # Preuve : `montrer` n'écrit que les balises permises; texte et adresses y sont échappés
    # (socle/texte/riche/ecriture.py), comme le vérifie tests/socle/test_texte_riche_hostile.py.
    return mark_safe(texte.montrer(html or ""))


@register.filter
def texte_nu(html):
    """Les mots seuls, échappés par le gabarit."""
    return texte.texte_nu(html or "")


@register.filter
def nombre_de_mots(html):
    return texte.nombre_de_mots(html or "")
