"""Chaque geste de la page des états demande ses gardes, et se refuse dans un état que la page ne lui donne pas."""

from datetime import timedelta
from decimal import Decimal as D
from functools import partial
from importlib import import_module

import pytest
from django.db import transaction

from projets.models import AppelProjets, Initiative, PropositionDecision, avis, reservations, revisions
from projets.models.jugements import Critere, juger, revoir
from projets.models.reponses import envoyer
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.etats import codes
from tests.outils.gardes import assert_garde, gestes_de_la_page
from tests.outils.partage import partagee
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.test_etats import regle
from tests.projets.test_decisions import prendre
from tests.projets.test_etats import DE_L_ETUDE, LIGNES, OBJETS, a_l_etat, prepare, reponses
from tests.projets.test_receptions import recevoir, remplie

__all__ = ["prepare"]
pytestmark = pytest.mark.django_db
SANS_GARDE = {"AppelProjets.preparer", "AppelProjets.copier"}  # le droit et les champs les retiennent
REFUS = {"raison": "besoin", "motif": "Peu montré.", "ecart": "Le comité ne l’avait pas vu."}


@partagee
def prete(prete_a_decider):
    """Prête à décider, d'un appel où une somme se garde et où une réponse se conteste."""
    AppelProjets.objects.filter(pk=prete_a_decider.appel_id).update(reservation_jours=60, revision_jours=20)
    return p.relire(prete_a_decider)


def appel_d_hiver(prete, par):
    """Un appel ouvert aux mêmes enveloppes, qui partage un peu de ce qu'il en reste."""
    partage = {ligne.enveloppe: D(40_000) for ligne in prete.appel.enveloppes.all()}
    return p.appel_ouvert(prete.alliance, par=par, partage=partage, titre="Appel d’hiver")


def neuve(prete, par):
    """Un brouillon prêt à déposer, du même organisme, à un autre appel."""
    return p.demande_prete(appel_d_hiver(prete, par), prete.organisme, prete.commencee_par)


def au_nom(prete, par, organisme=None):
    """Reçue sur papier d'un organisme, que personne n'engage s'il est neuf; la Table l'a remplie."""
    agente = fabriques.personne("coordination", prete.alliance)
    return remplie(recevoir(appel_d_hiver(prete, par), organisme or prete.organisme, agente), agente)


def sans_compte(prete, par):
    organisme = p.organisme(prete.alliance, nom="Cercle sans compte", neq="")
    return inscrite(prete, par, organisme)


def commencee(prete, par):
    """Un brouillon de cette personne."""
    brouillon = neuve(prete, par)
    brouillon.commencee_par = par
    brouillon.save()
    return brouillon


def inscrite(prete, par, organisme=None):
    """Déposée par qui l'a remplie : une autre personne la confirme."""
    remplie_au_nom = au_nom(prete, par, organisme)
    return remplie_au_nom.deposer_au_nom(par=remplie_au_nom.commencee_par)


def decidee(prete, par, **champs):
    prendre(prete, par, **champs)
    envoyer(prete.appel, par=par)
    return prete


def acceptee(prete, par):
    (ligne,) = prete.appel.enveloppes.all()
    return decidee(prete, par, affectations={ligne.enveloppe: D(15_000)})


def signe(prete, par, ensuite=None):
    """Sous un protocole signé, puis ce qu'il devient."""
    initiative = p.relire(acceptee(prete, par))
    f.clauses_approuvees(initiative.alliance, par)
    protocole = f.signe(f.transmis(initiative, par), par, initiative.deposee_par)
    if ensuite:
        ensuite(protocole)
    return initiative


def a_rejuger(prete, par):
    return revoir(p.sans_avis(prete, par), par=par, motif="À relire.")


def rejugee(prete, par):
    reponses = {critere: (False, "Radié d’office.") for critere in Critere}
    return juger(a_rejuger(prete, par), par=par, reponses=reponses)


ETATS = {
    "brouillon": neuve,
    "deposee": lambda prete, par: neuve(prete, par).deposer(par=par),
    "retiree": lambda prete, par: neuve(prete, par).deposer(par=par).retirer(par=par),
    "admissible": lambda prete, par: prete,
    "non_admissible": rejugee,
    "acceptee": acceptee,
    "refusee": partial(decidee, sens="refusee", **REFUS),
    "en_attente": partial(decidee, sens="en_attente", **REFUS),
    "desistee": lambda prete, par: reservations.desister(acceptee(prete, par), par=par, motif="x"),
    "liberee": lambda prete, par: reservations.liberer_la_reservation(
        acceptee(prete, par), par=par, motif="x", resolution="R-2"
    ),
    "en_cours": signe,
    "suspendue": lambda prete, par: signe(prete, par, lambda s: s.suspendre(par=par, motif="x")),
    "terminee": lambda prete, par: signe(prete, par, lambda s: regle(s, par).clore(par=par)),
    "abandonnee": lambda prete, par: signe(
        prete, par, lambda s: s.resilier(par=par, motif="x", demandee="table", **f.appui())
    ),
}
SCENES = {  # ce qu'il faut de plus que l'état pour que le geste passe
    "jugements.juger": a_rejuger,
    "jugements.revoir": p.sans_avis,
    "avis.rendre": lambda prete, par: avis.retirer(prete.avis.last(), par=par, motif="x") and prete,
    "abandonner": commencee,
    "deposer_au_nom": au_nom,
    "confirmer": inscrite,
    "inscrire_la_confirmation": sans_compte,
    "revisions.repondre_a_la_revision": lambda prete, par: (
        revisions.demander_la_revision(
            ETATS["refusee"](prete, fabriques.personne("signature", prete.alliance)), par=par, motif="x"
        ).initiative
    ),
}


