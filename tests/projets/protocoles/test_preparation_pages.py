"""Préparer un protocole à l'écran : les dates, l'échéancier au cent, le texte lu avant de partir; qui n'y peut rien."""

from datetime import date

import pytest
from django.urls import reverse

from projets.protocoles.models import Protocole
from projets.protocoles.regles.echeancier import USUELS
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f

pytestmark = pytest.mark.django_db
DATES = {nom: jour.isoformat() for nom, jour in f.DATES.items()}


def adresse(nom, objet):
    return reverse(f"protocoles:{nom}", args=[objet.pk])


@pytest.fixture
def prepare(acceptee, agente):
    return f.relire(f.prepare(acceptee, agente))


@pytest.fixture
def pret(prepare, agente):
    return f.relire(f.avec_echeancier(prepare, agente))


def envoi(page, **plus):
    """Ce que la page renverrait telle quelle."""
    form = page.context["form"]
    valeurs = {nom: form[nom].value() for nom in form.fields}
    return {nom: v for nom, v in valeurs.items() if v not in (None, "", False)} | plus


def rang_de(page, montant):
    form = page.context["form"]
    return next(n for n in form.fields if n.endswith("_montant") and form.fields[n].initial == montant)


# --- Préparer ---------------------------------------------------------------------------------------------


def test_les_dates_proposees_sont_celles_de_la_demande_dans_la_convention(acceptee, agente, client_de):
    page = client_de(agente).get(adresse("preparation", acceptee))
    assert_html_accessible(page)
    proposees = page.context["form"].initial
    convention = Protocole(initiative=acceptee).convention
    assert proposees["debut"] >= acceptee.debut
    assert proposees["fin"] == min(acceptee.fin, convention.fin)
    assert proposees["rapport_final_le"] >= proposees["fin"]
    assert "12\xa0000,00\xa0$" in page.text


def test_la_coordination_prepare_et_arrive_a_l_echeancier_propose(acceptee, agente, client_de):
    client = client_de(agente)
    page = client.post(adresse("preparation", acceptee), DATES, follow=True)
    protocole = Protocole.objects.get(initiative=acceptee)
    assert page.redirect_chain[0][0] == adresse("echeancier", protocole)
    assert "Rien n’est encore écrit" in page.text
    assert page.context["form"].montrees == protocole.echeancier_propose(USUELS)
    assert not protocole.tranches.exists()


def test_une_date_au_dela_de_la_convention_le_dit_a_cote_de_son_champ(acceptee, agente, client_de):
    page = client_de(agente).post(
        adresse("preparation", acceptee), DATES | {"rapport_final_le": "2031-01-01"}
    )
    assert "ne vont pas au-delà" in page.context["form"].errors["rapport_final_le"][0]
    assert not Protocole.objects.exists()


def test_deux_envois_ne_font_qu_un_protocole(acceptee, agente, client_de):
    client = client_de(agente)
    client.post(adresse("preparation", acceptee), DATES)
    client.post(adresse("preparation", acceptee), DATES)
    assert Protocole.objects.count() == 1


def test_sans_clauses_approuvees_la_page_le_dit(acceptee, agente, client_de, monkeypatch):
    monkeypatch.setattr("projets.protocoles.models.ClausesAlliance.objects.en_vigueur", lambda alliance: None)
    page = client_de(agente).get(adresse("preparation", acceptee))
    assert "n’a pas encore approuvé ses clauses" in page.text


def test_avant_la_reponse_et_d_ailleurs_rien_ne_se_prepare(
    prete_a_decider, agente, etrangere, equipe, client_de
):
    url = adresse("preparation", prete_a_decider)
    assert "initiative acceptée" in client_de(agente).get(url).text
    assert client_de(equipe[1]).get(url).status_code == 403
    assert client_de(etrangere).get(url).status_code == 404


# --- L'échéancier -----------------------------------------------------------------------------------------


def test_l_echeancier_propose_s_enregistre_tel_quel_au_cent(prepare, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("echeancier", prepare))
    assert_html_accessible(page)
    assert page.text.count("Tombe juste") == len(prepare.parts())
    assert client.post(adresse("echeancier", prepare), envoi(page)).status_code == 302
    relu = f.relire(prepare)
    assert relu.prevues() == relu.echeancier_propose(USUELS)
    assert relu.empechements_a_transmettre() == []


