"""Les versements : ceux d'une convention, avec le prochain en une phrase; ceux de toutes, filtrés et triés."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, F
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliances.models.mandats import SUIVI, droits_de
from conventions.forms.versements import FiltresDesVersements
from conventions.models import Convention, EcheanceVersement
from conventions.models.lecture import EcheancesLues
from conventions.models.roles import ROLES
from conventions.permissions import peut
from conventions.views.echeances import image
from conventions.views.exports import exporter
from conventions.views.gestes import convention_visible
from socle.acces import Refus, exiger
from socle.pages import tableur
from socle.texte.typographie import date_longue
from socle.valeurs.argent import en_dollars, somme
from socle.valeurs.horloge import aujourd_hui

PAR_PAGE = 25
TRIS = {
    "prevue": "prevue_le",
    "montant": "montant",
    "alliance": "convention__alliance__slug",
    "exercice": "an",
    "etat": "etat",
}
COCHABLES = {"recommandee": "autoriser", "autorisee": "verser"}


def prochain_versement(echeances):
    """Une phrase : quand vient le prochain versement, et ce qu'il attend. `echeances` vient de `a_montrer`."""
    suivantes = sorted(
        (e for e in echeances if e.etat not in ("versee", "annulee")), key=lambda e: (e.prevue_le, e.rang)
    )
    if not suivantes:
        return (
            "Tous les versements prévus sont faits." if echeances else "Aucun versement n’est encore prévu."
        )
    prochain = suivantes[0]
    montant = en_dollars(prochain.montant - prochain.deja_verse)
    temps = "était" if prochain.prevue_le < aujourd_hui() else "est"
    debut = f"Le prochain versement, de {montant}, {temps} prévu le {date_longue(prochain.prevue_le)}"
    if prochain.etat == "suspendue":
        return f"{debut}; il est suspendu\u00a0: {prochain.motif}"
    if prochain.en_retard and not prochain.a_une_derogation:
        return f"{debut}; il attend {prochain.attend()}, et qu’aucune obligation ne soit en retard."
    return f"{debut}; il attend {prochain.attend()}."


@require_safe
def versements(request, pk):
    """L'échéancier d'une convention : chaque versement, son état, ce qu'il attend."""
    convention = convention_visible(request, pk)
    echeances = EcheanceVersement.de_la_convention(convention)
    vives = [e for e in echeances if e.etat != "annulee"]
    recuperations = list(convention.recuperations.select_related("par"))
    return render(
        request,
        "conventions/versements/convention.html",
        {
            "convention": convention,
            "alliance": convention.alliance,
            "lignes": [image(echeance) for echeance in echeances],
            "phrase": prochain_versement(echeances),
            "total": sum((e.montant for e in vives), start=0),
            "verse": sum((e.deja_verse for e in vives), start=0),
            "recuperations": recuperations,
            "recupere": sum((r.montant for r in recuperations), start=0),
            "peut_etablir": convention.etat == Convention.Etat.PREPARATION
            and peut(request.user, "etablir-echeancier", convention) is None,
            "peut_recuperer": convention.est_signee and peut(request.user, "recuperer", convention) is None,
        },
    )


@require_safe
def liste(request):
    """Les versements de toutes les conventions vues; les cases servent aux gestes en lot."""
    cochables = _cochables(request.user)
    filtres, tri, choix = _choix(request)
    echeances = _triees(request.user, tri, choix)
    totaux = echeances.order_by().aggregate(total=somme("montant"), nombre=Count("*"))
    paginateur = Paginator(echeances.pour_une_rangee().avec_faits(), PAR_PAGE)
    paginateur.count = totaux["nombre"]
    page = paginateur.get_page(request.GET.get("page"))
    montrees = EcheancesLues(list(page)).echeances
    return render(
        request,
        "conventions/versements/liste.html",
        {
            "filtres": filtres,
            "page": page,
            "lignes": [image(e, cochable=e.etat in cochables) for e in montrees],
            "total": totaux["total"],
            "cases": bool(cochables),
            "peut_autoriser": "recommandee" in cochables,
            "peut_verser": "autorisee" in cochables,
            "requete": urlencode(
                {cle: request.GET.getlist(cle) for cle in request.GET if cle != "page"}, doseq=True
            ),
        },
    )


def _cochables(utilisateur):
    """Les états où la personne a un geste en lot."""
    roles = droits_de(utilisateur).roles
    return {etat for etat, geste in COCHABLES.items() if roles & set(ROLES[geste])}


@require_safe
def en_csv(request):
    return exporter(_exportables(request), tableur.en_csv)


@require_safe
def en_xlsx(request):
    return exporter(_exportables(request), tableur.en_xlsx)


def _exportables(request):
    _, tri, choix = _choix(request)
    return _triees(request.user, tri, choix).avec_convention().a_montrer()


def _choix(request):
    """Les filtres, le tri et les choix que dit l'adresse; un filtre invalide est ignoré et expliqué."""
    if not droits_de(request.user).roles & SUIVI:
        exiger(Refus("La liste des versements se lit de l’Alliance et de l’État."))
    vues = EcheanceVersement.objects.visibles_par(request.user).order_by("an")
    filtres = FiltresDesVersements(
        request.GET or None,
        utilisateur=request.user,
        exercices=vues.values_list("an", flat=True).distinct(),
    )
    choix = filtres.cleaned_data if filtres.is_valid() else {}
    return filtres, request.GET.get("tri", "prevue"), choix


def _triees(utilisateur, tri, choix):
    """Les échéances vues, filtrées et triées."""
    echeances = EcheanceVersement.objects.visibles_par(utilisateur)
    if choix:
        echeances = _filtrer(echeances, choix)
    champ = F(TRIS.get(tri.removeprefix("-"), "prevue_le"))
    ordre = champ.desc() if tri.startswith("-") else champ.asc()
    return echeances.order_by(ordre, "convention__alliance__slug", "rang", "pk")


def _filtrer(echeances, choix):
    if choix["etat"]:
        echeances = echeances.filter(etat=choix["etat"])
    if choix["exercice"]:
        echeances = echeances.filter(an=choix["exercice"])
    if choix["condition"]:
        echeances = echeances.filter(condition=choix["condition"])
    if choix["region"]:
        echeances = echeances.filter(convention__alliance__regions=choix["region"])
    return echeances
