"""Les avenants d'une convention : les lister, en préparer un, voir avant et après, le transmettre, le reprendre."""

from functools import partial

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conventions import comparaison
from conventions.forms.avenants import FORMULAIRES, OuvertureForm
from conventions.models import Avenant, Convention
from conventions.permissions import peut, peut_signer
from conventions.views import gestes
from conventions.views.gestes import convention_visible
from conventions.views.gestes_avenant import GENRES, avenant_visible, reperes, suites
from socle.formulaires.motif import MotifForm
from socle.formulaires.revision import SurUneEmpreinte
from socle.pages.gestes import donnees_de, page_de_geste
from socle.valeurs.argent import ZERO
from socle.valeurs.exercice import Exercice

AIDES = {
    "date": "La fin de la convention et la fin de réalisation sont deux dates distinctes.",
    "exercice": "Ajustez aussi les versements prévus : leur somme égale le montant de chaque exercice.",
    "versement": "Un versement déjà autorisé ou fait ne change plus.",
    "partie": "Une partie ajoutée ou retirée signe aussi l’avenant.",
    "parametre": "Un pourcentage laissé vide n’est pas précisé.",
    "reddition": "Les obligations à venir suivent; ce qui est rendu ne bouge pas.",
    "liberation": "Ce qui est déjà libéré le reste; la règle vaut pour ce qui est encore prévu.",
}
AVANT_L_ENTREE_EN_VIGUEUR = ("preparer", "transmettre", "signer", "signer-ministre")


@require_safe
def avenants(request, pk):
    convention = convention_visible(request, pk)
    visibles = Avenant.objects.visibles_par(request.user).filter(convention=convention).order_by("-numero")
    for avenant in visibles:
        avenant.genre = GENRES[avenant.etat]
    peut_preparer = peut(request.user, "preparer", convention) is None
    contexte = {
        "convention": convention,
        "alliance": convention.alliance,
        "avenants": visibles,
        "peut_ouvrir": peut_preparer and not Avenant.empechements_a_ouvrir(convention),
    }
    return render(request, "conventions/avenants/liste.html", contexte)


def ouverture(request, pk):
    convention = convention_visible(request, pk)
    communs = gestes.reperes(convention)
    liste = reverse("conventions:avenants", args=[pk])
    return page_de_geste(
        request,
        partial(Avenant.ouvrir, convention),
        refus=peut(request.user, "preparer", convention),
        form=OuvertureForm(donnees_de(request)),
        gabarit="conventions/avenants/ouverture.html",
        libelle="Préparer l’avenant",
        fait="L’avenant est ouvert. Choisissez ce qui change.",
        empechements=Avenant.empechements_a_ouvrir(convention),
        ensuite=suites,
        annuler=liste,
        titre="Préparer un avenant",
        empeche="Aucun avenant ne peut se préparer",
        revenir="Revenir aux avenants",
        **communs
        | {
            "objet_en_mots": f"{convention.numero}, {convention.alliance.nom}",
            "chapeau": f"Convention {convention.numero}, {convention.alliance.nom}.",
            "etapes": [*communs["etapes"], ("Avenants", liste)],
            "retour": lambda avenant: reverse("conventions:avenant", args=[avenant.pk]),
        },
    )


@require_safe
def avenant(request, pk):
    """Ce qui change, avant et après; qui a signé; ce qui est attendu, et de qui."""
    avenant = avenant_visible(
        request, pk, "cree_par", "abandonne_par", "convention__alliance__profil_gouvernance"
    )
    convention = avenant.convention
    en_preparation = avenant.etat == Avenant.Etat.PREPARATION
    signatures = avenant.signatures_attendues().prefetch_related("pieces") if avenant.tour else []
    if en_preparation:
        signatures = []
    for signature in signatures:
        signature.peut_signer = (
            avenant.etat == Avenant.Etat.TRANSMIS
            and not signature.signee_le
            and peut_signer(request.user, signature, convention) is None
        )
    bouge = avenant.est_ouvert and avenant.base_a_bouge()
    contexte = {
        "avenant": avenant,
        "genre": GENRES[avenant.etat],
        "convention": convention,
        "alliance": convention.alliance,
        "changements": avenant.changements(),
        "montants": _montants(avenant),
        "signatures": signatures,
        "manquantes": [signature.nom for signature in signatures if not signature.signee_le],
        "bouge": bouge,
        "retards": [] if bouge else _retards(request, avenant),
        "sortes": comparaison.SORTES.values(),
        "peut_preparer": en_preparation and peut(request.user, "preparer", convention) is None,
        "peut_reprendre": peut(request.user, "preparer", convention) is None,
        "peut_transmettre": avenant.est_ouvert and peut(request.user, "transmettre", convention) is None,
    }
    return render(request, "conventions/avenants/avenant.html", contexte)


