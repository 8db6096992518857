"""Le canevas : complet, cohérent avec le guide, et utile à chaque page."""

import re
from dataclasses import FrozenInstanceError

import pytest
from django.conf import settings

from alliances.plans.canevas import CHAMPS, ELEMENTS, canevas, champ, precedente, section, suivante
from alliances.plans.canevas.forme import Nature
from alliances.plans.comparaison.valeurs import NATURES
from tests.plans.exemples import TITRES, contenu_exemple

ORDRE = ["en-tete", "1a", "1b", "1c", "1d", "2a", "2b", "2c", "3-9", "10a", "10b", "10c", "10d", "10e", "10f"]


def textes():
    for s in canevas().sections:
        yield from (s.titre, s.aide, s.exemple, s.a_eviter, *s.questions)
    for champs in CHAMPS.values():
        for c in champs:
            yield from (c.libelle, c.aide, c.exemple, c.a_eviter)
    for element in ELEMENTS:
        yield from (element.court, element.libelle)


def test_les_sections_suivent_l_ordre_du_guide():
    assert [s.code for s in canevas().sections] == ORDRE
    assert [g.code for g in canevas().groupes] == ["en-tete", "1", "2", "3-9", "10"]


def test_les_treize_sections_redigees_ont_les_titres_convenus():
    assert {s.code: s.titre for s in canevas().sections_redigees} == TITRES


def test_chaque_section_aide_a_ecrire():
    for s in canevas().sections_redigees:
        assert all((s.aide, s.exemple, s.a_eviter, s.source)), s.code
        assert len(s.questions) >= 3, s.code
        assert s.mots_minimum >= 40, s.code
    assert section("en-tete").nature == Nature.CONTACT
    assert section("3-9").nature == Nature.STRUCTURE


def test_ce_qui_repond_a_un_element_exige_est_requis_et_inversement():
    for s in canevas().sections_redigees:
        assert s.requise == bool(s.elements), s.code


def test_les_quinze_elements_disent_ou_on_y_repond():
    assert [element.numero for element in ELEMENTS] == list(range(1, 16))
    for element in ELEMENTS:
        assert element.source == "Guide 2024-2029, §4.2"
        assert element.lieux
        redigees = [code for objet, code in element.lieux if objet == "section"]
        for code in redigees:
            assert element.numero in section(code).elements
    for s in canevas().sections_redigees:
        for numero in s.elements:
            assert ("section", s.code) in ELEMENTS[numero - 1].lieux


def test_suivante_et_precedente_parcourent_tout_le_plan():
    assert [suivante(code).code for code in ORDRE[:-1]] == ORDRE[1:]
    assert [precedente(code).code for code in ORDRE[1:]] == ORDRE[:-1]
    assert suivante("10f") is None
    assert precedente("en-tete") is None


def test_un_code_un_champ_ou_un_cycle_inconnu_est_dit_en_francais():
    with pytest.raises(LookupError, match=r"Aucune section «\s4z\s»"):
        section("4z")
    with pytest.raises(LookupError, match=r"Aucune section «\s4z\s»"):
        suivante("4z")
    with pytest.raises(LookupError, match=r"Aucun canevas pour le cycle «\s1999-2004\s»"):
        canevas("1999-2004")
    with pytest.raises(LookupError, match=r"Aucun champ «\scouleur\s» pour «\smoyen\s»"):
        champ("moyen", "couleur")
    with pytest.raises(LookupError, match=r"pour «\snuage\s»"):
        champ("nuage", "titre")


def test_chaque_champ_de_la_partie_structuree_a_son_aide():
    priorite = contenu_exemple()["priorites"][0]
    moyen = priorite["objectifs"][0]["moyens"][0]
    for objet, fiche in (
        ("contact", contenu_exemple()["contact"]),
        ("priorite", priorite),
        ("objectif", priorite["objectifs"][0]),
        ("moyen", moyen),
        ("collaborateur", moyen["collaborateurs"][0]),
        ("indicateur", moyen["indicateurs"][0]),
    ):
        saisis = set(fiche) - {"id", "cle", "numero", "objectifs", "moyens", "indicateurs"}
        assert {c.code for c in CHAMPS[objet]} == saisis, objet
        assert all(champ(objet, code).aide for code in saisis)


def test_le_canevas_est_fige():
    with pytest.raises(FrozenInstanceError):
        section("1a").titre = "Autre chose"


@pytest.mark.parametrize(
    ("faute", "motif"),
    [
        ("apostrophe droite", r"'"),
        ("espace simple avant les deux-points", r" :"),
        ("espace simple dans les guillemets", r"« | »"),
        ("espace avant ; ! ou ?", r"\s[;!?]"),
        ("point médian", r"·"),
        ("anglicisme courriel", r"e-mail|mail\b"),
    ],
)
def test_les_textes_suivent_la_typographie_quebecoise(faute, motif):
    assert [texte for texte in textes() if re.search(motif, texte)] == [], faute


def test_la_saisie_la_comparaison_et_la_verification_disent_le_meme_mot():
    """Une personne qui écrit « Changement souhaité » le retrouve sous ce nom partout."""
    compares = {nom: libelle for nom, libelle, _ in NATURES["priorite"]}
    verifiee = (settings.RACINE / "templates/plans/redaction/_priorite_verifiee.html").read_text(
        encoding="utf-8"
    )
    for code in ("raison", "changement", "articulation"):
        libelle = champ("priorite", code).libelle
        assert compares[code] == libelle
        assert f"<dt>{libelle}</dt>" in verifiee
