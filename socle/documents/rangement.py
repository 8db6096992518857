"""Faire rendre un document une seule fois, hors de la requête, et le ranger sous sa clé.

Le travail se relance sans dommage : un document prêt n'est jamais rendu de nouveau, et deux ouvriers ne rendent pas
le même en même temps.
"""

import hashlib
import logging

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from socle.documents.pdf import version_du_rendu
from socle.erreurs import ErreurDuDomaine
from socle.models import Document

journal = logging.getLogger(__name__)

DUREE_D_UN_RENDU = 120  # secondes; au-delà, l'ouvrier est tenu pour mort et un autre peut reprendre
ATTENDU = 10  # une personne attend devant son écran : avant les rendus qui suivent un geste
IMPREVU = "La préparation du document a échoué. Redemandez-le; si cela persiste, écrivez au soutien."


def demander(document, travail, **options):
    """Fait partir le rendu à la fin de la transaction; après un échec, le document est de nouveau en attente."""
    if document.est_pret:
        return
    Document.objects.filter(pk=document.pk).exclude(etat=Document.Etat.PRET).update(
        etat=Document.Etat.EN_ATTENTE, probleme="", demande_le=timezone.now()
    )
    transaction.on_commit(lambda: travail.enqueue(document_id=document.pk, **options))


def rendre_et_ranger(document, produire):
    """Range les octets que rend `produire`; un échec s'inscrit en français sur le document."""
    verrou, jeton = f"rendu-{document.cle}", get_random_string(12)
    if document.est_pret or not cache.add(verrou, jeton, DUREE_D_UN_RENDU):
        return
    try:
        _ranger(document, produire())
    except ErreurDuDomaine as erreur:
        journal.error("Document %s : %s", document.pk, erreur)
        _noter_l_echec(document, str(erreur))
    except Exception:
        _noter_l_echec(document, IMPREVU)
        raise
    finally:
        if cache.get(verrou) == jeton:  # repris par un autre, le verrou est à lui
            cache.delete(verrou)


def _ranger(document, octets):
    with transaction.atomic():
        document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        if document.est_pret:
            return
        document.fichier.save(f"{document.cle}.pdf", ContentFile(octets), save=False)
        document.taille, document.empreinte = len(octets), hashlib.sha256(octets).hexdigest()
        document.rendu = version_du_rendu()
        document.etat, document.pret_le, document.probleme = Document.Etat.PRET, timezone.now(), ""
        document.save()


def _noter_l_echec(document, probleme):
    longueur = Document._meta.get_field("probleme").max_length
    Document.objects.filter(pk=document.pk).exclude(etat=Document.Etat.PRET).update(
        etat=Document.Etat.ECHEC, probleme=probleme[:longueur]
    )
