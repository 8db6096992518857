"""Le français québécois partout : formats, catalogue, courriel; jamais d'anglais ni d'année groupée."""

import ast
import gettext
import re
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import allauth
import django
import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.utils import formats, translation
from django.utils.translation import gettext as _

from socle.formulaires.champs import SaisieNombre

LISTE = "Choisissez dans la liste\xa0: cette réponse n’en fait pas partie."
CATALOGUE = settings.RACINE / "locale" / "fr_CA" / "LC_MESSAGES"


@pytest.mark.parametrize("texte", ["2026-03-31", "2026 03 31", "2026/03/31"])
def test_une_date_iso_est_acceptee(texte):
    assert forms.DateField().clean(texte) == date(2026, 3, 31)


@pytest.mark.parametrize("texte", ["26-03-31", "03/04/2026", "31-03-2026", "2026-02-30", "demain"])
def test_une_date_ambigue_est_refusee_avec_le_format(texte):
    with pytest.raises(forms.ValidationError, match="AAAA-MM-JJ"):
        forms.DateField().clean(texte)


@pytest.mark.parametrize("texte", ["13:40", "13 h 40", "13h40"])
def test_une_heure_quebecoise_est_acceptee(texte):
    assert forms.TimeField().clean(texte) == time(13, 40)


def test_les_formats_de_django_sont_corriges():
    assert formats.get_format("FIRST_DAY_OF_WEEK") == 1
    assert formats.date_format(date(2026, 3, 31)) == "31 mars 2026"
    assert (
        formats.date_format(datetime(2026, 3, 31, 8, 5), "DATETIME_FORMAT") == "31 mars 2026, à 8\xa0h\xa005"
    )
    assert formats.date_format(date(2026, 3, 31), "SHORT_DATE_FORMAT") == "2026-03-31"


def test_les_annees_et_les_numeros_ne_sont_jamais_groupes():
    assert Template("{{ an }} {{ pk }} {{ reel }}").render(
        Context({"an": 2026, "pk": 12345, "reel": 1.5})
    ) == ("2026 12345 1,5")


def _lire_po(texte):
    """{msgid: [traductions]} d'un catalogue sans contexte."""
    entrees, courant = {}, []
    for ligne in [*texte.splitlines(), ""]:
        if trouve := re.match(r"(msgid|msgid_plural|msgstr(?:\[\d\])?) (\".*\")$", ligne):
            courant.append([trouve[1], ast.literal_eval(trouve[2])])
        elif ligne.startswith('"'):
            courant[-1][1] += ast.literal_eval(ligne)
        elif not ligne and courant:
            entrees[courant[0][1]] = [valeur for cle, valeur in courant if cle.startswith("msgstr")]
            courant = []
    return entrees


def _lire_mo(fichier):
    """{msgid: [traductions]} d'un catalogue compilé."""
    entrees = {}
    with fichier.open("rb") as octets:
        for cle, traduction in gettext.GNUTranslations(octets)._catalog.items():
            entrees.setdefault(cle[0] if isinstance(cle, tuple) else cle, []).append(traduction)
    return entrees


@pytest.fixture(scope="module")
def source():
    return _lire_po((CATALOGUE / "django.po").read_text(encoding="utf-8"))


def test_le_catalogue_compile_dit_la_meme_chose_que_sa_source(source):
    assert _lire_mo(CATALOGUE / "django.mo") == source


def test_chaque_phrase_reprise_existe_dans_une_bibliotheque(source):
    """Une phrase que Django ou allauth ne dit plus doit quitter le catalogue."""
    connues = set()
    for bibliotheque, dossier in [
        (django, "conf"),
        (django, "contrib/auth"),
        (django, "contrib/admin"),
        (allauth, ""),
    ]:
        racine = Path(bibliotheque.__file__).parent / dossier
        connues |= _lire_mo(racine / "locale" / "fr" / "LC_MESSAGES" / "django.mo").keys()
    assert set(source) <= connues


def test_les_gardes_de_variables_survivent_a_la_traduction(source):
    for cle, traductions in source.items():
        for traduction in traductions if cle else []:
            assert set(re.findall(r"%\(\w+\)\w|%[sd]", traduction)) <= set(
                re.findall(r"%\(\w+\)\w|%[sd]", cle)
            ), cle


def test_django_parle_francais_quebecois():
    assert translation.get_language() == "fr-ca"
    assert _("Delete?") == "Supprimer?"
    assert _("Forgot your password?") == "Mot de passe oublié?"
    assert str(_("email address")) == "adresse courriel"
    assert _("Log out") == "Déconnexion"


@pytest.mark.parametrize(
    "champ, saisie, message",
    [
        (forms.CharField(max_length=3), "abcd", "Écrivez au plus 3 caractères (il y en a 4)."),
        (forms.IntegerField(), "deux", "Entrez un nombre entier, par exemple 12."),
        (forms.IntegerField(min_value=1), "0", "Entrez au moins 1."),
        (forms.EmailField(), "x", "Entrez une adresse courriel, par exemple nom@organisme.example."),
        (forms.ChoiceField(choices=[("a", "A")]), "z", LISTE),
        (forms.MultipleChoiceField(choices=[("a", "A")]), ["z"], LISTE),
        (forms.DecimalField(decimal_places=1, max_digits=4), "1.23", "Entrez au plus 1 décimale."),
    ],
)
def test_chaque_refus_ordinaire_dit_quoi_faire(champ, saisie, message):
    with pytest.raises(forms.ValidationError) as refus:
        champ.clean(saisie)
    assert refus.value.messages == [message]


def test_aucun_message_d_un_champ_de_django_ne_reste_en_anglais():
    anglais = re.compile(r"\b(the|this|enter|ensure|select|please|required|valid choice)\b", re.IGNORECASE)
    for nom in forms.fields.__all__:
        classe = getattr(forms, nom)
        for message in getattr(classe, "default_error_messages", {}).values():
            assert not anglais.search(str(message)), f"{nom} : {message}"


@pytest.mark.parametrize(("valeur", "montre"), [("600.00", "600"), ("1100.50", "1100,5"), ("0.00", "0")])
def test_un_nombre_se_montre_sans_decimales_inutiles(valeur, montre):
    assert SaisieNombre().format_value(Decimal(valeur)) == montre


@pytest.mark.parametrize("tape", ["15 %", "15\xa0%", "15%", "15"])
def test_un_pourcentage_se_tape_avec_son_signe(tape):
    class Taux(forms.Form):
        part = forms.DecimalField(label="Part (%)")
        jours = forms.IntegerField(label="Jours")

    lu = Taux({"part": tape, "jours": tape})
    lu.is_valid()
    assert lu.cleaned_data["part"] == 15
    assert ("jours" in lu.errors) == ("%" in tape)
