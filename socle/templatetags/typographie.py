"""Les filtres de typographie, offerts aux gabarits; leurs fonctions vivent dans `socle.texte.typographie`."""

from django import template

from socle.texte import typographie

register = template.Library()
for nom in (
    "argent",
    "nombre",
    "pourcent",
    "en_phrase",
    "date_longue",
    "date_longue_html",
    "date_courte",
    "heure",
    "date_heure",
    "de",
    "tel",
    "taille",
    "pluriel",
):
    register.filter(nom, getattr(typographie, nom))
register.filter("insecables", typographie.insecables, is_safe=True)
