"""Les obligations d'une convention : les lire, recevoir, accepter, repousser une échéance; et défaire."""

from functools import partial

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conventions.forms.gestes import ProlongationForm, ReceptionForm
from conventions.models import Convention, EcheanceVersement, Obligation
from conventions.notifications.conventions import annoncer_convention
from conventions.notifications.versements import annoncer_versement
from conventions.permissions import peut
from conventions.views.etats import obligation_lue
from conventions.views.gestes import convention_visible, reperes
from socle.formulaires.motif import MotifForm
from socle.formulaires.revision import SurUneEmpreinte
from socle.pages.gestes import donnees_de, page_de_geste
from socle.texte.typographie import date_longue
from socle.valeurs.argent import ZERO, en_dollars

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
        "acceptee_le": obligation.acceptee_le,
        "reference": obligation.reference,
        **plus,
    }


OFFRES = (  # (page, droit, mot)
    ("reception", "recevoir", "Inscrire la réception"),
    ("acceptation", "accepter", "Accepter"),
    ("prolongation", "prolonger", "Repousser"),
    ("annulation_acceptation", "accepter", "Annuler l’acceptation"),
    ("annulation_reception", "recevoir", "Annuler la réception"),
)


def _empechements(obligation, page, par):
    """Ce qui empêche, sans requête par ligne : la page qui annule une acceptation dit elle-même ce qui en est payé."""
    return {
        "reception": obligation.empechements_a_recevoir,
        "acceptation": partial(obligation.empechements_a_accepter_par, par),
        "prolongation": obligation.empechements_a_prolonger,
        "annulation_acceptation": obligation.empechements_sans_acceptation,
        "annulation_reception": obligation.empechements_a_annuler_reception,
    }[page]()


def _avec_gestes(obligation, convention, permis, par):
    """De plus : ses prolongations, et ce que la personne peut poser."""
    obligation.convention = convention
    prolongations = [
        {"ancienne": p.ancienne, "par": p.prolongee_par.nom_complet, "motif": p.motif}
        for p in obligation.prolongations.all()
    ]
    gestes = [
        (mot, reverse(f"conventions:{page}", args=[obligation.pk]))
        for page, droit, mot in OFFRES
        if droit in permis and not _empechements(obligation, page, par)
    ]
    return image(obligation, prolongations=prolongations, gestes=gestes)


@require_safe
def obligations(request, pk):
    """Le calendrier d'une convention."""
    convention = convention_visible(request, pk)
    permis = {droit for _, droit, *_ in OFFRES if peut(request.user, droit, convention) is None}
    lues = lues_de(convention, avec=("prolongations__prolongee_par",))
    return render(
        request,
        "conventions/obligations.html",
        {
            "convention": convention,
            "alliance": convention.alliance,
            "obligations": [
                _avec_gestes(obligation, convention, permis, request.user) for obligation in lues
            ],
        },
    )


def _obligation(request, pk):
    visibles = Obligation.objects.visibles_par(request.user).avec_plan()
    return get_object_or_404(visibles.select_related("convention__alliance__cycle", "recue_par"), pk=pk)


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


def reception(request, pk):
    """Services Québec ou le Ministère inscrit ce qui est reçu; rien ne s'en libère."""
    obligation = _obligation(request, pk)
    return page_de_geste(
        request,
        obligation.recevoir,
        refus=peut(request.user, "recevoir", obligation.convention),
        form=ReceptionForm(donnees_de(request), obligation=obligation),
        gabarit="conventions/obligations/reception.html",
        libelle="Inscrire la réception",
        fait=f"{obligation}\u00a0: la réception est inscrite. Il reste à l’accepter.",
        empechements=obligation.empechements_a_recevoir(),
        ensuite=partial(_annoncer, "reception"),
        **_reperes(obligation),
    )


def annulation_de_reception(request, pk):
    obligation = _obligation(request, pk)
    return page_de_geste(
        request,
        obligation.annuler_reception,
        refus=peut(request.user, "recevoir", obligation.convention),
        form=MotifForm(donnees_de(request), aide="L’Alliance le lira tel quel."),
        gabarit="conventions/obligations/annulation_reception.html",
        libelle="Annuler la réception",
        fait=f"{obligation}\u00a0: la réception est annulée.",
        empechements=obligation.empechements_a_annuler_reception(),
        ensuite=partial(_annoncer, "annulation-reception"),
        danger=True,
        **_reperes(obligation),
    )


def acceptation(request, pk):
    """Une autre personne accepte; la page dit d'abord quel versement cela libère, combien et quand."""
    obligation = _obligation(request, pk)
    effets = EcheanceVersement.effets_de(obligation)
    return page_de_geste(
        request,
        obligation.accepter,
        refus=peut(request.user, "accepter", obligation.convention),
        form=SurUneEmpreinte(donnees_de(request), vue=obligation.empreinte_a_accepter(effets)),
        gabarit="conventions/obligations/acceptation.html",
        libelle="Accepter",
        fait=_ce_qui_s_est_libere,
        empechements=obligation.empechements_a_accepter_par(request.user),
        ensuite=_annoncer_l_acceptation,
        effets=effets,
        **_reperes(obligation),
    )


def _ce_qui_s_est_libere(obligation):
    somme = sum((echeance.montant for echeance in obligation.liberees), ZERO)
    suite = f" {en_dollars(somme)} se libèrent." if somme else " Aucun versement ne se libère aujourd’hui."
    return f"{obligation}\u00a0: accepté.{suite}"


def _annoncer_l_acceptation(obligation, *, par):
    _annoncer("acceptation", obligation, par=par)
    for echeance in obligation.liberees:
        annoncer_versement(echeance, "liberation", par=par)


def annulation_d_acceptation(request, pk):
    obligation = _obligation(request, pk)
    liberees = obligation.convention.echeances.liberees_par(obligation)
    return page_de_geste(
        request,
        obligation.annuler_acceptation,
        refus=peut(request.user, "accepter", obligation.convention),
        form=MotifForm(donnees_de(request), aide="L’Alliance et le Ministère le liront tel quel."),
        gabarit="conventions/obligations/annulation_acceptation.html",
        libelle="Annuler l’acceptation",
        fait=f"{obligation}\u00a0: l’acceptation est annulée.",
        empechements=obligation.empechements_a_annuler_acceptation(),
        ensuite=partial(_annoncer, "annulation-acceptation"),
        liberees=list(liberees.order_by("rang").select_related("recommandee_par", "autorisee_par")),
        danger=True,
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
        gabarit="conventions/obligations/prolongation.html",
        libelle="Repousser l’échéance",
        fait=f"{obligation}\u00a0: l’échéance est repoussée.",
        empechements=obligation.empechements_a_prolonger(),
        ensuite=partial(_annoncer, "prolongation"),
        **_reperes(obligation),
    )


def _annoncer(evenement, obligation, *, par):
    annoncer_convention(obligation.convention, evenement, par=par)
