"""Quitter un organisme, une MRC ou une instance ne rend pas le choix d'une demande qui fut la sienne."""

from datetime import timedelta

import pytest
from django.urls import reverse

from alliances.models import Mandat, Organisme
from projets.models import Initiative, JournalProjets, Reponse
from projets.models.choix import est_la_sienne, les_siennes, liees_a
from projets.models.evaluations import NoteCritere, declarer
from projets.models.propositions import PropositionDecision
from projets.models.reponses import empechements_a_repondre, envoyer
from projets.models.voisinage import rapprochements_des
from projets.notifications.demandes import annoncer_la_decision
from projets.permissions import ou_peut, peut
from socle.models import Notification, Utilisateur
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre
from tests.projets.test_seance import accepter, dossier_pret

pytestmark = pytest.mark.django_db


def adresse(nom, objet):
    return reverse(f"projets:{nom}", args=[objet.pk])


def a_neuf(personne):
    """La même, à sa prochaine page : ses droits se relisent."""
    return Utilisateur.objects.get(pk=personne.pk)


def tenir(personne, role, *, fin, **portee):
    """Un mandat tenu depuis longtemps, terminé il y a `fin` jours (ou rien)."""
    mandat = fabriques.mandater(personne, role, **portee)
    jour = None if fin is None else aujourd_hui() - timedelta(days=fin)
    Mandat.objects.filter(utilisateur=personne, role=role).update(fin=jour)
    return mandat


def vieillir(initiative, jours):
    Initiative.objects.filter(pk=initiative.pk).update(commencee_le=p.timezone.now() - timedelta(days=jours))
    return p.relire(initiative)


@pytest.mark.parametrize(
    ("fin", "sienne"), [(None, True), (0, True), (4, True), (10, True), (11, False), (400, False)]
)
@pytest.mark.parametrize("role", ["porteur", "engagement"])
def test_qui_fut_de_l_organisme_depuis_que_la_demande_a_commence_n_en_decide_pas(
    prete_a_decider, signataire, agente, role, fin, sienne
):
    """La fonction, la condition et les personnes liées disent la même chose."""
    relue, personne = vieillir(prete_a_decider, 10), agente
    tenir(personne, role, fin=fin, organisme=relue.organisme)
    personne = a_neuf(personne)
    assert est_la_sienne(personne, relue) is sienne
    assert Initiative.objects.filter(les_siennes(personne), pk=relue.pk).exists() is sienne
    assert Utilisateur.objects.filter(liees_a(relue), pk=personne.pk).exists() is sienne
    for geste in ("juger", "proposer-decision", "lire-les-notes", "repondre"):
        assert (peut(personne, geste, relue) is not None) is sienne
        assert Initiative.objects.filter(ou_peut(personne, geste), pk=relue.pk).exists() is not sienne


@pytest.mark.parametrize(("fin", "sienne"), [(None, True), (10, True), (11, False)])
@pytest.mark.parametrize("role", ["territoire", "sign_territoire", "fin_territoire"])
def test_qui_tint_un_role_de_la_mrc_qui_depose_n_en_decide_pas(prete_a_decider, agente, role, fin, sienne):
    porteur = prete_a_decider.organisme
    Organisme.objects.filter(pk=porteur.pk).update(forme="municipal")
    relue = vieillir(prete_a_decider, 10)
    tenir(agente, role, fin=fin, territoire=porteur.territoire)
    personne = a_neuf(agente)
    assert est_la_sienne(personne, relue) is sienne
    assert Initiative.objects.filter(les_siennes(personne), pk=relue.pk).exists() is sienne
    assert Utilisateur.objects.filter(liees_a(relue), pk=personne.pk).exists() is sienne


def test_qui_commence_puis_quitte_le_jour_meme_n_en_decide_pas(prete_a_decider, agente):
    Initiative.objects.filter(pk=prete_a_decider.pk).update(commencee_par=agente)
    relue = p.relire(prete_a_decider)
    assert "de votre organisme" in str(peut(agente, "juger", relue))
    assert relue not in Initiative.objects.filter(ou_peut(agente, "juger"))
    assert agente in Utilisateur.objects.filter(liees_a(relue))


def test_la_table_qui_inscrit_une_demande_recue_autrement_la_choisit_encore(prete_a_decider, agente):
    recue = {"mode_reception": "papier", "recue_le": prete_a_decider.commencee_le}
    confirmee = {"confirmee_le": p.timezone.now(), "confirmee_par": prete_a_decider.deposee_par}
    mains = {"commencee_par": agente, "deposee_par": agente}
    Initiative.objects.filter(pk=prete_a_decider.pk).update(**recue | confirmee | mains)
    relue = p.relire(prete_a_decider)
    assert peut(agente, "juger", relue) is None
    assert relue in Initiative.objects.filter(ou_peut(agente, "juger"))
    assert agente not in Utilisateur.objects.filter(liees_a(relue))


