"""L'administration corrige une préparation, avec un motif; rien de signé ne s'y change."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from alliances.models import JournalAlliance
from conventions.models import Enveloppe, JournalConvention, Transfert
from socle.models import CibleDeService
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.fabriques import (
    arbre_dresse,
    convention_a_transmettre,
    convention_signee,
    recevoir,
    repartition_adoptee,
)
from tests.test_administration import champs, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cadre, client_de):
    return client_de(fabriques.personne("administration"))


def test_une_preparation_se_corrige_avec_un_motif_et_les_pages_ouvertes_le_savent(cadre, client, agente):
    convention = convention_a_transmettre(cadre.bsl)
    envoi = champs(client.get(page(convention)), numero="FQIS-9", motif_de_correction="Numéro du greffe")
    client.post(page(convention), envoi)
    convention.refresh_from_db()
    assert (convention.numero, convention.revision) == ("FQIS-9", 2)
    ligne = JournalConvention.objects.get(geste="corriger")
    assert (ligne.apres, ligne.motif, ligne.role) == (
        {"numero": "FQIS-9"},
        "Numéro du greffe",
        "administration",
    )
    assert not ligne.public
    montant = convention.exercices.get(an=2025)
    client.post(page(montant), champs(client.get(page(montant)), montant="5", motif_de_correction="Erreur"))
    montant.refresh_from_db()
    assert montant.montant == Decimal("5")


def test_l_etat_ne_change_pas_par_l_administration(cadre, client):
    convention = convention_a_transmettre(cadre.bsl)
    envoi = champs(
        client.get(page(convention)), etat="signee", signee_le="2026-01-01", motif_de_correction="x"
    )
    client.post(page(convention), envoi)
    convention.refresh_from_db()
    assert (convention.etat, convention.signee_le) == ("preparation", None)


def test_rien_de_signe_ne_se_corrige(cadre, client):
    convention = convention_signee(cadre.bsl)
    for objet in (
        convention,
        convention.exercices.first(),
        convention.parties.first(),
        convention.pieces.first(),
    ):
        assert client.get(page(objet)).status_code == 200
        assert client.post(page(objet), {"motif_de_correction": "x", "numero": "Z"}).status_code == 403


def test_une_reference_se_corrige_mais_pas_une_reception(cadre, client, mess):
    convention = convention_signee(cadre.bsl)
    rapport = recevoir(convention.obligations.get(nature="rapport_annuel", an=2025))
    envoi = champs(client.get(page(rapport)), motif_de_correction="Mauvais dossier")
    client.post(page(rapport), envoi | {"recue_le": "", "recue_par": "", "reference": "Lettre 5"})
    rapport.refresh_from_db()
    assert (rapport.recue_le, rapport.reference) == (aujourd_hui(), "Lettre 5")
    assert JournalConvention.objects.get(geste="corriger").public
    final = convention.obligations.get(nature="rapport_final")
    final.prolonger(par=mess, nouvelle=aujourd_hui() + timedelta(days=300), motif="x")
    assert client.post(page(final.prolongations.get()), {"motif": "y"}).status_code == 403


def test_chaque_liste_et_chaque_fiche_s_ouvre_avec_une_convention_en_vigueur(cadre, client, mess):
    convention = convention_signee(cadre.bsl)
    convention.obligations.get(nature="rapport_final").prolonger(
        par=mess, nouvelle=aujourd_hui() + timedelta(days=300), motif="x"
    )
    noms = (
        "convention",
        "exerciceconvention",
        "partieconvention",
        "obligation",
        "prolongation",
        "piececonvention",
        "journalconvention",
    )
    for nom in noms:
        assert client.get(reverse(f"admin:conventions_{nom}_changelist")).status_code == 200


def test_les_mots_d_un_versement_et_d_un_transfert_se_corrigent_avec_un_motif(
    cadre, client, agente, lectrice
):
    convention = v.convention_signee(cadre.bsl)
    echeance = v.recommandee(convention)
    echeance.suspendre(par=fabriques.personne("mess"), motif="Voir Mme Roy.")
    enveloppes = arbre_dresse(convention, par=agente)
    repartition_adoptee(convention)
    transfert = Transfert.demander(
        enveloppes["Réserve"], enveloppes["La Matanie"], Decimal("10"), par=agente, motif="Voir M. Côté."
    )
    for objet, verbe in ((echeance, "Coordonnées à confirmer."), (transfert, "Une initiative de plus.")):
        envoi = champs(client.get(page(objet)), motif=verbe)
        assert "Ce champ est obligatoire" in client.post(page(objet), envoi).text
        vide = client.post(page(objet), envoi | {"motif": "", "motif_de_correction": "x"})
        assert "Ce champ est obligatoire" in vide.text
        interdits = {"etat": "approuvee", "montant": "1", "decision_motif": "Ajout", "an": "2030"}
        client.post(page(objet), envoi | interdits | {"motif_de_correction": "Un nom de personne"})
        relu = type(objet).objects.get(pk=objet.pk)
        assert relu.motif == verbe
        assert (relu.montant, relu.an) == (objet.montant, objet.an)
        ligne = JournalConvention.objects.filter(geste="corriger").order_by("pk").last()
        assert (ligne.apres, ligne.motif) == ({"motif": verbe}, "Un nom de personne")
    transfert.refresh_from_db()
    assert (transfert.etat, transfert.decision_motif) == ("demandee", "")
    assert v.relire(echeance).etat == "suspendue"


def test_le_nom_d_une_enveloppe_se_corrige_et_rien_d_autre_d_elle(cadre, client, agente):
    convention = v.convention_signee(cadre.bsl)
    arbre_dresse(convention, par=agente)
    reserve = Enveloppe.ajouter(
        convention, parent=Enveloppe.racine(convention, 2025), par=agente, volet="reserve", nom="Imprevus"
    )
    envoi = champs(client.get(page(reserve)), nom="Imprévus", motif_de_correction="Accent", volet="regional")
    client.post(page(reserve), envoi)
    reserve.refresh_from_db()
    assert (reserve.nom, reserve.volet) == ("Imprévus", "reserve")
    ligne = JournalConvention.objects.get(geste="corriger")
    assert (ligne.avant, ligne.apres) == ({"nom": "Imprevus"}, {"nom": "Imprévus"})
    autre = Enveloppe.ajouter(convention, parent=reserve.parent, par=agente, volet="reserve", nom="Autre")
    assert "existe déjà pour cet exercice" in client.post(page(autre), envoi).text
    convention.resilier(par=agente, fermee_le=aujourd_hui(), motif="x", reglement="y")
    assert client.post(page(reserve), envoi | {"nom": "Autre"}).status_code == 403


def test_ce_qui_est_ecrit_au_grand_livre_se_lit_sans_se_toucher(cadre, client):
    convention = v.convention_signee(cadre.bsl)
    versement = v.versee(convention).versements.get()
    annulation = versement.echeance.annuler_confirmation(
        par=v.finances(), versement=versement, motif="Mauvaise date."
    )
    for objet in (versement, annulation):
        assert client.get(page(objet)).status_code == 200
        assert client.post(page(objet), {"motif": "y", "motif_de_correction": "x"}).status_code == 403
        assert client.post(page(objet, "delete")).status_code == 403


def test_une_cible_de_service_se_regle_avec_un_motif(client):
    cible, _ = CibleDeService.objects.update_or_create(etape="versement-autoriser", defaults={"jours": 10})
    lue = client.get(page(cible))
    assert "Autoriser un versement recommandé" in lue.content.decode()
    client.post(page(cible), champs(lue, jours="5", motif_de_correction="Engagement du Ministère"))
    assert CibleDeService.toutes()["versement-autoriser"] == 5
    ligne = JournalAlliance.objects.filter(geste="corriger").latest("pk")
    assert (ligne.alliance, ligne.apres, ligne.motif) == (None, {"jours": 5}, "Engagement du Ministère")
