"""Préparer une convention : l'ouvrir d'après le cycle, corriger ses sections, nommer ses parties."""

from functools import partial

from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from alliances.models import Alliance
from conventions.forms.preparation import PartieForm, PreparationForm
from conventions.models import Convention, PartieConvention
from conventions.permissions import peut, peut_sur_l_alliance
from conventions.views.gestes import convention_visible, reperes
from socle.pages.gestes import donnees_de, page_de_geste

MONTRES = ("exercices", "parties__organisme", "parties__territoires")


def ouverture(request, slug):
    """Dit ce qui sera proposé, puis ouvre la convention; si elle existe déjà, y mène."""
    alliances = Alliance.objects.suivies_par(request.user).select_related("cycle", "table_regionale")
    alliance = get_object_or_404(alliances, slug=slug)
    refus = peut_sur_l_alliance(request.user, "preparer", alliance)
    vivante = Convention.objects.vivantes().filter(alliance=alliance).first()
    if vivante and not refus:
        return redirect("conventions:convention", pk=vivante.pk)
    return page_de_geste(
        request,
        partial(Convention.preparer, alliance),
        refus=refus,
        gabarit="conventions/ouverture.html",
        libelle="Préparer la convention",
        fait="La convention est ouverte. Vérifiez ce qui est proposé, puis transmettez-la.",
        retour=lambda convention: reverse("conventions:preparation", args=[convention.pk]),
        annuler=reverse("alliances:fiche", args=[slug]),
        ici="Préparation",
        alliance=alliance,
        parties=alliance.parties.select_related("organisme"),
        objet_en_mots=alliance.nom,
        chapeau=f"{alliance.nom}, cycle {alliance.cycle}.",
        etapes=[("Conventions", reverse("conventions:liste"))],
    )


def preparation(request, pk):
    """Les sections de la convention, ses parties, et ce qui manque pour la transmettre."""
    convention = convention_visible(request, pk, *MONTRES, jointe="alliance__cycle")
    form = PreparationForm(donnees_de(request), convention=convention, instance=convention)
    envoi = request.method == "POST"
    enregistree = convention_visible(request, pk, *MONTRES) if envoi else convention
    communs = reperes(enregistree)
    return page_de_geste(
        request,
        enregistree.modifier,
        refus=peut(request.user, "preparer", convention),
        form=form,
        gabarit="conventions/preparation.html",
        libelle="Enregistrer",
        fait="La préparation est enregistrée.",
        empechements=enregistree.empechements_a_modifier(),
        annuler=communs["retour"],
        titre="Préparer la convention",
        ici="Préparation",
        empeche="La préparation est terminée",
        revenir="Revenir à la convention",
        annulation="Revenir à la convention",
        parties=enregistree.parties.all(),
        total=enregistree.montant(),
        manques=enregistree.empechements_a_transmettre(),
        avertissements=enregistree.avertissements(),
        peut_transmettre=peut(request.user, "transmettre", convention) is None,
        **communs
        | {
            "chapeau": f"{communs['chapeau']} L’Alliance ne la voit pas encore.",
            "retour": reverse("conventions:preparation", args=[pk]),
        },
    )


def _reperes(convention):
    """Les pages d'une partie reviennent aux parties de la préparation."""
    preparation, communs = reverse("conventions:preparation", args=[convention.pk]), reperes(convention)
    return communs | {
        "etapes": [(convention.numero, preparation)],
        "retour": f"{preparation}#parties",
    }


def partie_ajout(request, pk):
    convention = convention_visible(request, pk, jointe="alliance__cycle")
    partie = PartieConvention(convention=convention, rang=4)
    return _saisir(request, convention, partie, titre="Ajouter une partie", fait="La partie est ajoutée.")


def partie(request, pk, numero):
    convention = convention_visible(request, pk, jointe="alliance__cycle")
    partie = get_object_or_404(convention.parties.select_related("organisme"), pk=numero)
    return _saisir(request, convention, partie, titre=f"Modifier {partie}", fait="La partie est modifiée.")


def _saisir(request, convention, partie, *, titre, fait):
    return page_de_geste(
        request,
        convention.inscrire_partie,
        refus=peut(request.user, "preparer", convention),
        form=PartieForm(donnees_de(request), convention=convention, instance=partie),
        gabarit="layout/saisie.html",
        libelle="Enregistrer",
        fait=fait,
        empechements=convention.empechements_a_modifier(),
        titre=titre,
        ici="Partie",
        empeche="Les parties ne changent plus",
        **_reperes(convention) | {"objet_en_mots": f"convention {convention.numero}"},
    )


def partie_retrait(request, pk, numero):
    """La page de confirmation nomme la partie; elle pourra être inscrite de nouveau."""
    convention = convention_visible(request, pk, jointe="alliance__cycle")
    partie = get_object_or_404(convention.parties.select_related("organisme"), pk=numero)
    return page_de_geste(
        request,
        partial(convention.retirer_partie, partie),
        refus=peut(request.user, "preparer", convention),
        gabarit="conventions/partie_retrait.html",
        libelle="Retirer la partie",
        fait=f"{partie} n’est plus partie à la convention.",
        empechements=convention.empechements_a_modifier() or partie.empechements_a_retirer(),
        danger=True,
        partie=partie,
        **reperes(convention) | {"retour": _reperes(convention)["retour"]},
    )
