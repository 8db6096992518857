"""Ce que la séance et ses pages montrent : à qui, de quoi juger une proposition, et ce qu'elle ne pourra pas."""

import re
from decimal import Decimal as D

import pytest
from django.urls import reverse

from projets.models import Initiative, PropositionDecision
from projets.models.propositions import proposer
from projets.permissions import est_la_sienne
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p
from tests.projets.test_seance import accepter, dossier_pret

pytestmark = pytest.mark.django_db
LIBRE = "Reste après les autres propositions\xa0: {}."


def adresse(nom, pk):
    return reverse(f"projets:{nom}", args=[pk])


def lire(client, nom, pk):
    page = client.get(adresse(nom, pk))
    assert_html_accessible(page)
    return page


@pytest.fixture
def deux(prete_a_decider, agente):
    return prete_a_decider, dossier_pret(prete_a_decider.appel, agente, "Garde-manger", "1140000025")


@pytest.fixture
def de_sa_mrc(deux, cadre, ressource):
    """Un dossier du territoire de la ressource, et un autre dont l'organisme est sa MRC; les deux, proposés."""
    sien, de_la_mrc = deux
    matapedia = cadre.bsl.territoires.get(code="07")
    for dossier in deux:
        dossier.territoires.set([matapedia])
    type(sien.organisme).objects.filter(pk=de_la_mrc.organisme_id).update(
        forme="municipal", territoire=matapedia
    )
    Initiative.objects.filter(pk=de_la_mrc.pk).update(titre="Navette de la MRC")
    de_la_mrc = p.relire(de_la_mrc)
    assert est_la_sienne(ressource, de_la_mrc)
    return sien, de_la_mrc


def jauge(page, enveloppe):
    return next((propose, reste) for e, _, _, propose, reste in page.context["jauges"] if e == enveloppe)


def test_ce_qu_on_propose_a_sa_mrc_ne_se_lit_ni_dans_la_jauge_ni_dans_le_total(
    de_sa_mrc, agente, ressource, enveloppes, client_de
):
    sien, de_la_mrc = de_sa_mrc
    enveloppe = enveloppes["La Matapédia"]
    accepter(sien, agente, enveloppe, 15_000)
    accepter(de_la_mrc, agente, enveloppe, 10_000)
    page = lire(client_de(ressource), "seance", sien.appel_id)
    assert jauge(page, enveloppe) == (D(15_000), D("385000.01"))
    assert page.context["total_propose"] == D(15_000)
    contenu = page.content.decode()
    assert "Navette de la MRC" not in contenu
    assert "Une demande qui vous touche" in contenu
    page = lire(client_de(agente), "seance", sien.appel_id)
    assert jauge(page, enveloppe)[0] == page.context["total_propose"] == D(25_000)
    assert "ni montrée ni comptée" not in page.content.decode()


def test_la_page_de_proposition_ne_trahit_pas_ce_qu_on_propose_a_sa_mrc(
    de_sa_mrc, agente, ressource, enveloppes, client_de
):
    sien, de_la_mrc = de_sa_mrc
    accepter(de_la_mrc, agente, enveloppes["La Matapédia"], 10_000)
    for personne, reste in ((ressource, "400\xa0000,01\xa0$"), (agente, "390\xa0000,01\xa0$")):
        contenu = lire(client_de(personne), "proposition", sien.pk).content.decode()
        assert LIBRE.format(reste) in contenu


def test_une_proposition_inadoptable_est_marquee_decochee_et_dit_pourquoi(
    deux, agente, signataire, enveloppes, client_de
):
    accepter(deux[0], agente, enveloppes["La Matapédia"], 15_000)
    proposer(deux[1], par=agente, revision=0, sens="refusee", motif="Peu montré.")
    contenu = lire(client_de(signataire), "seance", deux[0].appel_id).content.decode()
    assert contenu.count("Ne peut pas être adoptée") == 1
    assert "Choisissez la raison" in contenu
    cases = {
        proposition.sens: f'value="{proposition.pk}"'
        for proposition in PropositionDecision.objects.order_by("pk")
    }
    cochees = {
        sens: "checked" in contenu[contenu.index(case) :].partition(">")[0] for sens, case in cases.items()
    }
    assert cochees == {"acceptee": True, "refusee": False}


