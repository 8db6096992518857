"""Toute date qu'une personne saisit tombe dans la vie de la chose : 1999 et 2099 sont refusés partout."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import get_resolver
from django.utils import timezone
from django.utils.timezone import make_aware

from alliances.models import IncidentDeConfidentialite, Mandat
from alliances.models.releve import nommer_un_interim
from conventions.models import Depense, Enveloppe, Remise, Repartition
from conventions.models.application import empechements_de_dates
from conventions.models.echeanciers import empechements_de_jours_prevus
from projets.forms.appels import DATES
from projets.models import AppelProjets, Initiative, avis, decisions, receptions, reservations
from projets.models.appels import MOMENTS
from projets.protocoles.forms.preparation import DATES as DATES_DU_PROTOCOLE
from projets.protocoles.models import AvisTransmis, Paiement, Protocole, Remboursement, rapports
from projets.protocoles.models.suivis import fautes_d_atteinte
from projets.protocoles.regles.dates import fautes_de_dates
from projets.regles.dates import fautes_de_validite, hors_de_l_histoire
from socle.formulaires.champs import DateSouple, MomentField
from socle.formulaires.disposition import Formulaire
from socle.pages.filtres import FormulaireDesFiltres
from socle.valeurs.argent import ZERO
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.fabriques import convention_en_preparation, convention_transmise
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db
HORS_DE_TOUTE_VIE = [date(1999, 1, 1), date(2099, 1, 1)]


def de_l_incident(champ):
    def juger(cadre, jour):
        dates = {"survenu_le": aujourd_hui()} | {champ: jour}
        incident = IncidentDeConfidentialite(nature="acces", renseignements="Courriels", **dates)
        try:
            incident.full_clean()
        except ValidationError as erreur:
            return erreur.message_dict.get(champ, [])
        return []

    return juger


def de_la_version(cadre, jour):
    return fabriques.plan_pret(cadre.bsl).empechements_de_date_d_adoption(jour)


def de_la_decision(cadre, jour):
    return fabriques.version_avisee(cadre.bsl)._empechements_de_lettre(jour, "2026-014")


def de_l_obligation(methode):
    def juger(cadre, jour):
        rapport = v.convention_signee(cadre.bsl).obligations.create(
            nature="rapport_annuel", an=2025, echeance=date(2026, 6, 30)
        )
        return getattr(rapport, methode)(jour)

    return juger


def de_la_repartition(cadre, jour):
    repartition = Repartition(convention=v.convention_signee(cadre.bsl), an=2025)
    return repartition.empechements_de_date(jour)


def de_la_signature(cadre, jour):
    return convention_transmise(cadre.bsl).empechements_de_date(jour)


def de_la_resolution(cadre, jour):
    return convention_transmise(cadre.bsl).empechements_de_resolution(jour, aujourd_hui())


def de_la_fermeture(cadre, jour):
    return v.convention_signee(cadre.bsl).empechements_de_date_de_fermeture(jour)


def de_l_avenant(cle):
    def juger(cadre, jour):
        return list(empechements_de_dates(v.convention_signee(cadre.bsl), {cle: jour.isoformat()}))

    return juger


def de_la_preparation(champ):
    def juger(cadre, jour):
        try:
            convention_en_preparation(cadre.bsl, **{champ: jour})
        except ValidationError as refus:
            return refus.messages
        return []

    return juger


def du_protocole(champ):
    def juger(cadre, jour):
        dates = {nom: date(2026, 9, 1) for nom in DATES_DU_PROTOCOLE} | {champ: jour}
        convention = v.convention_signee(cadre.bsl)
        fautes = fautes_de_dates(**dates, convention=convention, cycle=cadre.bsl.cycle)
        return [phrase for nom, phrase in fautes if nom == champ]

    return juger


def de_l_objectif(cadre, jour):
    return list(fautes_d_atteinte(jour, date(2026, 9, 1)))


def _demande(cadre):
    organisme = p.organisme(cadre.bsl)
    return p.demande(p.appel_ouvert(cadre.bsl), organisme, p.equipe(organisme)[0])


def du_rapport(cadre, jour):
    protocole = Protocole(initiative=_demande(cadre), signe_le=aujourd_hui())
    return list(rapports._fautes(protocole, "Rapport final", jour, ZERO))


def de_l_avis_transmis(cadre, jour):
    return AvisTransmis.fautes_de_date(Protocole(signe_le=aujourd_hui()), jour)


def du_mouvement(modele, lien):
    """L'argent d'un protocole, versé ou rendu; `lien` mène à ce qu'il règle."""

    def juger(cadre, jour):
        convention = v.convention_signee(cadre.bsl)
        regle = modele._meta.get_field(lien).related_model(protocole=Protocole(signe_le=date(2025, 9, 1)))
        mouvement = modele(**{lien: regle}, enveloppe=Enveloppe.racine(convention, 2025), faite_le=jour)
        return [phrase for _, phrase in mouvement.fautes_de_sa_date()]

    return juger


