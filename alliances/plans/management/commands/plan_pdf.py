"""Écrire le PDF du plan d'une Alliance dans un fichier."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from alliances.plans.impression import est_un_brouillon, pdf_du_plan
from alliances.plans.models import VersionPlan
from alliances.plans.models.instantanes import empreinte_de
from alliances.plans.travaux import contenu_precedent
from socle.erreurs import ErreurDuDomaine


class Command(BaseCommand):
    help = "Écrit le PDF du plan d’une Alliance : plan_pdf bas-saint-laurent --sortie plan.pdf"

    def create_parser(self, prog_name, subcommand, **kwargs):
        # Django réserve --version à son propre numéro; ici, c'est celui du plan.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser):
        parser.add_argument("alliance", help="adresse courte de l’Alliance, par exemple bas-saint-laurent")
        parser.add_argument(
            "--version",
            dest="numero",
            type=int,
            help="numéro de la version; sans lui, la version en vigueur, sinon la plus récente",
        )
        parser.add_argument("--sortie", required=True, type=Path, help="fichier à écrire")

    def handle(self, *, alliance, numero, sortie, **options):
        version = self._version(alliance, numero)
        instantane = version.instantanes.last() if version.est_decidee else None
        contenu = instantane.contenu if instantane else version.contenu()
        try:
            octets = pdf_du_plan(
                contenu,
                empreinte=empreinte_de(contenu),
                brouillon=est_un_brouillon(contenu),
                precedent=contenu_precedent(version),
            )
            sortie.write_bytes(octets)
        except ErreurDuDomaine as erreur:
            raise CommandError(str(erreur)) from erreur
        except OSError as erreur:
            raise CommandError(f"Impossible d’écrire {sortie} : {erreur.strerror}.") from erreur
        self.stdout.write(f"{version} : {sortie} ({len(octets) // 1000}\u00a0ko)")

    def _version(self, slug, numero):
        versions = VersionPlan.objects.filter(plan__alliance__slug=slug).select_related(
            "plan__alliance__cycle"
        )
        if not versions:
            raise CommandError(f"Aucun plan pour l’Alliance « {slug} ».")
        if numero is None:
            en_vigueur = versions.filter(etat=VersionPlan.Etat.APPROUVEE)
            return (en_vigueur or versions).order_by("-numero")[0]
        version = versions.filter(numero=numero).first()
        if version is None:
            raise CommandError(f"Le plan de « {slug} » n’a pas de version {numero}.")
        return version
