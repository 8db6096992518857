"""Les dépenses de la Table : la liste, une dépense, la saisir seule ou par mois, la contrepasser."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from conventions.forms.depenses import DepenseForm, FiltresDesDepenses, MoisForm
from conventions.models import Depense, PieceDepense
from conventions.permissions import enveloppes_permises, peut
from conventions.views.gestes import convention_visible
from conventions.views.sorties import PagesDeSortie, TableauDesSorties, reperes_de_la_liste
from socle.pages.colonnes import ColonneLien, ColonneTexte
from socle.pages.gestes import donnees_de, envoye, page_de_geste
from socle.pages.pieces import telechargement
from socle.texte.typographie import date_courte

PAGES = PagesDeSortie(Depense)
LISTE, PAGE = PAGES.adresse("s"), PAGES.adresse()
piece, jonction, contrepassation = telechargement(PieceDepense), PAGES.jonction, PAGES.contrepassation


class TableauDesDepenses(TableauDesSorties):
    legende, denombre = "Dépenses", "dépense"
    vide = "Ce que la Table dépense de ses enveloppes de coordination et de participation paraît ici."

    date = ColonneLien(
        "Date", lambda s: date_courte(s.faite_le), vers=PAGE, precision="reference", tri="faite_le"
    )
    poste = ColonneTexte(accessor="poste_en_mots", tri="poste")
    objet = ColonneTexte("Fournisseur ou objet")

    class Meta:
        sequence = ("date", "enveloppe", "poste", "objet", "...")


@require_safe
def liste(request, pk):
    return PAGES.liste(request, pk, TableauDesDepenses, FiltresDesDepenses)


def depensables(utilisateur, convention):
    """Les enveloppes d'un exercice ouvert où la personne inscrit des dépenses."""
    return list(filter(Depense.admet, enveloppes_permises(utilisateur, "depenser", convention)))


def ajout(request, pk):
    convention = convention_visible(request, pk)
    enveloppes = depensables(request.user, convention)
    donnees, fichiers = envoye(request)
    return page_de_geste(
        request,
        Depense.inscrire_avec_piece,
        refus=peut(request.user, "depenser", convention),
        form=DepenseForm(
            donnees, fichiers, enveloppes=enveloppes, initial={"enveloppe": request.GET.get("enveloppe")}
        ),
        gabarit="conventions/depenses/ajout.html",
        libelle="Inscrire la dépense",
        fait=lambda depense: f"La dépense {depense.reference} est inscrite.",
        empechements=Depense.empechements_a_inscrire(convention, enveloppes),
        titre="Inscrire une dépense",
        ici="Inscrire une dépense",
        empeche="Aucune dépense ne s’inscrit",
        **reperes_de_la_liste(convention, LISTE, "Dépenses"),
    )


def mois(request, pk):
    """Un mois d'un coup, un montant par poste."""
    convention = convention_visible(request, pk)
    enveloppes = depensables(request.user, convention)
    return page_de_geste(
        request,
        Depense.inscrire_en_lot,
        refus=peut(request.user, "depenser", convention),
        form=MoisForm(donnees_de(request), enveloppes=enveloppes),
        gabarit="conventions/depenses/mois.html",
        libelle="Inscrire le mois",
        fait=lambda lignes: f"Les dépenses du mois sont inscrites\u00a0: {len(lignes)}.",
        empechements=Depense.empechements_a_inscrire(convention, enveloppes),
        titre="Inscrire les dépenses d’un mois",
        ici="Un mois",
        empeche="Aucune dépense ne s’inscrit",
        **reperes_de_la_liste(convention, LISTE, "Dépenses"),
    )


@require_safe
def depense(request, pk):
    """Une dépense, sa ligne au grand livre, ses pièces, ce qui l'a contrepassée."""
    return render(
        request, "conventions/depenses/depense.html", PAGES.fiche(request, PAGES.trouver(request, pk))
    )
