"""Les obligations d'une convention : les lire, constater ce qui est reçu, repousser une échéance."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conventions.forms.gestes import ConstatForm, ProlongationForm
from conventions.models import Convention, Obligation
from conventions.notifications.conventions import annoncer_convention
from conventions.permissions import peut
from conventions.views.etats import obligation_lue
from conventions.views.gestes import convention_visible, reperes
from socle.pages.gestes import donnees_de, page_de_geste
from socle.texte.typographie import date_longue

AVANT_LA_SIGNATURE = (Convention.Etat.PREPARATION, Convention.Etat.TRANSMISE)


def lues_de(convention, avec=()):
    """Les obligations de la convention; aucune avant la signature."""
    if convention.etat in AVANT_LA_SIGNATURE:
        return []
    return list(convention.obligations.avec_plan().prefetch_related(*avec))


def image(obligation, **plus):
    """Sa rangée de tableau, en données simples (voir `{% fragment %}`)."""
    etat = obligation_lue(obligation)
    return {
        "pk": obligation.pk,
        "nom": str(obligation),
        "precision": obligation.precision,
        "echeance": obligation.echeance,
        "etat": etat.libelle,
        "genre": etat.genre,
        "faite_le": obligation.faite_le,
        "reference": obligation.reference,
        **plus,
    }


def _avec_gestes(obligation, permis):
    """De plus : ses prolongations, et ce que la personne peut poser."""
    due, du_plan = obligation.est_due, obligation.nature == Obligation.Nature.PLAN
    prolongations = [
        {"ancienne": p.ancienne, "par": p.prolongee_par.nom_complet, "motif": p.motif}
        for p in obligation.prolongations.all()
    ]
    return image(
        obligation,
        prolongations=prolongations,
        peut_constater=due and permis["constater"] and not du_plan,
        peut_prolonger=due and permis["prolonger"],
    )


@require_safe
def obligations(request, pk):
    """Le calendrier d'une convention."""
    convention = convention_visible(request, pk)
    vivante = convention.etat == Convention.Etat.SIGNEE
    permis = {
        geste: vivante and peut(request.user, geste, convention) is None
        for geste in ("constater", "prolonger")
    }
    lues = lues_de(convention, avec=("prolongations__prolongee_par",))
    return render(
        request,
        "conventions/obligations.html",
        {
            "convention": convention,
            "alliance": convention.alliance,
            "obligations": [_avec_gestes(obligation, permis) for obligation in lues],
        },
    )


def _obligation(request, pk):
    visibles = Obligation.objects.visibles_par(request.user).avec_plan()
    return get_object_or_404(visibles.select_related("convention__alliance__cycle"), pk=pk)


def _reperes(obligation):
    """Où l'on est, de quoi il s'agit; on revient au calendrier de la convention."""
    convention = obligation.convention
    precision = f" ({obligation.precision.lower()})" if obligation.precision else ""
    communs = reperes(convention)
    return communs | {
        "obligation": obligation,
        "objet_en_mots": f"{obligation}, {convention.numero}",
        "chapeau": f"{obligation}{precision}, pour le {date_longue(obligation.echeance)}. {communs['chapeau']}",
        "retour": reverse("conventions:obligations", args=[convention.pk]),
    }


def constat(request, pk):
    """Services Québec ou le Ministère inscrit ce qui a été reçu hors du service."""
    obligation = _obligation(request, pk)
    return page_de_geste(
        request,
        obligation.constater,
        refus=peut(request.user, "constater", obligation.convention),
        form=ConstatForm(donnees_de(request), obligation=obligation),
        gabarit="conventions/constat.html",
        libelle="Constater la réception",
        fait=f"{obligation}\u00a0: la réception est inscrite.",
        empechements=obligation.empechements_a_remplir(),
        **_reperes(obligation),
    )


def prolongation(request, pk):
    """Repousser une échéance, avec un motif; l'ancienne date reste à la page."""
    obligation = _obligation(request, pk)
    return page_de_geste(
        request,
        obligation.prolonger,
        refus=peut(request.user, "prolonger", obligation.convention),
        form=ProlongationForm(donnees_de(request), obligation=obligation),
        gabarit="conventions/prolongation.html",
        libelle="Repousser l’échéance",
        fait=f"{obligation}\u00a0: l’échéance est repoussée.",
        empechements=obligation.empechements_a_prolonger(),
        ensuite=_annoncer_la_prolongation,
        **_reperes(obligation),
    )


def _annoncer_la_prolongation(obligation, *, par):
    annoncer_convention(obligation.convention, "prolongation", par=par)
