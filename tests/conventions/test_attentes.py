"""Ce qui attend chaque personne : avenants, transferts, versements; rien de ce qui attend les autres."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from conventions.attentes import conventions, obligations, versements
from conventions.models import Avenant, EcheanceVersement, Transfert
from socle.annonces.attentes import taches
from socle.annonces.previsions import a_venir
from socle.models import CibleDeService
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.avenants import (
    avenant_applique,
    avenant_prepare,
    avenant_transmis,
    convention_en_vigueur,
    signer,
)
from tests.conventions.fabriques import (
    arbre_dresse,
    brouillon,
    convention_a_transmettre,
    convention_transmise,
    repartition_adoptee,
)
from tests.conventions.fabriques import convention_en_vigueur as enveloppes_ouvertes
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


def attendues(personne, mot):
    """(titre, lien) de ce qui attend cette personne et dont le titre contient ce mot."""
    return [(tache.titre, tache.lien) for tache in taches(personne) if mot in tache.titre]


# --- Les répartitions -------------------------------------------------------------------------------------


def test_l_exercice_en_cours_non_reparti_attend_la_table(
    cadre, mess, agente, signataire, etrangere, ressource
):
    with time_machine.travel("2025-05-15T10:00-04:00", tick=False):
        convention = enveloppes_ouvertes(cadre.bsl)
        lien = f"{reverse('conventions:enveloppes', args=[convention.pk])}?exercice=2025"
        a_repartir = [("Répartir l’exercice en cours", lien)]
        assert attendues(agente, "exercice") == a_repartir
        for autre in (mess, signataire, etrangere, ressource):
            assert attendues(autre, "exercice") == []
        arbre_dresse(convention)
        projet = brouillon(convention)
        a_adopter = [("Adopter la répartition de l’exercice", lien)]
        assert attendues(agente, "exercice") == attendues(signataire, "exercice") == a_adopter
        projet.adopter(
            par=signataire, adoptee_le=aujourd_hui(), resolution="R", piece=fabriques.fichier_pdf()
        )
        assert attendues(agente, "exercice") == attendues(signataire, "exercice") == []
    with time_machine.travel("2026-04-01T10:00-04:00", tick=False):
        assert [titre for titre, _ in attendues(agente, "exercice")] == ["Répartir l’exercice en cours"]


def test_un_exercice_clos_ou_sans_argent_n_attend_personne(cadre, agente):
    convention = enveloppes_ouvertes(cadre.bsl)
    siens = convention.exercices.filter(an=Exercice.de(aujourd_hui()).an)
    assert len(attendues(agente, "exercice")) == 1
    siens.update(montant=0)
    assert attendues(agente, "exercice") == []
    siens.update(montant=1, clos_le=aujourd_hui(), clos_par=agente)
    assert attendues(agente, "exercice") == []


# --- Les avenants -----------------------------------------------------------------------------------------


def test_un_avenant_attend_chacun_a_son_tour(cadre, mess, signataire, approbation, agente, etrangere):
    avenant = avenant_prepare(convention_en_vigueur(cadre.bsl))
    page = reverse("conventions:avenant", args=[avenant.pk])
    signature = ("Inscrire la signature de la ou du ministre à l’avenant", page)
    assert attendues(mess, "avenant") == [("Transmettre l’avenant", page)]
    assert attendues(signataire, "avenant") == attendues(approbation, "avenant") == []
    avenant = avenant.transmettre(par=mess)
    assert attendues(mess, "avenant") == attendues(agente, "avenant") == attendues(etrangere, "avenant") == []
    assert attendues(signataire, "avenant") == [("Signer l’avenant", page)]
    assert attendues(approbation, "avenant") == [signature]
    organisme, ministre = avenant.signatures_attendues()
    signer(avenant, organisme)
    assert attendues(signataire, "avenant") == []
    assert attendues(approbation, "avenant") == [signature]
    signer(avenant, ministre)
    assert attendues(approbation, "avenant") == []


def test_l_attente_d_un_avenant_nomme_l_alliance_la_convention_et_l_avenant(cadre, signataire):
    convention = convention_en_vigueur(cadre.bsl)
    avenant = avenant_transmis(convention)
    avenant_transmis(convention_en_vigueur(cadre.lanaudiere))
    [tache] = [t for t in taches(signataire) if "avenant" in t.titre]
    assert tache.objet == f"{cadre.bsl.nom}, Convention {convention.numero}, avenant 1"
    assert tache.depuis == timezone.localtime(avenant.transmis_le).date()


def test_un_avenant_applique_ou_abandonne_n_attend_plus_personne(cadre, mess, signataire, approbation):
    convention = convention_en_vigueur(cadre.bsl)
    avenant_applique(convention)
    avenant_transmis(convention, {"parametre/part_regionale": "10.00"}).abandonner(
        par=mess, motif="Plus utile."
    )
    for personne in (mess, signataire, approbation):
        assert attendues(personne, "avenant") == []


def test_un_avenant_dont_la_base_a_bouge_attend_le_ministere_et_non_les_parties(
    cadre, mess, signataire, approbation
):
    convention = convention_en_vigueur(cadre.bsl)
    arrete = avenant_transmis(convention, {"parametre/part_regionale": "10.00"})
    avenant_applique(convention)
    assert Avenant.objects.get(pk=arrete.pk).base_a_bouge()
    reprise = reverse("conventions:avenant_reprise", args=[arrete.pk])
    assert attendues(mess, "avenant") == [("Reprendre l’avenant", reprise)]
    assert attendues(signataire, "avenant") == attendues(approbation, "avenant") == []
    arrete = Avenant.objects.get(pk=arrete.pk).reprendre(par=mess)
    assert [titre for titre, _ in attendues(mess, "avenant")] == ["Transmettre l’avenant"]
    arrete.transmettre(par=mess)
    assert attendues(mess, "avenant") == []
    assert [titre for titre, _ in attendues(signataire, "avenant")] == ["Signer l’avenant"]


def test_une_convention_fermee_n_attend_plus_d_avenant(cadre, mess, signataire, approbation):
    convention = convention_en_vigueur(cadre.bsl)
    avenant_transmis(convention)
    avenant_prepare(convention, {"parametre/part_regionale": "10.00"})
    type(convention).objects.update(
        etat="resiliee",
        fermee_le=convention.signee_le,
        fermee_par=mess,
        fermeture_motif="x",
        fermeture_reglement="x",
    )
    for personne in (mess, signataire, approbation):
        assert attendues(personne, "avenant") == []


def test_une_convention_a_signer_garde_ses_attentes_et_ne_se_confond_pas_avec_un_avenant(
    cadre, mess, signataire, approbation
):
    avenant_transmis(convention_en_vigueur(cadre.lanaudiere))
    convention_transmise(cadre.bsl)
    assert [t.titre for t in taches(signataire) if "ign" in t.titre] == ["Signer la convention"]
    assert sorted(t.titre for t in taches(approbation) if "ministre" in t.titre) == [
        "Inscrire la signature de la ou du ministre",
        "Inscrire la signature de la ou du ministre à l’avenant",
    ]


# --- Les transferts ---------------------------------------------------------------------------------------


@partagee
def arbre(cadre):
    convention = convention_en_vigueur(cadre.bsl)
    arbre_dresse(convention)
    repartition_adoptee(convention)
    return arbre_de(convention)


def arbre_de(convention):
    return {str(e): e for e in convention.enveloppes.filter(an=2025).select_related("territoire")}


def demander(arbre, par):
    return Transfert.demander(
        arbre["Réserve"], arbre["La Matanie"], Decimal("600"), par=par, motif="Transport"
    )


def test_un_transfert_demande_attend_qui_peut_l_approuver(
    arbre, agente, lectrice, signataire, mess, analyste, etrangere
):
    transfert = demander(arbre, agente)
    [tache] = [t for t in taches(signataire) if "transfert" in t.titre]
    assert tache.lien == reverse("conventions:transfert", args=[transfert.pk])
    assert tache.objet.endswith(f"Convention {transfert.convention.numero}")
    assert tache.montant == Decimal("600.00")
    for autre in (agente, lectrice, mess, analyste, etrangere):
        assert attendues(autre, "transfert") == []
    transfert.approuver(par=signataire)
    assert attendues(signataire, "transfert") == []


def test_qui_demande_un_transfert_ne_s_attend_pas_soi_meme(arbre, agente, signataire, cadre):
    fabriques.mandater(agente, "signature", alliance=cadre.bsl)
    demander(arbre, agente)
    assert attendues(agente, "transfert") == []
    assert len(attendues(signataire, "transfert")) == 1


def test_un_transfert_retire_ou_refuse_n_attend_plus(arbre, agente, signataire):
    demander(arbre, agente).retirer(par=agente)
    demander(arbre, agente).refuser(par=signataire, motif="Non.")
    assert attendues(signataire, "transfert") == []


# --- Les versements ---------------------------------------------------------------------------------------


def test_plusieurs_versements_se_disent_en_une_ligne_avec_ce_qu_il_en_reste(cadre, approbation):
    premiere, seconde = v.convention_signee(cadre.bsl), v.convention_signee(cadre.lanaudiere)
    v.autorisee(premiere)
    partielle = v.autorisee(seconde)
    v.virement(partielle, par=(payeuse := v.finances()), montant=Decimal("5000.25"))
    autorisees = EcheanceVersement.objects.filter(etat="autorisee")
    total = sum(e.montant for e in autorisees) - Decimal("5000.25")
    [tache] = taches(payeuse)
    assert (tache.nombre, tache.titre, tache.lien) == (
        2,
        "Confirmer les versements",
        f"{reverse('conventions:liste_versements')}?etat=autorisee&attente=on",
    )
    assert (tache.objet, tache.montant) == ("2\u00a0Alliances", total)
    assert attendues(approbation, "versement") == []


def test_l_accueil_ne_compte_que_ce_qui_peut_etre_autorise_ou_confirme(cadre, approbation):
    bonne, arretee = v.convention_signee(cadre.bsl), v.convention_signee(cadre.lanaudiere)
    v.recommandee(bonne)
    autre = v.recommandee(arretee)
    assert [t for t, _ in attendues(approbation, "versement")] == ["Autoriser les versements"]
    v.obligation_en_retard(arretee)
    assert [t for t, _ in attendues(approbation, "versement")] == ["Autoriser le versement"]
    v.derogation(autre).revoquer(par=approbation)
    assert [t for t, _ in attendues(approbation, "versement")] == ["Autoriser le versement"]
    v.derogation(autre)
    assert [t for t, _ in attendues(approbation, "versement")] == ["Autoriser les versements"]
    v.relire(autre).autoriser(par=approbation)
    assert attendues(v.finances(), "versement")
    EcheanceVersement.objects.filter(pk=autre.pk).update(an=2031)
    assert attendues(v.finances(), "versement") == []


def test_un_seul_versement_se_nomme_avec_ce_qu_il_en_reste(cadre):
    partielle = v.autorisee(v.convention_signee(cadre.bsl))
    v.virement(partielle, par=(payeuse := v.finances()), montant=partielle.montant - Decimal("10.05"))
    [tache] = taches(payeuse)
    assert tache.titre == "Confirmer le versement"
    assert (tache.objet, tache.montant) == (f"{cadre.bsl.nom}, 1er versement, 2025-2026", Decimal("10.05"))
    assert tache.lien == reverse("conventions:echeance", args=[partielle.pk])


def test_un_virement_annule_est_encore_a_confirmer_en_entier(cadre):
    virement, payeuse = v.virement(v.autorisee(v.convention_signee(cadre.bsl))), v.finances()
    v.relire(virement.echeance).annuler_confirmation(par=payeuse, versement=virement, motif="Mauvaise date.")
    [tache] = taches(payeuse)
    assert tache.montant == Decimal("70000.00")


def test_qui_a_recommande_ou_autorise_un_versement_ne_s_attend_pas_soi_meme(cadre):
    """Une même personne tient trois mandats : son versement attend quelqu'un d'autre."""
    polyvalente, autre = fabriques.personne("approbation"), fabriques.personne("approbation")
    for role in ("mess", "finances_mess"):
        fabriques.mandater(polyvalente, role)
    echeance = v.liberee(v.convention_signee(cadre.bsl)).recommander(par=polyvalente, note="Rien à signaler.")
    assert attendues(polyvalente, "versement") == []
    assert [titre for titre, _ in attendues(autre, "versement")] == ["Autoriser le versement"]
    echeance.autoriser(par=autre)
    assert attendues(polyvalente, "versement") == []
    assert [titre for titre, _ in attendues(v.finances(), "versement")] == ["Confirmer le versement"]


def test_l_attente_date_du_plus_ancien(cadre):
    for rang, alliance in enumerate((cadre.bsl, cadre.lanaudiere)):
        echeance = v.autorisee(v.convention_signee(alliance))
        le = echeance.autorisee_le - timedelta(days=10 * rang)
        EcheanceVersement.objects.filter(pk=echeance.pk).update(autorisee_le=le)
    [tache] = taches(v.finances())
    assert tache.depuis == timezone.localtime(le).date()


def test_la_liste_ou_mene_l_accueil_montre_ceux_qu_il_compte(cadre, approbation, client_de):
    """Sans ce qu'une obligation en retard arrête, ni ce qui attend quelqu'un d'autre."""
    for alliance in (cadre.bsl, cadre.lanaudiere):
        v.recommandee(v.convention_signee(alliance))
    arretee = fabriques.Alliance.objects.create(
        cycle=cadre.cycle, nom="Arrêtée", slug="arretee", table_regionale=cadre.bsl.table_regionale
    )
    arretee.regions.add(cadre.bsl.regions.get())
    v.recommandee(convention := v.convention_signee(arretee))
    v.obligation_en_retard(convention)
    client = client_de(approbation)
    [groupe] = client.get(reverse("pilotage:accueil")).context["groupes"]
    assert groupe.nombre == 2
    lus = client.get(groupe.lien).context["liste"]
    assert {e.convention.alliance for e in lus.page} == {cadre.bsl, cadre.lanaudiere}
    assert (
        len(
            client.get(reverse("conventions:liste_versements"), {"etat": "recommandee"}).context["liste"].page
        )
        == 3
    )


