"""Ce que la base refuse d'une convention, même écrit sans passer par un geste : une preuve par contrainte."""

from datetime import date

import pytest
from django.utils import timezone

from conventions.models import Convention, ExerciceConvention, Obligation, PartieConvention, Prolongation
from tests import fabriques
from tests.conventions.fabriques import convention_signee
from tests.outils.contraintes import contraintes_de, refuse_par
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db
MODELES = {Convention, ExerciceConvention, PartieConvention, Obligation, Prolongation}
JOUR = date(2026, 1, 15)


@partagee
def convention(cadre):
    return convention_signee(cadre.bsl)


def forcer(convention, **champs):
    Convention.objects.filter(pk=convention.pk).update(**champs)


def exercice(convention, **champs):
    convention.exercices.filter(an=2025).update(**champs)


def partie(convention, role="signataire", **champs):
    convention.parties.filter(role=role).update(**champs)


def obligation(convention, nature="rapport_final", **champs):
    convention.obligations.filter(nature=nature).update(**champs)


def jumelle(convention):
    forcer(convention)
    copie = Convention.objects.get(pk=convention.pk)
    copie.pk, copie.numero = None, "JUMELLE"
    Convention.objects.bulk_create([copie])


def prolonger(convention, **champs):
    valeurs = {"ancienne": JOUR, "nouvelle": date(2026, 2, 1), "motif": "x"} | champs
    Prolongation.objects.create(
        obligation=convention.obligations.first(),
        prolongee_le=timezone.now(),
        prolongee_par=fabriques.personne("mess"),
        **valeurs,
    )


# Par contrainte, une écriture brute qu'elle doit refuser; chacune reçoit une convention en vigueur.
REFUS = {
    "convention_une_seule_vivante": jumelle,
    "convention_debut_avant_fin": lambda c: forcer(
        c, debut=date(2030, 1, 1), fin_realisation=date(2030, 2, 1)
    ),
    "convention_realisation_dans_la_convention": lambda c: forcer(c, fin_realisation=date(2030, 1, 1)),
    "convention_bilan_dans_la_convention": lambda c: forcer(c, bilan_le=date(2020, 1, 1)),
    "convention_transmission_complete": lambda c: forcer(c, transmise_par=None),
    "convention_signature_datee": lambda c: forcer(c, signee_le=None),
    "convention_fermeture_complete": lambda c: forcer(c, fermee_le=JOUR),
    "convention_resiliation_motivee": lambda c: forcer(
        c, etat="resiliee", fermee_le=JOUR, fermee_par=c.transmise_par, fermeture_motif="x"
    ),
    "convention_seuils_en_ordre": lambda c: forcer(c, seuil_audit=1),
    **{
        f"convention_{champ}_en_pourcentage": lambda c, champ=champ: forcer(c, **{champ: 101})
        for champ in (
            "plafond_administration",
            "part_nouveaux_projets",
            "part_regionale",
            "cumul_maximal",
            "retenue",
        )
    },
    "exercice_convention_unique": lambda c: exercice(c, an=2026),
    "exercice_montant_positif": lambda c: exercice(c, montant=-1),
    "exercice_cloture_complete": lambda c: exercice(c, clos_le=JOUR),
    "partie_convention_unique": lambda c: PartieConvention.objects.create(
        convention=c, organisme=c.alliance.table_regionale, role="signataire"
    ),
    "partie_un_seul_ministre": lambda c: PartieConvention.objects.create(convention=c, role="ministre"),
    "partie_organisme_sauf_ministre": lambda c: partie(c, organisme=None),
    "partie_signature_complete": lambda c: partie(c, signee_par=None),
    "partie_resolution_si_signee": lambda c: partie(c, resolution=""),
    "obligation_unique": lambda c: c.obligations.create(nature="rapport_annuel", an=2025, echeance=JOUR),
    "obligation_recue_ou_annulee": lambda c: obligation(
        c, recue_le=JOUR, recue_par=c.transmise_par, annulee_le=JOUR
    ),
    "obligation_recue_par_quelqu_un": lambda c: obligation(c, recue_le=JOUR),
    "obligation_acceptee_par_quelqu_un": lambda c: obligation(
        c, recue_le=JOUR, recue_par=c.transmise_par, acceptee_le=JOUR
    ),
    "obligation_acceptee_apres_reception": lambda c: obligation(
        c, acceptee_le=JOUR, acceptee_par=c.transmise_par
    ),
    "obligation_recue_et_acceptee_par_deux_personnes": lambda c: obligation(
        c, recue_le=JOUR, recue_par=c.transmise_par, acceptee_le=JOUR, acceptee_par=c.transmise_par
    ),
    "obligation_plan_lue_du_plan": lambda c: obligation(
        c, nature="plan", recue_le=JOUR, recue_par=c.transmise_par
    ),
    "prolongation_plus_tard": lambda c: prolonger(c, nouvelle=JOUR),
    "prolongation_motivee": lambda c: prolonger(c, motif=""),
}


@pytest.mark.parametrize("nom", REFUS)
def test_la_base_refuse(convention, nom):
    with refuse_par(nom, "conventions"):
        REFUS[nom](convention)


def test_chaque_contrainte_de_la_convention_a_sa_preuve():
    nos_contraintes = {nom for nom, (modele, _) in contraintes_de("conventions").items() if modele in MODELES}
    assert nos_contraintes == set(REFUS)
