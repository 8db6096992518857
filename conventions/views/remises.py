"""Les remises aux territoires qui gèrent leur part : la liste, une remise, la faire, la recevoir, la contrepasser."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from conventions.forms.depenses import FiltresDesSorties, ReceptionForm, RemiseForm
from conventions.models import PieceRemise, Remise
from conventions.notifications.remises import annoncer_remise
from conventions.permissions import enveloppes_permises, peut, peut_sur_l_enveloppe
from conventions.views.gestes import convention_visible
from conventions.views.sorties import PagesDeSortie, TableauDesSorties, reperes_de_la_liste
from socle.pages.colonnes import ColonneJour, ColonneLien
from socle.pages.gestes import donnees_de, page_de_geste
from socle.pages.pieces import telechargement
from socle.texte.typographie import date_courte

PAGES = PagesDeSortie(Remise, annoncer_remise)
LISTE, PAGE = PAGES.adresse("s"), PAGES.adresse()
piece, jonction, contrepassation = telechargement(PieceRemise), PAGES.jonction, PAGES.contrepassation


class TableauDesRemises(TableauDesSorties):
    legende, denombre = "Remises", "remise"
    vide = "Ce que le fiduciaire remet aux territoires qui gèrent leur part paraît ici."

    date = ColonneLien(
        "Date", lambda s: date_courte(s.faite_le), vers=PAGE, precision="reference", tri="faite_le"
    )
    recue = ColonneJour("Reçue le", "recue__recue_le", vide="Pas encore confirmée")

    class Meta:
        sequence = ("date", "enveloppe", "...")


@require_safe
def liste(request, pk):
    return PAGES.liste(request, pk, TableauDesRemises, FiltresDesSorties)


def ajout(request, pk):
    convention = convention_visible(request, pk)
    parts = list(filter(Remise.admet, enveloppes_permises(request.user, "remettre", convention)))
    return page_de_geste(
        request,
        Remise.inscrire,
        refus=peut(request.user, "remettre", convention),
        form=RemiseForm(
            donnees_de(request), enveloppes=parts, initial={"enveloppe": request.GET.get("enveloppe")}
        ),
        gabarit="conventions/remises/ajout.html",
        libelle="Inscrire la remise",
        fait="La remise est inscrite. Le territoire peut confirmer l’avoir reçue.",
        empechements=Remise.empechements_a_inscrire(convention, parts),
        ensuite=annoncer_remise,
        titre="Remettre sa part à un territoire",
        ici="Remettre",
        empeche="Rien ne se remet",
        **reperes_de_la_liste(convention, LISTE, "Remises"),
    )


@require_safe
def remise(request, pk):
    """Une remise, sa réception, ce qui l'a contrepassée; ce que la personne peut en faire."""
    remise = PAGES.trouver(request, pk)
    recevoir = peut_sur_l_enveloppe(request.user, "recevoir-remise", remise.enveloppe) is None
    contexte = {"peut_recevoir": recevoir and not remise.empechements_a_recevoir_par(request.user)}
    return render(request, "conventions/remises/remise.html", PAGES.fiche(request, remise) | contexte)


def reception(request, pk):
    remise = PAGES.trouver(request, pk)
    return page_de_geste(
        request,
        remise.recevoir,
        refus=peut_sur_l_enveloppe(request.user, "recevoir-remise", remise.enveloppe),
        form=ReceptionForm(donnees_de(request)),
        gabarit="conventions/remises/reception.html",
        libelle="Confirmer la réception",
        fait="La réception est confirmée.",
        empechements=remise.empechements_a_recevoir_par(request.user),
        ici="Réception",
        **PAGES.reperes(remise),
    )
