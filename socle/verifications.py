"""Ce que `check --deploy` refuse de plus que Django."""

from django.conf import settings
from django.core import checks

SQLITE = "django.db.backends.sqlite3"


def base_de_production(app_configs, **options):
    """SQLite sert un poste : un seul écrivain, un fichier, aucun rôle qui tienne l'application loin de ses tables."""
    if settings.DATABASES["default"]["ENGINE"] != SQLITE:
        return []
    return [
        checks.Error(
            "La base est SQLite : en production, il faut PostgreSQL.",
            hint="Donnez à DATABASE_URL une adresse « postgres://… » (docs/adr/0001).",
            id="socle.E001",
        )
    ]
