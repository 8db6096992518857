"""La validation en deux étapes, par code ou par clé, est exigée de qui engage, paie, décide ou administre.

Hors de la démonstration, dont les comptes sont publics et fictifs.
"""

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from alliances.models.mandats import droits_de
from alliances.models.roles import A_DOUBLE_FACTEUR
from socle.service.session import attend_du_json

EXIGENCE = "Votre rôle exige la validation en deux étapes. Activez-la pour continuer."
TOUJOURS_PERMISES = ("account_", "mfa_", "usersessions_")  # ce qu'il faut pour l'activer, ou pour partir


def doit_activer(utilisateur):
    """Un rôle de la personne exige la validation en deux étapes, et elle ne l'a pas."""
    if settings.DEMONSTRATION or not utilisateur.is_authenticated:
        return False
    droits = droits_de(utilisateur)
    return bool(droits.roles & A_DOUBLE_FACTEUR) and not droits.deux_facteurs


class DeuxFacteursMiddleware:
    """Mène à l'activation au lieu de la page demandée; pose `request.deux_facteurs_exiges` ailleurs."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.deux_facteurs_exiges = SimpleLazyObject(lambda: doit_activer(request.user))
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        publique = not getattr(view_func, "login_required", True)
        nom = request.resolver_match.url_name or ""
        if publique or nom.startswith(TOUJOURS_PERMISES) or not request.deux_facteurs_exiges:
            return None
        if attend_du_json(request):
            adresse = reverse("mfa_activate_totp")
            return JsonResponse({"erreur": EXIGENCE, "activation": adresse}, status=403)
        return redirect("mfa_activate_totp")
