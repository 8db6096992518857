"""Ce dont une décision s'écarte se nomme, se motive, et se relit avant d'adopter."""

from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from projets.models import AppelProjets, Decision, NoteCritere
from projets.models.propositions import proposer
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre

pytestmark = pytest.mark.django_db
POURQUOI = "Le conseil y tient."


def adresse(nom, objet):
    return reverse(f"projets:{nom}", args=[objet.pk])


def refus_puis_motif(initiative, par, affectations, phrase):
    """Sans motif, la décision est refusée de cette phrase; motivée, elle se prend."""
    with pytest.raises(TransitionInterdite, match=phrase):
        prendre(initiative, par, affectations=affectations)
    assert prendre(initiative, par, affectations=affectations, ecart=POURQUOI).ecart == POURQUOI


@pytest.fixture
def a_60(prete_a_decider):
    """L'appel annonce un seuil de 60 sur 100."""
    AppelProjets.objects.filter(pk=prete_a_decider.appel_id).update(seuil_de_note=60)
    return p.relire(prete_a_decider)


def noter(initiative, personne, niveau):
    critere = initiative.appel.criteres.create(
        rang=1, nom="Le besoin", poids=100, **{f"niveau_{n}": f"Niveau {n}" for n in range(5)}
    )
    donnee = {"personne": personne, "niveau": niveau, "le": timezone.now()}
    NoteCritere.objects.create(initiative=initiative, critere=critere, **donnee)


def test_accepter_sous_le_seuil_de_note_s_ecrit(a_60, agente, enveloppes, signataire):
    noter(a_60, agente, niveau=2)
    somme = {enveloppes["La Matapédia"]: D(15_000)}
    refus_puis_motif(a_60, signataire, somme, "a 50; le seuil de l’appel est de 60 sur 100")


def test_accepter_sans_note_un_appel_qui_annonce_un_seuil_s_ecrit(a_60, enveloppes, signataire):
    refus_puis_motif(a_60, signataire, {enveloppes["La Matapédia"]: D(15_000)}, "n’a pas de note")


def test_au_seuil_rien_ne_s_ecrit(a_60, agente, enveloppes, signataire):
    noter(a_60, agente, niveau=3)
    assert prendre(a_60, signataire, affectations={enveloppes["La Matapédia"]: D(15_000)}).ecart == ""


def test_prendre_d_un_exercice_plus_que_la_demande_n_y_attend_s_ecrit(
    prete_a_decider, enveloppes, signataire
):
    """17 500 $ y sont attendus chaque année."""
    somme = {enveloppes["La Matapédia"]: D("17500.01")}
    refus_puis_motif(prete_a_decider, signataire, somme, "en 2026-2027, où la demande attend 17\xa0500,00")


def test_puiser_a_un_territoire_que_l_initiative_ne_touche_pas_s_ecrit(
    prete_a_decider, enveloppes, signataire
):
    matanie = enveloppes["La Matanie"]
    prete_a_decider.appel.enveloppes.create(enveloppe=matanie, montant=D(50_000))
    refus_puis_motif(prete_a_decider, signataire, {matanie: D(10_000)}, "ne touche pas La Matanie")


def test_la_page_de_decision_nomme_les_territoires_de_l_initiative(
    prete_a_decider, agente, signataire, client_de
):
    for personne, nom in ((signataire, "decision"), (agente, "proposition")):
        page = client_de(personne).get(adresse(nom, prete_a_decider))
        assert_html_accessible(page)
        assert "Territoires de l’initiative" in page.text
        assert str(prete_a_decider.territoires.get()) in page.text


@pytest.fixture
def proposee(prete_a_decider, agente, enveloppes):
    """Elle dépasse la part de l'appel, le dit, et a sa condition."""
    enveloppe = enveloppes["La Matapédia"]
    prete_a_decider.appel.enveloppes.filter(enveloppe=enveloppe).update(montant=D(6_000))
    return proposer(
        p.relire(prete_a_decider),
        par=agente,
        revision=0,
        sens="acceptee",
        affectations={enveloppe: D(15_000)},
        ecart=POURQUOI,
        conditions="Offrir le samedi.",
    )


@pytest.mark.parametrize("nom", ["seance", "adoption"])
def test_ce_que_la_proposition_depasse_se_relit_avec_son_motif_et_ses_conditions(
    proposee, signataire, client_de, nom
):
    page = client_de(signataire).get(adresse(nom, proposee.initiative.appel))
    assert_html_accessible(page)
    for dit in ("Il ne reste à l’appel que 6\xa0000,00", "prend 15\xa0000,00", POURQUOI, "Offrir le samedi."):
        assert dit in page.text
    for dit in ("Resterait à l’appel", "−9\xa0000,00", "Dépasse la part", "Resterait à l’enveloppe"):
        assert dit in page.text


def test_sans_case_cochee_rien_ne_s_adopte_et_la_seance_le_dit(proposee, signataire, client_de):
    client, appel = client_de(signataire), proposee.initiative.appel
    assert 'name="choisies"' in client.get(adresse("seance", appel)).text
    page = client.get(adresse("adoption", appel), {"choisies": "oui"}, follow=True)
    assert page.redirect_chain[-1][0] == adresse("seance", appel)
    assert "Cochez au moins une proposition" in page.text
    choisie = {"choisies": "oui", "proposition": proposee.pk}
    assert "Adopter 1 proposition" in client.get(adresse("adoption", appel), choisie).text
    assert not Decision.objects.exists()


@pytest.mark.parametrize("nom", ["decision", "proposition"])
def test_un_montant_mal_ecrit_se_dit_a_son_champ_quand_on_essaie(
    prete_a_decider, enveloppes, agente, signataire, client_de, nom
):
    champ = f"montant_{enveloppes['La Matapédia'].pk}"
    saisie = {"sens": "acceptee", champ: "quinze mille", "essayer": "oui", "revision": "0"}
    client = client_de(signataire if nom == "decision" else agente)
    page = client.post(adresse(nom, prete_a_decider), saisie)
    assert_html_accessible(page)
    assert list(page.context["form"].errors) == [champ]
    assert "quinze mille" in page.text
    sans_faute = client.post(adresse(nom, prete_a_decider), saisie | {champ: "15 000"})
    assert not sans_faute.context["form"].errors
    assert not Decision.objects.filter(prise_le=aujourd_hui()).exists()
