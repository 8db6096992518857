"""Sondes de l’hébergement : le processus vit, et il est prêt à servir. Rien d’autre n’y paraît."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from socle.models import Ouvrier

logger = logging.getLogger(__name__)
TEXTE = "text/plain; charset=utf-8"


@login_not_required
@never_cache
@require_safe
def vivant(request):
    """Le processus répond, sans rien demander à la base."""
    return HttpResponse("vivant\n", content_type=TEXTE)


@login_not_required
@never_cache
@require_safe
def pret(request):
    """La base répond, ses migrations sont faites et le cache se lit ; sinon 503, le détail va aux traces.

    Sans ouvrier, les pages se servent encore : la réponse le dit sans refuser.
    """
    try:
        executeur = MigrationExecutor(connection)
        en_retard = bool(executeur.migration_plan(executeur.loader.graph.leaf_nodes()))
        cache.get("sante")
        sans_ouvrier = not en_retard and Ouvrier.objects.manquent()
    except (DatabaseError, ImproperlyConfigured, OSError):
        logger.exception("Le service n’est pas prêt.")
        en_retard = None
    if en_retard is None:
        return HttpResponse("Le service est momentanément indisponible.\n", status=503, content_type=TEXTE)
    if en_retard:
        return HttpResponse("Le service se met à jour.\n", status=503, content_type=TEXTE)
    suite = "La file de travaux ne répond plus depuis cinq minutes.\n" if sans_ouvrier else ""
    return HttpResponse(f"prêt\n{suite}", content_type=TEXTE)
