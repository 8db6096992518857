"""Mesure chaque page et les documents dans une base temporaire, à deux volumes; écrit docs/mesures.md."""

import logging
import tempfile
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.test.utils import override_settings

from alliances.models import Alliance
from alliances.plans.models import VersionPlan
from demonstration.chargement import charger
from mesures.documents import mesurer_le_pdf
from mesures.initiatives import Pays, mesurer_les_initiatives
from mesures.pages import mesurer_les_pages
from mesures.rapport import rediger
from mesures.soldes import mesurer_les_soldes
from mesures.volume import decupler


class Command(BaseCommand):
    help = "Mesure les pages et les documents dans une base temporaire, puis écrit docs/mesures.md."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--sortie", type=Path, default=settings.RACINE / "docs/mesures.md")
        parser.add_argument("--tours", type=int, default=15, help="essais de chaque page")
        parser.add_argument("--sans-decupler", action="store_true", help="s’en tenir au volume ×1")

    def handle(self, *, sortie, tours, sans_decupler, **options):
        with milieu_de_mesure():
            self.stdout.write("Chargement de la démonstration…")
            call_command("charger_reference", verbosity=0, stdout=self.stdout)
            charger()
            pays = Pays()
            volumes = [self.relever(1, tours)]
            self.stdout.write("Documents…")
            pdf = mesurer_le_pdf(max(3, tours // 3))
            if not sans_decupler:
                self.stdout.write("Volume ×10…")
                decupler(pays)
                volumes.append(self.relever(10, tours))
            self.stdout.write("Soldes d’un arbre national…")
            courbes = [mesurer_les_soldes(tours)]
            self.stdout.write("Initiatives d’un pays…")
            courbes.append(mesurer_les_initiatives(pays, tours))
        sortie.write_text(rediger(volumes, pdf, tours, courbes), encoding="utf-8")
        mesures = [mesure for *_, liste in volumes for mesure in liste]
        tenues = sum(mesure.tient for mesure in mesures)
        self.stdout.write(f"{sortie} : {tenues} pages sur {len(mesures)} sous les plafonds.")

    def relever(self, facteur, tours):
        self.stdout.write(f"Pages, volume ×{facteur}…")
        comptes = {"alliances": Alliance.objects.count(), "versions": VersionPlan.objects.count()}
        return facteur, comptes, mesurer_les_pages(tours)


@contextmanager
def milieu_de_mesure():
    """Une base et un rangement temporaires, les réglages du service plutôt que ceux du poste."""
    with tempfile.TemporaryDirectory(prefix="alliances-mesures-") as dossier:
        rangement = deepcopy(settings.STORAGES)
        rangement["default"]["OPTIONS"] = {"location": f"{dossier}/pieces"}
        reglages = {
            "DEBUG": False,
            "STORAGES": rangement,
            "ROOT_URLCONF": "mesures.adresses",
            "ALLOWED_HOSTS": ["testserver"],
            "MIDDLEWARE": [m for m in settings.MIDDLEWARE if "lecture_seule" not in m],
        }
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = f"{dossier}/mesures.sqlite3"
        logging.disable(logging.INFO)
        d_origine = connection.settings_dict["NAME"]
        with override_settings(**reglages):
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            try:
                yield
            finally:
                connection.creation.destroy_test_db(d_origine, verbosity=0)
                logging.disable(logging.NOTSET)
