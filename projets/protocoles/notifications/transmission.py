"""Annoncer un protocole transmis, repris ou abandonné; et ceux que la fin de leur convention arrête."""

from django.urls import reverse

from alliances.notifications import Evenement
from projets.protocoles.models import Protocole, SignatureProtocole
from projets.protocoles.notifications import vie
from projets.protocoles.permissions import peut_repondre

TRANSMISSION = Evenement(
    "Protocole à signer",
    "Il est transmis aux deux parties\xa0: lisez-le, puis signez-le ou refusez-le. Rien n’est engagé avant les deux "
    "signatures.",
    legal=True,
)
REPRISE = Evenement(
    "Protocole repris par la Table",
    "Il est revenu en préparation\xa0: les signatures déjà reçues ne valent plus. Il vous sera transmis de nouveau.",
    legal=True,
)
ABANDON = Evenement(
    "Protocole abandonné",
    "Ce protocole ne sera pas signé; rien n’est engagé. L’initiative reste acceptée tant que son argent est réservé.",
    legal=True,
)
CONVENTION_RESILIEE = Evenement(
    "Convention résiliée",
    "La convention qui payait cette initiative est résiliée\xa0: rien d’autre ne se verse. La Table clôt ou résilie "
    "ensuite le protocole, et son relevé dit ce qui est à récupérer.",
    legal=True,
)


def annoncer_la_transmission(protocole, *, par):
    """Qui signe d'un côté ou de l'autre a un geste à faire."""
    parties = vie.des_deux_parties(protocole)
    attendus = [p for p in parties if any(_repond(p, cote, protocole) for cote in SignatureProtocole.Cote)]
    return vie.annoncer_du_protocole(
        protocole, TRANSMISSION, f"transmission-{protocole.tour}", par=par, attendus=attendus
    )


def _repond(personne, cote, protocole):
    return peut_repondre(personne, cote, protocole) is None


def annoncer_la_reprise(protocole, *, par):
    """Repris, l'organisme ne lit plus que son initiative : c'est là que mène l'annonce."""
    return _a_l_initiative(protocole, REPRISE, f"reprise-{protocole.tour}", par=par)


def annoncer_l_abandon(protocole, *, par):
    """Jamais transmis, l'organisme n'en a rien su : personne n'a rien à apprendre."""
    return _a_l_initiative(protocole, ABANDON, "abandon", par=par) if protocole.tour else []


def _a_l_initiative(protocole, dit, code, *, par):
    lien = reverse("projets:initiative", args=[protocole.initiative_id])
    return vie.annoncer_du_protocole(protocole, dit, code, par=par, lien=lien)


def suivre_la_resiliation(*, references, par, **_):
    """La convention prend fin : ce qu'elle ne garde plus ne se verse plus, dans la même transaction, et s'annonce."""
    for protocole in Protocole.suivre_la_resiliation(references, par=par):
        vie.annoncer_du_protocole(protocole, CONVENTION_RESILIEE, "convention-resiliee", par=par)
