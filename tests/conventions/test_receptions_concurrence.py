"""Deux personnes au même instant, chacune sur sa connexion : accepter et défaire passent l'un après l'autre."""

from datetime import date

import pytest

from conventions.models import JournalConvention, Obligation, Versement
from socle.erreurs import TransitionInterdite
from socle.models.chaines import premiere_rupture
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.fabriques import accepter, recevoir
from tests.plans.test_concurrence import ensemble

pytestmark = pytest.mark.django_db(transaction=True)
MOTIF = "Le rapport était celui d’une autre Table."


@pytest.fixture
def rapport(cadre):
    fabriques.version_approuvee(cadre.bsl)
    convention = v.convention_signee(cadre.bsl)
    return convention.obligations.create(nature="rapport_annuel", an=2025, echeance=date(2026, 6, 30))


def relire(rapport):
    return Obligation.objects.select_related("convention__alliance").get(pk=rapport.pk)


def refuses(issues):
    erreurs = [issue for issue in issues if isinstance(issue, Exception)]
    assert all(isinstance(e, TransitionInterdite) for e in erreurs), erreurs
    return len(erreurs)


def attendu(rapport):
    """Le versement qui l'attend suit toujours l'acceptation, quel que soit l'ordre des gestes."""
    rapport = relire(rapport)
    echeance = v.premiere(rapport.convention, rang=4)
    assert (echeance.etat == "prevue") is (rapport.acceptee_le is None)
    assert premiere_rupture(JournalConvention) is None
    return echeance


def test_deux_acceptations_au_meme_instant_n_en_font_qu_une(rapport):
    recevoir(rapport)
    personnes = [fabriques.personne("mess") for _ in range(4)]
    gestes = [lambda par=par: relire(rapport).accepter(par=par) for par in personnes]
    assert refuses(ensemble(*gestes)) == 3
    assert JournalConvention.objects.filter(geste="liberer").count() == 1
    attendu(rapport)


def test_accepter_et_defaire_au_meme_instant_ne_laisse_rien_a_moitie(rapport):
    accepter(rapport)
    une, autre = fabriques.personne("mess"), fabriques.personne("mess")

    def defaire():
        return relire(rapport).annuler_acceptation(par=une, motif=MOTIF)

    def refaire():
        return relire(rapport).accepter(par=autre)

    # Le premier qui défait passe toujours; tous passent s'ils alternent.
    assert refuses(ensemble(defaire, refaire, defaire, refaire)) <= 3
    acceptations = JournalConvention.objects.filter(geste="accepter").count()
    annulations = JournalConvention.objects.filter(geste="annuler-acceptation").count()
    assert acceptations - annulations == (relire(rapport).acceptee_le is not None)
    attendu(rapport)


def test_payer_pendant_qu_on_defait_paie_ou_arrive_trop_tard(rapport):
    accepter(rapport)
    echeance = attendu(rapport)
    echeance.recommander(par=v._analyse(echeance.convention), note="Rapport accepté.")
    v.relire(echeance).autoriser(par=fabriques.personne("approbation"))
    finances, mess = v.finances(), fabriques.personne("mess")

    def payer():
        return v.relire(echeance).verser(
            par=finances, montant=echeance.montant, verse_le=aujourd_hui(), reference="V-1"
        )

    def defaire():
        return relire(rapport).annuler_acceptation(par=mess, motif=MOTIF)

    assert refuses(ensemble(payer, defaire)) == 1
    assert (attendu(rapport).etat == "versee") is Versement.objects.exists()
