"""D'une seule initiative, la page déduit ce que chacun lit de l'étude : la même chose que si la base le redisait."""

import pytest

from alliances.models import Organisme
from projets.models import Affectation, AvisInitiative, Decision, Initiative, PropositionDecision
from projets.models.evaluations import declarer
from projets.models.propositions import proposer
from projets.models.reponses import envoyer
from projets.models.reservations import desister
from tests import fabriques
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre

pytestmark = pytest.mark.django_db
DEDUITES = (Affectation, Decision, PropositionDecision)


def lue_par(personne, initiative):
    visibles = Initiative.objects.visibles_par(personne).avec_etat_lu(personne)
    return visibles.avec_etude_suivie(personne).get(pk=initiative.pk)


def lus(personne, initiative):
    """[(ce que la page en déduit, ce que la base en dit)]."""
    lue = lue_par(personne, initiative)
    yield lue.etat_pour_qui_la_lit(), lue.etat_lu
    vus = AvisInitiative.objects.visibles_par(personne).filter(initiative=initiative)
    yield lue.se_lit_une_fois(), vus.exists()
    for modele in DEDUITES:
        siens = modele.objects.visibles_par(personne).filter(initiative=initiative)
        yield set(modele.objects.lues_avec(lue)), set(siens)


@pytest.fixture
def personnes(prete_a_decider, agente, signataire, lectrice, mess, ressource, equipe):
    """De la Table, de l'État et de l'organisme; une en conflit, et celles de la MRC qui dépose."""
    comite = prete_a_decider.etapes.first().instance
    en_conflit = fabriques.personne("coordination", prete_a_decider.alliance)
    fabriques.mandater(en_conflit, "evaluation", instance_gouvernance=comite)
    declarer(prete_a_decider, par=en_conflit, conflit=True, precision="Ma sœur y siège.")
    return [agente, signataire, lectrice, mess, ressource, *equipe, en_conflit]


def test_a_chaque_etape_la_page_deduit_ce_que_dirait_la_base(
    prete_a_decider, personnes, agente, signataire, equipe, enveloppes
):
    initiative, argent = prete_a_decider, {enveloppes["La Matapédia"]: 15_000}
    gestes = (
        lambda: proposer(initiative, par=agente, revision=0, sens="acceptee", affectations=argent),
        lambda: prendre(initiative, signataire, affectations=argent),
        lambda: envoyer(p.relire(initiative).appel, par=signataire),
        lambda: desister(p.relire(initiative), par=equipe[1], motif="La salle a fermé."),
    )
    lectures = []
    for geste in gestes:
        geste()
        dites = {personne: tuple(zip(*lus(personne, initiative), strict=True)) for personne in personnes}
        assert all(deduits == dits for deduits, dits in dites.values()), dites
        lectures.append(len({str(deduits) for deduits, _ in dites.values()}))
    assert lectures == [2, 2, 1, 1]  # jusqu'à la réponse, deux lectures : l'étude, et ce qu'on annonce


def test_la_mrc_qui_depose_ne_deduit_rien_de_plus(prete_a_decider, signataire, enveloppes):
    mrc = prete_a_decider.territoires.get()
    Organisme.objects.filter(pk=prete_a_decider.organisme_id).update(forme="municipal", territoire=mrc)
    prendre(p.relire(prete_a_decider), signataire, affectations={enveloppes["La Matapédia"]: 15_000})
    for role in ("territoire", "sign_territoire", "fin_territoire"):
        deduits, dits = zip(*lus(fabriques.personne(role, mrc), prete_a_decider), strict=True)
        assert deduits == dits == ("admissible", False, set(), set(), set())
