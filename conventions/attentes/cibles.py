"""À qui le tour, depuis quand, pour quand : les étapes d'un versement et d'une obligation, et toutes les cibles."""

from datetime import datetime, time, timedelta

from django.db.models import Case, DateTimeField, ExpressionWrapper, F, Q, Value, When
from django.utils.timezone import make_aware

from conventions.models import Convention
from conventions.models.echeances import SE_PAIENT
from socle.valeurs.delais import PASSEE, Delai, delai
from socle.valeurs.horloge import aujourd_hui, jour_de

CIBLES = {  # étape → (libellé, jours d'origine)
    "versement-recommander": ("Recommander un versement libéré", 10),
    "versement-autoriser": ("Autoriser un versement recommandé", 10),
    "versement-confirmer": ("Faire et confirmer un versement autorisé", 10),
    "versement-reprendre": ("Revoir un versement suspendu", None),
    "obligation-accepter": ("Accepter un document reçu", 30),
    "remise-confirmer": ("Confirmer la réception d’une remise", 10),
}
MINISTERE, SERVICES_QUEBEC = "Ministère", "Services Québec"
ETAPES = {  # état d'un versement → (étape, champ qui dit depuis quand, à qui le tour)
    "liberee": ("versement-recommander", "liberee_le", SERVICES_QUEBEC),
    "recommandee": ("versement-autoriser", "recommandee_le", MINISTERE),
    "autorisee": ("versement-confirmer", "autorisee_le", "Finances du Ministère"),
    "suspendue": ("versement-reprendre", "suspendue_le", MINISTERE),
}


def tour_de(versement):
    """À qui est le tour; vide si rien n'attend personne. Pour une ligne de `a_montrer`."""
    if not _attend(versement):
        return ""
    tour = ETAPES[versement.etat][2]
    return MINISTERE if tour == SERVICES_QUEBEC and versement.sans_region else tour


def delai_de(versement, cibles):
    """Depuis quand l'étape d'un versement attend, et pour quand; `None` si rien n'attend."""
    if not _attend(versement):
        return None
    etape, champ, _ = ETAPES[versement.etat]
    return delai(en_jour(getattr(versement, champ)), cibles[etape], aujourd_hui())


def _attend(versement):
    if versement.etat not in ETAPES:
        return False
    return versement.est_de_reglement or versement.convention.etat == Convention.Etat.SIGNEE


def pour_quand(cibles):
    """L'instant avant lequel l'étape d'un versement devrait être faite, pour trier; vide sans cible."""
    cas = [
        When(
            SE_PAIENT,
            etat=etat,
            then=ExpressionWrapper(
                F(champ) + Value(timedelta(days=cibles[etape])), output_field=DateTimeField()
            ),
        )
        for etat, (etape, champ, _) in ETAPES.items()
        if cibles[etape] is not None
    ]
    return Case(*cas, output_field=DateTimeField())


def en_retard(cibles):
    """La condition « l'étape de ce versement est en retard », la même que `Delai.est_en_retard`."""
    jour, retards = aujourd_hui(), Q(pk__in=())
    for etat, (etape, champ, _) in ETAPES.items():
        if cibles[etape] is not None:
            limite = jour - timedelta(days=cibles[etape])
            minuit = limite if champ == "liberee_le" else make_aware(datetime.combine(limite, time.min))
            retards |= Q(**{"etat": etat, f"{champ}__{PASSEE}": minuit})
    return SE_PAIENT & retards


def delai_d_obligation(obligation, cibles):
    """À rendre pour son échéance; reçue, à accepter dans la cible; `None` si rien n'attend."""
    if obligation.annulee_le or obligation.acceptee_le or obligation.convention.est_fermee:
        return None
    if obligation.recue_le:
        return delai(obligation.recue_le, cibles["obligation-accepter"], aujourd_hui())
    if obligation.faite_le:
        return None
    return Delai(obligation.convention.signee_le, obligation.echeance, aujourd_hui())


def tour_d_obligation(obligation):
    if obligation.annulee_le or obligation.acceptee_le or obligation.convention.est_fermee:
        return ""
    if obligation.recue_le:
        return MINISTERE if obligation.sans_region else SERVICES_QUEBEC
    return "" if obligation.faite_le else "Alliance"


def en_jour(moment):
    return jour_de(moment) if hasattr(moment, "hour") else moment
