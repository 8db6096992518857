"""Le protocole en route : abandonné avant la signature, libéré à sa date, lu une fois transmis."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.core.management import call_command
from django.utils import timezone

from projets.models.reservations import desister, liberer_la_reservation
from projets.protocoles.models import Protocole, Tranche
from projets.protocoles.regles.echeancier import USUELS
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import a_l_instant, aujourd_hui
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f

pytestmark = pytest.mark.django_db


# --- L'abandonner -----------------------------------------------------------------------------------------


def test_abandonne_avant_la_signature_il_laisse_la_place_a_un_autre(transmis, agente):
    abandonne = transmis.abandonner(par=agente, motif="On repart à neuf.")
    assert (abandonne.etat, abandonne.initiative.etat) == ("abandonne", "acceptee")
    assert f.prepare(p.relire(abandonne.initiative), agente).etat == "preparation"


def test_signe_il_ne_s_abandonne_plus(signe, agente):
    with pytest.raises(TransitionInterdite, match="n’ont pas signé"):
        signe.abandonner(par=agente, motif="Trop tard.")


@pytest.mark.parametrize(
    "rendre",
    [desister, partial(liberer_la_reservation, resolution="CM-2026-44")],
    ids=["desister", "liberer"],
)
def test_l_argent_rendu_arrete_le_protocole_en_route(transmis, signataire, equipe, rendre):
    rendre(p.relire(transmis.initiative), par=signataire, motif="La salle n’est plus libre.")
    assert f.relire(transmis).etat == "abandonne"
    with pytest.raises(TransitionInterdite, match="n’attend pas de signature"):
        f.signer(f.relire(transmis), "organisme", equipe[1])


def test_en_cours_on_ne_se_desiste_plus(signe, equipe):
    with pytest.raises(TransitionInterdite, match="avant la signature"):
        desister(signe.initiative, par=equipe[1], motif="Non.")


# --- Libérer, voir ----------------------------------------------------------------------------------------


def test_une_tranche_a_sa_date_se_libere_seule_ce_jour_la(acceptee, agente, signataire, equipe):
    protocole = f.prepare(acceptee, agente)
    premiere, *reste = protocole.echeancier_propose(USUELS)
    le = aujourd_hui() + timedelta(days=9)
    a_date = [replace(premiere, condition="date", prevue_le=le), *reste]
    protocole = f.avec_echeancier(protocole, agente, a_date)
    protocole = protocole.transmettre(par=agente, revision=protocole.revision)
    assert Tranche.liberer_ce_qui_est_du() == []
    tranche = f.signe(protocole, signataire, equipe[1]).tranches.select_related("protocole").get(rang=1)
    with pytest.raises(TransitionInterdite, match="se libère seul"):
        tranche.liberer(par=agente)
    with a_l_instant(timezone.now() + timedelta(days=8)):
        assert Tranche.liberer_ce_qui_est_du() == []
    with a_l_instant(timezone.now() + timedelta(days=9)):
        call_command("liberer_les_tranches")
    libre = Tranche.objects.get(pk=tranche.pk)
    assert (libre.etat, libre.liberee_par) == ("liberee", None)
    with pytest.raises(TransitionInterdite, match="n’attend pas de condition"):
        tranche.liberer(par=agente)


def test_l_organisme_ne_le_lit_qu_une_fois_transmis(acceptee, agente, etrangere, mess, equipe):
    protocole = f.avec_echeancier(f.prepare(acceptee, agente), agente)
    vus = Protocole.objects.visibles_par
    assert [vus(qui).count() for qui in (agente, mess, equipe[1], etrangere)] == [1, 1, 0, 0]
    protocole.transmettre(par=agente, revision=protocole.revision)
    assert [vus(qui).count() for qui in (equipe[1], etrangere)] == [1, 0]
