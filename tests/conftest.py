"""Le milieu d’essai est hostile : ni réseau, ni variable oubliée dans un gabarit, ni avertissement.

Les avertissements deviennent des erreurs dans `pyproject.toml`. Les personnes et les données d’essai suivent.
"""

import gc
import os
import socket
import sys

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.template import engines
from django.test import Client, TransactionTestCase

from socle.models import cibles
from tests import fabriques
from tests.outils import base_hostile
from tests.outils.immuables import vider
from tests.outils.moteur import le_moteur_y_change_quelque_chose
from tests.outils.partage import PILE, cote_a_cote, est_transactionnel, partagee, suite_de
from tests.situation import batir

# Playwright tourne dans une boucle asynchrone ; l’ORM y est appelé par l’essai lui-même, un fil à la fois.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ADRESSES_LOCALES = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "::", ""}


def pytest_collection_modifyitems(items):
    """Désigne ce que `make test-postgres` rejoue."""
    for essai in items:
        if le_moteur_y_change_quelque_chose(essai):
            essai.add_marker("moteur")
    items[:] = cote_a_cote(items)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef, request):
    """Juste avant que pytest-django n’ouvre la transaction d’un essai, ou ne lui laisse la base à lui seul."""
    if fixturedef.argname == "_django_db_helper":
        with request.getfixturevalue("django_db_blocker").unblock():
            bool(connection.features.supports_json_field)  # SQLite l'éprouve une fois, de trois requêtes
            PILE.monter([] if est_transactionnel(request.node) else suite_de(request.node))


def pytest_collection_finish():
    """Ce qui est chargé ne meurt plus : le ramasse-miettes cesse de le parcourir, et passe moins souvent."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def pytest_runtest_setup(item):
    """Rien de ce qu'un essai garde en mémoire ne sert au suivant, pas même un code déjà donné par la même clé."""
    base_hostile.semer(item.nodeid)
    cache.clear()
    cibles.oublier()


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(
        f"Graine du désordre : {base_hostile.GRAINE} (GRAINE={base_hostile.GRAINE} le rejoue)"
    )


class ReseauInterdit(AssertionError):
    """Un essai a voulu sortir du poste."""


class VariableAbsente(AssertionError):
    """Un de nos gabarits nomme une variable que sa page ne lui donne pas."""


@pytest.fixture(autouse=True, scope="session")
def reseau_interdit():
    """Seules la boucle locale et les prises Unix répondent."""
    mp = pytest.MonkeyPatch()
    connecter, connecter_ex, resoudre = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def verifier(hote):
        if isinstance(hote, bytes):
            hote = hote.decode()
        if hote is not None and hote not in ADRESSES_LOCALES:
            raise ReseauInterdit(f"Connexion refusée vers {hote} : les essais ne sortent pas du poste.")

    def connecter_ici(prise, adresse):
        if prise.family != socket.AF_UNIX:
            verifier(adresse[0])
        return connecter(prise, adresse)

    def connecter_ex_ici(prise, adresse):
        if prise.family != socket.AF_UNIX:
            verifier(adresse[0])
        return connecter_ex(prise, adresse)

    def resoudre_ici(hote, *args, **kwargs):
        verifier(hote)
        return resoudre(hote, *args, **kwargs)

    mp.setattr(socket.socket, "connect", connecter_ici)
    mp.setattr(socket.socket, "connect_ex", connecter_ex_ici)
    mp.setattr(socket, "getaddrinfo", resoudre_ici)
    yield
    mp.undo()


class VariableExigee(str):
    """Valeur de `string_if_invalid` : Django la consulte dès qu’une variable manque.

    Un gabarit de la maison échoue, sauf si un filtre `default` prévoit l’absence. Ceux des bibliothèques
    gardent le comportement de Django, dont `FilterExpression.resolve` appelle `valeur % variable`.
    """

    FILTRES_PREVOYANTS = {"default", "default_if_none", "yesno"}

    def __contains__(self, _):
        return True

    def __mod__(self, variable):
        appelant = sys._getframe(1).f_locals
        expression, context = appelant["self"], appelant["context"]
        rendu = context.render_context.template or context.template
        origine = getattr(rendu.origin, "name", "") or ""
        prevue = self.FILTRES_PREVOYANTS & {filtre.__name__ for filtre, _ in expression.filters}
        if origine.startswith(str(settings.RACINE / "templates")) and not prevue:
            raise VariableAbsente(f"« {variable} » est absente du contexte de {origine}.")
        moteur = context.template.engine
        moteur.string_if_invalid = ""
        try:
            return expression.resolve(context)
        finally:
            moteur.string_if_invalid = self


