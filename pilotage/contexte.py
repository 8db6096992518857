"""Ce que chaque page sait de la personne : sa navigation, son mandat, ses notifications non lues."""

from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from alliances.models import Role
from alliances.models.mandats import DE_L_ETAT, droits_de
from alliances.models.roles import DE_L_INSTANCE, DE_L_ORGANISME, SUIVI
from projets.models.journal import DE_LA_TABLE
from projets.models.roles import ROLES
from projets.views.territoires import territoire_de
from socle.models import Notification

VOIENT_LES_INITIATIVES = DE_LA_TABLE | DE_L_ETAT | DE_L_ORGANISME
PREPARENT_LES_APPELS = frozenset((*ROLES["preparer-appel"], *ROLES["publier-appel"]))


def maison(request):
    """Rien avant la connexion : les pages publiques n'ont ni navigation ni compte."""
    utilisateur = getattr(request, "user", None)
    if utilisateur is None or not utilisateur.is_authenticated:
        return {}
    return {
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
        "etapes_tues": SimpleLazyObject(lambda: _etapes_tues(droits_de(utilisateur))),
        "contexte_mandat": SimpleLazyObject(lambda: _mandat(request)),
        "notifications_non_lues": SimpleLazyObject(
            lambda: Notification.objects.visibles_par(utilisateur).non_lues().count()
        ),
        "url_notifications": reverse("pilotage:notifications"),
    }


def _navigation(request):
    droits = droits_de(request.user)
    entrees = [("Accueil", reverse("pilotage:accueil"))]
    suit_une_alliance = bool(droits.roles - DE_L_INSTANCE)
    if suit_une_alliance:
        entrees.append(("Alliances" if droits.nationaux else "Alliance", reverse("alliances:liste")))
        entrees.append(("Plans d’action" if droits.nationaux else "Plan d’action", reverse("plans:liste")))
    if droits.roles & SUIVI:
        entrees.append(("Conventions" if droits.nationaux else "Convention", reverse("conventions:liste")))
    entrees += _initiatives(droits)
    if territoire := territoire_de(request):
        entrees.append(("Mon territoire", reverse("projets:territoire", args=[territoire])))
    if droits.roles & PREPARENT_LES_APPELS:
        entrees.append(("Appels", reverse("projets:appels")))
    if Role.EVALUATION in droits.roles:
        entrees.append(("Dossiers à évaluer", reverse("projets:dossiers")))
    entrees += _organismes(droits)
    if droits.roles & SUIVI - {Role.OBSERVATION, Role.TERRITOIRE}:
        entrees.append(("Mandats", reverse("alliances:mandats")))
    if Role.ADMINISTRATION in droits.nationaux:
        entrees.append(("Incidents", reverse("alliances:incidents")))
    if request.user.is_staff:
        entrees.append(("Administration", reverse("admin:index")))
    ici = max((url for _, url in entrees if request.path.startswith(url)), key=len, default="")
    return [{"libelle": libelle, "url": url, "actif": url == ici} for libelle, url in entrees]


def _initiatives(droits):
    """Leur liste, à qui en voit; l'observation, qui en lit les sommes, va à leur portrait."""
    if droits.roles & VOIENT_LES_INITIATIVES:
        yield "Initiatives", reverse("projets:initiatives")
    elif Role.OBSERVATION in droits.roles:
        yield "Initiatives", reverse("projets:portrait")


def _organismes(droits):
    """Les siens, à qui rédige ou engage; le répertoire, à qui suit l'Alliance à un autre titre."""
    if droits.roles & DE_L_ORGANISME:
        yield "Mes organismes", reverse("projets:mes_organismes")
    if droits.roles - DE_L_INSTANCE - DE_L_ORGANISME:
        yield "Organismes", reverse("alliances:organismes")


LISTES = ("alliances:liste", "plans:liste", "conventions:liste")


def _etapes_tues(droits):
    """Les listes où une personne d'une seule Alliance n'a rien à choisir : elles la ramènent à la sienne."""
    seule = not droits.nationaux and len(droits.par_alliance) == 1
    return frozenset(map(reverse, LISTES)) if seule else frozenset()


def _mandat(request):
    mandats = droits_de(request.user).mandats
    if not mandats:
        return None
    mandat = getattr(request, "mandat", None) or mandats[0]
    changer = reverse("alliances:contexte") if len(mandats) > 1 else ""
    role = ", ".join(filter(None, (mandat.get_role_display(), mandat.interim)))
    return {"libelle": mandat.portee, "role": role, "url_changer": changer}
