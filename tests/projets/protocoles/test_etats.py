"""`docs/etats.md` dit vrai des protocoles : mêmes états, mêmes gestes, mêmes rôles, mêmes gardes et mêmes refus."""

from contextlib import suppress
from decimal import Decimal as D
from functools import partial

import pytest
from django.db import transaction

from projets.models.journal import GESTES
from projets.models.roles import qualites_du_geste
from projets.protocoles.models import (
    AvenantProtocole,
    ChangementDemande,
    ClausesAlliance,
    NoteDeSuivi,
    Protocole,
    RapportRecu,
    Rectificatif,
    Tranche,
)
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests.outils.etats import codes, gestes, lignes, rangees
from tests.outils.gardes import assert_garde, gestes_de_la_page
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f

pytestmark = pytest.mark.django_db
OBJETS = {
    m.__name__: m
    for m in (
        AvenantProtocole,
        Protocole,
        Tranche,
        RapportRecu,
        Rectificatif,
        ClausesAlliance,
        NoteDeSuivi,
        ChangementDemande,
    )
}
LIGNES = lignes(OBJETS)
# Ils servent les gestes; ce qui suit la réservation ou la convention n'a pas de droit à soi.
OUTILS = {
    *("noter", "liberer_l_engage", "arreter_avec_la_reservation", "suivre_la_resiliation"),
    "liberer_ce_qui_est_du",
    *("arreter_avec", "suivre_le_versement", "reengager"),
}
MOTIF = {"motif": "La salle n’est plus libre."}
SIGNATURE = {"nom": "Denis Lavoie", "fonction": "Président", "signee_le": aujourd_hui()}


def test_les_etats_et_leurs_libelles_sont_ceux_du_code():
    ecrits = {codes(etat)[0]: libelle for etat, libelle, _ in rangees(3, "Le protocole")}
    assert ecrits == dict(Protocole.Etat.choices)


@pytest.mark.parametrize("objet", OBJETS)
def test_la_page_nomme_les_gestes_qui_existent_et_eux_seuls(objet):
    ecrits = [ligne.geste for ligne in LIGNES if ligne.objet == objet]
    assert sorted(ecrits) == sorted(gestes(OBJETS[objet], OUTILS))


@pytest.mark.parametrize("ligne", LIGNES, ids=lambda ligne: f"{ligne.objet}.{ligne.geste}")
def test_les_roles_ecrits_sont_ceux_du_code_et_le_journal_nomme_le_geste(ligne):
    assert ligne.roles == {str(role) for role in qualites_du_geste(ligne.droit)}
    assert ligne.droit in GESTES or ligne.objet == "ClausesAlliance"


# --- Chaque geste, dans chaque état -----------------------------------------------------------------------


def suspendu(protocole, par):
    return protocole.suspendre(par=par, **MOTIF)


regle = f.pret_a_clore


def a_l_etat(etat, acceptee, table, engage):
    """Un protocole à cet état, par ses gestes."""
    if etat == "preparation":
        return f.avec_echeancier(f.prepare(acceptee, table), table)
    protocole = f.transmis(acceptee, table)
    if etat == "transmis":
        return protocole
    if etat == "abandonne":
        return protocole.abandonner(par=table, **MOTIF)
    protocole = f.signe(protocole, table, engage)
    if etat == "clos":
        return regle(protocole, table).clore(par=table)
    return (
        protocole.resilier(par=table, demandee="table", **f.appui(), **MOTIF)
        if etat == "resilie"
        else protocole
    )


def jouer(geste, protocole, par):
    """Le geste, avec de bonnes réponses."""
    return partial(
        getattr(protocole, geste),
        **{"par": par}
        | {
            "enregistrer": {"revision": protocole.revision},
            "transmettre": {"revision": protocole.revision},
            "signer": SIGNATURE | {"cote": "alliance"},
            "refuser": MOTIF | {"cote": "organisme"},
            "clore": {},
            "resilier": MOTIF | {"demandee": "organisme"} | f.appui(),
        }.get(geste, MOTIF),
    )


DU_PROTOCOLE = [ligne for ligne in LIGNES if ligne.objet == "Protocole" and ligne.depart]
AVANT = {"lever_la_suspension": suspendu, "clore": regle}  # ce qu'il faut de plus que l'état


