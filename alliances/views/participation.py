"""La participation des personnes, par exercice : trois axes, trois tableaux, jamais de somme entre eux."""

from functools import partial
from urllib.parse import urlencode

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.forms.participation import AucuneActionForm, MecanismeForm, ModaliteForm
from alliances.models import ParticipationPersonnes
from alliances.models.changements import empechements_a_retirer, retirer
from alliances.permissions import peut_decrire
from alliances.views.portes import (
    RETRAIT,
    alliance_decrite,
    alliance_suivie,
    reperes,
    saisie,
)
from socle.pages.gestes import donnees_de, page_de_geste
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui

Axe = ParticipationPersonnes.Axe
PORTEES_DES_AXES = {
    Axe.GOUVERNANCE: "Siéger, analyser, donner un avis, décider.",
    Axe.PROJETS: "Concevoir, réaliser et suivre des initiatives.",
    Axe.BENEVOLAT: "Aider aux activités. Cet axe ne répond pas à l’attente de participation à la gouvernance.",
}


@require_safe
def participation(request, slug):
    alliance = alliance_suivie(request, slug)
    visibles = ParticipationPersonnes.objects.visibles_par(request.user).filter(alliance=alliance)
    lignes = list(visibles.select_related("territoire", "instance_gouvernance"))
    exercices = sorted({ligne.exercice for ligne in lignes} | {str(Exercice.de(aujourd_hui()))}, reverse=True)
    choisi = request.GET.get("exercice")
    if choisi not in exercices:
        choisi = lignes[0].exercice if lignes else exercices[0]
    return render(
        request,
        "alliances/participation.html",
        {
            "alliance": alliance,
            "exercices": exercices,
            "choisi": choisi,
            "axes": [
                {
                    "axe": axe,
                    "portee": portee,
                    "lignes": [li for li in lignes if li.axe == axe and li.exercice == choisi and li.forme],
                    "sans_mecanisme": [
                        li for li in lignes if li.axe == axe and li.exercice == choisi and not li.forme
                    ],
                    "aucune": any(
                        li.aucune_action_motif for li in lignes if li.axe == axe and li.exercice == choisi
                    ),
                }
                for axe, portee in PORTEES_DES_AXES.items()
            ],
            "peut_decrire": peut_decrire(request.user, alliance) is None,
        },
    )


def _retour(slug, exercice):
    suite = urlencode({"exercice": exercice}) if exercice else ""
    return reverse("alliances:participation", args=[slug]) + (f"?{suite}" if suite else "")


def _exercice(request):
    """L'exercice saisi, ou celui d'où l'on vient."""
    return request.POST.get("exercice") or request.GET.get("exercice", "")


def _exercices(alliance):
    """Les exercices que touche le cycle de l'Alliance."""
    return [str(exercice) for exercice in Exercice.entre(alliance.cycle.debut, alliance.cycle.fin)]


def _neuve(request, alliance):
    """Une ligne neuve, sur l'axe et l'exercice du lien d'où l'on vient."""
    axe, exercice = request.GET.get("axe", ""), request.GET.get("exercice", "")
    return ParticipationPersonnes(
        alliance=alliance,
        axe=axe if axe in Axe.values else "",
        exercice=exercice if exercice in _exercices(alliance) else "",
    )


def _ligne(alliance, pk):
    lignes = ParticipationPersonnes.objects.select_related("alliance__cycle")
    return get_object_or_404(lignes, pk=pk, alliance=alliance)


def ajout(request, slug):
    alliance = alliance_decrite(request, slug)
    form = MecanismeForm(donnees_de(request), instance=_neuve(request, alliance))
    return page_de_geste(
        request,
        form.enregistrer,
        titre="Ajouter un mécanisme de participation",
        fait="Le mécanisme est ajouté.",
        **saisie(
            form,
            alliance,
            _retour(slug, _exercice(request)),
            chapeau="Inscrivez des nombres, jamais le nom ni la situation d’une personne.",
        ),
    )


def aucune_action(request, slug):
    alliance = alliance_decrite(request, slug)
    form = AucuneActionForm(donnees_de(request), instance=_neuve(request, alliance))
    return page_de_geste(
        request,
        form.enregistrer,
        titre="Déclarer «\u00a0aucune action\u00a0»",
        fait="La déclaration est enregistrée.",
        **saisie(
            form,
            alliance,
            _retour(slug, _exercice(request)),
            chapeau="C’est une réponse valable\u00a0: dites pourquoi.",
        ),
    )


def modalite(request, slug):
    alliance = alliance_decrite(request, slug)
    form = ModaliteForm(donnees_de(request), instance=_neuve(request, alliance))
    return page_de_geste(
        request,
        form.enregistrer,
        titre="Décrire une modalité propre",
        fait="La modalité est inscrite.",
        **saisie(
            form,
            alliance,
            _retour(slug, _exercice(request)),
            chapeau="Une manière de faire propre à votre milieu répond à l’attente\u00a0: elle n’est pas une absence.",
        ),
    )


def ligne(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    fiche = _ligne(alliance, pk)
    formulaire = MecanismeForm if fiche.forme else ModaliteForm if fiche.modalite_propre else AucuneActionForm
    form = formulaire(donnees_de(request), instance=fiche)
    return page_de_geste(
        request,
        form.enregistrer,
        titre="Modifier une ligne de participation",
        fait="La ligne est modifiée.",
        **saisie(form, alliance, _retour(slug, fiche.exercice)),
    )


def retrait(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    fiche = _ligne(alliance, pk)
    return page_de_geste(
        request,
        partial(retirer, fiche),
        empechements=empechements_a_retirer(fiche),
        titre="Retirer une ligne de participation",
        fait="La ligne est retirée.",
        objet=fiche,
        **RETRAIT | reperes(alliance, _retour(slug, fiche.exercice)),
    )
