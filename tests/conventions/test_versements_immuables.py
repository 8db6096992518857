"""Les récupérations, et ce que la base tient elle-même."""

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from alliances.models import Alliance
from conventions.models import (
    Derogation,
    EcheanceVersement,
    Ecriture,
    Enveloppe,
    Recuperation,
    Versement,
)
from conventions.permissions import peut
from socle.erreurs import EcritureImmuable
from socle.models.chaines import premiere_rupture
from socle.valeurs.horloge import aujourd_hui
from tests.conventions import versements as v
from tests.conventions.fabriques import defaire
from tests.conventions.verite import grand_livre_vrai
from tests.conventions.versements import empeche, recu, recuperer, virement
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return v.convention_signee(cadre.bsl)


def test_une_recuperation_reduit_ce_qui_est_recu_une_seule_fois(convention):
    virement(v.autorisee(convention))
    assert recuperer(convention) == recuperer(convention, reference="r-1 ")
    assert recu(convention) == Decimal("60000.00")
    assert (
        "est déjà celle d’une autre récupération" in empeche(recuperer, convention, montant=Decimal("1"))[0]
    )
    assert premiere_rupture(Recuperation) is None


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"montant": Decimal("70000.01")}, "n’a reçu que 70 000,00 $"),
        ({"an": 2026}, "L’exercice 2026-2027 n’a reçu que 0,00 $"),
        ({"montant": Decimal("0")}, "plus de zéro dollar"),
        ({"recue_le": aujourd_hui() + timedelta(days=2)}, "ne peut pas être dans le futur"),
        ({"recue_le": date(2024, 1, 1)}, "précède la signature"),
        ({"motif": " "}, "Écrivez le motif"),
        ({"reference": " "}, "Inscrivez la référence"),
    ],
)
def test_une_recuperation_mal_dite_est_refusee(convention, champs, phrase):
    virement(v.autorisee(convention))
    assert phrase in empeche(recuperer, convention, **champs)[0]
    assert recu(convention) == Decimal("70000.00")


def test_ce_qui_est_recupere_quitte_les_deux_cotes(convention):
    virement(v.autorisee(convention))
    libre = Enveloppe.racine(convention, 2025).solde.disponible
    recuperer(convention, Decimal("70000.00"))
    solde = Enveloppe.racine(convention, 2025).solde
    assert (solde.recu, solde.recupere) == (0, Decimal("70000.00"))
    assert solde.disponible == libre - Decimal("70000.00")
    assert solde.a_recevoir == solde.convenu - Decimal(
        "70000.00"
    )  # ce qui est rendu ne se reçoit pas de nouveau
    grand_livre_vrai()


def test_une_recuperation_plus_grande_que_le_libre_dit_ce_qui_manque(convention):
    virement(v.autorisee(convention))
    racine = Enveloppe.racine(convention, 2025)
    promis = racine.solde.disponible - Decimal(100)
    with transaction.atomic():
        Ecriture.passer(
            convention, [(racine, "engage", promis)], nature="engagement", par=v.finances(), objet="P"
        )
    assert (
        "n’a que 100,00 $ de disponible : il manque 0,01 $"
        in empeche(recuperer, convention, Decimal("100.01"))[0]
    )
    recuperer(convention, Decimal(100))
    assert "Aucune enveloppe n’a de disponible" in empeche(recuperer, convention, reference="R-2")[0]
    grand_livre_vrai()


def test_une_recuperation_se_defait_a_deux_et_rend_sa_reference(convention, approbation):
    virement(v.autorisee(convention))
    premiere = recuperer(convention, Decimal(100))
    defaire(premiere.mouvement, v.finances(), approbation)
    assert recu(convention) == Decimal("70000.00")
    seconde = recuperer(convention, Decimal(150))
    assert (seconde.reference, seconde.annulations_avant) == (premiere.reference, 1)
    assert [r.pk for r in Recuperation.objects.en_vigueur()] == [seconde.pk]
    call_command("verifier_grand_livre", stdout=StringIO())
    grand_livre_vrai()


