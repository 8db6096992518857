"""Les appels d'une Alliance : la liste, la préparation, la publication et ce qui suit."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.models import Alliance
from alliances.models.mandats import droits_de
from alliances.models.roles import DE_L_ORGANISME
from projets.forms.appels import (
    AppelForm,
    CopieForm,
    CorrectionForm,
    EnveloppesForm,
    OuvertureForm,
    ProlongationForm,
)
from projets.forms.grilles import GrilleForm, RevisionForm
from projets.forms.liste import FiltresDesAppels
from projets.models import AppelProjets, Initiative, grilles, reponses
from projets.models.appels import NaturePiece
from projets.models.roles import ROLES
from projets.models.suites import UNE_SUIVANTE
from projets.notifications.appels import annoncer_appel, annoncer_le_retrait_de_l_appel
from projets.permissions import (
    ou_peut,
    peut_a_la_seance,
    peut_sur_l_alliance,
    peut_sur_l_appel,
    territoires_permis,
)
from projets.regles.conditions import conditions
from socle.formulaires.motif import MotifForm
from socle.pages.colonnes import (
    ColonneEtat,
    ColonneLien,
    ColonneMoment,
    ColonneMontant,
    ColonneNombre,
    ColonneTexte,
)
from socle.pages.gestes import donnees_de, page_de_geste
from socle.pages.listes import Tableau, page_de_liste
from socle.texte.pastilles import Pastille
from socle.valeurs.argent import ZERO

GENRES = {
    "preparation": "neutre",
    "ouvert": "encours",
    "ferme": "attention",
    "decide": "bien",
    "repondu": "bien",
    "retire": "neutre",
}


class TableauDesAppels(Tableau):
    legende, denombre, tri = "Appels d’initiatives", "appel", ""
    vide = "Un appel se prépare depuis la page d’une Alliance."

    titre = ColonneLien("Appel", vers="projets:appel", tri="titre")
    portee = ColonneTexte("Portée")
    etat = ColonneEtat("État", lambda a: Pastille(a.get_etat_display(), GENRES[a.etat]), tri="etat")
    fermeture = ColonneMoment("Fermeture", "ferme_le", tri="ferme_le")
    partage = ColonneMontant("À partager", "partage")
    deposees = ColonneNombre("Demandes déposées", "deposees")
    mode = ColonneTexte("Mode", "get_mode_display", cachee=True)

    def lire(self, appels):
        return appels.avec_chiffres().select_related("alliance", "territoire")


@require_safe
def liste(request):
    """Ceux de ses Alliances; qui n'est que d'un organisme lit les appels publics."""
    if {mandat.role for mandat in droits_de(request.user).mandats} <= DE_L_ORGANISME:
        return redirect("projets:appels_publics")
    return page_de_liste(
        request,
        TableauDesAppels,
        FiltresDesAppels,
        AppelProjets.objects.visibles_par(request.user).order_by("-ferme_le", "-pk"),
        gabarit="projets/appels/liste.html",
        alliances=_ou(request.user, "preparer-appel"),
        clauses=_ou(request.user, "preparer-appel", "approuver-clauses"),
    )


def _ou(utilisateur, *gestes):
    """Les Alliances où la personne fait l'un de ces gestes."""
    vues = droits_de(utilisateur).alliances(frozenset().union(*(ROLES[geste] for geste in gestes)))
    return Alliance.objects.filter(pk__in=vues or ()).only("nom", "slug")


def ouverture(request, slug):
    alliance = get_object_or_404(Alliance.objects.suivies_par(request.user), slug=slug)
    partout = peut_sur_l_alliance(request.user, "preparer-appel", alliance) is None
    territoires = territoires_permis(request.user, "preparer-appel", alliance)
    refus = None if partout or territoires else peut_sur_l_alliance(request.user, "preparer-appel", alliance)
    return page_de_geste(
        request,
        partial(AppelProjets.preparer, alliance),
        refus=refus,
        form=OuvertureForm(donnees_de(request), alliance=alliance, territoires=territoires, partout=partout),
        gabarit="layout/saisie.html",
        libelle="Préparer l’appel",
        fait="L’appel est ouvert en préparation. Personne d’autre que la Table ne le voit.",
        retour=lambda appel: reverse("projets:appel_modification", args=[appel.pk]),
        annuler=reverse("projets:appels"),
        titre="Préparer un appel",
        objet_en_mots=alliance.nom,
        etapes=[("Appels", reverse("projets:appels"))],
    )


def appel_visible(request, pk):
    """L'appel, son Alliance et son territoire; 404 si la personne ne le voit pas."""
    visibles = AppelProjets.objects.visibles_par(request.user).select_related("alliance__cycle", "territoire")
    return get_object_or_404(visibles, pk=pk)


