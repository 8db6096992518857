"""Chaque geste du plan demande ses gardes : que l'une refuse, rien ne s'écrit."""

from functools import partial

import pytest
from django.utils import timezone

from alliances.models import Alliance
from alliances.plans.models import ControleExamen, DemandeCorrection, PiecePlan, VersionPlan
from tests import fabriques
from tests.outils.gardes import assert_garde, gestes_de_la_page
from tests.plans.test_etats import LIGNES, OBJETS, equipe, pret, version_a_l_etat

__all__ = ["equipe"]
pytestmark = pytest.mark.django_db
# Leur état se juge ligne à ligne, sans `empechements_a_…`; commencer l'examen est sans effet quand il n'a pas lieu.
SANS_GARDE = {
    "VersionPlan.creer",
    "VersionPlan.commencer_examen",
    "DemandeCorrection.traiter",
    "DemandeCorrection.reprendre",
    "DemandeCorrection.revoquer",
    "ObservationPlan.ecrire",
}
JOUES = [ligne for ligne in LIGNES if f"{ligne.objet}.{ligne.geste}" not in SANS_GARDE]


def demander(version, analyste):
    return partial(
        DemandeCorrection.demander,
        version,
        par=analyste,
        cible=("section", "1d"),
        raison="incomplet",
        texte="Précisez.",
    )


def reformuler(version, analyste):
    demande = demander(version, analyste)()
    return partial(
        demande.reformuler, par=analyste, cible=("section", "1d"), raison="incomplet", texte="Mieux."
    )


def inscrire(version, analyste):
    return partial(ControleExamen.inscrire, version, 1, par=analyste, resultat="conforme")


EXAMEN = {"demander": demander, "reformuler": reformuler, "inscrire": inscrire}


def de_la_version(ligne, cadre, equipe):
    version = version_a_l_etat(sorted(ligne.depart)[-1], cadre.bsl, equipe)
    for retiree_le in (None, timezone.now()):
        piece = fabriques.fichier_pdf("a.pdf")
        PiecePlan.televerser(piece, par=equipe["coordination"], version=version, retiree_le=retiree_le)
    ailleurs = fabriques.version_approuvee(cadre.lanaudiere)
    Alliance.objects.filter(pk=cadre.lanaudiere.pk).update(table_regionale=cadre.bsl.table_regionale)
    return pret(ligne.geste, version, equipe, ailleurs)


def test_chaque_geste_de_la_page_est_joue_ou_dit_sans_garde():
    ecrits = {geste for geste in gestes_de_la_page() if geste.split(".")[0] in OBJETS}
    assert {f"{ligne.objet}.{ligne.geste}" for ligne in JOUES} | SANS_GARDE == ecrits


@pytest.mark.parametrize("ligne", JOUES, ids=lambda ligne: f"{ligne.objet}.{ligne.geste}")
def test_que_l_une_de_ses_gardes_refuse_et_le_geste_n_ecrit_rien(ligne, cadre, equipe):
    if ligne.objet == "VersionPlan":
        geste = de_la_version(ligne, cadre, equipe)
    else:
        geste = EXAMEN[ligne.geste](fabriques.version_deposee(cadre.bsl), equipe["dgsq"])
    assert_garde(geste, ligne.geste, VersionPlan if ligne.objet == "VersionPlan" else None)
