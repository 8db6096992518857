"""Le répertoire des organismes."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.forms.organismes import OrganismeForm, RechercheForm
from alliances.models import Organisme
from alliances.models.mandats import SUIVI, droits_de
from alliances.permissions import mandats_geres, peut_ajouter_un_organisme, peut_modifier_un_organisme
from socle.pages.gestes import donnees_de, page_de_geste

PAR_PAGE = 25


@require_safe
def organismes(request):
    recherche = RechercheForm(request.GET)
    visibles = Organisme.objects.visibles_par(request.user).select_related("territoire__region")
    page = Paginator(recherche.filtrer(visibles), PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "recherche": recherche,
        "page": page,
        "filtre": any(recherche.cleaned_data.values()),
        "peut_ajouter": peut_ajouter_un_organisme(request.user) is None,
    }
    return render(request, "alliances/organismes.html", contexte)


def _organisme(request, pk):
    visibles = Organisme.objects.visibles_par(request.user).select_related("territoire__region")
    return get_object_or_404(visibles, pk=pk)


@require_safe
def organisme(request, pk):
    fiche = _organisme(request, pk)
    return render(
        request,
        "alliances/organisme.html",
        {
            "organisme": fiche,
            "qualites": fiche.qualites.select_related("alliance"),
            "suivi": bool(droits_de(request.user).roles & SUIVI),
            "mandats": mandats_geres(request.user)
            .en_vigueur()
            .filter(organisme=fiche)
            .select_related("utilisateur"),
            "peut_modifier": peut_modifier_un_organisme(request.user, fiche) is None,
        },
    )


def ajout(request):
    form = OrganismeForm(donnees_de(request), instance=Organisme())
    return page_de_geste(
        request,
        form.enregistrer,
        refus=peut_ajouter_un_organisme(request.user),
        titre="Ajouter un organisme",
        fait="L’organisme est au répertoire.",
        annuler=reverse("alliances:organismes"),
        **_saisie(form),
    )


def modification(request, pk):
    fiche = _organisme(request, pk)
    form = OrganismeForm(donnees_de(request), instance=fiche)
    return page_de_geste(
        request,
        form.enregistrer,
        refus=peut_modifier_un_organisme(request.user, fiche),
        titre="Modifier un organisme",
        fait="L’organisme est modifié.",
        annuler=_adresse(fiche),
        **_saisie(form),
    )


def _adresse(organisme):
    return reverse("alliances:organisme", args=[organisme.pk])


def _saisie(form):
    """Ce que montre la page d'une fiche; on revient à celle de l'organisme."""
    return {
        "form": form,
        "gabarit": "alliances/organisme_saisie.html",
        "libelle": "Enregistrer",
        "objet_en_mots": "",
        "etapes": [("Organismes", reverse("alliances:organismes"))],
        "retour": _adresse,
    }
