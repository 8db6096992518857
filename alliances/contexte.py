"""Au nom de quoi l'on agit : le mandat choisi, montré d'abord. Les droits restent ceux de tous les mandats."""

from django.utils.functional import SimpleLazyObject

from alliances.models.mandats import droits_de


class MandatMiddleware:
    """Pose `request.mandat` : lu au premier usage; faux quand la personne n'a aucun mandat."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.mandat = SimpleLazyObject(lambda: mandat_courant(request))
        return self.get_response(request)


def mandat_courant(request):
    """Le mandat choisi s'il est toujours en vigueur, sinon le premier, sinon `None`."""
    mandats = droits_de(request.user).mandats
    choisi = request.session.get("mandat")
    if choisi is not None:
        for mandat in mandats:
            if mandat.pk == choisi:
                return mandat
        del request.session["mandat"]  # perdu depuis : on revient au premier
    return mandats[0] if mandats else None
