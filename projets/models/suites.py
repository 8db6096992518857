"""Le prochain geste de la Table sur chaque demande déposée, et depuis quand il attend; dit par la base."""

from datetime import timedelta

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    DurationField,
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
from django.db.models.functions import Coalesce, Greatest
from django.db.models.lookups import GreaterThan

from projets.models.appels import FERMES, AppelProjets
from projets.models.avis import AvisInitiative
from projets.models.etapes import EtapeInitiative
from projets.models.initiatives import DECIDEES, Initiative
from projets.models.montage import SourcePrevue
from socle.valeurs.argent import MontantField
from socle.valeurs.horloge import maintenant

Etat, Appel = Initiative.Etat, AppelProjets.Etat
DE_L_ETUDE = {
    "fixer-palier": "Désigner le palier ou le circuit",
    "juger": "Juger l’admissibilité",
    "rendre-avis": "Inscrire l’avis",
    "decider": "Inscrire la décision",
    "suivante": "Décider de la suivante de la liste d’attente",
    "repondre": "Envoyer la réponse",
}
# Reçue autrement, son dépôt s'inscrit encore (`empechements_a_recevoir`), jusqu'à cette fin, à la grâce près.
DECIDES = Initiative.objects.filter(appel__etat__in=(Appel.DECIDE, Appel.REPONDU), decisions__isnull=False)
MARGE = Coalesce(F("appel__inscription_jours"), 0, output_field=IntegerField()) * Value(timedelta(days=1))
FIN_D_INSCRIPTION = ExpressionWrapper(
    F("appel__ferme_le") + ExpressionWrapper(MARGE, DurationField()), DateTimeField()
)
A_INSCRIRE = Q(
    ~Q(mode_reception=""),
    ~Q(appel__in=DECIDES.order_by().values("appel")),
    etat=Etat.BROUILLON,
    appel__etat__in=(Appel.OUVERT, *FERMES),
)
A_CONFIRMER = ~Q(mode_reception="") & Q(confirmee_le__isnull=True)
UNE_SUIVANTE = Q(
    etat=Etat.EN_ATTENTE, proposition__isnull=False
)  # quelqu'un, ou l'argent revenu, l'a proposée
RENDUS = AvisInitiative.objects.en_vigueur().filter(etape__isnull=False)


def etapes_attendues():
    """Les étapes qui attendent, d'une initiative que nomme `OuterRef` : la première d'abord."""
    attendues = EtapeInitiative.objects.filter(initiative=OuterRef("pk")).exclude(acte="information")
    return attendues.exclude(pk__in=RENDUS.order_by().values("etape")).order_by("rang")


# Ce qui retient la décision, qui vient la dernière.
AVIS_ATTENDUS = Exists(etapes_attendues().exclude(acte="decision").order_by())
PROCHAIN = Case(
    When(etat=Etat.DEPOSEE, circuit="", then=Value("fixer-palier")),
    When(etat=Etat.DEPOSEE, then=Value("juger")),
    When(AVIS_ATTENDUS, etat=Etat.ADMISSIBLE, then=Value("rendre-avis")),
    When(~A_CONFIRMER, etat=Etat.ADMISSIBLE, then=Value("decider")),
    When(UNE_SUIVANTE, then=Value("suivante")),
    default=Value(""),
    output_field=CharField(),
)
DU_MODE_APPEL = Q(appel__mode=AppelProjets.Mode.APPEL)  # ses demandes se comparent, une fois toutes déposées
GRACE = Coalesce(F("appel__grace"), 0, output_field=IntegerField()) * Value(timedelta(minutes=1))
FIN_DES_DEPOTS = ExpressionWrapper(
    F("appel__ferme_le") + ExpressionWrapper(GRACE, DurationField()), DateTimeField()
)
DEPUIS = Case(  # rouvert, un dossier attend depuis qu'on en a demandé la révision
    When(revision_demandee__isnull=False, then=F("revision_demandee__demandee_le")),
    When(DU_MODE_APPEL & ~Q(circuit=""), etat=Etat.DEPOSEE, then=Greatest("deposee_le", "appel__ferme_le")),
    When(etat=Etat.DEPOSEE, then=F("deposee_le")),
    default=Coalesce(
        Subquery(RENDUS.filter(initiative=OuterRef("pk")).order_by("-inscrit_le").values("inscrit_le")[:1]),
        F("jugee_le"),
    ),
    output_field=DateTimeField(),
)
DU_FONDS = SourcePrevue.objects.filter(initiative=OuterRef("pk"), source="fqis").order_by()
DEMANDE = Subquery(
    DU_FONDS.values("initiative").annotate(total=Sum("montant")).values("total"), output_field=MontantField()
)


def d_un_appel_clos(moment):
    """La condition de celles dont l'appel ne retient plus le jugement (`empechements_a_juger`)."""
    return ~Q(DU_MODE_APPEL, GreaterThan(FIN_DES_DEPOTS, moment), appel__etat=AppelProjets.Etat.OUVERT)


def a_repondre(moment):
    """La condition de celles dont la lettre attend, l'embargo passé."""
    libre = Q(appel__embargo_le__isnull=True) | Q(appel__embargo_le__lte=moment)
    return Q(libre, ~Q(etat_annonce=F("etat")), etat__in=DECIDEES)


def avec_prochain_geste(initiatives):
    """Annote `prochain`, une clé de `DE_L_ETUDE` ou rien, comme les empêchements le diraient; et `depuis`."""
    moment = maintenant()
    trop_tot = ~d_un_appel_clos(moment) & ~Q(circuit="")
    prochain = Case(
        When(trop_tot, etat=Etat.DEPOSEE, then=Value("")),
        When(a_repondre(moment), then=Value("repondre")),
        default=PROCHAIN,
    )
    return initiatives.annotate(prochain=prochain, depuis=DEPUIS)


def avec_demande(initiatives):
    """Annote `demande` : ce que la demande attend du Fonds, en dollars; rien si elle ne le dit pas encore."""
    return initiatives.annotate(demande=DEMANDE)
