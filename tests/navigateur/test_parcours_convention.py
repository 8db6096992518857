"""Toute la vie d'une convention dans un vrai navigateur : six personnes, six fenêtres, un serveur.

Le plan d'action a sa propre histoire (`test_parcours`) : ici, ses gestes l'approuvent sans passer par les pages.
"""

import re

import pytest
from playwright.sync_api import expect

from tests import fabriques
from tests.conventions.parcours import (
    AJOUTEE,
    FIDUCIAIRE,
    NOTE,
    PARTICIPATION,
    PROPOSEE,
    approuver_le_plan,
    calendrier,
    changements,
    distribution,
)
from tests.navigateur.fenetres import atteindre, cliquer, dit, entrer, remplir, suivre

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def personnes(transactional_db):
    return distribution()


@pytest.fixture
def resolution(tmp_path):
    piece = tmp_path / "resolution.pdf"
    piece.write_bytes(fabriques.fichier_pdf().read())
    return piece


def depuis_l_alliance(page):
    """De l'accueil à la convention, comme y va l'Alliance."""
    page.goto("/")
    suivre(page, "Alliance – Bas-Saint-Laurent")
    suivre(page, "Convention")


def depuis_la_liste(page):
    """De l'accueil à la convention, comme y va l'État."""
    page.goto("/")
    suivre(page, "Conventions")
    suivre(page, "Alliance – Bas-Saint-Laurent")


def preparer(page, jours):
    """Les montants, la participation de l'État, une MRC de plus, l'échéancier."""
    depuis_la_liste(page)
    dit(page, f"{FIDUCIAIRE} (Partenaire signataire)")
    cliquer(page, "Préparer la convention")
    dit(page, "La convention est ouverte.")
    remplir(page, jours.montants | {"Début": jours.aujourd_hui, "Participation": PARTICIPATION})
    cliquer(page, "Enregistrer")
    dit(page, "1 200 000,00 $")
    suivre(page, "Ajouter une partie")
    remplir(page, {"Organisme": AJOUTEE, "Rôle": "MRC cosignataire", "La Matanie": True})
    cliquer(page, "Enregistrer")
    dit(page, "La partie est ajoutée.")
    suivre(page, "Établir ou ajuster l’échéancier")
    cliquer(page, "Enregistrer l’échéancier")
    dit(page, "L’échéancier est établi.")


def transmettre(page):
    """De l'échéancier à la convention par le fil, puis aux parties."""
    suivre(page, "FQIS-")
    suivre(page, "Transmettre aux parties")
    dit(page, f"{AJOUTEE} (MRC cosignataire)")
    cliquer(page, "Transmettre aux parties")
    dit(page, "La convention est transmise.")


def signer(page, partie, jours, resolution=None):
    """Inscrit la signature de cette partie, depuis la page de la convention ou de l'avenant."""
    rangee = page.get_by_role("row", name=re.compile(f"^{partie}"))
    with page.expect_navigation():
        rangee.get_by_role("link", name=re.compile("^Inscrire la signature")).click()
    remplir(page, {"Date de la signature": jours.aujourd_hui})
    if resolution:
        remplir(page, {"Numéro de la résolution": "2026-118", "Date de la résolution": jours.aujourd_hui})
        page.get_by_label(re.compile("^Résolution")).set_input_files(resolution)
    cliquer(page, "Inscrire la signature")
    dit(page, "La signature est inscrite")
    expect(rangee).to_contain_text(jours.en_mots)


def recommander(page):
    page.goto("/")
    suivre(page, "Recommander le versement")
    suivre(page, "Recommander")
    remplir(page, {"Note de recommandation": NOTE})
    cliquer(page, "Recommander le versement")
    dit(page, "Le versement est recommandé. Il attend l’autorisation du Ministère.")


def autoriser(page, montant):
    page.goto("/")
    suivre(page, "Autoriser le versement")
    dit(page, NOTE)
    suivre(page, "Autoriser")
    cliquer(page, f"Autoriser {montant}")
    dit(page, f"1 versement autorisé : {montant}.")


def autoriser_au_clavier(page, montant):
    """De l'accueil à la confirmation, sans souris."""
    page.goto("/")
    for commande in ("Autoriser le versement", "Autoriser", f"Autoriser {montant}"):
        atteindre(page, commande)
        entrer(page)
    dit(page, f"1 versement autorisé : {montant}.")


