"""Toute l'histoire d'un plan dans un vrai navigateur : six personnes, six fenêtres, un serveur."""

import re

import pytest
from playwright.sync_api import expect

from alliances.models import Alliance
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.navigateur.fenetres import atteindre, cliquer, dit, editeur, entrer, remplir, suivre
from tests.navigateur.guichet import coller
from tests.navigateur.test_redaction import WORD
from tests.outils.porte_pdf import verifier_pdf
from tests.test_parcours import INDICATEUR, MOYEN, PRIORITE, SECTIONS

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
PHRASE = "Les personnes en situation de pauvreté préparent chaque rencontre et en reçoivent le suivi. "
TERMINEE = "Oui, elle est prête à être lue"


@pytest.fixture
def personnes(transactional_db):
    personnes = fabriques.distribution()
    bsl = Alliance.objects.get(slug="bas-saint-laurent")
    return personnes | {"collegue": fabriques.personne("coordination", bsl, "Maude", "Rivard")}


def ecrire_une_section(page, code):
    suivre(page, f"{code} –")
    editeur(page).fill(PHRASE * 14)
    page.get_by_label(TERMINEE).check()
    cliquer(page, "Enregistrer et revenir au plan")
    dit(page, f"La section {code} est enregistrée.")


def ecrire_au_clavier_et_coller_de_word(page):
    """La première section se tape, s'enregistre seule, puis reçoit un collage de Word."""
    suivre(page, "1a –")
    texte = editeur(page)
    texte.press_sequentially("La Table décide ")
    texte.press("Control+b")
    texte.press_sequentially("avec ses partenaires")
    texte.press("Control+b")
    expect(page.locator("[data-sauvegarde-etat]")).to_contain_text("Brouillon enregistré", timeout=10_000)
    texte.press("Control+End")
    texte.press("Enter")
    coller(texte, WORD)
    expect(texte).to_contain_text("Portrait")
    texte.press("Control+End")
    texte.press_sequentially(PHRASE * 3)
    page.get_by_label(TERMINEE).check()
    cliquer(page, "Enregistrer et revenir au plan")
    dit(page, "La section 1a est enregistrée.")
    assert page.evaluate("() => window.mal") is None


def se_croiser_sur_une_section(page, collegue):
    """Deux personnes ouvrent 1b; la seconde à enregistrer voit les deux textes, et garde le sien."""
    adresse = page.url
    suivre(page, "1b –")
    collegue.goto(adresse)
    suivre(collegue, "1b –")
    editeur(page).fill(PHRASE * 14)
    cliquer(page, "Enregistrer et revenir au plan")
    dit(page, "La section 1b est enregistrée.")
    editeur(collegue).fill("Un autre texte, tapé au même moment. " * 20)
    collegue.get_by_label(TERMINEE).check()
    cliquer(collegue, "Enregistrer et revenir au plan")
    expect(collegue.get_by_role("heading", name="Deux textes pour la section 1b")).to_be_visible()
    dit(collegue, "Camille Ross a enregistré")
    cliquer(collegue, "Enregistrer mon texte")
    dit(collegue, "La section 1b est enregistrée.")
    page.reload()


def ecrire_les_priorites(page):
    suivre(page, "Priorités, objectifs")
    suivre(page, "Ajouter une priorité")
    remplir(page, PRIORITE)
    cliquer(page, "Enregistrer et ajouter un objectif")
    remplir(page, {"Objectif": "Rendre accessible une offre alimentaire"})
    cliquer(page, "Enregistrer et ajouter un moyen")
    remplir(page, MOYEN)
    cliquer(page, "Enregistrer et ajouter un indicateur")
    remplir(page, INDICATEUR)
    cliquer(page, "Enregistrer")
    dit(
        page,
        "L’indicateur « Personnes rejointes » est enregistré.".replace("« ", "«\xa0").replace(" »", "\xa0»"),
    )
    suivre(page, "Revenir au plan")


def adopter(page, dossier):
    suivre(page, "Adopter le plan")
    piece = dossier / "resolution.pdf"
    piece.write_bytes(fabriques.fichier_pdf().read())
    page.get_by_label(re.compile("^Date de l’adoption")).fill("2025-02-01")
    page.get_by_label(re.compile("^Numéro de la résolution")).fill("2025-02-01")
    page.get_by_label("Par consensus").check()
    page.get_by_label(re.compile("^Résolution signée")).set_input_files(piece)
    cliquer(page, "Inscrire l’adoption")
    dit(page, "L’adoption est inscrite")