def test_d_autres_reglages_proposent_sans_rien_ecrire(pret, agente, client_de):
    reglages = {"seuil": "0", "petite": "50", "premiere": "50", "retenue": "0"}
    page = client_de(agente).get(adresse("echeancier", pret), reglages)
    assert_html_accessible(page)
    assert "6\xa0000,00" in page.text
    assert pret.prevues() == f.relire(pret).prevues()
    page = client_de(agente).get(adresse("echeancier", pret), reglages | {"petite": "150"})
    assert page.context["reglages"].errors["petite"]
    assert page.context["form"].montrees == pret.prevues()


def test_inacheve_il_s_enregistre_et_dit_ce_qui_manque_au_cent(pret, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("echeancier", pret))
    tete = rang_de(page, pret.tranches.first().montant)
    client.post(adresse("echeancier", pret), envoi(page) | {tete: "100,00", "ajouter": "oui"})
    page = client.get(adresse("echeancier", pret))
    assert_html_accessible(page)
    assert "les versements font" in page.text
    assert "Il manque" in page.text
    ((_, rang),) = page.context["fautes"]
    assert page.text.count(f'href="#versement-{rang}"') == page.text.count(f'id="versement-{rang}"') == 1


def test_une_faute_est_a_cote_de_son_champ_et_garde_la_saisie(pret, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("echeancier", pret))
    tete = rang_de(page, pret.tranches.first().montant)
    fautif = envoi(page) | {tete: "12 34,5,6", tete.replace("montant", "prevue_le"): ""}
    page = client.post(adresse("echeancier", pret), fautif)
    assert_html_accessible(page)
    assert page.context["form"].errors[tete]
    assert "12 34,5,6" in page.text
    assert "Ce qui empêche encore de transmettre" not in page.text  # le sommaire le dit déjà
    assert f.relire(pret).prevues() == pret.prevues()


def test_deux_rangees_a_la_meme_faute_se_distinguent_au_sommaire(pret, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("echeancier", pret))
    sans_date = {nom: v for nom, v in envoi(page).items() if not nom.endswith("_prevue_le")}
    page = client.post(adresse("echeancier", pret), sans_date)
    for rang in (1, 2):
        assert f">Versement {rang}\xa0: Donnez la date prévue de ce versement.</a>" in page.text


def test_ce_qui_est_retenu_se_range_en_dernier(pret, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("echeancier", pret))
    tete = rang_de(page, pret.tranches.first().montant)
    base = tete.removesuffix("montant")
    saisie = {f"{base}condition": "rapport", f"{base}prevue_le": "2027-02-15", f"{base}retenue": "on"}
    client.post(adresse("echeancier", pret), envoi(page) | saisie)
    retenues = [t.retenue for t in f.relire(pret).prevues()]
    assert retenues == sorted(retenues)


def test_un_tableau_colle_remplace_l_echeancier_et_se_relit(pret, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("collage", pret))
    assert_html_accessible(page)
    colle = "12 000,00 $\t2026-09-01\tsignature\tLa Matapédia\n6 000,01\t2027-02-15\trapport\tProjets régionaux\tretenu"
    arrivee = client.post(adresse("collage", pret), envoi(page) | {"tableau": colle})
    assert arrivee["Location"] == adresse("echeancier", pret)
    relu = f.relire(pret)
    assert [(t.condition, t.retenue) for t in relu.prevues()] == [("signature", False), ("rapport", True)]
    assert relu.fautes_d_echeancier() == []


def test_un_tableau_fautif_nomme_ses_lignes_et_n_ecrit_rien(pret, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("collage", pret))
    page = client.post(adresse("collage", pret), envoi(page) | {"tableau": "cent\t2026-09-01\n=1+1\t\t<b>"})
    assert_html_accessible(page)
    assert "Ligne 1" in page.text
    assert "&lt;b&gt;" in page.text
    assert f.relire(pret).prevues() == pret.prevues()


