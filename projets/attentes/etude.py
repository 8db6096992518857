"""Ce que la Table doit faire : publier un appel, étudier ses demandes, suivre l'argent réservé qui finit.

Le tout se lit d'une seule requête : l'accueil de la coordination en a douze.
"""

from collections import defaultdict, namedtuple
from functools import reduce
from operator import attrgetter, or_

from django.db.models import Case, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.urls import reverse
from django.utils import timezone

from alliances.models.mandats import droits_de
from projets.attentes.cibles import pour_quand
from projets.models import Affectation, AppelProjets, Decision, Initiative, JournalProjets
from projets.models.choix import AU_TERRITOIRE, les_siennes
from projets.models.initiatives import A_L_ETUDE
from projets.models.reservations import finissent
from projets.models.revisions import RETOUR, refusees_par
from projets.models.roles import qualites_du_geste
from projets.models.suites import (
    A_INSCRIRE,
    AVIS_ATTENDUS,
    DE_L_ETUDE,
    DEMANDE,
    DEPUIS,
    FIN_D_INSCRIPTION,
    PROCHAIN,
    UNE_SUIVANTE,
    a_repondre,
    d_un_appel_clos,
)
from projets.permissions import QUI_TRANCHENT, SELON_LE_DOSSIER, ou_peut, ou_peut_sur_l_appel
from socle.annonces.attentes import Attente, Geste
from socle.models import CibleDeService
from socle.valeurs.argent import ZERO
from socle.valeurs.horloge import aujourd_hui, jour_de

Etat = Initiative.Etat
PUBLIER = Geste("Publier l’appel", "Publier les appels")
PROLONGER = Geste(
    "Prolonger ou libérer une réservation qui finit", "Prolonger ou libérer des réservations qui finissent"
)
REVISER = Geste("Répondre à une demande de révision", "Répondre à des demandes de révision")
INSCRIRE = Geste(
    "Finir d’inscrire une demande reçue autrement", "Finir d’inscrire des demandes reçues autrement"
)
GESTES = {  # ce qu'on attend, et la page où cela se fait
    "fixer-palier": (
        Geste(DE_L_ETUDE["fixer-palier"], "Désigner des paliers ou des circuits"),
        "projets:palier",
    ),
    "juger": (Geste(DE_L_ETUDE["juger"], "Juger l’admissibilité de demandes"), "projets:admissibilite"),
    "rendre-avis": (Geste(DE_L_ETUDE["rendre-avis"], "Inscrire des avis"), "projets:avis"),
    "decider": (Geste(DE_L_ETUDE["decider"], "Inscrire des décisions"), "projets:decision"),
    "suivante": (
        Geste(DE_L_ETUDE["suivante"], "Décider des suivantes de la liste d’attente"),
        "projets:decision",
    ),
    "repondre": (Geste(DE_L_ETUDE["repondre"], "Envoyer les réponses"), "projets:reponses"),
    "publier-appel": (PUBLIER, "projets:appel_publication"),
    "prolonger-reservation": (PROLONGER, "projets:reservation_prolongation"),
    "repondre-revision": (REVISER, "projets:reponse_a_la_revision"),
    "recevoir": (INSCRIRE, "projets:demande"),
}
# Plusieurs d'un même appel se font ensemble, à sa page.
A_L_APPEL = {
    "decider": "projets:seance",
    "suivante": "projets:seance",
    "repondre": "projets:reponses",
}

