"""Les travaux d'arrière-plan des initiatives : rendre la lettre de chaque réponse."""

from django_tasks import task

from projets.impression import pdf_de_la_reponse
from projets.models import Reponse
from socle.documents.rangement import demander, rendre_et_ranger
from socle.models import Document


@task()
def rendre_reponse(document_id):
    """Rend la lettre à laquelle ce document appartient, si elle ne l'est pas déjà."""
    reponse = Reponse.objects.select_related("document").get(document_id=document_id)
    rendre_et_ranger(reponse.document, lambda: pdf_de_la_reponse(reponse.contenu))


def preparer(reponses):
    """Fait partir, après l'envoi, le rendu de chaque lettre qui n'est pas prête."""
    for reponse in reponses:
        demander(reponse.document, rendre_reponse)


def redemander(noms):
    """Fait rendre les lettres scellées qui ne sont pas prêtes; aucune n'est un projet, `noms` n'y change rien."""
    preparer(Reponse.objects.exclude(document__etat=Document.Etat.PRET).select_related("document"))
