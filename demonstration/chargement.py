"""Charger toute la démonstration : les comptes, puis chaque Alliance avec son cadre et son histoire."""

from functools import partial

from django.db import transaction

from alliances.models import Alliance
from alliances.plans.models import Instantane, PlanAction
from alliances.plans.travaux import rendre_document
from conventions.models import Convention
from demonstration.cadre import inscrire_fournisseurs, inscrire_montants, poser_cadre
from demonstration.conventions import faire_vivre, signer_la_convention
from demonstration.histoires import Recit, jouer
from demonstration.lecture import fiche
from demonstration.personnes import (
    acteurs_de,
    charger_comptes,
    inviter_les_membres,
    mandater_les_instances,
    nommer_les_interims,
)
from socle.models import Document


def charger():
    """Crée ce qui manque, Alliance par Alliance; retourne le nombre de plans créés."""
    with transaction.atomic():
        charger_comptes()
        nommer_les_interims()
        inviter_les_membres()
        du_cycle = Alliance.objects.filter(cycle__code="2024-2029")
        alliances = {a.slug: a for a in du_cycle.select_related("cycle", "table_regionale")}
        inscrire_montants(alliances.values())
        inscrire_fournisseurs(alliances.values())
    plans = 0
    for slug, donnees in fiche("alliances").items():
        with transaction.atomic():
            alliance = alliances[slug]
            acteurs = acteurs_de(alliance)
            poser_cadre(alliance, donnees, acteurs)
            mandater_les_instances(alliance)
            alliance.refresh_from_db()
            recit = Recit(alliance, donnees, acteurs)
            convention = signer_la_convention(recit)
            if jouer(recit):
                demander_les_documents(alliance)
                plans += 1
            if convention:
                faire_vivre(convention, recit)
            confier_les_dossiers(alliance, acteurs)
    return plans


def confier_les_dossiers(alliance, acteurs):
    """Le plan à Services Québec, la convention au Ministère, quand le rôle est d'un compte du tableau."""
    suivis = (PlanAction, acteurs.dgsq, acteurs.direction), (Convention, acteurs.mess, acteurs.approbation)
    for modele, personne, par in suivis:
        if personne and personne.is_active:
            siens = modele.objects.filter(alliance=alliance).exclude(journal__geste="confier")
            for dossier in siens:
                dossier.confier(par=par, personne=personne)


def demander_les_documents(alliance):
    """Met en file le rendu des PDF déposés et décidés; l'ouvrier les prépare pendant qu'on visite."""
    attendus = Instantane.objects.filter(
        version__plan__alliance=alliance, document__etat=Document.Etat.EN_ATTENTE
    )
    for document_id in attendus.values_list("document_id", flat=True):
        transaction.on_commit(partial(rendre_document.enqueue, document_id=document_id))
