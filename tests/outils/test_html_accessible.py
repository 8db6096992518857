"""L'essai d'accessibilité trouve ses fautes et laisse passer une page juste."""

import pytest

from tests.outils.html_accessible import assert_html_accessible

PAGE = """<!doctype html><html lang="fr-CA"><head><title>Plan – Service</title></head><body>
<a href="#contenu">Passer au contenu</a><header><a href="/">Service</a></header>
<main id="contenu"><h1>Plan</h1>{}</main><footer><a href="/aide/">Aide</a></footer></body></html>"""


def test_une_page_juste_passe():
    assert_html_accessible(
        PAGE.format(
            '<h2>A</h2><label for="x">Nom</label><input id="x" aria-describedby="y"><p id="y">aide</p>'
            '<table><caption>T</caption><tr><th scope="col">A</th></tr><tr><td>1</td></tr></table>'
            "<fieldset><legend>G</legend><label><input type=radio> Oui</label></fieldset>"
        )
    )


@pytest.mark.parametrize(
    "corps, attendu",
    [
        ('<p id="a"></p><p id="a"></p>', "en double"),
        ('<label for="z">Nom</label>', "n’existe pas"),
        ('<input aria-label="n" aria-describedby="z">', "n’existe pas"),
        ('<a href="#z">là</a>', "n’existe pas"),
        ("<h1>Encore</h1>", "un seul <h1>"),
        ("<h3>Trop bas</h3>", "saute un niveau"),
        ("<h2></h2>", "est vide"),
        ("<input>", "n’a pas de libellé"),
        ('<input id="x"><label for="x"></label>', "n’a pas de libellé"),
        ("<select></select>", "n’a pas de libellé"),
        ("<button></button>", "n’a pas de nom"),
        ('<a href="/x"><svg aria-hidden="true"></svg></a>', "n’a pas de nom"),
        ("<fieldset></fieldset>", "n’a pas de légende"),
        ('<img src="/x.png">', "alt"),
        ("<svg></svg>", "décoratif"),
        ("<progress></progress>", "n’a pas de nom"),
        ('<table><tr><th scope="col">A</th></tr></table>', "caption"),
        ("<table><caption>T</caption><tr><th>A</th></tr></table>", "scope"),
        ("<table><caption>T</caption><tr><td>A</td></tr></table>", "aucun en-tête"),
        ('<p tabindex="2">x</p>', "tabindex positif"),
        ('<p style="color:red">x</p>', "style en ligne"),
        ('<p onclick="x()">x</p>', "onclick en ligne"),
        ("<script>x()</script>", "<script> en ligne"),
        ("<style>p{}</style>", "<style> en ligne"),
        ('<img alt="" src="https://exemple.test/x.png">', "externe"),
        ("<nav></nav><nav></nav>", "chacune doit avoir un nom"),
        ('<nav aria-label="A"></nav><nav aria-label="A"></nav>', "portent le nom"),
        ("<div><p>x</div>", "ferme"),
        ('<p class="a" class="b">x</p>', "deux fois"),
        ("<main></main>", "un seul <main>"),
    ],
)
def test_chaque_faute_est_nommee(corps, attendu):
    with pytest.raises(AssertionError, match=attendu):
        assert_html_accessible(PAGE.format(corps))


@pytest.mark.parametrize(
    "avant, apres, attendu",
    [
        ('lang="fr-CA"', 'lang="fr"', "fr-CA"),
        ("<title>Plan – Service</title>", "", "<title>"),
        ("Plan – Service", "Plan", "Page – Service"),
        ('<a href="#contenu">Passer au contenu</a>', "", "premier lien"),
        ("<footer>", "<div>", "footer"),
    ],
)
def test_le_cadre_de_la_page_est_verifie(avant, apres, attendu):
    with pytest.raises(AssertionError, match=attendu):
        assert_html_accessible(PAGE.format("").replace(avant, apres))


def test_un_fragment_n_a_pas_de_cadre():
    assert_html_accessible("<h3>Carte</h3><p>x</p>", fragment=True)
