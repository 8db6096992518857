"""Le relevé CSV : chaque erreur à sa ligne et à sa colonne, tout ou rien, jamais deux fois; et le fichier à payer."""

import csv
import re
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from conventions.models import Versement
from socle.texte.typographie import date_longue
from socle.valeurs.horloge import aujourd_hui
from tests.conventions import versements as v
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db
RELEVE, CONFIRMATION = reverse("conventions:releve"), reverse("conventions:confirmation")
JOUR = aujourd_hui().isoformat()
ENTETE = "Convention;Versement;Montant;Date;Référence"
BSL = "FQIS-bas-saint-laurent"


@partagee
def echeance(cadre):
    return v.autorisee(v.convention_signee(cadre.bsl))


@pytest.fixture
def client(echeance, client_de):
    return client_de(v.finances())


def envoyer(client, *lignes, entete=ENTETE, encodage="utf-8"):
    texte = lignes[0] if isinstance(lignes[0], bytes) else "\r\n".join([entete, *lignes]).encode(encodage)
    return client.post(RELEVE, {"fichier": SimpleUploadedFile("releve.csv", texte, content_type="text/csv")})


def confirmer(client, relecture):
    """Envoie la page de relecture telle qu'elle est."""
    virements = relecture.context["virements"]
    donnees = {"etape": "confirmer", "v-TOTAL_FORMS": len(virements.forms), "v-INITIAL_FORMS": 0}
    for form in virements.forms:
        for champ in form:
            donnees[champ.html_name] = str(champ.value())
    return client.post(CONFIRMATION, donnees)


@pytest.mark.parametrize(
    ("entete", "ligne", "encodage"),
    [
        (ENTETE, f"{BSL};1;70 000,00 $;{JOUR};V-1", "utf-8"),
        (ENTETE, f"{BSL};1;70\u00a0000,00 $;{JOUR};V-1", "cp1252"),
        (ENTETE, f"{BSL};1;70000;{JOUR};V-1;;", "utf-8"),
        (ENTETE, f"{BSL};1er versement, 2025-2026;70\u202f000,00;{JOUR};V-1", "utf-8-sig"),
        ("convention,versement,montant,date,reference", f'{BSL},1,"70 000,00",{JOUR},v-1', "utf-8"),
        (ENTETE.replace(";", "\t"), f"{BSL}\t1\t70 000,00\t{JOUR}\tV-1", "utf-8"),
        (
            "Date;Référence;Note;Montant;Versement;Convention",
            f"{JOUR};V-1;vu;70000.00;01;{BSL.lower()}",
            "utf-8",
        ),
    ],
)
def test_un_releve_se_relit_puis_se_confirme(client, echeance, entete, ligne, encodage):
    assert_html_accessible(client.get(RELEVE))
    relecture = envoyer(client, ligne, entete=entete, encodage=encodage)
    assert_html_accessible(relecture)
    assert "1 virement, au total 70\xa0000,00\xa0$" in relecture.text
    assert Versement.objects.count() == 0
    confirmer(client, relecture)
    assert (v.relire(echeance).etat, Versement.objects.get().reference) == ("versee", "V-1")


@pytest.mark.parametrize("ecrite", ["{0:%d/%m/%Y}", "{0:%d-%m-%Y}", "{0:%Y/%m/%d}", "{1}"])
def test_une_date_francaise_se_lit(client, ecrite):
    date = ecrite.format(aujourd_hui(), date_longue(aujourd_hui()).replace("\xa0", " "))
    assert "1 virement, au total" in envoyer(client, f"{BSL};1;70000;{date};V-1").text


def test_un_releve_reimporte_ne_paie_pas_deux_fois(client, echeance):
    lignes = [f"{BSL};1;40000;{JOUR};V-1", f"{BSL};1;30000;{JOUR};V-2"]
    premiere = envoyer(client, lignes[0])
    confirmer(client, premiere)
    confirmer(client, premiere)
    seconde = envoyer(client, *lignes)
    assert "1 ligne du relevé est déjà inscrite" in seconde.text
    assert "1 virement, au total 30\xa0000,00\xa0$" in seconde.text
    confirmer(client, seconde)
    assert v.relire(echeance).etat == "versee"
    troisieme = envoyer(client, *lignes)
    assert_html_accessible(troisieme)
    assert "Rien de nouveau à inscrire" in troisieme.text
    assert Versement.objects.count() == 2


