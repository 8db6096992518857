"""La liste des plans : où en est chaque Alliance, à qui le tour, depuis quand, pour quand."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from alliances.models import Alliance
from alliances.models.mandats import droits_de
from alliances.plans.attentes import DU_PLAN, avec_le_jour_du, avec_plan
from alliances.plans.forms.liste import A_OUVRIR, FiltresDesPlans
from alliances.plans.models import PlanAction, VersionPlan
from alliances.plans.permissions import est_membre
from alliances.plans.tours import (
    DATES_DES_GESTES,
    OUVERTS,
    SANS_SUITE,
    TABLE,
    delai_de,
    tour_de,
)
from alliances.plans.views.etats import EtatLu, choix_d_etats, etat_lu
from socle.models import CibleDeService
from socle.pages.adresses import adresses_de
from socle.pages.colonnes import (
    ColonneEtat,
    ColonneJour,
    ColonneLien,
    ColonneNombre,
    ColonneOui,
    ColonneTexte,
)
from socle.pages.listes import Tableau, page_de_liste
from socle.valeurs.delais import Delai
from socle.valeurs.horloge import aujourd_hui

A_COMMENCER = EtatLu("À ouvrir", "afaire", "La Table n’a pas commencé.")
# Ce qu'une ligne dit d'une version, et rien de plus.
DATES = ("creee_le", "adoptee_le", "deposee_le", "analyse_le", "avis_le", "decidee_le", "decision_du")
LUS = ("numero", "etat", "tour", "reference", *DATES, "plan__alliance", "plan__echeance")
DES_LIGNES = ("derniere_version", "version_en_vigueur")
EN_CHARGE = ("plan__en_charge__prenom", "plan__en_charge__nom")
VERSIONS = (
    VersionPlan.objects.annotate(**DATES_DES_GESTES, sans_suite=ExpressionWrapper(SANS_SUITE, BooleanField()))
    .select_related("plan__en_charge")
    .only(*LUS, *EN_CHARGE)
    .order_by()
)


@dataclass
class Ligne:
    """Une Alliance et son plan, dans les mots de la personne qui lit. `version` : la dernière de son plan."""

    alliance: Alliance
    regions: str
    en_vigueur: VersionPlan | None
    version: VersionPlan | None
    etat: EtatLu | None
    camp: str
    depuis: object
    delai: Delai | None
    echeance: object
    url: str
    page_en_vigueur: str = ""

    @property
    def en_travail(self):
        return None if self.version == self.en_vigueur else self.version


def _numero(ligne):
    numero = ligne.en_travail.numero if ligne.en_travail else 0
    return format_html('<span class="discret sans-retour">version {}</span>', numero) if numero > 1 else ""


def _nom_en_vigueur(ligne):
    return f"Version {ligne.en_vigueur.numero}" if ligne.en_vigueur else ""


def _depots(ligne):
    return ligne.version.tour if ligne.version else 0


def _delai(ligne):
    return ligne.delai and EtatLu(ligne.delai.mots, ligne.delai.ton, "")


class TableauDesPlans(Tableau):
    legende = "Plans d’action par Alliance"
    denombre, feminin = "Alliance", True
    fichier = "plans-d-action"
    tri, departage = "alliance", ("slug", "pk")

    alliance = ColonneLien(accessor="alliance__nom", vers=lambda ligne: ligne.url, tri="slug")
    regions = ColonneTexte("Région")
    en_vigueur = ColonneLien(
        "En vigueur",
        _nom_en_vigueur,
        vers=lambda ligne: ligne.page_en_vigueur,
        precision="alliance__nom",
        tri="numero_en_vigueur",
        vide="Aucune",
    )
    en_vigueur_le = ColonneJour("En vigueur depuis", "en_vigueur__decision_du", cachee=True)
    etat = ColonneEtat("En travail", tri="etat_en_travail", suite=_numero, vide="Aucune")
    version = ColonneNombre("Version en travail", "en_travail__numero", cachee=True)
    camp = ColonneTexte("À qui le tour", vide="Rien n’est attendu")
    depuis = ColonneJour(tri="mouvement", vide="Jamais commencé", classe="")
    pour = ColonneJour("Pour le", "delai__pour", tri="pour", vide="Sans cible", classe="")
    delai = ColonneEtat("Délai", _delai, tri="pour")
    en_retard = ColonneOui(
        "En retard", lambda ligne: bool(ligne.delai and ligne.delai.est_en_retard), cachee=True
    )
    echeance = ColonneJour("Échéance du premier dépôt", tri="echeance_du_plan", cachee=True)
    en_charge = ColonneTexte("En charge", "version__plan__en_charge__nom_complet", cachee=True)
    depots = ColonneNombre(
        "Dépôts", lambda ligne: ligne.version.tour if ligne.version else 0, tri="depots", cachee=True
    )
    reference = ColonneTexte("Référence", "version__reference", cachee=True)
    deposee_le = ColonneJour("Date du dépôt", "version__deposee_le", cachee=True)

    def pour_trier(self, alliances, nom):
        if nom in ("pour", "delai"):
            return avec_le_jour_du(alliances)
        return avec_plan(alliances, *(DU_PLAN.keys() & {*self.columns.columns[nom].column.tri}))

    def lire(self, alliances):
        return avec_plan(alliances, *DES_LIGNES).select_related("cycle")

    def preparer(self, alliances):
        return lignes(alliances, self.request.user)


@require_safe
def liste(request):
    """Qui ne suit qu'une Alliance va droit à son plan; les autres ont la liste."""
    suivies = Alliance.objects.suivies_par(request.user)
    if not droits_de(request.user).nationaux and not request.GET:
        visibles = list(Alliance.objects.visibles_par(request.user)[:2])
        if len(visibles) == 1 and (url := _page_du_plan(visibles[0], request.user)):
            return redirect(url)
    if not droits_de(request.user).nationaux and not suivies.exists():
        return render(request, "plans/pas_encore.html")
    return page_de_liste(
        request,
        TableauDesPlans,
        FiltresDesPlans,
        suivies,
        gabarit="plans/liste.html",
        choix={"etat": [(A_OUVRIR, "À ouvrir"), *_en_travail(request.user)]},
    )


