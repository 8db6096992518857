"""Ce que servent les initiatives qu'une décision a retenues : où, pour quoi, pour combien. La base additionne.

Une initiative n'a qu'un lieu, son territoire ou « plusieurs » : les lieux s'additionnent. Elle peut servir plusieurs
priorités, et elle n'est au total qu'une fois.
"""

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from alliances.models import Alliance, Role
from alliances.models.mandats import alliances_vues
from alliances.plans.models import Priorite
from projets.models.decisions import Affectation
from projets.models.initiatives import RENDUES, SOUS_PROTOCOLE, Etat, Initiative
from projets.models.montage import PersonnesPrevues
from projets.regles.matrice import AUCUN, PLUSIEURS
from socle.valeurs.argent import MontantField, somme

RETENUES = "retenues"
SERVENT = (Etat.ACCEPTEE, Etat.EN_COURS, Etat.SUSPENDUE, Etat.TERMINEE)
ETATS = {RETENUES: SERVENT, **{etat.value: (etat,) for etat in (*SERVENT, Etat.ABANDONNEE)}}
CHOIX_D_ETAT = [
    (RETENUES, "Acceptées, en cours ou terminées"),
    *((e, Etat(e).label) for e in ETATS if e != RETENUES),
]
ACCORDEES = (Etat.ACCEPTEE, *RENDUES, *SOUS_PROTOCOLE)  # la décision leur a donné de l'argent

TOUCHENT = Initiative.territoires.through.objects
SERVENT_A = Initiative.priorites.through.objects
VIVANTES = Priorite.objects.presents().filter(version__etat="approuvee")
AU_PLAN = (
    Exists(  # d'un lien entre une initiative et une priorité : le plan en vigueur garde celle-ci, par sa clé
        VIVANTES.filter(
            version__plan__alliance=OuterRef("initiative__alliance"), cle=OuterRef("priorite__cle")
        )
    )
)


def retenues(utilisateur, etat=RETENUES, an=None, **seulement):
    """Celles que la personne voit, et sait dans cet état; de ce qui est à elle, seulement ce qu'on lui annonce.

    L'observation additionne ce qui est annoncé, sans rien en lire d'autre.
    """
    etats, etude = ETATS[etat], Initiative.objects.condition_de_l_etude(utilisateur)
    additionnees = alliances_vues(utilisateur, {Role.OBSERVATION}, "alliance")
    vues = Initiative.objects.condition_de_vue(utilisateur) | additionnees
    lues = Initiative.objects.filter(vues, etat__in=etats, **seulement)
    lues = lues.filter(Q(etat_annonce__in=etats) | etude)
    return de_l_exercice(lues, an) if an else lues


def de_l_exercice(initiatives, an):
    """Celles à qui la décision donne de l'argent de cet exercice."""
    return initiatives.filter(
        pk__in=Affectation.objects.filter(enveloppe__an=an).order_by().values("initiative")
    )


def avec_sommes(initiatives, an=None):
    """`lieu`, `accorde` et `personnes` de chacune."""
    return initiatives.annotate(lieu=lieu(), accorde=accorde(an), personnes=personnes(an))


def lieu(initiative="pk"):
    """Son territoire, `PLUSIEURS` ou `AUCUN`."""
    touches = TOUCHENT.filter(initiative=OuterRef(initiative)).order_by().values("initiative")
    lu = Case(
        When(nombre__gt=1, then=Value(PLUSIEURS)), default=Min("territoire"), output_field=IntegerField()
    )
    lieux = touches.annotate(nombre=Count("territoire")).annotate(lieu=lu).values("lieu")
    return Coalesce(Subquery(lieux, output_field=IntegerField()), Value(AUCUN))


def accorde(an=None, initiative="pk"):
    """Ce que la décision lui donne, en dollars, de cet exercice ou de tous."""
    sommes = Affectation.objects.filter(
        initiative=OuterRef(initiative), **({"enveloppe__an": an} if an else {})
    )
    sommes = sommes.order_by().values("initiative").annotate(total=Sum("montant")).values("total")
    return Subquery(sommes, output_field=MontantField())


def personnes(an=None, initiative="pk"):
    """Les personnes distinctes qu'elle vise cet exercice; sinon, l'exercice où elle en vise le plus."""
    prevues = PersonnesPrevues.objects.filter(initiative=OuterRef(initiative), **({"an": an} if an else {}))
    plus_grand = prevues.order_by().values("initiative").annotate(plus=Max("nombre")).values("plus")
    return Coalesce(Subquery(plus_grand, output_field=IntegerField()), Value(0))


def accorde_si_annonce(an=None):
    """De même, dans une liste où l'organisme lit aussi : rien avant qu'on lui dise qu'elle est acceptée."""
    return Case(When(etat_lu__in=ACCORDEES, then=accorde(an)), output_field=MontantField())


