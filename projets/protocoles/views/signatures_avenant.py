"""Signer un avenant, ou le refuser, pour un côté : ce qu'il change se lit mot à mot avant."""

from functools import partial

from projets.protocoles import travaux
from projets.protocoles.forms.signatures import RefusForm, SignatureForm
from projets.protocoles.models import PieceSignatureAvenant
from projets.protocoles.notifications.avenants import annoncer_la_signature, annoncer_le_refus
from projets.protocoles.views.reperes_avenant import avenant_visible, reperes
from projets.protocoles.views.signatures import cote_qui_repond
from socle.pages.gestes import donnees_de, envoye, page_de_geste
from socle.pages.pieces import telechargement
from socle.valeurs.argent import ZERO

piece = telechargement(PieceSignatureAvenant)


def _scelle(avenant, cote):
    """Le texte transmis, qui le lit et qui l'a déjà signé; rien en préparation."""
    contenu = avenant.contenu
    partie = contenu and contenu["organisme" if cote == "organisme" else "partenaire"]["nom"]
    recues = avenant.reponses() if contenu else []
    return {
        "contenu": contenu,
        "partie": partie or "",
        "partie_organisme": cote == "organisme",
        "recues": recues,
        "libere": sum(avenant.liberes().values(), ZERO),
    }


def signature(request, pk):
    """La dernière signature l'applique; la page le dit avant."""
    avenant = avenant_visible(request, pk)
    cote = cote_qui_repond(request, avenant)
    scelle = _scelle(avenant, cote)
    form = SignatureForm(
        *envoye(request),
        protocole=avenant,
        cote=cote,
        vue=avenant.empreinte,
        initial={"nom": request.user.nom_complet},
    )
    return page_de_geste(
        request,
        partial(avenant.signer, cote),
        refus=None,
        form=form,
        gabarit="protocoles/avenants/signature.html",
        libelle="Signer l’avenant",
        fait=_fait,
        empechements=avenant.empechements_a_signer_par(cote, request.user),
        ensuite=_apres,
        ici="Signature",
        titre="Signer l’avenant",
        derniere=len(scelle["recues"]) == 1,
        **scelle,
        **reperes(avenant),
    )


def _apres(avenant, *, par):
    travaux.demander_l_avenant(avenant)
    annoncer_la_signature(avenant, par=par)


def _fait(avenant):
    if avenant.etat == avenant.Etat.SIGNE:
        return "La signature est inscrite. L’avenant est en vigueur."
    return "La signature est inscrite. Il manque celle de l’autre partie."


def refus(request, pk):
    avenant = avenant_visible(request, pk)
    cote = cote_qui_repond(request, avenant)
    return page_de_geste(
        request,
        partial(avenant.refuser, cote),
        refus=None,
        form=RefusForm(donnees_de(request), vue=avenant.empreinte),
        gabarit="protocoles/avenants/refus.html",
        libelle="Refuser l’avenant",
        fait="Le refus est inscrit\xa0: le protocole reste ce qu’il est.",
        empechements=avenant.empechements_a_refuser_par(cote, request.user),
        ensuite=annoncer_le_refus,
        danger=True,
        **_scelle(avenant, cote),
        **reperes(avenant),
    )