@pytest.fixture(autouse=True, scope="session")
def variables_exigees(reseau_interdit):
    """Une variable absente d’un gabarit de la maison fait échouer l’essai.

    La garde passe par les réglages : Django rebâtit ses moteurs quand un essai change `DEBUG`.
    """
    options = settings.TEMPLATES[0]["OPTIONS"]
    options["string_if_invalid"] = VariableExigee("absente")
    engines.__dict__.pop("templates", None)
    engines._engines.clear()
    yield
    del options["string_if_invalid"]


@pytest.fixture(autouse=True, scope="session")
def desordre_et_dates_exactes():
    """Une requête sans ordre en rend un autre; une date ne se devine pas."""
    mp = pytest.MonkeyPatch()
    base_hostile.poser(mp)
    yield
    mp.undo()


@pytest.fixture(autouse=True, scope="session")
def menage_rapide():
    """Le ménage d’un essai transactionnel est le nôtre."""
    mp = pytest.MonkeyPatch()
    mp.setattr(TransactionTestCase, "_fixture_teardown", lambda essai: vider())
    yield
    mp.undo()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Chromium du système, sans aucune connexion de son cru."""
    return browser_type_launch_args | {
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """Une personne du Québec, dans un navigateur en français."""
    return browser_context_args | {"locale": "fr-CA", "timezone_id": "America/Toronto"}


# --- Les données et les personnes : l'agente, la lectrice, l'étrangère, et celles de l'État ---------------


@partagee
def cadre(db):
    """Le cycle, deux régions, deux Alliances (`cadre.bsl`, `cadre.lanaudiere`)."""
    return fabriques.fabrique_cadre()


@partagee
def agente(cadre):
    """La coordination du Bas-Saint-Laurent."""
    return fabriques.personne("coordination", cadre.bsl, "Camille", "Ross")


@partagee
def signataire(cadre):
    """La personne autorisée à déposer pour le Bas-Saint-Laurent."""
    return fabriques.personne("signature", cadre.bsl, "Denis", "Lavoie")


@partagee
def lectrice(cadre):
    """Les finances du fiduciaire, au Bas-Saint-Laurent : elle lit, n'écrit pas."""
    return fabriques.personne("finances", cadre.bsl, "Ève", "Michaud")


@partagee
def etrangere(cadre):
    """La coordination de Lanaudière."""
    return fabriques.personne("coordination", cadre.lanaudiere, "Maude", "Perreault")


@partagee
def ressource(cadre):
    """La ressource de territoire de La Matapédia."""
    return fabriques.personne("territoire", cadre.bsl.territoires.get(code="07"), "Alex", "Gagné")


@partagee
def analyste(cadre):
    """L'analyse de Services Québec, région 01."""
    return fabriques.personne("dgsq", cadre.bsl.regions.get(), "Inès", "Caron")


@partagee
def direction(cadre):
    """La direction de Services Québec, région 01."""
    return fabriques.personne("direction_dgsq", cadre.bsl.regions.get(), "Paul", "Dubé")


@partagee
def mess(cadre):
    """L'analyse du Ministère."""
    return fabriques.personne("mess", None, "Nadia", "Roy")


@partagee
def approbation(cadre):
    """L'approbation du Ministère."""
    return fabriques.personne("approbation", None, "Louise", "Côté")


@pytest.fixture
def client_de():
    """`client_de(utilisateur)` : un navigateur sans JavaScript, déjà connecté."""

    def connecter(utilisateur):
        client = Client()
        client.force_login(utilisateur)
        return client

    return connecter


@partagee
def situation(db):
    """Toutes les personnes et un plan à chaque état."""
    return batir()
