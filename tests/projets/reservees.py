"""Une initiative acceptée dont l'organisme le sait, et deux autres du même appel qui attendent."""

from datetime import timedelta
from decimal import Decimal as D
from functools import partial

from projets.models import AppelProjets, Initiative
from projets.models.reponses import envoyer
from projets.models.reservations import liberer_la_reservation
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre
from tests.projets.test_seance import dossier_pret

ATTENTE = {"sens": "en_attente", "raison": "fonds", "motif": "Rien de libre.", "ecart": "Les fonds manquent."}
JOURS = 60
liberer = partial(liberer_la_reservation, resolution="2026-10-01")


def accepter_et_repondre(prete, enveloppe, par):
    """Acceptée hier pour soixante jours; son organisme le sait."""
    AppelProjets.objects.filter(pk=prete.appel_id).update(reservation_jours=JOURS)
    prendre(prete, par, affectations={enveloppe: D(15_000)})
    envoyer(prete.appel, par=par)
    return p.relire(prete)


def mettre_en_attente(appel, agente, par):
    """Deux autres initiatives de cet appel, en liste d'attente, dans cet ordre."""
    autres = [dossier_pret(appel, agente, f"Organisme {n}", f"11400001{n:02d}") for n in range(2)]
    for autre in reversed(autres):
        prendre(autre, par, **ATTENTE)
    return [p.relire(autre) for autre in reversed(autres)]


def finie(initiative, jours=1):
    fin = aujourd_hui() - timedelta(days=jours)
    Initiative.objects.filter(pk=initiative.pk).update(reservee_jusqu_au=fin)
    return p.relire(initiative)


def recues(personne, mot):
    return Notification.objects.filter(destinataire=personne, titre__contains=mot).count()
