"""Une observation est partagée sauf mention contraire; ses deux visibilités se disent en mots."""

import pytest
from django.core.exceptions import ValidationError

from alliances.plans.models import ObservationPlan
from socle.models import Observation
from socle.models.observations import Visibilite
from tests import fabriques


@pytest.fixture
def version(cadre, agente):
    return fabriques.plan_ouvert(cadre.bsl)


def ecrire(version, par, texte="Un mot", **champs):
    return ObservationPlan.ecrire(version, par=par, cible=("section", "1a"), texte=texte, **champs)


def test_une_observation_est_partagee_sauf_mention_contraire(version, agente):
    assert ecrire(version, agente).visibilite == Visibilite.PARTAGEE
    assert ecrire(version, agente, visibilite=Visibilite.INTERNE).get_visibilite_display() == (
        "Interne à l’administration"
    )


def test_les_observations_se_lisent_dans_l_ordre_ou_elles_sont_ecrites(version, agente):
    for texte in "ABC":
        ecrire(version, agente, texte)
    assert [o.texte for o in version.observations.all()] == ["A", "B", "C"]


def test_une_observation_vide_est_refusee_et_son_resume_coupe(version, agente):
    with pytest.raises(ValidationError) as refus:
        ObservationPlan(
            version=version, cible_objet="section", cible_cle="1a", ecrite_par=agente
        ).full_clean()
    assert set(refus.value.message_dict) == {"texte"}
    assert str(ecrire(version, agente, "x" * 100)) == "x" * 60
    assert ecrire(version, agente).ancre == ("section", "1a")


def test_le_socle_ne_connait_que_l_abstraction():
    assert Observation._meta.abstract
    assert Visibilite.values == ["partagee", "interne"]