# Ce que chaque geste attend, depuis quand et pour quand : à l'étude, son prochain geste le dit.
RESERVE = Affectation.objects.filter(initiative=OuterRef("pk")).order_by().values("initiative")
PRISES = Decision.objects.filter(initiative=OuterRef("pk")).order_by("-pk").values("inscrite_le")
PREPARES = JournalProjets.objects.filter(appel=OuterRef("pk")).order_by("rang").values("inscrite_le")
D_UN_BROUILLON, D_UNE_ACCEPTEE, D_UN_REFUS = Q(etat=Etat.BROUILLON), Q(etat=Etat.ACCEPTEE), Q(etat__in=RETOUR)
ATTENDENT = {  # à cet état, ce geste ou aucun : le prochain, lu avec l'initiative, le dit
    "juger": lambda qui, moment: Q(etat=Etat.DEPOSEE) & (Q(circuit="") | d_un_appel_clos(moment)),
    "rendre-avis": lambda qui, moment: Q(etat=Etat.ADMISSIBLE),
    "decider": lambda qui, moment: Q(etat=Etat.ADMISSIBLE) | UNE_SUIVANTE,
    "repondre-revision": lambda qui, moment: Q(D_UN_REFUS, revision_demandee__issue="") & ~refusees_par(qui),
    "prolonger-reservation": lambda qui, moment: finissent(aujourd_hui()),
    "recevoir": lambda qui, moment: Q(A_INSCRIRE, appel__ouvre_le__lte=moment, fin_d_inscription__gt=moment),
}
SELON_L_AVIS = {  # à qui rend l'avis ici et décide là, l'état ne suffit pas
    "rendre-avis": Q(AVIS_ATTENDUS, etat=Etat.ADMISSIBLE),
    "decider": Q(~AVIS_ATTENDUS, etat=Etat.ADMISSIBLE) | UNE_SUIVANTE,
}
Lue = namedtuple(
    "Lue",
    ("geste", "cle", "titre", "lot", "appel", "organisme", "fictif", "montant", "depuis", "echeance"),
)
INITIATIVES = (
    Initiative.objects.order_by()
    .alias(fin_d_inscription=FIN_D_INSCRIPTION)
    .values_list(
        Case(
            When(D_UN_BROUILLON, then=Value("recevoir")),
            When(D_UNE_ACCEPTEE, then=Value("prolonger-reservation")),
            When(D_UN_REFUS, then=Value("repondre-revision")),
            default=PROCHAIN,
        ),
        *("pk", "titre", "appel", "appel__titre", "organisme__nom", "montants_fictifs"),
        Case(
            When(D_UNE_ACCEPTEE, then=Subquery(RESERVE.annotate(total=Sum("montant")).values("total"))),
            default=DEMANDE,
        ),
        Case(
            When(D_UN_BROUILLON, then=F("commencee_le")),
            When(D_UNE_ACCEPTEE, then=Subquery(PRISES[:1])),
            When(UNE_SUIVANTE, then=F("proposition__modifiee_le")),
            default=DEPUIS,
        ),
        Case(
            When(D_UN_BROUILLON, then=TruncDate("appel__ferme_le")),
            When(D_UNE_ACCEPTEE, then=F("reservee_jusqu_au")),
            When(etat__in=A_L_ETUDE, revision_demandee__isnull=True, then=F("appel__decision_promise_le")),
        ),
    )
)
LETTRES = Initiative.objects.order_by().values_list(
    *(Value("repondre"), "appel", "titre", "appel", "appel__titre", Value(""), "montants_fictifs", DEMANDE),
    Greatest(Subquery(PRISES[:1]), Coalesce("appel__embargo_le", "deposee_le")),
    "appel__decision_promise_le",
)
APPELS = (
    AppelProjets.objects.complets()
    .avec_partage()
    .order_by()
    .values_list(
        *(Value("publier-appel"), "pk", "titre", "pk", "titre", Value(""), "montants_fictifs", "partage"),
        *(Subquery(PREPARES[:1]), TruncDate("ouvre_le")),
    )
)


def taches(utilisateur):
    """Par geste et par appel, la seule demande ou la liste des mêmes; puis les appels. Le tout en une requête."""
    tenus = _tenus(droits_de(utilisateur).roles)
    if not tenus:
        return []
    ensemble = _appels(utilisateur).union(_initiatives(utilisateur), _lettres(utilisateur), all=True)
    lues = (lue for lue in map(Lue._make, ensemble) if lue.geste in tenus)
    return [_attente(memes, CibleDeService.du_moment()) for memes in _en_lots(lues)]


def _tenus(roles):
    """Les gestes que ces rôles font; qui décide, décide de la suivante."""
    qualites = {geste: qualites_du_geste("decider" if geste == "suivante" else geste) for geste in GESTES}
    return {geste for geste, admis in qualites.items() if roles & set(admis)}


