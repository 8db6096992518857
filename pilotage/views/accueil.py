"""L'accueil : ce qui m'attend, et où en sont les dossiers que je suis."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.models import Alliance
from alliances.models.mandats import DE_L_ETAT, Role, droits_de
from alliances.models.roles import DE_L_INSTANCE
from alliances.plans import regles
from alliances.plans.attentes import decompte
from alliances.plans.models import VersionPlan
from alliances.plans.permissions import est_membre
from alliances.plans.views.etats import etat_lu
from socle.annonces.attentes import taches
from socle.annonces.enjeux import enjeux
from socle.valeurs.alphabet import normaliser
from socle.valeurs.horloge import aujourd_hui

PAR_PAGE = 25
VOIENT_L_ENSEMBLE = DE_L_ETAT | {Role.OBSERVATION}


@require_safe
def accueil(request):
    """Les tâches de la personne; pour qui suit l'ensemble, des nombres; pour les autres, leurs Alliances.

    Le mandat choisi vient avant les autres.
    """
    droits = droits_de(request.user)
    ensemble = bool(droits.roles & VOIENT_L_ENSEMBLE)
    return render(
        request,
        "pilotage/accueil.html",
        {
            "taches": Paginator(taches(request.user), PAR_PAGE).get_page(request.GET.get("page")),
            "mandats": sorted(droits.mandats, key=lambda mandat: mandat != request.mandat),
            "chiffres": _chiffres(request.user) if ensemble else [],
            "evalue_seulement": droits.roles == DE_L_INSTANCE,
            "alliances": [] if droits.nationaux else _alliances(request.user),
        },
    )


def _alliances(utilisateur):
    """Chaque Alliance, l'état de son plan et, pendant la rédaction, l'avancement."""
    alliances, dernieres, en_vigueur = {}, {}, {}
    versions = VersionPlan.objects.visibles_par(utilisateur).select_related("plan__alliance__cycle")
    for version in versions.order_by("-numero"):
        pk = version.plan.alliance_id
        version.plan.alliance = alliances.setdefault(pk, version.plan.alliance)
        dernieres.setdefault(pk, version)
        if version.etat == VersionPlan.Etat.APPROUVEE:
            en_vigueur[pk] = version
    if droits_de(utilisateur).par_alliance.keys() - alliances.keys():  # d'autres n'ont pas de plan
        alliances |= Alliance.objects.visibles_par(utilisateur).select_related("cycle").in_bulk()
    phrases = enjeux("plan", utilisateur, list(alliances))
    return [
        _carte(alliance, dernieres.get(pk), en_vigueur.get(pk), utilisateur) | {"enjeux": phrases[pk]}
        for pk, alliance in sorted(alliances.items(), key=lambda paire: normaliser(paire[1].nom))
    ]


def _carte(alliance, version, en_vigueur, utilisateur):
    carte = {"alliance": alliance, "version": version, "en_vigueur": en_vigueur}
    if version is None:
        return carte
    carte["etat"] = etat_lu(version, utilisateur)
    if version.etat == VersionPlan.Etat.BROUILLON and est_membre(utilisateur, version):
        contenu = version.contenu()
        parties = regles.avancement(contenu, regles.constats(contenu, aujourd_hui())).values()
        carte |= {
            "terminees": sum(partie == regles.Avancement.TERMINEE for partie in parties),
            "total": len(parties),
        }
    return carte


def _chiffres(utilisateur):
    liste = reverse("plans:liste")
    return [
        {"libelle": libelle, "valeur": nombre, "precision": "", "url": f"{liste}?{urlencode(filtres)}"}
        for libelle, nombre, filtres in decompte(utilisateur)
    ]