def du_virement(cadre, jour):
    echeance = v.autorisee(v.convention_signee(cadre.bsl))
    return list(echeance.fautes_du_virement(echeance.montant, jour, "V-1"))


def de_l_interim(cadre, jour):
    titulaire = fabriques.personne("coordination", cadre.bsl)
    dates = {"debut": jour, "fin": jour + timedelta(days=400)}
    try:
        nommer_un_interim(
            Mandat.objects.get(utilisateur=titulaire), fabriques.personne("mess"), par=titulaire, **dates
        )
    except ValidationError as refus:
        return refus.messages
    return []


def de_la_sortie(modele):
    def juger(cadre, jour):
        convention = v.convention_signee(cadre.bsl)
        sortie = modele(convention=convention, enveloppe=Enveloppe.racine(convention, 2025), montant=1)
        sortie.faite_le, sortie.reference = jour, "D-1"
        return [phrase for champ, phrase in sortie.fautes() if champ == "faite_le"]

    return juger


def de_l_echeancier(cadre, jour):
    return empechements_de_jours_prevus(v.convention_signee(cadre.bsl), [jour])


def du_versement_de_l_avenant(cadre, jour):
    valeur = {"an": 2025, "montant": "1.00", "condition": "date", "prevue_le": jour.isoformat()}
    return list(empechements_de_dates(v.convention_signee(cadre.bsl), {"versement/9": valeur}))


def du_mandat(cadre, jour):
    return Mandat.empechements_de_resolution(jour)


def de_l_appel(champ):
    """Un jour, ou un instant à midi; l'autre borne est bonne, ou n'y est pas."""

    def juger(cadre, jour):
        appel = AppelProjets(alliance=cadre.bsl, titre="Appel", **{champ: _instant(jour, champ)})
        return _fautes(appel, champ)

    return juger


def _instant(jour, champ):
    return make_aware(datetime.combine(jour, time(12))) if champ in MOMENTS else jour


def _fautes(objet, champ):
    try:
        objet.clean()
    except ValidationError as refus:
        return refus.message_dict.get(champ, [])
    return []


def de_l_essai(cadre, jour):
    appel = p.appel_en_preparation(cadre.bsl, fabriques.personne("coordination", cadre.bsl))
    assert appel.empechements_a_essayer(appel.ouvre_le) == []
    return appel.empechements_a_essayer(_instant(jour, "ouvre_le"))


def de_la_reception(cadre, jour):
    appel, par = p.appel_ouvert(cadre.bsl), fabriques.personne("coordination", cadre.bsl)
    return list(
        receptions._fautes(appel, p.organisme(cadre.bsl), par, _instant(jour, "ouvre_le"), timezone.now())
    )


def de_la_prolongation(cadre, jour):
    appel = p.appel_ouvert(cadre.bsl)
    return appel._contredit_la_fermeture(_instant(jour, "ferme_le"), "Une tempête.")


def de_la_correction(cadre, jour):
    appel = p.appel_ouvert(cadre.bsl)
    try:
        appel.corriger(
            par=appel.publie_par, revision=appel.revision, motif="Une erreur.", decision_promise_le=jour
        )
    except ValidationError as refus:
        return refus.message_dict["decision_promise_le"]
    return []


def du_projet(champ):
    def juger(cadre, jour):
        return list(Initiative(alliance=cadre.bsl).hors_du_cycle(**{champ: jour}))

    return juger


def de_l_avis(cadre, jour):
    deposee = Initiative(alliance=cadre.bsl, deposee_le=timezone.now())
    return list(avis._fautes(deposee, "Le milieu y tient.", jour))


def de_la_decision_d_une_initiative(cadre, jour):
    deposee = Initiative(alliance=cadre.bsl, deposee_le=timezone.now())
    motifs = {"raison": "besoin", "motif": "Le besoin est ailleurs."}
    return list(decisions._fautes(deposee, "en_attente", jour, "2026-10-01", motifs))


def de_la_reservation(cadre, jour):
    acceptee = Initiative(alliance=cadre.bsl, reservee_jusqu_au=aujourd_hui())
    return list(reservations._fautes(acceptee, jour, "Le conseil tarde."))


def de_la_piece(cadre, jour):
    return fautes_de_validite(jour, aujourd_hui())


def de_l_histoire(champ):
    return lambda cadre, jour: list(hors_de_l_histoire(aujourd_hui(), {champ: jour}))


