"""Coller un tableau dans les dépenses : relu d'abord, chaque faute nommée, rien d'effacé."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db
TABLEAU = (
    "Poste\t2026-2027\t2027-2028\n"
    "Salaires et charges\t28 967,40\t29 704,75\n"
    "Honoraires : diététiste\t1 800 $\t\n"
    "Total\t30 767,40\t29 704,75\n"
)


@partagee
def equipe(cadre):
    return p.equipe(p.organisme(cadre.bsl))


@partagee
def demande(cadre, agente, equipe):
    """Ses dates sont données; elle a déjà une dépense."""
    demande = p.demande(
        p.appel_ouvert(cadre.bsl, par=agente), fabriques.Organisme.objects.get(neq=p.NEQ), equipe[0]
    )
    demande.debut, demande.fin = p.REPONSES["debut"], p.REPONSES["fin"]
    demande.save()
    demande.depenses.create(rang=0, an=2026, poste="location", montant=Decimal(100))
    return p.relire(demande)


def envoyer(client, demande, tableau, **plus):
    url = reverse("projets:collage", args=[demande.pk])
    revision = demande.parties.get(code="depenses").revision
    return client.post(url, {"revision": revision, "tableau": tableau} | plus)


def confirmer(client, demande, tableau):
    relue = envoyer(client, demande, tableau)
    lu = relue.context["form"].empreinte
    return envoyer(client, demande, tableau, lu=lu, etape="confirmer")


def ecrites(demande):
    return [(d.rang, d.poste, d.precision, d.an, d.montant) for d in demande.depenses.all()]


def test_coller_se_relit_puis_s_ajoute_sans_rien_effacer(demande, equipe, client_de):
    client, avant = client_de(equipe[0]), ecrites(demande)
    relue = envoyer(client, demande, TABLEAU)
    assert_html_accessible(relue)
    for mots in ("Ce qui s’ajoutera", "58\xa0672,15\xa0$", "diététiste"):
        assert mots in relue.content.decode()
    assert ecrites(demande) == avant
    assert confirmer(client, demande, TABLEAU).status_code == 302
    assert ecrites(demande) == [
        *avant,
        (1, "salaires", "", 2026, Decimal("28967.40")),
        (1, "salaires", "", 2027, Decimal("29704.75")),
        (2, "honoraires", "diététiste", 2026, Decimal(1800)),
    ]


def test_chaque_ligne_fautive_est_nommee_et_rien_ne_s_ecrit(demande, equipe, client_de):
    avant = ecrites(demande)
    fautif = "Salaires\tdeux\t1,234.56\nFusées\t1\t2\nLocation\t1\t2\t3\nCommunication;4\n"
    page = envoyer(client_de(equipe[0]), demande, fautif, etape="confirmer").content.decode()
    for mots in (
        "Ligne 1, 2026-2027",
        "Ligne 1, 2027-2028",
        "Ligne 2, «\xa0Fusées\xa0»\xa0: quel poste?",
        "Ligne 3\xa0: elle a plus de montants",
        "Ligne 4",
    ):
        assert mots in page, mots
    assert "Ajouter ces dépenses" not in page
    assert ecrites(demande) == avant


def test_un_texte_change_apres_la_relecture_se_relit(demande, equipe, client_de):
    client, avant = client_de(equipe[0]), ecrites(demande)
    lu = envoyer(client, demande, TABLEAU).context["form"].empreinte
    page = envoyer(client, demande, "Location;5;5", lu=lu, etape="confirmer")
    assert "Ce qui s’ajoutera" in page.content.decode()
    assert ecrites(demande) == avant


def test_au_dela_de_quinze_depenses_rien_ne_s_ajoute(demande, equipe, client_de):
    page = envoyer(client_de(equipe[0]), demande, "Location;5;5\n" * 15).content.decode()
    assert "Cela ferait 16 dépenses" in page


def test_coller_sur_des_depenses_changees_entre_temps_se_dit(demande, equipe, client_de):
    client = client_de(equipe[0])
    lu = envoyer(client, demande, TABLEAU).context["form"].empreinte
    demande.parties.filter(code="depenses").update(revision=5)
    url = reverse("projets:collage", args=[demande.pk])
    saisie = {"revision": 1, "tableau": TABLEAU, "lu": lu, "etape": "confirmer"}
    assert client.post(url, saisie).status_code == 409
    assert len(ecrites(demande)) == 1


def test_coller_demande_les_dates_et_le_droit_de_rediger(demande, equipe, agente, client_de):
    url = reverse("projets:collage", args=[demande.pk])
    assert client_de(agente).get(url).status_code == 404
    demande.debut = demande.fin = None
    demande.save()
    assert "Donnez d’abord les dates" in client_de(equipe[0]).get(url).content.decode()


@pytest.mark.parametrize(
    ("nom", "poste", "precision"),
    [
        ("Denrées", "materiel", ""),
        ("SALAIRES", "salaires", ""),
        ("Frais d’administration", "administration", "Frais d’administration"),
        ("Location de salle : le mardi", "location", "Location de salle, le mardi"),
        ("Autres frais", "autre", "Autres frais"),
    ],
)
def test_un_mot_du_poste_suffit_et_ce_qui_est_ecrit_reste(demande, equipe, client_de, nom, poste, precision):
    assert confirmer(client_de(equipe[0]), demande, f"{nom}\t10\t20").status_code == 302
    lues = ecrites(demande)[1:]
    assert lues == [(1, poste, precision, 2026, Decimal(10)), (1, poste, precision, 2027, Decimal(20))]


@pytest.mark.parametrize("nom", ["Transport", "Salaires ou location"])
def test_une_ligne_sans_poste_ou_qui_en_dit_deux_attend_qu_on_le_choisisse(demande, equipe, client_de, nom):
    client, avant, tableau = client_de(equipe[0]), ecrites(demande), f"{nom}\t10\nHonoraires\t5"
    relue = envoyer(client, demande, tableau)
    assert_html_accessible(relue)
    assert f"Ligne 1, «\xa0{nom}\xa0»\xa0: quel poste?" in relue.text
    assert "Ligne 2," not in relue.text
    options = {"lu": relue.context["form"].empreinte, "etape": "confirmer"}
    assert "Choisissez le poste de cette ligne." in envoyer(client, demande, tableau, **options).text
    assert ecrites(demande) == avant
    assert envoyer(client, demande, tableau, poste_1="deplacements", **options).status_code == 302
    assert ecrites(demande)[1:] == [
        (1, "deplacements", nom, 2026, Decimal(10)),
        (2, "honoraires", "", 2026, Decimal(5)),
    ]


def test_un_tiret_ou_rien_vaut_zero(demande, equipe, client_de):
    for vide in ("-", "–", "", "  -   $"):
        assert "Ce qui s’ajoutera" in envoyer(client_de(equipe[0]), demande, f"Location\t{vide}\t5").text


def test_un_montant_entre_parentheses_est_negatif_et_se_refuse(demande, equipe, client_de):
    page = envoyer(client_de(equipe[0]), demande, "Location\t(200)\t(1 200,50) $").text
    assert page.count("Un montant ne peut pas être négatif.") >= 2
    assert "«\xa0(200)\xa0»" in page


def test_les_postes_se_lisent_une_fois_en_puces(demande, equipe, client_de):
    page = envoyer(client_de(equipe[0]), demande, "Transport\t1\nTaxi\t2").text
    assert page.count("<li>Denrées, matériel et fournitures</li>") == 1


def test_la_colonne_que_l_en_tete_nomme_total_ne_se_lit_pas(demande, equipe, client_de):
    colle = "Poste\t2026-2027\t2027-2028\tTotal\nSalaires\t100\t200\t300\nTotal\t100\t200\t300"
    page = envoyer(client_de(equipe[0]), demande, colle)
    assert [str(total) for _, _, total in page.context["form"].rangees] == ["300.00"]
