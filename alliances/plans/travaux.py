"""Les travaux d'arrière-plan du plan : rendre un PDF une fois, et le ranger (`socle.documents.rangement`)."""

from django_tasks import task

from alliances.plans.canevas import CYCLE_COURANT
from alliances.plans.impression import (
    est_un_brouillon,
    html_du_canevas,
    html_du_plan,
    pdf_du_canevas,
    pdf_du_plan,
)
from alliances.plans.models import Instantane, VersionPlan
from alliances.plans.models.instantanes import empreinte_de
from socle.documents.pdf import empreinte_du_rendu
from socle.documents.rangement import ATTENDU, demander, rendre_et_ranger
from socle.models import Document


@task()
def rendre_document(document_id):
    """Rend le PDF de l'instantané auquel ce document appartient, s'il ne l'est pas déjà."""
    instantane = (
        Instantane.objects.select_related("precedent", "document")
        .filter(document_id=document_id)
        .order_by("pk")
        .first()
    )
    if instantane is None:
        raise LookupError(f"Aucune version scellée n’attend le document {document_id}.")
    _rendre_le_plan(
        instantane.document,
        instantane.contenu,
        empreinte=instantane.empreinte,
        precedent=instantane.precedent and instantane.precedent.contenu,
    )


@task(priority=ATTENDU)
def rendre_brouillon(document_id, contenu, precedent):
    """Rend le PDF d'un contenu qui n'est pas scellé, tel qu'il était à la demande."""
    document = Document.objects.get(pk=document_id)
    _rendre_le_plan(document, contenu, empreinte=empreinte_de(contenu), precedent=precedent)


@task(priority=ATTENDU)
def rendre_canevas(document_id, cycle):
    """Rend le canevas vierge d'un cycle."""
    rendre_et_ranger(Document.objects.get(pk=document_id), lambda: pdf_du_canevas(cycle))


def demander_brouillon(version):
    """Le `Document` du contenu d'aujourd'hui; s'il n'est pas prêt, son rendu part à la fin de la transaction."""
    contenu, precedent = version.contenu(), contenu_precedent(version)
    cle = empreinte_du_rendu(
        html_du_plan(contenu, empreinte=empreinte_de(contenu), brouillon=True, precedent=precedent)
    )
    document, _ = Document.objects.get_or_create(cle=cle, defaults={"nom": nom_du_brouillon(version)})
    demander(document, rendre_brouillon, contenu=contenu, precedent=precedent)
    return document


def nom_du_brouillon(version):
    """Le nom du fichier; il dit aussi de quelle version un brouillon est le document."""
    return f"plan-{version.plan.alliance.slug}-v{version.numero}-brouillon-{version.pk}.pdf"


def demander_canevas(cycle):
    """Le `Document` du canevas vierge; son rendu part s'il n'existe pas encore."""
    document, _ = Document.objects.get_or_create(
        cle=cle_du_canevas(cycle), defaults={"nom": nom_du_canevas(cycle)}
    )
    demander(document, rendre_canevas, cycle=cycle)
    return document


def nom_du_canevas(cycle):
    return f"canevas-{cycle}.pdf"


def cle_du_canevas(cycle):
    """Change avec le texte du canevas et ce qui le rend."""
    return empreinte_du_rendu(html_du_canevas(cycle))


def redemander(noms):
    """Fait rendre les brouillons et le canevas de ces noms, d'aujourd'hui, et ce qui est scellé sans être prêt."""
    scelles = Instantane.objects.filter(document__isnull=False).exclude(document__etat=Document.Etat.PRET)
    for instantane in scelles.select_related("document").defer("contenu"):
        demander(instantane.document, rendre_document)
    for version in VersionPlan.objects.ouvertes().select_related("plan__alliance__cycle"):
        if nom_du_brouillon(version) in noms:
            demander_brouillon(version)
    if nom_du_canevas(CYCLE_COURANT) in noms:
        demander_canevas(CYCLE_COURANT)


def contenu_precedent(version):
    """Le contenu de la version approuvée dont celle-ci part, ou `None`."""
    decision = version.decision_en_vigueur_au_depart()
    return decision and decision.contenu


def _rendre_le_plan(document, contenu, *, empreinte, precedent):
    brouillon = est_un_brouillon(contenu)
    rendre_et_ranger(
        document,
        lambda: pdf_du_plan(contenu, empreinte=empreinte, brouillon=brouillon, precedent=precedent),
    )
