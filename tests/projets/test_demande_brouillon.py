"""L'enregistrement automatique d'une partie : ce qu'il recalcule, ses conflits, qui d'autre est là."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from projets.models import PresenceDemande
from socle.models.presences import DUREE
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.outils.visiteuse import Visiteuse
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db
EN_JSON = {"accept": "application/json"}


@partagee
def equipe(cadre):
    return p.equipe(p.organisme(cadre.bsl))


@partagee
def remplie(cadre, agente, equipe):
    fabriques.version_approuvee(cadre.bsl)
    demande = p.demande(
        p.appel_ouvert(cadre.bsl, par=agente), fabriques.Organisme.objects.get(neq=p.NEQ), equipe[0]
    )
    p.remplir(demande)
    return p.relire(demande)


def adresse(nom, initiative, *args):
    return reverse(f"projets:{nom}", args=[initiative.pk, *args])


DEPENSES = {"ligne_0_poste": "salaires", "ligne_0_2026": "20 000", "ligne_1_poste": "administration"}


def test_le_calcul_revient_avec_l_enregistrement_tel_que_la_page_le_dira(remplie, equipe, client_de):
    client = client_de(equipe[0])
    reponse = client.post(
        adresse("partie_brouillon", remplie, "depenses"),
        {"revision": "1", "ligne_1_2026": "5 000"} | DEPENSES,
        headers=EN_JSON,
    ).json()
    assert reponse["fragments"]["total-1"] == "5\xa0000,00\xa0$"
    assert "20\xa0% du coût, au plus 10\xa0%" in reponse["fragments"]["calcul"]
    page = client.get(adresse("partie", remplie, "depenses")).content.decode()
    assert reponse["fragments"]["calcul"] in page


def test_une_reponse_perdue_en_chemin_n_est_pas_un_conflit(remplie, equipe, client_de):
    client, url = client_de(equipe[0]), adresse("partie_brouillon", remplie, "depenses")
    saisie = {"revision": "1"} | DEPENSES
    assert client.post(url, saisie, headers=EN_JSON).json()["revision"] == 2
    assert client.post(url, saisie, headers=EN_JSON).json()["revision"] == 2
    assert client.post(url, saisie | {"ligne_0_2026": "1"}, headers=EN_JSON).status_code == 409


def test_un_conflit_montre_les_deux_valeurs_et_rien_ne_s_ecrit_seul(remplie, equipe, client_de):
    premiere, seconde = (client_de(personne) for personne in equipe)
    url = adresse("partie", remplie, "organisme")
    premiere.post(url, {"revision": "1", "signataire": "Odile Castonval"})
    reponse = seconde.post(url, {"revision": "1", "signataire": "Denis Lamontagne"})
    page = reponse.content.decode()
    assert reponse.status_code == 409
    assert_html_accessible(reponse)
    for mots in (
        "Deux saisies pour cette partie",
        "Odile Castonval",
        "Denis Lamontagne",
        "Garder ce qui est",
    ):
        assert mots in page
    assert "data-sauvegarde=" not in page
    assert p.relire(remplie).signataire == "Odile Castonval"
    assert seconde.post(url, {"revision": "2", "signataire": "Denis Lamontagne"}).status_code == 302
    assert p.relire(remplie).signataire == "Denis Lamontagne"


@pytest.mark.parametrize(
    ("code", "saisie", "mots"),
    [
        (
            "projet",
            {"debut": "2026-10-01", "nature": "maintien"},
            ("octobre 2026", "septembre 2026", "Nouveau projet"),
        ),
        ("besoin", {"populations": ["familles", "seules"]}, ("Familles à faible revenu, Personnes seules",)),
        (
            "depenses",
            {"ligne_0_poste": "salaires", "ligne_0_2026": "250"},
            ("250,00\xa0$", "20\xa0000,00\xa0$"),
        ),
    ],
)
def test_le_conflit_parle_en_mots(remplie, equipe, client_de, code, saisie, mots):
    remplie.parties.filter(code=code).update(revision=2)
    page = client_de(equipe[0]).post(adresse("partie", remplie, code), {"revision": "1"} | saisie)
    for mot in mots:
        assert mot in page.content.decode()


def test_la_presence_nomme_qui_ecrit_la_meme_partie_puis_l_oublie(remplie, equipe):
    redige, engage = equipe
    partie = remplie.parties.get(code="besoin")
    maintenant = timezone.now()
    with time_machine.travel(maintenant, tick=False):
        assert PresenceDemande.signaler(partie, par=redige) == []
        assert PresenceDemande.signaler(partie, par=engage) == [redige.nom_court]
        assert PresenceDemande.signaler(remplie.parties.get(code="projet"), par=engage) == []
    with time_machine.travel(maintenant + DUREE + timedelta(seconds=1), tick=False):
        assert PresenceDemande.signaler(partie, par=engage) == []


def test_la_presence_dit_qui_a_enregistre_depuis(remplie, equipe, agente, client_de):
    redige, engage = equipe
    client_de(redige).post(adresse("partie", remplie, "organisme"), {"revision": "1"})
    url = adresse("partie_presence", remplie, "organisme")
    assert client_de(engage).post(url, {"revision": "1"}).json()["enregistree_par"] == redige.nom_court
    assert client_de(redige).post(url, {"revision": "1"}).json()["enregistree_par"] is None
    assert client_de(engage).post(url, {"revision": "2"}).json()["enregistree_par"] is None
    assert client_de(agente).post(url, {"revision": "1"}).status_code == 404


@pytest.fixture
def deux_pages(remplie, equipe):
    """`deux_pages(partie)` : Odile et Lise ont la même partie ouverte, sans JavaScript."""

    def ouvrir(code):
        pages = []
        for personne in equipe:
            visiteuse = Visiteuse()
            visiteuse.client.force_login(personne)
            pages.append(visiteuse.ouvrir(adresse("partie", remplie, code)))
        return pages

    return ouvrir


def test_un_champ_que_je_n_ai_pas_touche_garde_ce_qu_une_autre_a_ecrit(remplie, deux_pages):
    odile, lise = deux_pages("besoin")
    libelles = {nom: lise.reponse.context["form"][nom].label for nom in ("besoin", "place")}
    odile.envoyer("Enregistrer", {libelles["place"]: "Un comité de menu décide de tout."})
    lise.envoyer("Enregistrer", {libelles["besoin"]: "Soixante ménages de plus."})
    assert lise.reponse.status_code == 409
    form = lise.reponse.context["form"]
    assert [d.tape for d in form.differences] == ["Soixante ménages de plus."]
    lise.envoyer("Enregistrer")
    relue = p.relire(remplie)
    assert (relue.besoin, relue.place) == ("Soixante ménages de plus.", "Un comité de menu décide de tout.")
    assert [visee.population for visee in relue.populations.all()] == ["familles"]
    assert {prevue.nombre for prevue in relue.personnes_prevues.all()} == {80}


def test_une_rangee_que_je_n_ai_pas_touchee_non_plus(remplie, deux_pages):
    odile, lise = deux_pages("objectifs")
    odile.envoyer("Enregistrer", {"Cible": "9000"})
    lise.envoyer("Enregistrer", {"Que restera-t-il": "Deux municipalités gardent la salle."})
    assert lise.reponse.status_code == 409
    lise.envoyer("Enregistrer")
    relue = p.relire(remplie)
    assert (relue.objectifs.get().cible, relue.apres) == (9000, "Deux municipalités gardent la salle.")


def test_un_montant_que_je_n_ai_pas_touche_non_plus(remplie, deux_pages):
    odile, lise = deux_pages("depenses")
    form = lise.reponse.context["form"]
    montants = [form[nom].label for nom in form.fields if nom.startswith("ligne_0_20")]
    odile.envoyer("Enregistrer", {montants[0]: "21 000"})
    lise.envoyer("Enregistrer", {montants[1]: "22 000"})
    assert lise.reponse.status_code == 409
    lise.envoyer("Enregistrer")
    assert [depense.montant for depense in p.relire(remplie).depenses.order_by("an")] == [21_000, 22_000]


def test_l_enregistrement_automatique_rend_ce_d_ou_la_page_repart(remplie, equipe, client_de):
    client, url = client_de(equipe[0]), adresse("partie_brouillon", remplie, "organisme")
    reponse = client.post(url, {"revision": "1", "signataire": "Denis Lamontagne"}, headers=EN_JSON).json()
    form = client.get(adresse("partie", remplie, "organisme")).context["form"]
    assert reponse["vues"] == form["vues"].value()


@pytest.mark.parametrize("vues", ["", "{", "[]", '{"signataire": 3}'])
def test_des_marques_illisibles_ne_cachent_aucune_difference(remplie, equipe, client_de, vues):
    premiere, seconde = (client_de(personne) for personne in equipe)
    url = adresse("partie", remplie, "organisme")
    premiere.post(url, {"revision": "1", "signataire": "Odile Castonval"})
    page = seconde.post(url, {"revision": "1", "signataire": "Denis Lamontagne", "vues": vues})
    assert page.status_code == 409
    assert page.context["form"]["signataire"].value() == "Denis Lamontagne"
