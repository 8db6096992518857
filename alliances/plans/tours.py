"""À qui le tour, depuis quand, pour quand : les étapes d'une version, lue ou dans la base."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import LessThan
from django.utils.timezone import make_aware

from alliances.models import Alliance, Mandat, Role
from alliances.plans.models import DemandeCorrection, Instantane, JournalPlan, VersionPlan
from socle.annonces.attentes import Geste
from socle.models import CibleDeService
from socle.valeurs.delais import Delai, delai
from socle.valeurs.horloge import jour_de

TABLE, SERVICES_QUEBEC, MINISTERE = "La Table", "Services Québec", "Le Ministère"


@dataclass(frozen=True)
class Tour:
    """Ce qu'un état demande, à qui, et où cela se fait."""

    camp: str
    roles: dict  # rôle → le `Geste` qu'on attend de lui
    page: str
    depuis: str  # champ de la version qui dit depuis quand


RETOURNER = Geste("Retourner le plan à la Table", "Retourner les plans à la Table")
TOURS = {
    "brouillon": Tour(
        TABLE,
        {
            Role.COORDINATION: Geste(
                "Rédiger le plan et le faire adopter", "Rédiger les plans et les faire adopter"
            )
        },
        "plans:tableau",
        "creee_le",
    ),
    "adoptee": Tour(
        TABLE,
        {
            Role.SIGNATURE: Geste("Déposer le plan adopté", "Déposer les plans adoptés"),
            Role.COORDINATION: Geste("Faire déposer le plan adopté", "Faire déposer les plans adoptés"),
        },
        "plans:tableau",
        "adoption_inscrite_le",
    ),
    "a_corriger": Tour(
        TABLE,
        {
            Role.COORDINATION: Geste("Corriger le plan", "Corriger les plans"),
            Role.SIGNATURE: Geste("Déposer le plan une fois corrigé", "Déposer les plans une fois corrigés"),
        },
        "plans:tableau",
        "retournee_le",
    ),
    "examen": Tour(
        SERVICES_QUEBEC,
        {Role.DGSQ: Geste("Examiner le plan", "Examiner les plans")},
        "plans:examen",
        "deposee_le",
    ),
    "avis": Tour(
        SERVICES_QUEBEC,
        {Role.DIRECTION_DGSQ: Geste("Rendre l’avis sur le plan", "Rendre les avis sur les plans")},
        "plans:examen",
        "analyse_le",
    ),
    "retour": Tour(SERVICES_QUEBEC, {Role.DGSQ: RETOURNER}, "plans:examen", "demande_prete_le"),
    "avisee": Tour(
        MINISTERE,
        {
            Role.MESS: Geste("Préparer la décision", "Préparer les décisions"),
            Role.APPROBATION: Geste(
                "Approuver, retourner ou refuser le plan", "Approuver, retourner ou refuser les plans"
            ),
        },
        "plans:examen",
        "avis_le",
    ),
    "retour_du_ministere": Tour(
        MINISTERE, {Role.MESS: RETOURNER, Role.APPROBATION: RETOURNER}, "plans:examen", "demande_prete_le"
    ),
    "refusee": Tour(
        TABLE,
        {Role.COORDINATION: Geste("Reprendre le plan refusé", "Reprendre les plans refusés")},
        "plans:modification",
        "decidee_le",
    ),
}
CAMPS = {
    TABLE: ("brouillon", "adoptee", "a_corriger"),
    SERVICES_QUEBEC: ("deposee",),
    MINISTERE: ("avisee",),
}  # de qui est attendue une version ouverte, selon son état
OUVERTS = sum(CAMPS.values(), ())
EXAMINEES = ("deposee", "avisee")


def etape_de(version):
    """Où en est une version ouverte ou refusée : son état, précisé pendant l'examen."""
    if version.etat not in EXAMINEES:
        return version.etat
    if _demande_prete_le(version):
        return "retour" if version.etat == "deposee" else "retour_du_ministere"
    if version.etat == "avisee":
        return "avisee"
    return "avis" if version.analyse_le else "examen"


def tour_de(version):
    """Ce qu'attend une version ouverte, ou refusée sans suite."""
    return TOURS[etape_de(version)]


def _demande_prete_le(version):
    """Quand une première demande de correction a été prête à partir; déjà lu pour une version d'`en_attente`."""
    if not hasattr(version, "demande_prete_le"):
        prete = version.demandes.a_envoyer().order_by("demandee_le").first()
        version.demande_prete_le = prete and prete.demandee_le
    return version.demande_prete_le


FAUTE_DE = {
    Role.DIRECTION_DGSQ: "faute d’analyste dans la région",
    Role.MESS: "faute de personne à Services Québec dans la région",
}


