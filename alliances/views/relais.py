"""Passer le relais : remettre d'un seul geste ce que tient une personne qui part."""

from functools import partial

from django.shortcuts import render
from django.urls import reverse

from alliances.forms.mandats import RelaisForm
from alliances.models import Alliance, Mandat
from alliances.models.invitations import relayer
from alliances.notifications import annoncer_mandats
from alliances.permissions import peut_passer_le_relais
from alliances.views.portes import alliance_suivie, reperes
from socle.acces import exiger
from socle.annonces.attentes import taches
from socle.models import Utilisateur
from socle.pages.gestes import MOTS, donnees_de, page_de_geste


def relais(request, slug):
    """Deux temps : choisir et voir ce qui est en cours, puis confirmer."""
    alliance = alliance_suivie(request, slug)
    exiger(peut_passer_le_relais(request.user, alliance))
    form = RelaisForm(donnees_de(request), alliance=alliance)
    ouverts = Mandat.objects.en_vigueur().filter(alliance=alliance, fin=None).select_related("utilisateur")
    communs = reperes(alliance, reverse("alliances:fiche", args=[slug]))
    if form.is_bound and "confirme" not in request.POST and form.is_valid():
        return _confirmation(request, form, ouverts, communs)
    return page_de_geste(
        request,
        partial(relayer, alliance=alliance),
        form=form,
        gabarit="alliances/relais.html",
        libelle="Continuer",
        fait=lambda entrante: _fait(form, entrante, alliance),
        ensuite=partial(_annoncer, alliance=alliance),
        annuler=communs["retour"],
        titre="Passer le relais",
        mandats=ouverts,
        **communs | {"retour": lambda entrante: _retour(request, alliance)},
    )


def _confirmation(request, form, ouverts, communs):
    """Ce qui passe d'une personne à l'autre; l'envoi suivant le confirme."""
    sortante, ici = (
        form.cleaned_data["sortante"],
        reverse("alliances:relais", args=[communs["alliance"].slug]),
    )
    contexte = (
        MOTS
        | communs
        | {
            "form": form,
            "titre": "Confirmer le relais",
            "ici": "Confirmer",
            "etapes": [*communs["etapes"], ("Passer le relais", ici)],
            "remis": [mandat for mandat in ouverts if mandat.utilisateur_id == sortante.pk],
            "en_cours": taches(sortante),
            "libelle_action": "Passer le relais",
            "url_annuler": ici,
        }
    )
    return render(request, "alliances/relais_confirmation.html", contexte)


def _fait(form, entrante, alliance):
    sortante, courriel = form.cleaned_data["sortante"], form.cleaned_data["courriel"]
    attend = any(mandat.est_a_confirmer for mandat in _recus(entrante, alliance))
    suite = " Ce qui lie attend d’être confirmé par une autre personne." if attend else ""
    return f"Le relais est passé de {sortante} à {entrante}. Un courriel part à {courriel}.{suite}"


def _recus(entrante, alliance):
    """Ce qu'elle tient, et ce qui, parce qu'il lie, ne vaut pas encore."""
    return Mandat.objects.filter(utilisateur=entrante, alliance=alliance, fin=None)


def _annoncer(entrante, *, par, alliance):
    annoncer_mandats(_recus(entrante, alliance))


def _retour(request, alliance):
    """Les mandats, ou la liste des Alliances si, d'après ses droits d'après le geste, on ne voit plus celle-ci."""
    relue = Utilisateur.objects.get(pk=request.user.pk)
    encore = Alliance.objects.suivies_par(relue).filter(pk=alliance.pk).exists()
    return reverse("alliances:mandats" if encore else "alliances:liste")
