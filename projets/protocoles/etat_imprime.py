"""L'état des versements en PDF, tel qu'il était quand on l'a demandé."""

from django.conf import settings
from django.template.loader import render_to_string
from django_tasks import task

from projets.protocoles.models import Protocole
from projets.protocoles.models.comptes import compte_de
from projets.protocoles.models.protocoles import SIGNES
from socle.documents.pdf import empreinte_du_rendu, rendre
from socle.documents.rangement import ATTENDU, demander, rendre_et_ranger
from socle.models import Document


def titre_de_l_etat(protocole):
    """« État des versements INI-2026-01-0007 – Cuisines de rang »."""
    return f"État des versements {protocole.initiative.numero} – {protocole.initiative}"


def nom_de_l_etat(protocole):
    return f"versements-{protocole.pk}-{protocole.initiative.numero.lower()}.pdf"


def html_de_l_etat(protocole):
    """Ce que la page montre, sans ce que les autres documents du protocole disent déjà."""
    contexte = {
        "titre": titre_de_l_etat(protocole),
        "protocole": protocole,
        "initiative": protocole.initiative,
        "compte": compte_de(protocole),
        "demonstration": settings.DEMONSTRATION,
        "prototype": settings.IDENTITE_PROTOTYPE,
    }
    return render_to_string("protocoles/pdf/versements.html", contexte)


@task(priority=ATTENDU)
def rendre_etat(document_id, html, titre):
    rendre_et_ranger(Document.objects.get(pk=document_id), lambda: rendre(html, titre=titre))


def demander_l_etat(protocole):
    """Le `Document` de l'état d'aujourd'hui; s'il n'est pas prêt, son rendu part à la fin de la transaction."""
    html = html_de_l_etat(protocole)
    document, _ = Document.objects.get_or_create(
        cle=empreinte_du_rendu(html), defaults={"nom": nom_de_l_etat(protocole)}
    )
    demander(document, rendre_etat, html=html, titre=titre_de_l_etat(protocole))
    return document


def redemander(noms):
    """Fait rendre de nouveau, d'aujourd'hui, ceux de ces noms."""
    cles = [nom.split("-")[1] for nom in noms if nom.startswith("versements-")]
    protocoles = Protocole.objects.filter(pk__in=cles, etat__in=SIGNES)
    for protocole in protocoles.select_related("initiative__alliance__cycle", "initiative__organisme"):
        if nom_de_l_etat(protocole) in noms:
            demander_l_etat(protocole)
