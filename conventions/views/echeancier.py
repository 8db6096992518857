"""Ajuster l'échéancier d'une convention en préparation, et inscrire une récupération."""

from functools import partial

from django.urls import reverse
from django.views.decorators.http import require_http_methods

from conventions.forms.echeancier import Lignes, ReglagesForm
from conventions.models import echeanciers
from conventions.models.echeanciers import montants_de
from conventions.permissions import peut
from conventions.views.gestes import convention_visible, reperes
from socle.acces import Refus
from socle.pages.gestes import page_de_geste
from socle.valeurs.exercice import Exercice

LIGNES_DE_PLUS = 2


def _reperes(convention):
    """On vient des versements de la convention, et l'on y revient."""
    communs, retour = reperes(convention), reverse("conventions:versements", args=[convention.pk])
    alliance = convention.alliance
    return communs | {
        "objet_en_mots": f"{alliance.nom}, convention {convention.numero}",
        "chapeau": f"{alliance.nom}, convention {convention.numero}.",
        "etapes": [*communs["etapes"], ("Versements", retour)],
        "retour": retour,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def echeancier(request, pk):
    """Le tableau des versements prévus; il donne toujours la somme de chaque exercice."""
    convention = convention_visible(request, pk)
    refus = peut(request.user, "etablir-echeancier", convention)
    if convention.etat != convention.Etat.PREPARATION:
        refus = refus or Refus("Une fois la convention transmise, l’échéancier ne change que par un avenant.")
    reglages = ReglagesForm(
        request.GET if "premier" in request.GET else None, initial={"retenue": convention.retenue or 0}
    )
    envoi = request.method == "POST"
    montants = sorted(montants_de(convention).items())
    return page_de_geste(
        request,
        partial(echeanciers.etablir, convention),
        refus=refus,
        form=Lignes(request.POST, convention=convention) if envoi else _proposees(convention, reglages),
        gabarit="conventions/versements/echeancier.html",
        libelle="Enregistrer l’échéancier",
        fait="L’échéancier est établi.",
        titre="Échéancier des versements",
        ici="Échéancier",
        reglages=reglages,
        montants=[(Exercice(an), montant) for an, montant in montants],
        **_reperes(convention),
    )


def _proposees(convention, reglages):
    """Le tableau à ajuster : la proposition demandée, sinon l'échéancier actuel, sinon les défauts."""
    if reglages.is_bound and reglages.is_valid():
        prevus = echeanciers.proposition(convention, reglages.reglages())
    else:
        prevus = echeanciers.en_prevus(convention) or echeanciers.proposition(convention)
    lignes = Lignes(initial=[vars(prevu) for prevu in prevus], convention=convention)
    lignes.extra = LIGNES_DE_PLUS
    return lignes
