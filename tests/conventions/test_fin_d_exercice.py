"""Reporter ce qui reste, puis clore : plus rien ne s'écrit ensuite."""

from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from conventions.models import (
    EcheanceVersement,
    Ecriture,
    Enveloppe,
    JournalConvention,
    Recuperation,
    Report,
    Transfert,
)
from conventions.models.reports import avertissements_a_clore, clore, empechements_a_clore
from socle.erreurs import PlafondDepasse, TransitionInterdite
from socle.horloge import aujourd_hui
from tests.conventions import versements as v
from tests.conventions.fabriques import (
    arbre_dresse,
    brouillon,
    convention_en_vigueur,
    enveloppes_par_nom,
    repartition_adoptee,
)
from tests.outils.contraintes import refuse_par
from tests.outils.html_accessible import assert_html_accessible
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


def test_le_disponible_passe_aux_memes_enveloppes_de_l_exercice_suivant(convention, lectrice):
    engager(convention, "150000.55", lectrice)
    avant = total_alloue(convention)
    report = Report.reporter(convention, 2025, par=lectrice, motif="Initiatives retardées")
    assert report.montant == Decimal("1049999.45")
    source, suite = enveloppes_par_nom(convention), enveloppes_par_nom(convention, 2026)
    assert source["La Matanie"].solde.alloue == Decimal("150000.55")
    assert suite["La Matanie"].solde.alloue == Decimal("249999.45")
    assert suite["La Matanie"].parent.volet == "local"
    assert total_alloue(convention) == avant
    with pytest.raises(TransitionInterdite, match="Rien n’est disponible"):
        Report.reporter(convention, 2025, par=lectrice, motif="Encore")


def test_un_report_sans_exercice_suivant_se_refuse(convention, lectrice):
    with pytest.raises(TransitionInterdite, match="n’a pas d’exercice 2027-2028"):
        Report.reporter(convention, 2026, par=lectrice, motif="Essai")
    with pytest.raises(TransitionInterdite, match="Écrivez le motif"):
        Report.reporter(convention, 2025, par=lectrice, motif=" ")


def test_ce_qui_est_reporte_se_reprend_s_il_n_est_pas_employe(convention, lectrice):
    report = Report.reporter(convention, 2025, par=lectrice, motif="Trop tôt")
    Ecriture.annuler(report.mouvement, par=lectrice, motif="L’exercice n’est pas fini")
    assert enveloppes_par_nom(convention)["La Matanie"].solde.disponible == Decimal("400000.00")
    second = Report.reporter(convention, 2025, par=lectrice, motif="Cette fois")
    suite = enveloppes_par_nom(convention, 2026)["La Matanie"]
    Ecriture.passer(convention, [(suite, "engage", Decimal(1))], nature="engagement", par=lectrice, objet="P")
    with pytest.raises(PlafondDepasse):
        Ecriture.annuler(second.mouvement, par=lectrice, motif="Trop tard")


def test_la_base_veut_un_motif_au_report(convention, lectrice):
    report = Report.reporter(convention, 2025, par=lectrice, motif="Oui")
    with refuse_par("report_motive", "conventions"):
        Report.objects.filter(pk=report.pk).update(motif="")


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
    assert [p.split("$")[0] for p in avertissements_a_clore(exercice)] == [
        "1\xa0199\xa0990,00\xa0",
        "1\xa0200\xa0000,00\xa0",
    ]
    projet = brouillon(convention)
    clore(exercice, par=mess)
    assert JournalConvention.objects.filter(geste="clore-exercice").count() == 1
    ecritures = Ecriture.objects.count()
    for geste in (
        lambda: engager(convention, "1", lectrice),
        lambda: Report.reporter(convention, 2025, par=lectrice, motif="Trop tard"),
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
        lambda: Recuperation.inscrire(
            convention,
            par=v.finances(),
            an=2025,
            montant=Decimal(5),
            recue_le=aujourd_hui(),
            reference="R-1",
            motif="Solde.",
        ),
    ):
        with pytest.raises(TransitionInterdite):
            geste()
    assert "est clos" in v.empeche(echeance.recommander, par=direction, note="Oui.")[0]


def test_reporter_et_clore_a_l_ecran(convention, lectrice, mess, agente, client_de):
    report = reverse("conventions:report", args=[convention.pk, 2025])
    with time_machine.travel("2026-03-01 12:00:00-05:00"):
        client = client_de(lectrice)
        page = client.get(report)
        assert_html_accessible(page)
        assert "L’exercice n’est pas terminé" in page.text
        assert client.post(report, {"motif": ""}).status_code == 200
        assert client.post(report, {"motif": "Initiatives retardées"}).url.endswith("exercice=2026")
        assert "Rien n’est disponible" in client.get(report).text
    with time_machine.travel("2026-04-02 12:00:00-04:00"):
        cloture = reverse("conventions:exercice_cloture", args=[convention.pk, 2025])
        assert client_de(agente).get(cloture).status_code == 403
        autre = client_de(mess)
        assert "n’ont pas été versés par le Ministère" in autre.get(cloture).text
        autre.post(cloture)
        autre.post(cloture)
        page = autre.get(reverse("conventions:enveloppes", args=[convention.pk]), {"exercice": 2025})
        assert "Exercice clos le 2\xa0avril 2026" in page.text
        assert "Ce que vous pouvez faire" not in page.text
    assert convention.exercices.get(an=2025).clos_par == mess
