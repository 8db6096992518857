"""Deux personnes au même instant, par de vraies connexions : une seule application, jamais deux, rien à moitié."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from conventions.models import Avenant, Convention, Solde
from socle.erreurs import ErreurDuDomaine
from tests import fabriques
from tests.conventions.avenants import avenant_transmis, convention_en_vigueur, signer, versement

pytestmark = pytest.mark.django_db(transaction=True)


def ensemble(gestes):
    """Pose ces gestes au même instant, chacun par sa connexion; rend les refus."""
    depart = Barrier(len(gestes))

    def poser(geste):
        depart.wait()
        try:
            return geste()
        except ErreurDuDomaine as refus:
            return refus
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(gestes)) as fils:
        rendus = list(fils.map(poser, gestes))
    return [rendu for rendu in rendus if isinstance(rendu, ErreurDuDomaine)]


@pytest.fixture
def convention():
    return convention_en_vigueur(fabriques.fabrique_cadre().bsl)


def pret_a_la_derniere(convention, propositions):
    """Un avenant dont il ne manque que la dernière signature."""
    avenant = avenant_transmis(convention, propositions)
    premiere, derniere = avenant.signatures_attendues()
    signer(avenant, premiere)
    return avenant, derniere


def ajout(montant):
    return {
        "exercice/2026": f"{1300000 + montant}.00",
        "versement/4": versement(2026, f"{montant}.00", "2026-10-01"),
    }


def test_de_deux_dernieres_signatures_simultanees_une_seule_s_applique(convention):
    deux = [pret_a_la_derniere(convention, ajout(montant)) for montant in (100, 200)]
    personnes = [fabriques.personne("mess"), fabriques.personne("mess")]
    refus = ensemble(
        [
            lambda avenant=avenant, derniere=derniere, par=par: signer(avenant, derniere, par=par)
            for (avenant, derniere), par in zip(deux, personnes, strict=True)
        ]
    )
    assert len(refus) == 1
    assert "La convention a changé" in str(refus[0])
    (applique,) = Avenant.objects.filter(etat="applique")
    montant = 100 if applique.pk == deux[0][0].pk else 200
    solde = Solde.objects.get(enveloppe__convention=convention, enveloppe__an=2026)
    assert solde.convenu == solde.alloue == 1300000 + montant
    assert Convention.objects.get().montant() == 2500000 + montant


def test_la_meme_signature_deux_fois_au_meme_instant_compte_une_fois(convention):
    avenant, derniere = pret_a_la_derniere(convention, ajout(100))
    par = fabriques.personne("mess")
    refus = ensemble([lambda: signer(avenant, derniere, par=par)] * 2)
    assert len(refus) == 1
    assert convention.instantanes.count() == 2
    assert convention.journal.filter(geste="appliquer-avenant").count() == 1
