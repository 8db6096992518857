"""Ce que PostgreSQL ne rejoue pas n’y tient pas; le désordre et la garde des dates font bien échouer."""

from datetime import date, datetime

import pytest
from django.conf import settings
from django.utils import timezone

from alliances.models import Cycle, Territoire
from socle.models import Notification
from tests.outils import base_hostile
from tests.outils.moteur import AILLEURS, ESSAIS_AILLEURS, TENUS_PAR_LA_BASE


@pytest.mark.parametrize("fichier", AILLEURS)
def test_un_fichier_que_postgresql_ne_rejoue_pas_ne_tient_rien_de_la_base(fichier):
    texte = (settings.RACINE / fichier).read_text(encoding="utf-8")
    assert [trait for trait in TENUS_PAR_LA_BASE if trait in texte] == []


@pytest.mark.parametrize("essai", [essai for essai, _ in ESSAIS_AILLEURS])
def test_un_essai_que_postgresql_ne_rejoue_pas_existe(essai):
    fichier, _, nom = essai.partition("::")
    assert f"def {nom}(" in (settings.RACINE / fichier).read_text(encoding="utf-8")


def test_un_essai_est_du_moteur_s_il_demande_la_base(request, cadre):
    assert request.node.get_closest_marker("moteur")


def test_un_essai_sans_base_n_est_pas_du_moteur(request):
    assert request.node.get_closest_marker("moteur") is None


def lus(requete, fois=20):
    """Les ordres dans lesquels une même requête se lit."""
    return {tuple(requete.values_list("code", flat=True)) for _ in range(fois)}


def test_une_requete_sans_ordre_en_rend_plusieurs(cadre):
    assert len(lus(Territoire.objects.order_by())) > 1
    assert len(lus(Territoire.objects.order_by("code"))) == 1


def test_la_meme_graine_rend_le_meme_desordre(cadre):
    ordres = set()
    for _ in range(5):
        base_hostile.semer("toujours le même essai")
        ordres.add(tuple(Territoire.objects.order_by().values_list("code", flat=True)))
    assert len(ordres) == 1


@pytest.mark.parametrize("debut", ["2024-11-01", datetime(2024, 11, 1)])
def test_un_jour_se_compare_a_un_jour(db, debut):
    with pytest.raises(base_hostile.DateDevinee):
        Cycle.objects.filter(debut=debut).exists()
    assert not Cycle.objects.filter(debut=date(2024, 11, 1)).exists()


@pytest.mark.parametrize("instant", ["2024-11-01 12:00", date(2024, 11, 1)])
def test_un_instant_se_compare_a_un_instant(db, instant):
    with pytest.raises(base_hostile.DateDevinee):
        Notification.objects.filter(creee_le__gte=instant).exists()
    assert not Notification.objects.filter(creee_le__gte=timezone.now()).exists()
