"""Le milieu d’essai est bien hostile : chaque garde est éprouvée."""

import socket
import warnings

import pytest
from django.template import engines

from tests.conftest import ReseauInterdit, VariableAbsente


def test_un_essai_ne_sort_pas_du_poste():
    with pytest.raises(ReseauInterdit):
        socket.create_connection(("alliances.example", 443), timeout=1)
    with pytest.raises(ReseauInterdit), socket.socket() as prise:
        prise.connect(("203.0.113.1", 443))


def test_la_boucle_locale_repond():
    with socket.create_server(("127.0.0.1", 0)) as serveur:
        socket.create_connection(serveur.getsockname(), timeout=1).close()


def test_un_avertissement_est_une_erreur():
    with pytest.raises(DeprecationWarning):
        warnings.warn("ancien", DeprecationWarning, stacklevel=1)


@pytest.fixture
def gabarit(settings, tmp_path_factory):
    """Compile un texte comme s’il venait du dossier des gabarits de la maison."""

    def compiler(texte, chez_nous=True):
        compile_ = engines["django"].from_string(texte)
        nom = settings.RACINE / "templates" / "essai.html" if chez_nous else "/ailleurs/essai.html"
        compile_.template.origin.name = str(nom)
        return compile_

    return compiler


@pytest.mark.parametrize(
    "texte", ["{{ oubliee }}", "{{ plan.oubliee }}", "{{ oubliee|upper }}", "{% firstof oubliee %}"]
)
def test_une_variable_absente_d_un_de_nos_gabarits_fait_echouer(gabarit, texte):
    if "firstof" in texte:
        assert gabarit(texte).render({"plan": {}}) == ""
        return
    with pytest.raises(VariableAbsente):
        gabarit(texte).render({"plan": {}})


@pytest.mark.parametrize(
    "texte, attendu",
    [
        ("{{ oubliee|default:'rien' }}", "rien"),
        ("{% if oubliee %}oui{% else %}non{% endif %}", "non"),
        ("{{ plan.titre }}", "Titre"),
    ],
)
def test_une_absence_prevue_passe(gabarit, texte, attendu):
    assert gabarit(texte).render({"plan": {"titre": "Titre"}}) == attendu


def test_la_garde_des_variables_survit_a_un_changement_de_reglage(gabarit, settings):
    settings.DEBUG = True
    with pytest.raises(VariableAbsente):
        gabarit("{{ oubliee }}").render({})


def test_un_gabarit_de_bibliotheque_garde_le_comportement_de_django(gabarit):
    assert gabarit("[{{ oubliee|upper }}]", chez_nous=False).render({}) == "[]"
