"""La comparaison de deux contenus de plan : ce qui est ajouté, retiré, modifié, déplacé, et rien de plus."""

import re
from copy import deepcopy

import pytest
from django.template.loader import render_to_string

from alliances.plans.comparaison import comparer, resume
from tests.outils.html_accessible import assert_html_accessible
from tests.plans.exemples import contenu_exemple


@pytest.fixture
def avant():
    return contenu_exemple()


@pytest.fixture
def apres():
    return contenu_exemple()


def priorite(contenu, cle, titre="Logement"):
    """Une priorité de plus, avec son objectif et son moyen, sous d’autres clés."""
    copie = deepcopy(contenu["priorites"][0])
    copie |= {"cle": cle, "titre": titre, "numero": "2"}
    for objectif in copie["objectifs"]:
        objectif["cle"] = f"{cle}-o"
        for moyen in objectif["moyens"]:
            moyen["cle"] = f"{cle}-m"
            for indicateur in moyen["indicateurs"]:
                indicateur["cle"] = f"{cle}-i"
    return copie


def moyen_de(contenu):
    return contenu["priorites"][0]["objectifs"][0]["moyens"][0]


def descendre(element, *genres):
    for genre in genres:
        element = next(enfant for enfant in element.enfants if enfant.genre == genre)
    return element


def page(comparaison):
    return render_to_string("plans/comparaison/_comparaison.html", {"comparaison": comparaison})


def test_deux_contenus_pareils_n_ont_aucune_difference(avant, apres):
    comparaison = comparer(avant, apres)
    assert comparaison.identique
    assert resume(comparaison) == "Aucune différence"


def test_ni_les_identifiants_ni_les_dates_de_la_version_ne_comptent(avant, apres):
    apres["priorites"][0]["id"] = None
    apres["version"] |= {"numero": 2, "resolution": "2025-09-14"}
    apres["sections"][0]["terminee"] = False
    assert comparer(avant, apres).identique


def test_une_section_modifiee_montre_ses_mots(avant, apres):
    avant["sections"][6]["texte"] = "<p>Les MRC de Montmagny et de L’Islet sont touchées.</p>"
    apres["sections"][6]["texte"] = "<p>Les MRC de Montmagny et des Etchemins sont touchées.</p><p>Ajout.</p>"
    comparaison = comparer(avant, apres)
    section = comparaison.sections[6]
    assert (section.etat, section.numero) == ("modifie", "2c")
    blocs = section.champs[0].blocs
    assert [bloc.etat for bloc in blocs] == ["modifie", "ajoute"]
    assert [s.texte for s in blocs[0].segments if s.genre == "retrait"] == ["de L’Islet"]
    assert [s.texte for s in blocs[0].segments if s.genre == "ajout"] == ["des Etchemins"]
    assert resume(comparaison) == "1 section modifiée, 12 sections inchangées"


def test_une_section_videe_ou_remplie_reste_une_section_modifiee(avant, apres):
    avant["sections"][0]["texte"] = apres["sections"][1]["texte"] = ""
    assert [s.etat for s in comparer(avant, apres).sections[:3]] == ["modifie", "modifie", "inchange"]


def test_une_priorite_ajoutee_compte_pour_une_avec_ce_qu_elle_contient(avant, apres):
    apres["priorites"].append(priorite(apres, "p2"))
    comparaison = comparer(avant, apres)
    assert [p.etat for p in comparaison.priorites] == ["inchange", "ajoute"]
    assert descendre(comparaison.priorites[1], "objectif", "moyen", "indicateur").etat == "ajoute"
    assert resume(comparaison) == "1 priorité ajoutée, 13 sections inchangées"


def test_une_priorite_retiree_reste_lisible_a_sa_place(avant, apres):
    avant["priorites"].insert(0, priorite(avant, "p0", "Transport"))
    comparaison = comparer(avant, apres)
    assert [(p.titre, p.etat) for p in comparaison.priorites] == [
        ("Transport", "retire"),
        ("Une offre alimentaire digne et proche", "inchange"),
    ]
    assert resume(comparaison).startswith("1 priorité retirée, ")


def test_un_ordre_change_est_un_deplacement_et_un_numero_qui_glisse_n_en_est_pas_un(avant, apres):
    for contenu in (avant, apres):
        contenu["priorites"] += [priorite(contenu, "p2"), priorite(contenu, "p3")]
    apres["priorites"].insert(0, apres["priorites"].pop())
    apres["priorites"].insert(1, priorite(apres, "p4"))
    comparaison = comparer(avant, apres)
    assert [(p.cle[:2], p.deplace) for p in comparaison.priorites if p.deplace] == [("p3", True)]
    assert "1 priorité ajoutée, 1 priorité déplacée" in resume(comparaison)


def test_un_moyen_passe_a_un_autre_objectif_est_deplace_et_non_retire(avant, apres):
    for contenu in (avant, apres):
        contenu["priorites"].append(priorite(contenu, "p2"))
    moyen = apres["priorites"][0]["objectifs"][0]["moyens"].pop()
    apres["priorites"][1]["objectifs"][0]["moyens"].append(moyen | {"numero": "2.1.2"})
    comparaison = comparer(avant, apres)
    moyens = descendre(comparaison.priorites[1], "objectif").enfants
    assert [(m.numero, m.ancien_numero, m.deplace) for m in moyens][1] == ("2.1.2", "1.1.1", True)
    assert not comparaison.priorites[0].touche
    assert resume(comparaison) == "1 moyen déplacé, 13 sections inchangées"


