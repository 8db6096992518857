"""Comment l'Alliance décide : le profil, et le circuit d'une initiative à chaque palier."""

from functools import partial

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from alliances.forms.gouvernance import EtapeForm, ProfilForm
from alliances.models import EtapeDecision, ProfilGouvernance, SecteurActeur, Siege
from alliances.models.changements import deplacer, empechements_a_retirer, retirer
from alliances.models.gouvernance import Palier
from alliances.permissions import peut_decrire
from alliances.regles.composition import composition
from alliances.views.portes import RETRAIT, alliance_decrite, alliance_suivie, reperes, saisie
from socle.pages.gestes import donnees_de, page_de_geste

SENS = {"monter": -1, "descendre": 1}
DU_PROFIL = (
    "gestion",
    "decision_regionale",
    "decision_locale",
    "pouvoir_table",
    "demarche",
    "partenaires_sectoriels",
    "concertations_au_regional",
)


@require_safe
def gouvernance(request, slug):
    alliance = alliance_suivie(request, slug)
    profil = getattr(alliance, "profil_gouvernance", None)
    sieges = Prefetch("sieges", Siege.objects.select_related("secteur"))
    lues = alliance.instances.select_related("territoire").prefetch_related(sieges)
    instances = [_en_donnees(instance) for instance in lues]
    attendus = dict(SecteurActeur.objects.filter(attendu_au_plan=True).values_list("code", "nom"))
    return render(
        request,
        "alliances/gouvernance.html",
        {
            "alliance": alliance,
            "profil": profil,
            "choix": _choix(profil),
            "circuits": _circuits(profil),
            "instances": instances,
            "constats": [vars(constat) for constat in composition(instances, attendus)],
            "peut_decrire": peut_decrire(request.user, alliance) is None,
        },
    )


def _choix(profil):
    """Les dimensions du profil : (libellé, choix en mots)."""
    if profil is None:
        return []
    return [
        {"terme": _capitale(champ), "valeur": getattr(profil, f"get_{champ}_display")()}
        for champ in DU_PROFIL
    ]


def _capitale(champ):
    libelle = ProfilGouvernance._meta.get_field(champ).verbose_name
    return libelle[:1].upper() + libelle[1:]


def _circuits(profil):
    """Les étapes de chaque palier, dans l'ordre; le repère d'une étape dit son sens de déplacement possible."""
    etapes = list(profil.circuit.select_related("instance_gouvernance")) if profil else []
    return [
        {"palier": palier, "etapes": [etape for etape in etapes if etape.palier == palier]}
        for palier in Palier
    ]


def _en_donnees(instance):
    """Une instance en données simples : ce que l'écran montre (`{% fragment %}`) et ce que lit `composition`."""
    return {
        "pk": instance.pk,
        "nom": instance.nom,
        "palier": instance.palier,
        "palier_lu": instance.get_palier_display(),
        "nature": instance.get_nature_display(),
        "territoire": str(instance.territoire or ""),
        "mandat": instance.mandat,
        "sieges": [
            {
                "pk": siege.pk,
                "libelle": siege.libelle,
                "secteur": siege.secteur.code,
                "secteur_lu": str(siege.secteur),
                "vecu": siege.secteur.vecu,
                "droit": siege.get_droit_display(),
                "prevus": siege.prevus,
                "pourvus": siege.pourvus,
                "vacants": siege.vacants,
            }
            for siege in instance.sieges.all()
        ],
    }


def profil(request, slug):
    alliance = alliance_decrite(request, slug)
    fiche = getattr(alliance, "profil_gouvernance", None) or ProfilGouvernance(alliance=alliance)
    form = ProfilForm(donnees_de(request), instance=fiche)
    return page_de_geste(
        request,
        form.enregistrer,
        titre="Profil de gouvernance",
        fait="Le profil de gouvernance est enregistré.",
        **saisie(
            form,
            alliance,
            _retour(slug),
            chapeau="Décrivez comment votre Alliance fonctionne vraiment. Ce que les choix ne disent pas a sa place "
            "à la fin\u00a0: «\u00a0modalité propre\u00a0».",
        ),
    )


def _retour(slug, ancre=""):
    return reverse("alliances:gouvernance", args=[slug]) + ancre


def _etape(alliance, pk):
    etapes = EtapeDecision.objects.select_related("profil__alliance", "instance_gouvernance")
    return get_object_or_404(etapes, pk=pk, profil__alliance=alliance)


def etape_ajout(request, slug, palier):
    if palier not in Palier.values:
        raise Http404("Palier inconnu.")
    alliance = alliance_decrite(request, slug)
    profil = getattr(alliance, "profil_gouvernance", None)
    if profil is None:
        messages.warning(request, "Décrivez d’abord le profil de gouvernance; le circuit vient ensuite.")
        return redirect("alliances:profil", slug=slug)
    profil.alliance = alliance
    form = EtapeForm(donnees_de(request), instance=EtapeDecision(profil=profil, palier=palier))
    return page_de_geste(
        request,
        form.enregistrer,
        titre=f"Ajouter une étape au circuit {Palier(palier).label.lower()}",
        fait="L’étape est ajoutée à la fin du circuit.",
        **saisie(form, alliance, _retour(slug, "#circuit")),
    )


def etape(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    form = EtapeForm(donnees_de(request), instance=_etape(alliance, pk))
    return page_de_geste(
        request,
        form.enregistrer,
        titre="Modifier une étape du circuit",
        fait="L’étape est modifiée.",
        **saisie(form, alliance, _retour(slug, "#circuit")),
    )


@require_POST
def etape_deplacement(request, slug, pk):
    etape = _etape(alliance_decrite(request, slug), pk)
    sens = SENS.get(request.POST.get("sens"))
    if sens is None:
        messages.error(request, "Le déplacement demandé n’a pas de sens\u00a0: montez ou descendez l’étape.")
    elif not deplacer(etape, sens, par=request.user):
        messages.info(request, "Cette étape est déjà à cette extrémité du circuit.")
    return redirect(_retour(slug, "#circuit"))


def etape_retrait(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    fiche = _etape(alliance, pk)
    return page_de_geste(
        request,
        partial(retirer, fiche),
        empechements=empechements_a_retirer(fiche),
        titre="Retirer une étape du circuit",
        fait="L’étape est retirée; les suivantes avancent d’un rang.",
        objet=fiche,
        **RETRAIT | reperes(alliance, _retour(slug, "#circuit")),
    )
