"""Ouvrir une page de la pièce « alliances » comme le fait une personne, et la relire."""

from django.urls import reverse

from tests.outils.html_accessible import assert_html_accessible


def adresse(nom, *args):
    return reverse(f"alliances:{nom}", args=args)


def ouvrir(client, nom, *args, requete=""):
    """La page, bien balisée et servie (200)."""
    reponse = client.get(adresse(nom, *args) + requete)
    assert reponse.status_code == 200, (nom, reponse.status_code)
    assert_html_accessible(reponse)
    return reponse


def texte(reponse):
    return reponse.content.decode()


def envoyer(client, nom, /, *args, **champs):
    """Envoie le formulaire comme la page l'aurait rempli : avec son repère."""
    url = adresse(nom, *args)
    page = client.get(url)
    form = page.context.get("form") if page.context else None
    vu = form.initial.get("revision", "") if form is not None else ""
    return client.post(url, {"revision": vu} | champs)
