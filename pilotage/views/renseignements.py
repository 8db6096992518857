"""Télécharger ses renseignements personnels, dans un format structuré et courant (A-2.1, art. 63.5 et 84)."""

from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliances.models import Mandat
from socle.models import Notification, Preference


@never_cache
@require_safe
def renseignements(request):
    """Le fichier JSON de la personne connectée, et d'elle seule. Les dates sont au format ISO 8601."""
    donnees = renseignements_de(request.user)
    reponse = JsonResponse(donnees, json_dumps_params={"ensure_ascii": False, "indent": 2})
    nom = f"mes-renseignements-{timezone.localdate():%Y-%m-%d}.json"
    reponse.headers["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse


def renseignements_de(utilisateur):
    """Tout ce que le service garde sur la personne, hors des gestes inscrits aux dossiers."""
    return {
        "service": settings.IDENTITE_NOM,
        "produit_le": timezone.localtime(),
        "profil": {
            "courriel": utilisateur.courriel,
            "prenom": utilisateur.prenom,
            "nom": utilisateur.nom,
            "telephone": utilisateur.telephone,
            "cree_le": utilisateur.cree_le,
            "derniere_connexion_le": utilisateur.last_login,
            "validation_en_deux_etapes": is_mfa_enabled(utilisateur),
        },
        "adresses_courriel": _lignes(
            EmailAddress.objects.filter(user=utilisateur).order_by("pk"),
            adresse="email",
            verifiee="verified",
            principale="primary",
        ),
        "mandats": [
            {
                "role": mandat.get_role_display(),
                "portee": mandat.portee,
                "debut": mandat.debut,
                "fin": mandat.fin,
            }
            for mandat in Mandat.objects.filter(utilisateur=utilisateur)
            .select_related("alliance", "region", "territoire", "organisme")
            .order_by("debut", "pk")
        ],
        "notifications": _lignes(
            Notification.objects.visibles_par(utilisateur).order_by("pk"),
            titre="titre",
            texte="texte",
            creee_le="creee_le",
            envoyee_le="courriel__envoye_le",
            lue_le="lue_le",
        ),
        "preferences": _lignes(
            Preference.objects.visibles_par(utilisateur).order_by("famille"), famille="famille", envoi="envoi"
        ),
        "seances": _lignes(
            UserSession.objects.filter(user=utilisateur).order_by("pk"),
            ouverte_le="created_at",
            adresse_ip="ip",
            navigateur="user_agent",
        ),
    }


def _lignes(lignes, **champs):
    """Une liste de dictionnaires : `champs` donne, pour chaque nom écrit au fichier, celui du modèle."""
    return [dict(zip(champs, valeurs, strict=True)) for valeurs in lignes.values_list(*champs.values())]
