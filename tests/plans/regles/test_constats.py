"""La liste des règles : complète, ordonnée, tolérante à tout ce qu’un brouillon peut contenir, et rapide."""

import ast
import sys
from copy import deepcopy
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from alliances.plans import regles
from alliances.plans.regles import REGLES, bloquants, constats, decompte, elements_repondus, regrouper
from tests.plans.exemples import contenu_exemple, contenu_sans_reproche, priorite_numerotee
from tests.plans.regles import messages, plan_et_fiches, section_de, trouves

DOSSIER = Path(regles.__file__).parent
OUTILS = {"avancement", "__init__", "constat", "lecture", "plan_lu", "rapport", "redaction"}


def test_le_plan_sans_reproche_ne_fait_rien_dire():
    assert constats(contenu_sans_reproche(), date(2024, 12, 1)) == ()


def test_le_plan_d_exemple_n_a_ni_erreur_ni_avertissement():
    assert decompte(constats(contenu_exemple())) == {"erreur": 0, "avertissement": 0, "conseil": 2}
    assert bloquants(constats(contenu_exemple())) == []


def test_une_regle_un_fichier_une_fonction_un_essai():
    fichiers = {fichier.stem for fichier in DOSSIER.glob("*.py")} - OUTILS
    essais = {fichier.stem.removeprefix("test_") for fichier in Path(__file__).parent.glob("test_*.py")}
    assert {regle.__name__ for regle in REGLES} == fichiers
    assert len(REGLES) == len(fichiers)
    assert fichiers <= essais
    for regle in REGLES:
        assert regle.__module__ == f"alliances.plans.regles.{regle.__name__}"


def test_les_regles_et_le_canevas_ignorent_django_et_les_modeles():
    permis = ("alliances.plans.canevas", "alliances.plans.regles", "socle.valeurs.memoire")
    for fichier in [*DOSSIER.glob("*.py"), *DOSSIER.parent.joinpath("canevas").glob("*.py")]:
        for noeud in ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))):
            modules = []
            if isinstance(noeud, ast.Import):
                modules = [alias.name for alias in noeud.names]
            elif isinstance(noeud, ast.ImportFrom):
                modules = [noeud.module]
            for module in modules:
                assert module.startswith(permis) or module.split(".")[0] in sys.stdlib_module_names, fichier


def test_les_constats_suivent_l_ordre_du_plan():
    contenu, priorite, objectif, moyen, indicateur = plan_et_fiches()
    section_de(contenu, "10a")["terminee"] = False
    section_de(contenu, "1b")["texte"] = ""
    contenu["participation"] = []
    indicateur["unite"] = ""
    moyen["population"] = ""
    priorite["raison"] = priorite["changement"] = ""
    contenu["priorites"][1]["changement"] = ""
    contenu["contact"]["telephone"] = ""
    assert [(genre, ancre) for _, genre, ancre, _ in trouves(contenu, date(2025, 3, 30))] == [
        ("avertissement", ("plan", "echeance")),
        ("avertissement", ("plan", "contact")),
        ("avertissement", ("section", "1b")),
        ("erreur", ("alliance", "participation")),
        ("erreur", ("priorite", priorite["cle"])),
        ("avertissement", ("priorite", priorite["cle"])),
        ("erreur", ("moyen", moyen["cle"])),
        ("erreur", ("indicateur", indicateur["cle"])),
        ("erreur", ("priorite", contenu["priorites"][1]["cle"])),
        ("avertissement", ("section", "10a")),
    ]


def test_les_constats_se_regroupent_par_lieu():
    contenu, priorite, *_ = plan_et_fiches()
    priorite["raison"] = priorite["changement"] = ""
    contenu["contact"]["nom"] = ""
    groupes = regrouper(constats(contenu))
    assert [(tuple(ancre), len(liste)) for ancre, liste in groupes] == [
        (("plan", "contact"), 1),
        (("priorite", priorite["cle"]), 2),
    ]
    assert decompte(constats(contenu)) == {"erreur": 2, "avertissement": 1, "conseil": 0}
    assert [constat.champ for constat in bloquants(constats(contenu))] == ["nom", "changement"]


