"""Les remises aux territoires qui gèrent leur part : la liste, une remise, la faire, la recevoir, la contrepasser."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from conventions.forms.depenses import FiltresDesSorties, ReceptionForm, RemiseForm, choix_d_enveloppes
from conventions.forms.enveloppes import RaisonForm
from conventions.models import Remise
from conventions.notifications.remises import annoncer_remise
from conventions.permissions import enveloppes_permises, peut, peut_sur_l_enveloppe
from conventions.views.gestes import convention_visible
from conventions.views.sorties import (
    TableauDesSorties,
    enveloppes_de,
    pastille_de,
    reperes_de_la_liste,
    reperes_de_la_sortie,
    sortie_visible,
)
from socle.pages.colonnes import ColonneJour, ColonneLien
from socle.pages.gestes import donnees_de, page_de_geste
from socle.pages.listes import page_de_liste
from socle.texte.typographie import date_courte

LISTE, PAGE = "conventions:remises", "conventions:remise"


class TableauDesRemises(TableauDesSorties):
    legende, denombre = "Remises", "remise"
    vide = "Ce que le fiduciaire remet aux territoires qui gèrent leur part paraît ici."

    date = ColonneLien(
        "Date", lambda s: date_courte(s.faite_le), vers=PAGE, precision="reference", tri="faite_le"
    )
    recue = ColonneJour("Reçue le", "recue__recue_le")

    class Meta:
        sequence = ("date", "enveloppe", "...")


@require_safe
def liste(request, pk):
    convention = convention_visible(request, pk)
    return page_de_liste(
        request,
        TableauDesRemises,
        FiltresDesSorties,
        Remise.objects.visibles_par(request.user).filter(convention=convention),
        gabarit="conventions/remises/liste.html",
        choix=choix_d_enveloppes(enveloppes_de(convention)),
        convention=convention,
        peut_remettre=convention.etat == convention.Etat.SIGNEE
        and peut(request.user, "remettre", convention) is None,
    )


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


def _reperes(remise):
    return reperes_de_la_sortie(remise, PAGE, LISTE, "Remises", "Remise")


@require_safe
def remise(request, pk):
    """Une remise, sa réception, ce qui l'a contrepassée; ce que la personne peut en faire."""
    remise = sortie_visible(request, Remise, pk)
    peut_contrepasser, peut_recevoir = (
        peut_sur_l_enveloppe(request.user, geste, remise.enveloppe) is None
        for geste in ("contrepasser-remise", "recevoir-remise")
    )
    contexte = _reperes(remise) | {
        "etat": pastille_de(remise),
        "peut_contrepasser": peut_contrepasser and not remise.empechements_a_contrepasser_par(request.user),
        "peut_recevoir": peut_recevoir and not remise.empechements_a_recevoir_par(request.user),
    }
    return render(request, "conventions/remises/remise.html", contexte)


def reception(request, pk):
    remise = sortie_visible(request, Remise, pk)
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
        **_reperes(remise),
    )


def contrepassation(request, pk):
    remise = sortie_visible(request, Remise, pk)
    return page_de_geste(
        request,
        remise.contrepasser,
        refus=peut_sur_l_enveloppe(request.user, "contrepasser-remise", remise.enveloppe),
        form=RaisonForm(donnees_de(request)),
        gabarit="conventions/remises/contrepassation.html",
        libelle="Contrepasser la remise",
        fait="La remise est contrepassée.",
        empechements=remise.empechements_a_contrepasser_par(request.user),
        ensuite=annoncer_remise,
        danger=True,
        titre="Contrepasser une remise",
        ici="Contrepasser",
        **_reperes(remise),
    )
