"""La liste des conventions : où en est chaque Alliance, pour combien, et ce qui vient."""

from django.core.paginator import Paginator
from django.db.models import F, OuterRef, Subquery
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.models import Alliance, Role
from alliances.models.mandats import DE_L_ETAT, droits_de
from conventions.forms.liste import FiltresDesConventions
from conventions.models import Convention, ExerciceConvention, Obligation
from conventions.models.conventions import Etat
from conventions.permissions import peut_partager
from conventions.views import etats
from socle.argent import somme

PAR_PAGE = 25
TRIS = {"alliance": "slug", "etat": "etat_courant", "montant": "convenu", "signee": "signee_le", "fin": "fin"}
SANS_CONVENTION = "a_preparer"


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
    filtres, alliances = _choisies(request, suivies, mots)
    page = Paginator(alliances, PAR_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "conventions/liste.html",
        {
            "filtres": filtres,
            "page": page,
            "lignes": _lignes(page, request.user, mots),
            "prepare": prepare,
            "partage": peut_partager(request.user) is None,
        },
    )


def _courante(utilisateur):
    """La dernière convention visible de chaque Alliance."""
    return Convention.objects.visibles_par(utilisateur).filter(alliance=OuterRef("pk")).order_by("-pk")


def _choisies(request, suivies, mots):
    """Les Alliances suivies, filtrées et triées d'après l'adresse; un filtre invalide est ignoré et expliqué."""
    courante = _courante(request.user)
    exercices = ExerciceConvention.objects.filter(convention=OuterRef("convention_courante")).order_by()
    alliances = suivies.select_related("cycle").annotate(
        convention_courante=Subquery(courante.values("pk")[:1]),
        etat_courant=Subquery(courante.values("etat")[:1]),
        signee_le=Subquery(courante.values("signee_le")[:1]),
        fin=Subquery(courante.values("fin")[:1]),
        convenu=Subquery(exercices.values("convention").annotate(total=somme("montant")).values("total")),
    )
    choix = [(SANS_CONVENTION, etats.A_PREPARER.libelle if mots is etats.DE_L_ETAT else "Aucune")]
    choix += [(str(etat), mots[etat].libelle) for etat in Etat]
    filtres = FiltresDesConventions(request.GET or None, alliances=suivies, etats=choix)
    if filtres.is_valid():
        alliances = _filtrer(alliances, filtres.cleaned_data)
    tri = request.GET.get("tri", "alliance")
    champ = F(TRIS.get(tri.removeprefix("-"), "slug"))
    ordre = champ.desc(nulls_last=True) if tri.startswith("-") else champ.asc(nulls_last=True)
    return filtres, alliances.order_by(ordre, "slug", "pk")


def _filtrer(alliances, choix):
    if choix["cycle"]:
        alliances = alliances.filter(cycle=choix["cycle"])
    if choix["region"]:
        alliances = alliances.filter(regions=choix["region"])
    if choix["etat"] == SANS_CONVENTION:
        return alliances.filter(convention_courante=None)
    return alliances.filter(etat_courant=choix["etat"]) if choix["etat"] else alliances


def _lignes(alliances, utilisateur, mots):
    """Ce que l'écran montre de chaque Alliance, en données simples; trois requêtes pour toutes."""
    alliances = list(alliances)
    pks = [alliance.convention_courante for alliance in alliances if alliance.convention_courante]
    conventions = Convention.objects.in_bulk(pks)
    prochaines = {}
    en_vigueur = [pk for pk in pks if conventions[pk].etat == Etat.SIGNEE]
    for obligation in Obligation.objects.dues().filter(convention__in=en_vigueur).order_by("echeance", "pk"):
        prochaines.setdefault(obligation.convention_id, obligation)
    return [
        _ligne(
            a,
            conventions.get(a.convention_courante),
            prochaines.get(a.convention_courante),
            utilisateur,
            mots,
        )
        for a in alliances
    ]


def _ligne(alliance, convention, prochaine, utilisateur, mots):
    etat = mots[Etat(convention.etat)] if convention else etats.A_PREPARER
    if convention is None and mots is etats.DE_L_ALLIANCE:
        etat = mots[Etat.PREPARATION]
    url = reverse("conventions:convention", args=[convention.pk]) if convention else ""
    if convention is None and Role.MESS in alliance.roles_de(utilisateur):
        url = reverse("conventions:ouverture", args=[alliance.slug])
    return {
        "alliance": alliance.nom,
        "numero": convention.numero if convention else "",
        "etat": etat.libelle,
        "genre": etat.genre,
        "montant": alliance.convenu,
        "signee_le": alliance.signee_le,
        "fin": alliance.fin,
        "prochaine": str(prochaine or ""),
        "echeance": prochaine.echeance if prochaine else None,
        "en_retard": bool(prochaine and prochaine.est_en_retard),
        "url": url,
    }
