"""Ce que les protocoles attendent de qui les signe, de l'organisme et des finances; la Table, dans `table`.

Ses lots ont les colonnes de l'étude (`projets.attentes.etude.Lue`), qui les lit de la même requête.
"""

from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import (
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, TruncDate

from alliances.models import Role
from alliances.models.mandats import alliances_vues, droits_de
from alliances.models.roles import DE_L_ORGANISME
from projets.models import Affectation
from projets.models.roles import qualites_du_geste
from projets.protocoles.attentes.portees import (
    organismes,
    ou_signe_l_alliance,
    payables,
    tient,
)
from projets.protocoles.models import (
    AvenantProtocole,
    ClausesAlliance,
    LigneDeReleve,
    Paiement,
    Protocole,
    RapportRecu,
    Remboursement,
    SignatureAvenantProtocole,
    Tranche,
)
from projets.protocoles.models.dus import identite_changee
from projets.protocoles.models.reponses import Cote
from projets.protocoles.models.signatures import SignatureProtocole
from socle.annonces.attentes import Geste
from socle.valeurs.argent import MontantField
from socle.valeurs.horloge import aujourd_hui

AVANT_LE_RAPPORT = timedelta(days=30)  # un rapport attend son organisme un mois avant sa date
PAGE, SUIVI, AVENANT_LU = "protocoles:protocole", "protocoles:suivi", "protocoles:avenant"
GESTES = {  # ce qu'on attend, et la page où cela se fait
    "approuver-clauses": (
        Geste("Approuver les clauses des protocoles", "Approuver des clauses des protocoles"),
        "protocoles:clauses_approbation",
    ),
    "preparer": (Geste("Préparer le protocole", "Préparer des protocoles"), "projets:initiative"),
    "transmettre": (Geste("Transmettre le protocole", "Transmettre des protocoles"), PAGE),
    "reprendre": (Geste("Revoir un protocole refusé", "Revoir des protocoles refusés"), PAGE),
    "signer": (Geste("Signer ou refuser le protocole", "Signer ou refuser des protocoles"), PAGE),
    "signer-avenant": (Geste("Signer ou refuser un avenant", "Signer ou refuser des avenants"), AVENANT_LU),
    "remettre-rapport": (Geste("Remettre un rapport à la Table", "Remettre des rapports à la Table"), SUIVI),
    "relancer": (Geste("Obtenir un rapport en retard", "Obtenir des rapports en retard"), PAGE),
    "accepter-rapport": (Geste("Accepter un rapport reçu", "Accepter des rapports reçus"), PAGE),
    "repondre-changement": (
        Geste("Répondre à un changement demandé", "Répondre à des changements demandés"),
        SUIVI,
    ),
    "ouvrir-avenant": (
        Geste("Préparer l’avenant d’un changement accordé", "Préparer les avenants de changements accordés"),
        "protocoles:changement_avenant",
    ),
    "beneficiaire": (
        Geste("Régler un bénéficiaire qui a changé", "Régler des bénéficiaires qui ont changé"),
        PAGE,
    ),
    "verser": (Geste("Verser à un organisme", "Verser à des organismes"), PAGE),
    "rembourser": (Geste("Rembourser la Table", "Rembourser la Table"), SUIVI),
    "recuperer": (Geste("Récupérer une somme d’un organisme", "Récupérer des sommes d’organismes"), PAGE),
    "clore": (Geste("Clore un protocole fini", "Clore des protocoles finis"), PAGE),
    "confirmer-rectificatif": (
        Geste("Confirmer un relevé rectificatif", "Confirmer des relevés rectificatifs"),
        "protocoles:releve",
    ),
}
Etat = Protocole.Etat


ACCORDE = Affectation.objects.order_by().values("initiative").annotate(total=Sum("montant")).values("total")


def accorde(initiative):
    return Subquery(ACCORDE.filter(initiative=OuterRef(initiative)), output_field=MontantField())


def _jour(champ):
    return TruncDate(champ, output_field=DateField())


SANS_DATE, SANS_APPEL = Cast(None, DateField()), Cast(None, IntegerField())
SANS_MONTANT = Cast(None, MontantField())


def _colonnes(geste, cle, chemin, montant, depuis, due):
    """Dans l'ordre de `Lue`; aucune n'est d'un appel."""
    champs = ("titre", "organisme__nom", "montants_fictifs")
    titre, organisme, fictif = (f"{chemin}{champ}" for champ in champs)
    return (geste, cle, titre, SANS_APPEL, Value(""), organisme, fictif, montant, depuis, due)


def _d_une_part(geste, montant, depuis, due=SANS_DATE):
    """D'un versement prévu, d'un rapport ou d'une ligne de relevé : on va à son protocole."""
    return _colonnes(Value(geste), "protocole", "protocole__initiative__", montant, depuis, due)


A_APPROUVER = (
    ClausesAlliance.objects.a_approuver()
    .order_by()
    .values_list(
        *(Value("approuver-clauses"), "pk", "alliance__nom", SANS_APPEL, Value(""), Value("")),
        *(Value(False), SANS_MONTANT, _jour("ouverte_le"), SANS_DATE),
    )
)
SIGNEES = SignatureProtocole.objects.filter(protocole=OuterRef("pk"), tour=OuterRef("tour"))


def _reste(montant, modele, vers):
    """Ce qu'il en reste à passer, contrepassations exclues, en dollars."""
    faits = modele.objects.en_vigueur().filter(**{vers: OuterRef("pk")}).order_by()
    passe = Subquery(faits.values(vers).annotate(total=Sum("montant")).values("total"))
    return ExpressionWrapper(F(montant) - Coalesce(passe, 0), MontantField())


def _lues(lignes, *colonnes):
    return lignes.order_by().values_list(*colonnes)


# Ce qu'aucune personne ni aucun jour ne change se dit une fois.
A_SIGNER = _lues(
    Protocole.objects.filter(etat=Etat.TRANSMIS),
    *_colonnes(
        *(Value("signer"), "pk", "initiative__", accorde("initiative")),
        *(_jour("transmis_le"), "initiative__reservee_jusqu_au"),
    ),
)
AVENANTS = AvenantProtocole.objects.filter(protocole=OuterRef("pk"), etat=AvenantProtocole.Etat.TRANSMIS)
REPONDUS = SignatureAvenantProtocole.objects.filter(avenant=OuterRef("pk"), tour=OuterRef("tour"))
AVENANT = Subquery(AVENANTS.values("pk")[:1])
TRANSMIS_LE = Subquery(AVENANTS.annotate(jour=_jour("transmis_le")).values("jour")[:1])
AVEC_AVENANT = _lues(
    Protocole.objects,
    *_colonnes(Value("signer-avenant"), AVENANT, "initiative__", SANS_MONTANT, TRANSMIS_LE, SANS_DATE),
)
RECUS = RapportRecu.objects.retenus().filter(
    protocole=OuterRef("protocole"), attendu_le=OuterRef("prevue_le")
)
ATTENDUES = Tranche.objects.filter(
    ~Exists(RECUS), etat=Tranche.Etat.PREVUE, condition="rapport", protocole__etat=Etat.SIGNE
)
A_REMETTRE = _lues(ATTENDUES, *_d_une_part("remettre-rapport", "montant", "protocole__signe_le", "prevue_le"))
FINAUX = RapportRecu.objects.filter(protocole=OuterRef("pk"), attendu_le__gte=OuterRef("rapport_final_le"))
LIBERENT = Tranche.objects.filter(
    protocole=OuterRef("pk"), condition="rapport", prevue_le__gte=OuterRef("rapport_final_le")
)
SANS_VERSEMENT = ~Exists(LIBERENT.filter(etat=Tranche.Etat.PREVUE)) & ~Exists(FINAUX)
A_REMETTRE_A_LA_FIN = _lues(  # le rapport final, quand aucun versement ne l'attend
    Protocole.objects.filter(SANS_VERSEMENT, etat=Etat.SIGNE, suspendu_le=None),
    *_colonnes(
        *(Value("remettre-rapport"), "pk", "initiative__", SANS_MONTANT, "signe_le", "rapport_final_le")
    ),
)
A_VERSER = _lues(
    Tranche.objects.filter(~identite_changee(), etat=Tranche.Etat.LIBEREE, protocole__etat=Etat.SIGNE),
    *_d_une_part("verser", _reste("montant", Paiement, "tranche"), _jour("liberee_le")),
)
DUES = LigneDeReleve.objects.annotate(du=_reste("a_recuperer", Remboursement, "ligne")).filter(du__gt=0)
FINI_LE = Coalesce(_jour("protocole__clos_le"), _jour("protocole__resilie_le"))
A_REMBOURSER = _lues(DUES, *_d_une_part("rembourser", "du", FINI_LE))
A_RECUPERER = _lues(DUES, *_d_une_part("recuperer", "du", FINI_LE))


def lots(utilisateur):
    """De quoi lire ce qui attend cette personne; rien de ce qu'aucun de ses rôles ne peut faire."""
    if signatures := list(_signatures(utilisateur)):
        yield A_SIGNER.filter(~Exists(SIGNEES.filter(par=utilisateur.pk)), reduce(or_, signatures))
    if avenants := list(_avenants(utilisateur)):
        yield AVEC_AVENANT.filter(reduce(or_, avenants))
    if tient(utilisateur, "approuver-clauses"):
        signees = alliances_vues(utilisateur, set(qualites_du_geste("approuver-clauses")), "alliance")
        yield A_APPROUVER.filter(signees)
    if siens := organismes(utilisateur, DE_L_ORGANISME):
        des_siens = Q(protocole__initiative__organisme__in=siens)
        yield A_REMETTRE.filter(des_siens, prevue_le__lte=aujourd_hui() + AVANT_LE_RAPPORT)
        yield A_REMETTRE_A_LA_FIN.filter(
            initiative__organisme__in=siens, rapport_final_le__lte=aujourd_hui() + AVANT_LE_RAPPORT
        )
        yield A_REMBOURSER.filter(des_siens)
    if tient(utilisateur, "payer"):
        yield payables(utilisateur, A_VERSER)
        yield payables(utilisateur, A_RECUPERER)


def _signatures(utilisateur):
    """Où la personne signe, et de quel côté on attend encore."""
    if engages := organismes(utilisateur, {Role.ENGAGEMENT}):
        yield Q(initiative__organisme__in=engages) & ~Exists(SIGNEES.filter(cote=Cote.ORGANISME))
    if droits_de(utilisateur).roles & {Role.SIGNATURE, Role.SIGNATURE_TERRITOIRE}:
        yield ou_signe_l_alliance(utilisateur) & ~Exists(SIGNEES.filter(cote=Cote.ALLIANCE))


def _avenants(utilisateur):
    """Transmis, attendus de ce côté, où cette personne n'a pas répondu de l'autre."""

    def attend(cote, **repris):
        deja = REPONDUS.filter(Q(cote=cote) | Q(par=utilisateur.pk))
        return Q(Exists(AVENANTS.filter(~Exists(deja), **repris)))

    if engages := organismes(utilisateur, {Role.ENGAGEMENT}):
        yield Q(initiative__organisme__in=engages) & attend(Cote.ORGANISME, repreneur=None)
        yield attend(Cote.ORGANISME, repreneur__in=engages)
    if droits_de(utilisateur).roles & {Role.SIGNATURE, Role.SIGNATURE_TERRITOIRE}:
        yield ou_signe_l_alliance(utilisateur) & attend(Cote.ALLIANCE)
