"""La liste des conventions : où en est chaque Alliance, pour combien, et ce qui vient."""

from django.core.paginator import Paginator
from django.db.models import F, OuterRef, Subquery, Sum
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from alliances.models import Alliance, Role
from alliances.models.mandats import DE_L_ETAT, droits_de
from conventions.forms.liste import FiltresDesConventions
from conventions.models import Convention, ExerciceConvention, Obligation
from conventions.models.conventions import Etat
from conventions.permissions import peut_partager
from conventions.views import etats
from socle.valeurs.argent import somme

PAR_PAGE = 25
TRIS = {"alliance": "slug", "etat": "etat", "montant": "convenu", "signee": "signee_le", "fin": "fin"}
SANS_CONVENTION = "a_preparer"
LUS = ("pk", "numero", "etat", "signee_le", "fin")


@require_safe
def liste(request):
    """Qui ne suit qu'une Alliance va droit à sa convention; les autres ont la liste."""
    suivies = Alliance.objects.suivies_par(request.user)
    if not droits_de(request.user).nationaux and not request.GET:
        deux = list(suivies[:2])
        if len(deux) == 1:
            return redirect("conventions:de_l_alliance", slug=deux[0].slug)
    prepare = bool(droits_de(request.user).roles & (DE_L_ETAT | {Role.ADMINISTRATION}))
    mots = etats.DE_L_ETAT if prepare else etats.DE_L_ALLIANCE
    filtres, tri, choix = _choix(request, mots)
    page = Paginator(_triees(request.user, tri, choix), PAR_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "conventions/liste.html",
        {
            "filtres": filtres,
            "page": page,
            "lignes": _lignes(list(page), request.user, mots),
            "prepare": prepare,
            "partage": peut_partager(request.user) is None,
        },
    )


def _courante(utilisateur):
    """La dernière convention visible de chaque Alliance."""
    return Convention.objects.visibles_par(utilisateur).filter(alliance=OuterRef("pk")).order_by("-pk")


def _choix(request, mots):
    """Les filtres, le tri et les choix que dit l'adresse; un filtre invalide est ignoré et expliqué."""
    choix = [(SANS_CONVENTION, etats.A_PREPARER.libelle if mots is etats.DE_L_ETAT else "Aucune")]
    choix += [(str(etat), mots[etat].libelle) for etat in Etat]
    filtres = FiltresDesConventions(request.GET or None, utilisateur=request.user, etats=choix)
    choisis = filtres.cleaned_data if filtres.is_valid() else {}
    return filtres, request.GET.get("tri", "alliance"), choisis


def _triees(utilisateur, tri, choix):
    """Les Alliances suivies, filtrées et triées.

    La requête ne calcule que ce dont le tri ou un filtre a besoin; le reste se lit pour la page, dans `_lignes`.
    """
    courante = _courante(utilisateur)
    alliances = Alliance.objects.suivies_par(utilisateur).only("nom", "slug")
    alliances = alliances.annotate(convention_courante=Subquery(courante.values("pk")[:1]))
    if choix:
        alliances = _filtrer(alliances, choix, courante)
    cle = _cle_de_tri(TRIS.get(tri.removeprefix("-"), "slug"), courante)
    ordre = cle.desc(nulls_last=True) if tri.startswith("-") else cle.asc(nulls_last=True)
    return alliances.order_by(ordre, "slug", "pk")


def _cle_de_tri(champ, courante):
    if champ == "slug":
        return F("slug")
    if champ != "convenu":
        return Subquery(courante.values(champ)[:1])
    exercices = ExerciceConvention.objects.filter(convention=OuterRef("convention_courante")).order_by()
    return Subquery(exercices.values("convention").annotate(total=somme("montant")).values("total"))


def _filtrer(alliances, choix, courante):
    if choix.get("cycle"):
        alliances = alliances.filter(cycle=choix["cycle"])
    if choix["region"]:
        alliances = alliances.filter(regions=choix["region"])
    if choix["etat"] == SANS_CONVENTION:
        return alliances.filter(convention_courante=None)
    if choix["etat"]:
        alliances = alliances.annotate(etat_courant=Subquery(courante.values("etat")[:1]))
        return alliances.filter(etat_courant=choix["etat"])
    return alliances


def _lignes(alliances, utilisateur, mots):
    """Ce que l'écran montre de chaque Alliance, en données simples; deux requêtes pour toutes."""
    lues = Convention.objects.filter(pk__in={a.convention_courante for a in alliances}).order_by()
    lues = lues.annotate(montant=Sum("exercices__montant")).values(*LUS, "montant")
    par_cle = {lue["pk"]: lue for lue in lues}
    prochaines = _prochaines(pk for pk, lue in par_cle.items() if lue["etat"] == Etat.SIGNEE)
    return [
        _ligne(
            a, par_cle.get(a.convention_courante), prochaines.get(a.convention_courante), utilisateur, mots
        )
        for a in alliances
    ]


def _prochaines(conventions):
    """{convention: sa prochaine obligation, ou la première en retard}."""
    prochaines = {}
    dues = Obligation.objects.dues().filter(convention__in=list(conventions)).order_by("echeance", "pk")
    for convention, nature, an, echeance in dues.values_list("convention", "nature", "an", "echeance"):
        prochaines.setdefault(convention, (nature, an, echeance))
    return {pk: Obligation(nature=n, an=an, echeance=le) for pk, (n, an, le) in prochaines.items()}


def _ligne(alliance, convention, prochaine, utilisateur, mots):
    etat = mots[Etat(convention["etat"])] if convention else etats.A_PREPARER
    if convention is None and mots is etats.DE_L_ALLIANCE:
        etat = mots[Etat.PREPARATION]
    ouvre = convention is None and Role.MESS in alliance.roles_de(utilisateur)
    lue = convention or dict.fromkeys(("pk", "montant", "signee_le", "fin"))
    return {
        "alliance": alliance.nom,
        "pk": lue["pk"],
        "ouverture": alliance.slug if ouvre else "",
        "numero": convention["numero"] if convention else "",
        "etat": etat.libelle,
        "genre": etat.genre,
        "montant": lue["montant"],
        "signee_le": lue["signee_le"],
        "fin": lue["fin"],
        "prochaine": str(prochaine or ""),
        "echeance": prochaine.echeance if prochaine else None,
        "en_retard": bool(prochaine and prochaine.est_passee),
    }