def deposer_au_clavier(page):
    """De l'accueil à la confirmation, sans souris."""
    page.goto("/")
    atteindre(page, "Déposer le plan")
    entrer(page)
    if page.get_by_role("heading", name="Déposer le plan", level=1).count() == 0:
        atteindre(page, "Déposer le plan")
        entrer(page)
    expect(page.get_by_role("heading", name="Déposer le plan", level=1)).to_be_visible()
    atteindre(page, "Je certifie")
    page.keyboard.press("Space")
    atteindre(page, "Déposer le plan")
    entrer(page)
    expect(page.get_by_role("heading", name="Le plan est déposé")).to_be_visible(timeout=40_000)


def demander(page, section, texte):
    suivre(page, f"{section}")
    page.get_by_label("Incomplet").check()
    page.get_by_label(re.compile("^Ce qu’il faut corriger")).fill(texte)
    cliquer(page, "Préparer la demande")
    dit(page, "La demande est prête")


def retourner(page, examen):
    page.goto(examen)
    suivre(page, "Retourner à la Table")
    cliquer(page, "Retourner le plan à la Table")
    dit(page, "Le plan est retourné à la Table")


def corriger(page, section):
    page.goto("/")
    suivre(page, "Corriger")
    suivre(page, f"{section} –")
    editeur(page).press("Control+End")
    editeur(page).press_sequentially(" Précision ajoutée.")
    page.get_by_label("La correction demandée est faite").check()
    page.get_by_label(re.compile("^Votre réponse")).first.fill("La précision est à la fin.")
    cliquer(page, "Enregistrer et revenir au plan")
    dit(page, "Toutes les corrections sont marquées comme faites")


def rendre_un_avis(page, examen):
    page.goto(examen)
    suivre(page, "Rendre l’avis")
    page.get_by_label("Favorable", exact=True).check()
    page.get_by_label(re.compile("^Texte de l’avis")).fill("Le plan répond au guide.")
    cliquer(page, "Rendre l’avis")
    dit(page, "L’avis est rendu")


def telecharger_le_pdf(page, dossier):
    page.goto(dossier)
    decision = page.get_by_role("row", name=re.compile("^Décision"))
    with page.expect_download() as attente:
        decision.get_by_role("link", name=re.compile("^PDF")).click()
    return attente.value.path().read_bytes()


def test_l_histoire_d_un_plan_dans_un_navigateur(personnes, fenetres, tmp_path):
    pages = {role: fenetres(personne) for role, personne in personnes.items()}
    coordination, signature = pages["coordination"], pages["signature"]
    analyste, direction, approbation = pages["analyste"], pages["direction"], pages["approbation"]

    suivre(coordination, "Ouvrir le plan d’action")
    cliquer(coordination, "Ouvrir le plan")
    ecrire_au_clavier_et_coller_de_word(coordination)
    se_croiser_sur_une_section(coordination, pages["collegue"])
    for code in SECTIONS[2:]:
        ecrire_une_section(coordination, code)
    ecrire_les_priorites(coordination)
    adopter(coordination, tmp_path)
    deposer_au_clavier(signature)

    analyste.goto("/")
    suivre(analyste, "Examiner")
    dit(analyste, "Premier dépôt de ce plan")
    examen = analyste.url
    demander(analyste, "1d", "Précisez le nombre de sièges réservés.")
    retourner(direction, examen)
    corriger(coordination, "1d")
    deposer_au_clavier(signature)
    rendre_un_avis(direction, examen)

    approbation.goto(examen)
    demander(approbation, "10a", "Indiquez la part des nouveaux projets.")
    retourner(approbation, examen)
    corriger(coordination, "10a")
    deposer_au_clavier(signature)
    rendre_un_avis(direction, examen)

    approbation.goto(examen)
    suivre(approbation, "Approuver")
    approbation.get_by_label("Date de la décision").fill(aujourd_hui().isoformat())
    approbation.get_by_label("Numéro de la lettre").fill("2026-MIN-014")
    cliquer(approbation, "Approuver le plan")
    dit(approbation, "Le plan est approuvé")
    suivre(approbation, "Historique du plan")
    dossier = approbation.url
    documents = {telecharger_le_pdf(page, dossier) for page in pages.values()}
    assert len(documents) == 1
    assert verifier_pdf(documents.pop()) == []
