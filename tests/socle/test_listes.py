"""Le patron des listes : colonnes, tri, filtres, choix, et rien qui s'échappe."""

import pytest
from django.test import RequestFactory
from django.utils import timezone

from socle.models import Utilisateur
from socle.pages.colonnes import ColonneChoix, ColonneLien, ColonneOui, ColonneTexte
from socle.pages.filtres import FiltreCase, FiltreChoix, Filtres
from socle.pages.listes import EXPORTS, Tableau
from tests.outils.html_accessible import assert_html_accessible

pytestmark = pytest.mark.django_db


class FiltresDesComptes(Filtres):
    prenom = FiltreChoix(label="Prénom", choices=[("Ève", "Ève"), ("Lou", "Lou")])
    actif = FiltreCase("is_active", label="Actif")

    def les_miens(self, comptes, utilisateur):
        return comptes.filter(pk=utilisateur.pk)


class TableauDesComptes(Tableau):
    legende, denombre, tri = "Comptes", "compte", "nom"

    choix = ColonneChoix(nom="compte", designation="courriel", si="is_active")
    nom = ColonneLien(vers=lambda compte: f"/{compte.pk}/", tri="nom")
    prenom = ColonneTexte("Prénom <b>", tri="prenom", vide="Sans prénom")
    actif = ColonneOui(accessor="is_active")
    courriel = ColonneTexte(cachee=True)


@pytest.fixture
def comptes(db):
    creer = Utilisateur.objects.create_user
    creer("a@alliances.example", prenom="Ève", nom="Aubé")
    creer("b@alliances.example", prenom="Lou", nom="Bélair")
    Utilisateur.objects.filter(prenom="Lou").update(nom="<b>Bélair")
    return list(Utilisateur.objects.order_by("courriel"))


def liste(moi=None, adresse="", tableau=TableauDesComptes):
    requete = RequestFactory().get(f"/{adresse}")
    requete.user = moi
    return tableau(requete, FiltresDesComptes(requete.GET, Utilisateur.objects.all(), request=requete))


def noms(liste):
    return [compte.nom for compte in liste.page]


@pytest.mark.parametrize(
    "tri, sens, suivant",
    [("prenom", "ascending", "tri=-prenom"), ("-prenom", "descending", "tri=prenom")],
)
def test_un_entete_trie_et_garde_les_filtres_sans_garder_la_page(comptes, tri, sens, suivant):
    entetes = liste(adresse=f"?actif=on&tri={tri}&page=3").entetes
    assert f"?actif=on&amp;{suivant}" in entetes
    assert "page=" not in entetes
    assert entetes.count("aria-sort") == 1
    assert f'aria-sort="{sens}"' in entetes
    assert_html_accessible(f"<table><caption>T</caption><tr>{entetes}</tr></table>", fragment=True)


def test_ce_qui_est_vide_vient_en_dernier_dans_les_deux_sens(comptes):
    class ParVisite(TableauDesComptes):
        visite = ColonneTexte(accessor="last_login", tri="last_login")

    Utilisateur.objects.filter(prenom="Ève").update(last_login=timezone.now())
    for tri in ("visite", "-visite"):
        assert noms(liste(adresse=f"?tri={tri}", tableau=ParVisite)) == ["Aubé", "<b>Bélair"]


def test_un_tri_decroissant_inverse_l_ordre(comptes):
    croissant = noms(liste(adresse="?tri=prenom"))
    assert noms(liste(adresse="?tri=-prenom")) == croissant[::-1]
    assert len(set(croissant)) == 2


def test_une_page_a_vingt_cinq_rangees(comptes):
    Utilisateur.objects.bulk_create(
        Utilisateur(courriel=f"n{n}@alliances.example", boite=f"n{n}@alliances.example", nom="N")
        for n in range(24)
    )
    assert [len(noms(liste(adresse=f"?page={page}"))) for page in (1, 2)] == [25, 1]


def test_une_cellule_echappe_ce_qu_elle_montre_et_retient_le_nom_de_sa_colonne(comptes):
    rangee = "".join(liste(adresse="?tri=-prenom").rangees)
    assert "&lt;b&gt;Bélair</a></th>" in rangee
    assert 'data-titre="Prénom &lt;b&gt;">Lou</td>' in rangee
    assert '<td role="cell" data-titre="Actif">Oui</td>' in rangee


def test_une_valeur_vide_se_dit_en_mots(comptes):
    Utilisateur.objects.filter(prenom="Lou").update(prenom="")
    assert "Sans prénom" in "".join(liste().rangees)


def test_une_case_n_est_la_que_ou_un_geste_est_possible(comptes):
    Utilisateur.objects.filter(prenom="Lou").update(is_active=False)
    rangees = "".join(liste().rangees)
    assert rangees.count('type="checkbox" name="compte"') == 1
    assert "Choisir\u00a0: a@alliances.example" in rangees


def test_une_valeur_qui_ne_se_lit_pas_est_une_erreur_jamais_une_cellule_vide(comptes):
    class Fautif(TableauDesComptes):
        surnom = ColonneTexte()

    with pytest.raises(AttributeError, match="surnom"):
        list(liste(tableau=Fautif).rangees)


def test_un_filtre_invalide_n_empeche_pas_les_autres(comptes):
    Utilisateur.objects.filter(prenom="Lou").update(is_active=False)
    invalide = liste(adresse="?prenom=zzz&actif=on")
    assert noms(invalide) == ["Aubé"]
    assert "prenom" in invalide.filtres.form.errors


def test_les_miens_ne_garde_que_ce_qui_est_a_la_personne(comptes):
    moi = comptes[1]
    assert len(noms(liste(moi))) == 2
    assert noms(liste(moi, "?miens=on")) == [moi.nom]


def test_la_colonne_qui_nomme_la_rangee_et_les_cases_restent_toujours(comptes):
    assert [c.name for c in liste(adresse="?colonnes=courriel").montrees] == ["choix", "nom", "courriel"]


def test_effacer_les_filtres_garde_le_tri_et_les_colonnes(comptes):
    assert liste(adresse="?prenom=Lou&tri=prenom&colonnes=actif&page=2").sans_filtre == (
        "?tri=prenom&colonnes=actif"
    )


@pytest.mark.parametrize("format", EXPORTS)
def test_un_fichier_a_tout_le_resultat_filtre_et_ni_case_ni_balise(comptes, format):
    exporte = EXPORTS[format](liste(adresse="?prenom=Lou"))
    assert exporte.status_code == 200
    if format != "xlsx":
        texte = exporte.content.decode()
        assert "<b>Bélair" in texte
        assert "Aubé" not in texte
        assert "href" not in texte
        assert "Choix" not in texte
