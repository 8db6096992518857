"""Ce que partagent les essais dans un vrai navigateur."""

import pytest

from tests.navigateur.fenetres import Fenetres
from tests.navigateur.guichet import Maison
from tests.navigateur.vitrine import Vitrine


@pytest.fixture(scope="session")
def base_url():
    """Chaque essai sert ses propres pages; remplace celle de pytest-base-url, que pytest 9 dit périmée."""
    return None


@pytest.fixture
def maison():
    maison = Maison()
    yield maison
    maison.serveur.shutdown()
    maison.serveur.server_close()


@pytest.fixture
def editeur(maison, page):
    page.ecarts = []
    page.on("console", lambda m: page.ecarts.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: page.ecarts.append(str(e)))
    page.goto(maison.adresse)
    return page.get_by_role("textbox", name="Description")


@pytest.fixture
def fenetres(browser, browser_context_args, live_server):
    """`fenetres(personne)` : sa fenêtre, connectée; aucune erreur n'est permise à la console."""
    fenetres = Fenetres(browser, browser_context_args, live_server.url)
    yield fenetres
    fenetres.fermer()
    assert fenetres.ecarts == []


@pytest.fixture(scope="module")
def vitrine(browser, browser_context_args):
    """Une seule page pour tout le fichier d’essais : en ouvrir une par adresse doublerait le temps."""
    contexte = browser.new_context(**browser_context_args)
    vitrine = Vitrine(contexte.new_page())
    yield vitrine
    contexte.close()
    vitrine.fermer()
