"""Les obligations se rappellent avant et après l'échéance, une fois par palier, à qui les rend et à qui les suit."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command

from conventions.models import Obligation
from conventions.notifications.rappels import rappeler
from socle.annonces.attentes import taches
from socle.models import Notification
from tests import fabriques
from tests.conventions.fabriques import convention_signee
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db

ECHEANCE = date(2026, 6, 30)


@partagee
def convention(cadre):
    """En vigueur; seuls le rapport annuel et les états financiers de 2025-2026 sont à venir."""
    convention = convention_signee(cadre.bsl)
    autres = convention.obligations.exclude(nature="plan").exclude(an=2025)
    autres.update(echeance=date(2035, 1, 1))
    convention.obligations.filter(an=2025).update(echeance=ECHEANCE)
    Notification.objects.all().delete()
    return convention


def passer(jours):
    """Le passage du matin, tant de jours avant l'échéance; retourne combien de rappels sont partis."""
    midi = datetime(ECHEANCE.year, ECHEANCE.month, ECHEANCE.day, 12, tzinfo=ZoneInfo("America/Toronto"))
    avant = rappels().count()
    with time_machine.travel(midi - timedelta(days=jours), tick=False):
        call_command("rappels")
    return rappels().count() - avant


def rappels(personne=None, nature=None):
    lignes = Notification.objects.filter(cle__startswith="obligation:rappel:")
    if nature:
        pk = Obligation.objects.get(nature=nature, an=2025).pk
        lignes = lignes.filter(cle__startswith=f"obligation:rappel:{pk}:")
    return lignes.filter(destinataire=personne) if personne else lignes


