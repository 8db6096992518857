"""Ce que les protocoles attendent de la Table : une lecture, dont Python dit le geste, depuis quand et pour quand."""

from collections import defaultdict, namedtuple
from functools import reduce
from operator import attrgetter, or_

from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Q, Subquery, Value, When

from alliances.models.mandats import droits_de
from projets.attentes.etude import Lue
from projets.models import Decision, Initiative
from projets.models.roles import qualites_du_geste
from projets.permissions import ou_peut
from projets.protocoles.attentes.suivi import accorde
from projets.protocoles.models import AvenantProtocole, ChangementDemande, Protocole, RapportRecu
from projets.protocoles.models.dus import meme_beneficiaire
from projets.protocoles.models.fins import A_VENIR
from projets.protocoles.models.reponses import Sens
from socle.valeurs.horloge import aujourd_hui, jour_de

Etat, ACCEPTEE = Protocole.Etat, Initiative.Etat.ACCEPTEE
REPONSES = Decision.objects.filter(initiative=OuterRef("pk")).order_by("-pk").values("reponse__envoyee_le")
FINAUX = RapportRecu.objects.filter(
    protocole=OuterRef("protocoles__pk"),
    attendu_le__gte=OuterRef("protocoles__rapport_final_le"),
    refuse_le=None,
)
ACCORDES = ChangementDemande.objects.sans_avenant().filter(protocole__initiative=OuterRef("pk"))
ACCORDES = ACCORDES.order_by("repondu_le", "pk")
AVENANTS = AvenantProtocole.objects.ouverts().filter(protocole=OuterRef("protocoles__pk"))
MEME_BENEFICIAIRE = meme_beneficiaire("protocoles", "organisme")
COLONNES = {  # d'un protocole, puis d'un de ses refus, rapports, changements et versements
    "nom": F("organisme__nom"),
    "accorde": accorde("pk"),
    "repondue_le": Subquery(REPONSES[:1]),
    "protocole": F("protocoles__pk"),
    "ou_en_est": F("protocoles__etat"),
    "prepare_le": F("protocoles__prepare_le"),
    "finit_le": F("protocoles__fin"),
    "rapport_final_le": F("protocoles__rapport_final_le"),
    "final_recu": Exists(FINAUX),
    "final_accepte": Exists(FINAUX.filter(accepte_le__isnull=False)),
    "beneficiaire_change": Case(When(MEME_BENEFICIAIRE | Exists(AVENANTS), then=False), default=True),
    "suspendu_le": F("protocoles__suspendu_le"),
    "refuse_le": F("refus__inscrite_le"),
    "rapport": F("recu__pk"),
    "attendu_le": F("recu__attendu_le"),
    "depense": F("recu__depense"),
    "inscrit_le": F("recu__inscrit_le"),
    "inscrit_par": F("recu__inscrit_par"),
    "demande_le": F("changement__demande_le"),
    "propose_le": F("rectifie__propose_le"),
    "propose_par": F("rectifie__propose_par"),
    "accorde_pk": Subquery(ACCORDES.values("pk")[:1]),
    "accorde_le": Subquery(ACCORDES.values("repondu_le")[:1]),
    "versement": F("reste__pk"),
    "montant": F("reste__montant"),
    "prevu": F("reste__etat"),
    "condition": F("reste__condition"),
    "prevue_le": F("reste__prevue_le"),
}
LUES = ("pk", "titre", "montants_fictifs", "reservee_jusqu_au", *COLONNES)
Rangee = namedtuple("Rangee", (*LUES, "portee"))
INITIATIVES = (
    Initiative.objects.order_by()
    .alias(
        refus=FilteredRelation(
            "protocoles__signatures",
            condition=Q(
                protocoles__signatures__sens=Sens.REFUSE, protocoles__signatures__tour=F("protocoles__tour")
            ),
        ),
        recu=FilteredRelation(
            "protocoles__rapports",
            condition=Q(protocoles__rapports__accepte_le=None, protocoles__rapports__refuse_le=None),
        ),
        changement=FilteredRelation(
            "protocoles__changements", condition=Q(protocoles__changements__repondu_le=None)
        ),
        rectifie=FilteredRelation(
            "protocoles__rectificatifs",
            condition=Q(
                protocoles__rectificatifs__confirme_le=None, protocoles__rectificatifs__ecarte_le=None
            ),
        ),
        reste=FilteredRelation("protocoles__tranches", condition=Q(protocoles__tranches__etat__in=A_VENIR)),
    )
    .annotate(**COLONNES)
    .values_list(*LUES)
)
EN_VIGUEUR, UN_RAPPORT_ATTENDU = Q(ou_en_est=Etat.SIGNE), Q(prevu="prevue", condition="rapport")
ATTENDENT = {  # ce que la personne peut, et ce qui l'attend ce jour-là
    "preparer-protocole": lambda jour: (
        Q(etat=ACCEPTEE, etat_annonce=ACCEPTEE) | Q(ou_en_est=Etat.PREPARATION)
    ),
    "accepter-rapport": lambda jour: EN_VIGUEUR & Q(suspendu_le=None, rapport__isnull=False),
    "repondre-changement": lambda jour: EN_VIGUEUR & Q(demande_le__isnull=False),
    "confirmer-rectificatif": lambda jour: Q(propose_le__isnull=False),
    "preparer-avenant-protocole": lambda jour: (
        EN_VIGUEUR & (Q(accorde_pk__isnull=False) | Q(beneficiaire_change=True, prevu="liberee"))
    ),
    "inscrire-rapport": lambda jour: (
        EN_VIGUEUR
        & (
            UN_RAPPORT_ATTENDU & Q(prevue_le__lt=jour)
            | Q(suspendu_le=None, final_recu=False, rapport_final_le__lt=jour)
        )
    ),
    "clore-protocole": lambda jour: EN_VIGUEUR & Q(suspendu_le=None, finit_le__lt=jour, versement=None),
}


