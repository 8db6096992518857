"""Rectifier un relevé par ses pages : l'un propose, l'autre confirme, l'organisme l'apprend."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from projets.protocoles.impression import acte_du_releve, html_du_releve
from projets.protocoles.models import LigneDeReleve, Rectificatif
from socle.models import Notification
from tests.projets.protocoles import fabriques as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def due(signe, lectrice, signataire):
    paiement = f.payer(signe.tranches.get(rang=1), lectrice)
    du = {paiement.tranche.affectation_id: D("2000")}
    f.relire(signe).resilier(par=signataire, motif="x", demandee="table", **f.appui(), a_recuperer=du)
    return LigneDeReleve.objects.select_related("protocole").get(a_recuperer__gt=0)


def adresse(nom, cle):
    return reverse(f"protocoles:{nom}", args=[cle])


def proposer(client_de, due, par, a_recuperer="0", radie="2000"):
    url = adresse("rectificatif_proposition", due.protocole_id)
    vu = client_de(par).get(url).context["form"]["revision"].value()
    saisie = {f"du_{due.pk}": a_recuperer, f"radie_{due.pk}": radie, "motif": "Dissous.", "revision": vu}
    return client_de(par).post(url, saisie)


def test_l_un_propose_l_autre_confirme_et_chacun_l_apprend(client_de, due, agente, signataire, equipe):
    assert proposer(client_de, due, agente).status_code == 302
    rectificatif = Rectificatif.objects.get()
    assert not Notification.objects.filter(destinataire=equipe[1], titre__contains="rectificatif").exists()
    page = client_de(signataire).get(adresse("releve", due.protocole_id)).content.decode()
    assert "attend d’être confirmé" in page
    assert "Le lire et le confirmer" in page
    assert (
        "Le lire et le confirmer"
        not in client_de(agente).get(adresse("releve", due.protocole_id)).content.decode()
    )
    url = adresse("rectificatif_confirmation", rectificatif.pk)
    lue = client_de(signataire).get(url)
    assert "2\xa0000,00" in lue.content.decode()
    client_de(signataire).post(url, {"revision": lue.context["form"]["revision"].value()})
    rectificatif.refresh_from_db()
    assert rectificatif.numero == 1
    assert Notification.objects.filter(destinataire=equipe[1], titre__contains="rectificatif").exists()
    page = client_de(equipe[1]).get(adresse("releve", due.protocole_id)).content.decode()
    assert "Relevé rectificatif 1, en PDF" in page


def test_une_faute_se_lit_et_garde_la_saisie(client_de, due, agente):
    reponse = proposer(client_de, due, agente, a_recuperer="9000")
    assert reponse.status_code == 200
    assert "8\xa0400,00" in reponse.content.decode()
    assert not Rectificatif.objects.exists()


def test_ecarter_laisse_le_releve_et_dit_pourquoi(client_de, due, agente):
    proposer(client_de, due, agente)
    url = adresse("rectificatif_ecart", Rectificatif.objects.get().pk)
    client_de(agente).post(url, {"motif": "L’organisme revit."})
    page = client_de(agente).get(adresse("releve", due.protocole_id)).content.decode()
    assert "L’organisme revit." in page
    assert LigneDeReleve.objects.get(pk=due.pk).a_recuperer == 2000


def test_ce_qui_attend_d_etre_confirme_est_a_l_accueil_d_une_autre(client_de, due, agente, signataire):
    proposer(client_de, due, agente)
    accueil = client_de(signataire).get("/").content.decode()
    assert "Confirmer un relevé rectificatif" in accueil
    assert "Clore un protocole" not in accueil
    assert "Confirmer un relevé rectificatif" not in client_de(agente).get("/").content.decode()


def test_le_pdf_du_rectificatif_est_du_meme_gabarit_et_le_premier_reste(client_de, due, agente, signataire):
    premier = acte_du_releve(f.relire(due.protocole))
    proposer(client_de, due, agente)
    Rectificatif.objects.get().confirmer(par=signataire)
    protocole = f.relire(due.protocole)
    assert acte_du_releve(protocole) == premier
    html = html_du_releve(acte_du_releve(protocole, protocole.rectificatifs.get()))
    assert "Relevé rectificatif 1" in html
    assert "Radié" in html


def test_l_etrangere_ne_voit_rien(client_de, due, agente, etrangere):
    proposer(client_de, due, agente)
    pk = Rectificatif.objects.get().pk
    for nom in ("rectificatif_confirmation", "rectificatif_ecart", "rectificatif_pdf"):
        assert client_de(etrangere).get(adresse(nom, pk)).status_code == 404
