"""À qui le tour, depuis quand, pour quand : les étapes d'une version, lue ou dans la base."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest, JSONArray
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
    return _etape_d_examen(version)


def _etape_d_examen(version):
    """Où en est l'examen d'une version déposée ou avisée, demande prête ou non."""
    if version.etat == "avisee":
        return "avisee"
    return "avis" if version.analyse_le else "examen"


def _etapes_qui_courent(version):
    """La sienne et, une demande prête, celle de l'examen, qu'elle n'écourte pas."""
    etape = etape_de(version)
    return {etape, _etape_d_examen(version)} if etape in RETOURS_EN_BASE else {etape}


def tour_de(version):
    """Ce qu'attend une version ouverte, ou refusée sans suite."""
    return TOURS[etape_de(version)]


def _demande_prete_le(version):
    """Quand une première demande de correction a été prête à partir; déjà lu pour une version d'`en_attente`."""
    if not hasattr(version, "demande_prete_le"):
        prete = version.demandes.a_envoyer().order_by("demandee_le").first()
        version.demande_prete_le = prete and prete.demandee_le
    return version.demande_prete_le


A_L_EXAMEN = {Role.DGSQ, Role.DIRECTION_DGSQ}
FAUTE_DE = {
    Role.DIRECTION_DGSQ: "faute d’analyste dans la région",
    Role.MESS: "faute de personne à Services Québec dans la région",
}
FAIRE_NOMMER = {  # l'avis engage Services Québec : sans direction, il attend qu'on en nomme une
    Role.MESS: Geste(
        "Faire nommer une direction dans la région, pour l’avis sur le plan",
        "Faire nommer une direction dans les régions, pour l’avis sur les plans",
    )
}


def roles_attendus(version):
    """{rôle: le `Geste` attendu}; sans analyste, la direction examine; sans elle, ou sans région, le Ministère.

    L'avis, lui, reste à la direction : sans elle, le Ministère en fait nommer une.
    """
    tour = tour_de(version)
    if tour.camp != SERVICES_QUEBEC:
        return tour.roles
    [(role, geste)] = tour.roles.items()
    _lire_qui_manque(version)
    if version.sans_region:
        return {Role.MESS: geste}
    if role == Role.DIRECTION_DGSQ:
        return FAIRE_NOMMER if _manque(version, Role.DIRECTION_DGSQ) else tour.roles
    if not _manque(version, Role.DGSQ):
        return tour.roles
    remplace = Role.MESS if _manque(version, Role.DIRECTION_DGSQ) else Role.DIRECTION_DGSQ
    faute = FAUTE_DE[remplace]
    return {remplace: Geste(f"{geste.un}, {faute}", f"{geste.plusieurs}, {faute}")}


EN_PLACE = (  # les rôles de l'examen que des personnes tiennent dans la région
    Mandat.objects.filter(
        utilisateur__is_active=True, role__in=A_L_EXAMEN, region__alliances=OuterRef("plan__alliance")
    )
    .order_by()
    .values("region__alliances")
    .values_list(JSONArray(Min("role"), Max("role")))
)


def qui_manque():
    """Ce qui dit d'une version qui examinerait à Services Québec : a-t-elle une région, quels rôles y sont tenus."""
    return {"sans_region": SANS_REGION, "en_place": Subquery(EN_PLACE.en_vigueur())}


def _manque(version, role):
    return role not in (version.en_place or ())


def _lire_qui_manque(version):
    """Déjà lu pour une version d'`en_attente`, sinon une requête."""
    if not hasattr(version, "en_place"):
        manque = qui_manque()
        [lus] = type(version).objects.filter(pk=version.pk).annotate(**manque).values_list(*manque)
        vars(version).update(zip(manque, lus, strict=True))


def attend_une_direction(version):
    """Prête pour l'avis, personne ne le rendrait : la région n'a pas de direction."""
    _lire_qui_manque(version)
    return _manque(version, Role.DIRECTION_DGSQ) and not version.sans_region


SANS_REGION = ~Exists(Alliance.regions.through.objects.filter(alliance=OuterRef("plan__alliance")))
DERNIER_RETOUR = Subquery(
    Instantane.objects.filter(version=OuterRef("pk"), circonstance="retour").order_by("-pk").values("le")[:1]
)
ADOPTION_INSCRITE = Subquery(
    JournalPlan.objects.filter(version=OuterRef("pk"), geste="adopter")
    .order_by("-pk")
    .values("inscrite_le")[:1]
)  # la Table a pu adopter le plan des jours avant que ce soit inscrit
PRETES = DemandeCorrection.objects.a_envoyer().filter(version=OuterRef("pk"))
AVEC_DEMANDE = DemandeCorrection.objects.a_envoyer().order_by().values("version")
DEMANDE_PRETE = Subquery(PRETES.order_by("demandee_le").values("demandee_le")[:1])
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
A_LA_TABLE_EN_BASE = {
    "a_corriger": (Q(etat="a_corriger"), DERNIER_RETOUR),
    "adoptee": (Q(etat="adoptee"), ADOPTION_INSCRITE),
}
RETOURS_EN_BASE = {
    "retour": (Q(Exists(PRETES), etat="deposee"), DEMANDE_PRETE),
    "retour_du_ministere": (Q(Exists(PRETES), etat="avisee"), DEMANDE_PRETE),
}
EXAMEN_EN_BASE = {
    "avis": (Q(etat="deposee", analyse_le__isnull=False), F("analyse_le")),
    "examen": (Q(etat="deposee", analyse_le=None), F("deposee_le")),
    "avisee": (Q(etat="avisee"), F("avis_le")),
}  # demande prête ou non
ETAPES_EN_BASE = (
    A_LA_TABLE_EN_BASE
    | RETOURS_EN_BASE
    | {etape: (Q(~Exists(PRETES)) & condition, debut) for etape, (condition, debut) in EXAMEN_EN_BASE.items()}
)
DEPUIS_EN_BASE = Case(
    *(When(condition, then=depuis) for condition, depuis in ETAPES_EN_BASE.values()),
    default=Coalesce("decidee_le", "creee_le"),
)


