"""Au même instant : deux dépenses ne dépassent pas l'enveloppe, la même ne s'inscrit qu'une fois, rien ne s'étreint."""

from decimal import Decimal

import pytest

from conventions.models import Depense, Remise
from tests.conventions import depenses as d
from tests.conventions.test_concurrence_enveloppes import FILS, refus
from tests.conventions.verite import grand_livre_vrai
from tests.plans.test_concurrence import ensemble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def convention(cadre):
    return d.convention_repartie(cadre.bsl)


def test_des_depenses_au_meme_instant_ne_depassent_pas_l_enveloppe(convention, lectrice):
    def depenser(rang):
        saisie = d.saisie(convention, reference=f"JE-{rang}", montant=Decimal(60000))
        return lambda: Depense.inscrire(par=lectrice, **saisie)

    issues = ensemble(*map(depenser, range(FILS)))
    assert len(refus(issues)) == FILS - 2
    solde = d.enveloppe(convention).solde
    assert (solde.depense, solde.disponible) == (Decimal(120000), Decimal(30000))
    assert Depense.objects.count() == 2
    grand_livre_vrai()


def test_la_meme_depense_par_huit_fils_ne_s_inscrit_qu_une_fois(convention, lectrice):
    saisies = [d.saisie(convention) for _ in range(FILS)]
    issues = ensemble(*(lambda s=s: Depense.inscrire(par=lectrice, **s) for s in saisies))
    assert refus(issues) == []
    assert {ligne.pk for ligne in issues} == {Depense.objects.get().pk}
    grand_livre_vrai()


def test_depenser_ce_qui_est_remis_et_contrepasser_la_remise_ne_vont_pas_ensemble(
    convention, cadre, lectrice
):
    remise, locale = d.remise(convention, par=lectrice), d.du_territoire(cadre.bsl)
    saisie = d.saisie(convention, d.LOCALE)
    issues = ensemble(
        lambda: Depense.inscrire(par=locale, **saisie),
        lambda: Remise.objects.lues().get(pk=remise.pk).contrepasser(par=lectrice, motif="x"),
    )
    assert len(refus(issues)) == 1
    grand_livre_vrai()


def test_une_depense_contrepassee_par_huit_fils_ne_l_est_qu_une_fois(convention, lectrice):
    depense = d.depense(convention, par=lectrice)
    issues = ensemble(
        *[lambda: Depense.objects.lues().get(pk=depense.pk).contrepasser(par=lectrice, motif="x")] * FILS
    )
    assert len(refus(issues)) == FILS - 1
    assert d.enveloppe(convention).solde.depense == 0
    grand_livre_vrai()
