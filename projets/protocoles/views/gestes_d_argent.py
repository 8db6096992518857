"""Du protocole à la page où les finances versent ce qui est dû, ou inscrivent ce que l'organisme rend."""

from urllib.parse import urlencode

from django.urls import reverse

from projets.protocoles.attentes.portees import tient
from projets.protocoles.models import Tranche
from projets.protocoles.permissions import peut_payer


def gestes_d_argent(utilisateur, vie):
    """[(libellé, adresse, s'il est le principal)]; seul ce que cette personne peut régler s'y offre."""
    protocole = vie.protocole
    dues = [t for t in protocole.tranches.all() if t.etat == Tranche.Etat.LIBEREE]
    rendues = [ligne for ligne in protocole.releve.all() if ligne.a_recuperer and vie.du]
    if dues := _siennes(utilisateur, "payer", protocole, dues):
        yield "Inscrire un versement", _saisie(protocole, dues), True
    if _siennes(utilisateur, "inscrire-remboursement", protocole, rendues):
        liste = reverse("protocoles:a_recuperer", args=[protocole.convention.pk])
        yield "Inscrire un remboursement", f"{liste}?q={protocole.initiative.numero}", True


def _siennes(utilisateur, geste, protocole, lignes):
    if not tient(utilisateur, geste):
        return []
    for ligne in lignes:
        ligne.protocole = protocole
    return [ligne for ligne in lignes if peut_payer(utilisateur, geste, ligne) is None]


def _saisie(protocole, dues):
    """Ses versements dus, déjà choisis; ce qui en retient un s'y lit."""
    choisis = urlencode([("tranche", tranche.pk) for tranche in dues])
    return f"{reverse('protocoles:versement', args=[protocole.convention.pk])}?{choisis}"
