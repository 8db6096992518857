"""L'échéancier et la libération : ce qui se prévoit, et ce qui attend sa condition."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from conventions.models import (
    EcheanceVersement,
    JournalConvention,
    echeanciers,
)
from socle.annonces.suites import annoncer
from socle.erreurs import VersionPerimee
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.fabriques import convention_en_preparation
from tests.conventions.versements import empeche, lisibles
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return v.convention_signee(cadre.bsl)


def test_l_echeancier_etabli_donne_le_montant_de_chaque_exercice(convention):
    par_exercice = {}
    for echeance in convention.echeances.all():
        par_exercice[echeance.an] = par_exercice.get(echeance.an, 0) + echeance.montant
    assert par_exercice == {2025: Decimal("1200000"), 2026: Decimal("1300000")}
    assert [str(e) for e in convention.echeances.all()[:2]] == [
        "1er versement, 2025-2026",
        "2e versement, 2025-2026",
    ]


def test_l_echeancier_se_remplace_pendant_la_preparation_seulement(cadre, mess):
    convention = convention_en_preparation(cadre.bsl)
    assert echeanciers.empechements_de_l_echeancier(convention) == [
        "L’échéancier des versements n’est pas établi."
    ]
    v.echeancier(convention)
    v.echeancier(convention)
    assert convention.echeances.count() == 4
    notes = JournalConvention.objects.filter(geste="etablir-echeancier")
    assert set(notes.values_list("public", flat=True)) == {False}  # la préparation reste à l'État
    assert echeanciers.empechements_de_l_echeancier(convention) == []
    convention.exercices.filter(an=2026).update(montant=Decimal("1300000.01"))
    assert lisibles(echeanciers.empechements_de_l_echeancier(convention)) == [
        "2026-2027 : il manque 0,01 $ aux versements prévus."
    ]


def test_un_echeancier_parti_d_un_autre_est_perime_et_rien_ne_change(cadre, mess):
    convention = convention_en_preparation(cadre.bsl)
    vu, prevus = echeanciers.empreinte_de(convention), echeanciers.proposition(convention)
    echeanciers.etablir(convention, prevus, par=mess, vu=vu)
    with pytest.raises(VersionPerimee, match="ont changé depuis"):
        echeanciers.etablir(convention, prevus[:1], par=mess, vu=vu)
    assert convention.echeances.count() == 4


def test_une_fois_signee_l_echeancier_ne_change_que_par_un_avenant(convention, mess):
    prevus = echeanciers.en_prevus(convention)
    assert (
        "par un avenant"
        in empeche(
            echeanciers.etablir, convention, prevus, par=mess, vu=echeanciers.empreinte_de(convention)
        )[0]
    )


def test_rien_ne_se_libere_avant_la_signature(cadre):
    convention = convention_en_preparation(cadre.bsl)
    v.echeancier(convention)
    assert EcheanceVersement.liberer_selon(convention, "signature", par=None) == []
    assert empeche(v.premiere(convention).recommander, par=v.finances(), note="x") == [
        "Aucun versement avant la signature de la convention."
    ]


def test_la_signature_ne_libere_que_ce_qui_l_attendait(convention, mess):
    assert [str(e) for e in EcheanceVersement.liberer_selon(convention, "signature", par=mess)] == [
        "1er versement, 2025-2026"
    ]
    assert EcheanceVersement.liberer_selon(convention, "signature", par=mess) == []
    assert v.premiere(convention).liberee_le == aujourd_hui()
    assert JournalConvention.objects.filter(geste="liberer").count() == 1


def test_le_plan_approuve_se_lit_du_plan(convention):
    assert EcheanceVersement.liberer_selon(convention, "plan_approuve", par=None) == []
    fabriques.version_approuvee(convention.alliance)
    [libere] = EcheanceVersement.liberer_selon(convention, "plan_approuve", par=None)
    assert libere.rang == 2


def test_l_approbation_du_plan_annoncee_libere_sans_que_le_plan_connaisse_la_convention(
    convention, django_capture_on_commit_callbacks
):
    fabriques.version_approuvee(convention.alliance)
    with django_capture_on_commit_callbacks(execute=True):
        annoncer("plan-approuve", [convention.alliance_id])
    assert [e.etat for e in convention.echeances.all()[:2]] == ["liberee", "liberee"]


def test_rien_ne_suit_le_premier_versement_avant_l_approbation_du_plan(convention):
    """Le 3e n'attend que sa date, mais le plan n'est pas approuvé."""
    assert [e.rang for e in EcheanceVersement.liberer_ce_qui_est_du()] == [1]
    montrees = {e.rang: e.attend() for e in convention.echeances.order_by("rang").a_montrer()}
    assert montrees == {
        1: "la recommandation de Services Québec",
        2: "l’approbation du plan d’action",
        3: "l’approbation du plan d’action",
        4: "l’approbation du plan d’action et l’acceptation du rapport de l’exercice 2025-2026",
    }
    troisieme = v.premiere(convention, rang=3)
    assert empeche(troisieme.recommander, par=v.finances(), note="x") == [
        "Ce versement est prévu, mais sa condition n’est pas remplie."
    ]
    fabriques.version_approuvee(convention.alliance)
    assert [e.rang for e in EcheanceVersement.liberer_ce_qui_est_du()] == [2, 3]


def test_la_convention_dit_en_toutes_lettres_que_d_autres_versements_n_attendent_pas_le_plan(convention):
    convention.avant_le_plan = "La coordination de 2026-2027 se verse sans attendre le plan."
    convention.save()
    assert [e.rang for e in EcheanceVersement.liberer_ce_qui_est_du()] == [1, 3]


def test_le_premier_versement_est_le_premier_qui_n_est_pas_annule(convention, approbation):
    convention.echeances.filter(rang=3).update(condition="signature")
    v.premiere(convention).annuler(par=approbation, motif="Avenant 1")
    v.premiere(convention, rang=2).annuler(par=approbation, motif="Avenant 1")
    assert [e.rang for e in EcheanceVersement.liberer_ce_qui_est_du()] == [3]


def test_ce_qui_est_du_se_libere_dans_toutes_les_conventions_en_vigueur(cadre, convention):
    v.convention_signee(cadre.lanaudiere)
    for alliance in (cadre.bsl, cadre.lanaudiere):
        fabriques.version_approuvee(alliance)
    EcheanceVersement.objects.filter(condition="plan_approuve").update(prevue_le=date(2026, 6, 15))
    liberees = EcheanceVersement.liberer_ce_qui_est_du(le=date(2026, 4, 15))
    assert sorted((e.convention_id == convention.pk, e.rang) for e in liberees) == [
        (False, 1),
        (False, 3),
        (True, 1),
        (True, 3),
    ]
    assert EcheanceVersement.liberer_ce_qui_est_du(le=date(2026, 4, 15)) == []


def test_une_condition_remplie_pendant_la_suspension_compte_a_la_reprise(convention, mess):
    fabriques.version_approuvee(convention.alliance)
    deuxieme = v.premiere(convention, rang=2)
    deuxieme.suspendre(par=mess, motif="À revoir.")
    EcheanceVersement.liberer_selon(convention, "plan_approuve", par=None)
    assert (v.relire(deuxieme).etat, v.relire(deuxieme).etat_atteint) == ("suspendue", "liberee")
    assert v.relire(deuxieme).reprendre(par=mess).etat == "liberee"


def test_une_retenue_sans_versement_retenu_est_refusee(cadre, mess):
    convention = convention_en_preparation(cadre.bsl, retenue=Decimal(25))
    tous = echeanciers.proposition(convention)
    assert (tous[-1].condition, tous[-1].montant) == ("rapport_final", Decimal("162500.00"))
    *suivis, dernier, _ = tous
    sans = [*suivis, replace(dernier, montant=None)]
    vu = echeanciers.empreinte_de(convention)
    assert lisibles(empeche(echeanciers.etablir, convention, sans, par=mess, vu=vu)) == [
        "La convention retient 25 % du dernier versement jusqu’au rapport final : prévoyez-y un versement de "
        "162 500,00 $."
    ]
    echeanciers.etablir(convention, tous, par=mess, vu=vu)
    assert echeanciers.empechements_de_l_echeancier(convention) == []


def test_une_retenue_changee_apres_l_echeancier_empeche_la_transmission(cadre):
    convention = convention_en_preparation(cadre.bsl)
    v.echeancier(convention)
    convention.retenue = Decimal(10)
    convention.save()
    assert "prévoyez-y un versement de 65 000,00 $" in lisibles(convention.empechements_a_transmettre())[0]
