"""Ce que la personne peut faire d'un protocole transmis : la part de `gestes.OFFERTS` d'après la préparation."""

from urllib.parse import urlencode

from django.urls import reverse

from projets.protocoles.models import AvenantProtocole, Protocole, RapportRecu, Tranche
from projets.protocoles.permissions import PAS_LA_SIENNE, cote_de, peut, peut_payer


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


def _a_verser(protocole):
    """Les versements libérés, tels que la page les a lus."""
    return [t for t in protocole.tranches.all() if t.etat == Tranche.Etat.LIBEREE]


def _paie(utilisateur, protocole):
    """Le droit de verser un au moins de ses versements libérés."""
    if protocole.etat != Protocole.Etat.SIGNE:
        return PAS_LA_SIENNE
    refus = [peut_payer(utilisateur, "payer", tranche) for tranche in _a_verser(protocole)]
    return None if None in refus else PAS_LA_SIENNE


def _inscription(protocole):
    """La saisie, tous ses versements libérés choisis; ce qui en retient un s'y lit."""
    convention = _a_verser(protocole)[0].enveloppe.convention_id
    choisis = urlencode([("tranche", tranche.pk) for tranche in _a_verser(protocole)])
    return f"{reverse('protocoles:versement', args=[convention])}?{choisis}"


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
        "Inscrire un versement",
        _inscription,
        _paie,
        lambda protocole, utilisateur: [],  # sa page dit ce qui en retient un
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
