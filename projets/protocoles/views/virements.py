"""Inscrire un virement que la banque date d'avant l'arrêt de son versement."""

from django.shortcuts import get_object_or_404

from projets.protocoles.forms.virements import VirementPartiForm
from projets.protocoles.models import Paiement, Tranche, dus
from projets.protocoles.notifications.versements import annoncer_les_versements
from projets.protocoles.permissions import peut_payer
from projets.protocoles.views.reperes import adresse, protocole_visible, reperes
from socle.pages.gestes import envoye, page_de_geste
from socle.valeurs.argent import en_dollars


def virement_parti(request, pk):
    lues = dus.avec_ce_qu_on_en_montre(Tranche.objects.visibles_par(request.user))
    tranche = get_object_or_404(lues, pk=pk)
    tranche.protocole = protocole = protocole_visible(request, tranche.protocole_id)
    communs, retour = reperes(protocole), adresse(protocole, "etat_des_versements")
    return page_de_geste(
        request,
        Paiement.inscrire_deja_parti,
        refus=peut_payer(request.user, "payer", tranche),
        form=VirementPartiForm(*envoye(request), tranche=tranche),
        gabarit="protocoles/versements/deja_parti.html",
        libelle="Inscrire le virement déjà parti",
        fait=lambda fait: f"Le virement {fait.reference} est inscrit\xa0: {en_dollars(fait.montant)}.",
        empechements=Paiement.empechements_a_inscrire_deja_parti(tranche),
        ensuite=lambda fait, *, par: annoncer_les_versements([fait], par=par),
        titre="Inscrire un virement déjà parti",
        ici="Virement déjà parti",
        tranche=tranche,
        **communs
        | {
            "etapes": [*communs["etapes"], ("Versements", retour)],
            "retour": retour,
            "revenir": "Revenir à l’état des versements",
        },
    )