def test_une_proposition_de_plus_que_l_enveloppe_ne_peut_pas_etre_adoptee(
    prete_a_decider, agente, signataire, enveloppes, client_de
):
    enveloppe = enveloppes["La Matapédia"]
    accepter(prete_a_decider, agente, enveloppe, 15_000)
    p.vider(enveloppe)
    contenu = lire(client_de(signataire), "seance", prete_a_decider.appel_id).content.decode()
    assert "Ne peut pas être adoptée" in contenu
    assert "15\xa0000,00\xa0$ proposés, et il n’y reste que 0,00\xa0$." in contenu


def test_la_seance_montre_la_raison_et_les_avis(deux, agente, signataire, client_de):
    proposer(
        deux[0], par=agente, revision=0, sens="refusee", raison="besoin", motif="Le besoin est ailleurs."
    )
    page = lire(client_de(signataire), "seance", deux[0].appel_id)
    contenu = re.sub(r" *\n *", " ", page.content.decode())
    assert "Le besoin\xa0: Le besoin est ailleurs." in contenu
    assert contenu.count("<div>Comité d’analyse\xa0: favorable</div>") == 2


def test_enregistrer_une_proposition_inadoptable_n_est_pas_une_reussite(prete_a_decider, agente, client_de):
    client, url = client_de(agente), adresse("proposition", prete_a_decider.pk)
    bonne = {"sens": "refusee", "raison": "besoin", "motif": "Ailleurs.", "ecart": "Vu de près."}
    for revision, saisie, ton in ((0, {"sens": "refusee"}, "Attention"), (1, bonne, "Réussite")):
        suite = client.post(url, {"revision": revision} | saisie, follow=True).content.decode()
        assert f'<span class="visuellement-cache">{ton}\xa0: </span>La proposition est enregistrée.' in suite


def test_l_adoption_nomme_qui_decide_et_dit_ce_qu_elle_reserve_en_tout(
    deux, agente, signataire, enveloppes, client_de
):
    accepter(deux[0], agente, enveloppes["La Matapédia"], 15_000)
    accepter(deux[1], agente, enveloppes["La Matapédia"], 10_000)
    page = lire(client_de(signataire), "adoption", deux[0].appel_id)
    contenu = page.content.decode()
    assert f"<b>{deux[0].etapes.get(acte='decision').nom}</b>" in contenu
    assert "<b>25\xa0000,00\xa0$</b>" in contenu


def test_la_decision_reprend_la_proposition_de_la_seance_et_le_dit(
    prete_a_decider, agente, signataire, enveloppes, client_de
):
    enveloppe, client = enveloppes["La Matapédia"], client_de(signataire)
    dit = "Rempli d’après la proposition de la séance"
    assert dit not in lire(client, "decision", prete_a_decider.pk).content.decode()
    proposer(
        prete_a_decider,
        par=agente,
        revision=0,
        sens="acceptee",
        affectations={enveloppe: D(15_000)},
        conditions="Offrir le samedi.",
    )
    page = lire(client, "decision", prete_a_decider.pk)
    form = page.context["form"]
    assert form["sens"].value() == "acceptee"
    assert form[f"montant_{enveloppe.pk}"].value() == "15\xa0000,00"
    assert form["conditions"].value() == "Offrir le samedi."
    contenu = page.content.decode()
    assert dit in contenu
    assert agente.nom_complet in contenu


def test_la_proposition_ne_dit_pas_reserver_et_separe_ce_que_l_appel_ne_met_pas_en_commun(
    prete_a_decider, agente, client_de
):
    contenu = lire(client_de(agente), "proposition", prete_a_decider.pk).content.decode()
    assert "Une proposition ne réserve rien" in contenu
    assert "réserve l’argent dans chaque enveloppe" not in contenu
    assert contenu.index("L’argent, si elle est acceptée") < contenu.index("que l’appel ne met pas en commun")
    assert "Demandé au Fonds, 2026-2027" in contenu


def test_au_total_de_la_selection_une_demande_retiree_ne_compte_pas(deux, agente, client_de):
    retiree = {"etat": "retiree", "retiree_le": p.timezone.now(), "retiree_par": agente}
    sans_jugement = {"jugee_le": None, "jugee_par": None, "etat_annonce": "retiree"}
    Initiative.objects.filter(pk=deux[1].pk).update(**retiree | sans_jugement)
    page = lire(client_de(agente), "selection", deux[0].appel_id)
    assert page.context["liste"].totaux["demande"] == page.context["chiffres"]["demande"] > 0
