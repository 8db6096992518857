"""La liste des plans : où en est chaque Alliance, à qui le tour, depuis quand, qui est en retard."""

from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.models import Alliance
from alliances.models.mandats import droits_de
from alliances.plans.attentes import (
    DATES_DES_GESTES,
    DU_PLAN,
    POUR_LE_RETARD,
    TOURS,
    avec_plan,
    depuis,
    en_retard,
)
from alliances.plans.forms.liste import FiltresDesPlans
from alliances.plans.models import PlanAction, VersionPlan
from alliances.plans.permissions import est_membre
from alliances.plans.views.etats import EtatLu, choix_d_etats, etat_lu
from alliances.plans.views.exports import exporter
from socle.acces import Refus, exiger
from socle.pages.tableur import en_csv, en_xlsx
from socle.valeurs.horloge import aujourd_hui

PAR_PAGE = 25
A_OUVRIR = EtatLu("À ouvrir", "afaire", "La Table n’a pas commencé.")
TRIS = {
    "alliance": "slug",  # sans accents : le même ordre sur les deux moteurs
    "etat": "etat_courant",
    "depuis": "mouvement",
    "echeance": "echeance_du_plan",
    "depots": "depots",
}
# Ce qu'une ligne dit d'une version, et rien de plus.
DATES = ("creee_le", "adoptee_le", "deposee_le", "avis_le", "decidee_le")
LUS = ("numero", "etat", "tour", *DATES, "plan__alliance", "plan__echeance")


@dataclass
class Ligne:
    """Une Alliance et son plan, dans les mots de la personne qui lit."""

    alliance: Alliance
    regions: str
    version: VersionPlan | None
    etat: EtatLu
    camp: str
    depuis: object
    echeance: object
    en_retard: bool
    url: str

    def image(self):
        """Ce que l'écran en montre, en données simples (voir `{% fragment %}`)."""
        montres = ("camp", "depuis", "echeance", "en_retard", "url", "regions")
        return {nom: getattr(self, nom) for nom in montres} | {
            "nom": self.alliance.nom,
            "etat": self.etat.libelle,
            "genre": self.etat.genre,
            "numero": self.version.numero if self.version else 0,
            "depots": self.version.tour if self.version else 0,
        }


@require_safe
def liste(request):
    """Qui ne suit qu'une Alliance va droit à son plan; les autres ont la liste."""
    filtres, tri, choix = _choix(request)
    if not droits_de(request.user).nationaux and not request.GET:
        visibles = list(Alliance.objects.visibles_par(request.user)[:2])
        if len(visibles) == 1 and (url := _page_du_plan(visibles[0], request.user)):
            return redirect(url)
    page = Paginator(_triees(request.user, tri, choix), PAR_PAGE).get_page(request.GET.get("page"))
    if not page.paginator.count and not Alliance.objects.suivies_par(request.user).exists():
        return render(request, "plans/pas_encore.html")
    page.object_list = lignes(page.object_list, request.user)
    return render(
        request,
        "plans/liste.html",
        {
            "filtres": filtres,
            "page": page,
            "lignes": [ligne.image() for ligne in page.object_list],
            "requete": urlencode(_sans_page(request.GET), doseq=True),
        },
    )


@require_safe
def liste_csv(request):
    return exporter(lignes(_exportables(request), request.user), en_csv)


@require_safe
def liste_xlsx(request):
    return exporter(lignes(_exportables(request), request.user), en_xlsx)


def _exportables(request):
    if not Alliance.objects.suivies_par(request.user).exists():
        exiger(Refus("La liste des plans se lit de l’Alliance et de l’État."))
    _, tri, choix = _choix(request)
    return _triees(request.user, tri, choix)


def _sans_page(parametres):
    return {cle: parametres.getlist(cle) for cle in parametres if cle != "page"}


def _choix(request):
    """Les filtres, le tri et les choix que dit l'adresse; un filtre invalide est ignoré et expliqué."""
    filtres = FiltresDesPlans(
        request.GET or None, utilisateur=request.user, etats=choix_d_etats(request.user)
    )
    choix = filtres.cleaned_data if filtres.is_valid() else {}
    return filtres, request.GET.get("tri", "alliance"), choix


