"""`manage.py menage` : retire ce qui n'a plus d'usage. À lancer chaque nuit; `--a-blanc` compte sans effacer."""

from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from alliances.plans.models import Presence
from projets.models import PresenceDemande
from socle.models import Courriel, Document, EnvoiUnique, Notification

MOIS = timedelta(days=30)
AN = timedelta(days=365)


class Command(BaseCommand):
    help = "Retire les jetons, présences, brouillons imprimés et notifications lues qui n’ont plus d’usage."

    def add_arguments(self, parser):
        parser.add_argument("--a-blanc", action="store_true", help="Compter sans rien effacer.")

    def handle(self, *args, a_blanc, **options):
        il_y_a_un_mois, il_y_a_un_an = timezone.now() - MOIS, timezone.now() - AN
        brouillons = Document.objects.libres().filter(demande_le__lt=il_y_a_un_mois)
        vieilleries = {
            "jetons d’envoi": EnvoiUnique.objects.filter(le__lt=il_y_a_un_mois),
            "présences": Presence.objects.filter(vue_le__lt=il_y_a_un_mois),
            "présences aux demandes": PresenceDemande.objects.filter(vue_le__lt=il_y_a_un_mois),
            "brouillons imprimés": brouillons,
            "notifications lues": Notification.objects.filter(lue_le__lt=il_y_a_un_an),
            "courriels partis": Courriel.objects.filter(envoye_le__lt=il_y_a_un_mois, notifications=None),
        }
        for nom, lignes in vieilleries.items():
            nombre = lignes.count()
            if not a_blanc:
                self._retirer(lignes)
            self.stdout.write(f"{nom.capitalize()} : {nombre} {'à retirer' if a_blanc else 'de moins'}.")

    @transaction.atomic
    def _retirer(self, lignes):
        if lignes.model is Document:
            for document in lignes:
                transaction.on_commit(lambda f=document.fichier: f.delete(save=False))
        lignes.delete()
