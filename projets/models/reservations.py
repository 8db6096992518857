"""L'argent réservé qui revient : un désistement, une réservation libérée ou échue; puis la liste d'attente avance.

La suivante est proposée, jamais acceptée seule. Les verrous, toujours dans cet ordre : l'appel, les initiatives par
clé, la convention, la chaîne du journal.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from alliances.models import DemandeDEngagement, Role
from conventions.models import Ecriture
from conventions.models.ecritures import Nature
from projets.models.choix import dessert
from projets.models.file import file_d_attente
from projets.models.initiatives import Initiative
from projets.models.propositions import PropositionDecision, Sens, jauges
from projets.regles.lecture import montage_de
from socle.annonces import suites
from socle.erreurs import TransitionInterdite
from socle.texte.typographie import date_longue
from socle.valeurs.argent import ZERO
from socle.valeurs.horloge import aujourd_hui

Etat = Initiative.Etat
JOURS_DU_RAPPEL = 14
RENDUE = "reservation-rendue"  # ce qui se préparait sur cet argent s'arrête, dans la même transaction
AVANT_LA_REPONSE = (
    "L’organisme ne sait pas encore que son initiative est acceptée\xa0: envoyez d’abord la réponse."
)


def reservees():
    """Acceptées, leur organisme le sait, et l'argent n'est gardé que jusqu'à un jour."""
    return Initiative.objects.filter(etat_annonce=Etat.ACCEPTEE, reservee_jusqu_au__isnull=False)


def finissent(jour):
    """La condition de celles dont la réservation finit bientôt, ou vient de finir sans être libérée."""
    return Q(etat_annonce=Etat.ACCEPTEE, reservee_jusqu_au__lte=jour + timedelta(days=JOURS_DU_RAPPEL))


def a_rappeler(jour):
    return Initiative.objects.filter(finissent(jour))


def echues(jour):
    return reservees().filter(reservee_jusqu_au__lt=jour)


def _acceptee_et_annoncee(initiative):
    return {initiative.etat, initiative.etat_annonce} == {Etat.ACCEPTEE}


def empechements_a_desister(initiative):
    """La réponse reçue : avant elle, l'organisme ne sait pas qu'il est accepté, et la page ne le dit pas."""
    if not _acceptee_et_annoncee(initiative):
        return ["On se désiste d’une initiative acceptée, avant la signature de son protocole."]
    return []


def empechements_a_desister_par(initiative, par):
    """L'organisme n'y renonce que par qui cette Table connaît pour l'engager (docs/adr/0023)."""
    return empechements_a_desister(initiative) or DemandeDEngagement.empechements_a_defaire(
        initiative.organisme, par, initiative.alliance
    )


@transaction.atomic
def desister(initiative, *, par, motif, le=None):
    """L'organisme renonce : ce qui était réservé retourne aux enveloppes, et la liste d'attente peut avancer."""
    initiative = _verrouiller_avec_la_file(initiative)
    _exiger(empechements_a_desister_par(initiative, par), motif)
    return _rendre(initiative, "desister", Etat.DESISTEE, par=par, motif=motif, le=le)


def empechements_a_liberer(initiative):
    if initiative.etat != Etat.ACCEPTEE:
        return ["Seule une initiative acceptée a de l’argent réservé."]
    return [] if _acceptee_et_annoncee(initiative) else [AVANT_LA_REPONSE]


def _sans_accord(initiative, par, resolution):
    """Avant la fin promise à l'organisme, une instance l'a résolu; sans fin, qui signe pour l'Alliance en répond."""
    fin = initiative.reservee_jusqu_au
    finie = fin is not None and fin < aujourd_hui()
    if par is None or resolution or finie:
        return []
    if fin is None and Role.SIGNATURE in initiative.alliance.roles_de(par):
        return []
    return ["La réservation n’est pas finie\xa0: inscrivez le numéro de la résolution qui la libère."]


@transaction.atomic
def liberer_la_reservation(initiative, *, par, motif, resolution="", le=None):
    """La Table reprend ce qui était réservé, avec un motif; le service aussi (`par` vide), le délai passé."""
    initiative, resolution = _verrouiller_avec_la_file(initiative), resolution.strip()
    _exiger(empechements_a_liberer(initiative) or _sans_accord(initiative, par, resolution), motif)
    if resolution:
        motif = f"Résolution {resolution}\xa0: {motif.strip()}"
    return _rendre(initiative, "liberer-reservation", Etat.LIBEREE, par=par, motif=motif, le=le)


def de_ces_promesses(references):
    """Les initiatives dont le grand livre nomme ainsi l'argent."""
    reservations = Ecriture.objects.filter(nature=Nature.RESERVATION, reference__in=references)
    return Initiative.objects.filter(decisions__mouvement__in=reservations.values("mouvement"))


def verrouiller_celles(references, **_):
    """La convention va se résilier : ses initiatives se tiennent par clé, avant elle."""
    list(de_ces_promesses(references).order_by("pk").select_for_update(of=("self",)))


def rendre_a_la_resiliation(references, *, par):
    """Retourne celles dont la convention résiliée vient de reprendre tout l'argent : rien ne leur est plus réservé."""
    acceptees = de_ces_promesses(references).filter(etat=Etat.ACCEPTEE).order_by("pk")
    rendues = list(acceptees.select_for_update(of=("self",)).select_related("alliance", "appel", "organisme"))
    for initiative in rendues:
        initiative.etat, initiative.reservee_jusqu_au = Etat.LIBEREE, None
        initiative.save()
        initiative.noter("liberer-reservation", par=par, motif="La convention de l’Alliance est résiliée.")
        suites.jouer(RENDUE, initiative, par=par)
    return rendues


