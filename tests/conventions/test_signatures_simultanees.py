"""Plusieurs parties signent au même instant : une seule entrée en vigueur, rien de perdu, rien deux fois."""

import pytest

from conventions.models import Convention, JournalConvention, PartieConvention
from socle.erreurs import TransitionInterdite
from socle.models.chaines import premiere_rupture
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.fabriques import convention_a_transmettre, convention_transmise
from tests.plans.test_concurrence import ensemble, refus

pytestmark = pytest.mark.django_db(transaction=True)


def signature(convention, partie, par):
    """Le geste d'une partie, depuis ses propres objets."""
    ici, la = Convention.objects.get(pk=convention.pk), PartieConvention.objects.get(pk=partie.pk)
    resolution = {}
    if partie.organisme_id:
        resolution = {
            "resolution": f"R-{partie.pk}",
            "resolution_le": aujourd_hui(),
            "fichier": fabriques.fichier_pdf(),
        }
    return lambda: ici.signer(la, par=par, signee_le=aujourd_hui(), **resolution)


def test_toutes_les_parties_signent_ensemble_et_la_convention_entre_en_vigueur_une_fois(cadre, mess):
    convention = convention_transmise(cadre.bsl)
    parties = list(convention.parties_a_signer())
    assert refus(ensemble(*(signature(convention, partie, mess) for partie in parties))) == []
    convention.refresh_from_db()
    assert convention.etat == "signee"
    assert not convention.parties_a_signer().exists()
    assert JournalConvention.objects.filter(geste="entrer-en-vigueur").count() == 1
    assert convention.obligations.count() == 6
    assert premiere_rupture(JournalConvention) is None


def test_la_meme_partie_signee_par_huit_personnes_ne_signe_qu_une_fois(cadre, mess):
    convention = convention_transmise(cadre.bsl)
    partie = convention.parties_a_signer().first()
    issues = ensemble(*(signature(convention, partie, mess) for _ in range(8)))
    assert len(refus(issues)) == 7
    assert convention.pieces.count() == 1
    assert JournalConvention.objects.filter(geste="signer").count() == 1


def test_signer_et_reprendre_ne_laissent_jamais_une_convention_signee_en_preparation(cadre, mess):
    convention = convention_transmise(cadre.bsl)
    *debut, derniere = convention.parties_a_signer()
    for partie in debut:
        signature(convention, partie, mess)()
    autre = Convention.objects.get(pk=convention.pk)
    issues = ensemble(
        signature(convention, derniere, mess), lambda: autre.reprendre(par=mess, motif="Une erreur")
    )
    [perdant] = refus(issues)
    assert isinstance(perdant, TransitionInterdite)
    convention.refresh_from_db()
    assert (convention.etat, convention.obligations.count()) in (("signee", 6), ("preparation", 0))


def test_deux_preparations_de_la_meme_alliance_n_en_font_qu_une(cadre, mess):
    issues = ensemble(*(lambda: Convention.preparer(cadre.bsl, par=mess) for _ in range(4)))
    assert len(refus(issues)) == 3
    assert Convention.objects.count() == 1


def test_deux_corrections_de_la_meme_revision_une_seule_gagne(cadre, mess):
    convention = convention_a_transmettre(cadre.bsl)

    def corriger(montant):
        ici = Convention.objects.get(pk=convention.pk)
        return lambda: ici.modifier({}, {2025: montant}, par=mess, revision=1)

    assert len(refus(ensemble(corriger(1), corriger(2), corriger(3)))) == 2
    convention.refresh_from_db()
    assert convention.revision == 2
