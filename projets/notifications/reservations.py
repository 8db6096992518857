"""Annoncer ce qui arrive à l'argent réservé : il finit bientôt, se prolonge, revient; et qui est la suivante."""

from django.db import transaction

from alliances.notifications import Evenement
from projets.models.reservations import (
    a_rappeler,
    echues,
    liberer_l_echue,
    rendre_a_la_resiliation,
)
from projets.notifications.demandes import annoncer_a_qui_choisit, annoncer_de_la_demande
from socle.erreurs import ErreurDuDomaine
from socle.texte.typographie import date_longue

DESISTEMENT = Evenement(
    "Désistement",
    "L’argent réservé à cette initiative est retourné aux enveloppes. Sa page dit pourquoi.",
    legal=True,
)
LIBERATION = Evenement(
    "Réservation libérée",
    "L’argent réservé à cette initiative est retourné aux enveloppes. Sa page dit pourquoi.",
    legal=True,
)
PROLONGATION = Evenement(
    "Réservation prolongée", "La page de l’initiative dit jusqu’à quand, et pourquoi.", legal=True
)
SUITE = (
    "De l’argent est revenu à l’appel, et cette initiative est la suivante de la liste d’attente. Elle est "
    "proposée à la séance\xa0: rien n’est décidé tant qu’une résolution ne l’adopte pas."
)
ECHOUEE = "Sa réservation est finie, et l’argent n’a pas pu retourner aux enveloppes\xa0: libérez-le ou prolongez-la."


def annoncer_le_desistement(initiative, *, par):
    return _annoncer_le_retour(initiative, DESISTEMENT, "desistement", par=par)


def annoncer_la_liberation(initiative, *, par):
    return _annoncer_le_retour(initiative, LIBERATION, "liberation", par=par)


def suivre_la_resiliation(*, references, par, **_):
    for initiative in rendre_a_la_resiliation(references, par=par):
        annoncer_la_liberation(initiative, par=par)


def annoncer_la_prolongation(initiative, *, par):
    """L'organisme aussi, s'il sait déjà que son initiative est acceptée."""
    code, sait = f"prolongation-{initiative.reservee_jusqu_au}", initiative.etat_annonce == initiative.etat
    return annoncer_de_la_demande(initiative, PROLONGATION, code, par=par, organisme=sait)


def _annoncer_le_retour(initiative, dit, code, *, par):
    decision = initiative.decisions.first()
    annoncer_de_la_demande(initiative, dit, f"{code}-{decision.pk}", par=par)
    if proposition := getattr(initiative, "suivante", None):
        annoncer_a_qui_choisit(
            proposition.initiative, "Liste d’attente\xa0: la suivante", SUITE, f"suivante-{proposition.pk}"
        )


def suivre_les_reservations(jour):
    """Rappelle celles qui finissent bientôt, libère celles qui sont finies : ([rappelées], [libérées], [retenues])."""
    rappelees = [i for i in _lues(a_rappeler(jour)) if _rappeler(i, jour)]
    liberees, retenues = [], []
    for initiative in _lues(echues(jour)):
        try:
            with transaction.atomic():
                if liberee := liberer_l_echue(initiative, jour):
                    annoncer_la_liberation(liberee, par=None)
                    liberees.append(liberee)
        except ErreurDuDomaine:
            code = f"retenue-{initiative.reservee_jusqu_au}"
            annoncer_a_qui_choisit(initiative, "Réservation finie, argent retenu", ECHOUEE, code)
            retenues.append(initiative)
    return rappelees, liberees, retenues


def _lues(initiatives):
    return list(initiatives.select_related("alliance", "appel", "organisme").order_by("appel", "pk"))


def _rappeler(initiative, jour):
    """Une fois par fin; à la Table et à l'organisme. Ce qui est déjà fini s'annonce autrement."""
    fin = initiative.reservee_jusqu_au
    if fin < jour:
        return []
    dit = Evenement(
        "Réservation qui finit bientôt",
        f"L’argent reste réservé jusqu’au {date_longue(fin)}, ce jour compris, en attendant le protocole signé. Sans "
        "protocole ni prolongation, il retourne ensuite aux enveloppes.",
        legal=True,
    )
    return annoncer_de_la_demande(initiative, dit, f"rappel-{fin}", par=None)