@pytest.mark.parametrize("etat", Protocole.Etat.values)
def test_chaque_geste_fait_dans_chaque_etat_ce_que_dit_la_page(etat, acceptee, signataire, equipe):
    protocole = a_l_etat(etat, acceptee, signataire, equipe[1])
    for ligne in DU_PROTOCOLE:
        with transaction.atomic():
            relu, obtenu = f.relire(protocole), None
            if etat in ligne.depart and ligne.geste in AVANT:
                relu = f.relire(AVANT[ligne.geste](relu, signataire))
            with suppress(TransitionInterdite):
                obtenu = jouer(ligne.geste, relu, signataire)().etat
            transaction.set_rollback(True)
        voulu = etat if ligne.arrivee == "le même" else ligne.arrivee
        assert obtenu == (voulu if etat in ligne.depart else None), f"{ligne.geste} depuis {etat}"


@pytest.mark.parametrize("ligne", DU_PROTOCOLE, ids=lambda ligne: ligne.geste)
def test_que_l_une_de_ses_gardes_refuse_et_le_protocole_ne_change_pas(ligne, acceptee, signataire, equipe):
    protocole = f.relire(a_l_etat(sorted(ligne.depart)[0], acceptee, signataire, equipe[1]))
    protocole = f.relire(AVANT.get(ligne.geste, lambda tel_quel, par: tel_quel)(protocole, signataire))
    assert_garde(jouer(ligne.geste, protocole, signataire), ligne.geste, Protocole)


# --- L'avenant --------------------------------------------------------------------------------------------


def avenant_a_l_etat(etat, signe, table, engage):
    valeurs = {"date/fin": "2027-01-15"}
    if etat == "preparation":
        return f.avenant(signe, table, valeurs=valeurs)
    transmis = f.avenant_transmis(signe, table, valeurs=valeurs)
    if etat == "transmis":
        return transmis
    if etat == "signe":
        return f.avenant_signe(transmis, table, engage)
    if etat == "refuse":
        return transmis.refuser("organisme", par=engage, **MOTIF)
    return transmis.abandonner(par=table, **MOTIF)


def jouer_l_avenant(geste, avenant, par):
    saisies = {
        "modifier": {"revision": avenant.revision, "valeurs": {"date/fin": "2027-01-20"}},
        "signer": SIGNATURE | {"cote": "alliance"},
        "refuser": MOTIF | {"cote": "organisme"},
        "abandonner": MOTIF,
    }
    return partial(getattr(avenant, geste), par=par, **saisies.get(geste, {}))


DE_L_AVENANT = [ligne for ligne in LIGNES if ligne.objet == "AvenantProtocole" and ligne.depart]


def bougee(ligne, protocole, par):
    """En préparation, un avenant ne se reprend que si sa base a bougé."""
    if ligne.geste == "reprendre":
        protocole.tranches.get(rang=1).annuler(par=par, **f.appui(), **MOTIF)


def test_les_etats_de_l_avenant_et_leurs_libelles_sont_ceux_du_code():
    ecrits = {codes(etat)[0]: libelle for etat, libelle, _ in rangees(3, "L’avenant d’un protocole")}
    assert ecrits == dict(AvenantProtocole.Etat.choices)


@pytest.mark.parametrize("etat", AvenantProtocole.Etat.values)
def test_chaque_geste_d_un_avenant_fait_ce_que_dit_la_page(etat, signe, signataire, equipe):
    avenant = avenant_a_l_etat(etat, signe, signataire, equipe[1])
    for ligne in DE_L_AVENANT:
        with transaction.atomic():
            obtenu = None
            bougee(ligne, f.relire(signe), signataire)
            with suppress(TransitionInterdite):
                obtenu = jouer_l_avenant(ligne.geste, f.relire_avenant(avenant), signataire)().etat
            transaction.set_rollback(True)
        voulu = etat if ligne.arrivee == "le même" else ligne.arrivee
        assert obtenu == (voulu if etat in ligne.depart else None), f"{ligne.geste} depuis {etat}"


@pytest.mark.parametrize("ligne", DE_L_AVENANT, ids=lambda ligne: ligne.geste)
def test_les_gestes_d_un_avenant_demandent_leur_garde(ligne, signe, signataire, equipe):
    avenant = avenant_a_l_etat(sorted(ligne.depart)[-1], signe, signataire, equipe[1])
    assert_garde(jouer_l_avenant(ligne.geste, avenant, signataire), ligne.geste, AvenantProtocole)


def test_ouvrir_un_avenant_demande_sa_garde(signe, agente):
    assert_garde(partial(AvenantProtocole.ouvrir, signe, par=agente, **MOTIF), "ouvrir", AvenantProtocole)


