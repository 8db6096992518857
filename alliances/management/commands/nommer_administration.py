"""Nomme ensemble les deux premières personnes à l'administration; ensuite, tout se confie par l'application."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from alliances.models.invitations import compte_de
from alliances.models.releve import fonder
from alliances.notifications import inviter_par_courriel
from socle.erreurs import TransitionInterdite
from socle.pages.gestes import phrases


class Command(BaseCommand):
    help = "Nomme les deux premières personnes à l’administration d’une installation sans aucun mandat."

    def add_arguments(self, parser):
        parser.add_argument(
            "--personne",
            nargs=3,
            action="append",
            required=True,
            metavar=("PRENOM", "NOM", "COURRIEL"),
            help="Deux fois : l’une confirmera ce que l’autre confie.",
        )

    def handle(self, *args, personne, **options):
        try:
            with transaction.atomic():
                nommees = [compte_de(courriel, prenom=prenom, nom=nom) for prenom, nom, courriel in personne]
                fonder(nommees)
                inviter_par_courriel(nommees)
        except (TransitionInterdite, ValidationError) as refus:
            raise CommandError(" ".join(phrases(refus))) from refus
        for nommee in nommees:
            self.stdout.write(f"{nommee} : une invitation part à {nommee.courriel}.")
