"""Écrire le canevas vierge d'un cycle en PDF, pour travailler sur papier."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from alliances.plans.canevas import CYCLE_COURANT
from alliances.plans.impression import pdf_du_canevas
from socle.erreurs import ErreurDuDomaine


class Command(BaseCommand):
    help = "Écrit le canevas vierge du plan : canevas_pdf --sortie canevas.pdf"

    def add_arguments(self, parser):
        parser.add_argument("--cycle", default=CYCLE_COURANT, help=f"cycle; sans lui, {CYCLE_COURANT}")
        parser.add_argument("--sortie", required=True, type=Path, help="fichier à écrire")

    def handle(self, *, cycle, sortie, **options):
        try:
            octets = pdf_du_canevas(cycle)
            sortie.write_bytes(octets)
        except (ErreurDuDomaine, LookupError) as erreur:
            raise CommandError(str(erreur)) from erreur
        except OSError as erreur:
            raise CommandError(f"Impossible d’écrire {sortie} : {erreur.strerror}.") from erreur
        self.stdout.write(f"Canevas {cycle} : {sortie} ({len(octets) // 1000}\u00a0ko)")