@pytest.mark.parametrize(
    ("champs", "contrainte"),
    [
        ({"etat": "liberee"}, "echeance_liberation_complete"),
        ({"etat": "recommandee", "liberee_le": date(2026, 1, 1)}, "echeance_recommandation_complete"),
        ({"liberee_le": date(2026, 1, 1)}, "echeance_liberation_complete"),
        (
            {"etat": "suspendue", "suspendue_depuis": "prevue", "motif": "x"},
            "echeance_suspension_complete",
        ),
        ({"suspendue_depuis": "prevue"}, "echeance_suspension_complete"),
        ({"motif": "x"}, "echeance_suspension_complete"),
        ({"etat": "annulee", "motif": "x"}, "echeance_annulation_complete"),
        ({"versee_le": date(2026, 1, 1)}, "echeance_versement_date"),
        ({"montant": Decimal("0")}, "echeance_montant_positif"),
        ({"rapport_an": 2025}, "echeance_rapport_nomme"),
        ({"condition": "rapport_accepte"}, "echeance_rapport_nomme"),
    ],
)
def test_l_etat_sa_date_et_sa_personne_bougent_ensemble(convention, champs, contrainte):
    with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
        convention.echeances.filter(rang=2).update(**champs)


def test_la_base_refuse_que_la_meme_personne_recommande_et_autorise(convention):
    echeance = v.recommandee(convention)
    with pytest.raises(IntegrityError, match="echeance_recommande_et_autorise"), transaction.atomic():
        EcheanceVersement.objects.filter(pk=echeance.pk).update(
            etat="autorisee", autorisee_le=timezone.now(), autorisee_par=echeance.recommandee_par
        )


@pytest.mark.parametrize("cas", ["qui_autorise", "qui_recommande", "de_trop", "pas_autorisee"])
def test_la_base_refuse_un_versement_glisse_sans_le_geste(convention, cas):
    echeance = v.autorisee(convention) if cas != "pas_autorisee" else v.recommandee(convention)
    par = {"qui_autorise": echeance.autorisee_par, "qui_recommande": echeance.recommandee_par}.get(cas)
    montant = echeance.montant + (1 if cas == "de_trop" else 0)
    with pytest.raises(DatabaseError, match="Versement refusé"), transaction.atomic():
        Versement.inscrire(
            echeance, par=par or v.finances(), montant=montant, verse_le=aujourd_hui(), reference="V-9"
        )
    assert recu(convention) == 0


@pytest.mark.parametrize("table", ["conventions_versement", "conventions_recuperation"])
def test_un_versement_et_une_recuperation_ne_se_reecrivent_pas(convention, table):
    virement(v.autorisee(convention))
    recuperer(convention)
    for requete in (f"UPDATE {table} SET montant = 1", f"DELETE FROM {table}"):
        with (
            pytest.raises(DatabaseError, match="immuable"),
            transaction.atomic(),
            connection.cursor() as curseur,
        ):
            curseur.execute(requete)
    with pytest.raises(EcritureImmuable, match="Un versement ne se modifie pas"):
        Versement.objects.get().save()


def test_une_derogation_revoquee_garde_sa_personne(convention, approbation):
    v.obligation_en_retard(convention)
    derogation = v.derogation(v.recommandee(convention))
    with pytest.raises(IntegrityError, match="derogation_revocation_complete"), transaction.atomic():
        Derogation.objects.filter(pk=derogation.pk).update(revoquee_le=timezone.now())


def test_sans_region_c_est_le_ministere_qui_recommande(cadre, mess, analyste):
    convention = v.convention_signee(cadre.bsl)
    assert peut(analyste, "recommander", convention) is None
    assert "Analyse, Services Québec ou Direction" in str(peut(mess, "recommander", convention))
    Alliance.objects.get(pk=cadre.bsl.pk).regions.clear()
    convention = v.relire_convention(convention)
    assert peut(mess, "recommander", convention) is None
