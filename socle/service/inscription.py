"""L'inscription ne s'ouvre que par un chemin : la page qui y mène la permet à cette séance, et dit où revenir."""

CLE, OBJET = "inscription", "inscription_objet"


def ouvrir(request, retour, objet=""):
    """Permet à cette séance d'ouvrir un compte, puis de revenir à `retour`; `objet` : d'où l'on vient, en mots."""
    request.session[CLE], request.session[OBJET] = retour, objet


def est_ouverte(request):
    return CLE in request.session


def objet_de(request):
    """D'où vient la personne, tant qu'elle n'est pas entrée."""
    return request.session.get(OBJET, "")


def retour_de(request):
    """Où revenir une fois entré; une fois seulement."""
    request.session.pop(OBJET, "")
    return request.session.pop(CLE, "")
