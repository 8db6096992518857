"""Un versement fait, sa preuve, son contraire; ce qui est à récupérer, ce qui se rend; l'état des versements."""

from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projets.protocoles.etat_imprime import html_de_l_etat, redemander, titre_de_l_etat
from projets.protocoles.models import Paiement, Remboursement
from projets.protocoles.models.comptes import compte_de
from socle.documents.pdf import rendre
from socle.models import Document, Notification, Utilisateur
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.contenu_pdf import pages_du_pdf, serrer
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu
from tests.outils.partage import partagee
from tests.outils.porte_pdf import verifier_pdf
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.verite import argent_des_protocoles_vrai

pytestmark = pytest.mark.django_db


def url(nom, objet):
    return reverse(f"protocoles:{nom}", args=[objet.pk])


@partagee
def autre(cadre):
    """Une deuxième personne aux finances du fiduciaire."""
    return fabriques.personne("finances", cadre.bsl)


@partagee
def paye(signe, lectrice):
    return f.payer(signe.tranches.get(rang=1), lectrice, reference="V-1")


@partagee
def a_rendre(paye, signe, signataire):
    """Résilié : de 8 400,00 $ versés, 3 000,00 $ sont à récupérer."""
    montants = {paye.tranche.affectation_id: D("3000")}
    f.relire(signe).resilier(
        par=signataire, motif="Elle cesse.", demandee="organisme", **f.appui(), a_recuperer=montants
    )
    return f.relire(signe).releve.get(a_recuperer__gt=0)


# --- Les versements faits ---------------------------------------------------------------------------------


def test_un_versement_fait_se_liste_se_lit_et_recoit_sa_preuve(paye, lectrice, client_de):
    client = client_de(lectrice)
    liste = client.get(url("paiements", paye.convention))
    assert_html_accessible(liste)
    assert "8 400,00 $" in lu(liste)
    assert client.get(url("paiements", paye.convention), {"q": "introuvable"}).context["liste"].nombre == 0
    fiche = client.get(url("paiement", paye))
    assert_html_accessible(fiche)
    assert "Versement de 8 400,00 $" in lu(fiche)
    assert url("paiement_contrepassation", paye) not in fiche.text  # qui inscrit ne contrepasse pas
    Utilisateur.objects.exclude(pk=lectrice.pk).update(is_active=False)
    assert "personne d’autre n’est nommé aux finances" in lu(client.get(url("paiement", paye)))
    suite = client.post(
        url("paiement_jonction", paye), {"fichier": fabriques.fichier_pdf("virement.pdf")}, follow=True
    )
    assert "virement.pdf" in suite.text
    piece = Paiement.objects.get().pieces.get()
    assert client.get(url("paiement_piece", piece)).getvalue().startswith(b"%PDF")


def test_la_fiche_dit_a_qui_a_inscrit_qui_peut_contrepasser(paye, lectrice, autre, equipe, client_de):
    de_l_organisme = fabriques.personne("finances", paye.convention.alliance)
    fabriques.mandater(de_l_organisme, "porteur", organisme=paye.protocole.initiative.organisme)
    fiche = lu(client_de(lectrice).get(url("paiement", paye)))
    _, _, suite = fiche.partition("s’il y a erreur, ")
    noms = suite.partition(" le contrepasse.")[0].split(" ou ")
    assert autre.nom_complet in noms
    assert not {lectrice.nom_complet, de_l_organisme.nom_complet} & set(noms)
    assert "Vous l’avez inscrit" not in client_de(autre).get(url("paiement", paye)).text


def test_une_autre_personne_contrepasse_avec_un_motif_et_l_organisme_l_apprend(
    paye, lectrice, autre, equipe, client_de
):
    adresse = url("paiement_contrepassation", paye)
    assert "une autre personne la contrepasse" in client_de(lectrice).get(adresse).text
    client_de(lectrice).post(adresse, {"motif": "Deux fois."})
    client = client_de(autre)
    assert_html_accessible(client.get(adresse))
    assert "motif" in client.post(adresse, {}).context["form"].errors
    assert not Paiement.objects.filter(ecriture__contrepassee_par__isnull=False).exists()
    for _ in range(2):
        suite = client.post(adresse, {"motif": "Deux fois."}, follow=True)
    assert "déjà contrepassé" in suite.text
    assert "Deux fois." in client.get(url("paiement", paye)).text
    recues = Notification.objects.filter(titre__startswith="Versement contrepassé")
    assert recues.filter(destinataire__in=equipe).count() == 2
    argent_des_protocoles_vrai(paye.convention)


def test_chacun_chez_soi(paye, a_rendre, agente, mess, etrangere, equipe, client_de):
    rendu = rendre_a(a_rendre, fabriques.personne("finances", paye.convention.alliance))
    pages = [url("paiement", paye), url("remboursement", rendu)]
    gestes = [
        *(url(f"{nom}_{suite}", sortie) for nom, sortie in (("paiement", paye), ("remboursement", rendu))
          for suite in ("contrepassation", "jonction")),
        url("remboursement_ajout", a_rendre),
    ]  # fmt: skip
    for personne in (agente, mess):
        client = client_de(personne)
        assert {client.get(page).status_code for page in pages} == {200}
        assert {client.get(page).status_code for page in gestes} == {403}
    for personne in (etrangere, *equipe):
        client = client_de(personne)
        assert {client.get(page).status_code for page in (*pages, *gestes)} == {404}


# --- À récupérer ------------------------------------------------------------------------------------------


def rendre_a(ligne, par, **plus):
    saisie = {"montant": D("1000"), "faite_le": aujourd_hui(), "reference": "R-1"} | plus
    return Remboursement.inscrire(par=par, ligne=ligne, **saisie)


