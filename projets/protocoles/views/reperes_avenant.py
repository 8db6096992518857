"""La porte des pages d'un avenant au protocole : le trouver, et dire où l'on est."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from projets.protocoles.models import AvenantProtocole, Paiement, PieceSignatureAvenant
from projets.protocoles.models.termes import termes_de
from projets.protocoles.views import reperes as du_protocole
from socle.lectures import precharger, ranger
from socle.valeurs.argent import ZERO

GENRES = {
    "preparation": "neutre",
    "transmis": "encours",
    "signe": "bien",
    "refuse": "probleme",
    "abandonne": "neutre",
}


def adresse(avenant, nom="avenant"):
    return reverse(f"protocoles:{nom}", args=[avenant.pk])


def avenant_visible(request, pk, *relations):
    """L'avenant, son protocole et ses sommes accordées, lus une fois; 404 si la personne ne le voit pas."""
    visibles = AvenantProtocole.objects.visibles_par(request.user)
    siennes = ("protocole", *(f"protocole__{relation}" for relation in du_protocole.RELATIONS))
    avenant = get_object_or_404(visibles.select_related("repreneur", *siennes, *relations), pk=pk)
    _lire(avenant)
    return avenant


def _lire(avenant):
    """D'une requête, ce que ses pages demandent de l'initiative, du protocole et de lui."""
    protocole, initiative = avenant.protocole, avenant.initiative
    protocole.sommes_lues = list(protocole.affectations())
    objectifs, depenses, signatures, pieces, paiements = precharger(
        protocole,
        *("tranches", "rapports", "signatures"),
        aussi=(
            initiative.objectifs.all(),
            initiative.depenses.all(),
            avenant.signatures.all(),
            PieceSignatureAvenant.objects.filter(signature__avenant=avenant).order_by("pk"),
            Paiement.objects.en_vigueur().filter(tranche__protocole=protocole).order_by("pk"),
        ),
    )
    ranger([initiative], "objectifs", objectifs)
    ranger([initiative], "depenses", depenses)
    ranger([avenant], "signatures", signatures)
    for signature in signatures:
        signature.jointes = [piece for piece in pieces if piece.signature_id == signature.pk]
    for tranche in protocole.tranches.all():
        tranche.deja_verse = sum((p.montant for p in paiements if p.tranche_id == tranche.pk), ZERO)
    protocole.termes_lus = termes_de(protocole)


def reperes(avenant):
    communs, retour = du_protocole.reperes(avenant.protocole), adresse(avenant)
    return communs | {
        "avenant": avenant,
        "objet_en_mots": f"{avenant}, {avenant.initiative}",
        "chapeau": f"{avenant} au protocole. {communs['chapeau']}",
        "etapes": [*communs["etapes"], (str(avenant), retour)],
        "retour": retour,
        "revenir": "Revenir à l’avenant",
    }
