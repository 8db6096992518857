"""Suspendre, annuler, clore, résilier à l'écran : le relevé se lit en chiffres avant le geste, et s'imprime après."""

import re
from decimal import Decimal as D

import pytest
from django.urls import reverse

from projets.protocoles.models import AvisTransmis, LigneDeReleve, Remboursement
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.test_fins import etat_de, paye, premiere
from tests.projets.protocoles.verite import argent_des_protocoles_vrai

pytestmark = pytest.mark.django_db
__all__ = ["paye", "premiere"]


def adresse(protocole, nom):
    return reverse(f"protocoles:{nom}", args=[protocole.pk])


def revision(page):
    return page.context["form"]["revision"].value()


def chiffres(page):
    """Les montants du tableau du relevé, rangée par rangée."""
    tableau = re.search(r"<table.*?</table>", page.text, re.S)[0]
    rangees = re.findall(r"<tr.*?</tr>", tableau, re.S)[1:]
    return [
        [
            D(re.sub(r"[^\d,]", "", case).replace(",", "."))
            for case in re.findall(r"<td[^>]*>(.*?)</td>", rangee, re.S)
        ]
        for rangee in rangees
    ]


# --- Suspendre, reprendre ---------------------------------------------------------------------------------


def test_la_table_suspend_puis_reprend_et_l_organisme_l_apprend(signe, agente, equipe, client_de):
    client = client_de(agente)
    for nom, motif, titre in (
        ("suspension", "La salle est inondée.", "Initiative suspendue"),
        ("levee", "La salle est sèche.", "Initiative reprise"),
    ):
        page = client.get(adresse(signe, nom))
        assert_html_accessible(page)
        assert "Versement 1" in page.text
        assert client.post(adresse(signe, nom), {"motif": ""}).status_code == 200
        assert client.post(adresse(signe, nom), {"motif": motif}).status_code == 302
        assert Notification.objects.filter(destinataire=equipe[0], titre__contains=titre).exists()
    assert etat_de(signe) == ("signe", "en_cours", ["liberee", "liberee", "prevue", "prevue"])


def test_la_seconde_suspension_le_dit_et_ne_change_rien(signe, agente, client_de):
    client = client_de(agente)
    for motif in ("La salle est inondée.", "Encore."):
        client.post(adresse(signe, "suspension"), {"motif": motif})
    assert "déjà suspendue" in client.get(adresse(signe, "suspension")).text
    assert f.relire(signe).suspension_motif == "La salle est inondée."


def test_reprendre_ce_qui_n_est_pas_suspendu_ne_change_rien(signe, agente, client_de):
    client = client_de(agente)
    assert "n’est pas suspendue" in client.get(adresse(signe, "levee")).text
    assert client.post(adresse(signe, "levee"), {}).status_code == 200
    assert client.post(adresse(signe, "levee"), {"motif": "Rien."}).status_code == 302
    assert etat_de(signe)[:2] == ("signe", "en_cours")


RESOLUTION = {"resolution": "CA-2026-31", "resolution_le": aujourd_hui().isoformat()}


def appui():
    return RESOLUTION | {"avis": fabriques.fichier_pdf("avis.pdf")}


# --- Annuler un versement ---------------------------------------------------------------------------------


def test_annuler_dit_combien_et_a_quelle_enveloppe(paye, signataire, client_de):
    client, tranche = client_de(signataire), paye.tranches.get(rang=3)
    url = reverse("protocoles:tranche_annulation", args=[tranche.pk])
    page = client.get(url)
    assert_html_accessible(page)
    assert "3\xa0600,00\xa0$" in page.text
    reponse = {"revision": revision(page), "motif": "Le coût réel est moindre."}
    sans = client.post(url, reponse)
    assert (sans.status_code, "Joignez l’avis transmis" in sans.text) == (200, True)
    assert etat_de(paye)[2][2] == "prevue"
    assert client.post(url, reponse | appui()).status_code == 302
    assert client.post(url, reponse | appui(), follow=True).status_code == 200
    assert etat_de(paye)[2] == ["versee", "versee", "annulee", "prevue"]
    argent_des_protocoles_vrai(paye.convention)


def test_un_versement_partiel_passe_entre_temps_arrete_l_annulation(signe, signataire, lectrice, client_de):
    client, tranche = client_de(signataire), signe.tranches.get(rang=1)
    url = reverse("protocoles:tranche_annulation", args=[tranche.pk])
    page = client.get(url)
    f.payer(tranche, lectrice, montant=D("400"))
    refus = client.post(url, {"revision": revision(page), "motif": "Le coût réel est moindre."} | appui())
    assert refus.status_code == 409
    assert "depuis que la page est ouverte" in refus.text
    assert "8\xa0000,00\xa0$" in refus.text
    assert signe.tranches.get(rang=1).etat == "liberee"


