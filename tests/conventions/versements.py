"""Des conventions signées et des versements prévus à chaque état, par les vrais gestes."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from alliances.models import Role
from conventions.models import (
    Convention,
    Derogation,
    EcheanceVersement,
    Enveloppe,
    Obligation,
    Recuperation,
    Solde,
    echeanciers,
)
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.fabriques import MONTANTS, convention_en_preparation, enveloppe_d_exercice

SIGNEE_LE = date(2025, 2, 3)


def echeancier(convention, par=None):
    """L'échéancier que proposent les défauts, établi."""
    prevus = echeanciers.proposition(convention)
    par = par or fabriques.personne("mess")
    return echeanciers.etablir(convention, prevus, par=par, vu=echeanciers.empreinte_de(convention))


def convention_signee(alliance, **champs):
    """En vigueur depuis le 3 février 2025 : échéancier établi, enveloppes ouvertes, rien de libéré."""
    convention = convention_en_preparation(alliance, **champs)
    echeancier(convention)
    Convention.objects.filter(pk=convention.pk).update(
        etat="signee",
        transmise_le=timezone.now(),
        transmise_par=fabriques.personne("mess"),
        signee_le=SIGNEE_LE,
    )
    for an in MONTANTS:
        enveloppe_d_exercice(convention, an)
    return relire_convention(convention)


def relire_convention(convention):
    return Convention.objects.select_related("alliance__cycle").get(pk=convention.pk)


def relire(echeance):
    """La même échéance, telle que la base la dit."""
    return EcheanceVersement.objects.select_related("convention__alliance").get(pk=echeance.pk)


def premiere(convention, rang=1):
    return relire(convention.echeances.get(rang=rang))


def liberee(convention):
    """Le premier versement, que la signature a libéré."""
    EcheanceVersement.liberer_selon(convention, "signature", par=None)
    return premiere(convention)


def _analyse(convention):
    alliance = convention.alliance
    if alliance.regions.exists():
        return fabriques.personne(Role.DGSQ, alliance.regions.first())
    return fabriques.personne(Role.MESS)


def recommandee(convention):
    liberee(convention).recommander(par=_analyse(convention), note="Convention signée, plan en préparation.")
    return premiere(convention)


def autorisee(convention):
    recommandee(convention).autoriser(par=fabriques.personne("approbation"))
    return premiere(convention)


def mener(echeance, etat):
    """Mène cette échéance jusqu'à cet état, sa condition étant dite remplie."""
    with transaction.atomic():
        echeance.marquer_liberee(par=None, le=aujourd_hui())
    if etat in ("recommandee", "autorisee"):
        relire(echeance).recommander(par=_analyse(echeance.convention), note="Rapport accepté.")
    if etat == "autorisee":
        relire(echeance).autoriser(par=fabriques.personne("approbation"))
    if etat == "suspendue":
        relire(echeance).suspendre(par=fabriques.personne("mess"), motif="Coordonnées bancaires à confirmer.")
    return relire(echeance)


def versee(convention, reference="V-2026-0001"):
    echeance = autorisee(convention)
    echeance.verser(par=finances(), montant=echeance.montant, verse_le=aujourd_hui(), reference=reference)
    return premiere(convention)


def suspendue(convention):
    liberee(convention).suspendre(par=fabriques.personne("mess"), motif="Coordonnées bancaires à confirmer.")
    return premiere(convention)


def finances():
    return fabriques.personne("finances_mess")


def obligation_en_retard(convention):
    """Le rapport annuel de l'exercice 2024-2025, qui était attendu le 30 juin 2025."""
    return Obligation.objects.create(
        convention=convention, nature="rapport_annuel", an=2024, echeance=date(2025, 6, 30)
    )


def derogation(echeance, motif="Le rapport est reçu; seule sa saisie tarde."):
    return Derogation.accorder(echeance, par=fabriques.personne("approbation"), motif=motif)


VIREMENT = Decimal("10000.00")


def virement(echeance, par=None, **champs):
    """Confirme tout ce que l'échéance prévoit, ou ce que disent ces champs."""
    valeurs = {"montant": echeance.montant, "verse_le": aujourd_hui(), "reference": "V-1"} | champs
    return echeance.verser(par=par or finances(), **valeurs)


def recu(convention, an=2025):
    """Ce que l'exercice a reçu, d'après le grand livre."""
    racine = {"enveloppe__convention": convention, "enveloppe__an": an, "enveloppe__volet": "exercice"}
    return Solde.objects.get(**racine).recu


def recuperer(convention, montant=VIREMENT, an=2025, par=None, **champs):
    """Une somme rendue, reprise à la racine de l'exercice ou aux enveloppes que dit `parts`."""
    valeurs = {
        "par": par or finances(),
        "an": an,
        "parts": {Enveloppe.racine(convention, an): montant},
        "recue_le": aujourd_hui(),
        "reference": "R-1",
        "motif": "Sommes non dépensées en 2025-2026.",
    }
    return Recuperation.inscrire(convention, **valeurs | champs)


def empeche(geste, *args, **options):
    """Les phrases par lesquelles ce geste se refuse."""
    with pytest.raises(TransitionInterdite) as refus:
        geste(*args, **options)
    return lisibles(refus.value.empechements)


def lisibles(phrases):
    """Les mêmes, avec des espaces ordinaires : un essai se lit mieux."""
    return [phrase.replace("\xa0", " ") for phrase in phrases]
