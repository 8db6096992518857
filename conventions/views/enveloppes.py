"""L'enveloppe d'un exercice : l'arbre et ses soldes; le dresser, y ajouter, renommer, retirer; reporter et clore."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conventions.forms.enveloppes import EnveloppeForm, FormeForm, NomForm, RaisonForm
from conventions.models import Ecriture, Enveloppe, Repartition, Report, Transfert
from conventions.models.arbres import empechements_d_exercice
from conventions.models.reports import avertissements_a_clore, clore, empechements_a_clore
from conventions.permissions import peut
from conventions.regles.arbres import forme_proposee
from conventions.views.branches import branches_de, chiffres_de
from conventions.views.ecritures import LUS, RELATIONS, image
from conventions.views.exercices import accomplir, exercice_de, page_de_l_exercice, reperes
from conventions.views.gestes import convention_visible
from socle.acces import exiger
from socle.pages.gestes import donnees_de
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui

DERNIERES = 5


@require_safe
def enveloppes(request, pk):
    """L'arbre d'un exercice, ses chiffres, ce qui est en cours, et les gestes que la personne peut poser."""
    convention = convention_visible(request, pk)
    exercices = list(convention.exercices.order_by("an"))
    choisi = _choisi(exercices, request.GET.get("exercice", ""))
    if choisi is None:
        return render(request, "conventions/enveloppes/aucune.html", {"convention": convention})
    arbre = list(Enveloppe.objects.de_l_arbre(convention, choisi.an).avec_soldes())
    return render(
        request,
        "conventions/enveloppes/enveloppes.html",
        reperes(convention, choisi.an)
        | {
            "exercices": exercices,
            "choisi": choisi,
            "chiffres": chiffres_de(convention, arbre),
            "branches": branches_de(convention, arbre),
            **_en_cours(request.user, convention=convention, an=choisi.an),
            "gestes": _gestes(request.user, convention, choisi, arbre),
            "modifiables": not choisi.clos_le and peut(request.user, "dresser-arbre", convention) is None,
        },
    )


def _en_cours(utilisateur, *, convention, an):
    """Les dernières écritures de l'exercice, ses transferts demandés et ses répartitions adoptées."""
    ecritures = Ecriture.objects.visibles_par(utilisateur).filter(convention=convention, enveloppe__an=an)
    ecritures = ecritures.select_related(*RELATIONS).only(*LUS).order_by("-pk")
    transferts = Transfert.objects.visibles_par(utilisateur).demandes().filter(convention=convention, an=an)
    adoptees = Repartition.objects.visibles_par(utilisateur).filter(convention=convention, an=an)
    return {
        "ecritures": [image(ecriture) for ecriture in ecritures[:DERNIERES]],
        "transferts": transferts.select_related("de__territoire", "vers__territoire"),
        "adoptees": list(adoptees),
    }


def _choisi(exercices, demande):
    """L'exercice demandé, sinon celui d'aujourd'hui, sinon le premier."""
    par_an = {str(e.an): e for e in exercices}
    courant = par_an.get(str(Exercice.de(aujourd_hui()).an))
    return par_an.get(demande) or courant or next(iter(exercices), None)


GESTES = (
    ("dresser-arbre", "arbre", "Créer les enveloppes", False),
    ("repartir", "repartition", "Préparer la répartition", True),
    ("demander-transfert", "transfert_demande", "Demander un transfert", True),
    ("dresser-arbre", "enveloppe_ajout", "Ajouter une enveloppe", True),
    ("reporter-soldes", "report", "Reporter les soldes", True),
    ("clore-exercice", "exercice_cloture", "Clore l’exercice", None),
)


def _gestes(utilisateur, convention, exercice, arbre):
    """(libellé, adresse) des gestes du rôle qui ont un sens maintenant : `dresse` dit si l'arbre doit être fait."""
    if not arbre or convention.etat != convention.Etat.SIGNEE or exercice.clos_le:
        return []
    dresse = len(arbre) > 1
    return [
        (libelle, reverse(f"conventions:{nom}", args=[convention.pk, exercice.an]))
        for geste, nom, libelle, voulu in GESTES
        if voulu in (None, dresse) and peut(utilisateur, geste, convention) is None
    ]


def arbre(request, pk, an):
    """Créer d'un coup les enveloppes d'un exercice."""
    convention = convention_visible(request, pk)
    exiger(peut(request.user, "dresser-arbre", convention))
    exercice_de(convention, an)
    precedent = Enveloppe.objects.filter(convention=convention, an=an - 1, parent__isnull=False).exists()
    profil = getattr(convention.alliance, "profil_gouvernance", None)
    part = (
        convention.part_regionale
        if convention.part_regionale is not None
        else profil and profil.part_regionale
    )
    proposee = forme_proposee(part, profil.decision_locale if profil else "")
    form = FormeForm(donnees_de(request), precedent=precedent, initial={"forme": proposee})
    if request.method == "POST" and form.is_valid():
        forme = form.cleaned_data["forme"]
        accomplir(
            request,
            Enveloppe.dresser,
            convention,
            an,
            forme,
            fait="Les enveloppes sont créées. Répartissez-y l’exercice.",
        )
        return redirect(page_de_l_exercice(convention, an))
    contexte = {"form": form, "empechements": Enveloppe.empechements_a_dresser(convention, an)}
    return render(request, "conventions/enveloppes/arbre.html", reperes(convention, an) | contexte)