def test_ce_qui_est_saisi_est_cite_sans_etre_interprete():
    contenu, priorite, *_ = plan_et_fiches()
    priorite.update(titre="<script>{0} %s {titre}</script>", raison="")
    assert "« <script>{0} %s {titre}</script> »" in messages(contenu)[0]


def test_le_contenu_lu_n_est_pas_modifie():
    contenu = contenu_sans_reproche()
    avant = deepcopy(contenu)
    constats(contenu, date(2025, 1, 1))
    elements_repondus(contenu)
    assert contenu == avant


def test_chaque_constat_cite_sa_source_et_finit_par_un_point():
    for constat in constats({}) + constats({"priorites": [{"objectifs": [{"moyens": [{}]}]}]}):
        assert constat.source
        assert constat.regle
        assert constat.message[0].isupper(), constat.message
        assert constat.message[-1] in ".?", constat.message
        assert "'" not in constat.message
        assert " :" not in constat.message


def chemins(valeur, prefixe=()):
    """Tous les chemins vers une valeur du contenu, conteneurs compris."""
    if prefixe:
        yield prefixe
    if isinstance(valeur, dict):
        for cle, fils in valeur.items():
            yield from chemins(fils, (*prefixe, cle))
    elif isinstance(valeur, list):
        for rang, fils in enumerate(valeur):
            yield from chemins(fils, (*prefixe, rang))


CHEMINS = list(chemins(contenu_exemple()))
ABSENT = object()
DEGATS = st.lists(
    st.tuples(
        st.sampled_from(CHEMINS),
        st.one_of(
            st.sampled_from(
                [ABSENT, None, "", " ", [], {}, [None], [[]], 0, -1, True, "NaN", "1e400", "<", "2025-02-30"]
            ),
            st.text(max_size=20),
            st.integers(),
            st.floats(),
            st.dates().map(str),
        ),
    ),
    min_size=1,
    max_size=12,
)


def abimer(contenu, degats):
    for chemin, valeur in degats:
        cible = contenu
        try:
            for pas in chemin[:-1]:
                cible = cible[pas]
            if valeur is ABSENT:
                del cible[chemin[-1]]
            else:
                cible[chemin[-1]] = valeur
        except (KeyError, IndexError, TypeError):
            continue  # un dégât précédent a déjà emporté ce chemin
    return contenu


@settings(max_examples=300, deadline=None)
@given(DEGATS, st.one_of(st.none(), st.dates()))
def test_un_contenu_abime_ne_fait_jamais_echouer(degats, aujourdhui):
    contenu = abimer(contenu_exemple(), degats)
    for constat in constats(contenu, aujourdhui):
        assert constat.message
        assert all(constat.ancre)
    assert len(elements_repondus(contenu)) == 15


def plan_de(priorites, par_niveau):
    contenu = contenu_sans_reproche()
    contenu["priorites"] = [priorite_numerotee(rang, "prevention") for rang in range(1, priorites + 1)]
    for priorite in contenu["priorites"]:
        objectif = priorite["objectifs"][0]
        moyen = objectif["moyens"][0]
        moyen["indicateurs"] *= par_niveau
        objectif["moyens"] *= par_niveau
        priorite["objectifs"] *= par_niveau
    return contenu


def operations(contenu):
    """Le nombre d’appels Python : une mesure que la charge de la machine ne change pas."""
    compte = 0

    def compter(cadre, evenement, argument):
        nonlocal compte
        compte += evenement == "call"

    precedent = sys.getprofile()
    sys.setprofile(compter)
    try:
        constats(contenu)
    finally:
        sys.setprofile(precedent)
    return compte


def test_le_travail_croit_comme_le_plan():
    petit, grand = operations(plan_de(3, 4)), operations(plan_de(12, 4))
    fiches = 12 * (1 + 4 + 16 + 64)
    assert grand < 4.5 * petit
    assert grand < 60 * fiches