def reperes(appel):
    retour = reverse("projets:appel", args=[appel.pk])
    return {
        "appel": appel,
        "objet_en_mots": appel.titre,
        "chapeau": f"{appel.titre}, {appel.portee}.",
        "etapes": [("Appels", reverse("projets:appels")), (appel.titre, retour)],
        "retour": retour,
    }


@require_safe
def appel(request, pk):
    """Ce qu'est l'appel, ce qui lui manque pour être publié, et ce que la personne peut en faire."""
    appel = appel_visible(request, pk)
    peut_preparer = peut_sur_l_appel(request.user, "preparer-appel", appel) is None
    peut_publier = peut_sur_l_appel(request.user, "publier-appel", appel) is None
    enveloppes = appel.enveloppes.select_related("enveloppe__territoire")
    return render(
        request,
        "projets/appels/appel.html",
        reperes(appel)
        | {
            "genre": GENRES[appel.etat],
            "changements": appel.changements() if appel.etat != appel.Etat.PREPARATION else [],
            "conditions": conditions(appel),
            "pieces": [NaturePiece(nature).label for nature in appel.pieces_demandees],
            "priorites": appel.priorites_servies().prefetch_related("territoires"),
            "criteres": appel.criteres.all(),
            "enveloppes": enveloppes,
            "total": sum((ligne.montant for ligne in enveloppes), ZERO),
            "manques": appel.empechements_a_publier() if appel.etat == appel.Etat.PREPARATION else [],
            "peut_modifier": peut_preparer and not appel.empechements_a_modifier(),
            "peut_publier": peut_publier and appel.etat == appel.Etat.PREPARATION,
            "peut_changer": peut_publier and not appel.empechements_a_changer(),
            "peut_retirer": peut_publier and not appel.empechements_a_retirer(),
            "peut_copier": peut_preparer,
            "peut_essayer": peut_preparer and not appel.empechements_a_essayer(),
            "peut_recevoir": peut_sur_l_appel(request.user, "recevoir", appel) is None
            and not Initiative.empechements_a_recevoir(appel),
            "siege": appel.etat != appel.Etat.PREPARATION
            and peut_a_la_seance(request.user, "decider", appel) is None,
            "a_conclure": _a_conclure(request.user, appel),
            "choisit": appel.etat != appel.Etat.PREPARATION
            and any(peut_sur_l_appel(request.user, g, appel) is None for g in ("lire-les-notes", "decider")),
        },
    )


def _a_conclure(utilisateur, appel):
    """[(libellé, adresse)] de ce que ses décisions attendent de cette personne; un appel ouvert n'en a pas."""
    if appel.etat == appel.Etat.PREPARATION or (appel.mode == appel.Mode.APPEL and not appel.est_clos()):
        return []
    offerts = []
    suivantes = appel.initiatives.filter(ou_peut(utilisateur, "decider"), UNE_SUIVANTE)
    if peut_a_la_seance(utilisateur, "decider", appel) is None and suivantes.exists():
        offerts.append(("Décider de la suivante de la liste d’attente", "seance"))
    repond = peut_sur_l_appel(utilisateur, "repondre", appel) is None
    if repond and not reponses.empechements_a_repondre(appel, par=utilisateur):
        offerts.append(("Envoyer les réponses", "reponses"))
    return [(libelle, reverse(f"projets:{nom}", args=[appel.pk])) for libelle, nom in offerts]


def modification(request, pk):
    appel = appel_visible(request, pk)
    return _preparer(
        request,
        appel.enregistrer,
        appel,
        form=AppelForm(donnees_de(request), instance=appel_visible(request, pk)),
        empechements=appel.empechements_a_modifier(),
        titre="Préparer l’appel",
        fait="L’appel est enregistré.",
    )


def grille(request, pk):
    appel = appel_visible(request, pk)
    return _preparer(
        request,
        partial(grilles.poser, appel),
        appel,
        form=GrilleForm(donnees_de(request), appel=appel),
        empechements=appel.empechements_a_modifier(),
        gabarit="projets/appels/grille.html",
        criteres=appel.criteres.exists(),
        titre="La grille de l’appel",
        fait="La grille est enregistrée.",
    )


def grille_usuelle(request, pk):
    appel = appel_visible(request, pk)
    return _preparer(
        request,
        partial(grilles.proposer, appel),
        appel,
        form=RevisionForm(donnees_de(request), objet=appel),
        empechements=appel.empechements_a_modifier(),
        gabarit="projets/appels/grille_usuelle.html",
        libelle="Partir de la grille usuelle",
        titre="Partir de la grille usuelle",
        fait="La grille usuelle est posée\xa0: changez-y ce qui n’est pas de votre région.",
        retour=reverse("projets:appel_grille", args=[pk]),
    )