def ajout(request, pk, an):
    convention = convention_visible(request, pk)
    exiger(peut(request.user, "dresser-arbre", convention))
    exercice_de(convention, an)
    parents = Enveloppe.objects.de_l_arbre(convention, an).select_related("territoire", "parent__parent")
    form = EnveloppeForm(donnees_de(request), arbre=parents, convention=convention, an=an)
    if request.method == "POST" and form.is_valid():
        fait = "L’enveloppe est ajoutée."
        if accomplir(request, Enveloppe.ajouter, convention, fait=fait, form=form, **form.cleaned_data):
            return redirect(page_de_l_exercice(convention, an))
    contexte = {"form": form, "empechements": empechements_d_exercice(convention, an)}
    return render(request, "conventions/enveloppes/ajout.html", reperes(convention, an) | contexte)


def _enveloppe(request, pk):
    """L'enveloppe que la personne voit et peut changer; 404 ou 403 sinon."""
    visibles = Enveloppe.objects.visibles_par(request.user)
    enveloppe = get_object_or_404(visibles.select_related("convention__alliance__cycle", "territoire"), pk=pk)
    exiger(peut(request.user, "dresser-arbre", enveloppe.convention))
    return enveloppe


def modification(request, pk):
    enveloppe = _enveloppe(request, pk)
    form = NomForm(donnees_de(request), instance=enveloppe)
    if request.method == "POST" and form.is_valid():
        donnees = form.cleaned_data
        if accomplir(
            request,
            Enveloppe.objects.get(pk=pk).renommer,
            donnees["nom"],
            montant_fixe=donnees["montant_fixe"],
            form=form,
            fait="L’enveloppe est modifiée.",
        ):
            return redirect(page_de_l_exercice(enveloppe.convention, enveloppe.an))
    contexte = {"form": form, "enveloppe": enveloppe, "empechements": enveloppe.empechements_a_changer()}
    return render(
        request,
        "conventions/enveloppes/modification.html",
        reperes(enveloppe.convention, enveloppe.an) | contexte,
    )


def retrait(request, pk):
    enveloppe = _enveloppe(request, pk)
    retour = page_de_l_exercice(enveloppe.convention, enveloppe.an)
    if request.method == "POST":
        accomplir(request, enveloppe.retirer, fait="L’enveloppe est retirée.")
        return redirect(retour)
    return _confirmer(
        request,
        "retrait",
        reperes(enveloppe.convention, enveloppe.an) | {"enveloppe": enveloppe},
        empechements=enveloppe.empechements_a_retirer(),
        libelle="Retirer l’enveloppe",
        genre="danger",
    )


def _confirmer(request, page, contexte, *, empechements, libelle, genre="", form=None):
    """Une page qui dit la conséquence du geste, ou pourquoi il ne peut pas se poser."""
    contexte |= {
        "form": form,
        "empechements": empechements,
        "libelle_action": libelle,
        "genre_action": genre,
        "url_annuler": contexte["retour"],
    }
    return render(request, f"conventions/enveloppes/{page}.html", contexte)


def report(request, pk, an):
    """Passer à l'exercice suivant tout ce qui est disponible dans celui-ci."""
    convention = convention_visible(request, pk)
    exiger(peut(request.user, "reporter-soldes", convention))
    exercice_de(convention, an)
    form = RaisonForm(donnees_de(request))
    if request.method == "POST" and form.is_valid():
        fait = f"Les soldes sont reportés à {Exercice(an + 1)}."
        if accomplir(request, Report.reporter, convention, an, motif=form.cleaned_data["motif"], fait=fait):
            return redirect(page_de_l_exercice(convention, an + 1))
        return redirect(page_de_l_exercice(convention, an))
    contexte = reperes(convention, an) | {
        "suivant": Exercice(an + 1),
        "soldes": Report.soldes_a_reporter(convention, an),
        "en_cours": aujourd_hui() <= Exercice(an).fin,
    }
    return _confirmer(
        request,
        "report",
        contexte,
        empechements=Report.empechements_a_reporter(convention, an),
        libelle="Reporter les soldes",
        form=form,
    )


def cloture(request, pk, an):
    convention = convention_visible(request, pk)
    exiger(peut(request.user, "clore-exercice", convention))
    exercice = exercice_de(convention, an)
    exercice.convention = convention
    if request.method == "POST":
        accomplir(request, clore, exercice, fait=f"L’exercice {exercice} est clos.")
        return redirect(page_de_l_exercice(convention, an))
    return _confirmer(
        request,
        "cloture",
        reperes(convention, an) | {"avertissements": avertissements_a_clore(exercice)},
        empechements=empechements_a_clore(exercice),
        libelle="Clore l’exercice",
        genre="danger",
    )