# --- Clore, résilier --------------------------------------------------------------------------------------


def test_clore_dit_ce_qu_il_reste_a_verser_et_ou_cela_se_regle(paye, signataire, client_de):
    page = client_de(signataire).get(adresse(paye, "cloture"))
    assert_html_accessible(page)
    assert "à verser ou à annuler d’abord" in page.text


def test_clore_se_relit_en_chiffres_avant_de_s_ecrire(paye, signataire, equipe, client_de):
    paye = f.pret_a_clore(paye, signataire)
    client, url = client_de(signataire), adresse(paye, "cloture")
    page = client.get(url)
    assert chiffres(page)[-1] == [D("12600.01"), 0, D("5400.00"), D("18000.01")]
    relecture = client.post(url, {"revision": revision(page)})
    assert_html_accessible(relecture)
    assert f.relire(paye).etat == "signe"
    suite = client.post(url, {"revision": revision(relecture), "etape": "confirmer"})
    assert suite.status_code == 302
    assert etat_de(paye)[:2] == ("clos", "terminee")
    assert Notification.objects.filter(destinataire=equipe[1], titre__contains="Initiative terminée").exists()
    argent_des_protocoles_vrai(paye.convention)


def confirme():
    return {"etape": "confirmer", "avis": fabriques.fichier_pdf("avis.pdf")}


def resilier(client, protocole, premiere, **plus):
    """La page, la saisie, la relecture : ce qui partirait ensuite."""
    url = adresse(protocole, "resiliation")
    saisie = {
        "revision": revision(client.get(url)),
        "demandee": "organisme",
        "motif": "L’organisme cesse ses activités.",
        **RESOLUTION,
        f"du_{premiere.pk}": "2 000,50",
    } | plus
    return url, saisie, client.post(url, saisie)


def test_resilier_recalcule_le_releve_puis_l_ecrit(paye, premiere, signataire, client_de):
    client = client_de(signataire)
    assert_html_accessible(client.get(adresse(paye, "resiliation")))
    url, saisie, relecture = resilier(client, paye, premiere)
    assert_html_accessible(relecture)
    lignes = chiffres(relecture)
    assert all(garde + du + libere == decide for garde, du, libere, decide in lignes)
    assert lignes[-1] == [D("10599.51"), D("2000.50"), D("5400.00"), D("18000.01")]
    assert not LigneDeReleve.objects.exists()
    assert client.post(url, saisie | confirme()).status_code == 302
    assert etat_de(paye)[:2] == ("resilie", "abandonnee")
    assert LigneDeReleve.objects.get(affectation=premiere).a_recuperer == D("2000.50")
    argent_des_protocoles_vrai(paye.convention)


def test_de_la_relecture_on_revient_a_ce_qu_on_avait_ecrit(paye, premiere, signataire, client_de):
    client = client_de(signataire)
    url, saisie, _ = resilier(client, paye, premiere)
    page = client.post(url, saisie | confirme() | {"corriger": "oui"})
    assert_html_accessible(page)
    assert "L’organisme cesse ses activités." in page.text
    assert 'value="2 000,50"' in page.text
    assert chiffres(page)[-1][1] == D("2000.50")
    assert f.relire(paye).etat == "signe"


def test_un_versement_passe_depuis_la_page_arrete_la_resiliation(signe, signataire, lectrice, client_de):
    client, somme = client_de(signataire), signe.affectations()[0]
    url, saisie, _ = resilier(client, signe, somme)
    saisie.pop(f"du_{somme.pk}")
    f.payer(signe.tranches.get(rang=1), lectrice)
    refus = client.post(url, saisie | confirme())
    assert refus.status_code == 409
    assert "depuis que la page est ouverte" in refus.text
    assert "L’organisme cesse ses activités." in refus.text
    assert f.relire(signe).etat == "signe"


def test_on_ne_recupere_pas_plus_que_verse(paye, premiere, signataire, client_de):
    _, _, page = resilier(client_de(signataire), paye, premiere, **{f"du_{premiere.pk}": "8 400,01"})
    assert "on ne récupère pas plus que versé" in page.text
    assert "confirmer" not in page.text
    assert f.relire(paye).etat == "signe"


def test_sans_l_avis_joint_la_relecture_se_remontre_et_rien_ne_se_resilie(
    paye, premiere, signataire, client_de
):
    client = client_de(signataire)
    url, saisie, relecture = resilier(client, paye, premiere)
    assert 'name="avis"' in relecture.text
    sans = client.post(url, saisie | {"etape": "confirmer"})
    assert_html_accessible(sans)
    assert "Joignez l’avis transmis" in sans.text
    assert chiffres(sans)[-1][1] == D("2000.50")
    assert f.relire(paye).etat == "signe"


