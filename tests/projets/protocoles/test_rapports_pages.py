"""Le rapport reçu hors du service, à l'écran : inscrit par l'une, accepté par l'autre, ce qu'il libère dit avant."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from projets.protocoles.models import RapportRecu
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.test_rapports import etats, inscrire

pytestmark = pytest.mark.django_db
LIBERE = "5\xa0400,00\xa0$"


def adresse(protocole):
    return reverse("protocoles:rapport_inscription", args=[protocole.pk])


def accepter(rapport):
    return reverse("protocoles:rapport_acceptation", args=[rapport.pk])


def refuser(rapport):
    return reverse("protocoles:rapport_refus", args=[rapport.pk])


def saisie(protocole, **plus):
    return {
        "attendu_le": protocole.rapport_final_le.isoformat(),
        "quoi": "Rapport final, par courriel",
        "recu_le": aujourd_hui().isoformat(),
        "depense": "17 000,50",
        "fichier": fabriques.fichier_pdf("rapport.pdf"),
    } | plus


@pytest.fixture(autouse=True)
def venu_a_terme(signe):
    """C'est du rapport final qu'il s'agit : la fin est passée."""
    signe.fin = f.a_terme(signe).fin


def test_il_s_inscrit_avec_sa_piece_puis_une_autre_personne_l_accepte(
    signe, agente, signataire, lectrice, client_de
):
    coordination, table = client_de(agente), client_de(signataire)
    page = coordination.get(adresse(signe))
    assert_html_accessible(page)
    assert f"il libère {LIBERE}" in page.text
    assert coordination.post(adresse(signe), saisie(signe)).status_code == 302
    rapport = RapportRecu.objects.get()
    assert (rapport.depense, rapport.pieces.count(), etats(signe)[2:]) == (D("17000.50"), 1, ["prevue"] * 2)
    page = table.get(accepter(rapport))
    assert_html_accessible(page)
    assert LIBERE in page.text
    assert "rapport.pdf" in page.text
    reponse = {"revision": page.context["form"]["revision"].value()}
    assert table.post(accepter(rapport), reponse).status_code == 302
    assert etats(signe) == ["liberee"] * 4
    recue = Notification.objects.filter(destinataire=lectrice, titre__contains="Rapport accepté")
    assert recue.exists(), "Les finances apprennent qu’elles peuvent verser."


def test_qui_l_a_inscrit_ne_l_accepte_pas_et_la_page_le_dit(signe, agente, client_de):
    rapport = inscrire(signe, agente)
    client = client_de(agente)
    assert "une autre personne l’accepte" in client.get(accepter(rapport)).text
    assert client.post(accepter(rapport)).status_code == 302
    assert RapportRecu.objects.get().accepte_le is None


def test_une_autre_ne_l_accepte_pas_l_organisme_l_apprend_et_l_histoire_le_garde(
    signe, agente, signataire, equipe, client_de
):
    rapport, table = inscrire(signe, agente), client_de(signataire)
    protocole = reverse("protocoles:protocole", args=[signe.pk])
    assert refuser(rapport) in table.get(protocole).text
    assert_html_accessible(table.get(refuser(rapport)))
    assert table.post(refuser(rapport), {"motif": "Il manque des factures."}).status_code == 302
    page = table.get(protocole)
    assert_html_accessible(page)
    assert page.text.count("Il manque des factures.") >= 2
    assert refuser(rapport) not in page.text
    assert accepter(rapport) not in page.text
    suivi = client_de(equipe[0]).get(reverse("protocoles:suivi", args=[signe.pk]))
    assert "Non accepté" in suivi.text
    assert "Il manque des factures." in suivi.text
    assert "Lire le rapport reçu" not in suivi.text
    assert Notification.objects.filter(destinataire=equipe[1], titre__contains="Rapport non accepté").exists()
    assert client_de(agente).post(adresse(signe), saisie(signe)).status_code == 302
    assert RapportRecu.objects.count() == 2


def test_qui_l_a_inscrit_ne_le_refuse_pas(signe, agente, client_de):
    rapport = inscrire(signe, agente)
    client = client_de(agente)
    assert "une autre personne dit s’il est accepté" in client.get(refuser(rapport)).text
    client.post(refuser(rapport), {"motif": "Non."})
    assert RapportRecu.objects.get().refuse_le is None


def test_qui_peut_l_accepter_en_est_prevenu(signe, agente, signataire, client_de):
    client_de(agente).post(adresse(signe), saisie(signe))
    recue = Notification.objects.get(destinataire=signataire, titre__contains="Rapport reçu")
    assert recue.a_suivre


def test_ce_qu_il_libere_a_change_depuis_la_page_se_relit(signe, agente, signataire, client_de):
    rapport, table = inscrire(signe, agente), client_de(signataire)
    page = table.get(accepter(rapport))
    signe.tranches.filter(retenue=True).first().annuler(
        par=signataire, **f.appui(), motif="Le coût réel est moindre."
    )
    refus = table.post(accepter(rapport), {"revision": page.context["form"]["revision"].value()})
    assert refus.status_code == 409
    assert "a changé depuis que la page est ouverte" in refus.text
    assert RapportRecu.objects.get().accepte_le is None


def test_il_ne_s_inscrit_pas_deux_fois(signe, agente, client_de):
    client = client_de(agente)
    for _ in range(2):
        client.post(adresse(signe), saisie(signe))
    assert RapportRecu.objects.count() == 1
    assert "ne soit pas déjà inscrit" in client.get(adresse(signe)).text


@pytest.mark.parametrize(
    "fautif, phrase",
    [
        ({"recu_le": "2099-01-01"}, "à venir"),
        ({"recu_le": "2026-01-01"}, "est signé du"),
        ({"attendu_le": "2026-12-25"}, "Le rapport attendu"),
        ({"depense": "-3"}, "négatif"),
        ({"quoi": " "}, "Ce qui est reçu"),
    ],
)
def test_mal_saisi_il_ne_s_inscrit_pas_et_la_page_dit_pourquoi(fautif, phrase, signe, agente, client_de):
    page = client_de(agente).post(adresse(signe), saisie(signe, **fautif))
    assert page.status_code == 200
    assert phrase in page.text
    assert not RapportRecu.objects.exists()


def test_qui_n_y_peut_rien(signe, agente, equipe, lectrice, etrangere, client_de):
    rapport = inscrire(signe, agente)
    piece = rapport.pieces.model.televerser(fabriques.fichier_pdf(), par=agente, rapport=rapport)
    url = reverse("protocoles:piece_de_rapport", args=[piece.pk])
    for personne, code in {equipe[1]: 403, lectrice: 403, etrangere: 404}.items():
        client = client_de(personne)
        for page in (adresse(signe), accepter(rapport), refuser(rapport)):
            assert client.get(page).status_code == code
            assert client.post(page, saisie(signe)).status_code == code
    assert client_de(equipe[1]).get(url).getvalue().startswith(b"%PDF")
    assert client_de(etrangere).get(url).status_code == 404
    assert f.relire(signe).etat == "signe"


def test_ses_pages_demandent_douze_requetes_au_plus(
    signe, agente, signataire, client_de, django_assert_max_num_queries
):
    rapport = inscrire(signe, agente, fichier=fabriques.fichier_pdf())
    for personne, url in ((agente, adresse(signe)), (signataire, accepter(rapport))):
        client = client_de(personne)
        client.get(url)
        with django_assert_max_num_queries(12):
            client.get(url)
