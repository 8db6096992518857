"""L'aide emploie les mots de l'application : les rôles y ont le nom que la page montre."""

import re

import pytest

from alliances.models import Role

pytestmark = pytest.mark.django_db


def test_l_aide_nomme_chaque_role_comme_l_application(client):
    page = client.get("/aide/").content.decode()
    tableau = page[page.index('id="roles"') : page.index('id="actes"')]
    assert re.findall(r'<th scope="row"[^>]*>(.*?)</th>', tableau) == Role.labels


def test_l_aide_dit_a_chaque_role_ce_qu_il_peut_sur_le_plan_et_sur_la_convention(client):
    page = client.get("/aide/").content.decode()
    tableau = page[page.index('id="roles"') : page.index('id="actes"')]
    corps = tableau[tableau.index("<tbody") :]
    assert [rangee.count("<td") for rangee in corps.split("</tr>")[:-1]] == [3] * len(Role.labels)


def test_chaque_renvoi_de_l_aide_mene_a_une_de_ses_parties(client):
    page = client.get("/aide/").content.decode()
    for ancre in re.findall(r'href="#(\w+)"', page[page.index("<main") :]):
        assert f'id="{ancre}"' in page, ancre


def test_l_icone_a_une_adresse_que_les_navigateurs_devinent(client):
    assert client.get("/favicon.ico")["Location"].endswith("icone.svg")