def test_preparer_demande_sa_garde(acceptee, agente):
    geste = partial(Protocole.preparer, p.relire(acceptee), par=agente, **f.DATES)
    assert_garde(geste, "preparer", Protocole)


@pytest.mark.parametrize("geste", ["liberer", "annuler"])
def test_les_gestes_d_une_tranche_demandent_leur_garde(geste, signe, signataire):
    signe.tranches.filter(rang=1).update(etat="prevue", liberee_le=None, liberee_par=None)
    tranche = signe.tranches.select_related("protocole__initiative").get(rang=1)
    appui = f.appui() if geste == "annuler" else {}
    assert_garde(partial(getattr(tranche, geste), par=signataire, **MOTIF | appui), geste, Tranche)


def test_les_gestes_d_un_rapport_recu_demandent_leur_garde(signe, agente, signataire):
    recu = {"attendu_le": signe.rapport_final_le, "quoi": "Rapport final", "recu_le": aujourd_hui()}
    signe = f.a_terme(signe)
    inscrire = partial(RapportRecu.inscrire, signe, par=agente, depense=0, **recu)
    assert_garde(inscrire, "inscrire", RapportRecu)
    rapport = inscrire()
    assert_garde(partial(rapport.accepter, par=signataire), "accepter", RapportRecu)
    assert_garde(partial(rapport.refuser, par=signataire, **MOTIF), "refuser", RapportRecu)


def test_les_gestes_d_un_rectificatif_demandent_leur_garde(signe, agente, signataire, lectrice):
    paiement = f.payer(signe.tranches.get(rang=1), lectrice)
    f.relire(signe).resilier(par=signataire, demandee="table", **f.appui(), **MOTIF)
    ligne = signe.releve.get(affectation=paiement.tranche.affectation_id)
    sommes = {ligne.pk: {"a_recuperer": D("100"), "radie": D("0")}}
    proposer = partial(Rectificatif.proposer, f.relire(signe), par=agente, sommes=sommes, **MOTIF)
    assert_garde(proposer, "proposer", Rectificatif)
    propose = proposer()
    assert_garde(partial(propose.ecarter, par=signataire, **MOTIF), "ecarter", Rectificatif)
    assert_garde(partial(propose.confirmer, par=signataire), "confirmer", Rectificatif)


def test_les_gestes_du_suivi_demandent_leur_garde(signe, agente, equipe):
    note = partial(NoteDeSuivi.ecrire, signe, par=equipe[0], cote="organisme", texte="La salle est prête.")
    assert_garde(note, "ecrire", NoteDeSuivi)
    demande = {"nature": "dates", "demande": "La salle n’est libre qu’en janvier."}
    demander = partial(ChangementDemande.demander, signe, par=equipe[0], **demande)
    assert_garde(demander, "demander", ChangementDemande)
    repondre = partial(demander().repondre, par=agente, issue="accorde", reponse="Bien sûr.")
    assert_garde(repondre, "repondre", ChangementDemande)


def test_les_gestes_des_clauses_demandent_leur_garde(cadre, signataire):
    assert_garde(partial(ClausesAlliance.ouvrir, cadre.bsl, par=signataire), "ouvrir", ClausesAlliance)
    ouvertes = ClausesAlliance.ouvrir(cadre.bsl, par=signataire)
    assert_garde(
        partial(ouvertes.ecrire, [("Un", "Texte.")], par=signataire, revision=1), "ecrire", ClausesAlliance
    )
    assert_garde(partial(ouvertes.approuver, par=signataire, revision=1), "approuver", ClausesAlliance)


def test_chaque_geste_de_la_page_est_joue():
    joues = {f"Protocole.{ligne.geste}" for ligne in DU_PROTOCOLE} | {"Protocole.preparer"}
    joues |= {"Tranche.liberer", "Tranche.annuler", "RapportRecu.inscrire", "RapportRecu.accepter"}
    joues |= {f"Rectificatif.{geste}" for geste in ("proposer", "confirmer", "ecarter")}
    joues |= {"RapportRecu.refuser"}
    joues |= {"NoteDeSuivi.ecrire", "ChangementDemande.demander", "ChangementDemande.repondre"}
    joues |= {f"AvenantProtocole.{ligne.geste}" for ligne in DE_L_AVENANT} | {"AvenantProtocole.ouvrir"}
    joues |= {f"ClausesAlliance.{geste}" for geste in ("ouvrir", "ecrire", "approuver")}
    assert joues == {geste for geste in gestes_de_la_page() if geste.split(".")[0] in OBJETS}
