"""Les composants de liste : pagination, état."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from tests.outils.html_accessible import assert_html_accessible


def rendre(source, **contexte):
    return Template(source).render(Context(contexte))


def test_la_pagination_garde_la_chaine_de_requete_et_se_tait_sur_une_page():
    from django.core.paginator import Paginator

    requete = RequestFactory().get("/", {"region": "01"})
    html = rendre("{% pagination page %}", page=Paginator(range(300), 25).page(5), request=requete)
    assert "101 à 125 sur 300" in html
    assert "region=01&amp;page=6" in html
    assert 'aria-current="page"' in html
    assert_html_accessible(html, fragment=True)
    assert (
        rendre("{% pagination page %}", page=Paginator(range(3), 25).page(1), request=requete).strip() == ""
    )


def test_un_etat_inconnu_est_une_faute_de_programmation():
    with pytest.raises(ValueError, match="Genre d’état inconnu"):
        rendre('{% etat "X" "rouge" %}')
    assert rendre('{% etat x "probleme" %}', x="<b>") == '<span class="etat probleme">&lt;b&gt;</span>'