@pytest.mark.parametrize(
    ("ligne", "phrase"),
    [
        (
            "INCONNUE;1;1;{j};V-2",
            "Ligne 3, colonne Convention : aucune convention n’a le numéro « INCONNUE ».",
        ),
        ("{c};99;1;{j};V-2", "Ligne 3, colonne Versement : la convention {c} n’a pas de versement « 99 »."),
        (
            "{c};deux;1;{j};V-2",
            "Ligne 3, colonne Versement : la convention {c} n’a pas de versement « deux ».",
        ),
        ("{c};1;1,234.56;{j};V-2", "Ligne 3, colonne Montant : entrez un montant, par exemple 1 234,56."),
        ("{c};1;10,123;{j};V-2", "Ligne 3, colonne Montant : un montant a au plus deux décimales."),
        ("{c};1;-10;{j};V-2", "Ligne 3, colonne Montant : entrez un montant d’au moins 0,01 $."),
        ("{c};1;;{j};V-2", "Ligne 3, colonne Montant : cette case est vide."),
        ("{c};1;999999999999999;{j};V-2", "Ligne 3, colonne Montant : ce montant dépasse la limite"),
        ("{c};1;1;32 mai 2026;V-2", "Ligne 3, colonne Date"),
        ("{c};1;1;;V-2", "Ligne 3, colonne Date : cette case est vide."),
        ("{c};1;1;2020-01-01;V-2", "Ligne 3, colonne Date : la date du versement précède son autorisation"),
        (
            "{c};1;1;2099-01-01;V-2",
            "Ligne 3, colonne Date : la date du versement ne peut pas être dans le futur.",
        ),
        ("{c};1;1;{j}", "Ligne 3, colonne Référence : cette case est vide."),
        ("{c};1;1;{j};" + "V" * 61, "Ligne 3, colonne Référence"),
        ("{c};1;60000,01;{j};V-2", "Ligne 3, colonne Montant : il ne reste que 60 000,00 $ à verser"),
        (
            "{c};1;60000,01;{j};v-1",
            "Ligne 3, colonne Référence : la référence « V-1 » est déjà à la ligne 2.",
        ),
        ("{c};2;1;{j};V-2", "Ligne 3, colonne Versement : ce versement est prévu, mais"),
    ],
)
def test_chaque_erreur_est_nommee_et_rien_ne_s_inscrit(client, ligne, phrase):
    fautive = ligne.format(c=BSL, j=JOUR)
    page = envoyer(client, f"{BSL};1;10000;{JOUR};V-1", fautive)
    assert_html_accessible(page)
    assert phrase.format(c=BSL) in page.text.replace("\xa0", " ")
    assert Versement.objects.count() == 0


def test_une_case_illisible_ne_cache_pas_les_autres_fautes(client):
    page = envoyer(
        client,
        f"{BSL};1;70000,01;{JOUR};V-1",
        f"{BSL};1;1;2099-01-01;V-2",
        f"{BSL};1;absurde;{JOUR};V-3",
        f"{BSL};1;1;{JOUR};V-1",
    )
    dites = re.findall(r"Ligne \d, colonne \w+", page.text)
    attendues = ["Ligne 2, colonne Montant", "Ligne 3, colonne Date", "Ligne 4, colonne Montant"]
    assert list(dict.fromkeys(dites)) == [*attendues, "Ligne 5, colonne Référence"]
    assert Versement.objects.count() == 0


def test_deux_lignes_qui_ensemble_depassent_sont_refusees_a_la_seconde(client):
    page = envoyer(client, f"{BSL};1;40000;{JOUR};V-1", f"{BSL};1;40000;{JOUR};V-2")
    assert "Ligne 3, colonne Montant : il ne reste que 30 000,00 $" in page.text.replace("\xa0", " ")


def test_toutes_les_erreurs_se_disent_d_un_coup(client):
    page = envoyer(client, "X;1;1;;V-1", f"{BSL};1;absurde;{JOUR};", f"{BSL};9;1;{JOUR};V-3")
    for phrase in ("Ligne 2, colonne Date", "Ligne 3, colonne Montant", "Ligne 4, colonne Versement"):
        assert phrase in page.text


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"Convention;Versement;Montant;Date;R\x81f", "pas en UTF-8"),
        (b"PK\x03\x04 ceci n'est pas un classeur", "Ce fichier Excel ne se lit pas"),
        (
            f"Convention;Versement;Montant;Montant;Date;Référence\r\n{BSL};1;1;70000;{JOUR};V-1".encode(),
            "Ligne 1, colonne Montant\u00a0: elle y est deux fois.",
        ),
        (
            f"Convention,Versement,Montant,Date,Référence\r\n{BSL},1,70000,00,{JOUR},V-1".encode(),
            "Ligne 2\u00a0: 6 cellules au lieu de 5",
        ),
        (b"Convention;Montant\r\nX;1", "Ligne 1, colonne Versement"),
        (
            b"%PDF-1.4\nX",
            "aucune des colonnes attendues\u00a0: Convention, Versement, Montant, Date, Référence",
        ),
        (ENTETE.encode(), "aucun versement à confirmer"),
        (f'{ENTETE}\r\n"X;1;1;1'.encode(), "un guillemet n’est pas fermé"),
        (b"\xef\xbb\xbf", "est vide"),
        (b"x" * 1_000_001, "dépasse 1"),
        (f"{ENTETE}\r\n{BSL};1;70000;;\r\n;;;;\r\n".encode(), "aucun versement à confirmer"),
    ],
)
def test_un_fichier_qui_n_est_pas_un_releve_dit_pourquoi(client, octets, phrase):
    page = envoyer(client, octets)
    assert_html_accessible(page)
    assert phrase in page.text


