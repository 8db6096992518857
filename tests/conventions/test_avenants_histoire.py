"""Ce qu'il reste d'un avenant : qui le voit, ce que la base en refuse, ce qui ne se réécrit pas."""

from datetime import date

import pytest
from django.db import connection, transaction

from conventions.models import Avenant
from socle.erreurs import TransitionInterdite
from tests import fabriques
from tests.conventions.avenants import (
    avenant_prepare,
    avenant_transmis,
    convention_en_vigueur,
    signer,
    signer_tout,
)
from tests.outils.contraintes import refuse_par
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db
SIGNEE = date(2025, 1, 15)


@partagee
def convention(cadre):
    return convention_en_vigueur(cadre.bsl)


def test_un_avenant_abandonne_ne_se_signe_plus(convention, mess):
    avenant = avenant_transmis(convention)
    avenant.abandonner(motif="La Table a changé d’avis.", par=mess)
    with pytest.raises(TransitionInterdite, match="n’attend plus de signature"):
        signer(avenant, avenant.signatures_attendues().first())
    with pytest.raises(TransitionInterdite, match="déjà en vigueur ou abandonné"):
        avenant.abandonner(motif="Encore", par=mess)


def test_qui_voit_quoi(convention, agente, etrangere, mess, analyste):
    prepare = avenant_prepare(convention)
    observation = fabriques.personne("observation", convention.alliance.regions.get())

    def vus(personne):
        return set(Avenant.objects.visibles_par(personne))

    assert vus(mess) == vus(analyste) == {prepare}
    assert vus(agente) == set()
    transmis = prepare.transmettre(par=mess)
    assert vus(agente) == {prepare}
    assert vus(etrangere) == vus(observation) == set()
    signer_tout(transmis)
    assert vus(observation) == {prepare}


def test_un_etat_sans_sa_date_est_refuse_par_la_base(convention):
    avenant = avenant_prepare(convention)
    for champs, contrainte in (
        ({"etat": "transmis"}, "avenant_transmission_complete"),
        ({"abandonne_le": avenant.cree_le}, "avenant_abandon_complet"),
        ({"motif": ""}, "avenant_motif_present"),
        ({"applique_le": SIGNEE}, "avenant_application_complete"),
    ):
        with refuse_par(contrainte, "conventions"):
            Avenant.objects.filter(pk=avenant.pk).update(**champs)


@pytest.mark.parametrize("sql", ["UPDATE {} SET empreinte = 'x'", "DELETE FROM {}"])
def test_un_instantane_ne_se_reecrit_pas_meme_en_sql(convention, sql):
    requete = sql.format("conventions_instantaneconvention")
    with pytest.raises(Exception, match="immuable"), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(requete)
    assert convention.instantanes.get().est_intact()
