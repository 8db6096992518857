"""Annoncer ce qui arrive à un avenant transmis : à signer, signé, en vigueur, refusé, repris, abandonné."""

from django.urls import reverse

from alliances.notifications import Evenement
from projets.protocoles.notifications import vie
from projets.protocoles.permissions import peut_repondre

TRANSMISSION = Evenement(
    "Avenant à signer",
    "Un avenant au protocole est transmis aux deux parties\xa0: lisez ce qu’il change, puis signez-le ou refusez-le.",
    legal=True,
)
SIGNATURE = Evenement(
    "Avenant signé par une partie", "Il manque la signature de l’autre partie\xa0: rien ne change avant."
)
VIGUEUR = Evenement(
    "Avenant en vigueur",
    "Les deux parties ont signé\xa0: le protocole vaut maintenant tel que l’avenant le change.",
    roles=vie.PAIENT,
    legal=True,
)
REFUS = Evenement(
    "Avenant refusé",
    "Une partie l’a refusé, et il dit pourquoi. Le protocole reste ce qu’il est.",
    legal=True,
)
REPRISE = Evenement(
    "Avenant repris par la Table",
    "Il est revenu en préparation\xa0: les signatures déjà reçues ne valent plus. Le protocole reste ce qu’il est.",
    legal=True,
)
ABANDON = Evenement(
    "Avenant abandonné",
    "Il ne sera pas signé, et il dit pourquoi. Le protocole reste ce qu’il est.",
    legal=True,
)


def annoncer_la_transmission(avenant, *, par):
    """Qui signe d'un côté ou de l'autre a un geste à faire."""
    return _annoncer(avenant, TRANSMISSION, "transmission", par=par, cotes=avenant.cotes_a_signer())


def annoncer_la_signature(avenant, *, par):
    if avenant.etat == avenant.Etat.SIGNE:
        return _annoncer(avenant, VIGUEUR, "vigueur", par=par)
    return _annoncer(avenant, SIGNATURE, "signature", par=par, cotes=avenant.cotes_a_signer())


def annoncer_le_refus(avenant, *, par):
    return _annoncer(avenant, REFUS, "refus", par=par)


def annoncer_la_reprise(avenant, *, par):
    """Repris avant d'être transmis, personne d'autre n'en a rien su; ensuite, l'organisme lit son protocole."""
    if not avenant.tour:
        return []
    lien = reverse("protocoles:protocole", args=[avenant.protocole_id])
    return _annoncer(avenant, REPRISE, f"reprise-{avenant.revision}", par=par, lien=lien)


def annoncer_l_abandon(avenant, *, par):
    return _annoncer(avenant, ABANDON, "abandon", par=par) if avenant.transmis_le else []


def _annoncer(avenant, dit, code, *, par, cotes=(), lien=""):
    protocole, aussi = avenant.protocole, {avenant.repreneur_id} - {None}
    parties = vie.des_deux_parties(protocole, organismes=aussi) if cotes else ()
    attendus = [p for p in parties if any(peut_repondre(p, cote, avenant) is None for cote in cotes)]
    lien = lien or reverse("protocoles:avenant", args=[avenant.pk])
    code = f"avenant-{avenant.pk}-{avenant.tour}-{code}"
    return vie.annoncer_du_protocole(
        protocole, dit, code, par=par, attendus=attendus, lien=lien, organismes=aussi
    )