def test_ce_qui_n_est_pas_encore_paye_reste_de_cote(client):
    page = envoyer(client, f"{BSL};1;40000;{JOUR};V-1", f"{BSL};1;30000;;", ";;;;")
    assert "1 ligne sans date ni référence est laissée de côté" in lu(page)


def test_le_pied_de_notre_classeur_n_est_pas_une_ligne(client):
    pied = ("Total;;40000;;", "Extrait le 30 novembre 2026;;;;")
    page = envoyer(client, f"{BSL};1;40000;{JOUR};V-1", *pied)
    assert "1 virement, au total 40\xa0000,00\xa0$" in page.text
    assert "sans date ni référence" not in lu(page)


def test_la_relecture_dit_a_qui_va_l_argent(client, echeance):
    relecture = envoyer(client, f"{BSL};1;40000;{JOUR};V-1")
    assert f"À {v.relire(echeance).beneficiaire_en_mots()}" in lu(relecture)
    assert "Confirmer 40\xa0000,00\xa0$" in relecture.text


def test_un_versement_non_autorise_est_dit_tel(echeance, client, cadre):
    recommandee = v.recommandee(v.convention_signee(cadre.lanaudiere))
    page = envoyer(client, f"{recommandee.convention.numero};1;1;{JOUR};V-2")
    assert "Ligne 2, colonne Versement : ce versement est recommandé, mais il n’est pas encore autorisé." in (
        page.text.replace("\xa0", " ")
    )


def test_un_releve_trop_long_est_refuse(client):
    page = envoyer(client, *(f"{BSL};1;1;{JOUR};V-{n}" for n in range(201)))
    assert "au plus 200 versements" in page.text.replace("\xa0", " ")


def test_le_fichier_a_payer_revient_comme_releve(client, echeance):
    echeance.convention.numero = "+FQIS"
    echeance.convention.save()
    feuille = load_workbook(BytesIO(client.get(reverse("conventions:a_payer")).content)).active
    entetes, ligne, *pied = [[c.value for c in rangee] for rangee in feuille]
    valeurs = dict(zip(entetes, ligne, strict=True))
    assert (valeurs["Convention"], valeurs["Versement"], valeurs["Montant"]) == ("+FQIS", 1, 70000)
    assert valeurs["Autorisé le"].date() == aujourd_hui()
    assert valeurs["Bénéficiaire"] == str(echeance.convention.alliance.table_regionale)
    valeurs |= {"Date": JOUR, "Référence": "V-1"}
    retour = [";".join("" if v is None else str(v) for v in rangee) for rangee in (valeurs.values(), *pied)]
    assert "1 virement, au total 70 000,00 $" in lu(envoyer(client, *retour, entete=";".join(entetes)))
    classeur = load_workbook(BytesIO(client.get(reverse("conventions:a_payer")).content))
    for nom, valeur in (("Date", aujourd_hui()), ("Référence", "V-1")):
        classeur.active.cell(2, entetes.index(nom) + 1, valeur)
    octets = BytesIO()
    classeur.save(octets)
    assert "1 virement, au total 70 000,00 $" in lu(envoyer(client, octets.getvalue()))


def test_le_fichier_a_payer_en_csv_revient_aussi(client, echeance):
    reponse = client.get(reverse("conventions:a_payer"), {"format": "csv"})
    [ligne] = csv.DictReader(StringIO(reponse.content.decode("utf-8-sig")), delimiter=";")
    assert (ligne["Montant"], ligne["N° de fournisseur"]) == ("70000,00", v.relire(echeance).fournisseur_fige)
    ligne |= {"Date": JOUR, "Référence": "V-1"}
    relecture = envoyer(client, ";".join(ligne.values()), entete=";".join(ligne))
    assert "1 virement, au total 70 000,00 $" in lu(relecture)
