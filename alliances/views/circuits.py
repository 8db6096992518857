"""Les circuits nommés d'une Alliance et leurs étapes."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from alliances.forms.gouvernance import CircuitForm, EtapeForm
from alliances.models import CircuitDecision, EtapeDecision
from alliances.models.changements import deplacer, empechements_a_retirer, retirer
from alliances.views.portes import RETRAIT, alliance_aux_circuits, reperes, saisie
from socle.erreurs import TransitionInterdite
from socle.pages.gestes import donnees_de, page_de_geste

SENS = {"monter": -1, "descendre": 1}


def _retour(slug, circuit=None):
    return reverse("alliances:gouvernance", args=[slug]) + (f"#circuit-{circuit}" if circuit else "#circuits")


def _circuit(alliance, pk):
    return get_object_or_404(CircuitDecision.objects.select_related("alliance"), pk=pk, alliance=alliance)


def _etape(alliance, pk):
    etapes = EtapeDecision.objects.select_related("circuit__alliance", "instance_gouvernance")
    return get_object_or_404(etapes, pk=pk, circuit__alliance=alliance)


def ajout(request, slug):
    alliance = alliance_aux_circuits(request, slug)
    form = CircuitForm(donnees_de(request), instance=CircuitDecision(alliance=alliance))
    return page_de_geste(
        request,
        form.enregistrer,
        titre="Ajouter un circuit",
        fait="Le circuit est ajouté, le dernier; ajoutez maintenant ce qui vient avant la décision.",
        **saisie(
            form,
            alliance,
            _retour(slug),
            chapeau="Une initiative suit le premier circuit, dans l’ordre de la page, qui lui convient.",
        ),
    )


def circuit(request, slug, pk):
    alliance = alliance_aux_circuits(request, slug)
    form = CircuitForm(donnees_de(request), instance=_circuit(alliance, pk))
    return page_de_geste(
        request,
        form.enregistrer,
        titre="Modifier un circuit",
        fait="Le circuit est modifié. Les initiatives déjà déposées gardent le leur.",
        **saisie(form, alliance, _retour(slug, pk)),
    )


def _deplacer(request, objet, retour):
    sens = SENS.get(request.POST.get("sens"))
    try:
        if sens is None:
            messages.error(request, "Le déplacement demandé n’a pas de sens\u00a0: montez ou descendez.")
        elif not deplacer(objet, sens, par=request.user):
            messages.info(request, "C’est déjà à cette extrémité.")
    except TransitionInterdite as refus:
        messages.error(request, str(refus))
    return redirect(retour)


@require_POST
def deplacement(request, slug, pk):
    return _deplacer(request, _circuit(alliance_aux_circuits(request, slug), pk), _retour(slug, pk))


def retrait(request, slug, pk):
    alliance = alliance_aux_circuits(request, slug)
    fiche = _circuit(alliance, pk)
    return page_de_geste(
        request,
        partial(retirer, fiche),
        empechements=empechements_a_retirer(fiche),
        titre="Retirer un circuit",
        fait="Le circuit est retiré. Les initiatives déjà déposées gardent le leur.",
        objet=fiche,
        emporte=[f"Étape\u00a0: {etape}" for etape in fiche.etapes.select_related("instance_gouvernance")],
        **RETRAIT | reperes(alliance, _retour(slug)),
    )


def etape_ajout(request, slug, pk):
    alliance = alliance_aux_circuits(request, slug)
    fiche = _circuit(alliance, pk)
    form = EtapeForm(donnees_de(request), instance=EtapeDecision(circuit=fiche))
    return page_de_geste(
        request,
        form.enregistrer,
        titre=f"Ajouter une étape – {fiche.nom}",
        fait="L’étape est ajoutée, juste avant la décision.",
        **saisie(form, alliance, _retour(slug, pk)),
    )


def etape(request, slug, pk):
    alliance = alliance_aux_circuits(request, slug)
    fiche = _etape(alliance, pk)
    form = EtapeForm(donnees_de(request), instance=fiche)
    return page_de_geste(
        request,
        form.enregistrer,
        titre=f"Modifier une étape – {fiche.circuit.nom}",
        fait="L’étape est modifiée. Les initiatives déjà déposées gardent leur circuit.",
        **saisie(form, alliance, _retour(slug, fiche.circuit_id)),
    )


@require_POST
def etape_deplacement(request, slug, pk):
    fiche = _etape(alliance_aux_circuits(request, slug), pk)
    return _deplacer(request, fiche, _retour(slug, fiche.circuit_id))


def etape_retrait(request, slug, pk):
    alliance = alliance_aux_circuits(request, slug)
    fiche = _etape(alliance, pk)
    return page_de_geste(
        request,
        partial(retirer, fiche),
        empechements=empechements_a_retirer(fiche),
        titre=f"Retirer une étape – {fiche.circuit.nom}",
        fait="L’étape est retirée. Les initiatives déjà déposées gardent leur circuit.",
        objet=fiche,
        **RETRAIT | reperes(alliance, _retour(slug, fiche.circuit_id)),
    )
