"""Écrire le PDF d'une convention ou d'un de ses avenants dans un fichier."""

from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from conventions.impression import acte_de, pdf_de_l_avenant, pdf_de_la_convention
from conventions.models import Convention
from conventions.models.contenu import contenu_de
from conventions.travaux import consolidation_de
from socle.erreurs import ErreurDuDomaine


class Command(BaseCommand):
    help = "Écrit le PDF d’une convention : convention_pdf FQIS-01-2025 --sortie convention.pdf"

    def add_arguments(self, parser):
        parser.add_argument("numero", help="numéro de la convention")
        choix = parser.add_mutually_exclusive_group()
        choix.add_argument("--avenant", type=int, help="numéro de l’avenant à écrire")
        choix.add_argument("--au", help="date de la convention consolidée, par exemple 2026-05-01")
        parser.add_argument("--sortie", required=True, type=Path, help="fichier à écrire")

    def handle(self, *, numero, avenant, au, sortie, **options):
        conventions = Convention.objects.select_related("alliance__cycle", "alliance__table_regionale")
        convention = conventions.filter(numero=numero).first()
        if convention is None:
            raise CommandError(f"Aucune convention ne porte le numéro « {numero} ».")
        try:
            octets = self._avenant(convention, avenant) if avenant else self._convention(convention, au)
            sortie.write_bytes(octets)
        except ErreurDuDomaine as erreur:
            raise CommandError(str(erreur)) from erreur
        except OSError as erreur:
            raise CommandError(f"Impossible d’écrire {sortie} : {erreur.strerror}.") from erreur
        self.stdout.write(f"{convention} : {sortie} ({len(octets) // 1000}\u00a0ko)")

    def _avenant(self, convention, numero):
        avenant = convention.avenants.filter(numero=numero).first()
        if avenant is None:
            raise CommandError(f"{convention} n’a pas d’avenant {numero}.")
        avenant.convention = convention
        return pdf_de_l_avenant(acte_de(avenant))

    def _convention(self, convention, au):
        """Sans date : le dernier texte signé, sinon le projet."""
        instantanes = convention.instantanes.select_related("avenant")
        if au is None:
            instantane = instantanes.last()
            if instantane is None:
                return pdf_de_la_convention(contenu_de(convention))
        else:
            instantane = instantanes.au(self._jour(au))
            if instantane is None:
                raise CommandError(f"{convention} n’était pas en vigueur le {au}.")
        return pdf_de_la_convention(instantane.contenu, consolidation=consolidation_de(instantane))

    @staticmethod
    def _jour(texte):
        try:
            return date.fromisoformat(texte)
        except ValueError as erreur:
            raise CommandError(f"« {texte} » n’est pas une date; écrire par exemple 2026-05-01.") from erreur
