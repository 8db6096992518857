"""À qui le tour, d'une initiative acceptée à la clôture de son protocole.

Ses lots ont les colonnes de l'étude (`projets.attentes.etude.Lue`), qui les lit de la même requête.
"""

from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import (
    Case,
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
    When,
)
from django.db.models.functions import Cast, Coalesce, TruncDate

from alliances.models import Role
from alliances.models.mandats import droits_de
from alliances.models.roles import DE_L_ORGANISME
from projets.models import Affectation, Decision, Initiative
from projets.protocoles.attentes.portees import (
    Permis,
    organismes,
    ou_signe_l_alliance,
    payables,
    tient,
)
from projets.protocoles.models import (
    AvenantProtocole,
    ChangementDemande,
    LigneDeReleve,
    Paiement,
    Protocole,
    RapportRecu,
    Remboursement,
    SignatureAvenantProtocole,
    Tranche,
)
from projets.protocoles.models.fins import A_VENIR
from projets.protocoles.models.reponses import Cote, Sens
from projets.protocoles.models.signatures import SignatureProtocole
from socle.annonces.attentes import Geste
from socle.valeurs.argent import MontantField
from socle.valeurs.horloge import aujourd_hui

AVANT_LE_RAPPORT = timedelta(days=30)  # un rapport attend son organisme un mois avant sa date
PAGE, SUIVI = "protocoles:protocole", "protocoles:suivi"
GESTES = {  # ce qu'on attend, et la page où cela se fait
    "preparer": (Geste("Préparer le protocole", "Préparer des protocoles"), "projets:initiative"),
    "transmettre": (Geste("Transmettre le protocole", "Transmettre des protocoles"), PAGE),
    "reprendre": (Geste("Revoir un protocole refusé", "Revoir des protocoles refusés"), PAGE),
    "signer": (Geste("Signer ou refuser le protocole", "Signer ou refuser des protocoles"), PAGE),
    "signer-avenant": (Geste("Signer ou refuser un avenant", "Signer ou refuser des avenants"), PAGE),
    "remettre-rapport": (Geste("Remettre un rapport à la Table", "Remettre des rapports à la Table"), SUIVI),
    "relancer": (Geste("Obtenir un rapport en retard", "Obtenir des rapports en retard"), PAGE),
    "accepter-rapport": (Geste("Accepter un rapport reçu", "Accepter des rapports reçus"), PAGE),
    "repondre-changement": (
        Geste("Répondre à un changement demandé", "Répondre à des changements demandés"),
        SUIVI,
    ),
    "verser": (Geste("Verser à un organisme", "Verser à des organismes"), PAGE),
    "rembourser": (Geste("Rembourser la Table", "Rembourser la Table"), SUIVI),
    "recuperer": (Geste("Récupérer une somme d’un organisme", "Récupérer des sommes d’organismes"), PAGE),
    "clore": (Geste("Clore un protocole fini", "Clore des protocoles finis"), PAGE),
}
Etat = Protocole.Etat


ACCORDE = Affectation.objects.order_by().values("initiative").annotate(total=Sum("montant")).values("total")


def _accorde(initiative):
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


VIVANTS = Protocole.objects.vivants().filter(initiative=OuterRef("pk"))
REPONSES = Decision.objects.filter(initiative=OuterRef("pk")).order_by("-pk")
REFUS = SignatureProtocole.objects.filter(protocole=OuterRef("pk"), tour=OuterRef("tour"), sens=Sens.REFUSE)
SIGNEES = SignatureProtocole.objects.filter(protocole=OuterRef("pk"), tour=OuterRef("tour"))
RESTENT = Tranche.objects.filter(protocole=OuterRef("pk"), etat__in=A_VENIR)
PROTOCOLES = _colonnes(
    Case(
        When(etat=Etat.TRANSMIS, then=Value("signer")),
        When(etat=Etat.SIGNE, then=Value("clore")),
        When(Exists(REFUS), then=Value("reprendre")),
        default=Value("transmettre"),
    ),
    *("pk", "initiative__", _accorde("initiative")),
    Case(
        When(etat=Etat.TRANSMIS, then=_jour("transmis_le")),
        When(etat=Etat.SIGNE, then=F("fin")),
        default=Coalesce(
            Subquery(REFUS.annotate(jour=_jour("inscrite_le")).values("jour")[:1]), _jour("prepare_le")
        ),
    ),
    Case(When(etat__in=(Etat.PREPARATION, Etat.TRANSMIS), then=F("initiative__reservee_jusqu_au"))),
)


def _reste(montant, modele, vers):
    """Ce qu'il en reste à passer, contrepassations exclues, en dollars."""
    faits = modele.objects.en_vigueur().filter(**{vers: OuterRef("pk")}).order_by()
    passe = Subquery(faits.values(vers).annotate(total=Sum("montant")).values("total"))
    return ExpressionWrapper(F(montant) - Coalesce(passe, 0), MontantField())


def _lues(lignes, *colonnes):
    return lignes.order_by().values_list(*colonnes)


