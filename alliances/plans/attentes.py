"""À qui le tour? La même requête répond à la liste des tâches, aux rappels et à la liste des plans."""

from dataclasses import dataclass

from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from alliances.models import Alliance, Role
from alliances.models.mandats import alliances_vues, droits_de, vues_selon
from alliances.plans.models import Instantane, JournalPlan, PlanAction, SectionPlan, VersionPlan
from socle.annonces.attentes import Attente
from socle.valeurs.horloge import aujourd_hui, jour_de

TABLE, SERVICES_QUEBEC, MINISTERE = "La Table", "Services Québec", "Le Ministère"
MESS = frozenset({Role.MESS, Role.APPROBATION})


@dataclass(frozen=True)
class Tour:
    """Ce qu'un état demande, à qui, et où cela se fait."""

    camp: str
    roles: dict  # rôle → ce qu'on attend de lui
    page: str
    depuis: str  # champ de la version qui dit depuis quand


TOURS = {
    "brouillon": Tour(
        TABLE, {Role.COORDINATION: "Rédiger le plan et le faire adopter"}, "plans:tableau", "creee_le"
    ),
    "adoptee": Tour(
        TABLE,
        {Role.SIGNATURE: "Déposer le plan adopté", Role.COORDINATION: "Faire déposer le plan adopté"},
        "plans:tableau",
        "adoption_inscrite_le",
    ),
    "a_corriger": Tour(
        TABLE,
        {Role.COORDINATION: "Corriger le plan", Role.SIGNATURE: "Déposer le plan une fois corrigé"},
        "plans:tableau",
        "retournee_le",
    ),
    "deposee": Tour(
        SERVICES_QUEBEC,
        {Role.DGSQ: "Examiner le plan", Role.DIRECTION_DGSQ: "Rendre l’avis sur le plan"},
        "plans:examen",
        "deposee_le",
    ),
    "avisee": Tour(
        MINISTERE,
        {Role.MESS: "Préparer la décision", Role.APPROBATION: "Approuver, retourner ou refuser le plan"},
        "plans:examen",
        "avis_le",
    ),
}
REPRISE = Tour(TABLE, {Role.COORDINATION: "Reprendre le plan refusé"}, "plans:modification", "decidee_le")
SANS_REGION = {Role.MESS: "Rendre l’avis sur le plan"}


def tour_de(version):
    """Ce qu'attend une version ouverte, ou refusée sans suite."""
    return REPRISE if version.etat == "refusee" else TOURS[version.etat]


def roles_attendus(version):
    """{rôle: ce qu'on attend}; une Alliance sans région est examinée par le Ministère."""
    tour = tour_de(version)
    if tour.camp == SERVICES_QUEBEC and _est_sans_region(version):
        return SANS_REGION
    return tour.roles


def _est_sans_region(version):
    """Déjà lu pour une version d'`en_attente`; sinon, une requête."""
    if hasattr(version, "sans_region"):
        return version.sans_region
    return not version.plan.alliance.regions.exists()


DERNIER_RETOUR = Subquery(
    Instantane.objects.filter(version=OuterRef("pk"), circonstance="retour").order_by("-pk").values("le")[:1]
)
ADOPTION_INSCRITE = Subquery(
    JournalPlan.objects.filter(version=OuterRef("pk"), geste="adopter")
    .order_by("-pk")
    .values("inscrite_le")[:1]
)  # la Table a pu adopter le plan des jours avant que ce soit inscrit
REGIONS = Alliance.regions.through.objects.filter(alliance=OuterRef("plan__alliance"))
ECRITES = SectionPlan.objects.filter(version=OuterRef("pk"), modifiee_le__isnull=False)
SUITES = VersionPlan.objects.filter(plan=OuterRef("plan")).exclude(
    etat="refusee", numero__lte=OuterRef("numero")
)  # ce qui dispense de reprendre un plan refusé : une version en cours, en vigueur ou venue après
OUVERTES, SANS_SUITE = Q(etat__in=TOURS), Q(~Exists(SUITES), etat="refusee")
SUIVANTES = VersionPlan.objects.filter(plan=OuterRef("plan"), numero__gt=OuterRef("numero"))