def enveloppes(request, pk):
    appel = appel_visible(request, pk)
    return _preparer(
        request,
        appel.mettre_en_commun,
        appel,
        form=EnveloppesForm(donnees_de(request), appel=appel),
        empechements=appel.empechements_a_modifier(),
        gabarit="projets/appels/enveloppes.html",
        ensuite=partial(_avertir_des_promesses, request),
        titre="Mettre des enveloppes en commun",
        fait="Les enveloppes de l’appel sont enregistrées.",
    )


def _avertir_des_promesses(request, appel, *, par):
    """Enregistré, mais la publication le refusera : on le dit tout de suite."""
    for phrase in appel.promesses_de_trop():
        messages.warning(request, f"L’appel ne pourra pas être publié ainsi. {phrase}")


def _preparer(request, geste, appel, **options):
    """Un geste sur un appel en préparation; tous passent par `enregistrer`, qui demande les mêmes empêchements."""
    commun = {
        "empeche": "L’appel ne se prépare plus",
        "gabarit": "projets/appels/saisie.html",
        "libelle": "Enregistrer",
    }
    refus = peut_sur_l_appel(request.user, "preparer-appel", appel)
    return page_de_geste(request, geste, refus=refus, **reperes(appel) | commun | options)


def _publier(request, appel, geste, **options):
    """Un geste sur un appel publié, ou celui qui le publie."""
    return page_de_geste(
        request,
        geste,
        refus=peut_sur_l_appel(request.user, "publier-appel", appel),
        **reperes(appel) | options,
    )


def _ou_se_lit(appel, pages="chaque brouillon"):
    """Le motif d'un changement : une concertation et une reconduction n'ont pas de page publique."""
    if appel.mode == appel.Mode.APPEL:
        return "Il se lira à la page publique."
    return f"Il se lira à la page de {pages}\xa0: cet appel n’a pas de page publique."


def publication(request, pk):
    appel = appel_visible(request, pk)
    return _publier(
        request,
        appel,
        appel.publier,
        ensuite=partial(annoncer_appel, evenement="publication"),
        gabarit="projets/appels/publication.html",
        libelle="Publier l’appel",
        fait="L’appel est publié\xa0: toute personne peut le lire."
        if appel.mode == appel.Mode.APPEL
        else "L’appel est publié\xa0: la Table peut y inscrire des demandes.",
        hors_des_dates=appel.sommes_hors_des_dates() if appel.etat == appel.Etat.PREPARATION else [],
        empechements=appel.empechements_a_publier(),
        empeche="L’appel n’est pas prêt",
    )


def prolongation(request, pk):
    appel = appel_visible(request, pk)
    return _publier(
        request,
        appel,
        appel.prolonger,
        ensuite=partial(annoncer_appel, evenement="prolongation"),
        form=ProlongationForm(donnees_de(request), aide=_ou_se_lit(appel)),
        gabarit="projets/appels/prolongation.html",
        libelle="Prolonger l’appel",
        fait="La fermeture est repoussée. Qui avait commencé une demande en est prévenu.",
        empechements=appel.empechements_a_changer(),
    )


def correction(request, pk):
    appel = appel_visible(request, pk)
    return _publier(
        request,
        appel,
        appel.corriger,
        ensuite=partial(annoncer_appel, evenement="correction"),
        form=CorrectionForm(donnees_de(request), appel=appel, aide=_ou_se_lit(appel)),
        gabarit="layout/saisie.html",
        libelle="Corriger l’appel",
        fait="L’appel est corrigé. Qui avait commencé une demande en est prévenu.",
        empechements=appel.empechements_a_changer(),
    )


def retrait(request, pk):
    appel = appel_visible(request, pk)
    return _publier(
        request,
        appel,
        appel.retirer,
        ensuite=annoncer_le_retrait_de_l_appel,
        form=MotifForm(donnees_de(request), aide=_ou_se_lit(appel, "chaque demande arrêtée")),
        gabarit="projets/appels/retrait.html",
        libelle="Retirer l’appel",
        fait="L’appel est retiré. Ses demandes s’arrêtent avec lui\xa0: leurs organismes en sont prévenus.",
        arret=appel.ce_que_le_retrait_arrete(),
        empechements=appel.empechements_a_retirer(),
        danger=True,
    )


def copie(request, pk):
    appel = appel_visible(request, pk)
    return page_de_geste(
        request,
        appel.copier,
        form=CopieForm(donnees_de(request), appel=appel),
        refus=peut_sur_l_appel(request.user, "preparer-appel", appel),
        gabarit="projets/appels/copie.html",
        libelle="Copier l’appel",
        fait="La copie est en préparation\xa0: donnez-lui ses dates et ses enveloppes.",
        annuler=reverse("projets:appel", args=[pk]),
        **reperes(appel) | {"retour": lambda neuf: reverse("projets:appel_modification", args=[neuf.pk])},
    )
