"""Ce que la Table doit faire : publier un appel, étudier ses demandes, suivre l'argent réservé qui finit.

Le tout se lit d'une seule requête : l'accueil de la coordination en a douze.
"""

from operator import itemgetter

from django.db.models import DateField, F, IntegerField, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import TruncDate
from django.urls import reverse

from alliances.models.mandats import droits_de
from projets.attentes.cibles import pour_quand
from projets.models import Affectation, AppelProjets, Decision, Initiative, JournalProjets
from projets.models.reservations import a_rappeler
from projets.models.revisions import RETOUR
from projets.models.roles import qualites_du_geste
from projets.models.suites import DE_L_ETUDE, avec_demande, avec_prochain_geste
from projets.permissions import ou_peut, ou_peut_sur_l_appel
from socle.annonces.attentes import Attente, Geste
from socle.models import CibleDeService
from socle.valeurs.argent import ZERO
from socle.valeurs.horloge import aujourd_hui, jour_de

GESTES = {
    "fixer-palier": Geste(DE_L_ETUDE["fixer-palier"], "Désigner des paliers ou des circuits"),
    "juger": Geste(DE_L_ETUDE["juger"], "Juger l’admissibilité de demandes"),
    "rendre-avis": Geste(DE_L_ETUDE["rendre-avis"], "Inscrire des avis"),
    "decider": Geste(DE_L_ETUDE["decider"], "Inscrire des décisions"),
}
PAGES = {
    "fixer-palier": "projets:palier",
    "juger": "projets:admissibilite",
    "rendre-avis": "projets:avis",
    "decider": "projets:decision",
}
PUBLIER = Geste("Publier l’appel", "Publier les appels")
PROLONGER = Geste(
    "Prolonger ou libérer une réservation qui finit", "Prolonger ou libérer des réservations qui finissent"
)
REVISER = Geste("Répondre à une demande de révision", "Répondre à des demandes de révision")
INSCRIRE = Geste(
    "Finir d’inscrire une demande reçue autrement", "Finir d’inscrire des demandes reçues autrement"
)
AUTRES = ("publier-appel", "prolonger-reservation", "repondre-revision", "recevoir")
ETUDIENT = frozenset(role for geste in (*GESTES, *AUTRES) for role in qualites_du_geste(geste))
LUS = (
    *("geste", "objet", "echeance", "fictif", "nombre", "tardives", "total", "ancienne", "le_lot", "seule"),
    "titre_de_la_seule",
)


def taches(utilisateur):
    """Par geste et par appel, la seule demande ou la liste des mêmes; puis les appels. Le tout en une requête."""
    if not droits_de(utilisateur).roles & ETUDIENT:
        return []
    cibles = CibleDeService.du_moment()
    autres = (_appels(utilisateur), _reservations(utilisateur), _revisions(utilisateur), _recues(utilisateur))
    lus = [dict(zip(LUS, ligne, strict=True)) for ligne in _demandes(utilisateur).union(*autres, all=True)]
    return [_attente(lot, cibles) for lot in _en_lots(lus, cibles)]


def _en_lots(lus, cibles):
    """Les demandes d'un même appel qui attendent le même geste, réunies; le reste tel quel."""
    lots = {}
    for lu in lus:
        if lu["geste"] in AUTRES:
            yield lu
        elif lu["geste"]:
            lots.setdefault((lu["geste"], lu["le_lot"]), []).append(lu)
    for memes in lots.values():
        yield max(memes, key=itemgetter("seule")) | {
            "nombre": len(memes),
            "tardives": sum(_est_tardive(lu, cibles) for lu in memes),
            "total": sum((lu["total"] or ZERO for lu in memes), ZERO),
            "ancienne": min(lu["ancienne"] for lu in memes),
        }


def _est_tardive(lu, cibles):
    pour = pour_quand(lu["geste"], jour_de(lu["ancienne"]), lu["echeance"], cibles)
    return pour is not None and pour < aujourd_hui()


def _demandes(utilisateur):
    """Une ligne par demande : la base ne récrit pas, pour les compter, ce qu'il faut pour trouver leur geste."""
    return (
        qui_attendent(utilisateur)
        .order_by()
        .annotate(
            geste=F("prochain"),
            objet=F("appel__titre"),
            echeance=F("appel__decision_promise_le"),
            fictif=F("appel__montants_fictifs"),
            nombre=Value(1),
            tardives=Value(0),
            total=F("demande"),
            ancienne=F("depuis"),
            le_lot=F("appel"),
            seule=F("pk"),
            titre_de_la_seule=F("titre"),
        )
        .values_list(*LUS)
    )


def _appels(utilisateur):
    """Ceux à qui il ne manque que d'être publiés, avant leur ouverture."""
    prets = AppelProjets.objects.prets_a_publier().filter(ou_peut_sur_l_appel(utilisateur, "publier-appel"))
    prepares = JournalProjets.objects.filter(appel=OuterRef("pk")).order_by("rang").values("inscrite_le")
    return (
        prets.avec_chiffres()
        .order_by()
        .annotate(
            geste=Value("publier-appel"),
            objet=F("titre"),
            echeance=TruncDate("ouvre_le"),
            fictif=F("montants_fictifs"),
            nombre=Value(1),
            tardives=Value(None, output_field=IntegerField()),
            total=F("partage"),
            ancienne=Subquery(prepares[:1]),
            le_lot=F("pk"),
            seule=F("pk"),
            titre_de_la_seule=Value(""),
        )
        .values_list(*LUS)
    )


