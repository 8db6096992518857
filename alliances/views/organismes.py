"""Le répertoire des organismes."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from alliances.forms.liste import FiltresDesOrganismes
from alliances.forms.organismes import OrganismeForm
from alliances.models import Organisme
from alliances.models.mandats import SUIVI, droits_de
from alliances.permissions import mandats_geres, peut_ajouter_un_organisme, peut_modifier_un_organisme
from alliances.views.portes import enregistrer, saisie
from socle.acces import exiger
from socle.pages.colonnes import ColonneLien, ColonneTexte
from socle.pages.listes import Tableau, page_de_liste


def _region(organisme):
    territoire = organisme.territoire
    return format_html('<span class="discret">{}</span>', territoire.region) if territoire else ""


class TableauDesOrganismes(Tableau):
    legende = "Organismes"
    denombre = "organisme"
    tri, departage = "organisme", ("pk",)

    organisme = ColonneLien("Nom", str, vers="alliances:organisme", tri="nom_normalise")
    neq = ColonneTexte("NEQ", tri="neq")
    forme = ColonneTexte("Forme juridique", "get_forme_display", tri="forme")
    territoire = ColonneTexte(tri="territoire__nom", suite=_region)
    region = ColonneTexte("Région", "territoire__region", cachee=True)

    def lire(self, organismes):
        return organismes.select_related("territoire__region")


@require_safe
def organismes(request):
    return page_de_liste(
        request,
        TableauDesOrganismes,
        FiltresDesOrganismes,
        Organisme.objects.visibles_par(request.user),
        gabarit="alliances/organismes.html",
        peut_ajouter=peut_ajouter_un_organisme(request.user) is None,
    )


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
