"""Au téléphone, une rangée de tableau devient une fiche : tout se voit, tout s’atteint, et cela reste un tableau."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db]
TELEPHONE = {"width": 360, "height": 740}


@pytest.fixture
def parties(vitrine, situation):
    """La page de la fiche d’une Alliance, telle que la coordination la voit."""
    vitrine.montrer(
        "/", situation.client("coordination").get(situation.adresse("alliances:fiche", "alliance"))
    )
    return vitrine.page


def tableau(page):
    return page.get_by_role("table", name="Parties à l’Alliance")


def test_les_gestes_d_une_rangee_sont_sous_le_pouce(parties):
    parties.set_viewport_size(TELEPHONE)
    for geste in tableau(parties).get_by_role("link", name="Retirer").all():
        boite = geste.bounding_box()
        assert boite["x"] >= 0
        assert boite["x"] + boite["width"] <= TELEPHONE["width"]
        assert boite["height"] >= 44


@pytest.mark.parametrize("largeur", [1280, 360])
def test_le_tableau_en_reste_un_pour_un_lecteur_d_ecran(parties, largeur):
    parties.set_viewport_size({"width": largeur, "height": 740})
    rangees = tableau(parties).get_by_role("row")
    assert rangees.count() > 1
    expect(rangees.first.get_by_role("columnheader")).to_have_text(
        ["Organisme", "Qualité", "Résolution", "Actions"]
    )
    expect(rangees.nth(1).get_by_role("rowheader")).to_have_count(1)
    expect(rangees.nth(1).get_by_role("cell")).to_have_count(3)


def test_le_nom_de_la_colonne_ne_se_voit_devant_la_cellule_qu_au_telephone(parties):
    cellule = tableau(parties).locator("td[data-titre='Résolution']").first
    avant = "e => getComputedStyle(e, '::before').content"
    assert cellule.evaluate(avant) == "none"
    parties.set_viewport_size(TELEPHONE)
    assert "Résolution" in cellule.evaluate(avant)


def test_la_garde_voit_un_tableau_qui_defile_au_lieu_de_s_empiler(vitrine, situation):
    adresse = situation.adresse("alliances:fiche", "alliance")
    reponse = situation.client("coordination").get(adresse)
    assert vitrine.fautes(adresse, reponse) == []
    entier = '<td role="cell" data-titre="Résolution">'
    assert entier in reponse.content.decode()
    large = f'{entier}<span class="sans-retour">{"large " * 40}</span>'
    reponse.content = reponse.content.decode().replace(entier, large)
    assert any("défile au lieu de s’empiler" in faute for faute in vitrine.fautes(adresse, reponse))