# Ce qu'aucune personne ni aucun jour ne change se dit une fois.
A_PREPARER = _lues(
    Initiative.objects.filter(
        ~Exists(VIVANTS), etat=Initiative.Etat.ACCEPTEE, etat_annonce=Initiative.Etat.ACCEPTEE
    ),
    *_colonnes(
        *(Value("preparer"), "pk", "", _accorde("pk")),
        Subquery(REPONSES.annotate(jour=_jour("reponse__envoyee_le")).values("jour")[:1]),
        "reservee_jusqu_au",
    ),
)
LUS = _lues(Protocole.objects, *PROTOCOLES)
AVENANTS = AvenantProtocole.objects.filter(protocole=OuterRef("pk"), etat=AvenantProtocole.Etat.TRANSMIS)
REPONDUS = SignatureAvenantProtocole.objects.filter(avenant=OuterRef("pk"), tour=OuterRef("tour"))
TRANSMIS_LE = Subquery(AVENANTS.annotate(jour=_jour("transmis_le")).values("jour")[:1])
AVEC_AVENANT = _lues(
    Protocole.objects,
    *_colonnes(Value("signer-avenant"), "pk", "initiative__", SANS_MONTANT, TRANSMIS_LE, SANS_DATE),
)
A_ACCEPTER = _lues(
    RapportRecu.objects.filter(accepte_le=None, protocole__etat=Etat.SIGNE),
    *_d_une_part("accepter-rapport", "depense", _jour("inscrit_le")),
)
DEMANDES = _lues(
    ChangementDemande.objects.en_attente().filter(protocole__etat=Etat.SIGNE),
    *_d_une_part("repondre-changement", SANS_MONTANT, _jour("demande_le")),
)
RECUS = RapportRecu.objects.filter(protocole=OuterRef("protocole"), attendu_le=OuterRef("prevue_le"))
ATTENDUES = Tranche.objects.filter(
    ~Exists(RECUS), etat=Tranche.Etat.PREVUE, condition="rapport", protocole__etat=Etat.SIGNE
)
A_REMETTRE = _lues(ATTENDUES, *_d_une_part("remettre-rapport", "montant", "protocole__signe_le", "prevue_le"))
A_RELANCER = _lues(ATTENDUES, *_d_une_part("relancer", "montant", "prevue_le", "prevue_le"))
A_VERSER = _lues(
    Tranche.objects.filter(etat=Tranche.Etat.LIBEREE, protocole__etat=Etat.SIGNE),
    *_d_une_part("verser", _reste("montant", Paiement, "tranche"), _jour("liberee_le")),
)
DUES = LigneDeReleve.objects.annotate(du=_reste("a_recuperer", Remboursement, "ligne")).filter(du__gt=0)
FINI_LE = Coalesce(_jour("protocole__clos_le"), _jour("protocole__resilie_le"))
A_REMBOURSER = _lues(DUES, *_d_une_part("rembourser", "du", FINI_LE))
A_RECUPERER = _lues(DUES, *_d_une_part("recuperer", "du", FINI_LE))


def lots(utilisateur):
    """De quoi lire ce qui attend cette personne; rien de ce qu'aucun de ses rôles ne peut faire."""
    permis = Permis(utilisateur)
    if tours := list(_tours(utilisateur, permis)):
        yield LUS.filter(reduce(or_, tours))
    if tours := list(_tours_d_avenant(utilisateur)):
        yield AVEC_AVENANT.filter(reduce(or_, tours))
    yield from _de_la_table(utilisateur, permis)
    if siens := organismes(utilisateur, DE_L_ORGANISME):
        des_siens = Q(protocole__initiative__organisme__in=siens)
        yield A_REMETTRE.filter(des_siens, prevue_le__lte=aujourd_hui() + AVANT_LE_RAPPORT)
        yield A_REMBOURSER.filter(des_siens)
    if tient(utilisateur, "payer"):
        yield payables(utilisateur, A_VERSER)
        yield payables(utilisateur, A_RECUPERER)


def _tours(utilisateur, permis):
    """Des protocoles : où la personne peut, et quand cela attend."""
    if (ou := permis("preparer-protocole")) is not None:
        yield Q(initiative__in=ou, etat=Etat.PREPARATION)
    transmis = Q(etat=Etat.TRANSMIS) & ~Exists(SIGNEES.filter(par=utilisateur.pk))
    if engages := organismes(utilisateur, {Role.ENGAGEMENT}):
        attendu = transmis & ~Exists(SIGNEES.filter(cote=Cote.ORGANISME))
        yield Q(initiative__organisme__in=engages) & attendu
    if droits_de(utilisateur).roles & {Role.SIGNATURE, Role.SIGNATURE_TERRITOIRE}:
        attendue = transmis & ~Exists(SIGNEES.filter(cote=Cote.ALLIANCE))
        yield ou_signe_l_alliance(utilisateur) & attendue
    if (ou := permis("clore-protocole")) is not None:
        fini = Q(etat=Etat.SIGNE, suspendu_le=None, fin__lt=aujourd_hui()) & ~Exists(RESTENT)
        yield Q(initiative__in=ou) & fini


def _tours_d_avenant(utilisateur):
    """Un avenant transmis attend de ce côté, et cette personne n'a pas répondu de l'autre."""

    def attend(cote):
        deja = REPONDUS.filter(Q(cote=cote) | Q(par=utilisateur.pk))
        return Q(Exists(AVENANTS.filter(~Exists(deja))))

    if engages := organismes(utilisateur, {Role.ENGAGEMENT}):
        yield Q(initiative__organisme__in=engages) & attend(Cote.ORGANISME)
    if droits_de(utilisateur).roles & {Role.SIGNATURE, Role.SIGNATURE_TERRITOIRE}:
        yield ou_signe_l_alliance(utilisateur) & attend(Cote.ALLIANCE)


def _de_la_table(utilisateur, permis):
    if (ou := permis("preparer-protocole")) is not None:
        yield A_PREPARER.filter(pk__in=ou)
    if (ou := permis("accepter-rapport")) is not None:
        yield A_ACCEPTER.filter(protocole__initiative__in=ou).exclude(inscrit_par=utilisateur.pk)
    if (ou := permis("repondre-changement")) is not None:
        yield DEMANDES.filter(protocole__initiative__in=ou)
    if (ou := permis("inscrire-rapport")) is not None:
        yield A_RELANCER.filter(protocole__initiative__in=ou, prevue_le__lt=aujourd_hui())
