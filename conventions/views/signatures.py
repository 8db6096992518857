"""Transmettre la convention à ses parties, la reprendre, inscrire une signature."""

from functools import partial

from django.shortcuts import get_object_or_404

from conventions import travaux
from conventions.forms.gestes import SignatureForm
from conventions.notifications.versements import diffuser_versement
from conventions.permissions import geste_de_signature
from conventions.views.gestes import confirmer, convention_visible
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import envoye


def transmission(request, pk):
    """Ce que les parties verront, ce qui manque, ce qui mérite un regard; puis la transmission."""
    convention = convention_visible(request, pk, "exercices")
    en_preparation = convention.etat == convention.Etat.PREPARATION
    return confirmer(
        request,
        convention,
        geste="transmettre",
        methode=convention.transmettre,
        gabarit="conventions/transmission.html",
        libelle="Transmettre aux parties",
        fait="La convention est transmise. Chaque partie en est prévenue et peut la signer.",
        empechements=convention.empechements_a_transmettre(),
        evenement="transmission",
        contexte={
            "montant": convention.montant(),
            "parties": convention.parties_a_signer(),
            "avertissements": convention.avertissements() if en_preparation else [],
        },
    )


def reprise(request, pk):
    """Dit quelles signatures seront annulées, demande un motif, puis ramène la convention en préparation."""
    convention = convention_visible(request, pk)
    signees = convention.parties.filter(signee_le__isnull=False).select_related("organisme")
    return confirmer(
        request,
        convention,
        geste="reprendre",
        methode=convention.reprendre,
        form=MotifForm(
            envoye(request)[0], aide="Les parties le liront au journal, une fois la convention transmise."
        ),
        gabarit="conventions/reprise.html",
        libelle="Reprendre la convention",
        fait="La convention est de nouveau en préparation. Les signatures reçues sont annulées.",
        empechements=convention.empechements_a_reprendre(),
        evenement="reprise",
        genre_action="danger",
        contexte={"signees": signees},
    )


def signature(request, pk, numero):
    """Inscrire la signature d'une partie; la dernière met la convention en vigueur."""
    convention = convention_visible(request, pk)
    partie = get_object_or_404(convention.parties.select_related("organisme"), pk=numero)
    autres = [autre for autre in convention.parties_a_signer() if autre.pk != partie.pk]
    return confirmer(
        request,
        convention,
        geste=geste_de_signature(partie),
        methode=partial(_signer, convention),
        args=(partie,),
        form=SignatureForm(*envoye(request), convention=convention, partie=partie),
        gabarit="conventions/signature.html",
        libelle="Inscrire la signature",
        fait=f"La signature est inscrite\u00a0: {partie}.",
        empechements=convention.empechements_a_signer(partie),
        evenement=lambda signee: "vigueur" if signee.est_signee else "signature",
        contexte={"partie": partie, "autres": autres},
    )


def _signer(convention, partie, *, par, **saisie):
    """Signe; à la dernière signature, prévient de ce qui est libéré et demande les documents."""
    signee = convention.signer(partie, par=par, **saisie)
    if signee.est_signee:
        for echeance in signee.echeances.filter(etat="liberee").select_related("convention__alliance"):
            diffuser_versement(echeance, "liberation", par=par)
        travaux.preparer(signee)
    return signee
