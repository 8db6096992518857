"""Les pages d'erreur. Celles de 400, 500 et 503 ne touchent ni à la base ni à la séance."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from socle.service.contexte import lire_identite
from socle.service.session import saisie_de, vient_d_ici

REESSAYER_APRES = "60"  # secondes
A_GARDER = 20  # caractères : en deçà, rien qu'on regrette


def _page_nue(gabarit, status):
    return HttpResponse(render_to_string(gabarit, {"identite": lire_identite()}), status=status)


def mauvaise_requete(request, exception=None):
    return _page_nue("400.html", 400)


@requires_csrf_token
def acces_refuse(request, exception=None):
    """Montre la raison du refus (`socle.acces.exiger`)."""
    raison = str(exception or "")
    return render(request, "403.html", {"raison": raison, "saisie": _saisie(request)}, status=403)


@requires_csrf_token
def page_introuvable(request, exception=None):
    return render(request, "404.html", {"saisie": _saisie(request)}, status=404)


def _saisie(request):
    """[(nom, texte)] de ce qu'un envoi refusé portait : un rôle perdu en cours de saisie ne la perd pas."""
    if request.method != "POST" or not vient_d_ici(request):
        return []
    champs, _ = saisie_de(request)
    return [(nom, valeur) for nom, valeurs in champs for valeur in valeurs if len(valeur) >= A_GARDER]


def conflit(request, message, url_retour="/"):
    """409 : ce qui est demandé ne s'accorde plus avec l'état de l'objet."""
    return render(request, "409.html", {"message": message, "url_retour": url_retour}, status=409)


def erreur_du_serveur(request):
    """500; ou 503 si c'est la base qui ne répond pas."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        reponse = _page_nue("503.html", 503)
        reponse.headers["Retry-After"] = REESSAYER_APRES
        return reponse
    return _page_nue("500.html", 500)
