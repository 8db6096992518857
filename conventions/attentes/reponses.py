"""Ce qu'on attend de qui décide des enveloppes : répondre à un transfert, à une annulation; répartir l'exercice.

Ses lots ont les colonnes de `conventions.attentes.conventions`, qui les lit de la même requête.
"""

from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Cast, TruncDate
from django.urls import reverse

from alliances.models import Role
from alliances.models.mandats import alliances_vues, droits_de
from conventions.models import (
    Convention,
    DemandeAnnulation,
    Enveloppe,
    ExerciceConvention,
    Repartition,
    Transfert,
)
from conventions.models.conventions import SIGNEES
from conventions.models.demandes_annulation import DROITS, DROITS_DE_LA_TABLE
from conventions.models.roles import ROLES
from socle.annonces.attentes import Attente, Geste
from socle.valeurs.argent import MontantField
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui

Nature = DemandeAnnulation.Nature
TRANSFERT, REPARTIR, ADOPTER = "un transfert", "répartir", "adopter"
REPARTISSENT = frozenset(ROLES["repartir"])
ADOPTENT = frozenset({Role.SIGNATURE})  # la coordination prépare et adopte : elle n'a qu'une ligne
REPONDENT = frozenset(ROLES["approuver-transfert"])
REPONSES = {nature: frozenset(ROLES[DROITS.get(nature, DROITS_DE_LA_TABLE)[1]]) for nature in Nature}
GESTES = {
    TRANSFERT: Geste("Répondre à une demande de transfert", "Répondre aux demandes de transfert"),
    Nature.REOUVERTURE: Geste(
        "Répondre à une demande de réouverture", "Répondre aux demandes de réouverture"
    ),
    REPARTIR: Geste("Répartir l’exercice en cours", "Répartir les exercices en cours"),
    ADOPTER: Geste("Adopter la répartition de l’exercice", "Adopter les répartitions de l’exercice"),
}
ANNULER = Geste("Répondre à une demande d’annulation", "Répondre aux demandes d’annulation")
DE_LA_CONVENTION = ("convention__montants_fictifs", "convention__numero", "convention__alliance__nom")


def _lire(demandes, *lues):
    return demandes.order_by().values_list(*lues, *DE_LA_CONVENTION)


DEMANDEE = TruncDate("demandee_le")
TRANSFERTS = _lire(
    Transfert.objects.en_attente().filter(convention__etat=Convention.Etat.SIGNEE),
    *(Value(TRANSFERT), "pk", "montant", Value(""), DEMANDEE),
)
ANNULATIONS = _lire(
    DemandeAnnulation.objects.en_attente().filter(convention__etat__in=SIGNEES),
    *("nature", "pk", Value(0, output_field=MontantField()), "objet", DEMANDEE),
)
SIENS = {"convention": OuterRef("convention"), "an": OuterRef("an")}
PREPAREE = Exists(Repartition.objects.filter(**SIENS, etat=Repartition.Etat.BROUILLON))
REPARTITIONS = _lire(
    ExerciceConvention.objects.filter(
        ~Exists(Repartition.objects.filter(**SIENS, etat=Repartition.Etat.ADOPTEE)),
        Exists(Enveloppe.objects.filter(**SIENS)),
        montant__gt=0,
        clos_le=None,
        convention__etat=Convention.Etat.SIGNEE,
    ),
    Case(When(PREPAREE, then=Value(ADOPTER)), default=Value(REPARTIR), output_field=CharField()),
    *("convention", "montant", Cast("an", CharField()), "convention__signee_le"),
)


def lots(utilisateur):
    """Les demandes auxquelles cette personne peut répondre, sauf les siennes; ce qu'elle a à répartir ou à adopter."""
    roles = droits_de(utilisateur).roles
    if roles & REPONDENT:
        yield _transferts(utilisateur)
    for repondent in set(REPONSES.values()):
        if roles & repondent:
            yield _annulations(utilisateur, repondent)
    if roles & (REPARTISSENT | ADOPTENT):
        yield _repartitions(utilisateur)


def _transferts(utilisateur):
    siens = TRANSFERTS.filter(alliances_vues(utilisateur, REPONDENT, "convention__alliance"))
    return siens.exclude(demandee_par=utilisateur.pk)


def _annulations(utilisateur, repondent):
    siennes = ANNULATIONS.filter(
        alliances_vues(utilisateur, repondent, "convention__alliance"),
        nature__in=[nature for nature, roles in REPONSES.items() if roles == repondent],
    )
    return siennes.exclude(demandee_par=utilisateur.pk)


def _repartitions(utilisateur):
    """L'exercice en cours, que la Table n'a pas encore réparti."""
    siens = alliances_vues(utilisateur, REPARTISSENT, "convention__alliance")
    siens |= alliances_vues(utilisateur, ADOPTENT, "convention__alliance") & Q(PREPAREE)
    return REPARTITIONS.filter(siens, an=Exercice.de(aujourd_hui()).an)


def attente(sorte, cle, somme, dit, depuis, fictif, numero, nom):
    objet, geste = f"{nom}, Convention {numero}", GESTES.get(sorte, ANNULER)
    argent = {"montant": somme or None, "fictif": bool(fictif and somme)}
    if sorte in (REPARTIR, ADOPTER):
        exercice, commencee = Exercice(int(dit)), sorte == ADOPTER
        lien = f"{reverse('conventions:enveloppes', args=[cle])}?exercice={dit}"
        depuis = max(depuis, exercice.debut)
        return Attente(geste, f"{objet}, {exercice}", lien, depuis, commencee=commencee, **argent)
    lien = reverse(f"conventions:{'transfert' if sorte == TRANSFERT else 'annulation'}", args=[cle])
    return Attente(geste, f"{objet}, {dit}" if dit else objet, lien, depuis, **argent)
