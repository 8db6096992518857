"""`docs/etats.md` dit vrai des avenants : mêmes états, mêmes gestes, mêmes rôles."""

import inspect
import re

import pytest
from django.conf import settings

from conventions.models import Avenant
from conventions.models.roles import ROLES
from socle.erreurs import TransitionInterdite
from tests.conventions.avenants import (
    avenant_applique,
    avenant_prepare,
    avenant_transmis,
    convention_en_vigueur,
)

OUTILS = {"noter"}


def codes(cellule):
    return re.findall(r"`([a-z_-]+)`", cellule)


def rangees(colonnes):
    """Les rangées des tableaux de la partie des avenants qui ont ce nombre de colonnes."""
    page = (settings.RACINE / "docs/etats.md").read_text(encoding="utf-8")
    partie = page.split("## Les avenants")[1].split("\n## ")[0]
    for ligne in partie.splitlines():
        cellules = [cellule.strip() for cellule in ligne.strip("|").split("|")]
        if ligne.startswith("| `") and len(cellules) == colonnes:
            yield cellules


GESTES = {
    codes(geste)[0]: (codes(de), codes(a), codes(droit), codes(roles))
    for geste, de, a, droit, roles, _ in rangees(6)
}


def test_les_etats_et_leurs_libelles_sont_ceux_du_code():
    assert {codes(etat)[0]: libelle for etat, libelle, _ in rangees(3)} == dict(Avenant.Etat.choices)


def test_les_gestes_sont_ceux_du_code():
    existants = {
        nom
        for nom, methode in inspect.getmembers(
            Avenant, lambda m: inspect.isfunction(m) or inspect.ismethod(m)
        )
        if not nom.startswith("_") and "par" in inspect.signature(methode).parameters
    }
    assert set(GESTES) == existants - OUTILS


@pytest.mark.parametrize("geste", GESTES)
def test_les_roles_sont_ceux_du_code(geste):
    _, _, droits, roles = GESTES[geste]
    assert set(roles) == {str(role) for droit in droits for role in ROLES[droit]}


@pytest.mark.django_db
@pytest.mark.parametrize("geste", ["proposer", "transmettre", "abandonner", "reprendre"])
def test_un_geste_refuse_les_etats_que_la_page_ne_nomme_pas(cadre, mess, geste):
    convention = convention_en_vigueur(cadre.bsl)
    avenants = {"applique": avenant_applique(convention)}
    fin = {"date/fin": "2027-09-30"}
    avenants["transmis"] = avenant_transmis(convention, fin)
    avenants["preparation"] = avenant_prepare(convention, fin)
    avenants["abandonne"] = avenant_prepare(convention, fin).abandonner(motif="x", par=mess)
    options = {"proposer": {"sorte": "date", "valeurs": {}, "revision": 1}, "abandonner": {"motif": "x"}}
    for etat in set(Avenant.Etat.values) - set(GESTES[geste][0]):
        with pytest.raises(TransitionInterdite):
            getattr(avenants[etat], geste)(par=mess, **options.get(geste, {}))