def lues(utilisateur):
    """Ses `Lue`, d'une requête; aucune pour qui n'a pas de rôle à la Table."""
    portees, par_initiative = list(_portees(utilisateur)), defaultdict(list)
    if not portees:
        return
    lot, *autres = (_lot(utilisateur, rang, gestes) for rang, gestes in enumerate(portees))
    for rangee in map(Rangee._make, lot.union(*autres, all=True) if autres else lot):
        par_initiative[rangee.portee, rangee.pk].append(rangee)
    for (rang, _), rangees in par_initiative.items():
        for geste in portees[rang]:
            yield from REGLES[geste](rangees, utilisateur)


def _portees(utilisateur):
    """Les gestes que la personne fait des mêmes rôles se cherchent d'une condition."""
    roles, portees = droits_de(utilisateur).roles, defaultdict(list)
    for geste in ATTENDENT:
        if tenus := frozenset(roles & set(qualites_du_geste(geste))):
            portees[tenus].append(geste)
    return portees.values()


def _lot(utilisateur, rang, gestes):
    attend = reduce(or_, (ATTENDENT[geste](aujourd_hui()) for geste in gestes))
    return INITIATIVES.filter(ou_peut(utilisateur, gestes[0]), attend).annotate(portee=Value(rang))


def _lue(geste, rangee, montant, depuis, echeance=None):
    cle = {"preparer": rangee.pk, "ouvrir-avenant": rangee.accorde_pk}.get(geste, rangee.protocole)
    fiche = (cle, rangee.titre, None, "", rangee.nom, rangee.montants_fictifs)
    return Lue(geste, *fiche, montant, depuis, echeance)