def depuis(version):
    """Le jour où l'état actuel a commencé."""
    return _debut(version, etape_de(version))


def _debut(version, etape):
    return jour_de(getattr(version, TOURS[etape].depuis) or version.creee_le)


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


def _cible(etape):
    return Subquery(CibleDeService.objects.filter(etape=etape).values("jours")[:1])


# D'une seule version, ses cibles se lisent avec elle : celle de son étape, une demande prête ou non, et du retour.
AVEC_LE_DELAI = DATES_DES_GESTES | {
    "etape_a_cible": Case(
        When(etat="deposee", analyse_le=None, then=Value(CIBLES_DES_ETAPES["examen"])),
        When(etat="deposee", then=Value(CIBLES_DES_ETAPES["avis"])),
        *(When(etat=etat, then=Value(CIBLES_DES_ETAPES[etat])) for etat in ("avisee", "a_corriger")),
        output_field=CharField(),
    ),
    "cible": _cible(OuterRef("etape_a_cible")),
    "cible_de_retour": _cible(CIBLES_DES_ETAPES["retour"]),
}


def delai_lu(version, jour):
    """Le délai d'une version ouverte lue avec `AVEC_LE_DELAI`; `None` si elle n'attend personne."""
    if not version.est_ouverte:
        return None
    cibles = {version.etape_a_cible: version.cible, CIBLES_DES_ETAPES["retour"]: version.cible_de_retour}
    return delai_de(version, cibles, jour)


def delai_de(version, cibles, jour):
    """Depuis quand, et pour quand : l'échéance du premier dépôt, sinon la cible de service de l'étape.

    Une demande de correction prête n'écourte pas l'examen : le plus tardif des deux délais vaut.
    """
    if limite := echeance(version):
        return Delai(depuis(version), limite, jour)
    delais = [
        delai(_debut(version, etape), cibles.get(CIBLES_DES_ETAPES.get(etape)), jour)
        for etape in _etapes_qui_courent(version)
    ]
    return Delai(depuis(version), max((d.pour for d in delais if d.pour), default=None), jour)


def en_retard(jour, cibles):
    """La condition des versions dont le `delai_de` est passé ce jour-là.

    Une demande prête n'écourte pas l'examen : les deux délais doivent être passés. Une étape sans cible n'en a pas.
    """
    # l'état d'abord, dans chaque condition : la base s'arrête là pour les versions dont ce n'est pas l'étape
    minuits = {
        etape: make_aware(datetime.combine(jour - timedelta(days=cibles[code]), time.min))
        for etape, code in CIBLES_DES_ETAPES.items()
        if cibles.get(code) is not None
    }
    passe, sans_cible = Q(pk__in=()), Q(pk__in=())
    for etape, (condition, debut) in EXAMEN_EN_BASE.items():
        if etape in minuits:
            passe |= condition & Q(LessThan(debut, minuits[etape]))
        else:
            sans_cible |= condition
    if "retour" in minuits:
        a_retourner = Q(pk__in=AVEC_DEMANDE.filter(demandee_le__lt=minuits["retour"]))
        passe = (passe & (a_retourner | ~Q(pk__in=AVEC_DEMANDE))) | (sans_cible & a_retourner)
    if "a_corriger" in minuits:
        passe |= Q(etat="a_corriger") & Q(LessThan(DERNIER_RETOUR, minuits["a_corriger"]))
    return passe | Q(JAMAIS_DEPOSEE, plan__echeance__lt=jour)


def _a_cible(etapes, cibles):
    """(condition, début, jours) de chacune de ces étapes qui a une cible."""
    for etape, (condition, debut) in etapes.items():
        jours = cibles.get(CIBLES_DES_ETAPES.get(etape))
        if jours is not None:
            yield condition, debut, timedelta(days=jours)


def pour_en_base(cibles):
    """Le jour dû, pour trier : le plus tardif de l'étape et, une demande prête, de l'examen."""
    premiere = When(JAMAIS_DEPOSEE, then=Cast("plan__echeance", DateTimeField()))
    etape = _dus(A_LA_TABLE_EN_BASE | EXAMEN_EN_BASE, cibles, premiere)
    retour = _dus(RETOURS_EN_BASE, cibles)
    return Greatest(Coalesce(etape, retour), Coalesce(retour, etape))


def _dus(etapes, cibles, *avant):
    suites = (
        When(etape, then=ExpressionWrapper(debut + Value(jours), DateTimeField()))
        for etape, debut, jours in _a_cible(etapes, cibles)
    )
    return Case(*avant, *suites, output_field=DateTimeField())
