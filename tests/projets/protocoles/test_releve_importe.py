"""Le fichier des versements faits : chaque erreur à sa ligne et à sa colonne, tout ou rien, jamais deux fois."""

from decimal import Decimal as D
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from alliances.models import Organisme
from projets.protocoles.models import Paiement
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.verite import argent_des_protocoles_vrai

pytestmark = pytest.mark.django_db
ENTETE = "Versement;Montant;Date;Référence"
JOUR = aujourd_hui().isoformat()


def url(nom, signe):
    return reverse(f"protocoles:{nom}", args=[signe.convention.pk])


def envoyer(client, signe, *lignes, entete=ENTETE, encodage="utf-8"):
    octets = lignes[0] if isinstance(lignes[0], bytes) else "\r\n".join([entete, *lignes]).encode(encodage)
    return client.post(url("importation", signe), {"fichier": SimpleUploadedFile("releve.csv", octets)})


def confirmer(client, signe, relecture):
    """Envoie la page de relecture telle qu'elle est."""
    paiements = relecture.context["paiements"]
    donnees = {"etape": "confirmer", "v-TOTAL_FORMS": len(paiements.forms), "v-INITIAL_FORMS": 0}
    donnees |= {champ.html_name: str(champ.value()) for form in paiements.forms for champ in form}
    return client.post(url("versement", signe), donnees, follow=True)


def code(signe, rang):
    return signe.tranches.get(rang=rang).code


@pytest.mark.parametrize(
    ("entete", "montant", "encodage"),
    [
        (ENTETE, "8 400,00 $", "utf-8"),
        (ENTETE, "8\u00a0400,00 $", "cp1252"),
        (ENTETE.replace(";", "\t"), "8400", "utf-8-sig"),
    ],
)
def test_le_releve_se_lit_se_relit_puis_s_inscrit_une_fois(
    signe, lectrice, client_de, entete, montant, encodage
):
    client, separateur = client_de(lectrice), entete[9]
    ligne = separateur.join([code(signe, 1).lower(), montant, JOUR, "v-1"])
    assert_html_accessible(client.get(url("importation", signe)))
    relecture = envoyer(client, signe, ligne, entete=entete, encodage=encodage)
    assert_html_accessible(relecture)
    assert not Paiement.objects.exists()
    assert "1 versement inscrit : 8 400,00 $." in lu(confirmer(client, signe, relecture))
    encore = envoyer(client, signe, ligne, entete=entete, encodage=encodage)
    assert "1 ligne du fichier est déjà inscrite" in lu(encore)
    confirmer(client, signe, relecture)
    assert Paiement.objects.get().reference == "V-1"
    argent_des_protocoles_vrai(signe.convention)


def test_le_fichier_a_payer_rempli_revient_tel_quel(signe, lectrice, client_de):
    client = client_de(lectrice)
    classeur = load_workbook(BytesIO(client.get(url("a_payer", signe)).content))
    feuille = classeur.worksheets[0]
    colonnes = {cellule.value: cellule.column for cellule in feuille[1]}
    for rang in (2, 3):
        feuille.cell(rang, colonnes["Date"], aujourd_hui())
        feuille.cell(rang, colonnes["Référence"], f"V-{rang}")
    octets = BytesIO()
    classeur.save(octets)
    relecture = envoyer(client, signe, octets.getvalue())
    assert "2 versements inscrits : 12 600,01 $." in lu(confirmer(client, signe, relecture))


def test_un_versement_se_nomme_comme_la_liste_l_ecrit(signe, lectrice, client_de):
    nom = signe.tranches.get(rang=1).nom_complet
    relecture = envoyer(client_de(lectrice), signe, f'"{nom}";8400;{JOUR};V-1')
    assert [t.rang for t, *_ in relecture.context["faits"]] == [1]


def test_chaque_erreur_se_dit_a_sa_ligne_et_rien_ne_s_inscrit(signe, lectrice, client_de):
    bon = code(signe, 1)
    page = envoyer(
        client_de(lectrice),
        signe,
        f"{bon};8400;{JOUR};V-1",
        f"INI-0/1;10;{JOUR};V-2",
        f"{code(signe, 2)};99999;{JOUR};V-3",
        f"{code(signe, 3)};10;{JOUR};V-4",
        f"{bon};deux;31 février;V-5",
        f"{bon};10;{JOUR};V-1",
        f";10;{JOUR};V-7",
    )
    texte = lu(page)
    for attendu in (
        "Ligne 3, colonne Versement : aucun versement que vous puissiez inscrire",
        "Ligne 4, colonne Montant : il ne reste que",
        "Ligne 5, colonne Versement : il attend l’acceptation du rapport",
        "Ligne 6, colonne Montant",
        "Ligne 6, colonne Date",
        "Ligne 7, colonne Référence : la référence « V-1 » est déjà à la ligne 2",
        "Ligne 8, colonne Versement : cette case est vide",
    ):
        assert attendu in texte
    assert not Paiement.objects.exists()


