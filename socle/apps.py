from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class SocleConfig(AppConfig):
    """Le sol de la maison : utilisateurs, journal, pièces, formats. Ne connaît aucune autre pièce."""

    name = "socle"
    label = "socle"
    verbose_name = "Socle"

    def ready(self):
        from socle.declencheurs import apres_migrations, avant_migrations

        pre_migrate.connect(avant_migrations, sender=self)
        post_migrate.connect(apres_migrations)
