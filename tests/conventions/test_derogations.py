"""Ce qui arrête un versement : obligation en retard, dérogation, suspension, annulation."""

import pytest

from conventions.models import (
    Derogation,
)
from tests.conventions import versements as v
from tests.conventions.versements import empeche, virement
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return v.convention_signee(cadre.bsl)


def test_une_obligation_en_retard_arrete_l_argent_sauf_derogation(convention, approbation):
    echeance = v.recommandee(convention)
    v.obligation_en_retard(convention)
    assert empeche(v.relire(echeance).autoriser, par=approbation) == [
        "En retard depuis le 30 juin 2025 : rapport annuel 2024-2025.",
        "Aucun versement tant qu’une obligation est en retard, sauf dérogation.",
    ]
    derogation = v.derogation(v.relire(echeance))
    v.relire(echeance).autoriser(par=approbation)
    virement(v.relire(echeance))
    derogation.refresh_from_db()
    assert derogation.employee_le is not None
    assert empeche(derogation.revoquer, par=approbation) == [
        "Cette dérogation a servi à un versement : elle ne se révoque plus."
    ]


def test_une_derogation_revoquee_arrete_de_nouveau_l_argent(convention, approbation):
    echeance = v.autorisee(convention)
    v.obligation_en_retard(convention)
    derogation = v.derogation(v.relire(echeance))
    assert empeche(Derogation.accorder, v.relire(echeance), par=approbation, motif="Encore") == [
        "Ce versement a déjà une dérogation."
    ]
    derogation.revoquer(par=approbation)
    assert "Aucun versement tant qu’une obligation" in empeche(virement, v.relire(echeance))[1]
    assert empeche(derogation.revoquer, par=approbation) == ["Cette dérogation est déjà révoquée."]
    assert v.derogation(v.relire(echeance)).pk != derogation.pk


def test_une_derogation_a_un_motif_et_une_raison_d_etre(convention, approbation):
    echeance = v.recommandee(convention)
    assert empeche(Derogation.accorder, echeance, par=approbation, motif=" ") == [
        "Aucune obligation n’est en retard : ce versement n’a pas besoin de dérogation.",
        "Écrivez le motif de la dérogation.",
    ]


def test_une_derogation_non_employee_le_reste_quand_le_retard_est_comble(convention):
    echeance = v.autorisee(convention)
    obligation = v.obligation_en_retard(convention)
    derogation = v.derogation(v.relire(echeance))
    obligation.delete()
    virement(v.relire(echeance))
    derogation.refresh_from_db()
    assert derogation.employee_le is None


@pytest.mark.parametrize("etat", ["liberee", "recommandee", "autorisee"])
def test_une_suspension_se_reprend_la_ou_le_versement_etait(convention, mess, etat):
    echeance = getattr(v, etat)(convention)
    echeance.suspendre(par=mess, motif="À vérifier.")
    assert (v.relire(echeance).etat, v.relire(echeance).motif) == ("suspendue", "À vérifier.")
    for geste in ("autoriser", "suspendre"):
        options = {"motif": "x"} if geste == "suspendre" else {}
        assert empeche(getattr(v.relire(echeance), geste), par=v.finances(), **options) == [
            "Ce versement est suspendu."
        ]
    v.relire(echeance).reprendre(par=mess)
    assert (v.relire(echeance).etat, v.relire(echeance).motif) == (etat, "")
    assert empeche(v.relire(echeance).reprendre, par=mess) == ["Ce versement n’est pas suspendu."]


def test_une_suspension_a_un_motif(convention, mess):
    assert empeche(v.liberee(convention).suspendre, par=mess, motif="") == [
        "Écrivez le motif de la suspension."
    ]


def test_un_avenant_annule_ce_qui_n_est_pas_autorise(convention, approbation):
    v.premiere(convention, 4).annuler(par=approbation, motif="Avenant 1")
    assert v.premiere(convention, 4).etat == "annulee"
    assert empeche(v.premiere(convention, 4).annuler, par=approbation, motif="x") == [
        "Ce versement est annulé."
    ]
    assert empeche(v.autorisee(convention).annuler, par=approbation, motif="x") == [
        "Ce versement est autorisé : il ne s’annule plus."
    ]
    assert empeche(v.premiere(convention, 3).annuler, par=approbation, motif="") == [
        "Écrivez le motif de l’annulation."
    ]
