"""L'export comptable : l'essai montre chaque ligne et toutes ses erreurs; confirmé, il s'inscrit une seule fois."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from conventions.models import Depense
from tests.conventions import depenses as d
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db
ENTETE = "Date;Enveloppe;Poste;Montant;Référence;Objet"
SALAIRE = "2025-06-30;Coordination et mobilisation;Salaires et avantages;8 000,00;JE-1;Paie"
CAFE = "2025-07-02;Participation des personnes;Soutien à la participation;120,50;JE-2;Repas"


@partagee
def convention(cadre):
    return d.convention_repartie(cadre.bsl)


@pytest.fixture
def client(lectrice, client_de):
    return client_de(lectrice)


def envoyer(client, convention, octets, nom="export.csv"):
    fichier = SimpleUploadedFile(nom, octets)
    return client.post(adresse(convention), {"fichier": fichier})


def adresse(convention):
    return reverse("conventions:depenses_importation", args=[convention.pk])


def csv(*lignes, entete=ENTETE, encodage="utf-8"):
    return "\r\n".join([entete, *lignes]).encode(encodage)


def confirmer(client, convention, essai):
    return client.post(adresse(convention), {"jeton": essai.context["jeton"]}, follow=True)


def classeur(*lignes):
    livre = Workbook()
    for ligne in lignes:
        livre.active.append(ligne)
    octets = BytesIO()
    livre.save(octets)
    return octets.getvalue()


@pytest.mark.parametrize(
    ("octets", "nom"),
    [
        (csv(SALAIRE, CAFE), "export.csv"),
        (csv(SALAIRE, CAFE, encodage="utf-8-sig"), "export.csv"),
        (csv(SALAIRE, CAFE, encodage="cp1252"), "export.csv"),
        (
            csv(
                '30/06/2025,coordination et mobilisation,SALAIRES,"8000,00",je-1,Paie',
                '2025/07/02,Participation des personnes,participation,"120,5",JE-2,Repas',
                entete="DATE,enveloppe,Poste,montant,reference,objet",
            ),
            "export.csv",
        ),
        (
            classeur(
                ["Référence", "Montant", "Date", "Poste", "Enveloppe", "Objet", "Compte"],
                ["JE-1", 8000, datetime(2025, 6, 30), "Salaires et avantages", d.COORDINATION, "Paie", 5010],
                ["JE-2", 120.5, date(2025, 7, 2), "Soutien à la participation", d.PARTICIPATION, None, 5090],
                [None] * 7,
            ),
            "export.xlsx",
        ),
    ],
    ids=["utf-8", "marque", "windows", "virgules", "excel"],
)
def test_un_export_se_relit_puis_se_confirme(client, convention, octets, nom):
    assert_html_accessible(client.get(adresse(convention)))
    essai = envoyer(client, convention, octets, nom)
    assert_html_accessible(essai)
    assert "à inscrire : 2, au total 8 120,50 $. Rien n’est encore inscrit." in lu(essai)
    assert "8 000,00 $ à inscrire, sur 150 000,00 $ à dépenser" in lu(essai)
    assert not Depense.objects.exists()
    suite = confirmer(client, convention, essai)
    assert "2 dépenses inscrites : 8 120,50 $." in lu(suite)
    lignes = Depense.objects.order_by("reference").values_list("reference", "poste", "montant", "faite_le")
    assert list(lignes) == [
        ("JE-1", "salaires", Decimal("8000.00"), date(2025, 6, 30)),
        ("JE-2", "participation", Decimal("120.50"), date(2025, 7, 2)),
    ]


def test_importe_deux_fois_rien_n_est_double_et_c_est_dit(client, convention):
    premier = envoyer(client, convention, csv(SALAIRE))
    confirmer(client, convention, premier)
    confirmer(client, convention, premier)
    assert Depense.objects.count() == 1
    second = envoyer(client, convention, csv(SALAIRE, CAFE))
    assert "1 ligne est déjà inscrite : rien n’est doublé." in lu(second)
    assert "à inscrire : 1, au total 120,50 $" in lu(second)
    confirmer(client, convention, second)
    troisieme = envoyer(client, convention, csv(SALAIRE, CAFE))
    assert_html_accessible(troisieme)
    assert "2 lignes sont déjà inscrites" in lu(troisieme)
    assert "Inscrire les dépenses" not in troisieme.text
    assert Depense.objects.count() == 2


@pytest.mark.parametrize(
    ("ligne", "phrases"),
    [
        ("hier;X;Y;Z;;", ["Date :", "Poste : ce poste n’existe pas", "Montant :", "Référence : cette case"]),
        (
            "2025-06-30;Réserve;Honoraires;1;JE-3;",
            ["vous n’en dépensez aucune de ce nom", "Celles de l’exercice 2025-2026 : Coordination"],
        ),
        (
            "2024-06-30;Coordination et mobilisation;Honoraires;1;JE-3;",
            ["rien ne se dépense dans l’exercice 2024-2025 : il est clos"],
        ),
        (
            "2025-06-30;Coordination et mobilisation;Honoraires;-5;JE-3;",
            ["Montant : entrez un montant d’au moins"],
        ),
        (
            "2025-06-30;Coordination et mobilisation;Honoraires;1,005;JE-3;",
            ["Montant : un montant a au plus"],
        ),
        (
            "2025-06-30;Coordination et mobilisation;Autre;1;JE-3;",
            ["Précision : précisez le poste « Autre »"],
        ),
        (
            "2025-06-30;Coordination et mobilisation;Honoraires;1;JE-1;",
            ["la référence « JE-1 » est déjà à la ligne 2"],
        ),
        (
            "2025-06-30;Coordination et mobilisation;Honoraires;142000,01;J;",
            ["n’a que 142 000,00 $ de disponible"],
        ),
    ],
)
def test_chaque_erreur_se_dit_a_sa_ligne_et_rien_ne_s_inscrit(client, convention, ligne, phrases):
    essai = envoyer(client, convention, csv(SALAIRE, ligne))
    assert_html_accessible(essai)
    assert "Lignes en erreur : 1." in lu(essai)
    [fautive] = [lue for lue in essai.context["form"].lignes if lue.fautes]
    assert fautive.numero == 3
    dites = " ".join(fautive.phrases).replace("\xa0", " ")
    assert [phrase for phrase in phrases if phrase not in dites] == []
    assert essai.context["jeton"] == ""
    assert not Depense.objects.exists()


def test_une_ligne_contrepassee_ne_revient_pas_par_un_vieux_fichier(client, convention, lectrice):
    confirmer(client, convention, envoyer(client, convention, csv(SALAIRE)))
    Depense.objects.lues().get().contrepasser(par=lectrice, motif="Mauvais exercice.")
    assert "telle quelle, a été contrepassée" in lu(envoyer(client, convention, csv(SALAIRE)))


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"", "est vide"),
        (ENTETE.encode(), "n’a aucune dépense"),
        (b"Date;Montant\r\n2025-06-30;1", "Ligne 1, colonne Enveloppe"),
        (b"PK\x03\x04 pas un classeur", "Excel ne se lit pas"),
        (classeur(["Date"]), "Ligne 1, colonne Enveloppe"),
        (b"x" * 1_000_001, "dépasse 1"),
        (
            csv(*[f"2025-06-30;Coordination et mobilisation;Honoraires;1;J-{n};" for n in range(501)]),
            "500 lignes",
        ),
    ],
)
def test_un_fichier_qui_n_est_pas_un_export_dit_pourquoi(client, convention, octets, phrase):
    page = envoyer(client, convention, octets)
    assert_html_accessible(page)
    assert phrase in lu(page)


def test_ce_qui_a_change_depuis_l_essai_refuse_tout(client, convention, lectrice):
    essai = envoyer(client, convention, csv(SALAIRE, CAFE))
    d.depense(convention, par=lectrice, reference="JE-0", montant=Decimal("145000.00"))
    suite = confirmer(client, convention, essai)
    assert "JE-1 : « Coordination et mobilisation » n’a que 5 000,00 $ de disponible." in lu(suite)
    assert Depense.objects.get().reference == "JE-0"


def test_un_jeton_fabrique_ou_d_une_autre_personne_ne_vaut_rien(client, convention, cadre, client_de):
    essai = envoyer(client, convention, csv(SALAIRE))
    autre = client_de(d.du_territoire(cadre.bsl))
    for qui, jeton in ((client, "faux"), (client, ""), (autre, essai.context["jeton"])):
        suite = qui.post(adresse(convention), {"jeton": jeton}, follow=True)
        assert "importez le fichier de nouveau" in suite.text
    assert not Depense.objects.exists()
