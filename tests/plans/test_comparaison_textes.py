"""Deux textes comparés : les bons mots marqués, rien de perdu, rien d’exécuté, jamais long."""

import random
import re
import time
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from alliances.plans.comparaison import differences_de_mots, differences_de_texte, passages
from alliances.plans.comparaison.alignement import aligner
from alliances.plans.templatetags.comparaison import marques
from socle.texte.riche import texte_nu


def texte_de(blocs, sans):
    """Le texte d’un des deux côtés, reconstitué des segments."""
    lignes = []
    for bloc in blocs:
        if bloc.etat == {"ajout": "ajoute", "retrait": "retire"}[sans]:
            continue
        cellules = bloc.cellules or (bloc.segments,)
        lignes.append(" | ".join("".join(s.texte for s in c if s.genre != sans) for c in cellules))
    return "\n".join(lignes)


def test_les_mots_remplaces_sont_marques_sans_hacher_la_phrase():
    segments = differences_de_mots("un loyer de la ville de Rimouski", "un loyer de la MRC de Matane")
    assert segments == (
        ("egal", "un loyer de la "),
        ("retrait", "ville de Rimouski"),
        ("ajout", "MRC de Matane"),
    )


def test_deux_phrases_sans_rapport_sont_montrees_l_une_apres_l_autre():
    segments = differences_de_mots("La Table se réunit.", "Chaque MRC dispose d’un lieu propre.")
    assert [s.genre for s in segments] == ["retrait", "ajout"]


@pytest.mark.parametrize(("a", "b"), [("", ""), ("a", ""), ("", "a"), ("a", "a")])
def test_les_textes_vides_se_comparent(a, b):
    segments = differences_de_mots(a, b)
    assert "".join(s.texte for s in segments if s.genre != "ajout") == a
    assert "".join(s.texte for s in segments if s.genre != "retrait") == b


def test_la_mise_en_forme_ne_compte_pas_et_l_adresse_d_un_lien_compte():
    assert differences_de_texte("<p>un <b>mot</b></p>", "<p>un mot</p>").identique
    avant, apres = (
        '<p>voir <a href="https://x.ca/a">ici</a></p>',
        '<p>voir <a href="https://x.ca/b">ici</a></p>',
    )
    assert not differences_de_texte(avant, apres).identique


def test_un_paragraphe_insere_ne_touche_pas_ses_voisins():
    blocs = differences_de_texte("<p>un</p><p>deux</p>", "<p>un</p><h3>nouveau titre</h3><p>deux</p>")
    assert [(b.genre, b.etat) for b in blocs] == [("p", "inchange"), ("h3", "ajoute"), ("p", "inchange")]


def test_un_tableau_se_compare_par_rangees_et_par_cellules():
    rangee = "<tr><td>Tonnes redistribuées par année</td><td>{}</td></tr>"
    tableau = "<table><tr><th>Indicateur</th><th>Cible</th></tr>" + rangee + "</table>"
    blocs = differences_de_texte(tableau.format(120), tableau.format(180))
    assert [b.etat for b in blocs] == ["inchange", "modifie"]
    assert [s.texte for s in blocs[1].cellules[1]] == ["120", "180"]


def test_ce_qui_est_inchange_et_loin_est_replie():
    paragraphes = [f"<p>paragraphe numéro {n}</p>" for n in range(9)]
    avant, apres = "".join(paragraphes), "".join([*paragraphes[:8], "<p>autre fin</p>"])
    parties = differences_de_texte(avant, apres).parties
    assert parties[0].repliee
    assert len(parties[0].blocs) == 7
    html = render_to_string("plans/comparaison/_blocs.html", {"blocs": differences_de_texte(avant, apres)})
    assert html.index("</details>") < html.index("numéro 7") < html.index("autre fin")


MOT = st.sampled_from(["le", "la", "Table", "MRC", "d’un", "12", "%", ",", "<b>", "&"])
TEXTE = st.lists(MOT, max_size=12).map(" ".join)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(TEXTE, TEXTE)
def test_chaque_cote_se_reconstitue_mot_pour_mot(a, b):
    segments = differences_de_mots(a, b)
    assert "".join(s.texte for s in segments if s.genre != "ajout") == a
    assert "".join(s.texte for s in segments if s.genre != "retrait") == b


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(TEXTE, max_size=6), st.lists(TEXTE, max_size=6))
def test_chaque_texte_se_reconstitue_paragraphe_par_paragraphe(a, b):
    avant, apres = ("".join(f"<p>{t}</p>" for t in textes) for textes in (a, b))
    blocs = differences_de_texte(avant, apres)
    assert texte_de(blocs, "ajout") == texte_nu(avant)
    assert texte_de(blocs, "retrait") == texte_nu(apres)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text("abc", max_size=12), st.text("abc", max_size=12), st.integers(0, 30))
