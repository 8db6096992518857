"""`docs/etats.md` dit vrai des versements : mêmes états, mêmes rôles, et chaque geste fait ce qui est écrit."""

import re

import pytest
from django.conf import settings
from django.db import transaction

from conventions.models import EcheanceVersement
from conventions.models.roles import ROLES
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v

pytestmark = pytest.mark.django_db
PAGE = (settings.RACINE / "docs/etats.md").read_text(encoding="utf-8")
SECTION = PAGE.split("## Les versements du Ministère\n")[1].split("\n## ")[0]


def rangees(colonnes):
    for ligne in SECTION.splitlines():
        cellules = [cellule.strip() for cellule in ligne.strip("|").split("|")]
        if ligne.startswith("| `") and len(cellules) == colonnes:
            yield cellules


def codes(cellule):
    return re.findall(r"`([a-z_]+)`", cellule)


GESTES = {codes(geste)[0]: reste for _, geste, *reste in rangees(6)}
DEPARTS = {codes(geste)[0]: set(codes(depart)) for depart, geste, *_ in rangees(6)}


def test_les_etats_et_leurs_libelles_sont_ceux_du_code():
    assert {codes(etat)[0]: libelle for etat, libelle, _ in rangees(3)} == dict(
        EcheanceVersement.Etat.choices
    )


@pytest.mark.parametrize("geste", GESTES)
def test_les_roles_ecrits_sont_ceux_du_code(geste):
    droit, roles, *_ = GESTES[geste]
    if codes(droit):
        assert set(codes(roles)) == {str(role) for role in ROLES[codes(droit)[0]]}
    assert callable(getattr(EcheanceVersement, geste))


def a_l_etat(etat, convention):
    if etat == "prevue":
        return v.premiere(convention)
    if etat == "annulee":
        v.liberee(convention).annuler(par=fabriques.personne("approbation"), motif="Avenant 1")
        return v.premiere(convention)
    return getattr(v, etat)(convention)


def poser(geste, echeance):
    """Pose le geste avec de bonnes réponses; rend l'état d'arrivée, ou `None` s'il est refusé."""
    par = fabriques.personne("mess")
    if geste == "liberer_selon":
        liberees = EcheanceVersement.liberer_selon(echeance.convention, "signature", par=None)
        return v.relire(echeance).etat if liberees else None
    reponses = {
        "recommander": {"note": "Oui."},
        "verser": {"montant": echeance.montant, "verse_le": aujourd_hui(), "reference": "V-77"},
        "suspendre": {"motif": "À revoir."},
        "annuler": {"motif": "Avenant 1"},
        "annuler_confirmation": {"motif": "Mauvaise date.", "versement": echeance.versements.first()},
    }
    try:
        getattr(echeance, geste)(par=par, **reponses.get(geste, {}))
    except TransitionInterdite:
        return None
    return v.relire(echeance).etat


@pytest.mark.parametrize("etat", EcheanceVersement.Etat.values)
def test_chaque_geste_fait_dans_chaque_etat_ce_que_dit_la_page(etat, cadre):
    echeance = a_l_etat(etat, v.convention_signee(cadre.bsl))
    avant = echeance.suspendue_depuis
    for geste, (_, _, arrivee, _) in GESTES.items():
        with transaction.atomic():
            obtenu = poser(geste, v.relire(echeance))
            transaction.set_rollback(True)
        attendu = (codes(arrivee) or [avant])[0] if etat in DEPARTS[geste] else None
        if (etat, geste) == ("prevue", "recommander"):
            attendu = "recommandee"  # la condition « signature » se lit déjà remplie : il se libère d'abord
        assert obtenu == attendu, f"{geste} depuis {etat}"
