"""Le PDF d'un règlement : ce jour-là, au sou près, et jamais ce qui a suivi."""

from decimal import Decimal

import pytest
from django.urls import reverse

from conventions import travaux
from conventions.impression import acte_du_reglement, html_du_reglement, pdf_du_reglement
from conventions.models import Ecriture, LigneReglement
from socle.models import Document
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.fabriques import (
    arbre_dresse,
    convention_resiliee,
    enveloppes_par_nom,
    repartition_adoptee,
    report_adopte,
)
from tests.conventions.test_resiliation import engager, resilier
from tests.conventions.verite import grand_livre_vrai
from tests.outils.contenu_pdf import pages_du_pdf, serrer
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.outils.porte_pdf import verifier_pdf

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert('x')</script> & {{ 7|add:7 }} \x00\x0b"


@partagee
def resiliee(cadre):
    """Un versement reçu, en partie reporté, récupéré, engagé puis payé; le reste est à récupérer."""
    convention = v.convention_signee(cadre.bsl)
    arbre_dresse(convention)
    repartition_adoptee(convention)
    v.versee(convention)
    engager(convention, "3000.01")
    engager(convention, "0.99", nom="Réserve", compte="reserve", reference="P-2")
    payer(convention, "1000")
    v.recuperer(
        v.relire_convention(convention), parts={enveloppes_par_nom(convention)["La Matapédia"]: Decimal(100)}
    )
    report_adopte(convention)
    resilier(v.relire_convention(convention), fabriques.personne("approbation"))
    return v.relire_convention(convention)


def payer(convention, montant, reference="P-1"):
    matanie = enveloppes_par_nom(convention)["La Matanie"]
    lignes = [(matanie, "engage", -Decimal(montant)), (matanie, "verse", Decimal(montant))]
    Ecriture.passer(
        convention,
        lignes,
        nature="versement",
        par=convention.transmise_par,
        objet="Initiative",
        reference=reference,
    )


def sommes(etat):
    """[[dollars]] de chaque rangée, le total à la fin."""
    rangees = [*(ligne["montants"] for ligne in etat["lignes"]), etat["total"]]
    return [[Decimal(montant) for montant in rangee] for rangee in rangees]


def test_chaque_tableau_tombe_juste_de_gauche_a_droite_et_de_haut_en_bas(resiliee):
    acte = acte_du_reglement(resiliee)
    for etat in (*acte["etats"], acte["par_enveloppe"]):
        *rangees, total = sommes(etat)
        assert rangees
        assert all(sum(rangee[:-1]) == rangee[-1] for rangee in (*rangees, total)), etat["titre"]
        assert [sum(colonne) for colonne in zip(*rangees, strict=True)] == total, etat["titre"]
    prevu, venus, ou = (sommes(etat)[-1] for etat in acte["etats"])
    assert venus[-1] == ou[-1] == sommes(acte["par_enveloppe"])[-1][-1]
    assert prevu[-1] == sum(ligne.convenu for ligne in LigneReglement.objects.filter(convention=resiliee))
    assert sum(Decimal(recu["montant"]) for recu in acte["recus"]) == Decimal(acte["sommes"]["recu"])
    assert sum(Decimal(p["montant"]) for p in acte["provenances"]) == Decimal(acte["sommes"]["a_recuperer"])
    assert sum(Decimal(p["montant"]) for p in acte["promesses"]) == Decimal("2001.00")
    grand_livre_vrai()


def test_le_reglement_passe_la_porte_et_dit_tout(resiliee):
    octets = pdf_du_reglement(acte_du_reglement(resiliee))
    assert verifier_pdf(octets) == []
    lu = serrer(" ".join(page.lu for page in pages_du_pdf(octets)))
    for mots in (
        f"Règlement de la convention {resiliee.numero}",
        "Ministre de l’Emploi et de la Solidarité sociale",
        "La Table est dissoute.",
        "Tout est rendu.",
        "Récupération",
        "Reçu et gardé 69 900,00 $",
        "66 899,00 $",
        "passés par report à 2026-2027",
        "2 000,01 $ dans « La Matanie », 2025-2026 : Initiative, P-1.",
        "Approbation, Ministère",
    ):
        assert serrer(mots) in lu, mots


def test_ce_qui_suit_la_resiliation_n_entre_pas_au_reglement(resiliee):
    avant = acte_du_reglement(resiliee)
    payer(resiliee, "500")
    enveloppe = next(e for e in resiliee.enveloppes.filter(an=2026).avec_soldes() if e.solde.disponible)
    v.recuperer(resiliee, parts={enveloppe: Decimal(10)}, reference="R-2")
    assert acte_du_reglement(resiliee) == avant


def test_un_texte_hostile_apparait_tel_quel(resiliee):
    resiliee.fermeture_motif = resiliee.alliance.nom = HOSTILE
    html = html_du_reglement(acte_du_reglement(resiliee))
    assert "<script>" not in html
    assert verifier_pdf(pdf_du_reglement(acte_du_reglement(resiliee))) == []


def test_une_convention_qui_n_a_rien_recu_a_son_reglement(cadre):
    acte = acte_du_reglement(convention_resiliee(cadre.bsl))
    assert verifier_pdf(pdf_du_reglement(acte)) == []
    html = html_du_reglement(acte)
    assert "Le Ministère n’a rien versé." in html
    assert "Rien n’est à récupérer." in html


def test_le_geste_fait_partir_le_rendu_et_la_page_y_mene(
    cadre, approbation, agente, etrangere, client_de, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(travaux, "pdf_du_reglement", lambda acte: b"%PDF-1.7 " + acte["motif"].encode())
    convention = v.convention_signee(cadre.bsl)
    adresse = reverse("conventions:reglement_pdf", args=[convention.pk])
    assert client_de(approbation).get(adresse).status_code == 404
    envoi = {
        "fermee_le": aujourd_hui().isoformat(),
        "motif": "La Table est dissoute.",
        "reglement": "Rien.",
        "revision": convention.empreinte_des_sommes(),
    }
    with django_capture_on_commit_callbacks(execute=True):
        client_de(approbation).post(reverse("conventions:resiliation", args=[convention.pk]), envoi)
    client = client_de(agente)
    for page in ("reglement", "documents"):
        assert adresse in client.get(reverse(f"conventions:{page}", args=[convention.pk])).text
    fichier = client.get(adresse)
    assert fichier.getvalue() == b"%PDF-1.7 La Table est dissoute."
    assert f'reglement-{convention.pk}.pdf"' in fichier.headers["Content-Disposition"]
    assert client_de(etrangere).get(adresse).status_code == 404


def test_un_reglement_qui_manque_se_demande(resiliee, agente, client_de, monkeypatch):
    monkeypatch.setattr(travaux, "pdf_du_reglement", lambda acte: b"%PDF-1.7 essai")
    client, adresse = client_de(agente), reverse("conventions:reglement_pdf", args=[resiliee.pk])
    page = client.get(adresse)
    assert_html_accessible(page)
    assert "Préparer le PDF" in page.text
    assert not Document.objects.exists()
    assert client.post(adresse).url == f"{adresse}?attente=1"
    client.post(adresse)
    assert Document.objects.get().nom == f"reglement-{resiliee.pk}.pdf"
