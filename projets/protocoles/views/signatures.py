"""Signer un protocole, ou le refuser, pour un côté : le texte se lit mot à mot avant."""

from decimal import Decimal
from functools import partial

from django.urls import reverse

from projets.protocoles import travaux
from projets.protocoles.forms.signatures import RefusForm, SignatureForm
from projets.protocoles.impression import lisible
from projets.protocoles.models import PieceSignature, SignatureProtocole, Tranche
from projets.protocoles.notifications.vie import annoncer_la_signature, annoncer_le_refus
from projets.protocoles.permissions import cote_de, peut_repondre
from projets.protocoles.views.reperes import adresse, protocole_lu, reperes
from socle.acces import exiger
from socle.lectures import precharger
from socle.pages.gestes import donnees_de, envoye, page_de_geste
from socle.pages.pieces import telechargement
from socle.valeurs.argent import ZERO

piece = telechargement(PieceSignature)


def cote_qui_repond(request, protocole):
    """Le côté pour lequel cette personne répond; 403 avec la raison si ce n'est aucun."""
    cote = cote_de(request.user, protocole)
    exiger(None if cote else peut_repondre(request.user, SignatureProtocole.Cote.ALLIANCE, protocole))
    return cote


def a_la_signature(contenu):
    """Ce qui se verse une fois les deux signatures reçues, selon le texte scellé."""
    sommes = (
        t["montant"] for t in contenu["tranches"] if t["condition"] == Tranche.Condition.SIGNATURE.label
    )
    return sum(map(Decimal, sommes), ZERO)


def _scelle(protocole, cote):
    """Le texte transmis, son empreinte et qui l'a déjà signé; rien en préparation."""
    precharger(protocole, "signatures")
    if (instantane := protocole.instantane()) is None:
        return {"texte": None, "partie": "", "partie_organisme": None, "empreinte": "", "recues": []}
    sien = cote == SignatureProtocole.Cote.ORGANISME
    partie = "organisme" if sien else "partenaire"
    enveloppes = len(instantane.contenu["montants"])
    return {
        "texte": lisible(instantane.contenu),
        "d_ou": "d’une enveloppe" if enveloppes == 1 else f"de {enveloppes} enveloppes",
        "partie": instantane.contenu[partie]["nom"],
        "partie_organisme": {"ensuite": a_la_signature(instantane.contenu)} if sien else None,
        "empreinte": instantane.empreinte,
        "recues": protocole.reponses(),
    }


def signature(request, pk):
    """Ce qui est signé est ce que la page montre : transmis de nouveau entre-temps, il se relit (409)."""
    protocole = protocole_lu(request, pk)
    cote = cote_qui_repond(request, protocole)
    scelle = _scelle(protocole, cote)
    form = SignatureForm(
        *envoye(request),
        protocole=protocole,
        cote=cote,
        vue=scelle["empreinte"],
        initial={"nom": request.user.nom_complet},
    )
    return page_de_geste(
        request,
        partial(protocole.signer, cote),
        refus=None,
        form=form,
        gabarit="protocoles/signatures/signature.html",
        libelle="Signer le protocole",
        fait=_fait,
        empechements=protocole.empechements_a_signer_par(cote, request.user),
        ensuite=_apres,
        titre="Signer le protocole",
        ici="Signature",
        derniere=len(scelle["recues"]) == 1,
        **scelle,
        **reperes(protocole),
    )


def _apres(protocole, *, par):
    travaux.preparer(protocole)
    annoncer_la_signature(protocole, par=par)


def _fait(protocole):
    if protocole.etat == protocole.Etat.SIGNE:
        return "La signature est inscrite. Le protocole est en vigueur\xa0: l’argent est engagé."
    return "La signature est inscrite. Il manque celle de l’autre partie."


def refus(request, pk):
    protocole = protocole_lu(request, pk)
    cote = cote_qui_repond(request, protocole)
    scelle = _scelle(protocole, cote)
    return page_de_geste(
        request,
        partial(protocole.refuser, cote),
        refus=None,
        form=RefusForm(donnees_de(request), vue=scelle["empreinte"]),
        gabarit="protocoles/signatures/refus.html",
        libelle="Refuser le protocole",
        fait="Le refus est inscrit\xa0: le protocole est revenu en préparation.",
        empechements=protocole.empechements_a_refuser_par(cote, request.user),
        ensuite=annoncer_le_refus,
        danger=True,
        **scelle,
        **reperes(protocole) | {"retour": _ou_lire(protocole, cote), "annuler": adresse(protocole)},
    )


def _ou_lire(protocole, cote):
    """Refusé, le protocole est de nouveau en préparation : l'organisme ne le lit plus, mais lit son initiative."""
    if cote == SignatureProtocole.Cote.ORGANISME:
        return reverse("projets:initiative", args=[protocole.initiative_id])
    return adresse(protocole)
