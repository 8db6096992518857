"""Ce qu'on sait déjà se propose; une partie complète est terminée d'elle-même; le Fonds paie ce qui manque."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests import fabriques
from tests.outils.partage import partagee
from tests.projets import fabriques as p
from tests.projets.test_demande_pages import REPONSES, adresse, envoyer

pytestmark = pytest.mark.django_db
EN_JSON = {"accept": "application/json"}


@partagee
def appel(cadre, agente):
    fabriques.version_approuvee(cadre.bsl)
    return p.appel_ouvert(cadre.bsl, par=agente)


@partagee
def organisme(cadre):
    return p.organisme(cadre.bsl)


@partagee
def equipe(organisme):
    return p.equipe(organisme)


@partagee
def brouillon(appel, organisme, equipe):
    return p.demande(appel, organisme, equipe[0])


def proposes(client, initiative, code):
    form = client.get(adresse("partie", initiative, code)).context["form"]
    return {nom: form[nom].value() for nom in form.fields}


def partie(initiative, code):
    return initiative.parties.get(code=code)


def test_qui_commence_et_qui_engage_sont_proposes_sans_etre_enregistres(brouillon, equipe, client_de):
    lus = proposes(client_de(equipe[0]), brouillon, "organisme")
    redige, engage = equipe
    assert lus["personne_ressource"] == f"{redige.nom_complet}, {redige.courriel}"
    assert lus["signataire"] == engage.nom_complet
    assert p.relire(brouillon).signataire == ""
    assert "Nommez la personne qui signera." in brouillon.ce_qui_manque()


def test_la_personne_de_la_demande_precedente_revient(appel, organisme, equipe, client_de):
    p.demande_prete(appel, organisme, equipe[0]).deposer(par=equipe[1])
    lus = proposes(client_de(equipe[0]), p.demande(appel, organisme, equipe[1]), "organisme")
    assert lus["personne_ressource"] == p.REPONSES["personne_ressource"]
    assert lus["signataire"] == equipe[1].nom_complet


def test_ce_qu_on_a_vide_ne_revient_pas(brouillon, equipe, client_de):
    client = client_de(equipe[0])
    envoyer(client, brouillon, "organisme", {"personne_ressource": "", "signataire": ""})
    assert proposes(client, p.relire(brouillon), "organisme")["signataire"] == ""


def test_les_dates_de_l_appel_et_le_territoire_du_siege_sont_proposes(brouillon, equipe, client_de):
    client, appel = client_de(equipe[0]), brouillon.appel
    lus = proposes(client, brouillon, "projet")
    assert (lus["debut"], lus["fin"]) == (appel.decision_promise_le, appel.fin_au_plus_tard)
    (siege,) = proposes(client, brouillon, "territoires")["territoires"]
    assert siege == brouillon.organisme.territoire_id


def test_une_partie_complete_est_terminee_quand_on_continue_pas_pendant_qu_on_ecrit(
    brouillon, equipe, client_de
):
    client, saisie = client_de(equipe[0]), {"revision": "1"} | REPONSES["projet"]
    client.post(adresse("partie_brouillon", brouillon, "projet"), saisie, headers=EN_JSON)
    assert not partie(brouillon, "projet").terminee
    envoyer(client, brouillon, "projet", REPONSES["projet"])
    assert partie(brouillon, "projet").terminee
    envoyer(client, brouillon, "projet", REPONSES["projet"] | {"titre": ""})
    assert not partie(brouillon, "projet").terminee


def test_effacer_une_reponse_pendant_qu_on_ecrit_rouvre_la_partie(brouillon, equipe, client_de):
    client = client_de(equipe[0])
    envoyer(client, brouillon, "projet", REPONSES["projet"])
    saisie = REPONSES["projet"] | {"titre": "", "revision": "2"}
    client.post(adresse("partie_brouillon", brouillon, "projet"), saisie, headers=EN_JSON)
    assert not partie(brouillon, "projet").terminee


def test_on_peut_dire_qu_on_y_reviendra(brouillon, equipe, client_de):
    client = client_de(equipe[0])
    envoyer(client, brouillon, "projet", REPONSES["projet"], a_revoir="on")
    assert not partie(brouillon, "projet").terminee
    envoyer(client, brouillon, "projet", REPONSES["projet"])
    assert partie(brouillon, "projet").terminee


def test_la_case_ne_se_coche_jamais_d_elle_meme_et_continuer_termine_la_partie(brouillon, equipe, client_de):
    client = client_de(equipe[0])
    saisie = REPONSES["projet"] | {"revision": "1"}
    client.post(adresse("partie_brouillon", brouillon, "projet"), saisie, headers=EN_JSON)
    lus = proposes(client, p.relire(brouillon), "projet")
    assert not lus["a_revoir"]
    envoyer(client, brouillon, "projet", {nom: valeur for nom, valeur in lus.items() if valeur})
    assert partie(brouillon, "projet").terminee
    assert client.get(adresse("demande", brouillon)).context["prochaine"].code != "projet"


@pytest.fixture
def chiffree(brouillon):
    """Le budget est écrit, sans aucune source."""
    p.remplir(brouillon)
    brouillon.sources.all().delete()
    return p.relire(brouillon)


PROPRE = {"ligne_0_source": "fqis", "ligne_1_source": "propre", "ligne_1_forme": "especes"}
PROPRE |= {"ligne_1_certitude": "confirmee", "ligne_0_forme": "especes", "ligne_0_certitude": "demandee"}
PROPRE |= {"ligne_1_2026": "2 500", "ligne_1_2027": "2 500"}


def du_fonds(initiative):
    return {s.an: s.montant for s in initiative.sources.filter(source="fqis")}


def test_laisse_vide_le_montant_du_fonds_est_ce_qui_manque(chiffree, equipe, client_de):
    client = client_de(equipe[0])
    envoyer(client, chiffree, "sources", PROPRE, ligne_0_2026="", ligne_0_2027="")
    assert du_fonds(chiffree) == {2026: Decimal(17_500), 2027: Decimal(17_500)}
    envoyer(client, chiffree, "sources", PROPRE, ligne_0_2026="10 000", ligne_0_2027="")
    assert du_fonds(chiffree) == {2026: Decimal(10_000), 2027: Decimal(17_500)}


def test_les_autres_sources_paient_tout_le_fonds_ne_paie_rien(chiffree, equipe, client_de):
    envoyer(client_de(equipe[0]), chiffree, "sources", PROPRE, ligne_1_2026="20 001", ligne_1_2027="20 000")
    assert du_fonds(chiffree) == {}


def test_un_enregistrement_repete_du_montant_calcule_n_est_pas_un_conflit(chiffree, equipe, client_de):
    client, url = client_de(equipe[0]), adresse("partie_brouillon", chiffree, "sources")
    saisie = PROPRE | {"revision": "1", "ligne_0_2026": "", "ligne_0_2027": ""}
    recue = client.post(url, saisie, headers=EN_JSON).json()
    assert "Équilibré au cent près" in recue["fragments"]["calcul"]
    assert client.post(url, saisie, headers=EN_JSON).status_code == 200


def test_les_postes_usuels_se_proposent_une_fois_et_ne_font_pas_de_ligne(brouillon, equipe, client_de):
    client = client_de(equipe[0])
    envoyer(client, brouillon, "projet", REPONSES["projet"])
    lus = proposes(client, p.relire(brouillon), "depenses")
    postes = [valeur for nom, valeur in lus.items() if nom.endswith("_poste")]
    assert postes[:2] == ["salaires", "materiel"]
    sans_montant = {nom: valeur for nom, valeur in lus.items() if nom.endswith("_poste")}
    envoyer(client, brouillon, "depenses", sans_montant | {"ligne_1_2026": "500"})
    assert [(d.rang, d.poste) for d in brouillon.depenses.all()] == [(0, "materiel")]
    lus = proposes(client, p.relire(brouillon), "depenses")
    assert [lus[f"ligne_{rang}_poste"] for rang in range(3)] == ["materiel", "salaires", "deplacements"]


def test_une_date_proposee_ne_fait_pas_un_objectif(brouillon, equipe, client_de):
    client = client_de(equipe[0])
    envoyer(client, brouillon, "projet", REPONSES["projet"])
    proposees = {"objectif_0_pour_le": "2028-03-31", "objectif_1_pour_le": "2028-03-31"}
    envoyer(client, brouillon, "objectifs", proposees | {"objectif_1_objectif": "Offrir des repas"})
    assert [o.objectif for o in brouillon.objectifs.all()] == ["Offrir des repas"]


def test_l_appel_ferme_la_verification_ne_fait_plus_attester(appel, organisme, equipe, client_de):
    prete = p.demande_prete(appel, organisme, equipe[0])
    client, url = client_de(equipe[1]), reverse("projets:verification", args=[prete.pk])
    assert "Déposer la demande" in client.get(url).content.decode()
    p.fermer(appel)
    page = client.get(url).content.decode()
    assert "Déposer la demande" not in page
    assert "On n’y dépose pas en ce moment" in page