# Un plan a au plus une version en vigueur, et une version en travail : celle qu'on écrit ou examine, ou la refusée
# qui n'a pas eu de suite. La liste, ses filtres, ses exports et l'accueil lisent ces conditions, et elles seules.
EN_VIGUEUR = Q(etat="approuvee")
EN_TRAVAIL = OUVERTES | Q(~Exists(SUIVANTES), etat="refusee")


def au_tour_de(camp):
    """La condition des versions qui attendent ce camp : ouvertes, ou refusées sans suite."""
    ouvertes = Q(etat__in=[etat for etat, tour in TOURS.items() if tour.camp == camp])
    return ouvertes | SANS_SUITE if camp == REPRISE.camp else ouvertes


def en_retard(jour):
    """La condition des versions en retard : la première, pas encore déposée, échéance passée (`est_en_retard`)."""
    return Q(numero=1, deposee_le=None, plan__echeance__lt=jour)


DATES_DES_GESTES = {"retournee_le": DERNIER_RETOUR, "adoption_inscrite_le": ADOPTION_INSCRITE}


DEPUIS_EN_BASE = Case(
    When(etat="a_corriger", then=DERNIER_RETOUR),
    When(etat="adoptee", then=ADOPTION_INSCRITE),
    default=Coalesce("decidee_le", "avis_le", "deposee_le", "creee_le"),
)  # la même chose que `depuis`, pour trier


DERNIERES = VersionPlan.objects.filter(plan__alliance=OuterRef("pk")).order_by("-numero")
VIGUEUR = VersionPlan.objects.filter(EN_VIGUEUR, plan__alliance=OuterRef("pk")).order_by()
TRAVAIL = Case(When(~EN_VIGUEUR, then="etat"))  # la dernière version est en travail, ou en vigueur
DU_PLAN = {
    "derniere_version": DERNIERES.values("pk"),
    "version_en_vigueur": VIGUEUR.values("pk"),
    "numero_en_vigueur": VIGUEUR.values("numero"),
    "etat_en_travail": DERNIERES.annotate(travail=TRAVAIL).values("travail"),
    "mouvement": DERNIERES.annotate(le=DEPUIS_EN_BASE).values("le"),
    "depots": DERNIERES.values("tour"),
    "echeance_du_plan": PlanAction.objects.filter(alliance=OuterRef("pk")).order_by().values("echeance"),
}


def avec_plan(alliances, *noms):
    """Ajoute à chaque Alliance ce que ces noms de `DU_PLAN` disent de son plan."""
    return alliances.annotate(**{nom: Subquery(DU_PLAN[nom][:1]) for nom in noms})


def dont_une_version(condition):
    """La condition des Alliances dont une version du plan est ainsi."""
    return Q(pk__in=VersionPlan.objects.filter(condition).order_by().values("plan__alliance"))


SANS_PLAN = ~Q(pk__in=PlanAction.objects.order_by().values("alliance"))


def sans_plan_en_retard(jour):
    """La condition des Alliances qui n'ont pas ouvert leur plan à temps (`limite_du_plan`)."""
    propre, du_cycle = Q(echeance_plan__lt=jour), Q(echeance_plan=None, cycle__echeance_plan__lt=jour)
    return SANS_PLAN & (propre | du_cycle)


