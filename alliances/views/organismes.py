"""Le répertoire des organismes."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from alliances.forms.organismes import OrganismeForm, RechercheForm
from alliances.models import Organisme
from alliances.models.mandats import SUIVI, droits_de
from alliances.permissions import mandats_geres, peut_ajouter_un_organisme, peut_modifier_un_organisme
from alliances.views.portes import enregistrer, saisie
from socle.acces import exiger

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
    exiger(peut_ajouter_un_organisme(request.user))
    return _saisir(request, Organisme(), "Ajouter un organisme", "L’organisme est au répertoire.")


def modification(request, pk):
    fiche = _organisme(request, pk)
    exiger(peut_modifier_un_organisme(request.user, fiche))
    return _saisir(request, fiche, "Modifier un organisme", "L’organisme est modifié.")


def _saisir(request, fiche, titre, fait):
    """Avertit avant d'ouvrir une deuxième fiche du même organisme; « quand même » passe outre."""
    form = OrganismeForm(saisie(request), instance=fiche)
    valide = request.method == "POST" and form.is_valid()
    if valide and not form.doublons_a_confirmer() and enregistrer(form, par=request.user):
        messages.success(request, fait)
        return redirect("alliances:organisme", pk=form.instance.pk)
    contexte = {"form": form, "titre": titre, "organisme": fiche, "neuf": form.neuf}
    status = 409 if getattr(form, "conflit", False) else 200
    return render(request, "alliances/organisme_saisie.html", contexte, status=status)
