"""L’enregistrement automatique, la présence et la fin de séance, dans un vrai navigateur."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.navigateur


def test_le_brouillon_s_enregistre_seul_et_la_revision_avance(editeur, page, maison):
    editeur.press("Control+End")
    editeur.press_sequentially("!")
    assert page.locator("form").get_attribute("data-modifie") is not None
    expect(page.locator("[data-sauvegarde-etat]")).to_have_text(
        "Brouillon enregistré à 14 h 32 (4)", timeout=6000
    )
    expect(page.locator("[data-dernier-enregistrement]")).to_have_text("aujourd’hui")
    assert maison.envois[0]["texte"] == "<p>Bonjour!</p>"
    assert maison.envois[0]["texte_format"] == "html"
    assert maison.envois[0]["revision"] == "3"
    assert maison.envois[0]["_jeton"] == "jeton-1"
    assert page.locator("[name=revision]").input_value() == "4"
    assert page.locator("form").get_attribute("data-modifie") is None


def demander(page):
    page.evaluate(
        "() => document.querySelector('form').dispatchEvent(new CustomEvent('sauvegarde:demander'))"
    )


def test_deux_envois_ne_se_croisent_pas_et_le_dernier_texte_gagne(editeur, page, maison):
    maison.retard.clear()
    editeur.press("Control+End")
    editeur.press_sequentially("1")
    demander(page)
    expect(page.locator("[data-sauvegarde-etat]")).to_have_text("Enregistrement…")
    editeur.press_sequentially("2")
    page.wait_for_timeout(3000)
    assert len(maison.envois) == 1
    maison.retard.set()
    expect(page.locator("[data-sauvegarde-etat]")).to_have_text(
        "Brouillon enregistré à 14 h 32 (5)", timeout=6000
    )
    assert [e["texte"] for e in maison.envois] == ["<p>Bonjour1</p>", "<p>Bonjour12</p>"]
    assert maison.envois[1]["revision"] == "4"


def test_une_panne_laisse_le_texte_et_offre_de_reessayer(editeur, page, maison):
    maison.reponses = [(500, {})]
    editeur.press("Control+End")
    editeur.press_sequentially("!")
    demander(page)
    etat = page.locator("[data-sauvegarde-etat]")
    expect(etat).to_contain_text("Enregistrement impossible. Vos réponses restent dans cette page.")
    expect(etat).to_have_attribute("data-etat", "echec")
    page.get_by_role("button", name="Réessayer").click()
    expect(etat).to_contain_text("Brouillon enregistré")
    expect(editeur).to_have_text("Bonjour!")


def test_un_reseau_coupe_se_dit_puis_le_retour_enregistre(editeur, page, maison):
    page.context.set_offline(True)
    editeur.press("Control+End")
    editeur.press_sequentially("!")
    demander(page)
    etat = page.locator("[data-sauvegarde-etat]")
    expect(etat).to_contain_text("Enregistrement impossible")
    page.context.set_offline(False)
    expect(etat).to_contain_text("Brouillon enregistré", timeout=6000)


@pytest.mark.parametrize(
    "reponse", [(401, {"erreur": "Votre séance a expiré.", "connexion": "/compte/"}), (302, {})]
)
def test_une_seance_expiree_garde_la_page_puis_reprend_avec_le_nouveau_jeton(editeur, page, maison, reponse):
    maison.reponses = [reponse]
    editeur.press("Control+End")
    editeur.press_sequentially("!")
    demander(page)
    etat = page.locator("[data-sauvegarde-etat]")
    lien = etat.get_by_role("link", name="Se reconnecter")
    expect(lien).to_have_attribute("target", "_blank")
    maison.jeton = "jeton-2"
    page.get_by_role("button", name="Réessayer").click()
    expect(etat).to_contain_text("Brouillon enregistré")
    assert maison.envois[-1]["_jeton"] == "jeton-2"
    assert maison.envois[-1]["texte"] == "<p>Bonjour!</p>"


def test_un_jeton_perime_est_renouvele_sans_rien_demander(editeur, page, maison):
    maison.reponses, maison.jeton = [(403, {"erreur": "Jeton refusé."})], "jeton-3"
    demander(page)
    expect(page.locator("[data-sauvegarde-etat]")).to_contain_text("Brouillon enregistré")
    assert [e["_jeton"] for e in maison.envois] == ["jeton-1", "jeton-3"]


def test_un_conflit_arrete_l_enregistrement_et_mene_a_la_comparaison(editeur, page, maison):
    maison.reponses = [(409, {"erreur": "Denis L. a enregistré cette section.", "comparer": "/comparaison/"})]
    editeur.press("Control+End")
    editeur.press_sequentially("!")
    demander(page)
    etat = page.locator("[data-sauvegarde-etat]")
    expect(etat).to_contain_text("Denis L. a enregistré cette section.")
    editeur.press_sequentially("?")
    demander(page)
    page.wait_for_timeout(300)
    assert len(maison.envois) == 1
    etat.get_by_role("button", name="Comparer les deux textes").click()
    expect(page).to_have_url(re.compile("/comparaison/$"))
    assert "Bonjour%21%3F" in maison.envois[1]["_soumis"]


def test_un_refus_du_serveur_est_dit_dans_ses_mots(editeur, page, maison):
    maison.reponses = [(400, {"erreur": "Ce texte est trop long."})]
    demander(page)
    expect(page.locator("[data-sauvegarde-etat]")).to_have_text("Ce texte est trop long.")


def test_envoyer_pendant_un_enregistrement_attend_sa_reponse(editeur, page, maison):
    maison.retard.clear()
    demander(page)
    expect(page.locator("[data-sauvegarde-etat]")).to_have_text("Enregistrement…")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_timeout(300)
    assert len(maison.envois) == 1
    maison.retard.set()
    expect(page.get_by_role("heading", name="Enregistré")).to_be_visible()
    assert "revision=4" in maison.envois[1]["_soumis"]
    assert "texte_format=html" in maison.envois[1]["_soumis"]


def test_quitter_avertit_seulement_si_quelque_chose_n_est_pas_enregistre(editeur, page, maison):
    avis = []
    page.on("dialog", lambda d: (avis.append(d.type), d.accept()))
    page.goto(maison.adresse)
    assert avis == []
    page.get_by_role("textbox", name="Description").press_sequentially("x")
    page.goto(maison.adresse)
    assert avis == ["beforeunload"]


def test_la_presence_nomme_les_autres(page, maison):
    maison.presence = {"autres": ["Denis L.", "Ève T."], "enregistree_par": "Denis L."}
    page.goto(maison.adresse)
    avis = page.locator("[data-presence]")
    expect(avis).to_contain_text(
        "Denis L. et Ève T. modifient aussi cette section. Denis L. a enregistré une nouvelle version."
    )
    expect(avis.get_by_role("link", name="Actualiser la page")).to_be_visible()
    assert maison.presences[0]["revision"] == "3"


def test_la_fin_de_la_seance_est_annoncee_et_se_prolonge(page, maison):
    maison.session = 120
    page.goto(maison.adresse)
    avis = page.get_by_role("alert")
    expect(avis).to_contain_text("Votre séance se termine dans 2 minutes.")
    maison.session = 3600
    page.get_by_role("button", name="Prolonger la séance").click()
    expect(page.get_by_text("La séance n’a pas pu être prolongée")).to_have_count(0)


CORRECTION = """<div data-au-bouton><input type="checkbox" name="faite_7" aria-label="Faite"></div>
<input type="hidden" name="vue_7" value=""><textarea name="reponse_7" aria-label="Votre réponse"></textarea>"""


def test_la_reponse_a_une_correction_s_enregistre_seule_et_s_efface_aussi(editeur, page, maison):
    page.evaluate("html => document.querySelector('form').insertAdjacentHTML('beforeend', html)", CORRECTION)
    reponse, etat = page.get_by_label("Votre réponse"), page.locator("[data-sauvegarde-etat]")
    reponse.press_sequentially("Oui")
    demander(page)
    expect(etat).to_contain_text("Brouillon enregistré")
    reponse.press("Control+a")
    reponse.press("Delete")
    demander(page)
    expect(page.locator("[name=revision]")).to_have_value("5")
    vues = [(e["vue_7"], e["reponse_7"]) for e in maison.envois]
    assert vues == [("", "Oui"), ("Oui", "")]


def test_une_correction_cochee_attend_le_bouton(editeur, page, maison):
    page.evaluate("html => document.querySelector('form').insertAdjacentHTML('beforeend', html)", CORRECTION)
    page.get_by_label("Faite").check()
    expect(page.locator("[data-sauvegarde-etat]")).to_contain_text("avec le bouton")
    page.wait_for_timeout(300)
    assert maison.envois == []
    assert page.locator("form").get_attribute("data-modifie") is not None