def test_qui_etait_de_l_organisme_quand_la_table_a_recu_la_demande_n_en_decide_pas(prete_a_decider, agente):
    recue_le = p.timezone.now() - timedelta(days=8)
    Initiative.objects.filter(pk=prete_a_decider.pk).update(mode_reception="papier", recue_le=recue_le)
    tenir(agente, "porteur", fin=5, organisme=prete_a_decider.organisme)
    relue, personne = p.relire(prete_a_decider), a_neuf(agente)
    assert est_la_sienne(personne, relue)
    assert relue in Initiative.objects.filter(les_siennes(personne))
    assert personne in Utilisateur.objects.filter(liees_a(relue))


def en_conflit(initiative, personne):
    """Elle évalue, déclare un conflit, puis quitte son instance."""
    fabriques.mandater(personne, "evaluation", instance_gouvernance=initiative.etapes.last().instance)
    declarer(initiative, par=a_neuf(personne), conflit=True, precision="Ma sœur y travaille.")
    Mandat.objects.filter(utilisateur=personne, role="evaluation").update(fin=aujourd_hui())
    return a_neuf(personne)


@pytest.mark.parametrize(("qui", "geste"), [("agente", "juger"), ("signataire", "decider")])
def test_un_conflit_declare_vaut_encore_hors_de_l_instance(prete_a_decider, agente, signataire, qui, geste):
    personne = en_conflit(prete_a_decider, {"agente": agente, "signataire": signataire}[qui])
    relue = p.relire(prete_a_decider)
    assert "conflit d’intérêts" in str(peut(personne, geste, relue))
    assert relue not in Initiative.objects.filter(ou_peut(personne, geste))


def partie(initiative, personne):
    """Elle a écrit la demande, puis a quitté l'organisme."""
    tenir(personne, "porteur", fin=0, organisme=initiative.organisme)
    return a_neuf(personne)


@pytest.fixture
def deux(prete_a_decider, agente):
    sienne = dossier_pret(prete_a_decider.appel, agente, "Navette de rang", "1140000033")
    Initiative.objects.filter(pk=sienne.pk).update(titre="Cuisines de rang du lac")
    return prete_a_decider, p.relire(sienne)


@pytest.mark.parametrize("lien", [en_conflit, partie])
def test_ni_seance_ni_selection_ni_question_ne_montrent_ce_qu_on_ne_choisit_pas(
    deux, lien, agente, signataire, enveloppes, client_de
):
    autre, sienne = deux
    Initiative.objects.filter(pk=sienne.pk).update(
        titre="Navette"
    )  # voisine, elle se lirait, telle qu'annoncée
    sienne = p.relire(sienne)
    for dossier, montant in zip(deux, (15_000, 10_000), strict=True):
        accepter(dossier, agente, enveloppes["La Matapédia"], montant)
    client = client_de(lien(sienne, signataire))
    question = reverse("projets:question", args=[autre.appel_id, "besoin"])
    pages = [adresse(nom, autre.appel) for nom in ("seance", "selection", "adoption")]
    for url in (*pages, question, f"{adresse('selection', autre.appel)}?format=csv"):
        lue = client.get(url)
        assert lue.status_code == 200
        assert str(autre) in lue.text
        assert str(sienne) not in lue.text
        assert sienne.numero not in lue.text
    page = client.get(pages[0])
    assert page.context["total_propose"] == 15_000
    assert {ligne[3] for ligne in page.context["jauges"]} == {0, 15_000}
    assert client.get(pages[1]).context["chiffres"]["a_l_etude"] == 1
    assert client_de(agente).get(pages[0]).context["total_propose"] == 25_000


@pytest.mark.parametrize("lien", [en_conflit, partie])
def test_sa_decision_sous_embargo_ne_se_lit_ni_a_sa_page_ni_par_une_voisine(
    deux, lien, agente, signataire, enveloppes, client_de
):
    autre, sienne = deux
    personne = lien(sienne, agente)
    decision = prendre(sienne, signataire, affectations={enveloppes["La Matapédia"]: 6_000})
    annoncer_la_decision(decision, par=signataire)
    assert not Notification.objects.filter(destinataire=personne).exists()
    assert not PropositionDecision.objects.visibles_par(personne).filter(initiative=sienne).exists()
    assert not NoteCritere.objects.visibles_par(personne).filter(initiative=sienne).exists()
    lue = client_de(personne).get(adresse("initiative", sienne))
    assert lue.status_code == 200
    assert "Acceptée" not in lue.text

    def voisine(qui):
        trouves = rapprochements_des(autre.alliance, [p.relire(autre)], qui)[autre.pk]
        return next(r.acceptee for r in trouves if r.cle == sienne.pk)

    assert (voisine(personne), voisine(signataire)) == (False, True)
    for nom, objet in (("initiative", autre), ("seance", autre.appel)):
        contenu = client_de(personne).get(adresse(nom, objet)).text
        assert sienne.numero in contenu
        assert "Acceptée" not in contenu
    envoyer(sienne.appel, par=signataire)
    assert voisine(personne)


