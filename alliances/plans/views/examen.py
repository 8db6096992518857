"""L'examen d'une version déposée : la vue d'ensemble, et ce que partagent ses pages."""

from collections import Counter
from types import SimpleNamespace
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONArray
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.plans import regles
from alliances.plans.comparaison import comparer, resume
from alliances.plans.forms.examen import cibles
from alliances.plans.models import (
    ControleExamen,
    DemandeCorrection,
    ObservationPlan,
    PiecePlan,
    VersionPlan,
)
from alliances.plans.models.delais import calculer
from alliances.plans.permissions import est_de_l_etat, peut
from alliances.plans.tours import DATES_DES_GESTES, SANS_REGION, delai_de
from alliances.plans.views.etats import etat_lu
from alliances.plans.views.gestes import version_visible
from alliances.plans.views.parties import (
    code_de,
    contenus_de,
    etat_de_lecture,
    lectures_de,
    parties,
    porteuses,
)
from socle.models import CibleDeService
from socle.valeurs.horloge import aujourd_hui, jour_de

RESOLUTIONS = PiecePlan.objects.filter(
    version=OuterRef("pk"), usage="resolution", retiree_le=None, televersee_le__lte=OuterRef("deposee_le")
).order_by("-pk")
# Chaque version, son avis, et la résolution jointe à son dernier dépôt.
AVEC_RESOLUTION = VersionPlan.objects.select_related("avis_par", "analyse_par").annotate(
    resolution_jointe=Subquery(RESOLUTIONS.values(piece=JSONArray("pk", "nom"))[:1]),
    sans_region=SANS_REGION,
    **DATES_DES_GESTES,
)


def version_a_examiner(request, pk, versions=VersionPlan.objects):
    """La version visible, sans son contenu vivant; 403 à qui n'examine pas ce plan pour l'État."""
    version = version_visible(request, pk, versions.defer("contenu_courant"))
    if not est_de_l_etat(request.user, version):
        raise PermissionDenied("L’examen d’un plan revient à Services Québec et au Ministère.")
    return version


def reperes(version):
    """Où en est l'examen : la page d'un geste de l'État y ramène."""
    alliance, retour = version.plan.alliance, reverse("plans:examen", args=[version.pk])
    return {
        "version": version,
        "alliance": alliance,
        "objet_en_mots": f"{alliance.nom}, version {version.numero}",
        "etapes": [
            ("Plans d’action", reverse("plans:liste")),
            (alliance.nom, reverse("plans:dossier", args=[version.plan_id])),
            (f"Examen de la version {version.numero}", retour),
        ],
        "retour": retour,
        "revenir": "Revenir à l’examen",
    }


def entamer(request, version):
    """La première écriture de qui analyse commence l'examen : le dépôt ne se retire plus."""
    if version.examen_commence_le is None and peut(request.user, "commencer-examen", version) is None:
        version.commencer_examen(par=request.user)


def lire_instantanes(version, utilisateur):
    """Les instantanés de la version, ce que la personne en a lu, et les contenus qu'il faut, en trois requêtes."""
    liste = list(version.instantanes.defer("contenu"))
    depots = [i for i in liste if i.circonstance == "depot"]
    courant, lus = liste[-1], lectures_de(version, utilisateur)
    reference = courant.precedent_id or (depots[-2].pk if len(depots) > 1 else None)
    contenus = contenus_de({courant.pk, reference, *lus.values()})
    return SimpleNamespace(
        liste=liste,
        courant=contenus[courant.pk],
        imprime=next((i for i in reversed(liste) if i.document_id), None),
        reference=contenus.get(reference),
        numero_de_reference=reference,
        dernier_depot=depots[-1].pk,
        depuis_l_approuvee=bool(courant.precedent_id),
        lus=lus,
        contenus=contenus,
    )


def delais_de(version, instantanes, sans_direction):
    """Les délais d'une version; le journal n'est lu que si deux dépôts se suivent : l'un fut retiré."""
    actes = [(i.circonstance, i.le) for i in instantanes]
    suites = zip(actes, actes[1:], strict=False)
    if any(avant == apres == "depot" for (avant, _), (apres, _) in suites):
        retraits = version.journal.filter(geste="retirer").values_list("inscrite_le", flat=True)
        actes = sorted([*actes, *(("retrait", le) for le in retraits)], key=lambda acte: acte[1])
    evenements = [("ouverture", version.creee_le), *actes]
    return calculer(
        [(nom, jour_de(le)) for nom, le in evenements], aujourd_hui(), sans_direction=sans_direction
    )


def gestes_offerts(utilisateur, version):
    """Les gestes que l'état et le rôle permettent de proposer."""
    par_etat = {
        "deposee": {"terminer-analyse", "rendre-avis", "retourner"},
        "avisee": {"retourner", "approuver", "refuser"},
    }
    return {g for g in par_etat.get(version.etat, ()) if peut(utilisateur, g, version) is None}