def _reservations(utilisateur):
    """Les initiatives acceptées dont l'argent n'est plus réservé bien longtemps."""
    finissent = a_rappeler(aujourd_hui()).filter(ou_peut(utilisateur, "prolonger-reservation"))
    prises = Decision.objects.filter(initiative=OuterRef("pk")).order_by("-pk").values("inscrite_le")
    reserve = Affectation.objects.filter(initiative=OuterRef("pk")).order_by().values("initiative")
    return (
        finissent.order_by()
        .annotate(
            geste=Value("prolonger-reservation"),
            objet=F("titre"),
            echeance=F("reservee_jusqu_au"),
            fictif=F("montants_fictifs"),
            nombre=Value(1),
            tardives=Value(None, output_field=IntegerField()),
            total=Subquery(reserve.annotate(total=Sum("montant")).values("total")),
            ancienne=Subquery(prises[:1]),
            le_lot=F("appel"),
            seule=F("pk"),
            titre_de_la_seule=Value(""),
        )
        .values_list(*LUS)
    )


def _revisions(utilisateur):
    """Les refus et les non-admissibilités que leur organisme conteste."""
    contestees = Initiative.objects.filter(revision_demandee__issue="", etat__in=RETOUR)
    return (
        avec_demande(contestees.filter(ou_peut(utilisateur, "repondre-revision")))
        .order_by()
        .annotate(
            geste=Value("repondre-revision"),
            objet=F("titre"),
            echeance=Value(None, output_field=DateField()),
            fictif=F("montants_fictifs"),
            nombre=Value(1),
            tardives=Value(None, output_field=IntegerField()),
            total=F("demande"),
            ancienne=F("revision_demandee__demandee_le"),
            le_lot=F("appel"),
            seule=F("pk"),
            titre_de_la_seule=Value(""),
        )
        .values_list(*LUS)
    )


def _recues(utilisateur):
    """Ce que la Table a reçu autrement, et dont le dépôt n'est pas inscrit."""
    appels = AppelProjets.objects.en_inscription().filter(ou_peut_sur_l_appel(utilisateur, "recevoir"))
    ouvertes = Initiative.objects.filter(etat=Initiative.Etat.BROUILLON, appel__in=appels)
    return (
        avec_demande(ouvertes.exclude(mode_reception=""))
        .order_by()
        .annotate(
            geste=Value("recevoir"),
            objet=F("organisme__nom"),
            echeance=TruncDate("appel__ferme_le"),
            fictif=F("montants_fictifs"),
            nombre=Value(1),
            tardives=Value(None, output_field=IntegerField()),
            total=F("demande"),
            ancienne=F("commencee_le"),
            le_lot=F("appel"),
            seule=F("pk"),
            titre_de_la_seule=Value(""),
        )
        .values_list(*LUS)
    )


def qui_attendent(utilisateur):
    """Les demandes dont le prochain geste revient à cette personne, et celles dont rien n'est à faire encore."""
    permises = siennes = Q(pk__in=())
    for permis, gestes in _par_portee(utilisateur):
        tous = len(gestes) == len(GESTES)  # la base n'a alors pas à trouver le geste deux fois
        permises, siennes = permises | permis, siennes | (permis if tous else Q(permis, prochain__in=gestes))
    # Les permises d'abord : la base ne cherche le prochain geste que de celles-là.
    return avec_demande(avec_prochain_geste(Initiative.objects.a_l_etude().filter(permises))).filter(siennes)


def _par_portee(utilisateur):
    """[(où la personne peut, ces gestes)] : la base n'écrit qu'une fois ce que plusieurs gestes ont en commun."""
    portees = []
    for geste in GESTES:
        permis = ou_peut(utilisateur, geste)
        memes = next((gestes for portee, gestes in portees if portee == permis), None)
        if memes is None:
            portees.append((permis, [geste]))
        else:
            memes.append(geste)
    return portees


def _attente(lot, cibles):
    depuis = jour_de(lot["ancienne"])
    commun = {"depuis": depuis, "montant": lot["total"], "fictif": lot["fictif"], "tardives": lot["tardives"]}
    if lot["geste"] == "publier-appel":
        lien = reverse("projets:appel_publication", args=[lot["seule"]])
        return Attente(PUBLIER, lot["objet"], lien, echeance=lot["echeance"], **commun)
    if lot["geste"] == "prolonger-reservation":
        lien = reverse("projets:reservation_prolongation", args=[lot["seule"]])
        return Attente(PROLONGER, lot["objet"], lien, echeance=lot["echeance"], **commun)
    if lot["geste"] == "recevoir":
        lien = reverse("projets:demande", args=[lot["seule"]])
        return Attente(INSCRIRE, lot["objet"], lien, echeance=lot["echeance"], **commun)
    if lot["geste"] == "repondre-revision":
        return Attente(
            REVISER, lot["objet"], reverse("projets:reponse_a_la_revision", args=[lot["seule"]]), **commun
        )
    return Attente(
        GESTES[lot["geste"]],
        *_objet_et_lien(lot),
        echeance=pour_quand(lot["geste"], depuis, lot["echeance"], cibles),
        nombre=lot["nombre"],
        **commun,
    )


def _objet_et_lien(lot):
    if lot["nombre"] == 1:
        page = reverse(PAGES[lot["geste"]], args=[lot["seule"]])
        return f"{lot['titre_de_la_seule']}, {lot['objet']}", page
    return lot["objet"], f"{reverse('projets:initiatives')}?appel={lot['le_lot']}&prochain={lot['geste']}"
