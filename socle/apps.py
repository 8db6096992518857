from django.apps import AppConfig
from django.core import checks
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

from socle import declencheurs, verifications
from socle.valeurs import alphabet


class SocleConfig(AppConfig):
    """Le sol de la maison : utilisateurs, journal, pièces, formats. Ne connaît aucune autre pièce."""

    name = "socle"
    label = "socle"
    verbose_name = "Socle"

    def ready(self):
        from socle.models.cibles import semer

        checks.register(verifications.base_de_production, deploy=True)
        connection_created.connect(alphabet.enseigner, dispatch_uid="alphabet")
        pre_migrate.connect(declencheurs.avant_migrations, sender=self, dispatch_uid="declencheurs")
        post_migrate.connect(semer, sender=self, dispatch_uid="cibles")
        post_migrate.connect(declencheurs.apres_migrations, dispatch_uid="declencheurs")
