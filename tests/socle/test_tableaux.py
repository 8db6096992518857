"""Un tableau d'au moins trois colonnes se lit à l'étroit : chaque cellule dit sa colonne, chaque partie son rôle."""

import re

import pytest
from django.conf import settings

from socle.texte.riche import montrer
from tests.outils.html_accessible import assert_html_accessible

GABARITS = [
    chemin
    for chemin in sorted((settings.RACINE / "templates").rglob("*.html"))
    if "<table" in (source := chemin.read_text(encoding="utf-8")) and "/pdf/" not in str(chemin)
]
TABLEAU = re.compile(r"<table\b.*?</table>", re.DOTALL)
BALISE = re.compile(
    r"""<(table|thead|tbody|tfoot|tr|th|td)\b((?:\{[%{].*?[%}]\}|"(?:\{[%{].*?[%}]\}|[^"])*"|[^>"{])*)>""",
    re.DOTALL,
)
TITRE = re.compile(r'data-titre="([^"]*)"')


def fautes(tableau):
    """Les balises d'un tableau large auxquelles il manque quelque chose."""
    if tableau.count('scope="col"') < 3:
        return
    titres = {" ".join(mots.split()) for mots in re.findall(r"<th\b[^>]*>(.*?)</th>", tableau, re.DOTALL)}
    for balise, attributs in BALISE.findall(tableau):
        titre = TITRE.search(attributs)
        if "role=" not in attributs:
            yield f"<{balise}{attributs}> sans rôle"
        tue = (
            re.search("colspan|gestes", attributs) or 'data-titre=""' in tableau
        )  # une colonne tait son titre
        if balise == "td" and titre is None and not tue:
            yield f"<td{attributs}> sans titre"
        if balise == "td" and titre and "{" not in titre[1] and titre[1] not in titres:
            yield f"« {titre[1]} » n’est le titre d’aucune colonne"


@pytest.mark.parametrize("chemin", GABARITS, ids=lambda chemin: str(chemin.relative_to(settings.RACINE)))
def test_un_tableau_ecrit_a_la_main_se_lit_a_l_etroit(chemin):
    source = chemin.read_text(encoding="utf-8")
    assert [faute for tableau in TABLEAU.findall(source) for faute in fautes(tableau)] == []


def test_l_essai_voit_ce_qui_manque():
    trois = '<tr role="row">' + '<th scope="col" role="columnheader">A</th>' * 3 + "</tr>"
    debut = f'<table role="table"><thead role="rowgroup">{trois}</thead>'
    assert list(fautes(f'{debut}<td role="cell">1</td></table>')) == ['<td role="cell"> sans titre']
    assert list(fautes(f'{debut}<td role="cell" data-titre="B">1</td></table>')) == [
        "« B » n’est le titre d’aucune colonne"
    ]
    assert list(fautes(f'{debut}<td data-titre="A">1</td></table>')) == ['<td data-titre="A"> sans rôle']


TEXTE = (
    "<table><thead><tr><th>Quoi</th><th>Qui &amp; quand</th><th>Où</th></tr></thead>"
    '<tbody><tr><th scope="row">Un</th><td>Lou</td><td></td></tr></tbody></table>'
)


def test_un_tableau_de_texte_riche_se_lit_a_l_etroit():
    html = montrer(TEXTE)
    assert '<td role="cell" data-titre="Qui &amp; quand">Lou</td>' in html
    assert '<th scope="row" role="rowheader">Un</th>' in html
    assert 'class="en-fiches"' in html
    assert_html_accessible(html.replace("<thead", "<caption>T</caption><thead"), fragment=True)


def test_un_tableau_de_deux_colonnes_reste_un_tableau():
    entete, rangee = "<tr><th>Quoi</th><th>Qui</th></tr>", "<tr><td>a</td><td>b</td></tr>"
    assert "role" not in montrer(f"<table><thead>{entete}</thead><tbody>{rangee}</tbody></table>")


def test_un_titre_hostile_reste_du_texte():
    html = montrer(TEXTE.replace("Qui &amp; quand", "&quot; onclick=&quot;x&lt;b&gt;"))
    assert 'data-titre="&quot; onclick=&quot;x&lt;b&gt;"' in html
