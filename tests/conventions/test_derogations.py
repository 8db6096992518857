"""Ce qui arrête un versement : obligation en retard, dérogation, suspension, annulation."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from conventions.models import Derogation, EcheanceVersement
from socle.annonces.attentes import taches
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.versements import empeche, virement
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return v.convention_signee(cadre.bsl)


def test_une_obligation_en_retard_arrete_l_argent_sauf_derogation(convention, approbation):
    echeance = v.recommandee(convention)
    v.obligation_en_retard(convention)
    assert empeche(v.relire(echeance).autoriser, par=approbation) == [
        "En retard depuis le 30 juin 2025 : rapport annuel 2024-2025.",
        "Aucun versement tant qu’une obligation est en retard, sauf dérogation.",
    ]
    derogation = v.derogation(v.relire(echeance))
    v.relire(echeance).autoriser(par=approbation)
    virement(v.relire(echeance))
    derogation.refresh_from_db()
    assert derogation.employee_le is not None
    assert empeche(derogation.revoquer, par=approbation) == [
        "Cette dérogation a servi à un versement : elle ne se révoque plus."
    ]


def test_une_derogation_revoquee_arrete_de_nouveau_l_argent(convention, approbation):
    echeance = v.autorisee(convention)
    v.obligation_en_retard(convention)
    derogation = v.derogation(v.relire(echeance))
    assert empeche(Derogation.accorder, v.relire(echeance), par=approbation, motif="Encore") == [
        "Ce versement a déjà une dérogation."
    ]
    derogation.revoquer(par=approbation)
    assert "Aucun versement tant qu’une obligation" in empeche(virement, v.relire(echeance))[1]
    assert empeche(derogation.revoquer, par=approbation) == ["Cette dérogation est déjà révoquée."]
    assert v.derogation(v.relire(echeance)).pk != derogation.pk


@pytest.mark.parametrize("leve", ["prolonger", "recevoir"])
def test_qui_leve_seule_un_retard_n_autorise_ni_ne_confirme(convention, approbation, leve):
    """L'analyse du Ministère repousse une échéance passée, ou la dit reçue : elle n'en décide pas ensuite."""
    echeance, obligation = v.recommandee(convention), v.obligation_en_retard(convention)
    cumul, payeuse = fabriques.personne("approbation"), v.finances()
    for personne in (cumul, payeuse):
        fabriques.mandater(personne, "mess")
    if leve == "prolonger":
        obligation.prolonger(par=cumul, nouvelle=aujourd_hui(), motif="Saisie en cours.")
        obligation.prolonger(par=payeuse, nouvelle=aujourd_hui() + timedelta(1), motif="Encore.")
    else:
        obligation.recevoir(par=cumul, le=aujourd_hui(), reference="Dossier 7")
    [phrase] = empeche(v.relire(echeance).autoriser, par=cumul)
    assert phrase.startswith("Vous avez vous-même levé le retard (rapport annuel 2024-2025)")
    v.relire(echeance).autoriser(par=approbation)
    virement(
        v.relire(echeance), par=payeuse
    )  # repoussée par elle avant d'être en retard, ou reçue par une autre


def test_un_rapport_accepte_depuis_n_arrete_pas_qui_l_a_recu(convention, analyste):
    """Deux personnes s'y sont mises : celle qui reçoit n'a rien levé seule."""
    echeance, obligation = v.recommandee(convention), v.obligation_en_retard(convention)
    cumul = fabriques.personne("approbation")
    fabriques.mandater(cumul, "mess")
    obligation.recevoir(par=cumul, le=aujourd_hui(), reference="Dossier 7").accepter(par=analyste)
    v.relire(echeance).autoriser(par=cumul)


def test_une_derogation_a_un_motif_et_une_raison_d_etre(convention, approbation):
    echeance = v.recommandee(convention)
    assert empeche(Derogation.accorder, echeance, par=approbation, motif=" ") == [
        "Aucune obligation n’est en retard : ce versement n’a pas besoin de dérogation.",
        "Écrivez le motif de la dérogation.",
    ]


def test_une_derogation_non_employee_le_reste_quand_le_retard_est_comble(convention):
    echeance = v.autorisee(convention)
    obligation = v.obligation_en_retard(convention)
    derogation = v.derogation(v.relire(echeance))
    obligation.delete()
    virement(v.relire(echeance))
    derogation.refresh_from_db()
    assert derogation.employee_le is None


@pytest.mark.parametrize("etat", ["liberee", "recommandee", "autorisee"])
def test_une_suspension_se_reprend_la_ou_le_versement_etait(convention, mess, etat):
    echeance = getattr(v, etat)(convention)
    echeance.suspendre(par=mess, motif="À vérifier.")
    assert (v.relire(echeance).etat, v.relire(echeance).motif) == ("suspendue", "À vérifier.")
    for geste in ("autoriser", "suspendre"):
        options = {"motif": "x"} if geste == "suspendre" else {}
        assert empeche(getattr(v.relire(echeance), geste), par=v.finances(), **options) == [
            "Ce versement est suspendu."
        ]
    v.relire(echeance).reprendre(par=mess)
    assert (v.relire(echeance).etat, v.relire(echeance).motif) == (etat, "")
    assert empeche(v.relire(echeance).reprendre, par=mess) == ["Ce versement n’est pas suspendu."]


def test_une_suspension_a_un_motif(convention, mess):
    assert empeche(v.liberee(convention).suspendre, par=mess, motif="") == [
        "Écrivez le motif de la suspension."
    ]


def test_un_avenant_annule_ce_qui_n_est_pas_autorise(convention, approbation):
    v.premiere(convention, 4).annuler(par=approbation, motif="Avenant 1")
    assert v.premiere(convention, 4).etat == "annulee"
    assert empeche(v.premiere(convention, 4).annuler, par=approbation, motif="x") == [
        "Ce versement est annulé."
    ]
    assert empeche(v.autorisee(convention).annuler, par=approbation, motif="x") == [
        "Ce versement est autorisé : il ne s’annule plus."
    ]
    assert empeche(v.premiere(convention, 3).annuler, par=approbation, motif="") == [
        "Écrivez le motif de l’annulation."
    ]


# --- Par une autre personne -------------------------------------------------------------------------------


def test_qui_accorde_la_derogation_n_autorise_ni_ne_confirme(convention, approbation):
    echeance = v.recommandee(convention)
    v.obligation_en_retard(convention)
    Derogation.accorder(echeance, par=approbation, motif="Le rapport est reçu; seule sa saisie tarde.")
    assert empeche(v.relire(echeance).autoriser, par=approbation) == [
        "Vous avez accordé sa dérogation : une autre personne doit l’autoriser."
    ]
    v.relire(echeance).autoriser(par=fabriques.personne("approbation"))
    fabriques.mandater(approbation, "finances_mess")
    assert empeche(virement, v.relire(echeance), par=approbation) == [
        "Vous avez accordé sa dérogation : une autre personne doit le confirmer."
    ]
    virement(v.relire(echeance))


def test_qui_a_autorise_n_accorde_pas_la_derogation(convention, approbation):
    echeance = v.recommandee(convention)
    echeance.autoriser(par=approbation)
    v.obligation_en_retard(convention)
    assert empeche(Derogation.accorder, v.relire(echeance), par=approbation, motif="Il le faut.") == [
        "Vous avez autorisé ce versement : une autre personne doit accorder sa dérogation."
    ]


def test_qui_a_recommande_n_accorde_pas_la_derogation(convention, approbation, client_de):
    echeance = v.liberee(convention).recommander(par=approbation, note="Convention signée.")
    v.obligation_en_retard(convention)
    refus = "Vous avez recommandé ce versement : une autre personne doit accorder sa dérogation."
    assert empeche(Derogation.accorder, v.relire(echeance), par=approbation, motif="Il le faut.") == [refus]
    page = client_de(approbation).get(reverse("conventions:derogation", args=[echeance.pk]))
    assert "Vous avez recommandé ce versement" in page.text
    with pytest.raises(DatabaseError, match="Dérogation refusée"), transaction.atomic():
        Derogation.objects.create(
            echeance=echeance, motif="x", accordee_le=timezone.now(), accordee_par=approbation
        )
    v.derogation(v.relire(echeance))


def test_qui_accorde_la_derogation_ne_recommande_pas_ensuite(convention, approbation, agente):
    echeance = v.liberee(convention)
    v.obligation_en_retard(convention)
    derogation = Derogation.accorder(echeance, par=approbation, motif="Il le faut.")
    note = {"note": "Rapport attendu."}
    assert empeche(v.relire(echeance).recommander, par=approbation, **note) == [
        "Vous avez accordé sa dérogation : une autre personne doit le recommander."
    ]
    champs = {"etat": "recommandee", "recommandee_le": timezone.now(), "recommandee_par": approbation}
    with pytest.raises(DatabaseError, match="qui accorde la dérogation"), transaction.atomic():
        EcheanceVersement.objects.filter(pk=echeance.pk).update(**champs)
    fabriques.mandater(approbation, "mess")
    assert [tache for tache in taches(approbation) if "Recommander" in tache.titre] == []
    derogation.revoquer(par=approbation)
    assert v.relire(echeance).recommander(par=approbation, **note).etat == "recommandee"


def test_une_derogation_revoquee_ne_retient_plus_la_personne(convention, approbation):
    echeance = v.recommandee(convention)
    obligation = v.obligation_en_retard(convention)
    derogation = Derogation.accorder(echeance, par=approbation, motif="Il le faut.")
    derogation.revoquer(par=approbation)
    obligation.delete()
    assert v.relire(echeance).autoriser(par=approbation).etat == "autorisee"


def test_la_base_refuse_la_meme_personne_dans_les_deux_sens(convention, approbation):
    echeance = v.recommandee(convention)
    v.obligation_en_retard(convention)
    Derogation.accorder(echeance, par=approbation, motif="Il le faut.")
    champs = {"etat": "autorisee", "autorisee_le": timezone.now(), "autorisee_par": approbation}
    siennes = EcheanceVersement.objects.filter(pk=echeance.pk)
    with pytest.raises(DatabaseError, match="qui accorde la dérogation"), transaction.atomic():
        siennes.update(**champs)
    Derogation.objects.update(revoquee_le=timezone.now(), revoquee_par=approbation)
    siennes.update(**champs)
    with pytest.raises(DatabaseError, match="Dérogation refusée"), transaction.atomic():
        Derogation.objects.create(
            echeance=echeance, motif="x", accordee_le=timezone.now(), accordee_par=approbation
        )


def test_la_page_d_un_versement_arrete_mene_aux_obligations(convention, approbation, client_de):
    echeance = v.recommandee(convention)
    obligations = reverse("conventions:obligations", args=[convention.pk])
    client, page = client_de(approbation), reverse("conventions:echeance", args=[echeance.pk])
    assert f'href="{obligations}"' not in client.get(page).text
    v.obligation_en_retard(convention)
    assert f'href="{obligations}">Voir les obligations' in client.get(page).text


def test_ce_qu_elle_a_deroge_attend_une_autre_personne(convention, approbation, client_de):
    echeance = v.recommandee(convention)
    v.obligation_en_retard(convention)
    Derogation.accorder(echeance, par=approbation, motif="Il le faut.")
    autre = fabriques.personne("approbation")
    assert [tache.titre for tache in taches(autre) if "Autoriser" in tache.titre] == [
        "Autoriser le versement"
    ]
    assert [tache for tache in taches(approbation) if "Autoriser" in tache.titre] == []
    page = client_de(approbation).get(reverse("conventions:autorisation"), {"echeance": echeance.pk})
    assert "Vous avez accordé sa dérogation" in page.text