def _a_transmettre(rangees, utilisateur):
    """Sans protocole, ou ceux qu'elle avait abandonnés, elle en attend un; en préparation, on l'attend."""
    vivants = [rangee for rangee in rangees if rangee.ou_en_est not in (None, Etat.ABANDONNE)]
    if not vivants:
        une = rangees[0]
        yield _lue("preparer", une, une.accorde, jour_de(une.repondue_le), une.reservee_jusqu_au)
    elif vivants[0].ou_en_est == Etat.PREPARATION:
        une = vivants[0]
        geste = "reprendre" if une.refuse_le else "transmettre"
        yield _lue(geste, une, une.accorde, jour_de(une.refuse_le or une.prepare_le), une.reservee_jusqu_au)


def _a_accepter(rangees, utilisateur):
    """Une autre personne que celle qui l'a inscrit; suspendue, l'initiative attend sa reprise."""
    recus = {
        rangee.rapport: rangee
        for rangee in rangees
        if rangee.suspendu_le is None and rangee.inscrit_par not in (None, utilisateur.pk)
    }
    for recu in recus.values():
        yield _lue("accepter-rapport", recu, recu.depense, jour_de(recu.inscrit_le))


def _a_repondre(rangees, utilisateur):
    if demandes := [rangee for rangee in rangees if rangee.demande_le]:
        une = min(demandes, key=attrgetter("demande_le"))
        yield _lue("repondre-changement", une, None, jour_de(une.demande_le))


def _a_confirmer(rangees, utilisateur):
    """Une autre personne que celle qui le propose; il n'en attend qu'un à la fois."""
    une = rangees[0]
    if une.propose_par not in (None, utilisateur.pk):
        yield _lue("confirmer-rectificatif", une, None, jour_de(une.propose_le))


def _a_changer(rangees, utilisateur):
    """Accordé, et l'avenant n'est pas encore ouvert : le plus ancien mène aux autres; ou ce qui est dû est retenu."""
    une = rangees[0]
    if une.ou_en_est == Etat.SIGNE and une.accorde_pk:
        yield _lue("ouvrir-avenant", une, None, jour_de(une.accorde_le))
    dus = [r for r in rangees if r.beneficiaire_change and r.prevu == "liberee"]
    if dus and une.ou_en_est == Etat.SIGNE:
        yield _lue("beneficiaire", dus[0], dus[0].montant, dus[0].prevue_le)


def _a_relancer(rangees, utilisateur):
    """Leur jour est passé, et leur rapport n'est pas reçu; le rapport final, même quand rien ne l'attend."""
    recus, jour = {rangee.attendu_le for rangee in rangees}, aujourd_hui()
    attendus = {r.versement: r for r in rangees if (r.prevu, r.condition) == ("prevue", "rapport")}
    for reste in attendus.values():
        if reste.prevue_le < jour and reste.prevue_le not in recus:
            yield _lue("relancer", reste, reste.montant, reste.prevue_le, reste.prevue_le)
    une = next((rangee for rangee in rangees if rangee.ou_en_est == Etat.SIGNE), None)
    if une is None:
        return
    retenus = [reste for reste in attendus.values() if reste.prevue_le >= une.rapport_final_le]
    if not retenus and not une.final_recu and une.suspendu_le is None and une.rapport_final_le < jour:
        yield _lue("relancer", une, None, une.rapport_final_le, une.rapport_final_le)


def _a_clore(rangees, utilisateur):
    une = rangees[0]
    regle = (une.ou_en_est, une.versement, une.suspendu_le) == (Etat.SIGNE, None, None)
    if regle and une.final_accepte and une.finit_le < aujourd_hui():
        yield _lue("clore", une, une.accorde, une.finit_le)


REGLES = {
    "preparer-protocole": _a_transmettre,
    "accepter-rapport": _a_accepter,
    "repondre-changement": _a_repondre,
    "confirmer-rectificatif": _a_confirmer,
    "preparer-avenant-protocole": _a_changer,
    "inscrire-rapport": _a_relancer,
    "clore-protocole": _a_clore,
}
