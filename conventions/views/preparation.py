"""Préparer une convention : l'ouvrir d'après le cycle, corriger ses sections, nommer ses parties."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from alliances.models import Alliance
from conventions.forms.preparation import PartieForm, PreparationForm
from conventions.models import Convention, PartieConvention
from conventions.permissions import peut, peut_sur_l_alliance
from conventions.views.gestes import confirmer, convention_visible
from socle.acces import exiger
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.gestes import donnees_de, phrases, poser


def ouverture(request, slug):
    """Dit ce qui sera proposé, puis ouvre la convention; si elle existe déjà, y mène."""
    alliances = Alliance.objects.suivies_par(request.user).select_related("cycle", "table_regionale")
    alliance = get_object_or_404(alliances, slug=slug)
    exiger(peut_sur_l_alliance(request.user, "preparer", alliance))
    vivante = Convention.objects.vivantes().filter(alliance=alliance).first()
    if vivante:
        return redirect("conventions:convention", pk=vivante.pk)
    if request.method == "POST":
        convention = poser(request, Convention.preparer, alliance)
        if convention is None:
            return redirect("conventions:de_l_alliance", slug=slug)
        messages.success(
            request, "La convention est ouverte. Vérifiez ce qui est proposé, puis transmettez-la."
        )
        return redirect("conventions:preparation", pk=convention.pk)
    return render(
        request,
        "conventions/ouverture.html",
        {
            "alliance": alliance,
            "parties": alliance.parties.select_related("organisme"),
            "form": None,
            "libelle_action": "Préparer la convention",
            "genre_action": "",
            "url_annuler": reverse("alliances:fiche", args=[slug]),
        },
    )


MONTRES = ("exercices", "parties__organisme", "parties__territoires")


def _a_preparer(request, pk, avec=()):
    convention = convention_visible(request, pk, *avec, jointe="alliance__cycle")
    exiger(peut(request.user, "preparer", convention))
    return convention


def preparation(request, pk):
    """Les sections de la convention, ses parties, et ce qui manque pour la transmettre."""
    convention = _a_preparer(request, pk, MONTRES)
    form = PreparationForm(donnees_de(request), convention=convention, instance=convention)
    if request.method == "POST" and form.is_valid() and _modifier(form, par=request.user):
        messages.success(request, "La préparation est enregistrée.")
        return redirect("conventions:preparation", pk=pk)
    enregistree = convention_visible(request, pk, *MONTRES) if request.method == "POST" else convention
    return render(
        request,
        "conventions/preparation.html",
        {
            "convention": enregistree,
            "alliance": convention.alliance,
            "form": form,
            "parties": enregistree.parties.all(),
            "total": enregistree.montant(),
            "ferme": enregistree.empechements_a_modifier(),
            "empechements": enregistree.empechements_a_transmettre(),
            "avertissements": enregistree.avertissements(),
            "peut_transmettre": peut(request.user, "transmettre", convention) is None,
        },
        status=_code(form),
    )


def _modifier(form, *, par):
    return enregistrer(form, form.convention.modifier, form.valeurs(), form.montants(), par=par)


def _inscrire(form, *, par):
    geste = form.convention.inscrire_partie
    return enregistrer(form, geste, form.instance, par=par, territoires=form.territoires())


def _code(form):
    """409 quand la page datait : la saisie est rendue, à envoyer de nouveau."""
    return 409 if getattr(form, "conflit", False) else 200


def enregistrer(form, geste, *args, par, **options):
    """Pose le geste; un refus devient une erreur du formulaire, et rien de ce qui est tapé ne se perd."""
    try:
        geste(*args, par=par, revision=form.cleaned_data["revision"], **options)
    except VersionPerimee as refus:
        form.add_error(None, f"{refus} Pour garder votre saisie, enregistrez de nouveau.")
        form.garder_la_saisie()
        form.conflit = True
        return False
    except TransitionInterdite as refus:
        for phrase in phrases(refus):
            form.add_error(None, phrase)
        return False
    except ValidationError as refus:
        form.add_error(None, refus.messages)
        return False
    return True


def partie_ajout(request, pk):
    convention = _a_preparer(request, pk)
    partie = PartieConvention(convention=convention, rang=4)
    return _saisir(request, convention, partie, titre="Ajouter une partie", fait="La partie est ajoutée.")


def partie(request, pk, numero):
    convention = _a_preparer(request, pk)
    partie = get_object_or_404(convention.parties.select_related("organisme"), pk=numero)
    return _saisir(request, convention, partie, titre=f"Modifier {partie}", fait="La partie est modifiée.")


def _saisir(request, convention, partie, *, titre, fait):
    form = PartieForm(donnees_de(request), convention=convention, instance=partie)
    if request.method == "POST" and form.is_valid() and _inscrire(form, par=request.user):
        messages.success(request, fait)
        return redirect(f"{reverse('conventions:preparation', args=[convention.pk])}#parties")
    return render(
        request,
        "conventions/partie.html",
        {
            "convention": convention,
            "alliance": convention.alliance,
            "form": form,
            "titre": titre,
            "ferme": convention.empechements_a_modifier(),
        },
        status=_code(form),
    )


def partie_retrait(request, pk, numero):
    """La page de confirmation nomme la partie; elle pourra être inscrite de nouveau."""
    convention = _a_preparer(request, pk)
    partie = get_object_or_404(convention.parties.select_related("organisme"), pk=numero)
    return confirmer(
        request,
        convention,
        geste="preparer",
        methode=convention.retirer_partie,
        args=(partie,),
        gabarit="conventions/partie_retrait.html",
        libelle="Retirer la partie",
        fait=f"{partie} n’est plus partie à la convention.",
        empechements=convention.empechements_a_modifier() or partie.empechements_a_retirer(),
        genre_action="danger",
        retour=f"{reverse('conventions:preparation', args=[pk])}#parties",
        contexte={"partie": partie},
    )
