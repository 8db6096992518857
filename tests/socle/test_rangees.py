"""Les tableaux qui s'empilent à l'étroit : noms de colonne, rôles, et rien d'autre de changé."""

import re

from django.template import Context, Template
from django.utils.safestring import mark_safe

from socle.pages.rangees import en_fiches
from tests.outils.html_accessible import assert_html_accessible

TABLEAU = mark_safe(
    '<table><caption>Parties</caption><thead><tr><th scope="col">Organisme</th>'
    '<th scope="col"><a class="tri" href="?tri=q">Qualité &amp; rôle<svg aria-hidden="true"></svg></a></th>'
    '<th scope="col" data-titre="Numéro">N<sup>o</sup></th><th scope="col">Actions</th></tr></thead>'
    '<tbody><tr id="a"><th scope="row">MRC</th><td>Cosignataire</td><td>\n </td>'
    '<td class="gestes"><a href="/">Retirer</a></td></tr>'
    '<tr class="total"><th scope="row" colspan="2">Ensemble</th><td class="nombre">3</td><td></td></tr>'
    '<tr><td colspan="4">Rien</td></tr></tbody></table>'
)


def test_chaque_cellule_retient_le_nom_de_sa_colonne_meme_apres_une_cellule_etendue():
    html = en_fiches(TABLEAU)
    assert '<td role="cell" data-titre="Qualité &amp; rôle">Cosignataire</td>' in html
    assert '<td role="cell" data-titre="Numéro"></td>' in html
    assert '<td class="gestes" role="cell"><a href="/">Retirer</a></td>' in html
    assert '<td class="nombre" role="cell" data-titre="Numéro">3</td>' in html
    assert '<td colspan="4" role="cell">Rien</td>' in html
    assert_html_accessible(html, fragment=True)


def test_chaque_partie_du_tableau_garde_son_role_quand_elle_s_affiche_en_bloc():
    html = en_fiches(TABLEAU)
    for balise in ("table", "thead", "tbody", "tr", "th", "td"):
        for attributs in re.findall(rf"<{balise}\b([^>]*)>", html):
            assert attributs.count(" role=") == 1, (balise, attributs)
    assert html.count('role="columnheader"') == 4
    assert html.count('role="rowheader"') == 2


def test_deux_colonnes_ou_aucun_en_tete_restent_un_tableau_ordinaire():
    deux = mark_safe(
        "<table><thead><tr><th>A</th><th>B</th></tr></thead><tr><td>1</td><td>2</td></tr></table>"
    )
    sans = mark_safe("<p>avant</p><table><tr><td>1</td><td>2</td><td>3</td></tr></table>")
    assert en_fiches(deux) == deux
    assert en_fiches(sans) == sans


def test_une_balise_ecrite_dans_une_adresse_ou_un_texte_n_est_pas_touchee():
    lien = '<a href="https://exemple.test/?<td onmouseover=x>">a &lt;td&gt; b</a>'
    html = en_fiches(mark_safe(TABLEAU.replace("Cosignataire", lien)))
    assert lien in html


def test_ce_qui_n_est_pas_sur_est_echappe():
    html = Template("{{ x|en_fiches }}").render(Context({"x": str.__str__(TABLEAU) + "<script>"}))
    assert "<" not in html


def test_un_en_tete_ne_s_evade_pas_de_l_attribut():
    html = en_fiches(mark_safe(TABLEAU.replace("Qualité &amp; rôle", 'Un "mot" &quot; &lt;b&gt;')))
    assert 'data-titre="Un &quot;mot&quot; &quot; &lt;b&gt;"' in html