def test_un_protocole_pas_encore_signe_ne_se_resilie_pas(transmis, signataire, client_de):
    client, url = client_de(signataire), adresse(transmis, "resiliation")
    saisie = {"demandee": "table", "motif": "x"} | RESOLUTION | confirme()
    assert client.post(url, saisie).status_code == 302
    assert f.relire(transmis).etat == "transmis"


def test_la_resolution_et_l_avis_se_lisent_des_deux_parties_et_de_nulle_autre(
    paye, premiere, signataire, equipe, etrangere, client_de
):
    client = client_de(signataire)
    url, saisie, _ = resilier(client, paye, premiere)
    client.post(url, saisie | confirme())
    piece = AvisTransmis.objects.get().pieces.get()
    telecharge = reverse("protocoles:piece_d_avis", args=[piece.pk])
    for personne in (signataire, equipe[0]):
        page = client_de(personne).get(adresse(paye, "protocole"))
        assert_html_accessible(page)
        assert "CA-2026-31" in page.text
        assert telecharge in page.text
        assert client_de(personne).get(telecharge).getvalue().startswith(b"%PDF")
    assert client_de(etrangere).get(telecharge).status_code == 404


def test_confirmer_deux_fois_ne_resilie_qu_une_fois(paye, premiere, signataire, client_de):
    client = client_de(signataire)
    url, saisie, _ = resilier(client, paye, premiere)
    for _ in range(2):
        client.post(url, saisie | confirme())
    assert LigneDeReleve.objects.count() == 2


# --- Le relevé, après -------------------------------------------------------------------------------------


def test_le_releve_se_lit_des_deux_parties_avec_ce_qui_est_revenu(
    paye, premiere, signataire, lectrice, equipe, etrangere, client_de
):
    du = {premiere.pk: D("2000.50")}
    paye.resilier(par=signataire, motif="Elle cesse.", demandee="organisme", **f.appui(), a_recuperer=du)
    ligne = LigneDeReleve.objects.get(a_recuperer__gt=0)
    Remboursement.inscrire(
        par=lectrice, ligne=ligne, montant=D("500"), faite_le=aujourd_hui(), reference="R-1"
    )
    for personne in (signataire, equipe[1]):
        page = client_de(personne).get(adresse(paye, "releve"))
        assert_html_accessible(page)
        assert chiffres(page)[-1] == [D("10599.51"), D("2000.50"), D("5400.00"), D("18000.01")]
        assert "500,00\xa0$" in page.text
        assert "1\xa0500,50\xa0$" in page.text
    assert client_de(etrangere).get(adresse(paye, "releve")).status_code == 404


def test_sans_fin_il_n_y_a_pas_de_releve(signe, signataire, client_de):
    for nom in ("releve", "releve_pdf"):
        assert client_de(signataire).get(adresse(signe, nom)).status_code == 404


# --- Qui y entre ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nom, coordination", [("suspension", 200), ("levee", 200), ("cloture", 403), ("resiliation", 403)]
)
def test_qui_met_fin_et_qui_suspend(
    nom, coordination, signe, agente, signataire, equipe, etrangere, client_de
):
    codes = {agente: coordination, signataire: 200, equipe[1]: 403, etrangere: 404}
    for personne, code in codes.items():
        assert client_de(personne).get(adresse(signe, nom)).status_code == code
        if code != 200:
            assert client_de(personne).post(adresse(signe, nom), {"motif": "Non."}).status_code == code
    assert etat_de(signe)[:2] == ("signe", "en_cours")


def test_annuler_revient_a_la_signature(signe, agente, equipe, etrangere, client_de):
    url = reverse("protocoles:tranche_annulation", args=[signe.tranches.first().pk])
    for personne, code in {agente: 403, equipe[1]: 403, etrangere: 404}.items():
        assert client_de(personne).post(url, {"motif": "Non."}).status_code == code


def test_ses_pages_demandent_douze_requetes_au_plus(
    paye, premiere, signataire, client_de, django_assert_max_num_queries
):
    client = client_de(signataire)
    tranche = reverse("protocoles:tranche_annulation", args=[paye.tranches.get(rang=3).pk])
    avant = [adresse(paye, nom) for nom in ("suspension", "levee", "cloture", "resiliation")]
    for url in (*avant, tranche):
        client.get(url)
        with django_assert_max_num_queries(12):
            client.get(url)
    paye.resilier(
        par=signataire,
        motif="Elle cesse.",
        demandee="organisme",
        **f.appui(),
        a_recuperer={premiere.pk: D("1")},
    )
    for nom in ("releve", "releve_pdf", "protocole_pdf"):
        with django_assert_max_num_queries(12):
            client.get(adresse(paye, nom))
