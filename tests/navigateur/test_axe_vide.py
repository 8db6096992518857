"""axe et la mise en page étroite dans une maison qui commence : des Alliances sans rien, un plan sans un mot.

Les pages sont celles de la matrice; ses objets y désignent tous la même version, vide.
"""

import pytest

from alliances.models import (
    CircuitDecision,
    Contact,
    EtapeDecision,
    InstanceGouvernance,
    ParticipationPersonnes,
    PartieAlliance,
    ProfilGouvernance,
    Siege,
)
from tests import fabriques, situation
from tests.situation import CHEZ_SOI, Situation, lire_matrice

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db]
DECRITS = (
    EtapeDecision,
    CircuitDecision,
    Siege,
    ProfilGouvernance,
    ParticipationPersonnes,
    Contact,
    PartieAlliance,
)
REGARDS = (
    "sans_mandat",
    "coordination",
    "signature",
    "porteur",
    "dgsq",
    "mess",
    "approbation",
    "administration",
)  # les autres voient comme l’une d’elles ce qui est vide
LECTURES = [(nom, objet) for nom, methode, objet, _ in lire_matrice() if methode == "GET"]


def batir():
    """Deux Alliances dont rien n’est décrit, sauf l’instance où une personne évalue; l’une a un plan ouvert."""
    cadre = fabriques.fabrique_cadre()
    personnes = situation._personnes(cadre.bsl, "07", {"sans_plan": cadre.lanaudiere})
    for modele in DECRITS:
        modele.objects.all().delete()
    InstanceGouvernance.objects.filter(mandats=None).delete()
    version = fabriques.plan_ouvert(cadre.bsl, par=personnes["coordination"])
    objets = {"-": (), "alliance": (cadre.bsl.slug,), "palier": (cadre.bsl.slug, "regional")}
    objets |= {"alliance/sans_plan": (cadre.lanaudiere.slug,), "vide": (version.pk,)}
    objets |= {f"role/{role}": (role,) for role in ("coordination", "dgsq", "mess")}
    objets |= {"brouillon": (version.pk,), "brouillon/dossier": (version.plan_id,)}
    objets |= {f"brouillon/{partie}": (version.pk, partie) for partie in ("1d", "3-9")}
    seances = {role: situation._connecter(personne) for role, personne in personnes.items() if personne}
    return Situation(personnes, {CHEZ_SOI: objets}, seances)


def test_axe_ne_trouve_rien_dans_une_maison_vide(vitrine, db):
    maison_neuve, fautes = batir(), []
    connus = maison_neuve.objets[CHEZ_SOI]
    for nom, objet in LECTURES:
        if objet in connus:
            adresse = maison_neuve.adresse(nom, objet)
            for personne in REGARDS:
                fautes += vitrine.visiter(personne, adresse, maison_neuve.client(personne).get(adresse))
    assert not fautes, "\n".join(fautes)
    vides = [charpente for charpente in vitrine.vues if ("div", 'class="vide"') in charpente]
    assert len(vides) > 5, "les listes vides ont été vues"
