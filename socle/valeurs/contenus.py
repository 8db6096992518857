"""Un contenu gardé en JSON : un même texte relu rend le même objet (ADR 8), qui ne se modifie donc pas en place."""

import json
from functools import lru_cache

from django.db import models

PLACES = 64  # une centaine de kilooctets chacun, au plus


@lru_cache(maxsize=PLACES)
def lire(texte):
    """Ce que dit ce texte JSON. Partagé d'une lecture à l'autre : à ne jamais modifier."""
    return json.loads(texte)


class ContenuField(models.JSONField):
    """Un `JSONField` dont les grands contenus ne se redéchiffrent pas à chaque page."""

    def from_db_value(self, value, expression, connection):
        return lire(value) if isinstance(value, str) else value

    def deconstruct(self):
        nom, _, args, options = super().deconstruct()
        return nom, "django.db.models.JSONField", args, options  # la base n'y voit pas de différence
