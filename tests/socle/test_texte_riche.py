"""Le texte riche : ce qu’on garde, la notation légère, et l’aller-retour entre les deux."""

from html import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socle.texte.riche import depuis_texte, montrer, nettoyer, nombre_de_mots, texte_nu, vers_texte

# Les signes qui ont un sens dans l’une ou l’autre forme, et quelques lettres.
SIGNES = "ab1 *_[]()|\\#-=/•.:«»\u00a0<>&é\n\t`~\u0301 ,;'\"Tableau"


@pytest.mark.parametrize(
    "html, attendu",
    [
        ("Bonjour", "<p>Bonjour</p>"),
        ("<h1>Un</h1><h2>Deux</h2><h3>Trois</h3>", "<h3>Un</h3><h3>Deux</h3><h3>Trois</h3>"),
        ("<h4>Un</h4><h5>Deux</h5><h6>Trois</h6>", "<h4>Un</h4><h4>Deux</h4><h4>Trois</h4>"),
        (
            "<p><b>a</b> <i>b</i> <strong><em>c</em></strong></p>",
            "<p><strong>a</strong> <em>b</em> <strong><em>c</em></strong></p>",
        ),
        ("<p>a</p><p>&nbsp;</p><p><br></p><p>b</p>", "<p>a</p><p>b</p>"),
        ("<div>a<div>b</div>c</div>", "<p>a</p><p>b</p><p>c</p>"),
        ("<p>a<br>b<br><br>c<br></p>", "<p>a<br>b</p><p>c</p>"),
        ("<p>  trop   d’espaces\n ici </p>", "<p>trop d’espaces ici</p>"),
        (
            "<p>Gare\u00a0: «\u00a0oui\u00a0»,\u00a012\u00a0% et\u00a0non</p>",
            "<p>Gare\u00a0: «\u00a0oui\u00a0», 12\u00a0% et non</p>",
        ),
        ("<p><b>gras </b>ensuite</p>", "<p><strong>gras</strong> ensuite</p>"),
        ("<p>e\u0301te\u0301 \u200bsans\u00adsigne</p>", "<p>été sanssigne</p>"),
        ("<h3><b>Titre</b></h3>", "<h3>Titre</h3>"),
        (
            "<ul><li>a<ol><li>b</li></ol></li><li><p>c</p><p>d</p></li></ul>",
            "<ul><li>a<ol><li>b</li></ol></li><li>c<br>d</li></ul>",
        ),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<p>• un</p><p>• deux</p>", "<ul><li>un</li><li>deux</li></ul>"),
        ('<a href="https://x.ca/?a=1&amp;b=2">x</a>', '<p><a href="https://x.ca/?a=1&amp;b=2">x</a></p>'),
        ('<a href="mailto:a@b.ca">écrire</a>', '<p><a href="mailto:a@b.ca">écrire</a></p>'),
        ("<p>jamais fermé <b>gras", "<p>jamais fermé <strong>gras</strong></p>"),
        ("<table><tr><td>seule</td></tr></table>", "<p>seule</p>"),
        ("", ""),
        ("<p></p><ul><li></li></ul><table><tr><td></td></tr></table>", ""),
    ],
)
def test_on_garde_ce_qui_est_permis_et_rien_d_autre(html, attendu):
    assert nettoyer(html) == attendu


def test_un_tableau_recoit_des_en_tetes_et_des_rangees_de_meme_longueur():
    html = nettoyer(
        "<table><caption>Sièges</caption><tr><td>Secteur</td><td>Nombre</td></tr>"
        "<tr><th>Santé</th><td>2</td></tr><tr><td colspan=2>Total</td></tr></table>"
    )
    assert html == (
        "<table><caption>Sièges</caption><thead><tr>"
        '<th scope="col">Secteur</th><th scope="col">Nombre</th></tr></thead>'
        '<tbody><tr><th scope="row">Santé</th><td>2</td></tr><tr><td>Total</td><td></td></tr></tbody></table>'
    )


def test_a_trois_colonnes_chaque_cellule_montree_nomme_la_sienne_et_garde_son_role():
    tableau = (
        "<table><tr><th>Nom</th><th>Qualité &amp; <b>&quot;rôle&quot;</b><br>tenu</th><th></th></tr>"
        "<tr><th>MRC</th><td>Cosignataire</td><td>2</td></tr></table>"
    )
    assert montrer(tableau) == (
        '<table role="table" class="en-fiches"><thead role="rowgroup"><tr role="row">'
        '<th scope="col" role="columnheader">Nom</th><th scope="col" role="columnheader">'
        'Qualité &amp; <strong>"rôle"</strong><br>tenu</th><th scope="col" role="columnheader"></th></tr></thead>'
        '<tbody role="rowgroup"><tr role="row"><th scope="row" role="rowheader">MRC</th>'
        '<td role="cell" data-titre="Qualité &amp; &quot;rôle&quot; tenu">Cosignataire</td>'
        '<td role="cell">2</td></tr></tbody></table>'
    )
    assert nettoyer(montrer(tableau)) == nettoyer(tableau)


def test_un_tableau_dans_un_tableau_devient_des_lignes_sans_rien_perdre():
    html = nettoyer(
        "<table><tr><th>a<table><tr><td>b</td><td>c</td></tr></table></th><th>d</th></tr></table>"
    )
    assert html.count("<table>") == 1
    assert texte_nu(html).split() == ["a", "b", "c", "|", "d"]


