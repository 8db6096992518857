"""L'inscription ne s'ouvre que par un chemin : la page qui y mène la permet à cette séance, et dit où revenir."""

CLE = "inscription"


def ouvrir(request, retour):
    """Permet à cette séance d'ouvrir un compte, puis de revenir à `retour`."""
    request.session[CLE] = retour


def est_ouverte(request):
    return CLE in request.session


def retour_de(request):
    """Où revenir une fois entré; une fois seulement."""
    return request.session.pop(CLE, "")
