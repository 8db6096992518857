"""Traiter un envoi une seule fois, quel que soit le nombre de clics, de retours en arrière ou de reprises."""

import hashlib
import json
import uuid

from django.db import transaction
from django.http import HttpResponseRedirect

from socle.models import EnvoiUnique

JETONS = ("jeton_d_envoi", "csrfmiddlewaretoken")


class EnvoiUniqueMiddleware:
    """Retient le jeton d'un formulaire, et ce qu'il portait, quand son envoi a réussi (une redirection).

    Il s'inscrit avant le geste, dans la même transaction : un second envoi simultané attend le premier, puis suit
    sa redirection. Le même jeton avec un autre contenu est un nouvel envoi. Refusé (formulaire en erreur), un envoi
    libère le jeton.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, vue, args, options):
        jeton = _jeton(request)
        if jeton is None:
            return None
        with transaction.atomic():
            envoi, premier = EnvoiUnique.objects.get_or_create(
                jeton=jeton, contenu=_contenu(request), defaults={"par": request.user}
            )
            if not premier:
                return HttpResponseRedirect(envoi.suite if envoi.par_id == request.user.pk else request.path)
            reponse = vue(request, *args, **options)
            if isinstance(reponse, HttpResponseRedirect):
                envoi.suite = reponse.url[:500]
                envoi.save(update_fields=["suite"])
            else:
                envoi.delete()
        return reponse


def _contenu(request):
    """L'empreinte de l'adresse, de chaque champ et de chaque fichier, hors jetons."""
    empreinte = hashlib.sha256(request.path.encode())
    for nom, valeurs in sorted(request.POST.lists()):
        if nom not in JETONS:
            empreinte.update(json.dumps([nom, valeurs]).encode())
    for nom, fichiers in sorted(request.FILES.lists()):
        for fichier in fichiers:
            empreinte.update(json.dumps([nom, fichier.name, fichier.size]).encode())
            for bloc in fichier.chunks():
                empreinte.update(bloc)
            fichier.seek(0)
    return empreinte.hexdigest()


def _jeton(request):
    """Le jeton d'un formulaire ordinaire; l'enregistrement automatique, lui, a sa révision."""
    if request.method != "POST" or not request.user.is_authenticated:
        return None
    if request.accepts("text/html") and "jeton_d_envoi" in request.POST:
        try:
            return uuid.UUID(request.POST["jeton_d_envoi"])
        except ValueError:
            return None
    return None
