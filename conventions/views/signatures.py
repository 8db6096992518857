"""Transmettre la convention à ses parties, la reprendre, inscrire une signature."""

from functools import partial

from django.shortcuts import get_object_or_404

from conventions import travaux
from conventions.forms.gestes import SignatureForm
from conventions.notifications.conventions import annoncer_convention
from conventions.notifications.versements import annoncer_versement
from conventions.permissions import peut, peut_signer
from conventions.views.gestes import convention_visible, reperes
from socle.formulaires.motif import MotifForm
from socle.formulaires.revision import SurUneEmpreinte
from socle.pages.gestes import donnees_de, envoye, page_de_geste


def transmission(request, pk):
    """Ce que les parties verront, ce qui manque, ce qui mérite un regard; puis la transmission."""
    convention = convention_visible(request, pk, "exercices", jointe="alliance__cycle")
    en_preparation = convention.etat == convention.Etat.PREPARATION
    return page_de_geste(
        request,
        convention.transmettre,
        refus=peut(request.user, "transmettre", convention),
        form=SurUneEmpreinte(donnees_de(request), vue=convention.empreinte_a_transmettre()),
        gabarit="conventions/transmission.html",
        libelle="Transmettre aux parties",
        fait="La convention est transmise. Chaque partie en est prévenue et peut la signer.",
        empechements=convention.empechements_a_transmettre(),
        ensuite=partial(annoncer_convention, evenement="transmission"),
        montant=convention.montant(),
        parties=convention.parties_a_signer(),
        avertissements=convention.avertissements() if en_preparation else [],
        **reperes(convention),
    )


def reprise(request, pk):
    """Dit quelles signatures seront annulées, demande un motif, puis ramène la convention en préparation."""
    convention = convention_visible(request, pk)
    return page_de_geste(
        request,
        convention.reprendre,
        refus=peut(request.user, "reprendre", convention),
        form=MotifForm(
            donnees_de(request), aide="Les parties le liront au journal, une fois la convention transmise."
        ),
        gabarit="conventions/reprise.html",
        libelle="Reprendre la convention",
        fait="La convention est de nouveau en préparation. Les signatures reçues sont annulées.",
        empechements=convention.empechements_a_reprendre(),
        ensuite=partial(annoncer_convention, evenement="reprise"),
        danger=True,
        signees=convention.parties.filter(signee_le__isnull=False).select_related("organisme"),
        **reperes(convention),
    )


def signature(request, pk, numero):
    """Inscrire la signature d'une partie; la dernière met la convention en vigueur."""
    convention = convention_visible(request, pk)
    partie = get_object_or_404(convention.parties.select_related("organisme"), pk=numero)
    signataire = f", par\u00a0: {partie.signataire}" if partie.signataire else ""
    chapeau = f"{partie} ({partie.get_role_display()}){signataire}. {reperes(convention)['chapeau']}"
    return page_de_geste(
        request,
        partial(convention.signer, partie),
        refus=peut_signer(request.user, partie, convention),
        form=SignatureForm(*envoye(request), convention=convention, partie=partie),
        gabarit="conventions/signature.html",
        libelle="Inscrire la signature",
        fait=f"La signature est inscrite\u00a0: {partie}.",
        empechements=convention.empechements_a_signer(partie),
        ensuite=_suites,
        partie=partie,
        autres=[autre for autre in convention.parties_a_signer() if autre.pk != partie.pk],
        **reperes(convention) | {"chapeau": chapeau},
    )


def _suites(convention, *, par):
    """À la dernière signature, prévient aussi de ce qui est libéré, et demande les documents."""
    if convention.est_signee:
        for echeance in convention.echeances.filter(etat="liberee").select_related("convention__alliance"):
            annoncer_versement(echeance, "liberation", par=par)
        travaux.preparer(convention)
    annoncer_convention(convention, "vigueur" if convention.est_signee else "signature", par=par)
