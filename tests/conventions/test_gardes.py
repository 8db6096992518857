"""Chaque geste de la page des états demande ses gardes : que l'une refuse, rien ne s'écrit."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
import time_machine

from conventions.models import (
    Avenant,
    Convention,
    DemandeAnnulation,
    Depense,
    Derogation,
    EcheanceVersement,
    Ecriture,
    Enveloppe,
    Obligation,
    Recuperation,
    Remise,
    Repartition,
    Report,
    Transfert,
)
from conventions.models.clotures import clore
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import avenants, depenses
from tests.conventions import fabriques as conventions
from tests.conventions import versements as v
from tests.conventions.test_etats_convention import FABRIQUES, LIGNES, reponses
from tests.outils.gardes import assert_garde, gestes_de_la_page

pytestmark = pytest.mark.django_db
# Le droit, l'état de la convention ou les réponses les retiennent; ils n'ont pas d'`empechements_a_…`.
SANS_GARDE = {
    "Convention.joindre",
    "EcheanceVersement.liberer_selon",
    "EcheanceVersement.etablir",
    "Enveloppe.ajouter",
    "Ecriture.allouer",
}
MESS, APPROBATION = "mess", "approbation"


def de_la_convention(ligne, cadre):
    if ligne.geste == "preparer":
        return partial(Convention.preparer, cadre.bsl, par=fabriques.personne(MESS))
    fabriques.version_deposee(cadre.bsl)
    convention = FABRIQUES[sorted(ligne.depart)[-1]](cadre.bsl)
    if ligne.geste == "clore":
        conventions.tout_rendre(convention)
        conventions.regler(convention)
    convention = Convention.objects.select_related("alliance").get(pk=convention.pk)
    args, options = reponses(ligne.geste, convention)
    par = conventions._du_ministere(MESS if MESS in ligne.roles else APPROBATION)
    return partial(getattr(convention, ligne.geste), *args, par=par, **options)


def d_une_obligation(ligne, cadre):
    convention = conventions.convention_signee(cadre.bsl)
    rapport = convention.obligations.get(nature="rapport_annuel", an=2025)
    if ligne.geste in ("accepter", "annuler_reception"):
        rapport = conventions.recevoir(rapport)
    if ligne.geste == "annuler_acceptation":
        rapport = conventions.accepter(rapport)
    options = {
        "recevoir": {"le": aujourd_hui(), "reference": "Courriel"},
        "accepter": {},
        "annuler_reception": {"motif": "x"},
        "annuler_acceptation": {"motif": "x"},
        "prolonger": {"nouvelle": max(aujourd_hui(), rapport.echeance) + timedelta(days=9), "motif": "x"},
    }
    return partial(getattr(rapport, ligne.geste), par=fabriques.personne(MESS), **options[ligne.geste])


DE_LA_PAGE = {"Convention": de_la_convention, "Obligation": d_une_obligation}


def recommander(cadre):
    echeance = v.liberee(v.convention_signee(cadre.bsl))
    return partial(echeance.recommander, par=fabriques.personne(MESS), note="Oui.")


def autoriser(cadre):
    return partial(
        v.recommandee(v.convention_signee(cadre.bsl)).autoriser, par=fabriques.personne(APPROBATION)
    )


def verser(cadre):
    return partial(v.virement, v.autorisee(v.convention_signee(cadre.bsl)), par=v.finances())


def annuler_confirmation(cadre):
    echeance = v.versee(v.convention_signee(cadre.bsl))
    versement = echeance.versements.get()
    return partial(echeance.annuler_confirmation, par=v.finances(), versement=versement, motif="Faux.")


def suspendre(cadre):
    return partial(
        v.liberee(v.convention_signee(cadre.bsl)).suspendre, par=fabriques.personne(MESS), motif="x"
    )


def reprendre(cadre):
    return partial(v.suspendue(v.convention_signee(cadre.bsl)).reprendre, par=fabriques.personne(MESS))


def annuler(cadre):
    echeance = v.liberee(v.convention_signee(cadre.bsl))
    return partial(echeance.annuler, par=fabriques.personne(APPROBATION), motif="Avenant 1")


def accorder(cadre):
    convention = v.convention_signee(cadre.bsl)
    v.obligation_en_retard(convention)
    echeance, par = v.liberee(convention), fabriques.personne(APPROBATION)
    return partial(Derogation.accorder, echeance, par=par, motif="x")


def revoquer(cadre):
    derogation = accorder(cadre)()
    return partial(derogation.revoquer, par=fabriques.personne(APPROBATION))


def ouvrir_un_avenant(cadre):
    convention = avenants.convention_en_vigueur(cadre.bsl)
    return partial(Avenant.ouvrir, convention, motif="x", par=fabriques.personne(MESS))


def proposer(cadre):
    avenant = ouvrir_un_avenant(cadre)()
    valeurs = {"date/fin_realisation": "2027-01-31"}
    par = fabriques.personne(MESS)
    return partial(avenant.proposer, "date", valeurs, revision=avenant.revision, par=par)


def transmettre_un_avenant(cadre):
    avenant = avenants.avenant_prepare(avenants.convention_en_vigueur(cadre.bsl))
    return partial(avenant.transmettre, par=fabriques.personne(MESS))


def signer_un_avenant(cadre):
    avenant = avenants.avenant_transmis(avenants.convention_en_vigueur(cadre.bsl))
    signature, par = avenant.signatures_attendues().first(), fabriques.personne(MESS)
    return partial(avenants.signer, avenant, signature, par=par)


def reprendre_un_avenant(cadre):
    convention = avenants.convention_en_vigueur(cadre.bsl)
    avenant = avenants.avenant_prepare(convention)
    avenants.avenant_applique(convention, {"parametre/part_regionale": "5.00"})
    return partial(avenant.reprendre, par=fabriques.personne(MESS))


def abandonner(cadre):
    avenant = avenants.avenant_transmis(avenants.convention_en_vigueur(cadre.bsl))
    return partial(avenant.abandonner, motif="x", par=fabriques.personne(MESS))


def convention_repartie(cadre):
    convention = conventions.convention_en_vigueur(cadre.bsl)
    conventions.arbre_dresse(convention)
    conventions.repartition_adoptee(convention)
    return convention


def dresser(cadre):
    convention = conventions.convention_en_vigueur(cadre.bsl)
    return partial(Enveloppe.dresser, convention, 2025, "region", par=fabriques.personne(MESS))


def d_une_enveloppe_neuve(geste, *args):
    def scene(cadre):
        enveloppe = conventions.arbre_dresse(conventions.convention_en_vigueur(cadre.bsl))["Réserve"]
        return partial(getattr(enveloppe, geste), *args, par=fabriques.personne(MESS))

    return scene


def enregistrer(cadre):
    convention = conventions.convention_en_vigueur(cadre.bsl)
    conventions.arbre_dresse(convention)
    return partial(conventions.brouillon, convention, par=fabriques.personne(MESS))


def adopter(cadre):
    repartition = enregistrer(cadre)()
    return partial(
        repartition.adopter,
        par=fabriques.personne(MESS),
        adoptee_le=aujourd_hui(),
        resolution="2025-017",
        piece=fabriques.fichier_pdf(),
    )


def demander(cadre):
    arbre = conventions.enveloppes_par_nom(convention_repartie(cadre))
    par = fabriques.personne("finances", cadre.bsl)
    return partial(
        Transfert.demander, arbre["Réserve"], arbre["La Matanie"], Decimal(60000), par=par, motif="x"
    )


def d_un_transfert(geste, **options):
    def scene(cadre):
        transfert = demander(cadre)()
        return partial(getattr(transfert, geste), par=fabriques.personne(MESS), **options)

    return scene


def preparer_un_report(cadre):
    convention = convention_repartie(cadre)
    return partial(conventions.report_prepare, convention, par=fabriques.personne(MESS))


def adopter_un_report(cadre):
    report = preparer_un_report(cadre)()
    return partial(
        report.adopter,
        par=fabriques.personne(MESS),
        adoptee_le=date(2026, 4, 1),
        resolution="R",
        piece=fabriques.fichier_pdf(),
    )


def demander_une_annulation(cadre):
    mouvement = adopter_un_report(cadre)().mouvement
    return partial(DemandeAnnulation.demander, mouvement, par=fabriques.personne(MESS), motif="x")


def d_une_annulation(geste, **options):
    def scene(cadre):
        demande = demander_une_annulation(cadre)()
        return partial(getattr(demande, geste), par=fabriques.personne(APPROBATION), **options)

    return scene


def demander_une_reouverture(cadre):
    exercice = clore_un_exercice(cadre)()
    return partial(
        DemandeAnnulation.demander_la_reouverture, exercice, par=fabriques.personne(MESS), motif="x"
    )


def recuperer(cadre):
    convention = v.convention_signee(cadre.bsl)
    v.versee(convention)
    return partial(v.recuperer, convention, par=v.finances())


def clore_un_exercice(cadre):
    exercice = convention_repartie(cadre).exercices.get(an=2025)
    return partial(clore, exercice, par=fabriques.personne(MESS))


def inscrire_une_depense(cadre):
    return partial(depenses.depense, convention_repartie(cadre), par=fabriques.personne(MESS))


def inscrire_un_lot(cadre):
    saisies = [depenses.saisie(convention_repartie(cadre))]
    return partial(Depense.inscrire_en_lot, saisies, par=fabriques.personne(MESS))


def remettre(cadre):
    return partial(depenses.remise, convention_repartie(cadre), par=fabriques.personne(MESS))


def contrepasser_une_depense(cadre):
    par = fabriques.personne("finances", cadre.bsl)
    depense = depenses.depense(convention_repartie(cadre), par=par)
    return partial(depense.contrepasser, par=par, motif="x")


def joindre_a_une_depense(cadre):
    par = fabriques.personne("finances", cadre.bsl)
    depense = depenses.depense(convention_repartie(cadre), par=par)
    return partial(depense.joindre, par=par, fichier=fabriques.fichier_pdf())


def d_une_remise(geste, **options):
    def scene(cadre):
        remise = depenses.remise(convention_repartie(cadre), par=fabriques.personne("finances", cadre.bsl))
        return partial(getattr(remise, geste), par=fabriques.personne(MESS), **options)

    return scene


SCENES = {
    "EcheanceVersement.recommander": recommander,
    "EcheanceVersement.autoriser": autoriser,
    "EcheanceVersement.verser": verser,
    "EcheanceVersement.annuler_confirmation": annuler_confirmation,
    "EcheanceVersement.suspendre": suspendre,
    "EcheanceVersement.reprendre": reprendre,
    "EcheanceVersement.annuler": annuler,
    "Derogation.accorder": accorder,
    "Derogation.revoquer": revoquer,
    "Avenant.ouvrir": ouvrir_un_avenant,
    "Avenant.proposer": proposer,
    "Avenant.transmettre": transmettre_un_avenant,
    "Avenant.signer": signer_un_avenant,
    "Avenant.reprendre": reprendre_un_avenant,
    "Avenant.abandonner": abandonner,
    "Enveloppe.dresser": dresser,
    "Enveloppe.renommer": d_une_enveloppe_neuve("renommer", "Fonds d’urgence"),
    "Enveloppe.retirer": d_une_enveloppe_neuve("retirer"),
    "Repartition.enregistrer": enregistrer,
    "Repartition.adopter": adopter,
    "Transfert.demander": demander,
    "Transfert.approuver": d_un_transfert("approuver"),
    "Transfert.refuser": d_un_transfert("refuser", motif="x"),
    "Transfert.retirer": d_un_transfert("retirer"),
    "Report.preparer": preparer_un_report,
    "Report.adopter": adopter_un_report,
    "DemandeAnnulation.demander": demander_une_annulation,
    "DemandeAnnulation.approuver": d_une_annulation("approuver"),
    "DemandeAnnulation.refuser": d_une_annulation("refuser", motif="x"),
    "DemandeAnnulation.retirer": d_une_annulation("retirer"),
    "DemandeAnnulation.demander_la_reouverture": demander_une_reouverture,
    "Recuperation.inscrire": recuperer,
    "ExerciceConvention.clore": clore_un_exercice,
    "Depense.inscrire": inscrire_une_depense,
    "Depense.inscrire_en_lot": inscrire_un_lot,
    "Depense.contrepasser": contrepasser_une_depense,
    "Depense.joindre": joindre_a_une_depense,
    "Remise.inscrire": remettre,
    "Remise.recevoir": d_une_remise("recevoir", recue_le=date(2025, 7, 2)),
    "Remise.joindre": d_une_remise("joindre", fichier=fabriques.fichier_pdf()),
    "Remise.contrepasser": d_une_remise("contrepasser", motif="x"),
} | {
    f"{ligne.objet}.{ligne.geste}": partial(DE_LA_PAGE[ligne.objet], ligne)
    for ligne in LIGNES
    if f"{ligne.objet}.{ligne.geste}" not in SANS_GARDE
}
MODELES = (
    Avenant,
    Convention,
    DemandeAnnulation,
    Depense,
    Remise,
    Derogation,
    EcheanceVersement,
    Ecriture,
    Enveloppe,
    Obligation,
    Recuperation,
    Repartition,
    Report,
    Transfert,
)


def test_chaque_geste_de_la_page_est_joue_ou_dit_sans_garde():
    des_plans = {"VersionPlan", "DemandeCorrection", "ObservationPlan", "ControleExamen"}
    d_ailleurs = des_plans | {"Mandat", "DemandeIdentite", "DemandeDAdhesion", "DemandeDEngagement"}
    d_ailleurs |= {"InvitationDUnMembre", "AppelProjets", "Initiative"}
    d_ailleurs |= {"ImportDInitiatives", "Protocole", "Tranche", "ClausesAlliance", "RapportRecu"}
    d_ailleurs |= {"NoteDeSuivi", "ChangementDemande", "AvenantProtocole", "Rectificatif"}
    ecrits = {geste for geste in gestes_de_la_page() if geste.split(".")[0] not in d_ailleurs}
    assert set(SCENES) | SANS_GARDE == ecrits


@pytest.mark.parametrize("cle", SCENES)
def test_que_l_une_de_ses_gardes_refuse_et_le_geste_n_ecrit_rien(cle, cadre):
    with time_machine.travel("2026-06-15 12:00:00-04:00"):
        geste = SCENES[cle](cadre)
        objet, nom = cle.split(".")
        assert_garde(geste, nom, {modele.__name__: modele for modele in MODELES}.get(objet))
