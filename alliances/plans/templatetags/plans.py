"""Les morceaux des pages du plan dont l’appel passerait sinon six variables à la main."""

from django import template

register = template.Library()


@register.inclusion_tag("plans/lecture/_demander.html")
def demander(objet, element, gestes):
    """Les liens « Demander une correction » et « Laisser une observation » d’un élément."""
    nom = "priorité" if objet == "priorite" else objet
    return {"objet": objet, "nom": nom, "cle": element["cle"], "quoi": element["numero"], "gestes": gestes}


@register.inclusion_tag("plans/lecture/_demandes.html")
def demandes(element):
    return {nom: element.get(nom, ()) for nom in ("demandes", "observations")}


@register.inclusion_tag("plans/redaction/_demandes.html")
def corrections_demandees(demandes, peut_repondre=False):
    return {"demandes": demandes, "peut_repondre": peut_repondre}


@register.inclusion_tag("plans/redaction/_observations.html", takes_context=True)
def observations(context):
    """Les observations de la page courante, qu’on y ajoute sans la quitter."""
    donnees = {nom: context[nom] for nom in ("observations", "cible", "version")}
    return donnees | {"adresse": context["request"].path}
