"""`{{ segments|passages }}` : une comparaison, prête à lire."""

from django import template

from alliances.plans import comparaison

register = template.Library()
register.filter("passages", comparaison.passages)
