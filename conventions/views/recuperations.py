"""Récupérer des sommes non dépensées : choisir l'exercice et les enveloppes, inscrire, relire."""

from functools import partial

from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from conventions.forms.parts import ProrataForm, RecuperationForm, au_prorata
from conventions.models import Recuperation
from conventions.permissions import peut
from conventions.views.defaites import defaite_de
from conventions.views.gestes import convention_visible, reperes
from socle.acces import Refus
from socle.pages.gestes import donnees_de, page_de_geste
from socle.valeurs.argent import ZERO, en_dollars
from socle.valeurs.exercice import Exercice


@require_http_methods(["GET", "HEAD", "POST"])
def recuperation(request, pk):
    """Inscrire une somme rendue, reprise aux enveloppes; l'exercice est dans l'adresse."""
    convention = convention_visible(request, pk)
    refus = peut(request.user, "recuperer", convention)
    if not convention.est_signee:
        refus = refus or Refus("La convention n’est pas signée\u00a0: rien n’a été versé.")
    racines = _racines(convention)
    an = _choisi(request.GET.get("exercice", ""), racines, convention)
    recus = {racine.exercice: racine.solde.recu for racine in racines}
    enveloppes = Recuperation.enveloppes_a_reprendre(convention, an)
    prorata = ProrataForm(request.GET if "montant" in request.GET else None, initial={"exercice": an})
    rendu = prorata.cleaned_data["montant"] if prorata.is_valid() else ZERO
    return page_de_geste(
        request,
        partial(Recuperation.inscrire, convention, an=an),
        refus=refus,
        form=RecuperationForm(
            donnees_de(request),
            enveloppes=enveloppes,
            proposes=au_prorata(enveloppes, rendu),
            convention=convention,
            an=an,
            rendu=rendu,
        ),
        gabarit="conventions/versements/recuperation.html",
        libelle="Inscrire la récupération",
        fait=lambda recuperation: (
            f"{en_dollars(recuperation.montant)} récupérés de {recuperation.exercice}, inscrits "
            "au grand livre."
        ),
        empechements=Recuperation.empechements_a_recuperer(convention, an),
        titre=f"Récupérer des sommes de {Exercice(an)}",
        ici="Récupération",
        empeche=f"Rien ne se récupère de {Exercice(an)}",
        recus=recus,
        an=an,
        exercice=Exercice(an),
        plafond=recus.get(Exercice(an), ZERO),
        libre=sum((e.solde.restant for e in enveloppes), start=ZERO),
        prorata=prorata,
        **_reperes(convention),
    )


def _racines(convention):
    """L'enveloppe de chaque exercice : son solde, et s'il est clos; une requête."""
    clos = convention.exercices.filter(an=OuterRef("an"), clos_le__isnull=False)
    racines = convention.enveloppes.filter(volet="exercice").avec_soldes().order_by("an")
    return list(racines.annotate(est_clos=Exists(clos)))


def _choisi(demande, racines, convention):
    """L'exercice demandé, sinon le premier qui garde quelque chose et peut le rendre, sinon le premier."""
    ans = [racine.an for racine in racines]
    if demande.isdecimal() and int(demande) in ans:
        return int(demande)
    gardent = [racine for racine in racines if racine.solde.recu]
    rendent = [r.an for r in gardent if not r.est_clos or convention.etat != convention.Etat.SIGNEE]
    return next(iter(rendent or [r.an for r in gardent] or ans), 0)


def _reperes(convention):
    communs, retour = reperes(convention), reverse("conventions:versements", args=[convention.pk])
    return communs | {"etapes": [*communs["etapes"], ("Versements", retour)], "retour": retour}


@require_safe
def inscrite(request, pk):
    """Une récupération : ce qu'elle a repris, à quelles enveloppes, et si elle a été défaite."""
    visibles = Recuperation.objects.visibles_par(request.user).select_related("convention__alliance", "par")
    recuperation = get_object_or_404(visibles, pk=pk)
    convention = recuperation.convention
    return render(
        request,
        "conventions/versements/recuperation_inscrite.html",
        _reperes(convention)
        | {
            "recuperation": recuperation,
            "parts": list(recuperation.parts().items()),
            "defaite": defaite_de(request.user, convention, recuperation.mouvement, "recuperation"),
        },
    )
