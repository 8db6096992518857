"""Passer le relais : remettre d'un seul geste ce que tient une personne qui part."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse

from alliances.forms.mandats import RelaisForm
from alliances.models import Alliance, Mandat
from alliances.models.invitations import relayer
from alliances.notifications import annoncer_mandats
from alliances.permissions import peut_passer_le_relais
from alliances.views.portes import alliance_suivie, saisie
from socle.acces import exiger
from socle.annonces.attentes import taches
from socle.erreurs import ErreurDuDomaine
from socle.models import Utilisateur


def relais(request, slug):
    """Deux temps : choisir et voir ce qui est en cours, puis confirmer."""
    alliance = alliance_suivie(request, slug)
    exiger(peut_passer_le_relais(request.user, alliance))
    form = RelaisForm(saisie(request), alliance=alliance)
    ouverts = Mandat.objects.en_vigueur().filter(alliance=alliance, fin=None).select_related("utilisateur")
    contexte = {
        "alliance": alliance,
        "form": form,
        "mandats": ouverts,
        "libelle_action": "Passer le relais",
        "genre_action": "",
        "url_annuler": reverse("alliances:relais", args=[slug]),
    }
    if request.method == "POST" and form.is_valid():
        sortante = form.cleaned_data["sortante"]
        contexte["remis"] = [m for m in ouverts if m.utilisateur_id == sortante.pk]
        contexte["en_cours"] = taches(sortante)
        if "confirme" not in request.POST:
            return render(request, "alliances/relais_confirmation.html", contexte)
        if _relayer(request, alliance, form):
            encore = Alliance.objects.suivies_par(_relu(request)).filter(pk=alliance.pk).exists()
            return redirect("alliances:mandats" if encore else "alliances:liste")
    return render(request, "alliances/relais.html", contexte)


def _relayer(request, alliance, form):
    donnees = form.cleaned_data.copy()
    sortante, courriel = donnees.pop("sortante"), donnees.pop("courriel")
    try:
        entrante = relayer(sortante, courriel, par=request.user, alliance=alliance, **donnees)
    except ValidationError as refus:
        form.add_error(None, refus.messages)
        return False
    except ErreurDuDomaine as refus:
        form.add_error("courriel", str(refus))
        return False
    annoncer_mandats(Mandat.objects.en_vigueur().filter(utilisateur=entrante, alliance=alliance, fin=None))
    messages.success(
        request, f"Le relais est passé de {sortante} à {entrante}. Un courriel part à {courriel}."
    )
    return True


def _relu(request):
    """La même personne, avec ses droits d'après le geste."""
    return Utilisateur.objects.get(pk=request.user.pk)
