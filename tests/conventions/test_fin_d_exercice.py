"""Reporter ce qui reste, puis clore : plus rien ne s'écrit ensuite."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from conventions.models import (
    DemandeAnnulation,
    EcheanceVersement,
    Ecriture,
    Enveloppe,
    JournalConvention,
    Report,
    Transfert,
)
from conventions.models.clotures import (
    avertissements_a_clore,
    clore,
    empechements_a_clore,
    sommes_de_l_exercice,
)
from socle.erreurs import PlafondDepasse, TransitionInterdite
from socle.texte.typographie import argent
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.fabriques import (
    arbre_dresse,
    brouillon,
    convention_en_vigueur,
    defaire,
    enveloppes_par_nom,
    repartition_adoptee,
    report_adopte,
    report_prepare,
)
from tests.conventions.verite import grand_livre_vrai
from tests.outils.contraintes import refuse_par
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    convention = convention_en_vigueur(cadre.bsl)
    arbre_dresse(convention)
    repartition_adoptee(convention)
    return convention


def engager(convention, montant, par, nom="La Matanie", compte="engage"):
    enveloppe = enveloppes_par_nom(convention)[nom]
    Ecriture.passer(
        convention, [(enveloppe, compte, Decimal(montant))], nature="engagement", par=par, objet="P1"
    )


def total_alloue(convention):
    return sum(e.solde.alloue for an in (2025, 2026) for e in enveloppes_par_nom(convention, an).values())


def test_le_report_adopte_passe_aux_memes_enveloppes_de_l_exercice_suivant(convention, lectrice):
    engager(convention, "150000.55", lectrice)
    avant = total_alloue(convention)
    report = report_adopte(convention)
    assert report.montant == Decimal("1049999.45")
    source, suite = enveloppes_par_nom(convention), enveloppes_par_nom(convention, 2026)
    assert source["La Matanie"].solde.alloue == Decimal("150000.55")
    assert suite["La Matanie"].solde.alloue == Decimal("249999.45")
    assert suite["La Matanie"].parent.volet == "local"
    assert total_alloue(convention) == avant
    with pytest.raises(TransitionInterdite, match="Rien n’est disponible"):
        report_prepare(convention)
    grand_livre_vrai()


def test_les_chiffres_d_un_exercice_disent_ce_qui_lui_est_reporte(convention, agente, client_de):
    page = reverse("conventions:enveloppes", args=[convention.pk])
    chiffres = {c["libelle"] for c in client_de(agente).get(page).context["chiffres"]}
    assert "Reporté" not in chiffres
    montant = argent(report_adopte(convention).montant)
    for an, valeur, precision in (
        (2025, f"−{montant}", "passés à un autre exercice"),
        (2026, montant, "venus d’un autre exercice"),
    ):
        lue = client_de(agente).get(page, {"exercice": an})
        reporte = next(c for c in lue.context["chiffres"] if c["libelle"] == "Reporté")
        assert (reporte["valeur"], reporte["precision"]) == (valeur, precision)
        lignes = client_de(agente).get(reporte["url"])
        assert lignes.context["liste"].nombre


def test_un_report_prepare_ne_bouge_rien_et_choisit_ses_enveloppes(convention, agente, signataire):
    matanie = enveloppes_par_nom(convention)["La Matanie"]
    brouillon = report_prepare(convention, montants={matanie: Decimal("1000.01")}, par=agente)
    assert not Ecriture.objects.filter(nature="report").exists()
    assert list(Report.objects.visibles_par(agente)) == []
    adopte = report_adopte(convention, montants={matanie: Decimal("1000.01")}, par=signataire)
    assert (adopte.pk, adopte.montant, adopte.adoptee_par) == (brouillon.pk, Decimal("1000.01"), signataire)
    assert enveloppes_par_nom(convention)["La Matanie"].solde.alloue == Decimal("398999.99")


def test_un_report_dit_la_difference_quand_il_depasse_le_disponible(convention, agente, signataire, lectrice):
    matanie = enveloppes_par_nom(convention)["La Matanie"]
    trop = {matanie: Decimal("400000.01")}
    with pytest.raises(TransitionInterdite, match="il manque 0,01\xa0\\$"):
        report_prepare(convention, montants=trop, par=agente)
    with pytest.raises(TransitionInterdite, match="au moins une enveloppe"):
        report_prepare(convention, montants={matanie: Decimal(0)}, par=agente)
    brouillon = report_prepare(convention, montants={matanie: Decimal("400000")}, par=agente)
    engager(convention, "1", lectrice)
    assert (
        "il manque 1,00"
        in v.empeche(
            brouillon.adopter,
            par=signataire,
            adoptee_le=date(2026, 4, 1),
            resolution="R",
            piece=fabriques.fichier_pdf(),
        )[0]
    )


@time_machine.travel("2026-03-31 12:00:00-04:00")
def test_un_report_attend_la_fin_de_l_exercice(convention):
    with pytest.raises(TransitionInterdite, match="se reportent après le 31\xa0mars 2026"):
        report_prepare(convention)


def test_un_report_sans_exercice_suivant_se_refuse(convention):
    with (
        time_machine.travel("2027-04-02 12:00:00-04:00"),
        pytest.raises(TransitionInterdite, match="n’a pas d’exercice 2027-2028"),
    ):
        report_prepare(convention, 2026)
    with pytest.raises(TransitionInterdite, match="Écrivez le motif"):
        report_prepare(convention, motif=" ")


def test_un_report_s_adopte_apres_l_exercice_avec_sa_resolution(convention, signataire):
    brouillon = report_prepare(convention)
    options = {"par": signataire, "piece": fabriques.fichier_pdf()}
    assert (
        "suit la fin de l’exercice"
        in v.empeche(brouillon.adopter, adoptee_le=date(2026, 3, 31), resolution="R", **options)[0]
    )
    assert v.empeche(brouillon.adopter, adoptee_le=date(2026, 4, 1), resolution=" ", **options) == [
        "Inscrivez le numéro de la résolution."
    ]


def test_un_report_se_defait_a_deux_s_il_n_est_pas_employe(convention, lectrice, signataire):
    report = report_adopte(convention)
    defaire(report.mouvement, lectrice, signataire)
    assert enveloppes_par_nom(convention)["La Matanie"].solde.disponible == Decimal("400000.00")
    second = report_adopte(convention)
    suite = enveloppes_par_nom(convention, 2026)["La Matanie"]
    Ecriture.passer(convention, [(suite, "engage", Decimal(1))], nature="engagement", par=lectrice, objet="P")
    with pytest.raises(PlafondDepasse):
        defaire(second.mouvement, lectrice, signataire)
    grand_livre_vrai()


def test_la_base_garde_un_report_adopte_et_ses_lignes(convention):
    report = report_adopte(convention)
    for table in ("report", "lignereport"):
        with (
            pytest.raises(DatabaseError, match="Un report adopté ne change plus"),
            transaction.atomic(),
            connection.cursor() as curseur,
        ):
            curseur.execute(f"UPDATE conventions_{table} SET id = id WHERE id > 0")
    brouillon = report_prepare(convention_repartie_de_nouveau(convention))
    with refuse_par("report_motive", "conventions"):
        Report.objects.filter(pk=brouillon.pk).update(motif="")
    assert report.etat == "adoptee"


def convention_repartie_de_nouveau(convention):
    """Un sou de plus à reporter."""
    suite = enveloppes_par_nom(convention, 2026)["La Matanie"]
    source = enveloppes_par_nom(convention)["La Matanie"]
    lignes = [(suite, "alloue", Decimal("-0.01")), (source, "alloue", Decimal("0.01"))]
    Ecriture.passer(convention, lignes, nature="report", par=convention.transmise_par, objet="Essai")
    return convention


@time_machine.travel("2026-03-31 12:00:00-04:00")
def test_un_exercice_en_cours_ne_se_clot_pas(convention):
    assert empechements_a_clore(convention.exercices.get(an=2025)) == [
        "L’exercice 2025-2026 n’est pas terminé."
    ]


@time_machine.travel("2026-04-01 12:00:00-04:00")
def test_clore_exige_que_rien_n_attende_puis_ferme_le_grand_livre(
    convention, agente, lectrice, signataire, mess
):
    exercice = convention.exercices.get(an=2025)
    engager(convention, "10", lectrice)
    arbre = enveloppes_par_nom(convention)
    attente = Transfert.demander(arbre["Réserve"], arbre["La Matanie"], Decimal(5), par=agente, motif="T")
    with pytest.raises(TransitionInterdite) as refus:
        clore(exercice, par=mess)
    assert refus.value.empechements == [
        "Un transfert de cet exercice attend encore une réponse.",
        "10,00\xa0$ sont encore réservés ou engagés\xa0: ils doivent être versés ou libérés.",
    ]
    attente.retirer(par=agente)
    lignes = [(arbre["La Matanie"], "engage", Decimal(-10)), (arbre["La Matanie"], "verse", Decimal(10))]
    Ecriture.passer(convention, lignes, nature="versement", par=lectrice, objet="P1")
    assert [p.split("$")[0] for p in avertissements_a_clore(sommes_de_l_exercice(exercice))] == [
        "1\xa0199\xa0990,00\xa0",
        "1\xa0200\xa0000,00\xa0",
    ]
    projet = brouillon(convention)
    clore(exercice, par=mess)
    assert JournalConvention.objects.filter(geste="clore-exercice").count() == 1
    ecritures = Ecriture.objects.count()
    for geste in (
        lambda: engager(convention, "1", lectrice),
        lambda: report_prepare(convention),
        lambda: projet.adopter(
            par=signataire, adoptee_le=exercice.exercice.debut, resolution="R", piece=None
        ),
        lambda: Transfert.demander(arbre["Réserve"], arbre["La Matanie"], Decimal(5), par=agente, motif="T"),
        lambda: Enveloppe.ajouter(convention, parent=arbre["Réserve"], par=agente, volet="reserve", nom="N"),
        lambda: clore(exercice, par=mess),
    ):
        with pytest.raises(TransitionInterdite, match="est clos"):
            geste()
    assert Ecriture.objects.count() == ecritures


@time_machine.travel("2026-04-01 12:00:00-04:00")
def test_un_versement_en_chemin_retient_la_cloture_de_son_exercice(cadre, mess):
    convention = v.convention_signee(cadre.bsl)
    echeance = v.autorisee(convention)
    exercice = convention.exercices.get(an=echeance.an)
    phrase = "1er versement, 2025-2026\xa0: autorisé, mais 70\xa0000,00\xa0$ ne sont pas versés."
    assert empechements_a_clore(exercice) == [phrase]
    v.virement(echeance)
    clore(exercice, par=mess)


@time_machine.travel("2026-04-01 12:00:00-04:00")
def test_dans_un_exercice_clos_rien_ne_se_libere_ne_se_recommande_ni_ne_se_recupere(cadre, mess, direction):
    convention = v.convention_signee(cadre.bsl)
    clore(convention.exercices.get(an=2025), par=mess)
    assert EcheanceVersement.liberer_selon(convention, "signature", par=None) == []
    echeance = v.premiere(convention)
    assert echeance.etat == "prevue"
    for geste in (
        lambda: echeance.recommander(par=direction, note="Oui."),
        lambda: v.recuperer(convention),
    ):
        with pytest.raises(TransitionInterdite):
            geste()
    assert "est clos" in v.empeche(echeance.recommander, par=direction, note="Oui.")[0]


def test_reporter_et_clore_a_l_ecran(convention, lectrice, mess, agente, signataire, client_de):
    report = reverse("conventions:report", args=[convention.pk, 2025])
    adoption = reverse("conventions:report_adoption", args=[convention.pk, 2025])
    with time_machine.travel("2026-03-01 12:00:00-05:00"):
        assert "se reportent après le 31\xa0mars 2026" in client_de(lectrice).get(report).text
    with time_machine.travel("2026-04-02 12:00:00-04:00"):
        client = client_de(lectrice)
        page = client.get(report)
        assert_html_accessible(page)
        matanie = enveloppes_par_nom(convention)["La Matanie"]
        envoi = {"motif": "Initiatives retardées", "revision": 0}
        trop = client.post(report, envoi | {f"part_{matanie.pk}": "400 000,01"})
        assert "Il manque 0,01\xa0$" in trop.text
        assert client.post(report, envoi | {f"part_{matanie.pk}": "1 000,00"}).url == report
        assert client.get(adoption).status_code == 403
        autre = client_de(signataire)
        assert_html_accessible(autre.get(adoption))
        pieces = {"adoptee_le": "2026-04-02", "resolution": "2026-031", "piece": fabriques.fichier_pdf()}
        adopte = autre.post(adoption, pieces).url
        assert_html_accessible(autre.get(adopte))
        assert "Demander de défaire" not in autre.get(adopte).text
        assert "Demander de défaire" in client.get(adopte).text
        cloture = reverse("conventions:exercice_cloture", args=[convention.pk, 2025])
        assert client_de(agente).get(cloture).status_code == 403
        autre = client_de(mess)
        page = autre.get(cloture)
        assert_html_accessible(page)
        assert "n’ont pas été versés par le Ministère" in page.text
        assert "ne peut que se reporter" in page.text
        autre.post(cloture)
        autre.post(cloture)
        page = autre.get(reverse("conventions:enveloppes", args=[convention.pk]), {"exercice": 2025})
        assert "Exercice clos le 2\xa0avril 2026" in page.text
        assert "Demander la réouverture" in page.text
    assert convention.exercices.get(an=2025).clos_par == mess


@time_machine.travel("2026-04-02 12:00:00-04:00")
def test_ce_qui_n_est_pas_recu_ne_s_offre_pas_a_recuperer(cadre, mess, client_de):
    convention = v.convention_signee(cadre.bsl)
    client, cloture = client_de(mess), reverse("conventions:exercice_cloture", args=[convention.pk, 2025])
    page = client.get(cloture)
    assert "ce qui reste ne peut que se reporter" in page.text
    assert [libelle for libelle, *_ in page.context["issues"]] == ["Reporter à l’exercice suivant"]
    v.versee(convention)
    page = client.get(cloture)
    assert "Trois issues" in page.text
    assert "Récupérer. Cette action revient à ce rôle : Finances, Ministère." in lu(page)


@time_machine.travel("2026-04-02 12:00:00-04:00")
def test_un_exercice_clos_se_rouvre_a_deux_et_ses_sommes_se_recuperent(cadre, mess, approbation):
    convention = v.convention_signee(cadre.bsl)
    v.versee(convention)
    exercice = convention.exercices.select_related("convention").get(an=2025)
    clore(exercice, par=mess)
    ligne = JournalConvention.objects.get(geste="clore-exercice")
    assert ligne.apres["à recevoir"] == "1\xa0130\xa0000,00\xa0$"
    assert "est clos" in v.empeche(v.recuperer, convention)[0]
    demande = DemandeAnnulation.demander_la_reouverture(
        convention.exercices.get(an=2025), par=mess, motif="70 000 $ à récupérer"
    )
    assert "une autre personne" in v.empeche(demande.approuver, par=mess)[0]
    demande.approuver(par=approbation)
    exercice = convention.exercices.get(an=2025)
    assert (exercice.clos_le, exercice.clos_par) == (None, None)
    v.recuperer(convention, Decimal(70000))
    assert v.recu(convention) == 0
    assert "n’est pas clos" in v.empeche(demande.demander_la_reouverture, exercice, par=mess, motif="x")[0]
    clore(exercice, par=mess)
    grand_livre_vrai()


@time_machine.travel("2026-04-02 12:00:00-04:00")
def test_la_reouverture_se_demande_et_s_approuve_a_l_ecran(convention, mess, approbation, agente, client_de):
    clore(convention.exercices.select_related("convention").get(an=2025), par=mess)
    page = reverse("conventions:reouverture", args=[convention.pk, 2025])
    assert client_de(agente).get(page).status_code == 403
    client = client_de(mess)
    assert_html_accessible(client.get(page))
    demande = client.post(page, {"motif": "Une récupération oubliée"}).url
    assert client.post(demande + "approbation/").status_code == 403
    assert_html_accessible(client_de(approbation).get(demande + "approbation/"))
    client_de(approbation).post(demande + "approbation/")
    exercice = client.get(reverse("conventions:enveloppes", args=[convention.pk]), {"exercice": 2025})
    assert "Exercice rouvert" in exercice.text
    assert "Une récupération oubliée" in exercice.text
