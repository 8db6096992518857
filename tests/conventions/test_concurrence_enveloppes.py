"""Huit écrivaines au même instant, chacune sur sa connexion : rien de trop dépensé, rien de perdu, rien de figé."""

import random
import time
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from conventions.models import Convention, DemandeAnnulation, Ecriture, Repartition, Report, Transfert
from conventions.models.clotures import clore
from socle.erreurs import PlafondDepasse, TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.fabriques import (
    arbre_dresse,
    brouillon,
    convention_en_vigueur,
    enveloppes_par_nom,
    repartition_adoptee,
    report_prepare,
)
from tests.conventions.verite import grand_livre_vrai
from tests.plans.test_concurrence import ensemble

pytestmark = pytest.mark.django_db(transaction=True)
FILS = 8
TENTATIVES = (
    400 if connection.vendor == "postgresql" else 40
)  # par fil; SQLite n'a qu'une écrivaine à la fois
PERMISES = TENTATIVES * 5 // 2
SECONDES_AU_PLUS = 80


@pytest.fixture
def convention(cadre):
    convention = convention_en_vigueur(cadre.bsl)
    arbre_dresse(convention)
    repartition_adoptee(convention)
    return convention


@pytest.fixture
def chrono():
    debut = time.monotonic()
    yield
    assert time.monotonic() - debut < SECONDES_AU_PLUS


def refus(issues):
    """Les exceptions parmi les issues; seules celles du domaine sont permises."""
    erreurs = [issue for issue in issues if isinstance(issue, Exception)]
    assert all(isinstance(erreur, TransitionInterdite) for erreur in erreurs), erreurs
    return erreurs


def test_huit_fils_vident_une_enveloppe_sans_la_depasser(convention, lectrice, chrono):
    """Trop d’engagements égaux sur 100 000 $ : ce qui tient passe, les autres sont refusés, aucun ne se perd."""
    reserve = enveloppes_par_nom(convention)["Réserve"]

    def engager():
        faits = refuses = 0
        for _ in range(TENTATIVES):
            try:
                Ecriture.passer(
                    convention,
                    [(reserve, "engage", Decimal(100_000) / PERMISES)],
                    nature="engagement",
                    par=lectrice,
                    objet="P",
                )
                faits += 1
            except PlafondDepasse:
                refuses += 1
        return faits, refuses

    issues = ensemble(*[engager] * FILS)
    assert refus(issues) == []
    assert tuple(map(sum, zip(*issues, strict=True))) == (PERMISES, FILS * TENTATIVES - PERMISES)
    solde = enveloppes_par_nom(convention)["Réserve"].solde
    assert (solde.engage, solde.disponible) == (Decimal("100000.00"), 0)
    assert Ecriture.objects.filter(nature="engagement").count() == PERMISES
    grand_livre_vrai()


