"""Ce qui attend une personne. La même requête répond à la liste des tâches, aux rappels et à la liste des plans."""

from collections import Counter

from django.db.models import Case, Count, DateTimeField, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse, reverse_lazy

from alliances.models import Alliance, Role
from alliances.models.mandats import alliances_vues, droits_de, vues_selon
from alliances.models.roles import SUIVI
from alliances.plans import regles
from alliances.plans.models import PlanAction, SectionPlan, VersionPlan
from alliances.plans.tours import (
    CAMPS,
    DATES_DES_GESTES,
    DEPUIS_EN_BASE,
    EN_VIGUEUR,
    MINISTERE,
    OUVERTES,
    SANS_SUITE,
    SERVICES_QUEBEC,
    TABLE,
    delai_de,
    en_retard,
    pour_en_base,
    qui_manque,
    roles_attendus,
    tour_de,
)
from socle.annonces.attentes import Attente, Geste
from socle.models import CibleDeService
from socle.valeurs.horloge import aujourd_hui

OUVRIR = Geste("Ouvrir le plan d’action", "Ouvrir les plans d’action")
ECRITES = SectionPlan.objects.filter(version=OuterRef("pk"), modifiee_le__isnull=False)
DERNIERES = VersionPlan.objects.filter(plan__alliance=OuterRef("pk")).order_by("-numero")
VIGUEUR = VersionPlan.objects.filter(EN_VIGUEUR, plan__alliance=OuterRef("pk")).order_by()
TRAVAIL = Case(When(~EN_VIGUEUR, then="etat"))  # la dernière version est en travail, ou en vigueur
SANS_PLAN = ~Q(pk__in=PlanAction.objects.order_by().values("alliance"))
DU_PLAN = {
    "derniere_version": DERNIERES.values("pk"),
    "version_en_vigueur": VIGUEUR.values("pk"),
    "numero_en_vigueur": VIGUEUR.values("numero"),
    "etat_en_travail": DERNIERES.annotate(travail=TRAVAIL).values("travail"),
    "mouvement": DERNIERES.annotate(le=DEPUIS_EN_BASE).values("le"),
    "depots": DERNIERES.values("tour"),
    "echeance_du_plan": PlanAction.objects.filter(alliance=OuterRef("pk")).order_by().values("echeance"),
}


def avec_le_jour_du(alliances):
    """Ajoute à chaque Alliance `pour` : quand ce que son plan attend est dû."""
    pour = DERNIERES.annotate(pour=pour_en_base(CibleDeService.toutes())).values("pour")
    limite = Coalesce("echeance_plan", "cycle__echeance_plan")
    sans_plan = When(SANS_PLAN, then=Cast(limite, DateTimeField()))
    return alliances.annotate(pour=Case(sans_plan, default=Subquery(pour[:1]), output_field=DateTimeField()))


def avec_plan(alliances, *noms):
    """Ajoute à chaque Alliance ce que ces noms de `DU_PLAN` disent de son plan."""
    return alliances.annotate(**{nom: Subquery(DU_PLAN[nom][:1]) for nom in noms})


def dont_une_version(condition):
    """La condition des Alliances dont une version du plan est ainsi."""
    return Q(pk__in=VersionPlan.objects.filter(condition).order_by().values("plan__alliance"))


def sans_plan_en_retard(jour):
    """La condition des Alliances qui n'ont pas ouvert leur plan à temps (`limite_du_plan`)."""
    propre, du_cycle = Q(echeance_plan__lt=jour), Q(echeance_plan=None, cycle__echeance_plan__lt=jour)
    return SANS_PLAN & (propre | du_cycle)


def decompte(utilisateur):
    """Combien d'Alliances suivies en sont où : (libellé, nombre, filtres de la liste).

    D'une requête : les versions par état, dont chacun de ces décomptes ne retient qu'une par plan, et les Alliances
    qui n'ont pas ouvert le leur à temps.
    """
    jour, suivies = aujourd_hui(), Alliance.objects.suivies_par(utilisateur)
    retards = Count("pk", filter=en_retard(jour, CibleDeService.du_moment()))
    siennes = alliances_vues(utilisateur, SUIVI, "plan__alliance")
    versions = VersionPlan.objects.filter(siennes).order_by().values_list("etat")
    a_ouvrir = suivies.filter(sans_plan_en_retard(jour)).order_by()
    # la plus courte d'abord : d'une union, Django compile deux fois la première
    lues = a_ouvrir.values_list(Value(""), Value(0), Value(1)).union(
        versions.annotate(nombre=Count("pk"), retards=retards), all=True
    )
    nombres, retards = Counter(), 0
    for etat, nombre, tardives in lues:
        nombres[etat] += nombre
        retards += tardives
    return [
        ("Plans en vigueur", nombres["approuvee"], {"vigueur": "oui"}),
        ("À Services Québec", _au_tour(nombres, SERVICES_QUEBEC), {"tour": SERVICES_QUEBEC}),
        ("Au Ministère", _au_tour(nombres, MINISTERE), {"tour": MINISTERE}),
        ("En retard", retards, {"retard": "on"}),
    ]


def _au_tour(nombres, camp):
    return sum(nombres[etat] for etat in CAMPS[camp])


# Ce qu'une attente et un rappel disent d'une version, et rien de plus.
LUS = (
    "numero",
    "etat",
    "reference",
    "creee_le",
    "deposee_le",
    "analyse_le",
    "avis_le",
    "decidee_le",
    "plan__echeance",
    "plan__alliance__nom",
)


def _lire(*dates):
    versions = VersionPlan.objects.annotate(**{date: DATES_DES_GESTES[date] for date in dates})
    return versions.select_related("plan__alliance").only(*LUS)


