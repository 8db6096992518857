"""La présence : un avis de courtoisie d'une minute, par son nom court."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from alliances.plans.models import Presence
from socle.models.presences import DUREE
from tests import fabriques
from tests.outils.partage import partagee


@partagee
def version(cadre, agente):
    return fabriques.plan_ouvert(cadre.bsl)


def test_on_voit_les_autres_jamais_soi_meme(version, agente, signataire):
    assert Presence.signaler(version, "section-1a", par=agente) == []
    assert Presence.signaler(version, "section-1a", par=signataire) == ["Camille R."]
    assert Presence.signaler(version, "section-1a", par=agente) == ["Denis L."]


def test_une_autre_page_et_une_autre_version_ne_comptent_pas(cadre, version, agente, signataire, etrangere):
    Presence.signaler(version, "section-1a", par=agente)
    assert Presence.signaler(version, "section-1b", par=signataire) == []
    assert Presence.signaler(fabriques.plan_ouvert(cadre.lanaudiere), "section-1a", par=etrangere) == []


def test_apres_une_minute_la_personne_n_est_plus_la(version, agente, signataire):
    maintenant = timezone.now()
    with time_machine.travel(maintenant, tick=False):
        Presence.signaler(version, "section-1a", par=agente)
    with time_machine.travel(maintenant + DUREE - timedelta(seconds=1), tick=False):
        assert Presence.signaler(version, "section-1a", par=signataire) == ["Camille R."]
    with time_machine.travel(maintenant + DUREE, tick=False):
        assert Presence.signaler(version, "section-1a", par=signataire) == []


def test_rester_sur_la_page_ne_laisse_qu_une_ligne(version, agente):
    for _ in range(3):
        Presence.signaler(version, "section-1a", par=agente)
    assert str(Presence.objects.get()) == "Camille Ross – section-1a"
    assert timezone.now() - Presence.objects.get().vue_le < timedelta(seconds=30)
