"""Charge la démonstration : comptes fictifs et plans à tous les états. Refusée hors d'un poste de travail."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from alliances.models import Alliance, Role
from demonstration.chargement import charger
from demonstration.lecture import fiche
from demonstration.personnes import MOT_DE_PASSE, mandats_de


class Command(BaseCommand):
    help = "Charge les comptes et les données fictives de la démonstration; conserve ce qui a été saisi."

    def handle(self, *args, **options):
        if not settings.DEBUG:
            raise CommandError("La démonstration crée des comptes au mot de passe connu : elle exige DEBUG.")
        if not Alliance.objects.exists():
            call_command("charger_reference", stdout=self.stdout)
        self.stdout.write(f"Plans de démonstration ajoutés : {charger()}.")
        self.afficher_les_comptes()

    def afficher_les_comptes(self):
        self.stdout.write(f"\nComptes (mot de passe de tous\u00a0: {MOT_DE_PASSE})\n")
        for compte in fiche("comptes")["comptes"]:
            courriel = f"{compte['adresse']}@alliances.example"
            for mandat in mandats_de(compte):
                portee = mandat.get("portee", "").partition(":")[2] or "Québec"
                self.stdout.write(f"  {courriel:<46}{Role(mandat['role']).label:<28}{portee}")
                courriel = ""  # le même compte, un autre mandat