DE_TOUS, DE_L_ETAT = _lire(*DATES_DES_GESTES), _lire("demande_prete_le")
A_SIGNER = _lire("retournee_le", "adoption_inscrite_le")
A_LA_TABLE = Q(etat__in=CAMPS[TABLE]) | SANS_SUITE
# La coordination écrit : sa prochaine étape dépend de tout le contenu.
A_ECRIRE = (
    A_SIGNER.annotate(commencee=Exists(ECRITES), a_la_table=Case(When(A_LA_TABLE, then=True), default=False))
    .defer(None)
    .select_related("plan__alliance__cycle")
)


def en_attente():
    """Les versions dont quelqu'un attend quelque chose."""
    return DE_TOUS.filter(OUVERTES)


def etape_de_redaction(version):
    """La prochaine étape d'un brouillon, sinon `None`."""
    if version.etat != "brouillon":
        return None
    return regles.prochaine_etape(*redaction_de(version))


def redaction_de(version):
    """(son contenu, ses constats du jour), lus une fois pour la page."""
    if version.redaction_lue is None:
        contenu = version.contenu()
        version.redaction_lue = contenu, regles.constats(contenu, aujourd_hui())
    return version.redaction_lue


def attente(version, geste, cibles):
    """L'attente d'une version, telle qu'elle se montre et se rappelle; en rédaction, sa prochaine étape."""
    delai, etape = delai_de(version, cibles, aujourd_hui()), etape_de_redaction(version)
    page, arguments = (f"plans:{etape.page}", etape.arguments) if etape else (tour_de(version).page, ())
    return Attente(
        geste=Geste(etape.titre, geste.plusieurs) if etape else geste,
        objet=str(version),
        lien=reverse_lazy(page, args=[version.pk, *arguments]),  # dans un groupe, il ne se lit pas
        depuis=delai.depuis,
        echeance=delai.pour,
        commencee=bool(etape) and etape.est_d_ecriture and version.commencee,
        chose=version,
    )


# Ce qui peut attendre chaque rôle, selon l'état; `roles_attendus` en juge.
DE_LA_TABLE = {Role.COORDINATION, Role.SIGNATURE}
DU_MINISTERE, DE_SERVICES_QUEBEC = {Role.MESS, Role.APPROBATION}, {Role.DGSQ, Role.DIRECTION_DGSQ, Role.MESS}
VOLETS = (
    ({Role.COORDINATION}, Q()),  # une Alliance dont elle ne lit aucune version n'a pas ouvert son plan
    ({Role.SIGNATURE}, Q(etat__in=("adoptee", "a_corriger"))),
    (DE_SERVICES_QUEBEC, Q(etat__in=CAMPS[SERVICES_QUEBEC])),
    (DU_MINISTERE, Q(etat__in=CAMPS[MINISTERE])),
)
ATTENDUS = frozenset().union(*(roles for roles, _ in VOLETS))


def taches(utilisateur):
    """Ce que les plans attendent de cette personne."""
    droits, lues = droits_de(utilisateur), list(_versions(utilisateur))
    cibles = CibleDeService.du_moment()
    attentes = [attente(version, geste, cibles) for version, geste in _attendues(lues, droits)]
    if droits.alliances({Role.COORDINATION}) - {version.plan.alliance_id for version in lues}:
        attentes += _plans_a_ouvrir(utilisateur)
    return attentes


def attendues_de(utilisateur):
    """[(version, geste)] : les versions qui attendent un geste de cette personne, et lequel."""
    return _attendues(_versions(utilisateur), droits_de(utilisateur))


def lire_ses_plans(utilisateur):
    """Garde avec l'objet utilisateur, pour une page qui montre aussi ses plans, les versions que lisent ses attentes.

    De ses Alliances, la coordination les lit toutes, la plus récente d'abord.
    """
    utilisateur.plans_lus = list(_versions(utilisateur))
    return utilisateur.plans_lus


def _versions(utilisateur):
    """Celles qui peuvent attendre un des rôles de la personne."""
    if hasattr(utilisateur, "plans_lus"):
        return utilisateur.plans_lus
    roles = droits_de(utilisateur).roles
    siennes = vues_selon(utilisateur, "plan__alliance", *VOLETS)
    return _lues_de(roles).filter(siennes) if roles & ATTENDUS else VersionPlan.objects.none()


def _attendues(versions, droits):
    for version in versions:
        tenus = droits.pour(version.plan.alliance_id) - (set() if version.a_la_table else DE_LA_TABLE)
        if not tenus:
            continue
        gestes = [geste for role, geste in roles_attendus(version).items() if role in tenus]
        if gestes:
            yield version, gestes[0]


def _lues_de(roles):
    """Les versions, et d'elles ce que ces rôles ont à en savoir."""
    if Role.COORDINATION in roles:
        return A_ECRIRE
    if roles & DE_LA_TABLE:
        return A_SIGNER
    return DE_L_ETAT.annotate(**qui_manque()) if roles & DE_SERVICES_QUEBEC else DE_L_ETAT


def _plans_a_ouvrir(utilisateur):
    """La coordination d'une Alliance dont le plan n'est pas ouvert a tout à faire."""
    siennes = alliances_vues(utilisateur, {Role.COORDINATION}, "pk")
    sans_plan = Alliance.objects.filter(siennes).exclude(pk__in=PlanAction.objects.values("alliance"))
    return [
        Attente(
            geste=OUVRIR,
            objet=alliance.nom,
            lien=reverse("plans:ouverture", args=[alliance.slug]),
            depuis=alliance.cycle.debut,
            echeance=alliance.limite_du_plan,
        )
        for alliance in sans_plan.select_related("cycle")
    ]