def test_les_valeurs_se_lisent_en_francais(avant, apres):
    moyen = moyen_de(apres)
    moyen |= {"fin": "2029-02-01", "territoires": ["08"], "personnes_visees": 2000}
    moyen["indicateurs"][0]["cible"] = "1800.5"
    apres["priorites"][0]["thematique"] = "transport"
    priorite_ = comparer(avant, apres).priorites[0]
    champs = {c.code: c.segments for c in descendre(priorite_, "objectif", "moyen").champs_changes}
    assert [s.texte for s in champs["fin"]] == ["31\xa0mars 2028", " ", "1er\xa0février 2029"]
    assert [(s.genre, s.texte) for s in champs["territoires"]] == [
        ("egal", "La Matanie"),
        ("retrait", ", La Matapédia"),
    ]
    assert champs["personnes_visees"][-1].texte == "2\xa0000"
    indicateur = descendre(priorite_, "objectif", "moyen", "indicateur")
    assert indicateur.champs_changes[0].segments[-1].texte == "1\xa0800,5"
    assert [s.texte for s in priorite_.champs_changes[0].segments] == [
        "Sécurité alimentaire",
        " ",
        "Transport",
    ]


def test_un_nom_de_territoire_vient_du_contenu_ou_il_est(avant, apres):
    apres["alliance"]["territoires"] = [{"code": "07", "nom": "Nouveau nom", "type": "MRC"}]
    apres["priorites"][0]["territoires"] = ["07"]
    champ = comparer(avant, apres).priorites[0].champs_changes[0]
    assert {s.texte for s in champ.segments if s.genre == "ajout"} == {"Nouveau nom"}


def test_les_collaborateurs_se_reconnaissent_a_leur_nom_homonymes_compris(avant, apres):
    moyen_de(apres)["collaborateurs"] += [
        {"nom": "Direction de santé publique", "secteur": "sante", "contribution": "Un local"},
        {"nom": "Banque", "secteur": "", "contribution": ""},
    ]
    moyen_de(apres)["collaborateurs"][0]["contribution"] = "Deux ressources prêtées"
    moyen = descendre(comparer(avant, apres).priorites[0], "objectif", "moyen")
    etats = [(e.titre, e.etat) for e in moyen.enfants if e.genre == "collaborateur"]
    assert etats == [
        ("Direction de santé publique", "modifie"),
        ("Direction de santé publique", "ajoute"),
        ("Banque", "ajoute"),
    ]


def test_la_personne_a_joindre_la_gouvernance_et_la_participation_sont_comparees(avant, apres):
    apres["contact"]["courriel"] = "nouvelle@alliances.example"
    apres["gouvernance"]["part_regionale"] = "40"
    apres["gouvernance"]["instances"][0]["sieges"][1]["pourvus"] = 1
    apres["participation"][0]["personnes"] = 3
    comparaison = comparer(avant, apres)
    assert [g.code for g in comparaison.groupes if g.touche] == ["entete", "gouvernance", "participation"]
    assert resume(comparaison) == (
        "2 renseignements modifiés, 1 instance modifiée, 1 ligne de participation modifiée, 13 sections inchangées"
    )


def test_un_instantane_sans_les_cles_recentes_se_compare_encore(apres):
    comparaison = comparer({"sections": [], "priorites": []}, apres)
    assert [s.etat for s in comparaison.sections] == ["ajoute"] * 13


def test_la_page_dit_en_mots_ce_que_montrent_les_couleurs_et_n_execute_rien(avant, apres):
    mechant = "<script>alert(1)</script><b onclick=x>\"'&</b>{{ 7|add:7 }}"
    apres["priorites"][0]["titre"] = mechant
    apres["sections"][2]["texte"] = f"<p>{mechant}</p>"
    moyen_de(apres)["collaborateurs"][0]["nom"] = mechant
    html = page(comparer(avant, apres))
    assert "<script" not in html
    assert "<b " not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert '<ins><span class="visuellement-cache">[ajouté\xa0:\xa0</span>' in html
    assert '<del><span class="visuellement-cache">[supprimé\xa0:\xa0</span>' in html
    assert_html_accessible(f"<main><h1>x</h1><h2>y</h2>{html}</main>", fragment=True)


def test_la_page_replie_les_sections_inchangees(avant, apres):
    apres["sections"][0]["texte"] = "<p>Autre chose.</p>"
    html = page(comparer(avant, apres))
    assert "<summary>Sections rédigées\xa0: sans changement, 12 sur 13</summary>" in html
    assert html.index("Autre chose.") < html.index("<summary>Sections rédigées")


def test_la_page_d_une_comparaison_identique_le_dit(avant, apres):
    assert "Les deux versions ont le même contenu." in page(comparer(avant, apres))


def test_la_pastille_s_accorde(avant, apres):
    apres["priorites"].append(priorite(apres, "p2"))
    html = page(comparer(avant, apres))
    assert re.search(r'<span class="etat favorable">Ajoutée</span>\s*</h3>', html)
    assert re.search(r'<span class="etat favorable">Ajouté</span>\s*</h4>', html)


def test_comparer_ne_change_ni_l_un_ni_l_autre(avant, apres):
    apres["priorites"].append(priorite(apres, "p2"))
    temoins = deepcopy(avant), deepcopy(apres)
    comparer(avant, apres)
    assert (avant, apres) == temoins
