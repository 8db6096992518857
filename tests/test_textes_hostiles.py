"""Un caractère invisible ne passe nulle part : ni par un champ, ni vers un fichier qu'il tuerait (constat R10)."""

import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django import forms
from django.urls import get_resolver, reverse
from openpyxl import load_workbook

from alliances.models import JournalAlliance, Organisme, Role
from conventions.regles.calendrier_ics import Evenement, calendrier
from socle.annonces.courriels import ecrire
from socle.documents.pdf import rendre
from socle.formulaires.champs import ChampLie
from socle.formulaires.disposition import AvecDisposition, Formulaire
from socle.models import Courriel, Notification
from socle.pages.tableur import en_csv, en_xlsx
from tests import fabriques
from tests.outils.contenu_pdf import pages_du_pdf, serrer

HOSTILE = "Mot\x0bsuite\x00\x07 \u202efin\u2066\uffff\x85dernier"
LIGNES, LIGNE = "Mot\nsuite fin\ndernier", "Mot suite fin dernier"
INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]")


def formulaires(classe=AvecDisposition):
    """Chaque formulaire de la maison; les adresses font lire tous leurs modules."""
    for fille in classe.__subclasses__():
        if not fille.__module__.startswith("tests"):
            yield fille
        yield from formulaires(fille)


assert get_resolver().url_patterns
TEXTES = {
    (classe.__qualname__, nom): champ
    for classe in formulaires()
    for nom, champ in getattr(classe, "base_fields", {}).items()
    if isinstance(champ, forms.CharField)
}


@pytest.mark.parametrize("cle", TEXTES, ids=".".join)
def test_aucun_champ_texte_ne_laisse_entrer_un_caractere_invisible(cle):
    nom, champ = cle[1], TEXTES[cle]
    banc = type(Formulaire)("Banc", (Formulaire,), {nom: champ})
    formulaire = banc({nom: HOSTILE})
    assert type(formulaire[nom]) is ChampLie
    attendu = LIGNE if isinstance(champ.widget, forms.TextInput) else LIGNES
    assert formulaire[nom].data == attendu
    formulaire.is_valid()
    assert not INVISIBLE.search(str(formulaire.cleaned_data.get(nom, "")))
    assert not INVISIBLE.search(str(formulaire[nom]))


def test_un_saut_de_ligne_de_word_reste_un_saut_dans_un_texte_long():
    class Banc(Formulaire):
        long = forms.CharField(widget=forms.Textarea)
        court = forms.CharField()

    formulaire = Banc({"long": HOSTILE, "court": HOSTILE})
    assert formulaire.is_valid()
    assert formulaire.cleaned_data == {"long": LIGNES, "court": LIGNE}


@pytest.mark.django_db
def test_la_meme_valeur_par_l_ecran_et_par_l_administration(cadre, client_de):
    client = client_de(fabriques.personne(Role.ADMINISTRATION))
    ailleurs = Organisme.objects.create(nom="Ailleurs")
    envoi = {"nom": HOSTILE, "forme": "obnl", "motif_de_correction": HOSTILE}
    ajout = reverse("alliances:organisme_ajout")
    correction = reverse("admin:alliances_organisme_change", args=[ailleurs.pk])
    vue = {"revision": client.get(correction).context["adminform"].form.initial["revision"]}
    assert client.post(ajout, envoi).status_code == 302
    assert client.post(correction, envoi | vue).status_code == 302
    assert Organisme.objects.filter(nom=LIGNE).count() == 2
    page = client.get(reverse("alliances:organisme", args=[ailleurs.pk])).text
    assert LIGNE in page
    assert not INVISIBLE.search(page)
    assert JournalAlliance.objects.get(motif=LIGNES)


@pytest.mark.parametrize("produire", [en_csv, en_xlsx])
def test_la_meme_valeur_vers_un_tableur(produire):
    octets = produire("essai", "Essai", ["Motif"], [[HOSTILE]]).content
    if produire is en_csv:
        lu = octets.decode("utf-8-sig").split("\r\n", 1)[1].strip().strip('"')
    else:
        lu = load_workbook(BytesIO(octets)).active["A2"].value
    assert lu == LIGNES


def test_la_meme_valeur_vers_un_pdf():
    html = f'<html lang="fr-CA"><head><title>T</title></head><body><h1>T</h1><p>{HOSTILE}</p></body></html>'
    (page,) = pages_du_pdf(rendre(html, titre="T"))
    assert serrer(LIGNE) in serrer(page.lu)


def test_la_meme_valeur_dans_un_courriel():
    nouvelle = Notification(texte=HOSTILE)
    contexte = {
        "notification": nouvelle,
        "adresse": "https://a.example/",
        "preferences": "https://a.example/p/",
    }
    message = ecrire(
        Courriel(adresse="camille@alliances.example"), HOSTILE, "courriels/annonce.txt", **contexte
    )
    assert message.subject == LIGNE
    html = message.alternatives[0].content
    assert not INVISIBLE.search(message.body + html)


def test_la_meme_valeur_dans_un_agenda():
    jour, instant = date(2026, 6, 30), datetime(2026, 11, 21, tzinfo=UTC)
    texte = calendrier([Evenement("o-7", jour, HOSTILE, HOSTILE)], nom=HOSTILE, maintenant=instant)
    assert r"SUMMARY:Mot\nsuite fin\ndernier" in texte
    assert not INVISIBLE.search(texte)