def test_deux_mains_sur_l_echeancier_la_seconde_garde_sa_saisie(pret, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("echeancier", pret))
    pret.enregistrer(par=agente, revision=pret.revision, fin=date(2026, 12, 30))
    repondue = client.post(adresse("echeancier", pret), envoi(page))
    assert repondue.status_code == 409
    assert "Quelqu’un a modifié" in repondue.text
    assert client.post(adresse("echeancier", pret), envoi(repondue)).status_code == 302


def test_les_dates_se_changent_tant_qu_il_se_prepare(pret, transmettre, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("dates", pret))
    assert_html_accessible(page)
    client.post(adresse("dates", pret), envoi(page) | {"fin": "2026-12-15"})
    assert f.relire(pret).fin == date(2026, 12, 15)
    transmettre(pret)
    assert "ne se modifie plus" in client.get(adresse("dates", pret)).text
    assert "ne se modifie plus" in client.get(adresse("echeancier", pret)).text


@pytest.fixture
def transmettre(agente):
    return lambda protocole: f.relire(protocole).transmettre(par=agente)


# --- Transmettre, reprendre, abandonner -------------------------------------------------------------------


def test_le_texte_se_lit_en_entier_avant_de_partir(pret, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("transmission", pret))
    assert_html_accessible(page)
    for dit in (pret.initiative.organisme.nom, "18\xa0000,01\xa0$", "Mettre fin et rembourser"):
        assert dit in page.text
    assert "{montant}" not in page.text
    client.post(adresse("transmission", pret), envoi(page))
    relu = f.relire(pret)
    assert relu.etat == "transmis"
    assert relu.instantane().empreinte == envoi(page)["revision"]


@pytest.mark.parametrize("nom", ["preparation", "dates", "echeancier", "collage", "transmission"])
def test_douze_requetes_au_plus(nom, acceptee, agente, client_de, django_assert_max_num_queries):
    objet = acceptee if nom == "preparation" else f.avec_echeancier(f.prepare(acceptee, agente), agente)
    client = client_de(agente)
    client.get(adresse(nom, objet))
    with django_assert_max_num_queries(12):
        assert client.get(adresse(nom, objet)).status_code == 200


def test_un_texte_qui_a_change_depuis_ne_part_pas(pret, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("transmission", pret))
    organisme = pret.initiative.organisme
    organisme.adresse = "12, rue Neuve"
    organisme.save()
    repondue = client.post(adresse("transmission", pret), envoi(page))
    assert repondue.status_code == 409
    assert "12, rue Neuve" in repondue.text
    assert f.relire(pret).etat == "preparation"
    assert not pret.instantanes.exists()


def test_un_echeancier_inacheve_ne_se_transmet_pas(prepare, agente, client_de):
    page = client_de(agente).get(adresse("transmission", prepare))
    assert "les versements font" in page.text
    assert "Transmettre pour signature</button>" not in page.text


def test_repris_avec_un_motif_il_revient_en_preparation(transmis, agente, client_de):
    client = client_de(agente)
    assert_html_accessible(client.get(adresse("reprise", transmis)))
    client.post(adresse("reprise", transmis), {"motif": "Une date est fausse."})
    assert f.relire(transmis).etat == "preparation"


def test_abandonne_l_initiative_peut_en_preparer_un_autre(transmis, agente, client_de):
    client = client_de(agente)
    assert_html_accessible(client.get(adresse("abandon", transmis)))
    client.post(adresse("abandon", transmis), {"motif": "L’organisme réfléchit."})
    assert f.relire(transmis).etat == "abandonne"
    assert Protocole.empechements_a_preparer(p.relire(transmis.initiative)) == []


@pytest.mark.parametrize("nom", ["dates", "echeancier", "collage", "transmission", "reprise", "abandon"])
def test_l_organisme_ne_prepare_rien_et_l_etrangere_ne_trouve_rien(
    nom, transmis, equipe, etrangere, client_de
):
    assert client_de(equipe[1]).get(adresse(nom, transmis)).status_code == 403
    assert client_de(etrangere).get(adresse(nom, transmis)).status_code == 404


def test_ce_qui_se_prepare_ne_se_lit_pas_de_l_organisme(pret, equipe, client_de):
    assert client_de(equipe[1]).get(adresse("protocole", pret)).status_code == 404
