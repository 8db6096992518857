import pytest

from alliances.plans.regles import avancement, constats, prochaine_etape
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


def etape_de(contenu):
    etape = prochaine_etape(contenu, constats(contenu))
    return etape.titre, etape.page, etape.arguments


def test_la_prochaine_etape_est_la_premiere_partie_a_ecrire():
    contenu = contenu_sans_reproche()
    section_de(contenu, "10a").update(texte="", terminee=False)
    section_de(contenu, "1b").update(terminee=False)
    titre, *ou = etape_de(contenu)
    assert titre.startswith("Terminer\u00a0: 1b – ")
    assert ou == ["section", ("1b",)]
    section_de(contenu, "1b").update(terminee=True)
    assert etape_de(contenu)[0].startswith("Écrire\u00a0: 10a – ")


def test_tout_termine_ce_qui_bloque_vient_avant_l_adoption():
    contenu = contenu_sans_reproche()
    assert etape_de(contenu)[1:] == ("adoption", ())
    section_de(contenu, "1a").update(texte="", terminee=True)
    assert etape_de(contenu) == ("Vérifier le plan\u00a0: régler un point", "verification", ())


@pytest.mark.parametrize(("partie", "page"), [("contact", "contact"), ("priorites", "priorites")])
def test_la_personne_a_joindre_et_l_arbre_ont_leur_page(partie, page):
    contenu = contenu_sans_reproche()
    contenu[partie] = type(contenu[partie])()
    assert etape_de(contenu)[1:] == (page, ())
