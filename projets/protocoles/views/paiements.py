"""Les versements faits aux organismes : la liste, un versement, sa preuve, son contraire par une autre personne."""

from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from conventions.views.sorties import TableauDesSorties
from projets.protocoles.forms.versements import FiltresDesPaiements
from projets.protocoles.models import Paiement, PiecePaiement
from projets.protocoles.notifications.versements import annoncer_la_contrepassation
from projets.protocoles.views.mouvements import PagesDeMouvement
from socle.pages.colonnes import ColonneLien, ColonneTexte
from socle.pages.pieces import telechargement
from socle.texte.typographie import date_courte

PAGES = PagesDeMouvement(Paiement, annoncer_la_contrepassation)
piece, jonction, contrepassation = telechargement(PiecePaiement), PAGES.jonction, PAGES.contrepassation


class TableauDesPaiements(TableauDesSorties):
    legende, denombre, feminin = "Versements faits aux organismes", "versement", False
    vide = "Ce que les finances versent aux organismes paraît ici."

    date = ColonneLien(
        "Date", lambda p: date_courte(p.faite_le), vers=PAGES.adresse(), precision="reference", tri="faite_le"
    )
    organisme = ColonneTexte("Organisme", "nom_fige", tri="nom_fige")
    initiative = ColonneLien(
        "Initiative",
        "protocole__initiative__numero",
        vers="protocoles:etat_des_versements",
        cle=lambda p: p.protocole.pk,
        suite=lambda p: format_html('<small class="precision">{}</small>', p.protocole.initiative),
    )
    neq = ColonneTexte("NEQ", "neq_fige", cachee=True)
    fournisseur = ColonneTexte("N° de fournisseur", "fournisseur_fige", cachee=True)

    class Meta:
        sequence = ("date", "organisme", "initiative", "enveloppe", "...")


@require_safe
def liste(request, pk):
    return PAGES.liste(request, pk, TableauDesPaiements, FiltresDesPaiements)


@require_safe
def paiement(request, pk):
    """Un versement, sa ligne au grand livre, ses pièces, ce qui l'a contrepassé."""
    paiement = PAGES.trouver(request, pk)
    return render(request, "protocoles/paiements/paiement.html", PAGES.fiche(request, paiement))