@transaction.atomic
def liberer_l_echue(initiative, jour):
    """Le délai est passé : le service libère. Prolongée entre-temps, elle reste; rend l'initiative ou `None`."""
    fin = _verrouiller_avec_la_file(initiative).reservee_jusqu_au
    if fin is None or fin >= jour:
        return None
    motif = f"La réservation a pris fin le {date_longue(fin)}, sans protocole signé."
    return liberer_la_reservation(initiative, par=None, motif=motif)


def empechements_a_prolonger(initiative):
    if initiative.etat != Etat.ACCEPTEE:
        return ["Seule une initiative acceptée a de l’argent réservé."]
    if initiative.reservee_jusqu_au is None:
        return ["Cette réservation n’a pas de fin\xa0: il n’y a rien à prolonger."]
    return []


@transaction.atomic
def prolonger_la_reservation(initiative, *, par, jusqu_au, motif, le=None):
    """L'argent reste réservé plus longtemps, avec un motif; une fin ne s'avance pas."""
    initiative = initiative.verrouiller_avec_l_appel()
    refus = empechements_a_prolonger(initiative) or list(_fautes(initiative, jusqu_au, motif))
    if refus:
        raise TransitionInterdite(refus)
    avant, initiative.reservee_jusqu_au = initiative.reservee_jusqu_au, jusqu_au
    initiative.save()
    initiative.noter(
        "prolonger-reservation",
        par=par,
        le=le,
        public=_acceptee_et_annoncee(initiative),
        motif=motif.strip(),
        avant={"jusqu’au": str(avant)},
        apres={"jusqu’au": str(jusqu_au)},
    )
    return initiative


def _fautes(initiative, jusqu_au, motif):
    if not motif.strip():
        yield "Écrivez le motif."
    if jusqu_au <= initiative.reservee_jusqu_au:
        yield f"La nouvelle fin suit celle d’aujourd’hui, le {date_longue(initiative.reservee_jusqu_au)}."
    elif jusqu_au < aujourd_hui():
        yield "La nouvelle fin n’est pas passée."
    yield from initiative.hors_du_cycle(jusqu_au=jusqu_au).values()


def _exiger(empechements, motif):
    if refus := empechements or ([] if motif.strip() else ["Écrivez le motif."]):
        raise TransitionInterdite(refus)


def _rendre(initiative, geste, etat, *, par, motif, le):
    """L'argent retourne aux enveloppes, l'état le dit; la `suivante` est la proposition qu'il permet, ou rien."""
    le = le or timezone.now()
    reservees = list(Ecriture.objects.du_mouvement(initiative.decisions.first().mouvement))
    Ecriture.passer(
        reservees[0].convention,
        [(e.enveloppe, e.compte, -e.montant) for e in reservees],
        nature=Nature.LIBERATION,
        par=par,
        objet=reservees[0].objet,  # la même promesse : la résiliation les rapproche ainsi
        reference=reservees[0].reference,
        motif=f"{initiative.numero}, {initiative}\xa0: {motif.strip()}",
    )
    initiative.etat, initiative.reservee_jusqu_au = etat, None
    initiative.save()
    initiative.eteindre_la_proposition()
    initiative.noter(geste, par=par, le=le, motif=motif.strip())
    suites.jouer(RENDUE, initiative, par=par)
    initiative.suivante = _proposer_la_suivante(initiative.appel, {e.enveloppe_id for e in reservees}, le=le)
    initiative.appel.suivre_ses_demandes(par=par, le=le)
    return initiative


def _verrouiller_avec_la_file(initiative):
    """L'appel, puis cette initiative et celles qui attendent, par clé : la suivante ne se décide pas entre-temps."""
    initiative.appel.verrouiller()
    concernees = Q(pk=initiative.pk) | Q(appel=initiative.appel_id, etat=Etat.EN_ATTENTE)
    list(Initiative.objects.filter(concernees).order_by("pk").select_for_update(of=("self",)))
    return initiative.verrouiller()


def _proposer_la_suivante(appel, enveloppes, *, le):
    """La première de la file que personne ne propose encore et que l'argent revenu peut servir; ou rien."""
    libres = [(e, reste) for e, _, _, reste in jauges(appel) if e.pk in enveloppes and reste > 0]
    for suivante in (
        file_d_attente(appel).filter(proposition__isnull=True).select_related("appel", "alliance")
    ):
        siens = [(enveloppe, libre) for enveloppe, libre in libres if dessert(enveloppe, suivante)]
        if montants := ce_que_prendrait(suivante, siens):
            return _proposer(suivante, montants, le=le)
    return None


def ce_que_prendrait(initiative, libres):
    """{enveloppe: dollars}, jusqu'à ce qu'elle demande chaque exercice; rien sous le plancher de l'appel."""
    montage, montants = montage_de(initiative, depenses=()), {}
    restes = {exercice.an: montage.demande_de(exercice.an) for exercice in initiative.exercices}
    for enveloppe, libre in libres:
        if (pris := min(libre, restes.get(enveloppe.an, ZERO))) > 0:
            montants[enveloppe] = pris
            restes[enveloppe.an] -= pris
    au_moins = min(initiative.appel.plancher or ZERO, montage.demande)
    return montants if sum(montants.values()) >= au_moins else {}


def _proposer(initiative, montants, *, le):
    proposition = PropositionDecision.objects.create(
        initiative=initiative, sens=Sens.ACCEPTEE, modifiee_le=le
    )
    for enveloppe, montant in montants.items():
        proposition.montants.create(enveloppe=enveloppe, montant=montant)
    apres = {"sens": proposition.get_sens_display(), "d’où": "De l’argent est revenu à la liste d’attente."}
    initiative.noter("proposer-decision", par=None, le=le, public=False, apres=apres)
    return proposition
