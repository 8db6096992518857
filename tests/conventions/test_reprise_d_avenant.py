"""La convention a changé pendant qu'un avenant se préparait : il refuse, se compare, se reprend ou s'abandonne."""

from datetime import date

import pytest

from socle.erreurs import TransitionInterdite
from tests.conventions.avenants import (
    avenant_applique,
    avenant_prepare,
    avenant_transmis,
    convention_en_vigueur,
    signer,
    signer_tout,
    versement,
)
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return convention_en_vigueur(cadre.bsl)


def relire(objet):
    return type(objet).objects.get(pk=objet.pk)


def test_de_deux_avenants_le_second_est_refuse_puis_repris(convention):
    second = avenant_transmis(convention, {"date/fin": "2028-03-31"})
    organisme, ministre = second.signatures_attendues()
    signer(second, organisme)
    avenant_applique(convention, {"date/fin_realisation": "2027-01-31"})
    with pytest.raises(
        TransitionInterdite, match="La convention a changé depuis que cet avenant est préparé"
    ):
        signer(relire(second), ministre)
    ecarts = {e.nom: (e.base, e.actuelle, e.proposee, e.contredit) for e in relire(second).ecarts()}
    assert ecarts == {
        "Fin de la convention": ("31\xa0mars 2027", "31\xa0mars 2027", "31\xa0mars 2028", False),
        "Fin de réalisation": ("31\xa0décembre 2026", "31\xa0janvier 2027", "31\xa0janvier 2027", False),
    }
    second = relire(second).reprendre(par=second.cree_par)
    assert (second.etat, second.base["date/fin_realisation"]) == ("preparation", "2027-01-31")
    signer_tout(second.transmettre(par=second.cree_par))
    convention = relire(convention)
    assert (convention.fin, convention.fin_realisation) == (date(2028, 3, 31), date(2027, 1, 31))
    reprise = convention.journal.get(geste="reprendre-avenant")
    assert reprise.avant["signatures"] == ["Table régionale de Bas-Saint-Laurent"]


def test_deux_avenants_qui_se_contredisent_ne_se_reprennent_pas(convention, mess):
    second = avenant_prepare(convention, {"date/fin_realisation": "2027-02-28"})
    avenant_applique(convention, {"date/fin_realisation": "2027-01-31"})
    second = relire(second)
    (ecart,) = second.ecarts()
    assert ecart.contredit
    with pytest.raises(TransitionInterdite, match="Fin de réalisation » a changé dans la convention"):
        second.reprendre(par=mess)
    second.abandonner(motif="Un autre avenant l’a remplacé.", par=mess)
    assert relire(second).etat == "abandonne"


def test_deux_avenants_ajoutent_chacun_leur_versement(convention, mess):
    ajout = {"exercice/2025": "1300000.00", "versement/4": versement(2025, "100000.00", "2026-02-01")}
    autre = {"exercice/2026": "1350000.00", "versement/4": versement(2026, "50000.00", "2026-12-01")}
    second = avenant_prepare(convention, autre)
    avenant_applique(convention, ajout)
    second = relire(second).reprendre(par=mess)
    assert set(second.propositions) == {"exercice/2026", "versement/5"}
    signer_tout(second.transmettre(par=mess))
    assert convention.echeances.count() == 5


def test_ce_que_la_convention_a_deja_ne_se_repropose_pas(convention, mess):
    meme = {"date/fin_realisation": "2027-01-31"}
    second = avenant_prepare(convention, meme | {"date/fin": "2027-06-30"})
    avenant_applique(convention, meme)
    assert relire(second).reprendre(par=mess).propositions == {"date/fin": "2027-06-30"}


def test_sans_changement_de_la_base_il_n_y_a_rien_a_reprendre(convention, mess):
    with pytest.raises(TransitionInterdite, match="rien à reprendre"):
        avenant_prepare(convention).reprendre(par=mess)


def test_un_versement_qui_avance_ne_fait_pas_bouger_la_base(convention):
    avenant = avenant_prepare(convention)
    convention.echeances.filter(rang=1).update(etat="liberee", liberee_le=date(2025, 1, 20))
    assert not relire(avenant).base_a_bouge()