# Chaque champ de date d'un formulaire, et ce qui le juge.
JUGES = {
    "AdoptionForm.adoptee_le": de_la_version,
    **{f"AppelForm.{champ}": de_l_appel(champ) for champ in (*MOMENTS, *DATES)},
    "ProlongationForm.ferme_le": de_la_prolongation,
    "CorrectionForm.decision_promise_le": de_la_correction,
    "ProjetForm.debut": du_projet("debut"),
    "ProjetForm.fin": du_projet("fin"),
    "EssaiForm.le": de_l_essai,
    "InitiativeLueForm.debut": de_l_histoire("debut"),
    "InitiativeLueForm.fin": de_l_histoire("fin"),
    "RecueAutrementForm.recue_le": de_la_reception,
    "PieceForm.valable_jusqu_au": de_la_piece,
    "ProlongationDeReservationForm.jusqu_au": de_la_reservation,
    "AvisForm.rendu_le": de_l_avis,
    "AvisDesPersonnesForm.rendu_le": de_l_avis,
    "AdoptionForm.prise_le": de_la_decision_d_une_initiative,
    "DecisionForm.prise_le": de_la_decision_d_une_initiative,
    "DecisionForm.decision_du": de_la_decision,
    "DepenseForm.faite_le": de_la_sortie(Depense),
    "RemiseForm.faite_le": de_la_sortie(Remise),
    "LigneForm.prevue_le": de_l_echeancier,
    "ResolutionForm.resolution_le": du_mandat,
    "DateCommune.verse_le": du_virement,
    "ReceptionForm.le": de_l_obligation("empechements_de_reception"),
    "ProlongationForm.nouvelle": de_l_obligation("empechements_de_prolongation"),
    "AdoptionRepartitionForm.adoptee_le": de_la_repartition,
    "SignatureForm.signee_le": de_la_signature,
    "SignatureForm.resolution_le": de_la_resolution,
    "Fermeture.fermee_le": de_la_fermeture,
    "NoteForm.atteint_le": de_l_objectif,
    "IncidentForm.survenu_le": de_l_incident("survenu_le"),
    "IncidentForm.avis_commission_le": de_l_incident("avis_commission_le"),
    "IncidentForm.avis_personnes_le": de_l_incident("avis_personnes_le"),
    **{f"DatesDuProtocoleForm.{nom}": du_protocole(nom) for nom in DATES_DU_PROTOCOLE},
    "DatesForm.fin": de_l_avenant("date/fin"),
    "DatesForm.rapport_final_le": du_protocole("rapport_final_le"),  # celles de son avenant, même règle
    "EcheancierForm.prevue_le": du_versement_de_l_avenant,
    "RedditionForm.bilan_le": de_l_avenant("reddition/bilan_le"),
    "VirementForm.verse_le": du_virement,
    "LigneDeReleve.verse_le": du_virement,
    "LigneDePaiement.verse_le": du_mouvement(Paiement, "tranche"),
    "VirementPartiForm.faite_le": du_mouvement(Paiement, "tranche"),
    "RemboursementForm.faite_le": du_mouvement(Remboursement, "ligne"),
    "RapportForm.recu_le": du_rapport,
    "AvecAvis.resolution_le": de_l_avis_transmis,
    "InterimForm.debut": de_l_interim,
    "PreparationForm.debut": de_la_preparation("debut"),
    "PreparationForm.fin": de_la_preparation("fin"),
    "PreparationForm.fin_realisation": de_la_preparation("fin_realisation"),
    "PreparationForm.echeance_plan_au_plus_tard": de_la_preparation("echeance_plan_au_plus_tard"),
    "PreparationForm.bilan_le": de_la_preparation("bilan_le"),
}


# Jugés ailleurs : par le cycle (une erreur au formulaire, un constat qui bloque le dépôt), par le solde du grand livre,
# par les montants de l'échéancier.
AILLEURS = {
    "ConsultationForm.au",
    "RecuperationForm.recue_le",
    "ReceptionForm.recue_le",  # par la remise : elle suit sa date
    "LigneForm.faite_le",  # d’un relevé : ses fautes sont celles d’une dépense
    "MoyenForm.debut",
    "MoyenForm.fin",
    "IndicateurForm.echeance",
    "InterimForm.dernier_jour",
}


def champs_de_date(classe=Formulaire):
    """« Formulaire.champ » de chaque date déclarée, à la classe qui la déclare."""
    for sous in classe.__subclasses__():
        herites = {nom for mere in sous.__bases__ for nom in getattr(mere, "base_fields", {})}
        for nom, champ in sous.base_fields.items():
            if (
                isinstance(champ, DateSouple | MomentField)
                and nom not in herites
                and not sous.__module__.startswith("tests")
                and not issubclass(sous, FormulaireDesFiltres)  # ce qui ne fait que chercher
            ):
                yield f"{sous.__name__}.{nom}"
        yield from champs_de_date(sous)


def test_chaque_champ_de_date_a_son_juge():
    list(get_resolver().url_patterns)  # lire les adresses importe tous les formulaires
    assert set(champs_de_date()) - AILLEURS - set(JUGES) == set()


@pytest.mark.parametrize("jour", HORS_DE_TOUTE_VIE, ids=str)
@pytest.mark.parametrize("champ", JUGES)
def test_1999_et_2099_sont_refuses(champ, jour, cadre):
    assert JUGES[champ](cadre, jour) != []
