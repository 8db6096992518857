"""Les travaux d'arrière-plan du plan : rendre un PDF une fois, et le ranger.

Un `Document` est désigné par la clé de ce qui le détermine. Le travail se relance sans dommage : un document
prêt n'est jamais rendu de nouveau, et deux ouvriers ne rendent pas le même en même temps.
"""

import hashlib
import logging

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from alliances.plans.impression import (
    est_un_brouillon,
    html_du_canevas,
    html_du_plan,
    pdf_du_canevas,
    pdf_du_plan,
)
from alliances.plans.models import Instantane
from alliances.plans.models.instantanes import empreinte_de
from socle.erreurs import ErreurDuDomaine
from socle.models import Document
from socle.pdf import empreinte_du_rendu

journal = logging.getLogger(__name__)

DUREE_D_UN_RENDU = 600  # secondes; au-delà, l'ouvrier est tenu pour mort et un autre peut reprendre
ATTENDU = 10  # une personne attend devant son écran : avant les rendus qui suivent un geste
IMPREVU = "La préparation du document a échoué. Redemandez-le; si cela persiste, écrivez au soutien."


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
        raise LookupError(f"Aucun instantané n’attend le document {document_id}.")
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
    _rendre(Document.objects.get(pk=document_id), lambda: pdf_du_canevas(cycle))


def demander(document, travail, **options):
    """Fait partir le rendu à la fin de la transaction; après un échec, le document est de nouveau en attente."""
    if document.est_pret:
        return
    Document.objects.filter(pk=document.pk).exclude(etat=Document.Etat.PRET).update(
        etat=Document.Etat.EN_ATTENTE, probleme="", demande_le=timezone.now()
    )
    transaction.on_commit(lambda: travail.enqueue(document_id=document.pk, **options))


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
        cle=cle_du_canevas(cycle), defaults={"nom": f"canevas-{cycle}.pdf"}
    )
    demander(document, rendre_canevas, cycle=cycle)
    return document


def cle_du_canevas(cycle):
    """Change avec le texte du canevas, nos feuilles de style et WeasyPrint."""
    return empreinte_du_rendu(html_du_canevas(cycle))


def contenu_precedent(version):
    """Le contenu de la version approuvée dont celle-ci part, ou `None`."""
    decision = version.decision_en_vigueur_au_depart()
    return decision and decision.contenu


def _rendre_le_plan(document, contenu, *, empreinte, precedent):
    brouillon = est_un_brouillon(contenu)
    _rendre(
        document,
        lambda: pdf_du_plan(contenu, empreinte=empreinte, brouillon=brouillon, precedent=precedent),
    )


def _rendre(document, produire):
    """Rend et range le document; un échec s'inscrit en français sur le document."""
    verrou = f"rendu-{document.cle}"
    if document.est_pret or not cache.add(verrou, True, DUREE_D_UN_RENDU):
        return
    try:
        _ranger(document, produire())
    except ErreurDuDomaine as erreur:
        journal.error("Document %s : %s", document.pk, erreur)
        _noter_l_echec(document, str(erreur))
    except Exception:
        _noter_l_echec(document, IMPREVU)
        raise
    finally:
        cache.delete(verrou)


def _ranger(document, octets):
    with transaction.atomic():
        document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        if document.est_pret:
            return
        document.fichier.save(f"{document.cle}.pdf", ContentFile(octets), save=False)
        document.taille, document.empreinte = len(octets), hashlib.sha256(octets).hexdigest()
        document.etat, document.pret_le, document.probleme = Document.Etat.PRET, timezone.now(), ""
        document.save()


def _noter_l_echec(document, probleme):
    longueur = Document._meta.get_field("probleme").max_length
    Document.objects.filter(pk=document.pk).exclude(etat=Document.Etat.PRET).update(
        etat=Document.Etat.ECHEC, probleme=probleme[:longueur]
    )
