"""L'espace d'un territoire : son enveloppe, ses appels, ce qui l'attend, ses initiatives."""

from django.db.models import Count, Q, Subquery
from django.db.models.lookups import In
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.models import Territoire
from alliances.models.mandats import droits_de
from conventions.attentes import remises
from conventions.models import Convention
from conventions.models.enveloppes import Solde
from conventions.models.gardiens import EMPLOIS
from projets.attentes import etude
from projets.models import AppelProjets, Initiative, portraits
from projets.models.choix import du_territoire
from projets.models.suites import DE_L_ETUDE, avec_prochain_geste, etapes_attendues
from projets.views.appels import GENRES as GENRES_D_APPEL
from projets.views.initiatives import pastille_de
from projets.views.matrice import alliances_suivies
from socle.pages.adresses import adresses_de
from socle.texte.pastilles import Pastille
from socle.valeurs.argent import ZERO, somme
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui

COMPTES = ("alloue", *EMPLOIS)
AU_PLUS = 8


def territoire_de(request):
    """La clé de celui du mandat choisi, sinon du premier que la personne tient; `None` si elle n'en tient pas."""
    mandats = (getattr(request, "mandat", None), *droits_de(request.user).mandats)
    return next((mandat.territoire_id for mandat in mandats if mandat and mandat.territoire_id), None)


@require_safe
def territoire(request, pk):
    alliance = get_object_or_404(
        alliances_suivies(request.user).filter(territoires=pk).order_by("-cycle__debut")[:1]
    )
    siens = {mandat.territoire_id: mandat.territoire for mandat in droits_de(request.user).mandats}
    territoire = siens.get(pk) or get_object_or_404(Territoire, pk=pk)
    enveloppes = _enveloppes(request.user, alliance, pk)
    par_etat = _par_etat(request.user, alliance, pk)
    attendent = list(_attendent(request.user, alliance, pk)[: AU_PLUS + 1])
    return render(
        request,
        "projets/portraits/territoire.html",
        {
            "territoire": territoire,
            "alliance": alliance,
            "siens": _siens(request),
            "vous": _vous(request.user) if pk in siens else None,
            "enveloppes": enveloppes,
            "courante": next((e for e in enveloppes if e["exercice"] == Exercice.de(aujourd_hui())), None),
            "appels": _appels(request.user, alliance, pk),
            "attendent": [(i, DE_L_ETUDE[i.prochain], _adresse(i)) for i in attendent[:AU_PLUS]],
            "il_y_en_a_plus": len(attendent) > AU_PLUS,
            "par_etat": par_etat,
            "nombre": sum(nombre for *_, nombre, _ in par_etat),
            "liste": _liste(alliance, pk),
        },
    )


def _siens(request):
    """[(territoire, adresse)] de la personne, si elle en tient plusieurs."""
    tenus = {m.territoire for m in droits_de(request.user).mandats if m.territoire_id}
    adresse_de = adresses_de("projets:territoire")
    return [(t, adresse_de(t.pk)) for t in sorted(tenus, key=str)] if len(tenus) > 1 else []


def _vous(utilisateur):
    """Combien d'appels, d'initiatives et de remises attendent cette personne, et combien tardent."""
    siennes = etude.taches(utilisateur) + remises.taches(utilisateur)
    return {"nombre": sum(t.nombre for t in siennes), "retards": sum(t.retards for t in siennes)}


def _enveloppes(utilisateur, alliance, territoire):
    """Ses sommes, des exercices où elle a quelque chose, ce qui fait partie de son enveloppe compris; une requête."""
    vues = Q(Convention.objects.condition_de_vue(utilisateur, "enveloppe__convention__"))
    soldes = Solde.objects.filter(
        vues, du_territoire([territoire], "enveloppe__"), enveloppe__convention__alliance=alliance
    )
    lues = soldes.order_by("enveloppe__an").values(
        "enveloppe__an", "enveloppe__convention", "enveloppe__convention__montants_fictifs"
    )
    adresse_de = adresses_de("conventions:enveloppes")
    return [
        {
            "exercice": Exercice(ligne["enveloppe__an"]),
            "montants": [ligne[f"total_{compte}"] for compte in COMPTES],
            "disponible": ligne["total_alloue"] - sum((ligne[f"total_{compte}"] for compte in EMPLOIS), ZERO),
            "alloue": ligne["total_alloue"],
            "fictive": ligne["enveloppe__convention__montants_fictifs"],
            "url": f"{adresse_de(ligne['enveloppe__convention'])}?exercice={ligne['enveloppe__an']}",
        }
        for ligne in lues.annotate(**{f"total_{compte}": somme(compte) for compte in COMPTES})
        if ligne["total_alloue"]
    ]


def _appels(utilisateur, alliance, territoire):
    """Les siens, et ceux de toute l'Alliance; les derniers fermés d'abord."""
    vus = AppelProjets.objects.visibles_par(utilisateur).filter(alliance=alliance).exclude(etat="retire")
    vus = vus.filter(Q(territoire=territoire) | Q(territoire=None)).select_related("territoire", "alliance")
    return [
        (appel, Pastille(appel.get_etat_display(), GENRES_D_APPEL[appel.etat]))
        for appel in vus.order_by("-ferme_le", "-pk")[:AU_PLUS]
    ]


def _attendent(utilisateur, alliance, territoire):
    """Celles dont le prochain geste est l'avis ou la décision d'une de ses instances."""
    lues = Initiative.objects.filter(Initiative.objects.condition_de_l_etude(utilisateur), alliance=alliance)
    instance = Subquery(etapes_attendues().values("instance__territoire")[:1])
    lues = avec_prochain_geste(lues).filter(
        In(instance, [territoire]), prochain__in=("rendre-avis", "decider")
    )
    return lues.select_related("organisme").order_by("depuis", "pk")


def _adresse(initiative):
    return reverse("projets:initiative", args=[initiative.pk])


def _par_etat(utilisateur, alliance, territoire):
    """[(pastille, nombre, sa liste)] des initiatives qui le touchent; une requête."""
    vues = Initiative.objects.visibles_par(utilisateur).filter(alliance=alliance, deposee_le__isnull=False)
    lues = portraits.qui_touchent(vues, territoire).avec_etat_lu(utilisateur)
    nombres = dict(lues.order_by().values_list("etat_lu").annotate(Count("pk")))
    liste = _liste(alliance, territoire)
    return [
        (pastille_de(etat), nombres[etat], f"{liste}&etat={etat}")
        for etat in Initiative.Etat.values
        if nombres.get(etat)
    ]


def _liste(alliance, territoire):
    return f"{reverse('projets:initiatives')}?alliance={alliance.pk}&territoire={territoire}"