def decompte(utilisateur):
    """Combien d'Alliances suivies en sont où : (libellé, nombre, filtres de la liste).

    D'une lecture des versions : chacune de ces conditions n'en retient qu'une par plan.
    """
    jour, suivies = aujourd_hui(), Alliance.objects.suivies_par(utilisateur)
    conditions = {
        "vigueur": EN_VIGUEUR,
        "region": au_tour_de(SERVICES_QUEBEC),
        "ministere": au_tour_de(MINISTERE),
        "retard": en_retard(jour),
    }
    comptes = {nom: Count("pk", filter=condition) for nom, condition in conditions.items()}
    lus = VersionPlan.objects.filter(plan__alliance__in=suivies).aggregate(**comptes)
    return [
        ("Plans en vigueur", lus["vigueur"], {"vigueur": "oui"}),
        ("À Services Québec", lus["region"], {"tour": SERVICES_QUEBEC}),
        ("Au Ministère", lus["ministere"], {"tour": MINISTERE}),
        ("En retard", lus["retard"] + suivies.filter(sans_plan_en_retard(jour)).count(), {"retard": "on"}),
    ]


# Ce qu'une attente et un rappel disent d'une version, et rien de plus.
LUS = (
    "numero",
    "etat",
    "reference",
    "creee_le",
    "deposee_le",
    "avis_le",
    "decidee_le",
    "plan__echeance",
    "plan__alliance__nom",
)


def en_attente(condition=OUVERTES):
    """Les versions dont quelqu'un attend quelque chose; `commencee` : une section y est déjà écrite."""
    return (
        VersionPlan.objects.filter(condition)
        .annotate(**DATES_DES_GESTES, commencee=Exists(ECRITES), sans_region=~Exists(REGIONS))
        .select_related("plan__alliance")
        .only(*LUS)
    )


def depuis(version):
    """Le jour où l'état actuel a commencé."""
    return jour_de(getattr(version, tour_de(version).depuis) or version.creee_le)


def echeance(version):
    """L'échéance du plan tant que la première version n'est pas déposée, sinon `None`."""
    return version.plan.echeance if version.numero == 1 and not version.deposee_le else None


def attente(version, titre):
    """L'attente d'une version, telle qu'elle se montre et se rappelle."""
    return Attente(
        titre=titre,
        objet=str(version),
        lien=reverse(tour_de(version).page, args=[version.pk]),
        depuis=depuis(version),
        echeance=echeance(version),
        commencee=version.etat == "brouillon" and version.commencee,
    )


def taches(utilisateur):
    """Ce que les plans attendent de cette personne."""
    droits = droits_de(utilisateur)
    attentes = []
    for version in en_attente(attendues_de(utilisateur)):
        tenus = droits.pour(version.plan.alliance_id)
        titres = [titre for role, titre in roles_attendus(version).items() if role in tenus]
        if titres:
            attentes.append(attente(version, titres[0]))
    if Role.COORDINATION in droits.roles:
        attentes += _plans_a_ouvrir(utilisateur)
    return attentes


def attendues_de(utilisateur):
    """La condition « cette version attend un geste de cette personne »."""
    return vues_selon(utilisateur, "plan__alliance", *_volets())


def _volets():
    """Les états où l'on attend quelque chose de chaque rôle : `roles_attendus`, dans la requête."""
    for role in {role for tour in TOURS.values() for role in tour.roles}:
        yield {role}, Q(etat__in=[etat for etat, tour in TOURS.items() if role in tour.roles])
    for role in SANS_REGION:
        yield {role}, Q(~Exists(REGIONS), etat="deposee")
    for role in REPRISE.roles:
        yield {role}, SANS_SUITE


def _plans_a_ouvrir(utilisateur):
    """La coordination d'une Alliance dont le plan n'est pas ouvert a tout à faire."""
    siennes = alliances_vues(utilisateur, {Role.COORDINATION}, "pk")
    sans_plan = Alliance.objects.filter(siennes).exclude(pk__in=PlanAction.objects.values("alliance"))
    return [
        Attente(
            titre="Ouvrir le plan d’action",
            objet=alliance.nom,
            lien=reverse("plans:ouverture", args=[alliance.slug]),
            depuis=alliance.cycle.debut,
            echeance=alliance.limite_du_plan,
        )
        for alliance in sans_plan.select_related("cycle")
    ]