def _retards(request, avenant):
    """Ce que l'avenant mettrait en retard, pour qui peut encore le changer, le transmettre ou le signer."""
    convention = avenant.convention
    if not avenant.est_ouvert or convention.etat != Convention.Etat.SIGNEE:
        return []
    permis = (peut(request.user, geste, convention) is None for geste in AVANT_L_ENTREE_EN_VIGUEUR)
    return avenant.mises_en_retard() if any(permis) else []


def _montants(avenant):
    """Le total avant et après l'avenant, en dollars."""
    avant, _, _ = comparaison.totaux(avenant.base)
    apres, _, _ = comparaison.totaux(avenant.termes_proposes())
    return {"avant": avant, "apres": apres, "ecart": apres - avant}


def _sommes(avenant):
    """Par exercice, tel qu'enregistré : (exercice, montant, versements prévus, écart), en dollars."""
    _, montants, prevus = comparaison.totaux(avenant.termes_proposes())
    ans = sorted({*montants, *prevus})
    lignes = [(Exercice(an), montants.get(an, ZERO), prevus.get(an, ZERO)) for an in ans]
    return [(exercice, montant, prevu, montant - prevu) for exercice, montant, prevu in lignes]


def changement(request, pk, sorte):
    """Choisir ce qui change, pour une sorte de termes. Un formulaire périmé est refusé sans rien perdre (409)."""
    if sorte not in FORMULAIRES:
        raise Http404("Rien de tel ne change par un avenant.")
    avenant = avenant_visible(request, pk)
    communs = reperes(avenant)
    form = FORMULAIRES[sorte](donnees_de(request), avenant=avenant)
    return page_de_geste(
        request,
        avenant.proposer,
        refus=peut(request.user, "preparer", avenant.convention),
        form=form,
        gabarit="conventions/avenants/changement.html",
        libelle="Enregistrer",
        fait="Les changements sont enregistrés.",
        empechements=avenant.empechements_a_preparer(),
        titre=comparaison.SORTES[sorte].titre,
        empeche="Rien ne se change ici maintenant",
        figes=getattr(form, "figes", []),
        sommes=_sommes(avenant) if sorte in ("exercice", "versement") else [],
        **communs | {"chapeau": f"{communs['chapeau']} {AIDES[sorte]}"},
    )


def transmission(request, pk):
    avenant = avenant_visible(request, pk)
    return page_de_geste(
        request,
        avenant.transmettre,
        refus=peut(request.user, "transmettre", avenant.convention),
        form=SurUneEmpreinte(donnees_de(request), vue=str(avenant.revision)),
        gabarit="conventions/avenants/transmission.html",
        libelle="Transmettre aux parties",
        fait="L’avenant est transmis aux parties. Il ne se modifie plus.",
        empechements=avenant.empechements_a_transmettre(),
        ensuite=partial(suites, evenement="transmission"),
        changements=avenant.changements(),
        **reperes(avenant),
    )


def reprise(request, pk):
    """La comparaison à trois, et la reprise sur la convention actuelle quand rien ne se contredit."""
    avenant = avenant_visible(request, pk)
    actuels = avenant.termes_actuels()
    transmis = avenant.etat == Avenant.Etat.TRANSMIS
    return page_de_geste(
        request,
        avenant.reprendre,
        refus=peut(request.user, "preparer", avenant.convention),
        gabarit="conventions/avenants/reprise.html",
        libelle="Reprendre sur la convention actuelle",
        fait="L’avenant part maintenant de la convention actuelle; relisez-le.",
        empechements=avenant.empechements_a_reprendre(actuels),
        ensuite=partial(suites, evenement="reprise" if transmis else ""),
        ecarts=avenant.ecarts(actuels),
        **reperes(avenant),
    )


def abandon(request, pk):
    avenant = avenant_visible(request, pk)
    return page_de_geste(
        request,
        avenant.abandonner,
        refus=peut(request.user, "transmettre", avenant.convention),
        form=MotifForm(donnees_de(request), aide="Les parties le liront si l’avenant leur a été transmis."),
        gabarit="conventions/avenants/abandon.html",
        libelle="Abandonner l’avenant",
        fait="L’avenant est abandonné.",
        empechements=avenant.empechements_a_abandonner(),
        ensuite=partial(suites, evenement="abandon"),
        danger=True,
        **reperes(avenant),
    )