def bonnes_reponses(geste, i):
    """De bonnes réponses à ce geste d'une initiative."""
    rendu = {"sens": "favorable", "texte": "Le milieu y tient.", "rendu_le": aujourd_hui()}
    return {
        "enregistrer_partie": {
            "code": "projet",
            "revision": i.parties.get(code="projet").revision,
            "ecrire": lambda ecrite: None,
        },
        "fixer_le_palier": {"revision": i.revision, "palier": "regional", "motif": "Deux MRC."},
        "confier": {"personne": None},
        "jugements.juger": {"reponses": {critere: (True, "") for critere in Critere}},
        "avis.rendre": rendu,
        "avis.entendre": rendu | {"groupe": "Comité des personnes", "personnes": 6},
        "decisions.decider": REFUS
        | {
            "sens": "refusee",
            "prise_le": aujourd_hui(),
            "resolution": "R-1",
            "piece": fabriques.fichier_pdf(),
        },
        "propositions.proposer": {"revision": _revision_proposee(i), "sens": "refusee"},
        "reservations.prolonger_la_reservation": {
            "jusqu_au": aujourd_hui() + timedelta(days=90),
            "motif": "Le conseil tarde.",
        },
        "reservations.liberer_la_reservation": {"motif": "Le protocole tarde.", "resolution": "R-2"},
        "revisions.repondre_a_la_revision": {"issue": "maintenue", "motif": "Les faits manquent."},
        "abandonner": {},
        "deposer": {},
        "deposer_au_nom": {},
        "confirmer": {},
        "inscrire_la_confirmation": {"signee_par": "Odile Castonval", "piece": fabriques.fichier_pdf()},
    }.get(geste, {"motif": "La salle n’est plus libre."})


def _revision_proposee(i):
    proposee = PropositionDecision.objects.filter(initiative=i).first()
    return proposee.revision if proposee else 0


def jouer(geste, i, par):
    """Le geste, prêt à se poser sur cette initiative : une méthode, ou une fonction de son module."""
    module, _, nom = geste.rpartition(".")
    fonction = partial(getattr(module_de(module), nom), i) if module else getattr(i, nom)
    return partial(fonction, par=par, **bonnes_reponses(geste, i))


def module_de(nom):
    return import_module(f"projets.models.{nom}")


def departs():
    """{geste d'une initiative: les états d'où la page le permet}."""
    tous = [(ligne.geste, ligne.depart) for ligne in LIGNES if ligne.objet == "Initiative"]
    tous += [(fonction.strip("`"), codes(depuis)) for depuis, fonction, *_ in DE_L_ETUDE]
    trouves = {}
    for geste, depart in tous:
        trouves.setdefault(geste, []).extend(sorted(depart))
    return trouves


DEPARTS = departs()
D_UN_ETAT = [geste for geste, depart in DEPARTS.items() if depart]
D_UN_APPEL = [g for g in LIGNES if g.objet == "AppelProjets" and f"AppelProjets.{g.geste}" not in SANS_GARDE]


def test_chaque_geste_de_la_page_est_joue_ou_dit_sans_garde():
    ecrits = {geste for geste in gestes_de_la_page() if geste.split(".")[0] in OBJETS}
    joues = {f"Initiative.{geste}" for geste in DEPARTS} | {f"AppelProjets.{g.geste}" for g in D_UN_APPEL}
    assert joues | SANS_GARDE == ecrits


@pytest.mark.parametrize("ligne", D_UN_APPEL, ids=lambda ligne: ligne.geste)
def test_que_l_une_de_ses_gardes_refuse_et_l_appel_ne_change_pas(ligne, prepare, agente):
    appel = a_l_etat(sorted(ligne.depart)[-1], prepare, agente)
    geste = partial(getattr(appel, ligne.geste), par=agente, **reponses(ligne.geste, appel))
    assert_garde(geste, ligne.geste, AppelProjets)


def test_commencer_demande_sa_garde(cadre, agente, enveloppes, equipe):
    appel = p.appel_ouvert(cadre.bsl, par=agente, partage={enveloppes["La Matapédia"]: D(300_000)})
    porteur = fabriques.Organisme.objects.get(neq=p.NEQ)
    assert_garde(partial(Initiative.commencer, appel, porteur, par=equipe[0]), "commencer", Initiative)


@pytest.mark.parametrize("geste", D_UN_ETAT)
def test_que_l_une_de_ses_gardes_refuse_et_l_initiative_ne_change_pas(geste, prete, signataire):
    i = p.relire(SCENES.get(geste, ETATS[DEPARTS[geste][0]])(prete, signataire))
    module, _, nom = geste.rpartition(".")
    assert_garde(jouer(geste, i, signataire), nom, module_de(module) if module else Initiative)


@pytest.mark.parametrize("etat", Initiative.Etat.values)
def test_hors_de_ses_etats_un_geste_est_refuse(etat, prete, signataire):
    i = p.relire(ETATS[etat](prete, signataire))
    assert i.etat == etat
    hors = [geste for geste in D_UN_ETAT if etat not in DEPARTS[geste]]
    assert [geste for geste in hors if not se_refuse(jouer(geste, i, signataire))] == []


def se_refuse(geste):
    try:
        with transaction.atomic():
            geste()
            transaction.set_rollback(True)
    except TransitionInterdite:
        return True
    return False
