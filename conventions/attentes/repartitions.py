"""L'exercice en cours, que la Table n'a pas encore réparti."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from alliances.models import Role
from alliances.models.mandats import alliances_vues, droits_de
from conventions.models import Convention, Enveloppe, ExerciceConvention, Repartition
from conventions.models.roles import ROLES
from socle.annonces.attentes import Attente
from socle.valeurs.argent import en_dollars
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui

REPARTISSENT = frozenset(ROLES["repartir"])
ADOPTENT = frozenset((Role.SIGNATURE,))  # la coordination prépare et adopte : elle n'a qu'une ligne
LUS = (
    "an",
    "montant",
    "convention",
    "convention__signee_le",
    "convention__numero",
    "convention__alliance__nom",
)


def taches(utilisateur):
    """Ce que cette personne a à répartir, ou à adopter une fois préparé; une requête."""
    if not droits_de(utilisateur).roles & (REPARTISSENT | ADOPTENT):
        return []
    an, siens = Exercice.de(aujourd_hui()).an, {"convention": OuterRef("convention"), "an": OuterRef("an")}
    prepare = Exists(Repartition.objects.filter(**siens, etat=Repartition.Etat.BROUILLON))
    exercices = ExerciceConvention.objects.filter(
        alliances_vues(utilisateur, REPARTISSENT, "convention__alliance")
        | (alliances_vues(utilisateur, ADOPTENT, "convention__alliance") & Q(prepare)),
        ~Exists(Repartition.objects.filter(**siens, etat=Repartition.Etat.ADOPTEE)),
        Exists(Enveloppe.objects.filter(**siens)),
        an=an,
        montant__gt=0,
        clos_le=None,
        convention__etat=Convention.Etat.SIGNEE,
    )
    return [
        _attente(ligne) for ligne in exercices.annotate(prepare=prepare).order_by().values(*LUS, "prepare")
    ]


def _attente(ligne):
    exercice = Exercice(ligne["an"])
    enveloppes = reverse("conventions:enveloppes", args=[ligne["convention"]])
    nom, numero = ligne["convention__alliance__nom"], ligne["convention__numero"]
    return Attente(
        titre="Adopter la répartition de l’exercice" if ligne["prepare"] else "Répartir l’exercice en cours",
        objet=f"{nom}, Convention {numero}, {exercice}, {en_dollars(ligne['montant'])}",
        lien=f"{enveloppes}?exercice={ligne['an']}",
        depuis=max(exercice.debut, ligne["convention__signee_le"]),
        commencee=ligne["prepare"],
    )
