"""Mes notifications : les lire, les marquer comme lues."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from socle.models import Notification

PAR_PAGE = 25


@require_safe
def liste(request):
    """Les notifications de la personne, les plus récentes d'abord."""
    notifications = Notification.objects.visibles_par(request.user)
    page = Paginator(notifications, PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "pilotage/notifications.html", {"page": page})


@require_POST
def lecture(request, pk):
    """Marque comme lue et mène à la page où agir."""
    notification = get_object_or_404(Notification.objects.visibles_par(request.user), pk=pk)
    if notification.lue_le is None:
        notification.lue_le = timezone.now()
        notification.save(update_fields=["lue_le"])
    if url_has_allowed_host_and_scheme(notification.lien, allowed_hosts=None):
        return redirect(notification.lien)
    return redirect("pilotage:notifications")


@require_POST
def lecture_de_toutes(request):
    """Marque toutes les notifications comme lues."""
    Notification.objects.visibles_par(request.user).non_lues().update(lue_le=timezone.now())
    return redirect("pilotage:notifications")
