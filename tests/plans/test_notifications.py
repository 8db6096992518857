"""Prévenir : la bonne personne, une fois, sans renseignement personnel."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command

from alliances.plans.attentes import taches
from alliances.plans.models import DemandeCorrection, PlanAction
from alliances.plans.notifications import EVENEMENTS, annoncer_plan
from socle.annonces.rappels import palier_du_rappel
from socle.annonces.travaux import distribuer
from socle.models import Courriel, Notification
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


def destinataires(evenement):
    return set(
        Notification.objects.filter(cle__startswith=f"plan:{evenement}:").values_list(
            "destinataire", flat=True
        )
    )


@partagee
def deposee(cadre, agente, signataire):
    return fabriques.version_deposee(cadre.bsl)


def test_un_depot_previent_la_table_et_sa_direction_regionale(
    deposee, agente, signataire, lectrice, analyste, direction, mess, etrangere
):
    annoncer_plan(deposee, "depot", par=signataire)
    assert destinataires("depot") == {agente.pk, signataire.pk, analyste.pk, direction.pk}


def test_la_personne_qui_agit_n_est_pas_prevenue_de_son_geste(deposee, agente, direction, mess):
    annoncer_plan(deposee, "avis", par=mess)
    assert mess.pk not in destinataires("avis")
    assert agente.pk in destinataires("avis")


def test_une_alliance_sans_region_previent_le_ministere(cadre, agente, signataire, mess):
    version = fabriques.version_deposee(cadre.bsl)
    cadre.bsl.regions.clear()
    annoncer_plan(version, "depot", par=signataire)
    assert mess.pk in destinataires("depot")


def test_le_meme_evenement_ne_previent_qu_une_fois(
    deposee, agente, signataire, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        annoncer_plan(deposee, "depot", par=signataire)
    with django_capture_on_commit_callbacks(execute=True):
        annoncer_plan(deposee, "depot", par=signataire)
    assert len(mail.outbox) == Notification.objects.count() == 2


def test_le_courriel_est_francais_dit_d_abord_ce_qui_est_arrive_et_ne_nomme_personne(
    deposee, agente, signataire, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        annoncer_plan(deposee, "depot", par=signataire)
    courriel = next(m for m in mail.outbox if m.to == [agente.courriel])
    assert courriel.subject == f"Plan déposé\xa0: Alliance – Bas-Saint-Laurent ({deposee.reference})"
    assert courriel.body.startswith("Bonjour,\n\nLe plan d’action est déposé.")
    assert f"/plans/{deposee.pk}/lecture/" in courriel.body
    for personne in (agente, signataire):
        assert personne.nom not in courriel.subject + courriel.body
        assert personne.courriel not in courriel.body


def test_un_courriel_deja_envoye_ne_repart_pas(deposee, agente, signataire):
    annoncer_plan(deposee, "depot", par=signataire)
    ids = list(Courriel.objects.values_list("pk", flat=True))
    distribuer.func(ids)
    distribuer.func(ids)
    assert len(mail.outbox) == 2


def test_un_compte_desactive_ne_recoit_rien(deposee, agente, signataire):
    agente.is_active = False
    agente.save()
    annoncer_plan(deposee, "depot", par=signataire)
    assert destinataires("depot") == {signataire.pk}


def test_l_etat_n_est_pas_prevenu_des_observations_sur_un_brouillon(cadre, agente, signataire, direction):
    version = fabriques.plan_pret(cadre.bsl)
    annoncer_plan(version, "observation", par=agente, cle="1")
    assert destinataires("observation") == {signataire.pk}


@pytest.mark.parametrize("evenement", EVENEMENTS)
def test_chaque_evenement_s_annonce_en_une_phrase_et_mene_quelque_part(deposee, agente, mess, evenement):
    nouvelles = annoncer_plan(deposee, evenement, par=mess)
    assert all(n.texte.endswith(".") and n.lien.startswith("/plans/") for n in nouvelles)


@pytest.mark.parametrize(
    ("jours", "palier"),
    [
        (31, None),
        (30, 30),
        (20, 30),
        (14, 14),
        (7, 7),
        (2, 7),
        (1, 1),
        (0, 1),
        (-1, -1),
        (-8, -7),
        (-90, -30),
    ],
)
def test_chaque_jour_a_son_palier_de_rappel(jours, palier):
    assert palier_du_rappel(jours) == palier


def test_un_rappel_part_une_fois_par_palier_et_rattrape_un_passage_manque(cadre, agente, signataire):
    fabriques.plan_ouvert(cadre.bsl)
    echeance = datetime(2025, 3, 31, 17, tzinfo=UTC)  # midi à Québec
    for jours, total in ((40, 0), (28, 1), (27, 1), (6, 2), (-1, 3), (-3, 3)):
        with time_machine.travel(echeance - timedelta(days=jours), tick=False):
            call_command("rappels")
        assert Notification.objects.filter(destinataire=agente).count() == total
    assert not Notification.objects.filter(destinataire=signataire).exists()


def test_un_plan_depose_ne_se_rappelle_plus(deposee):
    call_command("rappels")
    assert not Notification.objects.exists()


def test_les_taches_suivent_a_qui_est_le_tour(
    cadre, agente, signataire, analyste, direction, mess, approbation
):
    def titres(personne):
        del personne._droits
        return [t.titre for t in taches(personne)]

    for personne in (agente, signataire, analyste, direction, mess, approbation):
        taches(personne)
    version = fabriques.version_adoptee(cadre.bsl)
    assert titres(signataire) == ["Déposer le plan adopté"]
    assert titres(direction) == []
    version.deposer(par=signataire, certifie=True)
    assert (titres(analyste), titres(direction)) == (["Examiner le plan"], [])
    version.terminer_l_analyse(par=analyste, note="Conforme au guide.")
    assert (titres(analyste), titres(direction)) == ([], ["Rendre l’avis sur le plan"])
    DemandeCorrection.demander(
        version, par=analyste, cible=("section", "1a"), raison="incomplet", texte="Précisez."
    )
    assert (titres(analyste), titres(direction)) == (["Retourner le plan à la Table"], [])
    assert titres(agente) == []


def test_la_coordination_sans_plan_est_invitee_a_l_ouvrir(cadre, agente, lectrice):
    (tache,) = taches(agente)
    assert (tache.titre, tache.objet) == ("Ouvrir le plan d’action", cadre.bsl.nom)
    assert tache.est_en_retard
    assert taches(lectrice) == []


def test_les_taches_coutent_le_meme_nombre_de_requetes_quel_que_soit_le_nombre(
    cadre, mess, approbation, django_assert_max_num_queries
):
    fabriques.version_avisee(cadre.bsl)
    fabriques.version_avisee(cadre.lanaudiere)
    with django_assert_max_num_queries(5):
        assert len(taches(approbation)) == 2


def test_apres_un_refus_la_coordination_est_invitee_a_reprendre_le_plan(cadre, agente, approbation):
    version = fabriques.version_avisee(cadre.bsl)
    version = version.refuser(par=approbation, motif="Les cibles manquent.", **fabriques.LETTRE)
    (tache,) = taches(agente)
    assert tache.titre == "Reprendre le plan refusé"
    version.ouvrir_modification(par=agente, motif="Ajouter les cibles.")
    assert [t.titre for t in taches(agente)] == ["Faire adopter le plan par la Table"]


def courriels_de(personne):
    return [message for message in mail.outbox if message.to == [personne.courriel]]


def test_qui_est_attendu_recoit_l_adresse_ou_agir_et_les_autres_celle_ou_lire(
    cadre, agente, signataire, ressource, analyste, direction, mess, django_capture_on_commit_callbacks
):
    version = fabriques.version_a_corriger(cadre.bsl)
    with django_capture_on_commit_callbacks(execute=True):
        annoncer_plan(version, "retour", par=direction)
    for personne in (agente, signataire):
        assert "Pour y donner suite" in courriels_de(personne)[0].body
        assert f"/plans/{version.pk}/\n" in courriels_de(personne)[0].body
    for personne in (ressource, analyste):
        assert "Pour le consulter" in courriels_de(personne)[0].body


def test_personne_n_a_de_suite_a_donner_a_une_approbation(
    cadre, agente, signataire, direction, approbation, django_capture_on_commit_callbacks
):
    version = fabriques.version_approuvee(cadre.bsl)
    with django_capture_on_commit_callbacks(execute=True):
        annoncer_plan(version, "approbation", par=approbation)
    assert mail.outbox
    assert all("Pour le consulter" in message.body for message in mail.outbox)


def test_le_retour_dit_de_quel_cote_il_vient(cadre, agente, direction, mess):
    version = fabriques.version_a_corriger(cadre.bsl)
    annoncer_plan(version, "retour", par=direction)
    assert Notification.objects.get(destinataire=agente).texte.startswith("Services Québec retourne")


def test_le_retour_du_ministere_porte_son_nom(cadre, agente, approbation):
    version = fabriques.version_avisee(cadre.bsl)
    DemandeCorrection.demander(
        version, par=approbation, cible=("section", "1d"), raison="incomplet", texte="Précisez."
    )
    annoncer_plan(version.retourner(par=approbation), "retour", par=approbation)
    assert Notification.objects.get(destinataire=agente).texte.startswith("Le Ministère retourne")


def test_chaque_adoption_s_annonce_et_la_reouverture_aussi(cadre, agente, signataire):
    version = fabriques.version_adoptee(cadre.bsl)
    adoption = {"adoptee_le": date(2025, 2, 1), "resolution": "2025-02-01", "mode": "consensus"}
    annoncer_plan(version, "adoption", par=agente)
    version = version.rouvrir(par=agente, motif="Une coquille")
    annoncer_plan(version, "reouverture", par=agente)
    version = version.adopter(par=agente, **adoption)
    annoncer_plan(version, "adoption", par=agente)
    annoncer_plan(version, "adoption", par=agente)
    annonces = Notification.objects.filter(destinataire=signataire).values_list("cle", flat=True)
    assert [cle.split(":")[1] for cle in annonces] == ["adoption", "reouverture", "adoption"]


def test_le_depot_attend_depuis_que_l_adoption_est_inscrite_et_non_depuis_la_rencontre(cadre, signataire):
    version = fabriques.version_adoptee(cadre.bsl)
    (tache,) = taches(signataire)
    assert version.adoptee_le < aujourd_hui()
    assert tache.depuis == aujourd_hui()


def test_une_echeance_deplacee_se_rappelle_de_nouveau(cadre, agente):
    """Au même palier, une autre date est une autre échéance."""
    version = fabriques.plan_ouvert(cadre.bsl)
    for echeance in (date(2027, 3, 31), date(2027, 6, 30)):
        PlanAction.objects.filter(pk=version.plan_id).update(echeance=echeance)
        midi = datetime.combine(echeance, time(17), tzinfo=UTC)
        with time_machine.travel(midi - timedelta(days=7), tick=False):
            call_command("rappels")
            call_command("rappels")
    assert Notification.objects.filter(destinataire=agente).count() == 2
