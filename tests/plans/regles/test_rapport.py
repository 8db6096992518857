import pytest

from alliances.plans.regles import Etat, elements_repondus
from tests.plans.exemples import contenu_exemple
from tests.plans.regles import plan_et_fiches, section_de


def etats(contenu):
    return {reponse.element.numero: str(reponse.etat) for reponse in elements_repondus(contenu)}


def reponse(contenu, numero):
    return elements_repondus(contenu)[numero - 1]


def test_un_plan_valide_repond_aux_quinze_elements():
    assert etats(contenu_exemple()) == dict.fromkeys(range(1, 16), "repondu")


def test_un_plan_vierge_ne_repond_a_aucun():
    assert etats({}) == dict.fromkeys(range(1, 16), "non")


@pytest.mark.parametrize(("texte", "etat"), [("", "non"), ("<p>Presque rien.</p>", "partiel")])
def test_une_section_vide_ou_breve_se_voit_au_rapport(texte, etat):
    contenu = contenu_exemple()
    section_de(contenu, "2c")["texte"] = texte
    assert etats(contenu) == dict.fromkeys(range(1, 16), "repondu") | {8: etat}
    lieu = reponse(contenu, 8).lieux[0]
    assert lieu.ancre == ("section", "2c")
    assert lieu.libelle == "Section 2c «\xa0Zones de dévitalisation et personnes plus touchées\xa0»"


@pytest.mark.parametrize(
    ("numero", "champ", "vide"),
    [(5, "resultat_attendu", ""), (9, "collaborateurs", []), (15, "indicateurs", [])],
)
def test_un_seul_moyen_muet_rend_la_reponse_partielle_et_y_mene(numero, champ, vide):
    contenu = plan_et_fiches()[0]
    moyen = contenu["priorites"][2]["objectifs"][0]["moyens"][0]
    moyen[champ] = vide
    assert etats(contenu) == dict.fromkeys(range(1, 16), "repondu") | {numero: "partiel"}
    assert reponse(contenu, numero).lieux[0].ancre == ("moyen", moyen["cle"])


def test_un_collaborateur_sans_contribution_ne_repond_pas():
    contenu = contenu_exemple()
    moyen = contenu["priorites"][0]["objectifs"][0]["moyens"][0]
    moyen["collaborateurs"][0]["contribution"] = ""
    assert etats(contenu)[9] == "non"


def test_un_element_a_deux_lieux_est_partiel_quand_un_seul_repond():
    contenu = contenu_exemple()
    contenu["gouvernance"]["instances"] = []
    assert reponse(contenu, 6).etat == Etat.PARTIEL
    assert [str(lieu.etat) for lieu in reponse(contenu, 6).lieux] == ["repondu", "non"]
    assert reponse(contenu, 6).lieux[1].ancre == ("alliance", "instances")


def test_aucune_action_motivee_repond_a_l_element_de_la_participation():
    contenu = contenu_exemple()
    contenu["participation"][0].update(forme="", aucune_action_motif="Comité en formation")
    assert etats(contenu)[10] == "repondu"
    contenu["participation"][0]["axe"] = "projets"
    assert etats(contenu)[10] == "partiel"


def test_sans_moyen_les_elements_des_moyens_menent_aux_priorites():
    contenu = contenu_exemple()
    contenu["priorites"][0]["objectifs"][0]["moyens"] = []
    assert {n: etat for n, etat in etats(contenu).items() if etat != "repondu"} == {
        4: "non",
        5: "non",
        9: "non",
        15: "partiel",
    }
    assert reponse(contenu, 5).lieux[0].ancre == ("plan", "priorites")