def etre_refusee(page):
    """La personne qui a autorisé tient aussi les finances : elle ne confirme pas pour autant.

    Rien ne l'attend à l'accueil; elle y va par la liste.
    """
    page.goto("/conventions/versements/?etat=autorisee")
    suivre(page, "2e versement")
    suivre(page, "Confirmer le virement")
    dit(page, "Vous avez autorisé ce versement : une autre personne doit le confirmer.")
    expect(page.get_by_role("button", name="Relire avant de confirmer")).to_have_count(0)


def confirmer(page, montant, reference):
    page.goto("/")
    suivre(page, "Confirmer le versement")
    suivre(page, "Confirmer le virement")
    remplir(page, {"Référence comptable": reference})
    cliquer(page, "Relire avant de confirmer")
    dit(page, reference)
    cliquer(page, "Confirmer")
    dit(page, f"1 versement inscrit : {montant}.")


def preparer_un_avenant(page, jours):
    """Une date reculée, un exercice plus généreux, le versement qui le porte; avant et après; puis aux parties."""
    depuis_la_liste(page)
    suivre(page, "Avenants de la convention")
    suivre(page, "Préparer un avenant")
    remplir(page, {"Motif de l’avenant": "Prolonger la réalisation et soutenir une MRC de plus."})
    cliquer(page, "Préparer l’avenant")
    for sorte, saisie in (
        ("Dates", {"Fin de réalisation": jours.prolongee}),
        ("Montants", {f"Exercice {jours.suivant}": "450 000,00 $"}),
        ("Versements prévus", {"Montant": "250 000,00 $"}),
    ):
        suivre(page, sorte)
        remplir(page, saisie)
        cliquer(page, "Enregistrer")
        dit(page, "Les changements sont enregistrés.")
    lire_les_changements(page, jours)
    dit(page, "1 250 000,00 $")
    suivre(page, "Transmettre")
    lire_les_changements(page, jours)
    cliquer(page, "Transmettre aux parties")
    dit(page, "L’avenant est transmis aux parties.")


def lire_les_changements(page, jours):
    for phrase in changements(jours):
        dit(page, phrase)


def ouvrir_l_avenant(page, jours):
    suivre(page, "Un avenant est en cours")
    lire_les_changements(page, jours)


def test_la_vie_d_une_convention_dans_un_navigateur(personnes, fenetres, resolution):
    jours = calendrier()
    pages = {role: fenetres(personne) for role, personne in personnes.items()}
    mess, approbation, finances = (pages[r] for r in ("mess", "approbation", "finances_mess"))
    signature, coordination, analyste = (pages[r] for r in ("signature", "coordination", "analyste"))

    preparer(mess, jours)
    transmettre(mess)
    signature.goto("/")
    suivre(signature, "Signer la convention")
    for partie in (FIDUCIAIRE, PROPOSEE, AJOUTEE):
        signer(signature, partie, jours, resolution)
    dit(signature, "Il manque : Ministre")
    approbation.goto("/")
    suivre(approbation, "Inscrire la signature de la ou du ministre")
    signer(approbation, "Ministre", jours)
    dit(approbation, f"En vigueur depuis le {jours.en_mots}.")

    recommander(analyste)
    autoriser(approbation, "70 000,00 $")
    confirmer(finances, "70 000,00 $", "VIR-0001")
    depuis_l_alliance(coordination)
    dit(coordination, f"Le prochain versement, le 2e, de 330 000,00 $, est prévu le {jours.plan}; il attend")
    assert "330\xa0000,00\xa0$" in coordination.inner_text("main"), (
        "un montant ne se coupe pas en fin de ligne"
    )

    approuver_le_plan()
    recommander(analyste)
    autoriser_au_clavier(approbation, "330 000,00 $")
    etre_refusee(approbation)
    confirmer(finances, "330 000,00 $", "VIR-0002")

    preparer_un_avenant(mess, jours)
    depuis_l_alliance(signature)
    ouvrir_l_avenant(signature, jours)
    for partie in (FIDUCIAIRE, PROPOSEE, AJOUTEE):
        signer(signature, partie, jours, resolution)
    depuis_la_liste(approbation)
    ouvrir_l_avenant(approbation, jours)
    signer(approbation, "Ministre", jours)
    dit(approbation, f"En vigueur depuis le {jours.en_mots}.")
    depuis_l_alliance(coordination)
    dit(coordination, f"Le prochain versement, le 3e, de 250 000,00 $, est prévu le {jours.printemps}")
    suivre(coordination, "Convention consolidée")
    lire_les_changements(coordination, jours)
    dit(coordination, "1 250 000,00 $")