def _triees(utilisateur, tri, choix):
    """Les Alliances suivies, filtrées et triées."""
    champ = TRIS.get(tri.removeprefix("-"), "slug")
    lus = {champ} & DU_PLAN.keys()
    alliances = avec_plan(Alliance.objects.suivies_par(utilisateur), *lus)
    alliances = alliances.select_related("cycle")
    if choix:
        alliances = _filtrer(alliances, choix)
    ordre = F(champ).desc(nulls_last=True) if tri.startswith("-") else F(champ).asc(nulls_last=True)
    return alliances.order_by(ordre, "slug", "pk")


def _filtrer(alliances, choix):
    if choix.get("cycle"):
        alliances = alliances.filter(cycle=choix["cycle"])
    if choix["region"]:
        alliances = alliances.filter(regions=choix["region"])
    if choix["etat"] == "a_ouvrir":
        alliances = alliances.filter(version_courante=None)
    elif choix["etat"]:
        alliances = avec_plan(alliances, "etat_courant").filter(etat_courant=choix["etat"])
    if choix["tour"]:
        etats = [etat for etat, tour in TOURS.items() if tour.camp == choix["tour"]]
        alliances = avec_plan(alliances, "etat_courant").filter(etat_courant__in=etats)
    if choix["retard"]:
        alliances = avec_plan(alliances, *POUR_LE_RETARD).filter(en_retard(aujourd_hui()))
    return alliances


def lignes(alliances, utilisateur):
    """Une ligne par Alliance, en deux requêtes pour toutes."""
    alliances, regions = list(alliances), defaultdict(list)
    for pk, nom in _regions([alliance.pk for alliance in alliances]):
        regions[pk].append(nom)
    courantes = [alliance.version_courante for alliance in alliances]
    lues = {version.pk: version for version in _versions(courantes, utilisateur)}
    return [
        _ligne(
            alliance,
            lues.get(alliance.version_courante),
            ", ".join(regions[alliance.pk]) or "Hors région",
            utilisateur,
        )
        for alliance in alliances
    ]


def _regions(alliances):
    siennes = Alliance.objects.filter(pk__in=alliances, regions__isnull=False)
    return siennes.order_by("regions__code").values_list("pk", "regions__nom")


def _versions(pks, utilisateur):
    se_voit = ExpressionWrapper(VersionPlan.objects.condition_de_vue(utilisateur), BooleanField())
    versions = VersionPlan.objects.filter(pk__in=pks)
    dossiers = PlanAction.objects.visibles_par(utilisateur).filter(pk=OuterRef("plan"))
    versions = versions.annotate(**DATES_DES_GESTES, se_voit=se_voit, a_un_dossier=Exists(dossiers))
    return versions.select_related("plan").only(*LUS).order_by()


def _ligne(alliance, version, regions, utilisateur):
    if version is None:
        echeance = alliance.limite_du_plan
        retard = echeance < aujourd_hui()
        return Ligne(alliance, regions, None, A_OUVRIR, TOURS["brouillon"].camp, None, echeance, retard, "")
    version.plan.alliance, ouverte = alliance, version.est_ouverte
    return Ligne(
        alliance=alliance,
        regions=regions,
        version=version,
        etat=etat_lu(version, utilisateur),
        camp=TOURS[version.etat].camp if ouverte else "",
        depuis=depuis(version) if ouverte else version.decidee_le,
        echeance=version.plan.echeance if version.numero == 1 else None,
        en_retard=version.est_en_retard,
        url=_page_de(version, utilisateur) if version.se_voit else _dossier(version),
    )


def _page_de(version, utilisateur):
    if est_membre(utilisateur, version):
        return reverse("plans:tableau" if version.est_ouverte else "plans:lecture", args=[version.pk])
    return reverse("plans:examen" if version.est_ouverte else "plans:lecture", args=[version.pk])


def _dossier(version):
    """Le dossier du plan; rien pour qui n'en verra aucune version avant la première approbation."""
    return reverse("plans:dossier", args=[version.plan_id]) if version.a_un_dossier else ""


def _page_du_plan(alliance, utilisateur):
    """La page du plan de cette Alliance que la personne peut lire, ou `None`."""
    versions = VersionPlan.objects.visibles_par(utilisateur).filter(plan__alliance=alliance)
    version = versions.select_related("plan__alliance").order_by("-numero").first()
    return _page_de(version, utilisateur) if version else None
