"""Séance expirée ou jeton refusé : rien de ce qui a été tapé ne se perd.

La page rendue contient la saisie, échappée, dans des champs cachés d'un formulaire qui la renvoie à la même
adresse. Les mots de passe et les codes n'y reviennent jamais; les fichiers sont à joindre de nouveau.
"""

import re
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import JsonResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

SECRETS = re.compile(r"pass|secret|jeton|token|otp", re.IGNORECASE)
EXPIREE = "Votre séance a expiré. Connectez-vous dans un autre onglet, puis reprenez."
REFUSE = "La page avait été ouverte trop longtemps ou avant votre connexion. Rechargez-la, puis reprenez."


def attend_du_json(request):
    """Un module JavaScript ou htmx attend une réponse qu'il sait lire, pas une page."""
    return (
        request.headers.get("HX-Request") == "true"
        or request.content_type == "application/json"
        or request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    )


def vient_d_ici(request):
    """L'envoi part d'une de nos pages : sans cela, on offrirait de confirmer la requête d'un autre site."""
    declare = request.headers.get("Origin") or request.headers.get("Referer")
    if not declare:
        return False
    origine = urlsplit(declare)
    return (origine.scheme, origine.netloc) == (request.scheme, request.get_host())


def saisie_de(request):
    """Ce qui a été tapé : [(nom, [valeurs])] et [(nom, nom du fichier)]."""
    champs = [(nom, valeurs) for nom, valeurs in request.POST.lists() if not SECRETS.search(nom)]
    fichiers = [(nom, fichier.name) for nom, liste in request.FILES.lists() for fichier in liste]
    return champs, fichiers


def _repondre(request, gabarit, status, **contexte):
    champs, fichiers = saisie_de(request)
    contexte |= {"champs": champs, "fichiers": fichiers, "adresse": request.get_full_path()}
    return render(request, gabarit, contexte, status=status)


class ConnexionObligatoireMiddleware(LoginRequiredMiddleware):
    """Toute page exige la connexion, sauf `@login_not_required`; un envoi anonyme garde sa saisie (401)."""

    def handle_no_permission(self, request, view_func):
        if attend_du_json(request):
            return JsonResponse({"erreur": EXPIREE, "connexion": reverse("account_login")}, status=401)
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        return _repondre(request, "socle/session_expiree.html", 401)


@login_not_required
@never_cache
def jeton_refuse(request, reason=""):
    """Vue de refus du jeton CSRF (403)."""
    if attend_du_json(request):
        return JsonResponse({"erreur": REFUSE}, status=403)
    sans_temoins = reason == REASON_NO_CSRF_COOKIE
    if vient_d_ici(request):
        return _repondre(request, "403_csrf.html", 403, reprise=True, sans_temoins=sans_temoins)
    return render(request, "403_csrf.html", {"reprise": False, "sans_temoins": sans_temoins}, status=403)
