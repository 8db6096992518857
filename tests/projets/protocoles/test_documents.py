"""Le protocole et son relevé en PDF : ce qui est scellé, qui a signé, où il en est; servis à qui voit le protocole."""

import re
from decimal import Decimal as D

import pytest
from django.urls import reverse

from projets.protocoles import travaux
from projets.protocoles.impression import (
    acte_du_protocole,
    acte_du_releve,
    html_du_protocole,
    html_du_releve,
    pdf_du_protocole,
    pdf_du_releve,
)
from socle.models import Document
from tests.outils.porte_pdf import verifier_pdf
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.test_fins import paye, premiere

pytestmark = pytest.mark.django_db
__all__ = ["paye", "premiere"]
MOTIF = "L’organisme cesse ses activités."


def lire(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&nbsp;", " ").replace("\xa0", " ").split())


def lu(protocole):
    return lire(html_du_protocole(acte_du_protocole(f.relire(protocole))))


def des_protocoles():
    return Document.objects.filter(nom__regex="^(protocole|releve)-")


def adresse(protocole, nom="protocole_pdf"):
    return reverse(f"protocoles:{nom}", args=[protocole.pk])


def test_tout_ce_qui_est_scelle_s_y_lit_dans_l_ordre(transmis):
    texte, contenu = lu(transmis), transmis.instantane().contenu
    attendus = [
        contenu["partenaire"]["nom"],
        contenu["organisme"]["nom"],
        contenu["decision"]["resolution"],
        "3. L’aide",
        "18 000,01 $",
        "4. Les versements",
        *(t["montant"].replace(".", ",")[-6:] for t in contenu["tranches"]),
        "5. Les rapports",
        "Rapport final 31 janvier 2027 5 400,00 $",
        *(a["titre"] for a in contenu["clauses"]["articles"]),
        "7. Les signatures",
    ]
    places, ici = [], 0
    for mot in attendus:
        ici = texte.index(mot, ici)
        places.append(ici)
    assert len(places) == len(attendus)


def test_a_signer_les_signatures_sont_vides_puis_chacune_s_y_inscrit(transmis, signataire, equipe):
    texte = lu(transmis)
    assert "À signer" in texte
    assert texte.count("Nom, en lettres moulées") == 2
    f.signer(transmis, "organisme", equipe[1])
    texte = lu(transmis)
    assert "Odile Castonval" in texte
    assert "CA-2026-14" in texte
    assert texte.count("Nom, en lettres moulées") == 1
    f.signer(f.relire(transmis), "alliance", signataire, nom="Denis Lavoie")
    texte = lu(transmis)
    assert "Signé le" in texte
    assert "Denis Lavoie" in texte
    assert "en lettres moulées" not in texte


def test_transmis_de_nouveau_les_signatures_d_avant_n_y_sont_plus(transmis, agente, signataire):
    f.signer(transmis, "alliance", signataire)
    repris = f.relire(transmis).reprendre(par=agente, motif="Une date à changer.")
    assert acte_du_protocole(f.relire(repris)) is None
    repris.transmettre(par=agente, revision=repris.revision)
    assert lu(transmis).count("Nom, en lettres moulées") == 2


def test_resilie_son_document_le_dit(paye, premiere, signataire):
    paye.resilier(
        par=signataire,
        motif=MOTIF,
        demandee="organisme",
        **f.appui(),
        a_recuperer={premiere.pk: D("2000.50")},
    )
    assert "Résilié le" in lu(paye)
    releve = lire(html_du_releve(acte_du_releve(f.relire(paye))))
    for dit in (MOTIF, "10 599,51 $ 2 000,50 $ 5 400,00 $ 18 000,01 $", "L’organisme", "Versé 8 400,00 $"):
        assert dit in releve


def test_les_deux_documents_passent_la_porte(paye, premiere, signataire):
    du = {premiere.pk: D("2000.50")}
    for protocole in (
        paye,
        paye.resilier(par=signataire, motif=MOTIF, demandee="table", **f.appui(), a_recuperer=du),
    ):
        acte = acte_du_protocole(f.relire(protocole))
        assert verifier_pdf(pdf_du_protocole(acte)) == []
    assert verifier_pdf(pdf_du_releve(acte_du_releve(f.relire(paye)))) == []


@pytest.mark.parametrize("nom", ["protocole_pdf", "releve_pdf"])
def test_qui_voit_le_protocole_telecharge_ses_documents(
    nom, paye, signataire, equipe, etrangere, client_de, django_capture_on_commit_callbacks
):
    paye.resilier(par=signataire, motif=MOTIF, demandee="table", **f.appui())
    for personne in (equipe[1], signataire):
        client = client_de(personne)
        with django_capture_on_commit_callbacks(execute=True):
            attente = client.post(adresse(paye, nom))["Location"]
        assert "prêt" in client.get(attente).text
        assert client.get(adresse(paye, nom)).getvalue().startswith(b"%PDF")
    assert des_protocoles().count() == 1
    assert client_de(etrangere).get(adresse(paye, nom)).status_code == 404


def test_en_preparation_rien_ne_s_imprime(transmis, agente, client_de):
    transmis.reprendre(par=agente, motif="Une date à changer.")
    assert client_de(agente).get(adresse(transmis)).status_code == 404


def test_lire_n_ecrit_rien_et_un_document_se_redemande(signe, agente, client_de):
    client = client_de(agente)
    assert client.get(adresse(signe)).status_code == 200
    assert not des_protocoles().exists()
    travaux.redemander({travaux.nom_du_protocole(f.relire(signe))})
    assert des_protocoles().get().nom == travaux.nom_du_protocole(f.relire(signe))
