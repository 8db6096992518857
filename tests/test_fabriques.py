"""Les fabriques bâtissent des situations valides, par les vrais gestes."""

import pytest

from alliances.plans import regles
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques


def test_un_plan_pret_n_a_aucune_erreur(cadre, agente):
    version = fabriques.plan_pret(cadre.bsl)
    constats = regles.constats(version.contenu(), aujourd_hui())
    assert [constat.message for constat in regles.bloquants(constats)] == []


@pytest.mark.parametrize(
    "fabrique, etat",
    [
        (fabriques.plan_ouvert, "brouillon"),
        (fabriques.plan_pret, "brouillon"),
        (fabriques.version_adoptee, "adoptee"),
        (fabriques.version_deposee, "deposee"),
        (fabriques.version_a_corriger, "a_corriger"),
        (fabriques.version_avisee, "avisee"),
        (fabriques.version_approuvee, "approuvee"),
    ],
)
def test_chaque_fabrique_mene_a_son_etat(cadre, agente, signataire, fabrique, etat):
    version = fabrique(cadre.bsl)
    assert version.etat == etat
    version.validate_constraints()


def test_le_tenant_d_un_role_national_est_retrouve(cadre, approbation):
    version = fabriques.version_approuvee(cadre.bsl)
    assert version.decidee_par == approbation
