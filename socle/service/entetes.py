"""En-têtes de sécurité que Django ne pose pas, et séance qui dure tant que la personne travaille, 12 heures au plus."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

PERMISSIONS = ", ".join(
    f"{capacite}=()"
    for capacite in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)
INTERVALLE_DE_PROLONGATION = 5 * 60  # secondes
VIVANT = "/sante/vivant"


class VivantMiddleware:
    """La sonde répond avant tout le reste : ni séance ni base, même si le navigateur apporte son témoin."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path == VIVANT and request.method in ("GET", "HEAD"):
            texte = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
            return HttpResponse("vivant\n", headers=texte)
        return self.get_response(request)


class EntetesMiddleware:
    """Pose Permissions-Policy et Cross-Origin-Resource-Policy; ce qu'une séance a montré ne se garde nulle part."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if _est_vide(request, response):
            allow, response = response["Allow"], render(request, "405.html", status=405)
            response["Allow"] = allow
        privee = settings.SESSION_COOKIE_NAME in request.COOKIES
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "private, no-store" if privee else "private, no-cache")
        return response


def _est_vide(request, response):
    """Une adresse qui n'attend qu'un envoi, lue par un navigateur : la page dirait rien."""
    return response.status_code == 405 and request.method == "GET" and request.accepts("text/html")


def sans_activite(vue):
    """Marque une vue que la page appelle d'elle-même : elle ne prolonge pas la séance."""
    vue.sans_activite = True
    return vue


class SeanceGlissanteMiddleware:
    """Repousse la fin de la séance au plus une fois par cinq minutes d’activité, et la ferme douze heures après.

    `SESSION_SAVE_EVERY_REQUEST` ferait une écriture à chaque page ; ici, une séance dure de 55 à 60 minutes
    après le dernier geste.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        ouverte_le = request.session.get("ouverte_le") if "_auth_user_id" in request.session else None
        if ouverte_le is not None and _maintenant() - ouverte_le >= settings.SEANCE_AU_PLUS:
            request.session.flush()
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if "_auth_user_id" not in request.session or getattr(view_func, "sans_activite", False):
            return
        maintenant = _maintenant()
        request.session.setdefault("ouverte_le", maintenant)
        if maintenant - request.session.get("active_le", 0) >= INTERVALLE_DE_PROLONGATION:
            request.session["active_le"] = maintenant


def _maintenant():
    return int(timezone.now().timestamp())
