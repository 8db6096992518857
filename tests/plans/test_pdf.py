"""Le PDF du plan : il passe la porte, dit tout ce que dit le contenu, et n'exécute rien de ce qu'on y écrit.

Le texte est lu par `tests.outils.contenu_pdf` (pikepdf), qui distingue le texte balisé des artefacts.
"""

import re

import pytest

from alliances.plans.impression import html_du_plan, pdf_du_canevas, pdf_du_plan
from alliances.plans.models.instantanes import empreinte_de
from tests.outils.contenu_pdf import pages_du_pdf, serrer
from tests.outils.porte_pdf import verifier_pdf
from tests.plans.exemples import contenu_exemple
from tests.plans.grand_contenu import APPROBATIONS, grand_contenu

HOSTILE = "<script>alert('x')</script> & {{ 7|add:7 }} \"<img src=x>\" =1+1 \x00\x0b\u202e"


def imprimer(contenu, **options):
    options = {"empreinte": empreinte_de(contenu), "brouillon": True, "approbations": APPROBATIONS} | options
    return pdf_du_plan(contenu, **options)


@pytest.fixture(scope="module")
def grand():
    """Le grand plan, en brouillon : son contenu, ses octets et ses pages."""
    contenu = grand_contenu()
    octets = imprimer(contenu)
    return contenu, octets, pages_du_pdf(octets)


def tout_le_texte(pages):
    return serrer(" ".join(page.lu for page in pages))