def test_l_accueil_dit_combien_de_versements_sont_en_retard(cadre):
    for rang, alliance in enumerate((cadre.bsl, cadre.lanaudiere)):
        echeance = v.autorisee(v.convention_signee(alliance))
        le = echeance.autorisee_le - timedelta(days=20 * rang)
        EcheanceVersement.objects.filter(pk=echeance.pk).update(autorisee_le=le)
    [tache] = taches(payeuse := v.finances())
    assert (tache.nombre, tache.retards, tache.est_en_retard) == (2, 1, True)
    CibleDeService.objects.update(jours=None)
    CibleDeService.objects.get(etape="versement-confirmer").save()
    [tache] = taches(payeuse)
    assert (tache.retards, tache.est_en_retard) == (0, False)


def test_une_somme_inventee_se_dit_fictive(cadre, client_de):
    convention = v.convention_signee(cadre.bsl)
    v.autorisee(convention)
    client = client_de(v.finances())
    assert "Fictif" not in client.get(reverse("pilotage:accueil")).text
    type(convention).objects.update(montants_fictifs=True)
    page = client.get(reverse("pilotage:accueil")).text
    assert all(mot in page for mot in (">Fictif<", "un montant d’exemple, qui n’engage personne"))


# --- À venir ----------------------------------------------------------------------------------------------