def roles_attendus(version):
    """{rôle: le `Geste` attendu}; sans analyste, la direction examine; sans elle, ou sans région, le Ministère."""
    tour = tour_de(version)
    if tour.camp != SERVICES_QUEBEC:
        return tour.roles
    [(role, geste)] = tour.roles.items()
    sans_region, examine_par = _qui_examine(version)
    if sans_region:
        return {Role.MESS: geste}
    if role != Role.DGSQ or examine_par == role:
        return tour.roles
    faute = FAUTE_DE[examine_par]
    return {Role(examine_par): Geste(f"{geste.un}, {faute}", f"{geste.plusieurs}, {faute}")}


def _qui_examine(version):
    """L'Alliance est-elle sans région, et qui examine; déjà lus pour une version d'`en_attente`, sinon une requête."""
    if not hasattr(version, "examine_par"):
        lue = type(version).objects.filter(pk=version.pk).annotate(**qui_examine())
        version.sans_region, version.examine_par = lue.values_list("sans_region", "examine_par").get()
    return version.sans_region, version.examine_par


def qui_examine():
    """Ce qui dit d'une version qui l'examine : l'analyse, sinon la direction, sinon le Ministère."""
    tenus = Mandat.objects.en_vigueur().filter(
        role__in=(Role.DGSQ, Role.DIRECTION_DGSQ),
        utilisateur__is_active=True,
        region__alliances=OuterRef("plan__alliance"),
    )
    # dans l'ordre des mots, « dgsq » vient avant « direction_dgsq »
    examine_par = Coalesce(Subquery(tenus.order_by("role").values("role")[:1]), Value(Role.MESS))
    return {"sans_region": ~Exists(REGIONS), "examine_par": examine_par}


DERNIER_RETOUR = Subquery(
    Instantane.objects.filter(version=OuterRef("pk"), circonstance="retour").order_by("-pk").values("le")[:1]
)
ADOPTION_INSCRITE = Subquery(
    JournalPlan.objects.filter(version=OuterRef("pk"), geste="adopter")
    .order_by("-pk")
    .values("inscrite_le")[:1]
)  # la Table a pu adopter le plan des jours avant que ce soit inscrit
PRETES = DemandeCorrection.objects.a_envoyer().filter(version=OuterRef("pk"))
DEMANDE_PRETE = Subquery(PRETES.order_by("demandee_le").values("demandee_le")[:1])
REGIONS = Alliance.regions.through.objects.filter(alliance=OuterRef("plan__alliance"))
SUITES = VersionPlan.objects.filter(plan=OuterRef("plan")).exclude(
    etat="refusee", numero__lte=OuterRef("numero")
)  # ce qui dispense de reprendre un plan refusé : une version en cours, en vigueur ou venue après
OUVERTES, SANS_SUITE = Q(etat__in=OUVERTS), Q(~Exists(SUITES), etat="refusee")
SUIVANTES = VersionPlan.objects.filter(plan=OuterRef("plan"), numero__gt=OuterRef("numero"))

# Un plan a au plus une version en vigueur, et une version en travail : celle qu'on écrit ou examine, ou la refusée
# qui n'a pas eu de suite. La liste, ses filtres, ses exports et l'accueil lisent ces conditions, et elles seules.
EN_VIGUEUR = Q(etat="approuvee")
EN_TRAVAIL = OUVERTES | Q(~Exists(SUIVANTES), etat="refusee")


def au_tour_de(camp):
    """La condition des versions qui attendent ce camp : ouvertes, ou refusées sans suite."""
    return Q(etat__in=CAMPS[camp]) | SANS_SUITE if camp == TABLE else Q(etat__in=CAMPS[camp])


DATES_DES_GESTES = {
    "retournee_le": DERNIER_RETOUR,
    "adoption_inscrite_le": ADOPTION_INSCRITE,
    "demande_prete_le": DEMANDE_PRETE,
}


# Les étapes comme la base les distingue; `etape_de` et `depuis` disent la même chose d'une version lue.
ETAPES_EN_BASE = {
    "a_corriger": (Q(etat="a_corriger"), DERNIER_RETOUR),
    "adoptee": (Q(etat="adoptee"), ADOPTION_INSCRITE),
    "retour": (Q(Exists(PRETES), etat="deposee"), DEMANDE_PRETE),
    "retour_du_ministere": (Q(Exists(PRETES), etat="avisee"), DEMANDE_PRETE),
    "avis": (Q(~Exists(PRETES), etat="deposee", analyse_le__isnull=False), F("analyse_le")),
    "examen": (Q(~Exists(PRETES), etat="deposee", analyse_le=None), F("deposee_le")),
    "avisee": (Q(~Exists(PRETES), etat="avisee"), F("avis_le")),
}
DEPUIS_EN_BASE = Case(
    *(When(condition, then=depuis) for condition, depuis in ETAPES_EN_BASE.values()),
    default=Coalesce("decidee_le", "creee_le"),
)