def mots_du_contenu(valeur, cle=""):
    """Les chaînes du contenu qu'une personne doit retrouver sur papier, codes et clés techniques exceptés."""
    techniques = {
        "cle", "slug", "code", "secteur", "palier", "droit", "role", "etat", "axe", "thematique", "thematiques",
        "secteurs", "gestion", "mode_adoption", "format", "type",
    }  # fmt: skip
    if cle in techniques:
        return
    if isinstance(valeur, dict):
        for sous_cle, element in valeur.items():
            yield from mots_du_contenu(element, sous_cle)
    elif isinstance(valeur, list):
        if cle != "territoires" or not all(isinstance(element, str) for element in valeur):
            for element in valeur:
                yield from mots_du_contenu(element, cle)
    elif isinstance(valeur, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d|[\d.]+|", valeur):
        yield from re.findall(r"[^<>]+", re.sub(r"</?[^>]+>", "<>", valeur))


def test_le_grand_plan_passe_la_porte(grand):
    _, octets, _ = grand
    assert verifier_pdf(octets) == []


def test_le_grand_plan_compte_une_trentaine_de_pages(grand):
    _, _, pages = grand
    assert 27 <= len(pages) <= 36


def test_le_pdf_dit_tout_ce_que_dit_le_contenu(grand):
    contenu, _, pages = grand
    texte = tout_le_texte(pages)
    absents = [mots for mots in mots_du_contenu(contenu) if serrer(mots) not in texte]
    assert absents == []


def test_les_nombres_et_les_dates_sont_dans_leur_forme_quebecoise(grand):
    _, _, pages = grand
    texte = " ".join(page.lu for page in pages).replace("\n", "")
    assert "2\xa0400" in texte
    assert "31\xa0mars 2025" in texte
    assert "2028-03-31" in texte
    assert "1er\xa0novembre 2024" in texte


def test_la_table_des_matieres_donne_la_bonne_page(grand):
    _, _, pages = grand
    for titre in ("2. État de la situation", "Gouvernance et composition", "Priorité 3"):
        (annonce,) = re.findall(re.escape(titre) + r"[^\n]*\n+(\d+)\n", pages[1].lu)
        assert serrer(titre) in serrer(pages[int(annonce) - 1].lu)


def test_chaque_page_dit_son_rang_sauf_la_couverture(grand):
    _, _, pages = grand
    for rang, page in enumerate(pages[1:], start=2):
        assert f"Page {rang} de {len(pages)}" in page.artefacts
    assert "Page 1" not in pages[0].artefacts


def test_un_brouillon_porte_sa_marque_en_travers_de_chaque_page(grand):
    _, _, pages = grand
    assert [
        rang for rang, page in enumerate(pages, start=1) if not page.artefacts.startswith("Brouillon")
    ] == []


def test_une_version_approuvee_ne_porte_aucune_marque():
    contenu = contenu_exemple()
    contenu["version"] |= {
        "etat": "approuvee",
        "adoptee_le": "2025-02-18",
        "resolution": "2025-02-14",
        "deposee_le": "2025-03-01",
        "approuvee_le": "2025-03-28",
    }
    octets = imprimer(contenu, brouillon=False)
    pages = pages_du_pdf(octets)
    assert not any("brouillon" in (page.lu + page.artefacts).lower() for page in pages)
    assert "28\xa0mars 2025" in pages[0].lu
    assert "résolution 2025-02-14" in pages[0].lu
    assert verifier_pdf(octets) == []


def test_l_empreinte_et_les_actes_sont_imprimes(grand):
    contenu, _, pages = grand
    texte = tout_le_texte(pages)
    assert serrer(empreinte_de(contenu)) in texte
    for acte in APPROBATIONS:
        for mots in (acte["acte"], acte["role"], acte["nom"], acte["reference"]):
            assert serrer(mots) in texte


def test_les_actes_du_contenu_sont_imprimes_a_defaut_d_autres():
    contenu = contenu_exemple() | {"approbations": APPROBATIONS[:1]}
    assert "Résolution 2025-02-14" in html_du_plan(contenu, empreinte="e", brouillon=True)


def test_deux_impressions_du_meme_contenu_sont_identiques_a_l_octet():
    assert imprimer(contenu_exemple()) == imprimer(contenu_exemple())


def test_un_texte_hostile_apparait_tel_quel_et_n_execute_rien():
    contenu = contenu_exemple()
    contenu["alliance"]["nom"] = HOSTILE
    contenu["contact"]["nom"] = HOSTILE
    contenu["priorites"][0]["titre"] = HOSTILE
    contenu["priorites"][0]["objectifs"][0]["moyens"][0]["description"] = HOSTILE
    contenu["version"]["motif"] = HOSTILE
    contenu["sections"][0]["texte"] = "<p>bon</p><script>alert(1)</script><h4>sauté</h4><img src=x onerror=y>"
    octets = imprimer(contenu, approbations=[APPROBATIONS[0] | {"texte": HOSTILE}])
    assert verifier_pdf(octets) == []
    texte = tout_le_texte(pages_du_pdf(octets))
    assert texte.count(serrer("<script>alert('x')</script> & {{ 7|add:7 }} \"<img src=x>\" =1+1")) >= 6
    assert "alert(1)" not in texte


def test_une_rangee_plus_longue_que_la_page_et_un_mot_sans_fin_tiennent():
    contenu = contenu_exemple()
    moyen = contenu["priorites"][0]["objectifs"][0]["moyens"][0]
    moyen["description"] = "Une très longue description. " * 400 + "fin-de-la-description"
    moyen["responsable"] = "x" * 3000
    octets = imprimer(contenu)
    texte = tout_le_texte(pages_du_pdf(octets))
    assert "findeladescription" in texte
    assert texte.count("x") > 3000  # le mot se coupe d’une page à l’autre
    assert verifier_pdf(octets) == []


def test_un_plan_vide_s_imprime_et_le_dit():
    contenu = contenu_exemple() | {"priorites": [], "participation": []}
    contenu["sections"] = [section | {"texte": ""} for section in contenu["sections"]]
    contenu["gouvernance"] |= {"circuits": [], "instances": []}
    octets = imprimer(contenu, approbations=[])
    assert verifier_pdf(octets) == []
    texte = tout_le_texte(pages_du_pdf(octets))
    for phrase in (
        "Aucune priorité n’est encore inscrite.",
        "Aucun indicateur n’est encore inscrit.",
        "Aucune instance n’est encore décrite.",
        "Aucune participation n’est encore déclarée.",
        "Aucun acte n’est encore posé sur cette version.",
    ):
        assert serrer(phrase) in texte
    assert texte.count(serrer("Cette section n’a pas encore de texte.")) == 13


def test_une_priorite_sans_indicateur_le_dit_au_lieu_d_un_tableau_vide():
    contenu = grand_contenu()
    for objectif in contenu["priorites"][0]["objectifs"]:
        for moyen in objectif["moyens"]:
            moyen["indicateurs"] = []
    html = html_du_plan(contenu, empreinte="e", brouillon=True)
    tableau = html[html.index('id="indicateurs"') : html.index('id="gouvernance"')]
    assert tableau.count("aucun indicateur n’est encore inscrit.") == 1
    assert tableau.count("<table") == len(contenu["priorites"]) - 1


def test_les_sieges_vacants_se_voient():
    html = html_du_plan(grand_contenu(), empreinte="e", brouillon=True)
    assert '<td class="n vacant">2</td>' in html
    assert '<td class="n">0</td>' in html


def test_les_trois_axes_de_participation_ne_s_additionnent_pas():
    html = html_du_plan(grand_contenu(), empreinte="e", brouillon=True)
    section = html[html.index('id="participation"') : html.index('id="approbations"')]
    assert section.count("<table") == 6  # trois axes, deux exercices
    assert "Ensemble" not in section
    assert "167" not in section  # 2 + 11 + 34 + 120


def test_l_annexe_dit_ce_qui_a_change_depuis_la_version_approuvee():
    avant, apres = contenu_exemple(), contenu_exemple()
    apres["version"] |= {"numero": 2, "motif": "Un territoire s’ajoute."}
    apres["priorites"][0]["titre"] = "Une offre alimentaire digne et abordable"
    apres["sections"][0]["texte"] += "<p>Un paragraphe tout neuf.</p>"
    octets = imprimer(apres, precedent=avant)
    assert verifier_pdf(octets) == []
    texte = tout_le_texte(pages_du_pdf(octets))
    assert serrer("Annexe – Modifications depuis la version 1") in texte
    assert serrer("Motif : Un territoire s’ajoute.") in texte
    assert serrer("+abordable+") in texte
    assert serrer("Un paragraphe tout neuf.") in texte[texte.rindex(serrer("depuis la version 1")) :]


def test_l_annexe_nomme_ce_qui_est_ajoute_sans_le_recopier():
    avant, apres = contenu_exemple(), grand_contenu()
    html = html_du_plan(apres, empreinte="e", brouillon=True, precedent=avant)
    annexe = html[html.index('id="modifications"') :]
    assert "Se loger sans se priver de l’essentiel" in annexe
    assert '<p class="changement">Ajouté</p>' in annexe
    assert (
        "Quatre points de service ouverts trois jours par semaine"
        not in annexe.split("Priorités, objectifs")[-1]
    )


def test_sans_version_approuvee_il_n_y_a_pas_d_annexe():
    assert "Annexe" not in html_du_plan(contenu_exemple(), empreinte="e", brouillon=True)


def test_le_canevas_vierge_passe_la_porte_et_suit_l_ordre_du_guide():
    octets = pdf_du_canevas("2024-2029")
    assert verifier_pdf(octets) == []
    texte = tout_le_texte(pages_du_pdf(octets))
    ordre = ["1a.", "2c.", "Priorité1", "1.1.1.1", "Priorité3", "10a.", "10f."]
    assert [texte.index(repere) for repere in ordre] == sorted(texte.index(repere) for repere in ordre)


def test_un_cycle_sans_canevas_est_refuse_en_francais():
    with pytest.raises(LookupError, match="Aucun canevas"):
        pdf_du_canevas("1999-2004")


def test_chaque_moyen_porte_ses_indicateurs_et_le_secteur_de_ses_collaborations():
    contenu = contenu_exemple()
    contenu["secteurs"].append({"code": "sante", "nom": "Santé publique", "attendu": True})
    moyen = contenu["priorites"][0]["objectifs"][0]["moyens"][0]
    moyen["collaborateurs"] = [{"nom": "Le réseau", "secteur": "sante", "contribution": "Un local"}]
    html = html_du_plan(contenu, empreinte="e", brouillon=True)
    fiche = html[html.index('<section class="moyen">') :]
    fiche = fiche[: fiche.index("</section>")]
    assert moyen["description"] in fiche
    assert "Le réseau" in fiche
    assert "(Santé publique)" in fiche
    assert all(indicateur["nom"] in fiche for indicateur in moyen["indicateurs"])


def test_un_siege_vacant_dit_son_secteur_et_non_son_nom():
    contenu = contenu_exemple()
    contenu["secteurs"] += [
        {"code": "diversite", "nom": "Communautés culturelles", "attendu": False},
        {"code": "vecu", "nom": "Personnes expertes de vécu", "attendu": False},
    ]
    contenu["gouvernance"]["instances"][0]["sieges"] = [
        {"secteur": secteur, "libelle": "Le nom du siège", "prevus": 1, "pourvus": 0, "droit": "vote"}
        for secteur in ("diversite", "vecu", "inconnu")
    ]
    html = re.sub(r">\s+<", "><", html_du_plan(contenu, empreinte="e", brouillon=True))
    for secteur in ("Communautés culturelles", "Personnes expertes de vécu", "–"):
        assert f'<th scope="row">Le nom du siège</th><td>{secteur}</td>' in html


@pytest.mark.parametrize("fictif", [True, False])
def test_la_couverture_dit_que_les_donnees_sont_fictives(settings, fictif):
    settings.DEMONSTRATION = settings.IDENTITE_PROTOTYPE = fictif
    octets = imprimer(contenu_exemple())
    assert verifier_pdf(octets) == []
    couverture, *suite = pages_du_pdf(octets)
    assert ("données de ce document sont fictives" in couverture.lu) is fictif
    assert ("ne provient pas du gouvernement" in couverture.lu) is fictif
    assert all(("Données fictives" in page.artefacts) is fictif for page in suite)