def test_les_dates_a_venir_se_groupent_par_jour_et_par_sorte(cadre, mess, agente):
    jour = aujourd_hui() + timedelta(days=40)
    for alliance in (cadre.bsl, cadre.lanaudiere):
        convention = v.convention_signee(alliance)
        convention.obligations.all().delete()
        convention.obligations.create(nature="rapport_annuel", an=2025, echeance=jour)
        convention.echeances.update(prevue_le=aujourd_hui() - timedelta(days=1))
    [prevue] = a_venir(mess)
    assert (prevue.jour, prevue.titre, prevue.objet) == (jour, "2\u00a0rapports annuels", "")
    assert prevue.dans == "dans 40\u00a0jours"
    [prevue] = a_venir(agente)
    assert (prevue.titre, prevue.objet) == ("Rapport annuel", cadre.bsl.nom)
    EcheanceVersement.objects.filter(rang=1).update(prevue_le=jour)
    [rapports, versements] = a_venir(mess)
    assert versements.titre == "2\u00a0versements prévus"
    assert versements.montant == sum(
        EcheanceVersement.objects.filter(rang=1).values_list("montant", flat=True)
    )


# --- Le coût ----------------------------------------------------------------------------------------------


def test_les_attentes_coutent_le_meme_nombre_de_requetes_quel_que_soit_le_nombre(
    cadre, arbre, agente, signataire, mess, approbation, analyste, django_assert_max_num_queries
):
    """Avec celles des plans; la même personne peut écrire et signer."""
    fabriques.mandater(agente, "signature", alliance=cadre.bsl)
    v.liberee(v.convention_signee(cadre.lanaudiere))
    demander(arbre, signataire)
    convention = arbre["Réserve"].convention
    avenant_prepare(convention)
    avenant_transmis(convention, {"parametre/part_regionale": "10.00"})
    for personne, requetes in ((agente, 7), (signataire, 5), (mess, 5), (approbation, 4), (analyste, 4)):
        relue = type(personne).objects.get(pk=personne.pk)
        with django_assert_max_num_queries(requetes + 2):  # ses droits
            taches(relue)


def test_qui_n_a_rien_a_y_faire_ne_coute_aucune_requete(cadre, django_assert_num_queries):
    convention_a_transmettre(cadre.bsl)
    observation = fabriques.personne("observation")
    taches(observation)
    with django_assert_num_queries(0):
        for attentes in (conventions, obligations, versements):
            assert attentes.taches(observation) == []


def test_l_accueil_tient_dans_le_budget_meme_pour_qui_ecrit_et_signe(
    cadre, arbre, agente, signataire, mess, approbation, client_de, django_assert_max_num_queries
):
    fabriques.plan_pret(cadre.bsl)
    fabriques.mandater(agente, "signature", alliance=cadre.bsl)
    demander(arbre, signataire)
    avenant_transmis(arbre["Réserve"].convention)
    for personne in (agente, signataire, mess, approbation):
        client = client_de(personne)
        client.get(reverse("socle:aide"))  # la première page d'une session l'écrit
        CibleDeService.du_moment()  # gardées une minute
        with django_assert_max_num_queries(12):
            page = client.get(reverse("pilotage:accueil"))
        assert_html_accessible(page)
    assert "Signer l’avenant" in client_de(agente).get(reverse("pilotage:accueil")).text
