"""L’éditeur de texte riche et l’enregistrement automatique, dans un vrai navigateur, sous la CSP de la maison."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from socle.texte.riche import nettoyer
from tests.navigateur.guichet import coller, envoye, outil

pytestmark = pytest.mark.navigateur


def test_l_editeur_remplace_la_zone_et_garde_son_nom_et_son_aide(editeur, page):
    expect(editeur).to_have_text("Bonjour")
    expect(editeur).to_have_attribute("aria-multiline", "true")
    expect(editeur).to_have_accessible_description("Dites qui participe.")
    assert page.locator("textarea").is_hidden()
    assert page.locator(".notation").is_hidden()
    page.locator("label").click()
    expect(editeur).to_be_focused()
    assert page.ecarts == []


def test_sans_script_la_zone_de_texte_montre_la_notation(maison, browser):
    maison.initial = "<h3>Qui</h3><ul><li><strong>deux</strong> sièges</li></ul>"
    contexte = browser.new_context(java_script_enabled=False)
    page = contexte.new_page()
    page.goto(maison.adresse)
    assert page.get_by_role("textbox", name="Description").input_value() == "## Qui\n\n- **deux** sièges"
    assert page.get_by_text("Mettre le texte en forme").is_visible()
    contexte.close()


def test_le_clavier_suffit_pour_mettre_en_forme(editeur, page):
    editeur.press("Control+End")
    editeur.press_sequentially(" à ")
    editeur.press("Control+b")
    editeur.press_sequentially("toutes")
    expect(outil(page, "Gras")).to_have_attribute("aria-pressed", "true")
    editeur.press("Control+b")
    editeur.press("Enter")
    editeur.press_sequentially("Sièges")
    editeur.press("Alt+F10")
    expect(outil(page, "Gras")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(outil(page, "Titre")).to_be_focused()
    page.keyboard.press("Enter")
    expect(outil(page, "Titre")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(editeur).to_be_focused()
    assert envoye(page) == "<p>Bonjour à <strong>toutes</strong></p><h3>Sièges</h3>"


def test_une_liste_s_ecrit_et_s_annule(editeur, page):
    outil(page, "Liste à puces").click()
    editeur.press("End")
    editeur.press("Enter")
    editeur.press_sequentially("deux")
    assert envoye(page) == "<ul><li>Bonjour</li><li>deux</li></ul>"
    editeur.press("Control+]")
    assert envoye(page) == "<ul><li>Bonjour<ul><li>deux</li></ul></li></ul>"
    outil(page, "Annuler").click()
    outil(page, "Liste numérotée").click()
    assert "<ol>" in envoye(page)


def test_la_tabulation_quitte_l_editeur_dans_les_deux_sens(editeur, page):
    editeur.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Enregistrer")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(editeur).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(outil(page, "Gras")).to_be_focused()
    page.keyboard.press("End")
    expect(outil(page, "Rétablir")).to_be_focused()
    page.keyboard.press("Tab")
    expect(editeur).to_be_focused()


def test_un_lien_se_pose_au_clavier_et_une_adresse_dangereuse_est_refusee(editeur, page):
    editeur.press("Control+a")
    editeur.press("Control+k")
    adresse = page.get_by_label("Adresse du lien")
    expect(adresse).to_be_focused()
    adresse.fill("javascript:alert(1)")
    adresse.press("Enter")
    expect(page.get_by_text("Écrivez une adresse Web ou de courriel")).to_be_visible()
    adresse.fill("quebec.ca/pauvrete")
    adresse.press("Enter")
    expect(adresse).to_be_hidden()
    assert envoye(page) == '<p><a href="https://quebec.ca/pauvrete">Bonjour</a></p>'
    editeur.press("Control+a")
    outil(page, "Lien").click()
    page.get_by_role("button", name="Retirer le lien").click()
    assert envoye(page) == "<p>Bonjour</p>"


def test_un_tableau_s_insere_et_s_agrandit(editeur, page):
    editeur.press("Control+End")
    outil(page, "Tableau").click()
    page.get_by_label("Colonnes").fill("2")
    page.get_by_label("Titre du tableau").fill("Sièges")
    page.get_by_role("button", name="Insérer le tableau").click()
    page.keyboard.type("Secteur")
    outil(page, "Tableau").click()
    page.get_by_role("button", name="Ajouter une rangée").click()
    page.keyboard.type("Santé")
    assert envoye(page) == (
        "<p>Bonjour</p><table><caption>Sièges</caption><thead><tr>"
        '<th scope="col">Secteur</th><th scope="col">Colonne 2</th></tr></thead>'
        "<tbody><tr><td>Santé</td><td></td></tr></tbody></table>"
    )
    editeur.press("Control+End")
    editeur.press_sequentially("après")
    assert envoye(page).endswith("</table><p>après</p>")


WORD = """<html xmlns:o="urn:x"><head><style>p{color:red}</style></head><body><!--StartFragment-->
<h1>Portrait</h1><p class=MsoNormal><b style='mso-bidi-font-weight:normal'>Deux</b> mots<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;&nbsp;
</span></span>Un</p><p class=MsoListParagraphCxSpLast style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>
a)<span>&nbsp;</span></span>Deux</p><table style='width:300pt'><tr><td><p class=MsoNormal>A</p></td><td>B</td></tr>
<tr><td>1</td><td>2</td></tr></table><img src=x onerror="window.mal=1"><script>window.mal=1</script>
<a href="javascript:window.mal=1">lien</a><!--EndFragment--></body></html>"""


def test_un_collage_de_word_est_nettoye_dans_la_page_et_rien_n_y_est_execute(editeur, page):
    editeur.press("Control+a")
    coller(editeur, WORD)
    attendu = nettoyer(WORD)
    assert envoye(page) == attendu
    assert "<ol><li>Deux</li></ol>" in attendu
    assert "<th" in attendu
    assert editeur.locator("[style], [class], img, script, a").count() == 0
    assert page.evaluate("() => window.mal") is None
    expect(page.get_by_text("Texte collé")).to_be_attached()
    assert page.ecarts == []


def test_un_bout_de_phrase_se_colle_dans_la_ligne(editeur, page):
    editeur.press("Control+End")
    html = "<b style='font-weight:normal'> et <span style='font-style:italic'>bienvenue</span></b>"
    coller(editeur, f"<meta charset=utf-8>{html}, au style=direct", " et bienvenue, au style=direct")
    assert envoye(page) == "<p>Bonjour et <em>bienvenue</em>, au style=direct</p>"


DEUX = "<p>Un</p><p><b>Deux</b></p>"


@pytest.mark.parametrize(
    "initial, touches, html, attendu",
    [
        ("<p>Bonjour</p>", "Control+End", DEUX, "<p>Bonjour</p><p>Un</p><p><strong>Deux</strong></p>"),
        ("<p>Bonjour</p>", "Control+Home", DEUX, "<p>Un</p><p><strong>Deux</strong></p><p>Bonjour</p>"),
        (
            "<p>À toi</p>",
            "Control+Home ArrowRight",
            DEUX,
            "<p>À</p><p>Un</p><p><strong>Deux</strong></p><p>toi</p>",
        ),
        ("<h3>Titre</h3>", "Control+End", DEUX, "<h3>Titre</h3><p>Un</p><p><strong>Deux</strong></p>"),
        (
            "<h3>Titre</h3>",
            "Control+Home ArrowRight",
            DEUX,
            "<h3>T</h3><p>Un</p><p><strong>Deux</strong></p><h3>itre</h3>",
        ),
        ("<h3>Titre</h3>", "Control+Home", DEUX, "<p>Un</p><p><strong>Deux</strong></p><h3>Titre</h3>"),
        ("<ul><li>A</li></ul>", "Control+End", DEUX, "<ul><li>A<br>Un<br><strong>Deux</strong></li></ul>"),
        ("", "Control+End", DEUX, "<p>Un</p><p><strong>Deux</strong></p>"),
        (
            "<p>A</p>",
            "Control+End",
            "<table><tr><td>B</td><td>C</td></tr></table>",
            "<p>A</p><p>B</p><p>C</p>",
        ),
    ],
)
def test_des_paragraphes_colles_ne_se_soudent_pas_a_la_phrase(maison, page, initial, touches, html, attendu):
    maison.initial, ecarts = initial, []
    page.on("console", lambda m: ecarts.append(m.text) if m.type == "error" else None)
    page.goto(maison.adresse)
    editeur = page.get_by_role("textbox", name="Description")
    for touche in touches.split():
        editeur.press(touche)
    coller(editeur, html)
    assert envoye(page) == attendu
    assert editeur.locator("h3 p, p p").count() == 0
    assert ecarts == []


@pytest.mark.parametrize(
    "html, attendu",
    [
        (DEUX, "<p>À</p><p>Un</p><p><strong>Deux</strong>|</p><p>toi</p>"),
        ("<ul><li>Un</li><li>Deux</li></ul>", "<p>À</p><ul><li>Un</li><li>Deux|</li></ul><p>toi</p>"),
        ("<h1>Un</h1>", "<p>À</p><h3>Un|</h3><p>toi</p>"),
    ],
)
def test_un_collage_au_milieu_d_une_phrase_se_defait_d_un_coup(maison, page, html, attendu):
    maison.initial = "<p>À toi</p>"
    page.goto(maison.adresse)
    editeur = page.get_by_role("textbox", name="Description")
    editeur.press("Control+Home")
    editeur.press("ArrowRight")
    coller(editeur, html)
    page.keyboard.type("|")
    assert envoye(page).replace("|</strong>", "</strong>|") == attendu
    editeur.press("Control+z")  # la frappe
    editeur.press("Control+z")  # le collage
    assert envoye(page) == "<p>À toi</p>"


def test_le_nombre_de_mots_suit_la_frappe(editeur, page):
    editeur.press("Control+End")
    editeur.press_sequentially(" à toutes")
    expect(page.locator(".compte")).to_have_text("3 mots")


def test_l_editeur_et_ses_boites_sont_accessibles(editeur, page):
    outil(page, "Lien").click()
    rapport = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    assert rapport.response["violations"] == [], rapport.generate_report()
