"""Les obligations : remplies, constatées, repoussées, recalculées; le plan se lit du plan."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from alliances.plans.models import PlanAction
from conventions.models import JournalConvention, Obligation, Prolongation
from conventions.regles.obligations import plus_mois
from conventions.views.etats import obligation_lue
from conventions.views.obligations import image, lues_de
from socle.erreurs import TransitionInterdite
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.fabriques import accepter, convention_signee, convention_transmise, recevoir
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db
LOIN = aujourd_hui() + timedelta(days=300)


@partagee
def convention(cadre):
    return convention_signee(cadre.bsl)


@partagee
def rapport(convention):
    return convention.obligations.get(nature="rapport_annuel", an=2025)


def url(obligation, nom):
    return reverse(f"conventions:{nom}", args=[obligation.pk])


def en_retard(obligation):
    Obligation.objects.filter(pk=obligation.pk).update(echeance=aujourd_hui() - timedelta(days=1))
    obligation.refresh_from_db()
    return obligation


# --- Lire -------------------------------------------------------------------------------------------------


def test_la_convention_signee_a_ses_obligations_par_exercice(convention):
    lues = [
        (str(o), o.precision) for o in convention.obligations.exclude(nature="plan").order_by("nature", "an")
    ]
    assert lues == [
        ("États financiers 2025-2026", "Mission d’audit"),
        ("États financiers 2026-2027", "Mission d’audit"),
        ("Rapport annuel 2025-2026", ""),
        ("Rapport annuel 2026-2027", ""),
        ("Rapport final", ""),
    ]


def test_ce_qui_est_rempli_ou_annule_n_est_ni_du_ni_en_retard(convention, rapport):
    en_retard(rapport)
    fabriques.version_deposee(convention.alliance)  # le plan, lui, n'est plus dû
    assert list(Obligation.objects.en_retard()) == [rapport]
    rapport.annulee_le = aujourd_hui()
    rapport.save()
    assert not Obligation.objects.en_retard().exists()


@pytest.mark.parametrize("jours, tardive", [(1, False), (0, False), (-1, True)])
def test_le_jour_du_n_est_pas_en_retard_le_lendemain_oui(convention, rapport, jours, tardive):
    rapport.echeance = aujourd_hui() + timedelta(days=jours)
    rapport.save()
    assert rapport.est_en_retard is tardive
    assert (rapport in Obligation.objects.en_retard()) is tardive
    [rangee] = [image(o) for o in lues_de(convention) if o == rapport]
    assert (rangee["etat"] == "En retard") is tardive


def test_l_obligation_du_plan_se_lit_du_plan_meme_s_il_est_retourne(cadre, convention):
    obligation = convention.obligations.get(nature="plan")
    assert (obligation.est_due, obligation.est_en_retard) == (True, True)
    version = fabriques.version_deposee(cadre.bsl)
    relue = Obligation.objects.avec_plan().get(pk=obligation.pk)
    assert (relue.faite_le, relue.est_tardive) == (aujourd_hui(), True)
    assert obligation not in Obligation.objects.dues()
    assert obligation in Obligation.objects.recues()
    version.retirer(par=fabriques.personne("signature", cadre.bsl))
    assert obligation in Obligation.objects.dues()


def test_un_plan_retourne_pour_correction_reste_depose(cadre, convention):
    fabriques.version_a_corriger(cadre.bsl)
    assert not Obligation.objects.dues().filter(nature="plan").exists()


# --- Repousser --------------------------------------------------------------------------------------------


def test_une_echeance_se_repousse_et_l_ancienne_reste(rapport, direction, agente, client_de):
    ancienne, client = rapport.echeance, client_de(direction)
    assert_html_accessible(client.get(url(rapport, "prolongation")))
    nouvelle = max(aujourd_hui(), ancienne) + timedelta(days=60)
    reponse = client.post(
        url(rapport, "prolongation"), {"nouvelle": nouvelle.isoformat(), "motif": "Départ du comptable"}
    )
    rapport.refresh_from_db()
    assert rapport.echeance == nouvelle
    prolongation = rapport.prolongations.get()
    assert (prolongation.ancienne, prolongation.nouvelle, prolongation.prolongee_par) == (
        ancienne,
        nouvelle,
        direction,
    )
    assert JournalConvention.objects.get(geste="prolonger").motif == "Départ du comptable"
    page = client_de(agente).get(reponse.url)
    assert "Départ du comptable" in page.text
    assert_html_accessible(page)
    assert Notification.objects.filter(destinataire=agente, cle__contains="prolongation").exists()


def test_une_prolongation_repousse_et_laisse_du_temps(rapport, mess, client_de):
    client = client_de(mess)
    page = client.post(url(rapport, "prolongation"), {"nouvelle": rapport.echeance.isoformat(), "motif": "x"})
    assert "La nouvelle échéance doit suivre l’actuelle" in page.text
    Obligation.objects.filter(pk=rapport.pk).update(echeance=date(2025, 6, 30))
    page = client.post(url(rapport, "prolongation"), {"nouvelle": "2025-07-15", "motif": "x"})
    assert "La nouvelle échéance ne peut pas être déjà passée." in page.text
    assert not Prolongation.objects.exists()
    limite = plus_mois(max(rapport.convention.fin, aujourd_hui()), 12)
    for jour, refusee in ((limite, False), (limite + timedelta(days=1), True)):
        assert bool(rapport.empechements_de_prolongation(jour)) is refusee
    page = client.post(url(rapport, "prolongation"), {"nouvelle": "2099-03-31", "motif": "x"})
    assert "La nouvelle échéance ne peut pas dépasser le" in page.text
    assert not Prolongation.objects.exists()
    with pytest.raises(TransitionInterdite, match="Dites pourquoi"):
        rapport.prolonger(par=mess, nouvelle=LOIN, motif="")


def test_repousser_le_plan_change_aussi_l_echeance_du_plan(cadre, convention, mess):
    plan = PlanAction.ouvrir(cadre.bsl, par=fabriques.personne("coordination", cadre.bsl))
    convention.obligations.get(nature="plan").prolonger(
        par=mess, nouvelle=LOIN, motif="Nouvelle coordination"
    )
    plan.refresh_from_db()
    assert plan.echeance == LOIN


@pytest.mark.parametrize(
    "requete", ["UPDATE conventions_prolongation SET motif = 'x'", "DELETE FROM conventions_prolongation"]
)
def test_une_prolongation_ne_se_reecrit_ni_ne_s_efface(rapport, mess, requete):
    rapport.prolonger(par=mess, nouvelle=LOIN, motif="Une raison")
    with pytest.raises(DatabaseError, match="immuable"), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(requete)
    assert str(rapport.prolongations.get()).endswith(f"au {LOIN:%Y-%m-%d}")


# --- Recalculer -------------------------------------------------------------------------------------------


def test_un_avenant_annule_deplace_et_ajoute_sans_toucher_a_ce_qui_est_rempli(convention, rapport, mess):
    recevoir(rapport)
    etats = convention.obligations.get(nature="etats_financiers", an=2025)
    etats.prolonger(par=mess, nouvelle=LOIN, motif="Accordé")
    convention.fin = date(2028, 3, 31)
    convention.save()
    convention.exercices.filter(an=2026).delete()
    convention.exercices.create(an=2027, montant=Decimal("60000"))
    Obligation.recalculer(convention, par=mess, motif="Avenant 1")
    lues = {(o.nature, o.an): o for o in convention.obligations.en_cours()}
    assert lues["rapport_annuel", 2025].recue_le == aujourd_hui()
    assert ("rapport_annuel", 2026) not in lues
    assert lues["etats_financiers", 2025].echeance == LOIN
    assert lues["etats_financiers", 2027].precision == "Mission d’examen"
    assert lues["rapport_final", None].echeance == date(2028, 6, 30)
    ligne = JournalConvention.objects.get(geste="recalculer-obligations")
    assert ligne.motif == "Avenant 1"
    assert ligne.apres["Rapport annuel 2026-2027"] == "annulée"
    assert ligne.avant["Rapport final"] == "2027-06-30"
    annulee = convention.obligations.get(nature="rapport_annuel", an=2026)
    with pytest.raises(TransitionInterdite, match="est annulée"):
        annulee.recevoir(par=mess, le=aujourd_hui(), reference="x")


def test_recalculer_sans_changement_n_ecrit_rien(convention, mess):
    Obligation.recalculer(convention, par=mess)
    assert not JournalConvention.objects.filter(geste="recalculer-obligations").exists()
    assert not convention.obligations.filter(annulee_le__isnull=False).exists()


# --- Les calendriers --------------------------------------------------------------------------------------


def test_le_calendrier_rassemble_filtre_et_s_exporte(cadre, convention, rapport, mess, client_de):
    convention_signee(cadre.lanaudiere)
    client, adresse = client_de(mess), reverse("conventions:calendrier")
    page = client.get(adresse)
    assert_html_accessible(page)
    assert page.context["liste"].page.paginator.count == 12
    filtree = client.get(adresse, {"alliance": cadre.bsl.pk, "nature": "rapport_annuel"})
    assert filtree.context["liste"].page.paginator.count == 2
    recevoir(rapport)
    assert list(client.get(adresse, {"suivi": "recues"}).context["liste"].page) == [rapport]
    retards = client.get(adresse, {"suivi": "retard", "alliance": cadre.bsl.pk})
    assert {obligation_lue(obligation).libelle for obligation in retards.context["liste"].page} <= {
        "En retard"
    }
    assert client.get(adresse, {"nature": "zzz"}).context["liste"].page.paginator.count == 12
    ics = client.get(reverse("conventions:calendrier_ics"), {"suivi": "recues"})
    assert ics["Content-Type"] == "text/calendar; charset=utf-8"
    assert ics.text.count("BEGIN:VEVENT") == 1


def test_chacun_ne_voit_que_les_echeances_de_ses_conventions(convention, agente, etrangere, client_de):
    adresse = reverse("conventions:calendrier")
    assert client_de(agente).get(adresse).context["liste"].page.paginator.count == 6
    assert client_de(etrangere).get(adresse).context["liste"].page.paginator.count == 0
    assert "BEGIN:VEVENT" not in client_de(etrangere).get(reverse("conventions:calendrier_ics")).text


def test_l_agenda_suit_une_echeance_repoussee_sous_le_meme_identifiant(
    convention, rapport, mess, agente, client_de
):
    adresse = reverse("conventions:obligations_ics", args=[convention.pk])
    avant = client_de(agente).get(adresse).text
    rapport.prolonger(par=mess, nouvelle=LOIN, motif="x")
    apres = client_de(agente).get(adresse).text
    uid = f"UID:obligation-{rapport.pk}@conventions.alliances"
    assert uid in avant
    evenement = apres[apres.index(uid) :].split("END:VEVENT")[0]
    assert f"DTSTART;VALUE=DATE:{LOIN:%Y%m%d}" in evenement
    assert "SEQUENCE:1" in evenement
    assert "\r\n" in apres
    assert "\n" not in apres.replace("\r\n", "")


def test_avant_la_signature_le_calendrier_dit_ce_qui_manque(cadre, agente, client_de):
    convention = convention_transmise(cadre.bsl)
    page = client_de(agente).get(reverse("conventions:obligations", args=[convention.pk]))
    assert "Elles s’inscrivent, avec leurs dates, quand toutes les parties ont signé." in page.text


def test_le_tableau_met_le_point_virgule_contre_le_mot(rapport, agente, client_de):
    with time_machine.travel("2026-10-14T12:00-04:00", tick=False):
        accepter(rapport)
        page = client_de(agente).get(reverse("conventions:obligations", args=[rapport.convention_id]))
    assert "Lettre 4; acceptée le" in " ".join(page.text.split())


def test_fermee_une_convention_garde_ce_qu_elle_a_recu_et_accepte(rapport, approbation, mess):
    """Défait, un rapport redeviendrait dû sans que rien ne le rende jamais."""
    with time_machine.travel("2027-10-14T12:00-04:00", tick=False):
        accepter(rapport)
        rapport.convention.resilier(
            par=approbation, fermee_le=aujourd_hui(), motif="La Table est dissoute.", reglement="Rien."
        )
        rapport = Obligation.objects.select_related("convention__alliance").get(pk=rapport.pk)
        for geste in (rapport.annuler_acceptation, rapport.annuler_reception):
            with pytest.raises(TransitionInterdite, match="le reste"):
                geste(par=mess, motif="Une erreur.")
