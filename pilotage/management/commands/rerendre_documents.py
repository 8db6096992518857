"""`manage.py rerendre_documents` : après un changement du rendu. À lancer à chaque mise à niveau; relançable."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from alliances.plans import travaux as des_plans
from conventions import travaux as des_conventions
from projets import travaux as des_projets
from projets.protocoles import etat_imprime as des_etats
from projets.protocoles import travaux as des_protocoles
from socle.documents.pdf import version_du_rendu
from socle.models import Document


class Command(BaseCommand):
    help = "Rend de nouveau les documents qui ne sont pas scellés et qu’un rendu d’avant a faits."

    @transaction.atomic
    def handle(self, *args, **options):
        version = version_du_rendu()
        if not version:
            raise CommandError(
                "Les documents ne peuvent pas être produits ici : exécuter scripts/preparer.sh."
            )
        d_avant = Document.objects.filter(etat=Document.Etat.PRET).exclude(rendu=version)
        perimes, scelles = list(d_avant.libres()), d_avant.scelles().count()
        for travaux in (des_plans, des_conventions, des_projets, des_protocoles, des_etats):
            travaux.redemander({document.nom for document in perimes})
        for document in perimes:
            self._retirer(document)
        self.stdout.write(f"Rendu d’aujourd’hui : {version}.")
        self.stdout.write(f"Documents retirés, à rendre de nouveau s’ils ont encore cours : {len(perimes)}.")
        self.stdout.write(f"Documents scellés qui gardent leurs octets d’un rendu d’avant : {scelles}.")

    @staticmethod
    def _retirer(document):
        transaction.on_commit(lambda: document.fichier.delete(save=False))
        document.delete()
