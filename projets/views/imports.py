"""Les initiatives reprises d'un fichier : leur liste, leur page, l'import qui les entre et celui qui se défait."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from alliances.models import Alliance
from alliances.models.mandats import droits_de
from projets.forms.imports import ImportForm, desceller, sceller
from projets.forms.liste_des_reprises import FiltresDesReprises
from projets.forms.modele_d_import import modele_d_import
from projets.models import AppelProjets, ImportDInitiatives, Initiative, InitiativeReprise
from projets.models.roles import ROLES
from projets.permissions import peut_pour_l_organisme, peut_sur_l_alliance
from socle.acces import exiger
from socle.formulaires.motif import MotifForm
from socle.pages.colonnes import ColonneEtat, ColonneJour, ColonneLien, ColonneMontant, ColonneTexte
from socle.pages.gestes import MOTS, donnees_de, envoye, page_de_geste, poser
from socle.pages.listes import Tableau, page_de_liste
from socle.pages.tableur import TYPE_XLSX
from socle.texte.pastilles import Pastille
from socle.texte.typographie import pluriel

GENRES = {"en_cours": "encours", "terminee": "bien", "abandonnee": "neutre"}
ETAPES = [("Initiatives", "projets:initiatives"), ("Reprises", "projets:reprises")]


def _etapes():
    return [(nom, reverse(adresse)) for nom, adresse in ETAPES]


def pastille_de(reprise):
    return Pastille(reprise.get_etat_display(), GENRES[reprise.etat])


class TableauDesReprises(Tableau):
    legende, denombre, feminin, tri = "Initiatives reprises", "reprise", True, ""
    vide = "Les initiatives d’un autre cycle, ou d’un tableur, que la coordination a importées se lisent ici."

    titre = ColonneLien("Initiative", str, vers="projets:reprise", tri="titre")
    reference = ColonneTexte("Référence", tri="reference")
    organisme = ColonneTexte("Organisme", "organisme__nom", tri="organisme__nom_normalise")
    etat = ColonneEtat("État", pastille_de, tri="etat")
    debut = ColonneJour("Début", tri="debut", cachee=True)
    fin = ColonneJour("Fin", tri="fin")
    accorde = ColonneMontant("Accordé", tri="accorde")
    verse = ColonneMontant("Versé", tri="verse", cachee=True)
    personnes = ColonneTexte("Personnes rejointes", tri="personnes", cachee=True)
    thematique = ColonneTexte("Thématique", "thematique__nom", cachee=True)
    territoires = ColonneTexte("Territoires", lambda r: ", ".join(map(str, r.territoires.all())), cachee=True)
    alliance = ColonneTexte("Alliance", "alliance__nom", cachee=True)

    def lire(self, reprises):
        return reprises.select_related("organisme", "thematique", "alliance").prefetch_related("territoires")


@require_safe
def reprises(request):
    siennes = droits_de(request.user).alliances(frozenset(ROLES["importer-initiatives"]))
    imports = ImportDInitiatives.objects.visibles_par(request.user).select_related("importe_par")
    return page_de_liste(
        request,
        TableauDesReprises,
        FiltresDesReprises,
        InitiativeReprise.objects.visibles_par(request.user).avec_montants().order_by("-fin", "reference"),
        gabarit="projets/reprises/liste.html",
        alliances=Alliance.objects.filter(pk__in=siennes or ()).only("nom", "slug"),
        imports=imports[:10],
    )


@require_safe
def reprise(request, pk):
    """Ce que disait le fichier; pour son organisme, où la continuer."""
    relations = ("organisme", "thematique", "alliance__cycle", "origine__importe_par")
    visibles = InitiativeReprise.objects.visibles_par(request.user).avec_montants()
    reprise = get_object_or_404(visibles.select_related(*relations), pk=pk)
    appels = AppelProjets.objects.none()
    if peut_pour_l_organisme(request.user, "commencer", reprise.organisme) is None:
        appels = AppelProjets.objects.publics().ouverts().filter(alliance=reprise.alliance)
    imports = ImportDInitiatives.objects.visibles_par(request.user).filter(pk=reprise.origine_id)
    return render(
        request,
        "projets/reprises/reprise.html",
        {
            "reprise": reprise,
            "etat": pastille_de(reprise),
            "appels": appels.order_by("ferme_le"),
            "suites": Initiative.objects.visibles_par(request.user).filter(suite_de=reprise),
            "lit_l_import": imports.exists(),
        },
    )


# --- L'import --------------------------------------------------------------------------------------------


def _alliance(request, slug):
    """L'Alliance où la personne importe; 404 si elle ne la voit pas, 403 si elle n'y importe pas."""
    alliance = get_object_or_404(Alliance.objects.suivies_par(request.user), slug=slug)
    exiger(peut_sur_l_alliance(request.user, "importer-initiatives", alliance))
    return alliance


@require_safe
def modele(request, slug):
    """Le classeur à remplir, avec les territoires et les thématiques de cette Alliance."""
    reponse = HttpResponse(modele_d_import(_alliance(request, slug)), content_type=TYPE_XLSX)
    reponse["Content-Disposition"] = 'attachment; filename="initiatives-a-reprendre.xlsx"'
    return reponse


@require_http_methods(["GET", "HEAD", "POST"])
def importation(request, slug):
    """Le fichier se lit, se relit à blanc, puis se confirme : tout, ou rien."""
    alliance, sel = _alliance(request, slug), f"initiatives-{slug}-{request.user.pk}"
    if request.method == "POST" and "jeton" in request.POST:
        return _confirmer(request, alliance, desceller(request.POST["jeton"], sel))
    form, liste = ImportForm(*envoye(request), alliance=alliance), reverse("projets:reprises")
    contexte = MOTS | {
        "form": form,
        "alliance": alliance,
        "titre": "Reprendre des initiatives",
        "ici": "Importer",
        "etapes": _etapes(),
        "objet_en_mots": alliance.nom,
        "chapeau": alliance.nom,
        "libelle_action": "Lire le fichier",
        "url_annuler": liste,
    }
    if not (form.is_bound and form.is_valid()):
        return render(request, "projets/reprises/importation.html", contexte)
    nom = form.cleaned_data["fichier"].name
    contexte["jeton"] = "" if form.fautes else sceller(nom, form.neuves, sel)
    return render(request, "projets/reprises/essai.html", contexte)


def _confirmer(request, alliance, lu):
    if lu is None:
        messages.error(request, "Ce que vous confirmez ne se lit plus\xa0: importez le fichier de nouveau.")
        return redirect("projets:import_d_initiatives", alliance.slug)
    nom, saisies = lu
    fait = poser(request, partial(ImportDInitiatives.importer, alliance, saisies, fichier=nom))
    if fait is None:
        return redirect("projets:import_d_initiatives", alliance.slug)
    s = pluriel(fait.nombre)
    messages.success(request, f"{fait.nombre} initiative{s} reprise{s}.")
    return redirect("projets:import", fait.pk)


def _import_visible(request, pk):
    imports = ImportDInitiatives.objects.visibles_par(request.user)
    return get_object_or_404(imports.select_related("alliance", "importe_par", "defait_par"), pk=pk)


@require_safe
def un_import(request, pk):
    fait = _import_visible(request, pk)
    permis = peut_sur_l_alliance(request.user, "defaire-import", fait.alliance) is None
    contexte = {"fait": fait, "permis": permis, "empechements": fait.empechements_a_defaire()}
    return render(request, "projets/reprises/import.html", contexte)


def annulation(request, pk):
    fait = _import_visible(request, pk)
    page = reverse("projets:import", args=[pk])
    return page_de_geste(
        request,
        fait.defaire,
        refus=peut_sur_l_alliance(request.user, "defaire-import", fait.alliance),
        form=MotifForm(donnees_de(request), aide="La Table et l’État le liront."),
        empechements=fait.empechements_a_defaire(),
        gabarit="projets/reprises/annulation.html",
        libelle="Défaire l’import",
        fait="L’import est défait\xa0: ses initiatives ne sont plus dans la liste.",
        danger=True,
        retour=page,
        objet_en_mots=str(fait),
        etapes=[*_etapes(), ("L’import", page)],
        import_defait=fait,
    )
