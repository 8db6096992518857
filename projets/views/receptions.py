"""Une demande reçue autrement : l'inscrire, la déposer au nom de l'organisme, la confirmer."""

from functools import partial

from projets.forms.receptions import (
    ConfirmationEcriteForm,
    ConfirmationForm,
    DepotAuNomForm,
    RecueAutrementForm,
)
from projets.models import Initiative, PieceRecue
from projets.notifications.receptions import annoncer_la_confirmation, annoncer_le_depot_au_nom
from projets.permissions import peut, peut_sur_l_appel
from projets.regles.lecture import montage_de
from projets.views.appels import appel_visible
from projets.views.appels import reperes as reperes_de_l_appel
from projets.views.reperes import adresse, demande_visible, reperes
from socle.pages.gestes import donnees_de, envoye, page_de_geste
from socle.pages.pieces import telechargement

piece_recue = telechargement(PieceRecue)


def reception(request, pk):
    appel = appel_visible(request, pk)
    return page_de_geste(
        request,
        partial(Initiative.recevoir, appel),
        refus=peut_sur_l_appel(request.user, "recevoir", appel),
        form=RecueAutrementForm(*envoye(request)),
        empechements=Initiative.empechements_a_recevoir(appel),
        gabarit="projets/receptions/reception.html",
        libelle="Inscrire la demande",
        titre="Inscrire une demande reçue autrement",
        fait="La demande est ouverte au nom de l’organisme. Remplissez-la d’après ce que vous avez reçu.",
        **reperes_de_l_appel(appel) | {"annuler": reperes_de_l_appel(appel)["retour"], "retour": adresse},
    )


def depot_au_nom(request, initiative, **relue):
    """La page de dépôt d'une demande que la Table remplit."""
    return page_de_geste(
        request,
        initiative.deposer_au_nom,
        refus=peut(request.user, "deposer-au-nom", initiative),
        form=DepotAuNomForm(donnees_de(request), vue=initiative.empreinte_a_deposer()),
        ensuite=annoncer_le_depot_au_nom,
        gabarit="projets/receptions/depot.html",
        libelle="Inscrire le dépôt",
        fait=lambda deposee: (
            f"La demande est déposée sous le numéro {deposee.numero}. L’organisme doit la confirmer."
        ),
        empechements=initiative.empechements_a_deposer_au_nom(),
        empeche="La demande n’est pas prête",
        annuler=adresse(initiative, "verification"),
        montage=montage_de(initiative),
        pieces=initiative.pieces_demandees(),
        **relue,
        **reperes(initiative) | {"retour": adresse(initiative, "initiative")},
    )


def confirmation(request, pk):
    initiative = demande_visible(request, pk)
    initiative.lire("depenses", "sources")
    return page_de_geste(
        request,
        initiative.confirmer,
        refus=peut(request.user, "confirmer-demande", initiative),
        form=ConfirmationForm(donnees_de(request)),
        ensuite=annoncer_la_confirmation,
        gabarit="projets/receptions/confirmation.html",
        libelle="Confirmer la demande",
        fait="La demande est confirmée\xa0: elle peut maintenant être décidée.",
        empechements=initiative.empechements_a_confirmer(),
        montage=montage_de(initiative),
        **reperes(initiative) | {"retour": adresse(initiative, "initiative")},
    )


def confirmation_ecrite(request, pk):
    initiative = demande_visible(request, pk)
    return page_de_geste(
        request,
        initiative.inscrire_la_confirmation,
        refus=peut(request.user, "inscrire-confirmation", initiative),
        form=ConfirmationEcriteForm(*envoye(request)),
        ensuite=annoncer_la_confirmation,
        gabarit="projets/receptions/confirmation_ecrite.html",
        libelle="Inscrire la confirmation",
        titre="Inscrire la confirmation écrite",
        fait="La confirmation est inscrite\xa0: la demande peut maintenant être décidée.",
        empechements=initiative.empechements_a_inscrire_la_confirmation(),
        **reperes(initiative) | {"retour": adresse(initiative, "initiative")},
    )
