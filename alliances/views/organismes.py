"""Le répertoire des organismes."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from alliances.forms.liste import FiltresDesOrganismes
from alliances.forms.organismes import OrganismeForm
from alliances.models import DemandeIdentite, Organisme
from alliances.models.mandats import droits_de
from alliances.models.roles import SUIVI
from alliances.permissions import (
    mandats_geres,
    peut_ajouter_un_organisme,
    peut_changer_l_identite,
    peut_decider_de_l_identite,
    peut_demander_l_identite,
    peut_modifier_un_organisme,
)
from socle.pages.colonnes import ColonneLien, ColonneTexte
from socle.pages.gestes import donnees_de, page_de_geste
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


def organisme_visible(request, pk):
    visibles = Organisme.objects.visibles_par(request.user).select_related("territoire__region")
    return get_object_or_404(visibles, pk=pk)


@require_safe
def organisme(request, pk):
    fiche = organisme_visible(request, pk)
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
            "peut_demander": fiche.est_partie and peut_demander_l_identite(request.user, fiche) is None,
            "demande": DemandeIdentite.objects.visibles_par(request.user)
            .en_attente()
            .filter(organisme=fiche)
            .select_related("demandee_par")
            .first(),
            "decide": peut_decider_de_l_identite(request.user) is None,
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
    fiche = organisme_visible(request, pk)
    avec_identite = peut_changer_l_identite(request.user, fiche) is None
    form = OrganismeForm(donnees_de(request), instance=fiche, avec_identite=avec_identite)
    return page_de_geste(
        request,
        form.enregistrer,
        refus=peut_modifier_un_organisme(request.user, fiche),
        titre="Modifier un organisme",
        fait=lambda _: form.ce_qui_est_fait(),
        annuler=adresse_de(fiche),
        **_saisie(form),
    )


def adresse_de(organisme):
    return reverse("alliances:organisme", args=[organisme.pk])


def _saisie(form):
    """Ce que montre la page d'une fiche; on revient à celle de l'organisme."""
    return {
        "form": form,
        "gabarit": "alliances/organisme_saisie.html",
        "libelle": "Enregistrer",
        "objet_en_mots": "",
        "etapes": [("Organismes", reverse("alliances:organismes"))],
        "retour": adresse_de,
    }
