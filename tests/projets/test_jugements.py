"""Revoir un jugement : jamais sous un avis rendu, ni en refaisant un parcours où il reste à l'histoire."""

import pytest

from projets.models.avis import entendre
from projets.models.jugements import revoir
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db
MOTIF = "Le registre a changé."


def test_un_avis_rendu_se_retire_avant_que_le_jugement_se_revoie(prete_a_decider, agente):
    with pytest.raises(TransitionInterdite, match="Un avis s’appuie sur ce jugement"):
        revoir(prete_a_decider, par=agente, motif=MOTIF)
    assert revoir(p.sans_avis(prete_a_decider, agente), par=agente, motif=MOTIF).etat == "deposee"


def test_l_avis_des_personnes_ne_tient_pas_au_jugement(admissible, agente):
    """Il s'entend à tout moment de l'étude, avant le jugement aussi."""
    dit = {"groupe": "Espace citoyen", "personnes": 9, "texte": "Le samedi, personne ne viendra."}
    entendre(admissible, par=agente, sens="reserves", rendu_le=aujourd_hui(), **dit)
    assert revoir(p.relire(admissible), par=agente, motif=MOTIF).etat == "deposee"


def test_un_avis_retire_garde_son_etape_et_le_palier_ne_change_plus(prete_a_decider, agente):
    revue = revoir(p.sans_avis(prete_a_decider, agente), par=agente, motif=MOTIF)
    with pytest.raises(TransitionInterdite, match="reste à l’histoire de ce parcours"):
        revue.fixer_le_palier(par=agente, revision=revue.revision, palier="regional", motif="Deux MRC.")
