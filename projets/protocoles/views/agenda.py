"""Les dates d'un protocole, pour un agenda; par abonnement, elles viennent avec celles des conventions."""

from datetime import UTC

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from conventions.regles.calendrier_ics import calendrier
from projets.protocoles.attentes.dates import evenements
from projets.protocoles.models import Protocole
from projets.protocoles.views.reperes import protocole_visible


@require_safe
def dates_ics(request, pk):
    protocole = protocole_visible(request, pk)
    dates = evenements(Protocole.objects.filter(pk=protocole.pk), request.build_absolute_uri)
    corps = calendrier(dates, nom=str(protocole), maintenant=timezone.now().astimezone(UTC))
    entetes = {"Content-Disposition": f'attachment; filename="protocole-{protocole.pk}.ics"'}
    return HttpResponse(corps, content_type="text/calendar; charset=utf-8", headers=entetes)
