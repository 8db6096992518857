"""L'enregistrement automatique des cartes et des sections, de la frappe à la base, dans un vrai navigateur."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from alliances.plans.models import Moyen
from tests import fabriques
from tests.test_parcours import MOT_DE_PASSE, code_de_validation

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def alliance():
    return fabriques.fabrique_cadre().bsl


@pytest.fixture
def camille(alliance):
    return fabriques.personne("coordination", alliance, "Camille", "Ross")


@pytest.fixture
def moyen(alliance, camille):
    version = fabriques.plan_pret(alliance, par=camille)
    return Moyen.objects.get(objectif__priorite__version=version)


@pytest.fixture
def ouvrir(browser, browser_context_args, live_server):
    """`ouvrir(personne, adresse)` : sa fenêtre, déjà connectée, à cette adresse; aucune erreur de script."""
    contextes, ecarts = [], []

    def ouvrir(personne, adresse):
        client = Client()
        client.force_login(personne)
        contexte = browser.new_context(**browser_context_args, base_url=live_server.url)
        contexte.set_default_timeout(20_000)
        contexte.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": client.session.session_key,
                    "url": live_server.url,
                }
            ]
        )
        contextes.append(contexte)
        page = contexte.new_page()
        page.on("pageerror", lambda erreur: ecarts.append(str(erreur)))
        page.goto(adresse)
        return page

    yield ouvrir
    for contexte in contextes:
        contexte.close()
    assert ecarts == []


def adresse_de(moyen):
    version = moyen.objectif.priorite.version_id
    return reverse("plans:carte", args=[version, "moyen", moyen.cle])


def champ(page, libelle):
    return page.get_by_label(re.compile(f"^{libelle}")).first


def etat(page):
    return page.locator("[data-sauvegarde-etat]")


def est_enregistre(page):
    expect(etat(page)).to_contain_text(re.compile("Brouillon enregistré à \\d"), timeout=15_000)


def test_ce_qui_est_tape_dans_une_carte_est_la_au_retour(ouvrir, camille, moyen):
    page = ouvrir(camille, adresse_de(moyen))
    champ(page, "Responsable").press("End")
    champ(page, "Responsable").press_sequentially(" et le comité")
    assert page.locator("form[data-sauvegarde]").get_attribute("data-modifie") is not None
    est_enregistre(page)
    assert page.locator("form[data-sauvegarde]").get_attribute("data-modifie") is None
    page.reload()
    expect(champ(page, "Responsable")).to_have_value("Corporation fictive et le comité")
    champ(page, "Population").fill("Les familles")
    page.get_by_role("button", name="Enregistrer", exact=True).click()  # l'envoi part de la bonne révision
    expect(page.get_by_text("est enregistré.").first).to_be_visible()
    moyen.refresh_from_db()
    assert (moyen.responsable, moyen.population) == ("Corporation fictive et le comité", "Les familles")


def test_un_champ_invalide_se_dit_puis_se_corrige_sans_rien_perdre(ouvrir, camille, moyen):
    page = ouvrir(camille, adresse_de(moyen))
    champ(page, "Responsable").fill("Comité")
    champ(page, "Personnes visées").fill("beaucoup")
    champ(page, "Population").focus()
    expect(etat(page)).to_contain_text("Pas encore enregistré.", timeout=15_000)
    expect(etat(page)).to_contain_text("Personnes visées")
    expect(etat(page)).to_have_attribute("data-etat", "echec")
    expect(champ(page, "Personnes visées")).to_have_value("beaucoup")
    champ(page, "Personnes visées").fill("1 600")
    champ(page, "Population").focus()
    est_enregistre(page)
    moyen.refresh_from_db()
    assert moyen.personnes_visees == 1600


def test_une_ligne_ajoutee_garde_la_saisie_et_s_enregistre(ouvrir, camille, moyen):
    page = ouvrir(camille, adresse_de(moyen))
    page.get_by_role("group", name="Collaboration 2").get_by_label("Organisme").fill("Une coop")
    page.get_by_role("button", name="Ajouter une ligne").click()
    expect(page.get_by_role("group", name="Collaboration 5")).to_be_visible()
    est_enregistre(page)
    assert moyen.collaborateurs.filter(nom="Une coop").exists()


def test_deux_personnes_sur_une_carte_voient_le_conflit(ouvrir, alliance, camille, moyen):
    denis = fabriques.personne("coordination", alliance, "Denis", "Lavoie")
    sienne, autre = ouvrir(camille, adresse_de(moyen)), ouvrir(denis, adresse_de(moyen))
    champ(autre, "Responsable").fill("Comité de Denis")
    champ(autre, "Population").focus()
    est_enregistre(autre)
    champ(sienne, "Responsable").fill("Comité de Camille")
    champ(sienne, "Population").focus()
    expect(etat(sienne)).to_contain_text("Quelqu’un a modifié cet élément", timeout=15_000)
    moyen.refresh_from_db()
    assert moyen.responsable == "Comité de Denis"
    etat(sienne).get_by_role("button", name="Comparer les deux textes").click()
    expect(sienne.get_by_role("heading", name="Deux saisies pour ce moyen")).to_be_visible()
    expect(sienne.locator(".difference")).to_contain_text("Denis")
    expect(champ(sienne, "Responsable")).to_have_value("Comité de Camille")
    sienne.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(sienne.get_by_text("est enregistré.").first).to_be_visible()
    moyen.refresh_from_db()
    assert moyen.responsable == "Comité de Camille"


@pytest.mark.parametrize("partie", ["carte", "section"])
@pytest.mark.parametrize("tout", [False, True], ids=["seance", "tous les temoins"])
def test_une_seance_finie_garde_la_saisie_et_reprend_apres_la_connexion(ouvrir, camille, moyen, partie, tout):
    version = moyen.objectif.priorite.version
    section = reverse("plans:section", args=[version.pk, "1d"])
    page = ouvrir(camille, adresse_de(moyen) if partie == "carte" else section)
    page.context.clear_cookies(**({} if tout else {"name": settings.SESSION_COOKIE_NAME}))
    texte = champ(page, "Responsable" if partie == "carte" else "Votre texte")
    texte.fill("Tapé après la fin de la séance")
    texte.blur()
    lien = etat(page).get_by_role("link", name="Se reconnecter")
    expect(lien).to_be_visible(timeout=15_000)
    expect(etat(page)).to_contain_text(re.compile("séance (a expiré|est terminée)"))
    with page.context.expect_page() as ouverte:
        lien.click()
    onglet = ouverte.value
    onglet.get_by_label("Adresse courriel").fill(camille.courriel)
    onglet.get_by_label("Mot de passe", exact=False).first.fill(MOT_DE_PASSE)
    onglet.get_by_role("button", name="Se connecter").click()
    onglet.get_by_label("Code").fill(code_de_validation())
    onglet.get_by_role("button", name="Se connecter").click()
    expect(onglet.get_by_role("heading", name="Bonjour Camille")).to_be_visible()
    etat(page).get_by_role("button", name="Réessayer").click()
    est_enregistre(page)
    moyen.refresh_from_db()
    ecrit = moyen.responsable if partie == "carte" else version.sections.get(code="1d").texte
    assert "Tapé après la fin de la séance" in ecrit
