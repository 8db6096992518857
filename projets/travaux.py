"""Les travaux d'arrière-plan des initiatives : rendre une demande, et la lettre de chaque réponse."""

from django_tasks import task

from projets.impression import html_de_la_demande, pdf_de_la_reponse, titre_de_la_demande
from projets.models import Initiative, Reponse
from socle.documents.pdf import empreinte_du_rendu, rendre
from socle.documents.rangement import ATTENDU, demander, rendre_et_ranger
from socle.models import Document


@task()
def rendre_reponse(document_id):
    """Rend la lettre à laquelle ce document appartient, si elle ne l'est pas déjà."""
    reponse = Reponse.objects.select_related("document").get(document_id=document_id)
    rendre_et_ranger(reponse.document, lambda: pdf_de_la_reponse(reponse.contenu))


@task(priority=ATTENDU)
def rendre_demande(document_id, html, titre):
    """Rend une demande, telle qu'elle était quand on l'a demandée en PDF."""
    rendre_et_ranger(Document.objects.get(pk=document_id), lambda: rendre(html, titre=titre))


def demander_la_demande(initiative):
    """Le `Document` de la demande d'aujourd'hui; s'il n'est pas prêt, son rendu part à la fin de la transaction."""
    html = html_de_la_demande(initiative)
    document, _ = Document.objects.get_or_create(
        cle=empreinte_du_rendu(html), defaults={"nom": nom_de_la_demande(initiative)}
    )
    demander(document, rendre_demande, html=html, titre=titre_de_la_demande(initiative))
    return document


def nom_de_la_demande(initiative):
    """Le nom du fichier; il dit aussi de quelle demande, et si elle était déposée : qui la suit ne lit que celle-là."""
    return f"demande-{initiative.pk}-{initiative.numero.lower() or 'brouillon'}.pdf"


def preparer(reponses):
    """Fait partir, après l'envoi, le rendu de chaque lettre qui n'est pas prête."""
    for reponse in reponses:
        demander(reponse.document, rendre_reponse)


def redemander(noms):
    """Fait rendre les demandes de ces noms, d'aujourd'hui, et les lettres scellées qui ne sont pas prêtes."""
    preparer(Reponse.objects.exclude(document__etat=Document.Etat.PRET).select_related("document"))
    cles = [nom.split("-")[1] for nom in noms if nom.startswith("demande-")]
    for initiative in Initiative.objects.filter(pk__in=cles).select_related(
        "alliance__cycle", "appel", "organisme"
    ):
        if nom_de_la_demande(initiative) in noms:
            demander_la_demande(initiative)
