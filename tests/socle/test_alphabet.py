"""L'ordre alphabétique ne dépend ni des accents, ni des majuscules, ni du moteur."""

from types import SimpleNamespace

import pytest
from django.contrib import admin

from socle.models import Utilisateur
from socle.valeurs.alphabet import LETTRES, mentionne, normaliser, par_nom


def test_les_noms_se_rangent_sans_egard_aux_accents():
    noms = ["Témiscouata", "Érable", "La Mitis", "Kamouraska", "Nicolet", "L’Île-d’Orléans", "Drummond"]
    assert [chose.nom for chose in par_nom(SimpleNamespace(nom=nom) for nom in noms)] == [
        "Drummond",
        "Érable",
        "Kamouraska",
        "L’Île-d’Orléans",
        "La Mitis",
        "Nicolet",
        "Témiscouata",
    ]


@pytest.fixture
def gisele(db):
    return Utilisateur.objects.create_user("g.st@exemple.test", prenom="Gisèle", nom="St-Côté d’Île")


@pytest.mark.parametrize(
    "texte", ["gisele", "GISÈLE", "gisèle cote", "cÔTÉ gis", "d'ile", "D’ÎLE", "G.ST@", " gisele  "]
)
def test_on_trouve_avec_ou_sans_accents_dans_les_deux_sens(gisele, texte):
    Utilisateur.objects.create_user("autre@exemple.test", prenom="Ana", nom="Roy")
    assert Utilisateur.objects.get(mentionne(texte, "prenom", "nom", "courriel")) == gisele


@pytest.mark.parametrize("texte", ["gisela", "gisele roy", "%", "_", "gis%le"])
def test_un_mot_absent_ou_un_signe_de_la_base_ne_trouve_rien(gisele, texte):
    assert not Utilisateur.objects.filter(mentionne(texte, "prenom", "nom", "courriel")).exists()


def test_la_base_sait_chaque_lettre_accentuee(gisele):
    gisele.nom = "".join(LETTRES)[:80]
    gisele.save()
    assert Utilisateur.objects.filter(nom__cherche=normaliser(gisele.nom)).get() == gisele


CHERCHABLES = [modele for modele, ecran in admin.site._registry.items() if ecran.get_search_fields(None)]


@pytest.mark.parametrize("modele", CHERCHABLES, ids=lambda modele: modele.__name__)
def test_chaque_recherche_de_l_administration_ignore_les_accents(modele, db):
    """La condition se lit dans la base, champ par champ : aucun n'y échappe."""
    ecran = admin.site._registry[modele]
    trouves, doublons = ecran.get_search_results(None, modele.objects.all(), "Éveil")
    champs = ecran.get_search_fields(None)
    assert str(trouves.query).count("eveil") == len(champs) > 0
    assert list(trouves) == []
    assert doublons is False


@pytest.mark.django_db
def test_sans_champ_ou_chercher_rien_ne_se_retire():
    Utilisateur.objects.create_user("gisele@alliances.example", prenom="Gisèle", nom="Roy")
    assert Utilisateur.objects.filter(mentionne("personne d’autre")).count() == 1