def test_une_seule_rangee_sans_en_tete_est_une_mise_en_page_et_devient_des_paragraphes():
    assert nettoyer("<table><tr><td>a</td><td>b</td></tr></table>") == "<p>a</p><p>b</p>"
    en_tete = '<table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead></table>'
    assert nettoyer(en_tete) == en_tete


def test_les_listes_s_arretent_a_quatre_niveaux():
    html = nettoyer("<ul><li>x" * 9)
    assert html.count("<ul>") == 4
    assert html.count("<li>") == 9


NOTATION = """## Qui participe

Deux sièges *avec droit de vote* à des
personnes **expertes de vécu**. Voir [le guide](https://quebec.ca/guide).

- allocation
  - transport
  - garde
- documents
1. premier
2. second

### Chiffres

Tableau : Sièges
| Secteur | Prévus |
|---------|--------|
|= Santé | 2 // dont 1 vacant |"""


def test_la_notation_dit_tout_ce_qui_est_permis():
    assert depuis_texte(NOTATION) == (
        "<h3>Qui participe</h3><p>Deux sièges <em>avec droit de vote</em> à des<br>personnes "
        '<strong>expertes de vécu</strong>. Voir <a href="https://quebec.ca/guide">le guide</a>.</p>'
        "<ul><li>allocation<ul><li>transport</li><li>garde</li></ul></li><li>documents</li></ul>"
        "<ol><li>premier</li><li>second</li></ol><h4>Chiffres</h4>"
        "<table><caption>Sièges</caption><thead><tr>"
        '<th scope="col">Secteur</th><th scope="col">Prévus</th></tr></thead>'
        '<tbody><tr><th scope="row">Santé</th><td>2<br>dont 1 vacant</td></tr></tbody></table>'
    )


@pytest.mark.parametrize(
    "texte, html",
    [
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("une *étoile", "<p>une *étoile</p>"),
        ("**gras *et italique***", "<p><strong>gras</strong> <strong><em>et italique</em></strong></p>"),
        ("1 234,56 $ – 12 %", "<p>1 234,56 $ – 12 %</p>"),
        ("\\# pas un titre", "<p># pas un titre</p>"),
        ("#pas un titre", "<p>#pas un titre</p>"),
        ("- a\n\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("<b>gras</b> &amp; <script>", "<p>&lt;b&gt;gras&lt;/b&gt; &amp;amp; &lt;script&gt;</p>"),
        ("a\r\n\r\nb\rc", "<p>a</p><p>b<br>c</p>"),
    ],
)
def test_la_notation_ne_surprend_pas(texte, html):
    assert depuis_texte(texte) == html


MOTS = st.text(alphabet=SIGNES, max_size=14).map(escape)
OUVRANTES = [
    "<strong>",
    "<em>",
    '<a href="https://x.ca/a(b)|*?q=//">',
    '<span style="font-weight:bold">',
    "<span>",
]


def _marquer(dedans):
    fermer = {o: "</" + o[1:].split()[0].rstrip(">") + ">" for o in OUVRANTES}
    return st.tuples(st.sampled_from(OUVRANTES), st.lists(dedans, max_size=3)).map(
        lambda t: t[0] + "".join(t[1]) + fermer[t[0]]
    )


LIGNE = st.lists(st.recursive(MOTS | st.just("<br>"), _marquer, max_leaves=6), max_size=4).map("".join)


def _enveloppe(balise, contenu):
    return contenu.map(lambda c: f"<{balise}>{c}</{balise}>")


def _composer(blocs):
    element = _enveloppe("li", st.tuples(LIGNE, st.lists(blocs, max_size=2).map("".join)).map("".join))
    elements = st.lists(element, max_size=3).map("".join)
    cellule = _enveloppe("td", LIGNE | blocs) | _enveloppe("th", LIGNE)
    rangee = _enveloppe("tr", st.lists(cellule, max_size=4).map("".join))
    rangees = st.tuples(_enveloppe("caption", LIGNE), st.lists(rangee, max_size=4).map("".join)).map("".join)
    return _enveloppe("ul", elements) | _enveloppe("ol", elements) | _enveloppe("table", rangees)


BLOC = st.recursive(
    st.one_of(*(_enveloppe(b, LIGNE) for b in ("p", "h3", "h4", "div"))), _composer, max_leaves=6
)
DOCUMENT = st.lists(BLOC, max_size=5).map("".join)
REGLAGES = settings(
    max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


@REGLAGES
@given(DOCUMENT)
def test_tout_html_permis_revient_intact_de_la_notation(document):
    html = nettoyer(document)
    assert nettoyer(html) == html
    assert depuis_texte(vers_texte(html)) == html


@REGLAGES
@given(st.text(alphabet="ab1 *[]()|\\#-=/•.:\n<>&", max_size=60) | st.text(max_size=40))
def test_tout_texte_tape_donne_un_html_stable(texte):
    html = depuis_texte(texte)
    assert nettoyer(html) == html
    assert depuis_texte(vers_texte(html)) == html


def test_les_mots_seuls_se_lisent_ligne_par_ligne():
    html = depuis_texte(NOTATION)
    assert texte_nu(html).split("\n")[-3:] == ["Sièges", "Secteur | Prévus", "Santé | 2 dont 1 vacant"]
    assert nombre_de_mots("<p>Deux sièges, 12 % — l’un « vacant ».</p>") == 5
    assert nombre_de_mots("") == 0
