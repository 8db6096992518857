"""Mes notifications : les lire, les marquer comme lues."""

from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from socle.models import Notification
from socle.pages.colonnes import ColonneJour, ColonneTexte
from socle.pages.filtres import FiltreCase, Filtres
from socle.pages.listes import Tableau, page_de_liste


class FiltresDesNotifications(Filtres):
    nouvelles = FiltreCase("lue_le", "isnull", label="Nouvelles seulement")


class TableauDesNotifications(Tableau):
    legende = "Mes notifications"
    denombre, feminin = "notification", True
    fichier = "notifications"
    vide = "Ce qui touche vos dossiers s’affiche ici et vous est aussi envoyé par courriel."
    gabarit = "pilotage/_notifications.html"

    titre = ColonneTexte("Notification")
    texte = ColonneTexte()
    creee = ColonneJour("Reçue le", "creee_le")
    lue = ColonneJour("Lue le", "lue_le")


@require_safe
def liste(request):
    """Les notifications de la personne, les plus récentes d'abord."""
    return page_de_liste(
        request,
        TableauDesNotifications,
        FiltresDesNotifications,
        Notification.objects.visibles_par(request.user),
        gabarit="pilotage/notifications.html",
    )


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