def test_refusee_sous_embargo_une_voisine_qui_est_la_sienne_se_lit_encore_a_l_etude(deux, agente, signataire):
    autre, sienne = deux
    personne = partie(sienne, agente)
    prendre(sienne, signataire, sens="refusee", raison="besoin", motif="Le besoin est ailleurs.", ecart="Vu.")
    for qui, lue in ((personne, True), (signataire, False)):
        trouves = rapprochements_des(autre.alliance, [p.relire(autre)], qui)[autre.pk]
        assert any(r.cle == sienne.pk for r in trouves) is lue


def decider(dossiers, signataire, enveloppes):
    for dossier in dossiers:
        prendre(dossier, signataire, affectations={enveloppes["La Matapédia"]: 6_000})


@pytest.mark.parametrize("lien", [en_conflit, partie])
def test_on_ne_repond_pas_a_la_demande_qu_on_ne_choisit_pas(
    deux, lien, agente, signataire, enveloppes, client_de
):
    autre, sienne = deux
    client = client_de(lien(sienne, agente))
    decider(deux, signataire, enveloppes)
    assert client.get(adresse("reponse_apercu", autre)).status_code == 200
    assert client.get(adresse("reponse_apercu", sienne)).status_code == 403
    envoi = adresse("reponses", autre.appel)
    page = client.get(envoi)
    assert [d.initiative for d in page.context["attendues"]] == [autre]
    assert "elles restent à une autre personne" in " ".join(page.text.split())
    assert f"<li>{sienne}, {sienne.organisme}</li>" in page.text
    client.post(envoi, envoyer_ce_que_montre(page))
    assert [r.decision.initiative for r in Reponse.objects.all()] == [autre]
    assert p.relire(sienne).etat_annonce == "admissible"
    assert empechements_a_repondre(autre.appel, par=a_neuf(agente)) == [
        "Aucune réponse n’attend d’être envoyée par vous."
    ]


def envoyer_ce_que_montre(page):
    form = page.context.get("form")
    return {"revision": form["revision"].value()} if form else {}


def test_un_territoire_ne_repond_pas_pour_un_autre_a_son_appel(
    deux, cadre, ressource, signataire, enveloppes, client_de
):
    sienne, autre = deux
    decider(deux, signataire, enveloppes)
    matapedia, matanie = (cadre.bsl.territoires.get(code=code) for code in ("07", "08"))
    type(autre.appel).objects.filter(pk=autre.appel_id).update(territoire=matapedia)
    sienne.territoires.set([matapedia])
    autre.territoires.set([matapedia, matanie])
    client = client_de(ressource)
    codes = [client.get(adresse("reponse_apercu", dossier)).status_code for dossier in deux]
    assert codes == [200, 403]
    page = client.get(adresse("reponses", autre.appel))
    assert f"<li>{autre}, {autre.organisme}</li>" in page.text
    client.post(adresse("reponses", autre.appel), envoyer_ce_que_montre(page))
    assert [r.decision.initiative for r in Reponse.objects.all()] == [sienne]


def test_la_page_des_reponses_ne_dit_pas_si_la_sienne_est_decidee(
    deux, agente, signataire, enveloppes, client_de
):
    autre, sienne = deux
    prendre(autre, signataire, affectations={enveloppes["La Matapédia"]: 6_000})
    client, url = client_de(partie(sienne, agente)), adresse("reponses", autre.appel)
    avant = client.get(url).context["restent"]
    lues = [str(initiative) for initiative in avant]
    prendre(sienne, signataire, affectations={enveloppes["La Matapédia"]: 6_000})
    assert [str(initiative) for initiative in client.get(url).context["restent"]] == lues == [str(sienne)]


@pytest.mark.parametrize("lien", [en_conflit, partie])
def test_ce_que_sa_decision_reserve_ne_se_lit_ni_a_la_jauge_ni_au_journal(
    deux, lien, agente, signataire, enveloppes, client_de
):
    autre, sienne = deux
    personne = lien(sienne, agente)

    def jauges(qui):
        lues = client_de(qui).get(adresse("seance", autre.appel)).context["jauges"]
        return {str(enveloppe): disponible for enveloppe, _, disponible, *_ in lues}

    avant = jauges(personne)
    decider([sienne], signataire, enveloppes)
    assert jauges(personne) == avant
    assert jauges(signataire)["La Matapédia"] == avant["La Matapédia"] - 6_000
    lignes = JournalProjets.objects.filter(initiative=sienne, geste="decider")
    assert lignes.visibles_par(signataire).exists()
    assert not lignes.visibles_par(personne).exists()
    envoyer(sienne.appel, par=signataire)
    assert jauges(personne)["La Matapédia"] == avant["La Matapédia"] - 6_000


def test_ce_qui_n_est_que_de_l_appel_se_lit_au_journal_meme_en_conflit(prete_a_decider, agente):
    prete_a_decider.appel.noter("suivre-demandes", par=None, public=False)
    lignes = JournalProjets.objects.filter(initiative=None, public=False)
    for personne in (agente, en_conflit(prete_a_decider, agente)):
        assert lignes.visibles_par(personne).exists()
