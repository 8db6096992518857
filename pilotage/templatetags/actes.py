"""Les actes qui lient, pour la page d'aide."""

from django import template

from pilotage.actes import ACTES

register = template.Library()


@register.inclusion_tag("pilotage/_actes_qui_lient.html")
def actes_qui_lient():
    return {"actes": ACTES}
