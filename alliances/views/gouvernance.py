"""Comment l'Alliance décide : le profil, les circuits et leur essayeur, les instances."""

from django.db.models import Prefetch
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.forms.gouvernance import EssaiForm, ProfilForm
from alliances.models import ProfilGouvernance, SecteurActeur, Siege
from alliances.permissions import peut_changer_les_circuits, peut_decrire
from alliances.regles.circuits import verifier
from alliances.regles.composition import composition
from alliances.views.portes import alliance_decrite, alliance_suivie, saisie
from socle.pages.gestes import donnees_de, page_de_geste

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
    circuits, territoires = list(alliance.circuits.complets()), alliance.territoires.all()
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
            "circuits": [_circuit_lu(circuit, slug) for circuit in circuits],
            "constats_des_circuits": [
                vars(constat) for constat in _verification(circuits, territoires, profil)
            ],
            "essai": EssaiForm(territoires=territoires),
            "peut_changer_les_circuits": peut_changer_les_circuits(request.user, alliance) is None,
            "instances": instances,
            "constats": [vars(constat) for constat in composition(instances, attendus)],
            "peut_decrire": peut_decrire(request.user, alliance) is None,
        },
    )


@require_safe
def essai(request, slug):
    """« Quel circuit suivrait… » : une initiative imaginée, dans l'adresse; rien ne s'enregistre."""
    alliance = alliance_suivie(request, slug)
    profil = getattr(alliance, "profil_gouvernance", None) or ProfilGouvernance(alliance=alliance)
    form = EssaiForm(request.GET, territoires=alliance.territoires.all())
    circuits = list(alliance.circuits.complets())
    suivrait = form.essayer(profil, circuits) if form.is_valid() else {"palier": None, "choix": None}
    return render(request, "alliances/essai.html", {"alliance": alliance, "essai": form, **suivrait})


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


def _circuit_lu(circuit, slug):
    return _range(circuit, "circuit", slug) | {
        "pk": circuit.pk,
        "condition": circuit.condition(),
        "en_mots": circuit.en_mots(),
        "etapes": [_range(etape, "etape", slug) for etape in circuit.etapes.all()],
        "url_etape": reverse("alliances:etape_ajout", args=[slug, circuit.pk]),
    }


def _range(objet, nom, slug):
    """Ce que lit `_ranger.html` : le nom d'un circuit ou d'une étape, et les adresses de ses gestes."""
    urls = {"modifier": nom, "deplacer": f"{nom}_deplacement", "retirer": f"{nom}_retrait"}
    lues = {geste: reverse(f"alliances:{url}", args=[slug, objet.pk]) for geste, url in urls.items()}
    return {"nom": str(objet), "urls": lues}


def _verification(circuits, territoires, profil):
    seuil = profil and profil.territoires_d_un_projet_regional
    noms = {territoire.code: territoire.nom for territoire in territoires}
    return verifier(circuits, noms, locale_sur_plusieurs=not seuil or seuil > 2)


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
