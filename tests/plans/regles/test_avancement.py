import pytest

from alliances.plans.regles import avancement, constats
from tests.plans.exemples import contenu_sans_reproche
from tests.plans.regles import section_de


def avancement_de(contenu):
    return avancement(contenu, constats(contenu))


def test_un_plan_complet_a_ses_quinze_parties_terminees():
    etats = avancement_de(contenu_sans_reproche())
    assert len(etats) == 15
    assert set(etats.values()) == {"Terminée"}


@pytest.mark.parametrize(
    ("texte", "terminee", "etat"),
    [("", False, "À commencer"), ("<p>Un début.</p>", False, "En cours"), ("", True, "Terminée")],
)
def test_une_section_est_terminee_quand_on_le_dit(texte, terminee, etat):
    contenu = contenu_sans_reproche()
    section_de(contenu, "1a").update(texte=texte, terminee=terminee)
    assert avancement_de(contenu)["1a"] == etat


def test_la_personne_a_joindre_est_en_cours_tant_qu_un_renseignement_manque():
    contenu = contenu_sans_reproche()
    contenu["contact"]["telephone"] = ""
    assert avancement_de(contenu)["en-tete"] == "En cours"
    contenu["contact"] = dict.fromkeys(contenu["contact"], "")
    assert avancement_de(contenu)["en-tete"] == "À commencer"


def test_l_arbre_est_termine_quand_rien_n_y_bloque_le_depot():
    contenu = contenu_sans_reproche()
    contenu["priorites"][0]["objectifs"][0]["moyens"][0]["responsable"] = ""
    assert avancement_de(contenu)["3-9"] == "En cours"
    contenu["priorites"] = []
    assert avancement_de(contenu)["3-9"] == "À commencer"
