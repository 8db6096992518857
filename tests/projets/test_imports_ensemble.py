"""Deux imports du même classeur, et une demande qui part d'une reprise qu'on défait, au même instant."""

from functools import partial

import pytest

from projets.models import ImportDInitiatives, Initiative, InitiativeReprise
from socle.erreurs import TransitionInterdite
from tests import fabriques
from tests.plans.test_concurrence import ensemble
from tests.projets import fabriques as p
from tests.projets.situation import saisie_reprise

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def organisme(cadre):
    return p.organisme(cadre.bsl)


def importer(cadre, organisme, par):
    return ImportDInitiatives.importer(
        cadre.bsl, [saisie_reprise(organisme)], par=par, fichier="reprises.xlsx"
    )


def test_le_meme_classeur_confirme_par_huit_personnes_n_entre_qu_une_fois(cadre, organisme):
    personnes = [fabriques.personne("coordination", cadre.bsl) for _ in range(8)]
    issues = ensemble(*(partial(importer, cadre, organisme, par) for par in personnes))
    refus = [issue for issue in issues if isinstance(issue, Exception)]
    assert len(refus) == 7
    assert all(isinstance(issue, TransitionInterdite) for issue in refus), refus
    assert InitiativeReprise.objects.count() == ImportDInitiatives.objects.count() == 1


def test_on_continue_une_reprise_ou_on_defait_son_import_jamais_les_deux(cadre, organisme, agente):
    fait, (redige, _) = importer(cadre, organisme, agente), p.equipe(organisme)
    reprise, appel = fait.reprises.get(), p.appel_ouvert(cadre.bsl, par=agente)
    issues = ensemble(
        partial(fait.defaire, par=agente, motif="Le mauvais fichier."),
        partial(Initiative.commencer, appel, organisme, par=redige, suite_de=reprise),
    )
    (refus,) = [issue for issue in issues if isinstance(issue, Exception)]
    assert isinstance(refus, TransitionInterdite)
    assert InitiativeReprise.objects.exists() == Initiative.objects.filter(suite_de=reprise.pk).exists()
