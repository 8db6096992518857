"""axe et la mise en page étroite sur chaque page de la matrice, remplie, refusée ou dépassée.

Chaque page se visite pour chaque personne à qui elle se montre autrement. Un envoi part vide, puis absurde, puis
d’une page dépassée par l’enregistrement de quelqu’un d’autre.
"""

import pytest
from django.db import transaction

from tests.navigateur.vitrine import est_une_page, saisie_absurde, saisie_perimee
from tests.situation import PERSONNES, lire_matrice
from tests.test_matrice import DONNEES

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db]
RECHERCHES = (  # des filtres qui ne retiennent rien, puis des filtres qui ne veulent rien dire
    {"q": "introuvable", "etat": "refusee", "retard": "on"},
    dict.fromkeys(
        ("q", "etat", "region", "forme", "role", "tour", "de", "a", "page", "exercice", "cible"), "99"
    ),
)
PAGES = [ligne for ligne in lire_matrice() if 200 in ligne[3].values()]


def envois(client, methode, adresse, donnees, plusieurs):
    """Les réponses à une adresse; pour un envoi, rien de ce qu’il écrit ne reste."""
    if methode == "GET":
        page = client.get(adresse)
        yield page
        if plusieurs and est_une_page(page) and b'method="get"' in page.content:
            yield from (client.get(adresse, recherche) for recherche in RECHERCHES)
        return
    vide = envoyer(client, adresse, donnees)
    yield vide
    if plusieurs and vide.status_code == 200 and est_une_page(vide):
        page = client.get(adresse)
        affichee = page if page.status_code == 200 else vide
        yield envoyer(client, adresse, saisie_absurde(affichee) | donnees)
        yield envoyer(client, adresse, saisie_perimee(affichee) | donnees)


def envoyer(client, adresse, donnees):
    with transaction.atomic():
        reponse = client.post(adresse, donnees)
        transaction.set_rollback(True)
    return reponse


@pytest.mark.parametrize("nom, methode, objet, codes", PAGES, ids=[" ".join(ligne[:3]) for ligne in PAGES])
def test_axe_ne_trouve_rien_et_la_page_tient_en_320_pixels(vitrine, situation, nom, methode, objet, codes):
    adresse = situation.adresse(nom, objet)
    admises = [personne for personne in PERSONNES if codes[personne] == 200]
    fautes = []
    for personne in admises:
        client = situation.client(personne)
        for reponse in envois(client, methode, adresse, DONNEES.get(nom, {}), personne == admises[0]):
            fautes += vitrine.visiter(personne, adresse, reponse)
    assert not fautes, "\n".join(fautes)


def test_la_garde_voit_une_image_sans_texte_un_gris_trop_pale_et_un_debordement(vitrine, situation):
    reponse = situation.client("coordination").get("/aide/")
    assert vitrine.fautes("/aide/", reponse) == []
    large = '<p class="sans-retour">' + "large " * 99 + "</p>"
    faute = f'<img src="/static/icone.svg"><p id="pale" style="margin: 0">Trop pâle.</p>{large}</main>'
    reponse.content = reponse.content.decode().replace("</main>", faute)
    fautes = vitrine.fautes("/aide/", reponse)
    assert any(phrase.startswith("image-alt") for phrase in fautes)
    assert any("déborde" in phrase for phrase in fautes)
    assert any("inline style" in phrase for phrase in fautes), "la politique de sécurité se tait"
    vitrine.montrer("/aide/", reponse)
    vitrine.page.evaluate("() => { document.getElementById('pale').style.color = '#bbb'; }")
    assert any(phrase.startswith("color-contrast") for phrase in vitrine.infractions())