def sommes(lues, *cles):
    """[{clés…, nombre, accorde, personnes}] de ces initiatives; une requête."""
    lues = lues.order_by().values(*cles) if cles else lues.order_by().annotate(tout=Value(1)).values("tout")
    return lues.annotate(nombre=Count("pk"), argent=somme("accorde"), visees=Sum("personnes"))


def sommes_par_axe(lues, axe, cles, an=None):
    """De même, par cet axe de leurs priorités, leur lieu et leur état; deux liens au même comptent une fois."""
    memes = {"initiative": OuterRef("initiative"), f"priorite__{axe}": OuterRef(f"priorite__{axe}")}
    double = Exists(SERVENT_A.filter(pk__gt=OuterRef("pk"), **memes))
    liens = SERVENT_A.filter(
        ~double, initiative__in=lues.order_by().values("pk"), **{f"priorite__{axe}__in": cles}
    )
    liens = liens.annotate(
        axe=F(f"priorite__{axe}"),
        lieu=lieu("initiative"),
        accorde=accorde(an, "initiative"),
        personnes=personnes(an, "initiative"),
    )
    groupes = liens.order_by().values("axe", "lieu", "initiative__etat")
    return groupes.annotate(nombre=Count("pk"), argent=somme("accorde"), visees=Sum("personnes"))


def rattachee():
    """La condition « sert une priorité du plan en vigueur de son Alliance »; sa clé la suit de version en version."""
    return Exists(SERVENT_A.filter(AU_PLAN, initiative=OuterRef("pk")))


def qui_touchent(initiatives, territoire):
    return initiatives.filter(pk__in=TOUCHENT.filter(territoire=territoire).values("initiative"))


def au_lieu(initiatives, voulu):
    """Celles dont c'est le lieu, et le seul."""
    return initiatives.annotate(lieu=lieu()).filter(lieu=voulu)


def qui_servent(initiatives, **axe):
    """Celles dont une priorité répond à cette condition."""
    condition = {f"priorite__{nom}": valeur for nom, valeur in axe.items()}
    return initiatives.filter(pk__in=SERVENT_A.filter(**condition).values("initiative"))


def touches_par(lues):
    """Les territoires que touche au moins une de ces initiatives; une requête."""
    leurs = TOUCHENT.filter(initiative__in=lues.order_by().values("pk"))
    return set(leurs.order_by().values_list("territoire", flat=True).distinct())


def priorites_en_vigueur(alliance):
    """Celles du plan en vigueur, avec leur thématique, dans l'ordre du plan."""
    siennes = VIVANTES.filter(version__plan__alliance=alliance).select_related("version", "thematique")
    siennes = siennes.prefetch_related("territoires").order_by("rang", "pk")
    return siennes.only("cle", "titre", "palier", "version__numero", "thematique__nom")


# --- Plusieurs Alliances à la fois ------------------------------------------------------------------------


def par_alliance(lues, an=None):
    """[{alliance, palier, nature, montants_fictifs, nombre, argent, visees}] de toutes; une requête."""
    return sommes(avec_sommes(lues, an), "alliance", "palier", "nature", "montants_fictifs")


def en_nombres(alliances):
    """`au_plan` et `siens` : combien chacune a de priorités en vigueur et de territoires."""
    priorites = (
        VIVANTES.filter(version__plan__alliance=OuterRef("pk")).order_by().values("version__plan__alliance")
    )
    territoires = (
        Alliance.territoires.through.objects.filter(alliance=OuterRef("pk")).order_by().values("alliance")
    )
    comptes = {"au_plan": priorites, "siens": territoires}
    comptes = {
        nom: Subquery(lus.annotate(combien=Count("pk")).values("combien")) for nom, lus in comptes.items()
    }
    return alliances.annotate(**{nom: Coalesce(compte, Value(0)) for nom, compte in comptes.items()})


def rattachements(lues):
    """{Alliance: (priorités de son plan en vigueur qu'on sert, initiatives qui en servent une)}; une requête."""
    liens = SERVENT_A.filter(AU_PLAN, initiative__in=lues.order_by().values("pk")).order_by()
    comptes = Count("priorite__cle", distinct=True), Count("initiative", distinct=True)
    return {pk: comptees for pk, *comptees in liens.values_list("initiative__alliance").annotate(*comptes)}


def territoires_touches(lues):
    """{Alliance: combien de ses territoires une initiative touche}; une requête."""
    touches = TOUCHENT.filter(
        initiative__in=lues.order_by().values("pk"), territoire__alliances=F("initiative__alliance")
    )
    return dict(
        touches.order_by().values_list("initiative__alliance").annotate(Count("territoire", distinct=True))
    )
