"""En-têtes de sécurité que Django ne pose pas, et séance qui se prolonge tant que la personne travaille."""

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


class EntetesMiddleware:
    """Pose Permissions-Policy et Cross-Origin-Resource-Policy ; une page ne se garde pas en cache partagé."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class SeanceGlissanteMiddleware:
    """Repousse la fin de la séance au plus une fois par cinq minutes d’activité.

    `SESSION_SAVE_EVERY_REQUEST` ferait une écriture à chaque page ; ici, une séance dure de 55 à 60 minutes
    après le dernier geste.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "_auth_user_id" in request.session:
            maintenant = int(timezone.now().timestamp())
            if maintenant - request.session.get("active_le", 0) >= INTERVALLE_DE_PROLONGATION:
                request.session["active_le"] = maintenant
        return self.get_response(request)
