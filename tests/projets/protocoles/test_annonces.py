"""Qui apprend qu'un protocole est transmis, repris, abandonné, ou emporté par la fin de sa convention."""

import pytest
from django.urls import reverse

from projets.protocoles.notifications.transmission import annoncer_l_abandon, annoncer_la_transmission
from socle.models import Notification
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.test_fins import resilier_la_convention

pytestmark = pytest.mark.django_db


def apprises(nouvelle):
    return Notification.objects.filter(titre__startswith=nouvelle)


def prevenues(nouvelle):
    return {n.destinataire for n in apprises(nouvelle)}


def test_transmis_il_se_signe_par_qui_engage_et_par_la_signature(
    transmis, agente, signataire, equipe, lectrice, etrangere
):
    annoncer_la_transmission(transmis, par=agente)
    sues = prevenues("Protocole à signer")
    assert sues >= {signataire, *equipe}
    assert not sues & {agente, lectrice, etrangere}
    attendues = {n.destinataire for n in apprises("Protocole à signer") if n.a_suivre}
    assert attendues & {signataire, *equipe} == {signataire, equipe[1]}
    annoncer_la_transmission(transmis, par=agente)
    assert apprises("Protocole à signer").count() == len(sues)


def test_les_pages_l_annoncent_une_fois_par_transmission(acceptee, agente, equipe, client_de):
    protocole = f.avec_echeancier(f.prepare(acceptee, agente), agente)
    client, ici = client_de(agente), reverse("protocoles:transmission", args=[protocole.pk])
    assert not prevenues("Protocole")
    vu = client.get(ici).context["form"]["revision"].value()
    client.post(ici, {"revision": vu})
    assert prevenues("Protocole à signer") >= set(equipe)
    client.post(reverse("protocoles:reprise", args=[protocole.pk]), {"motif": "Une date manque."})
    reprises = apprises("Protocole repris par la Table")
    assert {n.destinataire for n in reprises} >= set(equipe)
    assert {n.lien for n in reprises} == {reverse("projets:initiative", args=[acceptee.pk])}
    client.post(reverse("protocoles:abandon", args=[protocole.pk]), {"motif": "Elle se désiste."})
    assert prevenues("Protocole abandonné") >= set(equipe)


def test_jamais_transmis_son_abandon_ne_s_annonce_pas(acceptee, agente):
    protocole = f.prepare(acceptee, agente).abandonner(par=agente, motif="Un doublon.")
    assert annoncer_l_abandon(protocole, par=agente) == []
    assert not prevenues("Protocole")


def test_la_convention_resiliee_l_organisme_apprend_que_plus_rien_ne_se_verse(signe, equipe, agente):
    resilier_la_convention(signe.convention)
    assert f.relire(signe).etat == "signe"
    assert prevenues("Convention résiliée") >= {agente, *equipe}
    assert not prevenues("Protocole résilié")
