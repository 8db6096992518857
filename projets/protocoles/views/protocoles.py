"""La page d'un protocole : à qui le tour, l'argent, le calendrier, les versements, les signatures, le texte."""

from dataclasses import replace

from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliances.models.mandats import droits_de
from projets.protocoles.impression import lisible
from projets.protocoles.models import SignatureProtocole
from projets.protocoles.permissions import peut
from projets.protocoles.regles.avancement import LES_DEUX, PARTIES
from projets.protocoles.views.gestes import gestes_offerts
from projets.protocoles.views.gestes_d_argent import gestes_d_argent
from projets.protocoles.views.reperes import adresse, onglets_de, protocole_visible, reperes
from projets.protocoles.views.reperes_avenant import GENRES as GENRES_DES_AVENANTS
from projets.protocoles.views.suites import ne_signe_pas
from projets.protocoles.views.vie import Vie
from socle.texte.pastilles import Pastille

GENRES = {
    "preparation": "neutre",
    "transmis": "encours",
    "signe": "bien",
    "clos": "bien",
    "resilie": "neutre",
    "abandonne": "neutre",
}
UNE_SIGNATURE = {  # ce qui manque encore
    "organisme": "Signé par l’Alliance, attend l’organisme",
    "alliance": "Signé par l’organisme, attend l’Alliance",
}
GENRES_DES_TRANCHES = {
    "prevue": "neutre",
    "liberee": "encours",
    "versee": "bien",
    "suspendue": "attention",
    "annulee": "neutre",
}


def pastille_de(protocole):
    """Son état; signé, ce que dit l'initiative, suspendue ou non."""
    if protocole.est_suspendu:
        return Pastille("Suspendu", "attention")
    if protocole.etat == protocole.Etat.TRANSMIS and len(restent := protocole.cotes_a_signer()) == 1:
        return Pastille(UNE_SIGNATURE[restent[0]], "encours")
    return Pastille(protocole.get_etat_display(), GENRES[protocole.etat])


@require_safe
def protocole(request, pk):
    protocole = protocole_visible(request, pk)
    vie = Vie(protocole, request.user)
    for tranche in protocole.tranches.all():
        tranche.genre = GENRES_DES_TRANCHES[tranche.etat]
    for avenant in vie.avenants:
        avenant.genre = GENRES_DES_AVENANTS[avenant.etat]
    prepare = protocole.etat == protocole.Etat.PREPARATION
    manques = _manques(protocole) if prepare else []
    protocole.manques = [phrase for phrase, _ in manques] or protocole.empechements_a_enregistrer()
    scelle = protocole.instantane()
    return render(
        request,
        "protocoles/protocole.html",
        reperes(protocole)
        | {
            "onglets": onglets_de(protocole),
            "vie": vie,
            "etat": pastille_de(protocole),
            "tour": _tour_lu(request.user, protocole, vie.tour),
            "argent": vie.argent,
            "attendues": [SignatureProtocole.Cote(cote).label for cote in vie.manquent],
            "texte": scelle and lisible(scelle.contenu),
            "scelle": scelle,
            "manques": manques,
            "modifie": prepare and peut(request.user, "modifier-protocole", protocole) is None,
            "gestes": [*gestes_d_argent(request.user, vie), *gestes_offerts(request.user, protocole)],
        },
    )


def _tour_lu(utilisateur, protocole, tour):
    """À qui en est, son tour se dit « à vous »."""
    if dit := ne_signe_pas(utilisateur, protocole):
        return replace(tour, qui="À votre organisme", quoi=dit)
    siens = {mandat.organisme_id for mandat in droits_de(utilisateur).mandats}
    attendu = tour.qui in (PARTIES["organisme"], LES_DEUX)
    return replace(tour, qui="À vous") if attendu and protocole.initiative.organisme_id in siens else tour


def _manques(protocole):
    """[(phrase, où aller)] de tout ce qui empêche de transmettre."""
    return [
        *((phrase, adresse(protocole, "dates")) for phrase in protocole.fautes_de_dates()),
        *(
            (phrase, f"{adresse(protocole, 'echeancier')}#versement-{rang}")
            for phrase, rang in protocole.fautes_par_versement()
        ),
        *((phrase, "") for phrase in protocole.empechements_a_engager()),
    ]
