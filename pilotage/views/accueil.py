"""L'accueil : ce qui m'attend, groupé par geste, ce qui vient, et où en sont les dossiers que je suis."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.models import Alliance
from alliances.models.mandats import DE_L_ETAT, Role, droits_de
from alliances.models.roles import DE_L_ALLIANCE, DE_L_INSTANCE, DE_L_ORGANISME, SUIVI
from alliances.plans import regles
from alliances.plans.attentes import decompte, lire_ses_plans, redaction_de
from alliances.plans.models import VersionPlan
from alliances.plans.permissions import est_membre
from alliances.plans.views.etats import etat_lu
from pilotage.views.organisme import de_l_organisme
from projets.views.territoires import territoire_de
from socle.annonces.attentes import Groupe, code_de, regrouper, taches
from socle.annonces.enjeux import enjeux
from socle.annonces.previsions import a_venir
from socle.valeurs.alphabet import normaliser

PAR_PAGE = 25
VOIENT_L_ENSEMBLE = DE_L_ETAT | {Role.OBSERVATION}


@require_safe
def accueil(request):
    """Les tâches de la personne; pour qui suit l'ensemble, des nombres; pour les autres, leurs Alliances.

    Le mandat choisi vient avant les autres.
    """
    plans = lire_ses_plans(request.user)
    droits, groupes = droits_de(request.user), regrouper(taches(request.user))
    prevues = a_venir(request.user) if _a_de_la_place(droits) else []
    ensemble = bool(droits.roles & VOIENT_L_ENSEMBLE)
    return render(
        request,
        "pilotage/accueil.html",
        {
            **_en_bref(groupes),
            "groupes": groupes,
            "fictifs": any(groupe.fictif for groupe in groupes),
            "a_venir": prevues,
            "nommer": len({prevue.objet for prevue in prevues}) > 1,
            "mandats": sorted(droits.mandats, key=lambda mandat: mandat != request.mandat),
            "mon_territoire": territoire_de(request),
            "porte": bool(droits.roles & DE_L_ORGANISME),
            "organisme": de_l_organisme(request.user),
            "chiffres": _chiffres(request.user) if ensemble else [],
            "evalue_seulement": droits.roles == DE_L_INSTANCE,
            "alliances": [] if _sans_cartes(droits) else _alliances(request.user, plans),
        },
    )


def _a_de_la_place(droits):
    """À qui tient plusieurs rôles, est aussi d'un organisme ou gère plusieurs Alliances, elles restent au calendrier.

    Ses tâches prennent déjà les douze requêtes de la page.
    """
    plusieurs = droits.roles & DE_L_ALLIANCE and len(droits.par_alliance) > 1
    return len(droits.roles & SUIVI) == 1 and not (droits.roles & DE_L_ORGANISME or plusieurs)


@require_safe
def attentes(request):
    """Tout ce qui attend la personne, chose par chose; `geste`, dans l'adresse, n'en garde qu'un."""
    demande = request.GET.get("geste", "")
    siennes = [tache for tache in taches(request.user) if demande in ("", code_de(tache.geste))]
    groupes = regrouper(siennes)
    page = Paginator([Groupe([attente]) for attente in siennes], PAR_PAGE).get_page(request.GET.get("page"))
    titre = groupes[0].titre if demande and groupes else "Tout ce qui m’attend"
    return render(
        request,
        "pilotage/attentes.html",
        {**_en_bref(groupes), "page": page, "titre": titre, "demande": demande},
    )


def _en_bref(groupes):
    return {
        "nombre": sum(groupe.nombre for groupe in groupes),
        "retards": sum(groupe.retards for groupe in groupes),
    }


def _sans_cartes(droits):
    """Un national lit des nombres; d'un organisme, ses demandes et les appels nomment déjà ses Alliances."""
    return bool(droits.nationaux) or droits.roles <= DE_L_ORGANISME


def _alliances(utilisateur, plans):
    """Chaque Alliance, l'état de son plan et, pendant la rédaction, l'avancement."""
    alliances, dernieres, en_vigueur = {}, {}, {}
    for version in _versions(utilisateur, plans):
        pk = version.plan.alliance_id
        version.plan.alliance = alliances.setdefault(pk, version.plan.alliance)
        dernieres.setdefault(pk, version)
        if version.etat == VersionPlan.Etat.APPROUVEE:
            en_vigueur[pk] = version
    droits = droits_de(utilisateur)
    siennes = {m.alliance_id: m.alliance for m in droits.mandats if m.alliance_id}  # même sans plan
    alliances = siennes | alliances
    if droits.par_alliance.keys() - alliances.keys():  # d'autres n'ont pas de plan
        alliances |= Alliance.objects.visibles_par(utilisateur).select_related("cycle").in_bulk()
    # en vigueur, un plan ne retient plus rien; à qui ne le lit pas, rien ne s'en dit
    suivis = (dernieres.keys() | siennes.keys()) - en_vigueur.keys()
    phrases = enjeux("plan", utilisateur, sorted(suivis))
    return [
        _carte(alliance, dernieres.get(pk), en_vigueur.get(pk), utilisateur) | {"enjeux": phrases[pk]}
        for pk, alliance in sorted(alliances.items(), key=lambda paire: normaliser(paire[1].nom))
    ]


def _versions(utilisateur, lus):
    """La plus récente d'abord; à qui ne coordonne que ses Alliances, ses attentes les ont déjà lues."""
    droits = droits_de(utilisateur)
    if droits.par_alliance.keys() == droits.alliances({Role.COORDINATION}):
        return lus
    versions = VersionPlan.objects.visibles_par(utilisateur).select_related("plan__alliance__cycle")
    return versions.order_by("-numero")


def _carte(alliance, version, en_vigueur, utilisateur):
    carte = {"alliance": alliance, "version": version, "en_vigueur": en_vigueur}
    if version is None:
        return carte
    carte["etat"] = etat_lu(version, utilisateur)
    if version.etat == VersionPlan.Etat.BROUILLON and est_membre(utilisateur, version):
        parties = regles.avancement(*redaction_de(version)).values()
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