def depuis(version):
    """Le jour où l'état actuel a commencé."""
    return jour_de(getattr(version, tour_de(version).depuis) or version.creee_le)


def echeance(version):
    """L'échéance du plan tant que la première version n'est pas déposée, sinon `None`."""
    return version.plan.echeance if version.numero == 1 and not version.deposee_le else None


# --- Pour quand -------------------------------------------------------------------------------------------

CIBLES = {
    "plan-correction": ("Plan d’action\u00a0: correction par la Table", 30),
    "plan-examen": ("Plan d’action\u00a0: examen par Services Québec", 30),
    "plan-retour": ("Plan d’action\u00a0: retour à la Table, une fois les demandes prêtes", 5),
    "plan-avis": ("Plan d’action\u00a0: avis de la direction", 10),
    "plan-approbation": ("Plan d’action\u00a0: décision de la ou du ministre", None),
}
CIBLES_DES_ETAPES = {
    "a_corriger": "plan-correction",
    "examen": "plan-examen",
    "retour": "plan-retour",
    "retour_du_ministere": "plan-retour",
    "avis": "plan-avis",
    "avisee": "plan-approbation",
}


JAMAIS_DEPOSEE = Q(numero=1, deposee_le=None)


AVEC_LE_DELAI = (
    DATES_DES_GESTES
    | {  # d'une seule version, sa cible se lit avec elle
        "etape_a_cible": Case(
            When(Exists(PRETES), etat__in=EXAMINEES, then=Value(CIBLES_DES_ETAPES["retour"])),
            When(etat="deposee", analyse_le=None, then=Value(CIBLES_DES_ETAPES["examen"])),
            When(etat="deposee", then=Value(CIBLES_DES_ETAPES["avis"])),
            *(When(etat=etat, then=Value(CIBLES_DES_ETAPES[etat])) for etat in ("avisee", "a_corriger")),
            output_field=CharField(),
        ),
        "cible": Subquery(CibleDeService.objects.filter(etape=OuterRef("etape_a_cible")).values("jours")[:1]),
    }
)


def delai_lu(version, jour):
    """Le délai d'une version ouverte lue avec `AVEC_LE_DELAI`; `None` si elle n'attend personne."""
    if not version.est_ouverte:
        return None
    return delai_de(version, {version.etape_a_cible: version.cible}, jour)


def delai_de(version, cibles, jour):
    """Depuis quand, et pour quand : l'échéance du premier dépôt, sinon la cible de service de l'étape."""
    if limite := echeance(version):
        return Delai(depuis(version), limite, jour)
    return delai(depuis(version), cibles.get(CIBLES_DES_ETAPES.get(etape_de(version))), jour)


JAMAIS = datetime(1, 1, 2, tzinfo=UTC)  # ce qui n'a pas de cible n'est jamais en retard


def en_retard(jour, cibles):
    """La condition des versions dont le `delai_de` est passé ce jour-là : les étapes d'`ETAPES_EN_BASE`, repliées.

    Une demande prête, s'il y en a, décide seule de l'examen; sans elle, son retard est vide et le reste décide.
    """

    def minuit(etape):
        jours = cibles.get(CIBLES_DES_ETAPES[etape])
        if jours is None:
            return JAMAIS
        return make_aware(datetime.combine(jour - timedelta(days=jours), time.min))

    en_examen = (
        Q(etat="avisee", avis_le__lt=minuit("avisee"))
        | Q(etat="deposee", analyse_le__lt=minuit("avis"))
        | Q(etat="deposee", analyse_le=None, deposee_le__lt=minuit("examen"))
    )
    a_retourner = LessThan(DEMANDE_PRETE, minuit("retour"))
    examinee = Coalesce(a_retourner, ExpressionWrapper(en_examen, BooleanField()))
    # l'état d'abord : la base s'arrête là pour les versions dont ce n'est pas l'étape
    return (
        Q(JAMAIS_DEPOSEE, plan__echeance__lt=jour)
        | Q(etat="a_corriger") & Q(LessThan(DERNIER_RETOUR, minuit("a_corriger")))
        | Q(etat__in=EXAMINEES) & Q(examinee)
    )


def _etapes_a_cible(cibles):
    """(condition, début, jours) de chaque étape qui a une cible."""
    for etape, (condition, debut) in ETAPES_EN_BASE.items():
        jours = cibles.get(CIBLES_DES_ETAPES.get(etape))
        if jours is not None:
            yield condition, debut, timedelta(days=jours)


def pour_en_base(cibles):
    """Le jour dû, pour trier."""
    premiere = When(JAMAIS_DEPOSEE, then=Cast("plan__echeance", DateTimeField()))
    suivantes = (
        When(etape, then=ExpressionWrapper(debut + Value(jours), DateTimeField()))
        for etape, debut, jours in _etapes_a_cible(cibles)
    )
    return Case(premiere, *suivantes, output_field=DateTimeField())