@require_safe
def examen(request, pk):
    """Ce qui change, ce qui reste à lire, l'avis, la liste de contrôle et le temps passé de chaque côté."""
    version = version_a_examiner(request, pk, AVEC_RESOLUTION)
    lu = lire_instantanes(version, request.user)
    liste = parties(version)
    constats = rattacher(version, liste, lu, request.user)
    comparaison = comparer(lu.reference, lu.courant) if lu.reference else None
    demandes = [d for p in liste.values() for d in p.demandes]
    offerts = gestes_offerts(request.user, version)
    return render(
        request,
        "plans/examen/examen.html",
        {
            "version": version,
            "alliance": version.plan.alliance,
            "contenu": lu.courant,
            "etat_lu": etat_lu(version, request.user),
            "depuis_l_approuvee": lu.depuis_l_approuvee,
            "reference": lu.reference and lu.reference["version"],
            "comparaison": comparaison,
            "resume": resume(comparaison) if comparaison else "",
            "conformite": regles.decompte(constats),
            "parties": list(liste.values()),
            "lues": sum(p.est_lue for p in liste.values()),
            "controle": bilan(version),
            "a_envoyer": [d for d in demandes if d.envoyee_le is None],
            "envoyees": [d for d in demandes if d.envoyee_le],
            "titre_avis": "Avis de Services Québec" if lu.courant["alliance"]["regions"] else "Avis",
            "delais": delais_de(version, lu.liste, not lu.courant["alliance"]["regions"]),
            "imprime": lu.imprime,
            "url_comparaison": adresse_de_comparaison(version, lu),
            "delai": _delai(version),
            "peut_terminer": "terminer-analyse" in offerts,
            "peut_aviser": "rendre-avis" in offerts,
            "peut_retourner": "retourner" in offerts,
            "peut_decider": "approuver" in offerts,
        },
    )


def _delai(version):
    return delai_de(version, CibleDeService.du_moment(), aujourd_hui()) if version.est_ouverte else None


def adresse_de_comparaison(version, lu):
    """La page qui compare la référence et le dernier dépôt, inchangé compris."""
    choix = urlencode({"de": lu.numero_de_reference, "a": lu.dernier_depot})
    return f"{reverse('plans:comparaison', args=[version.plan_id])}?{choix}"


def bilan(version):
    """Pour le dépôt en cours : combien d'éléments vus, et combien de chaque résultat."""
    controles = ControleExamen.objects.filter(version=version, tour=version.tour).order_by()
    lus = list(controles.values_list("resultat", "vu_au_depot"))
    comptes = Counter(resultat for resultat, _ in lus)
    vus = {resultat: comptes[resultat] for resultat in ControleExamen.Resultat.values}
    return vus | {"vus": len(lus), "repris": sum(depot is not None for _, depot in lus)}


def rattacher(version, liste, lu, utilisateur):
    """Pose sur chaque partie son état de lecture, ses demandes, ses observations et ses constats.

    Ce que vise une remarque dans une priorité se compte deux fois : à la priorité et à la partie structurée.
    """
    for code, partie in liste.items():
        partie.lecture = etat_de_lecture(code, lu.lus, lu.contenus, lu.courant)
    places = porteuses(lu.courant)

    def lieux(ancre):
        return [liste[code] for code in (code_de(*ancre), places.get(tuple(ancre))) if code in liste]

    demandes = demandes_de(version, utilisateur, lu.courant)
    observations = ObservationPlan.objects.visibles_par(utilisateur).filter(version=version)
    for demande in demandes:
        for partie in lieux(demande.ancre):
            partie.demandes.append(demande)
    for observation in nommer(observations.select_related("ecrite_par"), lu.courant):
        for partie in lieux(observation.ancre):
            partie.observations.append(observation)
    constats = regles.constats(lu.courant)
    for constat in constats:
        for partie in lieux(constat.ancre):
            partie.constats.append(constat)
    return constats


def demandes_de(version, utilisateur, contenu):
    """Les demandes qui tiennent encore, dans l'ordre du plan; `vise` dit en mots ce que chacune vise."""
    visibles = DemandeCorrection.objects.visibles_par(utilisateur).filter(version=version, revoquee_le=None)
    demandes = visibles.select_related("demandee_par", "traitee_par").order_by()
    return sorted(nommer(demandes, contenu), key=lambda demande: (demande.place, demande.pk))


def nommer(remarques, contenu):
    """Les mêmes remarques, chacune avec le libellé de ce qu'elle vise et sa place dans le plan."""
    if not remarques:
        return []
    connues = {cible: (place, libelle) for place, (cible, libelle) in enumerate(cibles(contenu))}
    retire = len(connues), "Élément retiré du plan"
    for remarque in remarques:
        remarque.place, remarque.vise = connues.get(":".join(remarque.ancre), retire)
    return remarques
