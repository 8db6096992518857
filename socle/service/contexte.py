"""L'identité du service dans chaque page. Neutre par défaut : la signature gouvernementale est un réglage."""

from django.conf import settings


def lire_identite():
    return {
        "nom": settings.IDENTITE_NOM,
        "logo": settings.IDENTITE_LOGO,
        "logo_texte": settings.IDENTITE_LOGO_TEXTE,
        "nous_joindre": settings.IDENTITE_NOUS_JOINDRE,
        "prototype": settings.IDENTITE_PROTOTYPE,
    }


def identite(request):
    return {"identite": lire_identite()}
