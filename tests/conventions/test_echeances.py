"""L'échéancier et la libération : ce qui se prévoit, et ce qui attend sa condition."""

from datetime import date
from decimal import Decimal

import pytest

from conventions.models import (
    EcheanceVersement,
    JournalConvention,
)
from socle.erreurs import VersionPerimee
from socle.horloge import aujourd_hui
from socle.suites import annoncer
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
    assert EcheanceVersement.empechements_de_l_echeancier(convention) == [
        "L’échéancier des versements n’est pas établi."
    ]
    v.echeancier(convention)
    v.echeancier(convention)
    assert convention.echeances.count() == 4
    notes = JournalConvention.objects.filter(geste="etablir-echeancier")
    assert set(notes.values_list("public", flat=True)) == {False}  # la préparation reste à l'État
    assert EcheanceVersement.empechements_de_l_echeancier(convention) == []
    convention.exercices.filter(an=2026).update(montant=Decimal("1300000.01"))
    assert lisibles(EcheanceVersement.empechements_de_l_echeancier(convention)) == [
        "2026-2027 : il manque 0,01 $ aux versements prévus."
    ]


def test_un_echeancier_parti_d_un_autre_est_perime_et_rien_ne_change(cadre, mess):
    convention = convention_en_preparation(cadre.bsl)
    vu, prevus = EcheanceVersement.vu(convention), EcheanceVersement.proposition(convention)
    EcheanceVersement.etablir(convention, prevus, par=mess, vu=vu)
    with pytest.raises(VersionPerimee, match="ont changé depuis"):
        EcheanceVersement.etablir(convention, prevus[:1], par=mess, vu=vu)
    assert convention.echeances.count() == 4


def test_une_fois_signee_l_echeancier_ne_change_que_par_un_avenant(convention, mess):
    prevus = EcheanceVersement.en_prevus(convention)
    assert (
        "par un avenant"
        in empeche(
            EcheanceVersement.etablir, convention, prevus, par=mess, vu=EcheanceVersement.vu(convention)
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


def test_un_rapport_accepte_ne_libere_que_les_versements_qui_l_attendent(convention):
    with pytest.raises(ValueError, match="Nommez l’exercice"):
        EcheanceVersement.liberer_selon(convention, "rapport_accepte", par=None)
    assert EcheanceVersement.liberer_selon(convention, "rapport_accepte", par=None, an=2026) == []
    [libere] = EcheanceVersement.liberer_selon(convention, "rapport_accepte", par=None, an=2025)
    assert (libere.an, libere.rapport_an) == (2026, 2025)


def test_un_rapport_accepte_en_juin_libere_septembre_et_avril_attend_sa_date(convention, mess):
    avril = EcheanceVersement.objects.create(
        convention=convention,
        an=2027,
        rang=9,
        montant=Decimal("5.00"),
        condition="rapport_accepte",
        rapport_an=2025,
        prevue_le=date(2027, 4, 15),
    )
    convention.exercices.create(an=2027, montant=Decimal("5.00"))
    rapport = convention.obligations.create(nature="rapport_annuel", an=2025, echeance=date(2026, 6, 30))
    rapport.remplir(par=mess, le=date(2026, 6, 20))
    assert [e.rang for e in convention.echeances.filter(etat="liberee")] == [4]
    [montree] = EcheanceVersement.objects.filter(pk=avril.pk).a_montrer()
    assert (montree.etat, montree.attend()) == ("prevue", "sa date")
    assert empeche(montree.recommander, par=mess, note="Trop tôt.") == [
        "Ce versement est prévu, mais sa condition n’est pas remplie."
    ]
    assert avril.condition_est_remplie(date(2027, 4, 15))
    assert avril.pk not in {e.pk for e in EcheanceVersement.liberer_ce_qui_est_du(le=date(2027, 4, 14))}
    assert avril.pk in {e.pk for e in EcheanceVersement.liberer_ce_qui_est_du(le=date(2027, 4, 15))}


def test_un_rapport_accepte_tard_libere_tout_ce_dont_la_date_est_passee(convention):
    for rang, jour in ((8, date(2027, 1, 15)), (9, date(2027, 4, 15))):
        EcheanceVersement.objects.create(
            convention=convention,
            an=2026,
            rang=rang,
            montant=Decimal("5.00"),
            condition="rapport_accepte",
            rapport_an=2025,
            prevue_le=jour,
        )
    liberees = EcheanceVersement.liberer_selon(
        convention, "rapport_accepte", par=None, an=2025, le=date(2027, 2, 1)
    )
    assert [e.rang for e in liberees] == [4, 8]


def test_ce_qui_est_du_se_libere_dans_toutes_les_conventions_en_vigueur(cadre, convention):
    v.convention_signee(cadre.lanaudiere)
    liberees = EcheanceVersement.liberer_ce_qui_est_du(le=date(2026, 4, 15))
    assert sorted((e.convention_id == convention.pk, e.rang) for e in liberees) == [
        (False, 1),
        (False, 3),
        (True, 1),
        (True, 3),
    ]
    assert EcheanceVersement.liberer_ce_qui_est_du(le=date(2026, 4, 15)) == []


def test_une_condition_remplie_pendant_la_suspension_compte_a_la_reprise(convention, mess):
    derniere = v.premiere(convention, rang=4)
    derniere.suspendre(par=mess, motif="À revoir.")
    EcheanceVersement.liberer_selon(convention, "rapport_accepte", par=None, an=2025)
    assert (v.relire(derniere).etat, v.relire(derniere).etat_atteint) == ("suspendue", "liberee")
    assert v.relire(derniere).reprendre(par=mess).etat == "liberee"