def _en_travail(utilisateur):
    """Les états d'une version en travail, dans les mots de la personne."""
    return [(etat, mot) for etat, mot in choix_d_etats(utilisateur) if etat in (*OUVERTS, "refusee")]


def lignes(alliances, utilisateur):
    """Une ligne par Alliance, en deux requêtes pour toutes."""
    alliances, regions = list(alliances), defaultdict(list)
    for pk, nom in _regions([alliance.pk for alliance in alliances]):
        regions[pk].append(nom)
    pks = {getattr(alliance, nom) for alliance in alliances for nom in DES_LIGNES}
    lues = {version.pk: version for version in _versions(pks - {None}, utilisateur)}
    cibles, adresse = CibleDeService.du_moment(), cache(adresses_de)
    return [
        _ligne(
            alliance,
            lues.get(alliance.version_en_vigueur),
            lues.get(alliance.derniere_version),
            ", ".join(regions[alliance.pk]) or "Hors région",
            utilisateur,
            cibles,
            adresse,
        )
        for alliance in alliances
    ]


def _regions(alliances):
    siennes = Alliance.objects.filter(pk__in=alliances, regions__isnull=False)
    return siennes.order_by("regions__code").values_list("pk", "regions__nom")


def _versions(pks, utilisateur):
    se_voit = ExpressionWrapper(VersionPlan.objects.condition_de_vue(utilisateur), BooleanField())
    dossiers = PlanAction.objects.visibles_par(utilisateur).filter(pk=OuterRef("plan"))
    return VERSIONS.filter(pk__in=pks).annotate(se_voit=se_voit, a_un_dossier=Exists(dossiers))


def _ligne(alliance, en_vigueur, version, regions, utilisateur, cibles, adresse):
    if version is None:
        return _ligne_sans_plan(alliance, regions)
    for lue in {version, en_vigueur} - {None}:
        lue.plan.alliance = alliance
    attendue = version.est_ouverte or version.sans_suite
    delai = delai_de(version, cibles, aujourd_hui()) if attendue else None
    lisible = en_vigueur if en_vigueur and en_vigueur.se_voit else None
    return Ligne(
        alliance=alliance,
        regions=regions,
        en_vigueur=en_vigueur,
        version=version,
        etat=None if version == en_vigueur else etat_lu(version, utilisateur),
        camp=tour_de(version).camp if attendue else "",
        depuis=delai.depuis if delai else version.decidee_le,
        delai=delai,
        echeance=version.plan.echeance if version.numero == 1 else None,
        url=_page_de(version if version.se_voit else lisible, utilisateur, adresse)
        or _dossier_de(version, adresse),
        page_en_vigueur=_page_de(lisible, utilisateur, adresse),
    )


def _ligne_sans_plan(alliance, regions):
    echeance = alliance.limite_du_plan
    delai = Delai(alliance.cycle.debut, echeance, aujourd_hui())
    return Ligne(alliance, regions, None, None, A_COMMENCER, TABLE, None, delai, echeance, "")


def _page_de(version, utilisateur, adresse):
    """Là où la personne lit cette version; vide s'il n'y en a pas."""
    if version is None:
        return ""
    ouverte = "tableau" if est_membre(utilisateur, version) else "examen"
    return adresse(f"plans:{ouverte if version.est_ouverte else 'lecture'}")(version.pk)


def _dossier_de(version, adresse):
    """À qui ne voit ni la version en travail ni celle en vigueur : le dossier, s'il se voit."""
    return adresse("plans:dossier")(version.plan_id) if version.a_un_dossier else ""


def _page_du_plan(alliance, utilisateur):
    """La page du plan de cette Alliance que la personne peut lire; vide si aucune."""
    versions = VersionPlan.objects.visibles_par(utilisateur).filter(plan__alliance=alliance)
    version = versions.select_related("plan__alliance").order_by("-numero").first()
    return _page_de(version, utilisateur, adresses_de)
