"""Qui prépare, qui signe, qui paie : chacun son côté, et jamais l'affaire de son propre organisme."""

from decimal import Decimal as D

import pytest

from projets.models.reponses import envoyer
from projets.protocoles.models import PiecePaiement
from projets.protocoles.permissions import cote_de, peut, peut_payer, peut_repondre
from tests import fabriques
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f
from tests.projets.test_decisions import prendre

pytestmark = pytest.mark.django_db


def test_la_signature_de_la_table_et_qui_engage_l_organisme_ont_chacun_leur_cote(
    transmis, signataire, equipe, agente, lectrice, etrangere
):
    cotes = [cote_de(qui, transmis) for qui in (signataire, *equipe, agente, lectrice, etrangere)]
    assert cotes == ["alliance", None, "organisme", None, None, None]


def test_qui_a_depose_ne_signe_pas_pour_l_alliance_meme_avec_la_signature(transmis, equipe):
    fabriques.mandater(equipe[1], "signature", alliance=transmis.initiative.alliance)
    engage = type(equipe[1]).objects.get(pk=equipe[1].pk)
    assert peut_repondre(engage, "alliance", transmis) is not None
    assert cote_de(engage, transmis) == "organisme"


def test_la_signature_d_un_territoire_ne_vaut_que_si_toute_la_part_est_de_lui(transmis):
    """Deux enveloppes, dont une de la Table : c'est la Table qui signe."""
    territoire = transmis.initiative.alliance.territoires.get(code="07")
    du_territoire = fabriques.personne("sign_territoire", territoire)
    assert peut_repondre(du_territoire, "alliance", transmis) is not None


def test_la_part_que_gere_un_territoire_se_signe_et_se_paie_par_lui(
    prete_a_decider, enveloppes, signataire, agente
):
    enveloppe = enveloppes["La Matapédia"]
    prendre(prete_a_decider, signataire, affectations={enveloppe: D("9000")})
    envoyer(prete_a_decider.appel, par=signataire)
    f.clauses_approuvees(prete_a_decider.alliance, signataire)
    protocole = f.relire(f.transmis(p.relire(prete_a_decider), agente))
    ici, ailleurs = (prete_a_decider.alliance.territoires.get(code=code) for code in ("07", "08"))
    signent = [fabriques.personne("sign_territoire", territoire) for territoire in (ici, ailleurs)]
    assert [peut_repondre(qui, "alliance", protocole) is None for qui in signent] == [True, False]
    paient = [fabriques.personne("fin_territoire", territoire) for territoire in (ici, ailleurs)]
    tranche = protocole.tranches.select_related("affectation__enveloppe").first()
    assert [peut_payer(qui, "payer", tranche) is None for qui in (*paient, agente)] == [True, False, False]


def test_les_finances_ne_paient_pas_leur_propre_organisme(signe, lectrice):
    tranche = signe.tranches.first()
    assert peut_payer(lectrice, "payer", tranche) is None
    fabriques.mandater(lectrice, "porteur", organisme=signe.initiative.organisme)
    assert peut_payer(type(lectrice).objects.get(pk=lectrice.pk), "payer", tranche) is not None


def test_la_table_mene_le_protocole_et_l_organisme_ne_le_prepare_pas(signe, agente, signataire, equipe, mess):
    for geste, admise in (("preparer-protocole", agente), ("clore-protocole", signataire)):
        assert peut(admise, geste, signe) is None
        for autre in (*equipe, mess):
            assert peut(autre, geste, signe) is not None


def test_les_finances_d_un_territoire_lisent_les_preuves_de_sa_part_et_d_aucune_autre(
    signe, lectrice, signataire, mess
):
    """Payées de La Matapédia et de toute l'Alliance : l'autre MRC n'en lit aucune; la Table et l'État, toutes."""
    for tranche in signe.tranches.filter(etat="liberee"):
        paiement = f.payer(tranche, lectrice)
        PiecePaiement.televerser(fabriques.fichier_pdf(), par=lectrice, sortie=paiement)
    ici, ailleurs = (signe.initiative.alliance.territoires.get(code=code) for code in ("07", "08"))
    du_territoire, voisine = (fabriques.personne("fin_territoire", lieu) for lieu in (ici, ailleurs))
    lues = {
        qui: PiecePaiement.objects.visibles_par(qui)
        for qui in (lectrice, signataire, mess, du_territoire, voisine)
    }
    assert [pieces.count() for pieces in lues.values()] == [2, 2, 2, 1, 0]
    assert lues[du_territoire].get().sortie.enveloppe.territoire_gestionnaire == ici


def test_sans_part_confiee_un_territoire_ne_lit_aucune_preuve(signe, lectrice):
    paiement = f.payer(signe.tranches.get(rang=1), lectrice)
    PiecePaiement.televerser(fabriques.fichier_pdf(), par=lectrice, sortie=paiement)
    profil = signe.initiative.alliance.profil_gouvernance
    type(profil).objects.filter(pk=profil.pk).update(gestion="centralisee")
    siens = [
        fabriques.personne("fin_territoire", lieu) for lieu in signe.initiative.alliance.territoires.all()
    ]
    assert not any(PiecePaiement.objects.visibles_par(qui).exists() for qui in siens)