def _en_lots(lues):
    """Les demandes d'un même appel qui attendent le même geste, réunies; le reste tel quel."""
    lots = defaultdict(list)
    for lue in lues:
        lots[lue.geste, lue.lot if lue.geste in DE_L_ETUDE else lue.cle].append(lue)
    return lots.values()


def _appels(utilisateur):
    """Ceux à qui il ne manque que d'être publiés, avant leur ouverture."""
    return APPELS.filter(ou_peut_sur_l_appel(utilisateur, "publier-appel"), ferme_le__gt=timezone.now())


def _initiatives(utilisateur):
    """Une ligne par initiative : la base ne récrit pas, pour les choisir, ce qu'il faut pour trouver leur geste."""
    portees, moment = _par_portee(utilisateur), timezone.now()
    tenus = {geste for _, gestes in portees for geste in gestes}
    selon_l_avis = SELON_L_AVIS if SELON_L_AVIS.keys() <= tenus else {}
    siennes = (
        permis & reduce(or_, (selon_l_avis.get(g) or ATTENDENT[g](utilisateur, moment) for g in gestes))
        for permis, gestes in portees
    )
    return INITIATIVES.filter(reduce(or_, siennes))


def _lettres(utilisateur):
    """Les décisions dont l'organisme attend la lettre, là où cette personne l'envoie (`reponses.a_repondre`)."""
    return LETTRES.filter(
        ou_peut_sur_l_appel(utilisateur, "repondre", "appel__"),
        a_repondre(timezone.now()),
        ~Initiative.objects.condition_de_soi(utilisateur),
    )


def _par_portee(utilisateur):
    """[(où la personne peut, ces gestes)] : la base n'écrit qu'une fois ce que plusieurs gestes ont en commun."""
    roles, portees = droits_de(utilisateur).roles, defaultdict(list)
    for geste in ATTENDENT:
        if tenus := roles & set(qualites_du_geste(geste)):
            au_territoire = bool(tenus & AU_TERRITOIRE)
            seul = geste if au_territoire and geste in (*SELON_LE_DOSSIER, "recevoir") else ""
            portees[frozenset(tenus), au_territoire and geste in QUI_TRANCHENT, seul].append(geste)
    return [(_ou(utilisateur, gestes[0]), gestes) for gestes in portees.values()]


def _ou(utilisateur, geste):
    """Jamais une des siennes; au territoire, une demande s'inscrit à un appel qui est de lui."""
    if geste == "recevoir":
        return ou_peut_sur_l_appel(utilisateur, geste, "appel__") & ~les_siennes(utilisateur)
    return ou_peut(utilisateur, geste)


def _attente(memes, cibles):
    lue = min(memes, key=attrgetter("depuis"))
    geste, page = GESTES[lue.geste]
    commun = {"depuis": jour_de(lue.depuis), "echeance": _pour(lue, cibles), "fictif": lue.fictif}
    if lue.geste not in DE_L_ETUDE:
        objet = lue.organisme if lue.geste == "recevoir" else lue.titre
        lien = reverse(page, args=[lue.cle])
        return Attente(geste, objet, lien, montant=lue.montant, **commun)
    return Attente(
        geste,
        *_objet_et_lien(memes, page),
        montant=sum((meme.montant or ZERO for meme in memes), ZERO),
        nombre=len(memes),
        tardives=sum(_est_tardive(meme, cibles) for meme in memes),
        **commun,
    )


def _pour(lue, cibles):
    return pour_quand(lue.geste, jour_de(lue.depuis), lue.echeance, cibles)


def _est_tardive(lue, cibles):
    pour = _pour(lue, cibles)
    return pour is not None and pour < aujourd_hui()


def _objet_et_lien(memes, page):
    """Une seule se nomme et s'ouvre; plusieurs, leur appel : la page où elles se font ensemble, ou leur liste."""
    lue = memes[0]
    if len(memes) == 1:
        return f"{lue.titre}, {lue.appel}", reverse(page, args=[lue.cle])
    if ensemble := A_L_APPEL.get(lue.geste):
        return lue.appel, reverse(ensemble, args=[lue.lot])
    return lue.appel, f"{reverse('projets:initiatives')}?appel={lue.lot}&prochain={lue.geste}"
