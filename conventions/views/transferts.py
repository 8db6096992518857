"""Les transferts d'une convention : la liste, la demande, la réponse."""

from django.db.models import F
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conventions.forms.enveloppes import RaisonForm
from conventions.forms.liste import FiltresDesTransferts
from conventions.forms.transferts import TransfertForm
from conventions.models import Transfert
from conventions.models.arbres import empechements_a_repartir
from conventions.notifications.transferts import annoncer_transfert
from conventions.permissions import peut, peut_retirer_transfert
from conventions.views.defaites import defaite_de
from conventions.views.exercices import exercice_de, reperes
from conventions.views.fictifs import colonne_fictif
from conventions.views.gestes import convention_visible
from socle.pages.colonnes import ColonneEtat, ColonneJour, ColonneLien, ColonneMontant, ColonneTexte
from socle.pages.gestes import donnees_de, page_de_geste
from socle.pages.listes import Tableau, page_de_liste
from socle.texte.pastilles import Pastille
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import jour_de

RELATIONS = (
    *("convention__alliance__cycle", "de__convention__alliance", "de__territoire", "vers__territoire"),
    *("demandee_par", "decidee_par"),
)


def _etat(transfert):
    return "Approuvé, puis défait" if transfert.est_defait else transfert.get_etat_display()


GENRES = {
    "demandee": "encours",
    "approuvee": "bien",
    "refusee": "neutre",
    "retiree": "neutre",
    "fermee": "neutre",
}


class TableauDesTransferts(Tableau):
    legende, denombre, tri = "Transferts", "transfert", ""
    vide = "Un transfert se demande depuis les enveloppes d’un exercice."

    demande = ColonneLien(
        "Demandé le", lambda t: jour_de(t.demandee_le), vers="conventions:transfert", tri="demandee_le"
    )
    exercice = ColonneTexte(tri="an")
    de = ColonneTexte()
    vers = ColonneTexte()
    montant = ColonneMontant(tri="montant")
    etat = ColonneEtat("État", lambda t: Pastille(_etat(t), GENRES[t.etat]), tri="etat")
    par = ColonneTexte("Demandé par", "demandee_par__nom_complet", cachee=True)
    motif = ColonneTexte(cachee=True)
    decide = ColonneJour("Décidé le", "decidee_le", cachee=True)
    fictifs = colonne_fictif()

    def lire(self, transferts):
        return transferts.avec_defaite().select_related(*RELATIONS)


@require_safe
def liste(request, pk):
    """Ceux qui attendent une réponse, puis les derniers décidés."""
    convention = convention_visible(request, pk)
    transferts = Transfert.objects.visibles_par(request.user).filter(convention=convention)
    return page_de_liste(
        request,
        TableauDesTransferts,
        FiltresDesTransferts,
        transferts.order_by(F("decidee_le").desc(nulls_first=True), "-demandee_le", "-pk"),
        gabarit="conventions/transferts/liste.html",
        convention=convention,
    )


def demande(request, pk, an):
    convention = convention_visible(request, pk)
    exercice_de(convention, an)
    communs = reperes(convention, an)
    return page_de_geste(
        request,
        Transfert.demander,
        refus=peut(request.user, "demander-transfert", convention),
        form=TransfertForm(donnees_de(request), convention=convention, an=an, utilisateur=request.user),
        gabarit="conventions/transferts/demande.html",
        libelle="Demander le transfert",
        fait="Le transfert est demandé. Une personne autorisée à signer doit l’approuver.",
        empechements=empechements_a_repartir(convention, an),
        ensuite=annoncer_transfert,
        annuler=communs["retour"],
        titre=f"Demander un transfert {Exercice(an)}",
        ici="Demander un transfert",
        empeche="Aucun transfert ne se demande",
        **communs | {"retour": _adresse},
    )


def _adresse(transfert):
    return reverse("conventions:transfert", args=[transfert.pk])


def _transfert(request, pk):
    """Le transfert que la personne voit; 404 sinon."""
    visibles = Transfert.objects.visibles_par(request.user).select_related(*RELATIONS)
    return get_object_or_404(visibles, pk=pk)


def _reperes(transfert):
    """Où l'on est, de quoi il s'agit; on revient à la page du transfert."""
    communs, retour = reperes(transfert.convention, transfert.an), _adresse(transfert)
    return communs | {
        "transfert": transfert,
        "objet_en_mots": f"transfert {transfert.pk}, {transfert.convention.alliance.nom}",
        "etapes": [*communs["etapes"], ("Transfert", retour)],
        "retour": retour,
        "revenir": "Revenir au transfert",
    }


@require_safe
def transfert(request, pk):
    """Un transfert, son motif, sa réponse; ce que la personne peut en faire, ou qui le peut."""
    transfert = _transfert(request, pk)
    refus = peut(request.user, "approuver-transfert", transfert.convention)
    return render(
        request,
        "conventions/transferts/transfert.html",
        reperes(transfert.convention, transfert.an)
        | {
            "transfert": transfert,
            "attend": transfert.etat == Transfert.Etat.DEMANDEE,
            "peut_repondre": refus is None and not transfert.empechements_a_decider_par(request.user),
            "refus": refus,
            "empechements": transfert.empechements_a_decider_par(request.user) if refus is None else [],
            "peut_retirer": peut_retirer_transfert(request.user, transfert) is None,
            "defaite": defaite_de(request.user, transfert.convention, transfert.mouvement, "transfert"),
        },
    )


def approbation(request, pk):
    transfert = _transfert(request, pk)
    return page_de_geste(
        request,
        transfert.approuver,
        refus=peut(request.user, "approuver-transfert", transfert.convention),
        gabarit="conventions/transferts/approbation.html",
        libelle="Approuver le transfert",
        fait="Le transfert est approuvé et inscrit au grand livre.",
        empechements=transfert.empechements_a_approuver_par(request.user),
        ensuite=annoncer_transfert,
        **_reperes(transfert),
    )


def refus(request, pk):
    transfert = _transfert(request, pk)
    return page_de_geste(
        request,
        transfert.refuser,
        refus=peut(request.user, "refuser-transfert", transfert.convention),
        form=RaisonForm(donnees_de(request)),
        gabarit="conventions/transferts/refus.html",
        libelle="Refuser le transfert",
        fait="Le transfert est refusé.",
        empechements=transfert.empechements_a_decider_par(request.user),
        ensuite=annoncer_transfert,
        danger=True,
        **_reperes(transfert),
    )


def retrait(request, pk):
    transfert = _transfert(request, pk)
    return page_de_geste(
        request,
        transfert.retirer,
        refus=peut_retirer_transfert(request.user, transfert),
        gabarit="conventions/transferts/retrait.html",
        libelle="Retirer la demande",
        fait="La demande de transfert est retirée.",
        empechements=transfert.empechements_a_decider(),
        ensuite=annoncer_transfert,
        danger=True,
        titre="Retirer la demande de transfert",
        **_reperes(transfert),
    )