def test_huit_fils_deplacent_dans_l_arbre_sans_rien_creer_ni_perdre(convention, lectrice, chrono):
    """Des déplacements croisés, dans les deux sens, mêlés d'engagements et de gestes qui tiennent la convention."""
    arbre = [e for e in enveloppes_par_nom(convention).values() if e.parent_id]

    def meler(graine):
        hasard = random.Random(graine)

        def geste():
            de, vers = hasard.sample(arbre, 2)
            montant = Decimal(hasard.randint(1, 20_000_000)).scaleb(-2)
            tirage = hasard.random()
            if tirage < 0.8:
                lignes = [(de, "alloue", -montant), (vers, "alloue", montant)]
                return Ecriture.passer(convention, lignes, nature="transfert", par=lectrice, objet="T")
            if tirage < 0.95:
                lignes = [(de, "engage", montant / 100 // Decimal("0.01") * Decimal("0.01"))]
                return Ecriture.passer(convention, lignes, nature="engagement", par=lectrice, objet="P")
            with transaction.atomic():  # comme un avenant : la convention d'abord, puis le grand livre
                Convention.objects.get(pk=convention.pk).verrouiller()
                lignes = [(de, "alloue", -montant), (vers, "alloue", montant)]
                return Ecriture.passer(convention, lignes, nature="transfert", par=lectrice, objet="T")

        def suite():
            faits = 0
            for _ in range(TENTATIVES):
                try:
                    geste()
                    faits += 1
                except PlafondDepasse:
                    pass
            return faits

        return suite

    avant = Ecriture.objects.values("mouvement").distinct().count()
    issues = ensemble(*(meler(graine) for graine in range(FILS)))
    assert refus(issues) == []
    assert Ecriture.objects.values("mouvement").distinct().count() == avant + sum(issues)
    call_command("verifier_grand_livre", stdout=StringIO())
    assert sum(e.solde.alloue for e in enveloppes_par_nom(convention).values()) == Decimal("1200000.00")


def test_deux_transferts_demandes_au_meme_instant_ne_depassent_pas(convention, agente):
    arbre = enveloppes_par_nom(convention)
    [refuse] = refus(
        ensemble(
            *(
                lambda nom=nom: Transfert.demander(
                    arbre["Réserve"], arbre[nom], Decimal(60000), par=agente, motif="T"
                )
                for nom in ("La Matanie", "La Matapédia")
            )
        )
    )
    assert "60\xa0000,00\xa0$ sont déjà demandés" in str(refuse)
    grand_livre_vrai()


def test_deux_recuperations_au_meme_instant_ne_reprennent_pas_deux_fois(convention, mess):
    arbre = enveloppes_par_nom(convention)
    with transaction.atomic():
        Ecriture.passer(
            convention,
            [(arbre["Exercice 2025-2026"], "recu", Decimal(100000))],
            nature="versement",
            par=mess,
            objet="V",
        )
    [refuse] = refus(
        ensemble(
            *(
                lambda nom=nom: v.recuperer(
                    convention, par=mess, parts={arbre[nom]: Decimal(60000)}, reference=f"R-{nom}"
                )
                for nom in ("La Matanie", "Réserve")
            )
        )
    )
    assert "n’a reçu que 40\xa0000,00\xa0$" in str(refuse)
    grand_livre_vrai()


def test_un_transfert_approuve_par_huit_fils_ne_passe_qu_une_fois(convention, agente, signataire):
    arbre = enveloppes_par_nom(convention)
    transfert = Transfert.demander(arbre["Réserve"], arbre["La Matanie"], Decimal(10), par=agente, motif="T")
    issues = ensemble(*[lambda: Transfert.objects.get(pk=transfert.pk).approuver(par=signataire)] * FILS)
    assert len(refus(issues)) == FILS - 1
    assert Ecriture.objects.filter(nature="transfert").count() == 2


def test_adopter_transferer_reporter_clore_et_contrepasser_ensemble_laissent_un_livre_vrai(
    convention, agente, lectrice, signataire, mess
):
    premiere = Repartition.objects.get(etat="adoptee").mouvement
    projet = brouillon(convention)
    arbre = enveloppes_par_nom(convention)
    transfert = Transfert.demander(arbre["Réserve"], arbre["La Matanie"], Decimal(10), par=agente, motif="T")
    demande = DemandeAnnulation.demander(premiere, par=lectrice, motif="C")
    report = report_prepare(convention)
    options = {"adoptee_le": date(2025, 6, 1), "resolution": "R"}
    exercice = convention.exercices.get(an=2025)
    refus(
        ensemble(
            lambda: Repartition.objects.get(pk=projet.pk).adopter(
                par=signataire, piece=fabriques.fichier_pdf(), **options
            ),
            lambda: Repartition.objects.get(pk=projet.pk).adopter(
                par=signataire, piece=fabriques.fichier_pdf(), **options
            ),
            lambda: Transfert.objects.get(pk=transfert.pk).approuver(par=signataire),
            lambda: Report.objects.get(pk=report.pk).adopter(
                par=signataire, adoptee_le=date(2026, 4, 1), resolution="R", piece=fabriques.fichier_pdf()
            ),
            lambda: DemandeAnnulation.objects.get(pk=demande.pk).approuver(par=signataire),
            lambda: DemandeAnnulation.objects.get(pk=demande.pk).approuver(par=signataire),
            lambda: clore(exercice, par=mess),
            lambda: Ecriture.allouer(convention, par=mess),
        )
    )
    assert Repartition.objects.filter(pk=projet.pk).count() == 1
    grand_livre_vrai()


def test_resilier_payer_et_transferer_au_meme_instant_laissent_un_livre_vrai(
    cadre, agente, signataire, approbation
):
    convention = v.convention_signee(cadre.bsl)
    arbre_dresse(convention)
    repartition_adoptee(convention)
    arbre, echeance, payeuse = enveloppes_par_nom(convention), v.autorisee(convention), v.finances()
    transfert = Transfert.demander(arbre["Réserve"], arbre["La Matanie"], Decimal(10), par=agente, motif="T")
    fin = {"fermee_le": aujourd_hui(), "motif": "Dissoute.", "reglement": "Tout est rendu."}
    refus(
        ensemble(
            lambda: Convention.objects.get(pk=convention.pk).resilier(par=approbation, **fin),
            lambda: Transfert.objects.get(pk=transfert.pk).approuver(par=signataire),
            lambda: v.virement(v.relire(echeance), par=payeuse),
        )
    )
    convention = Convention.objects.get(pk=convention.pk)
    assert convention.etat == "resiliee"
    [regle] = convention.lignes_de_reglement.filter(an=2025)
    assert (regle.recu, regle.a_recuperer) == (v.recu(convention),) * 2
    assert not convention.echeances.en_chemin().exists()
    assert not convention.transferts.en_attente().exists()
    grand_livre_vrai()


def test_deux_ouvertures_au_meme_instant_n_allouent_qu_une_fois(cadre, mess):
    convention = convention_en_vigueur(cadre.bsl)
    avant = Ecriture.objects.count()
    assert refus(ensemble(*[lambda: Ecriture.allouer(convention, par=mess)] * FILS)) == []
    assert Ecriture.objects.count() == avant
    grand_livre_vrai()
