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
from projets.permissions import ou_peut
from projets.protocoles.attentes.portees import (
    organismes,
    ou_la_table_peut,
    ou_signe_l_alliance,
    payables,
    tient,
)
from projets.protocoles.models import (
    ChangementDemande,
    LigneDeReleve,
    Paiement,
    Protocole,
    RapportRecu,
    Remboursement,
    Tranche,
)
from projets.protocoles.models.fins import A_VENIR
from projets.protocoles.models.signatures import Cote, Sens, SignatureProtocole
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


def lots(utilisateur):
    """De quoi lire ce qui attend cette personne; rien de ce qu'aucun de ses rôles ne peut faire."""
    for lire in (_a_preparer, _protocoles, _rapports, _changements, _tranches, _releves):
        yield from lire(utilisateur)


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


def _a_preparer(utilisateur):
    if not tient(utilisateur, "preparer-protocole"):
        return
    acceptees = Initiative.objects.filter(
        ou_peut(utilisateur, "preparer-protocole"),
        ~Exists(VIVANTS),
        etat=Initiative.Etat.ACCEPTEE,
        etat_annonce=Initiative.Etat.ACCEPTEE,
    )
    depuis = Subquery(REPONSES.annotate(jour=_jour("reponse__envoyee_le")).values("jour")[:1])
    yield acceptees.order_by().values_list(
        *_colonnes(Value("preparer"), "pk", "", _accorde("pk"), depuis, "reservee_jusqu_au")
    )


def _protocoles(utilisateur):
    """À transmettre, à revoir, à signer de son côté, à clore."""
    if tours := list(_tours(utilisateur)):
        yield Protocole.objects.filter(reduce(or_, tours)).order_by().values_list(*PROTOCOLES)


def _tours(utilisateur):
    """Où la personne peut, et quand cela attend."""
    if tient(utilisateur, "preparer-protocole"):
        yield ou_la_table_peut(utilisateur, "preparer-protocole") & Q(etat=Etat.PREPARATION)
    transmis = Q(etat=Etat.TRANSMIS) & ~Exists(SIGNEES.filter(par=utilisateur.pk))
    if engages := organismes(utilisateur, {Role.ENGAGEMENT}):
        attendu = transmis & ~Exists(SIGNEES.filter(cote=Cote.ORGANISME))
        yield Q(initiative__organisme__in=engages) & attendu
    if droits_de(utilisateur).roles & {Role.SIGNATURE, Role.SIGNATURE_TERRITOIRE}:
        attendue = transmis & ~Exists(SIGNEES.filter(cote=Cote.ALLIANCE))
        yield ou_signe_l_alliance(utilisateur) & attendue
    if tient(utilisateur, "clore-protocole"):
        fini = Q(etat=Etat.SIGNE, suspendu_le=None, fin__lt=aujourd_hui()) & ~Exists(RESTENT)
        yield ou_la_table_peut(utilisateur, "clore-protocole") & fini


def _rapports(utilisateur):
    """Ceux qu'un autre a inscrits, et que cette personne accepte."""
    if not tient(utilisateur, "accepter-rapport"):
        return
    ou = Protocole.objects.filter(ou_la_table_peut(utilisateur, "accepter-rapport"), etat=Etat.SIGNE)
    recus = RapportRecu.objects.filter(accepte_le=None, protocole__in=ou.order_by().values("pk"))
    d_une_autre = recus.exclude(inscrit_par=utilisateur.pk).order_by()
    yield d_une_autre.values_list(*_d_une_part("accepter-rapport", "depense", _jour("inscrit_le")))


def _changements(utilisateur):
    if not tient(utilisateur, "repondre-changement"):
        return
    ou = Protocole.objects.filter(ou_la_table_peut(utilisateur, "repondre-changement"), etat=Etat.SIGNE)
    demandes = ChangementDemande.objects.en_attente().filter(protocole__in=ou.order_by().values("pk"))
    yield demandes.order_by().values_list(
        *_d_une_part("repondre-changement", SANS_MONTANT, _jour("demande_le"))
    )


def _tranches(utilisateur):
    """Un rapport qu'un versement attend, de l'organisme puis, en retard, de la Table; un versement libéré."""
    recus = RapportRecu.objects.filter(protocole=OuterRef("protocole"), attendu_le=OuterRef("prevue_le"))
    attendues = Tranche.objects.filter(
        ~Exists(recus), etat=Tranche.Etat.PREVUE, condition="rapport", protocole__etat=Etat.SIGNE
    )
    if siens := organismes(utilisateur, DE_L_ORGANISME):
        proches = attendues.filter(
            protocole__initiative__organisme__in=siens, prevue_le__lte=aujourd_hui() + AVANT_LE_RAPPORT
        )
        remettre = _d_une_part("remettre-rapport", "montant", "protocole__signe_le", "prevue_le")
        yield proches.order_by().values_list(*remettre)
    if tient(utilisateur, "inscrire-rapport"):
        ou = Protocole.objects.filter(ou_la_table_peut(utilisateur, "inscrire-rapport")).order_by()
        passes = attendues.filter(prevue_le__lt=aujourd_hui(), protocole__in=ou.values("pk"))
        yield passes.order_by().values_list(*_d_une_part("relancer", "montant", "prevue_le", "prevue_le"))
    if tient(utilisateur, "payer"):
        liberees = Tranche.objects.filter(etat=Tranche.Etat.LIBEREE, protocole__etat=Etat.SIGNE)
        reste = _reste("montant", Paiement, "tranche")
        yield payables(utilisateur, liberees).values_list(*_d_une_part("verser", reste, _jour("liberee_le")))


def _releves(utilisateur):
    """Ce qu'un relevé dit à récupérer, et qui n'est pas encore revenu : de l'organisme, puis des finances."""
    du = _reste("a_recuperer", Remboursement, "ligne")
    lues = LigneDeReleve.objects.annotate(du=du).filter(du__gt=0).order_by()
    depuis = Coalesce(_jour("protocole__clos_le"), _jour("protocole__resilie_le"))
    if siens := organismes(utilisateur, DE_L_ORGANISME):
        siennes = lues.filter(protocole__initiative__organisme__in=siens)
        yield siennes.values_list(*_d_une_part("rembourser", "du", depuis))
    if tient(utilisateur, "inscrire-remboursement"):
        yield payables(utilisateur, lues).values_list(*_d_une_part("recuperer", "du", depuis))


def _reste(montant, modele, vers):
    """Ce qu'il en reste à passer, contrepassations exclues, en dollars."""
    faits = modele.objects.en_vigueur().filter(**{vers: OuterRef("pk")}).order_by()
    passe = Subquery(faits.values(vers).annotate(total=Sum("montant")).values("total"))
    return ExpressionWrapper(F(montant) - Coalesce(passe, 0), MontantField())