def test_un_autre_beneficiaire_que_celui_qui_a_signe_est_une_faute_de_sa_cellule(signe, lectrice, client_de):
    entete, (nom, neq, fournisseur) = f"{ENTETE};Bénéficiaire;NEQ;N° de fournisseur", signe.identite_signee()
    bon, client = code(signe, 1), client_de(lectrice)
    pareil = f'{bon};8400;{JOUR};V-1;"{nom.upper()}";{neq};{fournisseur.lstrip("0")}'
    assert envoyer(client, signe, pareil, entete=entete).context["faits"]
    page = envoyer(client, signe, f"{bon};99000;{JOUR};V-1;Compte du pirate;1140000099;", entete=entete)
    texte = lu(page)
    assert "3 erreurs dans le fichier" in texte
    assert "Ligne 2, colonne Bénéficiaire : « Compte du pirate » n’est pas ce qui est signé" in texte
    assert "Ligne 2, colonne NEQ : « 1140000099 »" in texte
    assert "Ligne 2, colonne Montant : il ne reste que 8 400,00 $ à verser." in texte


def test_deja_verse_sous_une_autre_reference_se_dit_en_une_phrase(signe, lectrice, client_de):
    f.payer(signe.tranches.get(rang=1), lectrice, reference="C-9")
    page = envoyer(client_de(lectrice), signe, f"{code(signe, 1)};8400;{JOUR};V-1")
    texte = lu(page)
    assert "1 erreur dans le fichier" in texte
    assert "il est déjà versé : 8 400,00 $ le" in texte
    assert "référence C-9." in texte


@pytest.mark.parametrize(
    ("lignes", "phrase"),
    [
        (["a;b"], "aucune des colonnes attendues"),
        ([f"{ENTETE}\r\nINI;1;;"], "aucun versement à confirmer"),
        ([""], "vide"),
    ],
)
def test_un_fichier_qui_n_est_pas_un_releve_se_dit(signe, lectrice, client_de, lignes, phrase):
    assert phrase in lu(envoyer(client_de(lectrice), signe, lignes[0].encode()))


def test_deux_lignes_d_un_meme_versement_ne_le_depassent_pas(signe, lectrice, client_de):
    bon = code(signe, 1)
    page = envoyer(client_de(lectrice), signe, f"{bon};8000;{JOUR};V-1", f"{bon};400,01;{JOUR};V-2")
    assert "Ligne 3, colonne Montant : il ne reste que 400,00 $" in lu(page)


def test_l_identite_changee_entre_l_essai_et_la_confirmation_arrete_tout(signe, lectrice, client_de):
    client = client_de(lectrice)
    relecture = envoyer(client, signe, f"{code(signe, 1)};8400;{JOUR};V-1")
    Organisme.objects.filter(pk=signe.initiative.organisme_id).update(nom="Compte du pirate")
    assert "Le bénéficiaire a changé depuis la signature" in lu(confirmer(client, signe, relecture))
    assert not Paiement.objects.exists()


def test_ce_qu_une_autre_a_inscrit_entre_temps_ne_s_inscrit_pas_deux_fois(signe, lectrice, client_de):
    client = client_de(lectrice)
    relecture = envoyer(client, signe, f"{code(signe, 1)};8400;{JOUR};V-1")
    f.payer(
        signe.tranches.get(rang=1), fabriques.personne("finances", signe.initiative.alliance), reference="C-9"
    )
    assert confirmer(client, signe, relecture).status_code == 409
    assert Paiement.objects.get().montant == D("8400")


def test_un_releve_d_une_autre_convention_ou_d_un_autre_territoire_ne_s_y_lit_pas(signe, client_de):
    regionale = signe.tranches.get(affectation__enveloppe__volet="regional", etat="liberee")
    ici = fabriques.personne("fin_territoire", signe.initiative.alliance.territoires.get(code="07"))
    page = envoyer(client_de(ici), signe, f"{regionale.code};10;{JOUR};V-1")
    assert "aucun versement que vous puissiez inscrire" in lu(page)


def test_lire_un_releve_demande_autant_de_requetes_hors_de_l_essai(signe, lectrice, client_de):
    """L'essai, lui, joue chaque ligne; lire et nommer les versements n'en dépend pas."""
    client, fautive = client_de(lectrice), "INI-0/1;10;{jour};V-{n}"
    client.get(url("importation", signe))
    couts = []
    for nombre in (1, 30):
        lignes = [fautive.format(jour=JOUR, n=n) for n in range(nombre)]
        with CaptureQueriesContext(connection) as requetes:
            envoyer(client, signe, *lignes)
        couts.append(len(requetes))
    assert couts[0] == couts[1]
