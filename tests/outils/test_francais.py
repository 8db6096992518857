"""Le relecteur de français trouve les fautes et laisse passer ce qui est juste."""

from pathlib import Path

import pytest

from outils.francais import corriger, masque_de, relire

HTML, PY, MD, JS, PO = (Path(f"page.{suffixe}") for suffixe in ("html", "py", "md", "js", "po"))


def fautes(chemin, texte):
    return [message for _, message in relire(texte, masque_de(chemin, texte))]


@pytest.mark.parametrize(
    "texte, attendu",
    [
        ("<p>Il n'y a rien.</p>", "apostrophe droite"),
        ("<p>Le plan « adopté\u00a0».</p>", "après «"),
        ("<p>Le plan «\u00a0adopté ».</p>", "avant »"),
        ("<dt>Montant : </dt>", "deux-points"),
        ("<dt>Montant: </dt>", "deux-points"),
        ("<p>Il reste à faire :</p>", "deux-points"),
        ('<a href="/a/">Cible</a> : trois', "deux-points"),
        ("<p>{{ total }} $</p>", "avant % ou $"),
        ("<p>Environ 12 % des ménages</p>", "avant % ou $"),
        ("<p>Environ 12% des ménages</p>", "avant % ou $"),
        ("<p>Déposer le plan ?</p>", "pas d’espace avant"),
        ("<p>Un, deux\u00a0; trois</p>", "pas d’espace avant"),
        ("<p>Votre e-mail</p>", "courriel"),
        ("<p>Uploader le fichier</p>", "téléverser"),
        ("<p>Pour signer, cliquez ici.</p>", "dire où mène le lien"),
        ("<p>Les participant·e·s</p>", "point médian"),
        ("<p>Les élu(e)s de la MRC</p>", "parenthèse de féminin"),
        ("<p>Écrivez au coordonnateur.</p>", "seul masculin"),
        ('<input placeholder="L\'an dernier">', "apostrophe droite"),
        ('<button aria-label="Ouvrir : menu">x</button>', "deux-points"),
        ("""{% include "x/_a.html" with titre="L'avis du ministère" only %}""", "apostrophe droite"),
        ("""{{ nom|default:"Pas d'adresse" }}""", "apostrophe droite"),
    ],
)
def test_une_faute_de_gabarit_est_trouvee(texte, attendu):
    assert any(attendu in message for message in fautes(HTML, texte)), fautes(HTML, texte)


@pytest.mark.parametrize(
    "texte",
    [
        "<p>Il n’y a rien.</p>",
        "<p>Le plan «\u00a0adopté\u00a0» a été déposé.</p>",
        "<p>Le plan «&nbsp;{{ titre }}&nbsp;».</p>",
        "<dt>Montant\u00a0: {{ total }}&nbsp;$</dt>",
        "<p>De 8:30 à 16:30</p>",
        "<p>Déposer le plan? Oui; tout de suite!</p>",
        "<p>coordination@mail.example</p>",
        "<p>La coordonnatrice ou le coordonnateur</p>",
        "<p>Le conseil d’administration</p>",
        "<p>Se loger dans la région</p>",
        "<code>l'état : x</code>",
        "{# l'état : x #}",
        '<script src="l\'x"></script>',
        """{% url 'plans:depot' pk=plan.pk %}{% if x == 'a' %}{% endif %}""",
        '<p class="l\'x : y">Bon</p>',
    ],
)
def test_un_gabarit_juste_passe(texte):
    assert fautes(HTML, texte) == []


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("<p>Ce geste n’est pas possible.</p>", "action"),
        ("<p>Rien à signaler sur cette carte.</p>", "priorité, objectif, moyen"),
        ('<td data-titre="Instantané">x</td>', "version scellée"),
        ("<h2>Empreinte</h2>", "code de vérification"),
        ("<p>Constat automatique</p>", "vérification automatique"),
        ("<p>Elle reçoit un avis.</p>", "courriel"),
        ("<p>Liens et avis de sécurité</p>", "courriel"),
        ("<p>Les parties du plan</p>", "section"),
        ("<p>1 chose vous attend.</p>", "action à faire"),
        ("<p>Moins de 15 Mo</p>", "avant l’unité"),
    ],
)
def test_un_mot_du_code_ne_se_montre_pas(texte, attendu):
    assert [message for message in fautes(HTML, texte) if attendu in message]


@pytest.mark.parametrize(
    "texte",
    [
        "<p>La direction rend son avis sur le plan.</p>",
        "<p>Chaque partie signe la convention.</p>",
        "<p>La carte des régions</p>",
        '<div class="carte"><form id="gestes"></form></div>',
        "<p>Aucun constat sur cette section.</p>",
    ],
)
def test_un_mot_juste_reste_permis(texte):
    assert not fautes(HTML, texte)


def test_la_documentation_parle_du_code():
    texte = "Un geste prend un instantané."
    assert not relire(texte, masque_de(MD, texte), ecran=False)


def test_un_libelle_d_un_seul_mot_est_relu_mais_pas_un_nom_du_code():
    assert fautes(PY, 'label = "Geste"')
    assert not fautes(PY, 'nom = "geste"')
    assert not fautes(PY, '__all__ = ["Utilisateur"]')


def test_les_chaines_du_code_sont_relues_mais_ni_les_docstrings_ni_le_sql():
    source = '''
"""L'en-tête n'est lu que d'ici."""
import re
MOTIF = re.compile("l'un : l'autre")
SQL = "CREATE TRIGGER l'un BEFORE DELETE"
CLE = "etat"
def dire(x):
    """L'explication."""
    return f"Il n'y a que {x} $ : trop peu."
'''
    assert len(fautes(PY, source)) == 3
    assert {source.count("\n", 0, place) for place, _ in relire(source, masque_de(PY, source))} == {8}


def test_la_documentation_est_relue_hors_du_code_et_de_l_anglais():
    texte = "L'état.\n\n```\nl'état : x\n```\n\n`l'état`\n\n## In English\n\nIt isn't : so.\n"
    assert len(fautes(MD, texte)) == 1


def test_les_scripts_et_les_catalogues_sont_relus():
    assert fautes(JS, "// l'état : x\nconst a = 'plans:x'; dire(\"Il n'y a rien\");") != []
    assert fautes(JS, "// l'état : x\nconst a = \"l'etat\";") == []
    assert fautes(JS, 'dire(`Vu ${x > 1 ? "deux fois" : "une fois"} ici.`);') == []
    assert fautes(PO, 'msgid "It isn\'t : so"\nmsgstr "Ce n\'est pas"\n') == ["apostrophe droite : écrire ’"]


@pytest.mark.parametrize("chemin", [HTML, MD])
def test_la_correction_remet_la_typographie_et_ne_touche_pas_au_reste(chemin):
    texte = "L'avis « favorable » : 12 % ? Oui !\n"
    corrige = corriger(chemin, texte)
    assert corrige == "L’avis «\u00a0favorable\u00a0»\u00a0: 12\u00a0%? Oui!\n"
    assert corriger(chemin, corrige) == corrige


def test_la_correction_du_code_n_en_change_pas_la_syntaxe():
    source = "x = f\"L'avis « {a} » : {b['c d']}\"\n"
    assert corriger(PY, source) == "x = f\"L’avis «\u00a0{a}\u00a0»\u00a0: {b['c d']}\"\n"