def test_ce_qui_est_a_recuperer_se_rend_en_partie_puis_en_entier(a_rendre, lectrice, client_de):
    client, liste = client_de(lectrice), url("a_recuperer", a_rendre.enveloppe.convention)
    page = client.get(liste)
    assert_html_accessible(page)
    assert "3 000,00 $ à récupérer" in lu(page)
    adresse = url("remboursement_ajout", a_rendre)
    assert_html_accessible(client.get(adresse))
    envoi = {"faite_le": aujourd_hui().isoformat(), "montant": "3 000,01", "reference": "R-1"}
    assert "ne doit plus que 3 000,00 $" in lu(client.post(adresse, envoi))
    for _ in range(2):
        suite = client.post(
            adresse, envoi | {"montant": "1 000", "piece": fabriques.fichier_pdf()}, follow=True
        )
    assert "Le remboursement R-1 est inscrit : 1 000,00 $." in lu(suite)
    assert Remboursement.objects.get().pieces.count() == 1
    assert "2 000,00 $ à récupérer" in lu(client.get(liste))
    client.post(adresse, envoi | {"montant": "2 000", "reference": "R-2"})
    assert client.get(liste, {"etat": "reste"}).context["liste"].nombre == 0
    assert client.get(liste, {"etat": "rendu"}).context["liste"].nombre == 1
    assert "Tout ce qui était à récupérer est rendu." in lu(client.get(adresse))
    argent_des_protocoles_vrai(a_rendre.enveloppe.convention)


def test_un_remboursement_se_lit_et_se_contrepasse_par_une_autre(a_rendre, lectrice, autre, client_de):
    rendu = rendre_a(a_rendre, lectrice)
    fiche = client_de(autre).get(url("remboursement", rendu))
    assert_html_accessible(fiche)
    assert_html_accessible(client_de(autre).get(url("remboursements", rendu.convention)))
    suite = client_de(autre).post(
        url("remboursement_contrepassation", rendu), {"motif": "Ce n’est pas le leur."}, follow=True
    )
    assert "Le remboursement est contrepassé." in lu(suite)
    assert a_rendre.remboursements.total() == 0
    argent_des_protocoles_vrai(rendu.convention)


# --- L'état des versements --------------------------------------------------------------------------------------------


def test_l_organisme_lit_ce_qu_il_a_recu_sous_quelle_reference_et_ce_qui_reste(
    paye, signe, agente, etrangere, equipe, client_de
):
    adresse = url("etat_des_versements", signe)
    page = client_de(equipe[0]).get(adresse)
    assert_html_accessible(page)
    texte = lu(page)
    compte = compte_de(f.relire(signe))
    assert (compte.accorde, compte.verse, compte.reste) == (D("18000.01"), D("8400"), D("9600.01"))
    assert compte.retenue == sum(t.montant for t in signe.tranches.filter(retenue=True)) > 0
    for attendu in ("V-1", "8 400,00 $", "9 600,01 $", "retenus jusqu’au rapport final"):
        assert attendu in texte
    assert url("paiement", paye) not in page.text
    assert url("paiement", paye) in client_de(agente).get(adresse).text
    assert client_de(etrangere).get(adresse).status_code == 404


def test_le_releve_d_une_fin_dit_ce_qui_est_libere_a_rendre_et_rendu(
    a_rendre, signe, lectrice, equipe, client_de
):
    rendre_a(a_rendre, lectrice)
    compte = compte_de(f.relire(signe))
    assert (compte.reste, compte.libere, compte.doit) == (0, D("9600.01"), D("2000"))
    texte = lu(client_de(equipe[1]).get(url("etat_des_versements", signe)))
    assert "<small>1 000,00 $ rendus, de 3 000,00 $</small>" in texte
    assert "-1 000,00 $" in texte or "−1 000,00 $" in texte


def test_avant_la_signature_il_n_y_a_pas_de_releve(transmis, agente, equipe, client_de):
    for personne in (agente, equipe[1]):
        assert client_de(personne).get(url("etat_des_versements", transmis)).status_code == 404
        assert client_de(personne).post(url("etat_des_versements_pdf", transmis)).status_code == 404


def test_le_releve_demande_autant_de_requetes_quel_que_soit_le_nombre(signe, lectrice, equipe, client_de):
    client, adresse, couts = client_de(equipe[0]), url("etat_des_versements", signe), []
    client.get(adresse)
    for rang in range(3):
        with CaptureQueriesContext(connection) as requetes:
            client.get(adresse)
        couts.append(len(requetes))
        f.payer(signe.tranches.get(rang=1), lectrice, montant=D("10"), reference=f"V-{rang}")
    assert couts[0] == couts[-1] <= 12


def test_le_releve_en_pdf_se_demande_puis_se_sert_a_qui_le_lit(paye, signe, equipe, etrangere, client_de):
    client = client_de(equipe[0])
    assert not Document.objects.filter(nom__startswith="versements-").exists()
    attente = client.post(url("etat_des_versements_pdf", signe))["Location"]
    assert client.get(attente).status_code == 200
    assert client_de(etrangere).get(attente).status_code == 404
    document = Document.objects.get(nom__startswith="versements-")
    document.delete()
    redemander({document.nom})
    assert Document.objects.filter(nom=document.nom).exists()


def test_le_pdf_du_releve_est_conforme_et_dit_les_memes_sommes(paye, signe):
    protocole = f.relire(signe)
    octets = rendre(html_de_l_etat(protocole), titre=titre_de_l_etat(protocole))
    assert verifier_pdf(octets) == []
    texte = serrer(" ".join(page.lu for page in pages_du_pdf(octets)))
    for attendu in ("V-1", "8 400,00 $", "18 000,01 $", "Retenu jusqu’au rapport final"):
        assert serrer(attendu) in texte