def test_l_alignement_couvre_les_deux_suites_dans_l_ordre(a, b, ecarts_max):
    i = j = 0
    for plage in aligner(a, b, ecarts_max=ecarts_max):
        assert (plage.i1, plage.j1) == (i, j)
        assert not plage.egale or a[plage.i1 : plage.i2] == b[plage.j1 : plage.j2]
        i, j = plage.i2, plage.j2
    assert (i, j) == (len(a), len(b))


@pytest.mark.parametrize(
    "mechant", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</ins></p><b", "&lt;i&gt;"]
)
def test_rien_de_ce_qui_est_ecrit_n_est_execute(mechant):
    echappe = mechant.replace("&", "&amp;").replace("<", "&lt;")
    for avant, apres in (
        ("", mechant),
        (mechant, ""),
        (f"<p>mot {echappe}</p>", f"<p>mot {echappe} mot</p>"),
    ):
        html = render_to_string(
            "plans/comparaison/_blocs.html", {"blocs": differences_de_texte(avant, apres)}
        )
        assert "<script" not in html
        assert "<img" not in html
        assert "<b" not in html
        assert html.count("<ins>") == html.count("</ins>")


def _melange(mots):
    return random.Random(7).sample(mots, len(mots))


MOTS = [f"mot{n % 97}" for n in range(35_000)]
REPRIS = [f"{' '.join(MOTS[n : n + 40])}" for n in range(0, 35_000, 40)]
ENORMES = {
    "mots mêlés": (f"<p>{' '.join(MOTS)}</p>", f"<p>{' '.join(_melange(MOTS))}</p>"),
    "mêmes mots, répétés": ("<p>" + "a b " * 40_000 + "</p>", "<p>" + "b a a " * 30_000 + "</p>"),
    "paragraphes mêlés": ("".join(f"<p>{t}" for t in REPRIS), "".join(f"<p>{t}" for t in _melange(REPRIS))),
    "paragraphes minuscules": ("<p>a</p>" * 20_000, "<p>b</p><p>a</p>" * 10_000),
}


@pytest.mark.parametrize("avant, apres", ENORMES.values(), ids=ENORMES.keys())
def test_deux_cents_kilooctets_se_comparent_sans_s_eterniser(avant, apres):
    debut = time.perf_counter()
    blocs = differences_de_texte(avant, apres)
    duree = time.perf_counter() - debut
    assert blocs
    assert duree < 12, f"{duree:.1f} s"


def lu(avant, apres):
    """Le texte d’une comparaison tel qu’un lecteur d’écran le dit ou qu’une copie l’emporte."""
    html = marques(differences_de_mots(avant, apres))
    return " ".join(re.sub(r"<[^>]+>", "", html).replace("\xa0:", ":").split())


def test_un_mot_remplace_et_son_remplacant_ne_se_touchent_pas():
    html = marques(differences_de_mots("un texte ancien ici", "un texte nouveau ici"))
    assert "</del> <ins>" in html
    pdf = render_to_string(
        "plans/pdf/_segments.html",
        {"segments": differences_de_mots("un texte ancien ici", "un texte nouveau ici")},
    )
    assert pdf.strip() == "un texte <del>ancien</del> <ins>nouveau</ins> ici"


@pytest.mark.parametrize(
    "avant, apres, phrase",
    [
        ("un texte ancien ici", "un texte nouveau ici", "un texte [supprimé: ancien] [ajouté: nouveau] ici"),
        ("la Table décide", "la Table régionale décide", "la Table [ajouté: régionale] décide"),
        ("la Table décide", "la Table décide bien", "la Table décide [ajouté: bien]"),
        ("la vieille Table décide", "la Table décide", "la [supprimé: vieille] Table décide"),
        ("une Table, une voix", "une Table. une voix", "une Table[supprimé: ,] [ajouté: .] une voix"),
        ("120", "180", "[supprimé: 120] [ajouté: 180]"),
        ("", "neuf", "[ajouté: neuf]"),
    ],
)
def test_une_comparaison_se_lit_une_fois_copiee(avant, apres, phrase):
    assert lu(avant, apres) == phrase


@settings(max_examples=200, deadline=None, derandomize=True)
@given(TEXTE, TEXTE)
def test_les_blancs_deplaces_ne_perdent_aucun_mot(a, b):
    """Hors de la marque, les blancs restent; seul s’ajoute celui qui sépare le retiré de l’ajouté."""
    segments = differences_de_mots(a, b)
    suite = passages(segments)
    assert [p.texte for p in suite] == [s.texte.strip() or s.texte for s in segments]
    for passage, segment in zip(suite, segments, strict=True):
        assert (passage.avant + passage.texte + passage.apres).strip() == segment.texte.strip()
    for premier, second in pairwise(suite):
        if (premier.genre, second.genre) == ("retrait", "ajout"):
            assert premier.apres + second.avant


def test_un_saut_de_ligne_ajoute_reste_un_saut():
    html = marques(differences_de_mots("un deux", "un deux\ntrois"))
    assert "deux<br><ins>" in html