def test_un_rappel_part_une_fois_par_palier_et_rattrape_un_passage_manque(
    convention, agente, etrangere, capsys
):
    du_rapport = [passer(jours) // 2 for jours in (31, 30, 29, 6, 5, 0, -1, -2, -40, -90)]
    assert du_rapport == [0, 1, 0, 1, 0, 1, 1, 0, 1, 0]
    assert not rappels(etrangere).exists()


def test_la_coordination_rend_tout_et_les_finances_leurs_etats(convention, agente, lectrice, signataire):
    passer(10)
    assert rappels(agente).count() == 2
    assert rappels(lectrice, "etats_financiers").count() == rappels(lectrice).count() == 1
    assert not rappels(signataire).exists()


def test_en_retard_services_quebec_est_rappele_aussi_avec_la_page_de_la_reception(
    convention, agente, analyste
):
    passer(1)
    assert not rappels(analyste).exists()
    passer(-1)
    rapport = Obligation.objects.get(nature="rapport_annuel", an=2025)
    assert (
        rappels(analyste, "rapport_annuel").get().lien == f"/conventions/obligations/{rapport.pk}/reception/"
    )
    dernier = rappels(agente, "rapport_annuel").first()
    assert dernier.lien == f"/conventions/{convention.pk}/obligations/"
    assert dernier.texte == (
        "Rapport annuel 2025-2026\xa0: l’échéance était le 30\xa0juin 2026. Tant qu’il y a un retard, le Ministère ne "
        "fait aucun versement, sauf dérogation."
    )


def test_sans_region_le_retard_se_rappelle_au_ministere(convention, mess):
    convention.alliance.regions.clear()
    passer(-1)
    assert rappels(mess).count() == 2
    with time_machine.travel(datetime(2026, 7, 2, 16, tzinfo=ZoneInfo("UTC")), tick=False):
        assert {t.titre for t in taches(mess) if "versement" not in t.titre} == {
            "Obtenir le rapport annuel",
            "Obtenir les états financiers",
        }


def test_ce_qui_est_rendu_annule_ou_ferme_ne_se_rappelle_plus(convention, agente, mess):
    rapport, etats = (
        Obligation.objects.get(nature=n, an=2025) for n in ("rapport_annuel", "etats_financiers")
    )
    with time_machine.travel(datetime(2026, 6, 1, 16, tzinfo=ZoneInfo("UTC")), tick=False):
        rapport.recevoir(par=mess, le=date(2026, 6, 1), reference="Dossier 1")
    Obligation.objects.filter(pk=etats.pk).update(annulee_le=date(2026, 6, 1))
    assert passer(5) == 0
    Obligation.objects.filter(pk=etats.pk).update(annulee_le=None)
    type(convention).objects.filter(pk=convention.pk).update(
        etat="resiliee",
        fermee_le=date(2026, 6, 1),
        fermee_par=mess,
        fermeture_motif="La Table est dissoute.",
        fermeture_reglement="Le solde est rendu.",
    )
    assert passer(-1) == 0


def test_prolongee_une_obligation_se_rappelle_de_nouveau(convention, agente, mess):
    assert passer(7) == 2
    rapport = Obligation.objects.get(nature="rapport_annuel", an=2025)
    with time_machine.travel(datetime(2026, 6, 25, 16, tzinfo=ZoneInfo("UTC")), tick=False):
        rapport.prolonger(par=mess, nouvelle=date(2026, 7, 7), motif="Un départ à la Table.")
    assert passer(0) == 2  # les états à leur dernier jour, le rapport à sept jours de sa nouvelle date
    assert (
        "au plus tard le 7\xa0juillet 2026\xa0: il reste 7 jours."
        in rappels(agente, "rapport_annuel")[0].texte
    )


def test_le_plan_garde_ses_propres_rappels(convention, agente):
    convention.obligations.filter(nature="plan").update(echeance=ECHEANCE)
    passer(7)
    assert not rappels(nature=None).filter(titre__icontains="plan").exists()


def test_on_rappelle_exactement_ce_qui_attend(convention, agente, lectrice, analyste):
    """La liste des tâches et les rappels partent de la même requête."""
    for jours in (31, 30, 3, 0, -1, -45):
        Notification.objects.all().delete()
        passer(jours)
        midi = datetime(ECHEANCE.year, ECHEANCE.month, ECHEANCE.day, 12, tzinfo=ZoneInfo("America/Toronto"))
        with time_machine.travel(midi - timedelta(days=jours), tick=False):
            for personne in (agente, lectrice, analyste):
                attendues = [
                    t.lien for t in taches(personne) if t.lien.endswith(("/obligations/", "/reception/"))
                ]
                assert sorted(rappels(personne).values_list("lien", flat=True)) == sorted(attendues)


def test_le_courriel_du_rappel_est_francais_et_ne_nomme_personne(
    convention, agente, analyste, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        assert rappeler(ECHEANCE - timedelta(days=1)) == 2
    courriels = [message for message in mail.outbox if message.to == [agente.courriel]]
    sujets = {message.subject for message in courriels}
    assert sujets == {
        f"{objet}, à rendre\xa0: {convention.alliance.nom} ({convention.numero})"
        for objet in ("Rapport annuel 2025-2026", "États financiers 2025-2026")
    }
    for message in courriels:
        assert "Pour y donner suite" in message.body
        assert "à rendre au plus tard le 30\xa0juin 2026\xa0: il reste un jour." in message.body
        assert agente.nom not in message.subject + message.body


def test_deux_passages_a_la_fois_ne_rappellent_qu_une_fois(convention, agente):
    """La base le tient : une notification par personne et par clé."""
    jour = ECHEANCE - timedelta(days=7)
    assert (rappeler(jour), rappeler(jour)) == (2, 0)


def test_une_personne_partie_n_est_plus_rappelee(convention, agente):
    fabriques.Mandat.objects.filter(utilisateur=agente).update(fin=date(2026, 1, 1))
    with time_machine.travel(datetime(2026, 6, 25, 16, tzinfo=ZoneInfo("UTC")), tick=False):
        assert rappeler(date(2026, 6, 25)) == 0
