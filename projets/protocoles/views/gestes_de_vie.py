"""Ce que la personne peut faire d'un protocole transmis : la part de `gestes.OFFERTS` d'après la préparation."""

from projets.protocoles.models import AvenantProtocole, Protocole, RapportRecu
from projets.protocoles.permissions import PAS_LA_SIENNE, cote_de, peut


def _repond(utilisateur, protocole):
    """Signer et refuser n'ont de sens qu'une fois transmis : d'ici là, on ne cherche pas de quel côté elle est."""
    attend = protocole.etat == Protocole.Etat.TRANSMIS and cote_de(utilisateur, protocole)
    return None if attend else PAS_LA_SIENNE


def _en_vigueur(geste):
    """Le droit d'un geste qu'un protocole signé permet seul."""

    def droit(utilisateur, protocole):
        return (
            peut(utilisateur, geste, protocole) if protocole.etat == Protocole.Etat.SIGNE else PAS_LA_SIENNE
        )

    return droit


def _sans_personne(empechements):
    return lambda protocole, utilisateur: empechements(protocole)


DE_LA_VIE = (
    (
        "Signer le protocole",
        "signature",
        _repond,
        lambda p, utilisateur: p.empechements_a_signer_par(cote_de(utilisateur, p), utilisateur),
    ),
    (
        "Inscrire un rapport reçu",
        "rapport_inscription",
        _en_vigueur("inscrire-rapport"),
        _sans_personne(RapportRecu.empechements_a_inscrire),
    ),
    (
        "Reprendre l’initiative",
        "levee",
        _en_vigueur("lever-suspension"),
        _sans_personne(Protocole.empechements_a_lever_la_suspension),
    ),
    (
        "Clore le protocole",
        "cloture",
        _en_vigueur("clore-protocole"),
        _sans_personne(Protocole.empechements_a_clore),
    ),
    (
        "Préparer un avenant",
        "avenant_ouverture",
        _en_vigueur("preparer-avenant-protocole"),
        _sans_personne(AvenantProtocole.empechements_a_ouvrir),
    ),
    (
        "Refuser le protocole",
        "refus",
        _repond,
        lambda p, utilisateur: p.empechements_a_refuser_par(cote_de(utilisateur, p), utilisateur),
    ),
    (
        "Suspendre l’initiative",
        "suspension",
        _en_vigueur("suspendre-protocole"),
        _sans_personne(Protocole.empechements_a_suspendre),
    ),
    (
        "Résilier le protocole",
        "resiliation",
        _en_vigueur("resilier-protocole"),
        _sans_personne(Protocole.empechements_a_resilier),
    ),
)
FINS = ("avenant_ouverture", "refus", "suspension", "resiliation")  # jamais le geste principal
