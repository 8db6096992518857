"""La position nationale : où en est l'argent de chaque Alliance, par exercice.

Une convention résiliée est réglée : elle ne s'ajoute pas à celle qui la remplace, et se lit en la demandant.
"""

from django.db.models import ExpressionWrapper, F, Q
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from conventions.forms.ecritures import FiltresDeLaPosition
from conventions.models import Convention, ExerciceConvention
from conventions.models.conventions import SIGNEES
from conventions.models.enveloppes import Solde
from conventions.models.gardiens import COMPTES, EMPLOIS
from conventions.permissions import peut_voir_la_position
from conventions.views.fictifs import colonne_fictif, fictif
from socle.acces import exiger
from socle.pages.colonnes import ColonneLien, ColonneMontant, ColonneTexte
from socle.pages.listes import Tableau, page_de_liste
from socle.texte.typographie import argent
from socle.valeurs.argent import MontantField, somme
from socle.valeurs.exercice import Exercice

LUS = ("numero", "alliance__nom", "montants_fictifs")


class ColonneDuCompte(ColonneMontant):
    """Une somme; elle mène à ses lignes, dans le grand livre de la convention."""

    def __init__(self, libelle, compte, **options):
        super().__init__(libelle, f"total_{compte}", tri=f"total_{compte}", total=True, **options)
        self.compte = compte

    def render(self, value, record):
        if not value:
            return argent(value)
        exercice = f"exercice={record.an}&" if record.an else ""
        livre = reverse("conventions:grand_livre", args=[record.pk])
        return format_html('<a href="{}?{}compte={}">{}</a>', livre, exercice, self.compte, argent(value))


class ColonneDesDepenses(ColonneDuCompte):
    """Elle mène aux dépenses elles-mêmes, dont le total est celui du compte."""

    def render(self, value, record):
        if not value:
            return argent(value)
        exercice = f"?exercice={record.an}" if record.an else ""
        liste = reverse("conventions:depenses", args=[record.pk])
        return format_html('<a href="{}{}">{}</a>', liste, exercice, argent(value))


class TableauDeLaPosition(Tableau):
    legende, fichier = "Position des enveloppes", "position-des-enveloppes"
    denombre, aucun, tri = "convention", "Aucune convention signée", "alliance"
    vide = "La position se lit dès qu’une convention est en vigueur."

    alliance = ColonneLien(
        accessor="alliance__nom",
        vers="conventions:enveloppes",
        tri="alliance__slug",
        suite=lambda c: format_html('<small class="precision">{}</small>', c.numero),
    )
    convention = ColonneTexte(accessor="numero", cachee=True)
    exercice = ColonneTexte(accessor=lambda c: str(Exercice(c.an)) if c.an else "Tous", cachee=True)
    convenu = ColonneDuCompte("Convenu", "convenu", suite=fictif)
    recu = ColonneDuCompte("Reçu", "recu")
    recupere = ColonneDuCompte("Récupéré", "recupere", cachee=True)
    annule = ColonneDuCompte("Annulé", "annule", cachee=True)
    alloue = ColonneDuCompte("Alloué", "alloue")
    reserve = ColonneDuCompte("Réservé", "reserve")
    engage = ColonneDuCompte("Engagé", "engage")
    verse = ColonneDuCompte("Versé", "verse")
    depense = ColonneDesDepenses("Dépensé", "depense")
    remis = ColonneDuCompte("Remis", "remis", cachee=True)
    disponible = ColonneDuCompte("Disponible", "disponible")
    fictifs = colonne_fictif("montants_fictifs")

    def lire(self, conventions):
        return avec_position(conventions.select_related("alliance"), self.filtres.an).only(*LUS)

    def preparer(self, conventions):
        for convention in conventions:
            convention.an = self.filtres.an
        return conventions

    def totaliser(self, conventions):
        return {"": conventions.count()} | sommes_de(soldes_des(conventions, self.filtres.an))


@require_safe
def position(request):
    """Une rangée par convention signée."""
    exiger(peut_voir_la_position(request.user))
    etat = request.GET.get("etat")
    voulus = [etat] if etat in SIGNEES else [e for e in SIGNEES if e != Convention.Etat.RESILIEE]
    conventions = Convention.objects.visibles_par(request.user).filter(etat__in=voulus)
    ans = ExerciceConvention.objects.filter(convention__in=conventions).order_by("an")
    return page_de_liste(
        request,
        TableauDeLaPosition,
        FiltresDeLaPosition,
        conventions,
        gabarit="conventions/ecritures/position.html",
        choix={
            "etat": [(e, e.label) for e in SIGNEES],
            "exercice": [(an, str(Exercice(an))) for an in ans.values_list("an", flat=True).distinct()],
        },
    )


def avec_position(conventions, an=None):
    """Chaque convention et ses sommes, d'une seule requête quel que soit leur nombre."""
    de_l_exercice = Q(enveloppes__an=an) if an else None
    sommes = {f"total_{nom}": somme(f"enveloppes__solde__{nom}", filtre=de_l_exercice) for nom in COMPTES}
    conventions = conventions.annotate(**sommes)
    disponible = F("total_alloue") - sum((F(f"total_{nom}") for nom in EMPLOIS[1:]), F("total_reserve"))
    return conventions.annotate(
        total_disponible=ExpressionWrapper(disponible, output_field=MontantField(negatif=True))
    )


def sommes_de(soldes):
    """{compte : dollars} de ces soldes; une requête."""
    sommes = soldes.aggregate(**{nom: somme(nom) for nom in COMPTES})
    return sommes | {"disponible": sommes["alloue"] - sum(sommes[nom] for nom in EMPLOIS)}


def soldes_des(conventions, an=None):
    """Les soldes de toutes leurs enveloppes, celles d'un exercice ou de tous."""
    soldes = Solde.objects.filter(enveloppe__convention__in=conventions.order_by().values("pk"))
    return soldes.filter(enveloppe__an=an) if an else soldes
