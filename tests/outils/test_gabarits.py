"""Le relecteur de gabarits refuse ce que la politique de sécurité bloquerait et ce que la maison interdit."""

import pytest

from outils.gabarits import fautes_de, inutilises, lire_gabarits


@pytest.mark.parametrize(
    "texte, attendu",
    [
        ('<p style="color:red">x</p>', "style en ligne"),
        ("<style>p {}</style>", "style en ligne"),
        ("<script>alert(1)</script>", "script en ligne"),
        ('<button onclick="x()">x</button>', "gestionnaire en ligne"),
        ('<a href="javascript:x()">x</a>', "javascript:"),
        ('<img src="https://exemple.test/a.png" alt="">', "adresse externe"),
        ('<link href="//exemple.test/a.css">', "adresse externe"),
        ("{{ texte|safe }}", "|safe"),
        ("{% autoescape off %}{{ x }}{% endautoescape %}", "échappement coupé"),
        ('{% include "plans/_carte.html" %}', "sans `only`"),
        ('{% include "plans/carte.html" only %}', "commence par « _ »"),
        ("x" * 121, "121 colonnes, 120 au plus"),
        ("<ul><li>Un</li></ul>", "plusieurs éléments sur la ligne"),
        ("<td>Un</td><td>Deux</td>", "plusieurs éléments sur la ligne"),
    ],
)
def test_une_faute_est_trouvee(texte, attendu):
    assert any(attendu in message for _, message in fautes_de(f"\n{texte}")), texte
    assert fautes_de(f"\n{texte}")[0][0] == 2


@pytest.mark.parametrize(
    "texte",
    [
        '<script type="module" src="{% static "js/app.js" %}"></script>',
        '<script id="d" type="application/json">{}</script>',
        '{% include "plans/_carte.html" with plan=plan only %}',
        "{% include gabarit_du_champ with champ=champ only %}",
        '{% include "django/forms/widgets/attrs.html" with widget=widget only %}',
        '<a href="{% url "plans:fiche" pk=1 %}">Une seule fois</a>',
        '{# <p style="x"> #}',
        "<p>" + "x" * 113 + "</p>",
        '<li><a href="/"><b>Un</b> <span class="discret">en ligne</span></a></li>',
        "<ul>\n  <li>Un</li>\n</ul>",
        "<header>\n  <thead>",
    ],
)
def test_un_gabarit_juste_passe(texte):
    assert fautes_de(texte) == []


def test_un_courriel_en_texte_peut_couper_l_echappement():
    assert fautes_de("{% autoescape off %}{{ x }}{% endautoescape %}", html=False) == []


def test_un_courriel_porte_ses_styles_en_attributs_et_pas_autrement():
    assert fautes_de('<p style="color: #095797">x</p>', courriel=True) == []
    assert fautes_de("<style>p {}</style>", courriel=True)
    assert fautes_de('<p onclick="x()">x</p>', courriel=True)


def test_un_courriel_en_texte_garde_ses_longues_lignes():
    assert fautes_de("x" * 121, html=False) == []


def test_un_gabarit_que_personne_ne_nomme_est_trouve():
    gabarits = {
        "plans/fiche.html": '{% extends "layout/base.html" %}{% include "plans/_a.html" only %}',
        "layout/base.html": "",
        "plans/_a.html": "",
        "plans/sections/1a.html": "",
        "plans/oubliee.html": '{# "plans/oubliee.html" #}',
        "account/login.html": "",
        "404.html": "",
    }
    sources = ['render(r, "plans/fiche.html")', 'render(r, f"plans/sections/{code}.html")']
    assert list(inutilises(gabarits, sources)) == ["plans/oubliee.html"]


def test_les_gabarits_de_la_maison_sont_lus():
    assert all("<" in texte or "{" in texte or texte for texte in lire_gabarits().values())
