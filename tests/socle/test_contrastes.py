"""Les couleurs de la feuille de style, mesurées : 4,5 pour un texte, 3 pour un repère (WCAG 1.4.3 et 1.4.11)."""

import re

import pytest
from django.conf import settings

FEUILLES = {
    f.name: f.read_text(encoding="utf-8") for f in sorted((settings.RACINE / "static" / "css").glob("*.css"))
}
JETONS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", FEUILLES["base.css"]))
REGLE = re.compile(r"([^{}]+)\{([^{}]*)\}")

# Là où la règle ne dit que la couleur, voici les fonds sur lesquels elle se pose.
FONDS_DU_TEXTE = ["blanc", "gris-pale", "bleu-brume"]
FONDS_DES_AVIS = ["rose-brume", "jaune-brume", "vert-brume"]
TEXTES = [
    *[("texte", fond) for fond in [*FONDS_DU_TEXTE, *FONDS_DES_AVIS, "bleu-pale"]],
    *[("bleu", fond) for fond in [*FONDS_DU_TEXTE, *FONDS_DES_AVIS]],
    *[("gris-fonce", fond) for fond in [*FONDS_DU_TEXTE, *FONDS_DES_AVIS]],
    *[("bleu-fonce", fond) for fond in ["blanc", "bleu-pale", "bleu-brume"]],
    *[("rouge-fonce", fond) for fond in ["blanc", "rose-brume"]],
    ("rouge", "blanc"),
    ("violet", "blanc"),
    ("blanc", "bleu"),
    ("blanc", "bleu-fonce"),
    ("blanc", "rouge"),
    ("blanc", "rouge-fonce"),
]
REPERES = [
    ("bleu-clair", "blanc"),  # anneau de focus sur la page
    ("blanc", "bleu"),  # anneau de focus dans le bandeau
    ("gris", "blanc"),  # bordure d'une commande
    ("rouge", "blanc"),
    ("rouge", "rose-brume"),
    ("bleu", "bleu-pale"),  # barre de progression
    ("vert", "blanc"),
]


def luminance(couleur):
    chiffres = couleur.lstrip("#")
    if len(chiffres) == 3:
        chiffres = "".join(c * 2 for c in chiffres)
    canaux = [int(chiffres[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    lineaires = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in canaux]
    return sum(poids * c for poids, c in zip((0.2126, 0.7152, 0.0722), lineaires, strict=True))


def contraste(devant, derriere):
    clair, sombre = sorted((luminance(JETONS[devant]), luminance(JETONS[derriere])), reverse=True)
    return (clair + 0.05) / (sombre + 0.05)


def couples_des_regles():
    """Chaque règle qui pose un texte et son fond d'un même geste."""
    for nom, feuille in FEUILLES.items():
        for selecteur, corps in REGLE.findall(feuille):
            devant = re.search(r"(?<![-\w])color: var\(--([\w-]+)\)", corps)
            derriere = re.search(r"background(?:-color)?: var\(--([\w-]+)\)", corps)
            if devant and derriere:
                yield pytest.param(devant[1], derriere[1], id=f"{nom}:{selecteur.strip()[:50]}")


def test_le_calcul_est_celui_de_wcag():
    assert round(contraste("texte", "blanc"), 2) == 12.18
    assert round(contraste("bleu", "blanc"), 2) == 7.44


@pytest.mark.parametrize("devant, derriere", [*couples_des_regles(), *TEXTES])
def test_un_texte_se_lit_sur_son_fond(devant, derriere):
    assert contraste(devant, derriere) >= 4.5


@pytest.mark.parametrize("devant, derriere", REPERES)
def test_un_repere_se_voit(devant, derriere):
    assert contraste(devant, derriere) >= 3


def test_les_couples_qui_echouent_ne_servent_pas():
    """Le jaune et le gris moyen du SDG ne sont jamais la couleur d'un texte."""
    for nom, feuille in FEUILLES.items():
        for selecteur, corps in REGLE.findall(feuille):
            couleur = re.search(r"(?<![-\w])color: var\(--(jaune|gris|gris-clair|vert|bleu-clair)\)", corps)
            if couleur:
                assert re.search(r"icone|::before", selecteur), f"{nom} : {selecteur.strip()} en {couleur[1]}"


def test_les_couleurs_sont_toutes_des_jetons():
    for nom, feuille in FEUILLES.items():
        sans_jetons = re.sub(r":root \{[^}]*\}", "", feuille)
        permises = {"#000"} if nom == "impression.css" else set()
        sans_ids = re.findall(r"#[0-9a-f]{3,6}(?=[;\s,)])", re.sub(r"[^{}]+\{", "{", sans_jetons))
        assert set(sans_ids) <= permises, nom


def test_le_contour_de_focus_n_est_retire_que_pour_etre_remplace():
    for nom, feuille in FEUILLES.items():
        for selecteur, corps in REGLE.findall(feuille):
            if "outline: none" in corps:
                assert re.search(
                    r"main:focus|\.(taches|attentes) a:focus-visible|\.redaction (\.texte|textarea)",
                    selecteur,
                ), f"{nom} : {selecteur.strip()}"


def test_l_impression_cache_la_navigation():
    assert re.search(
        r"\.bandeau, \.navigation, \.fil, \.pied, \.actions[^{]*\{ display: none !important",
        FEUILLES["impression.css"],
    )


def test_aucune_feuille_ne_depasse_400_lignes_ni_ne_sort_du_poste():
    for nom, feuille in FEUILLES.items():
        assert feuille.count("\n") <= 400, nom
        assert not re.search(r"url\(|@import|https?:", feuille), nom
