"""Les nombres d'un appel ont leurs bornes, dites à côté du champ; aucune ne mène une décision à la faute."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse

from projets.models import AppelProjets
from projets.models.bornes import BORNES, TAUX
from socle.valeurs.horloge import aujourd_hui
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre

pytestmark = pytest.mark.django_db
HORS = [
    (c, v) for c, (bas, haut, _) in BORNES.items() for v in {max(bas - 1, 0), haut + 1, 99_999_999} - {bas}
]
AUX_BORNES = [(c, v) for c, (bas, haut, _) in BORNES.items() for v in (bas, haut)]


@pytest.fixture
def pret(cadre, agente):
    return p.appel_en_preparation(cadre.bsl, agente)


def modifier(pret, client, **champs):
    saisie = {"titre": pret.titre, "mode": "appel", "grace": "0", "revision": pret.revision} | champs
    return client.post(reverse("projets:appel_modification", args=[pret.pk]), saisie)


@pytest.mark.parametrize(("champ", "valeur"), HORS)
def test_hors_de_ses_bornes_un_nombre_se_refuse_a_cote_de_son_champ(pret, agente, client_de, champ, valeur):
    bas, haut, unite = BORNES[champ]
    page = modifier(pret, client_de(agente), **{champ: str(valeur)})
    assert page.status_code == 200
    assert f"De {bas} à {haut}\xa0{unite}." in page.context["form"].errors[champ]
    assert AppelProjets.objects.get().revision == pret.revision


@pytest.mark.parametrize(("champ", "valeur"), AUX_BORNES)
def test_a_ses_bornes_un_nombre_se_garde(pret, agente, client_de, champ, valeur):
    assert modifier(pret, client_de(agente), **{champ: str(valeur)}).status_code == 302
    assert getattr(AppelProjets.objects.get(), champ) == valeur


@pytest.mark.parametrize("champ", BORNES)
def test_l_aide_du_champ_dit_ses_bornes(champ):
    bas, haut, unite = BORNES[champ]
    assert AppelProjets._meta.get_field(champ).help_text.endswith(f"De {bas} à {haut}\xa0{unite}.")


@pytest.mark.parametrize("taux", TAUX)
@pytest.mark.parametrize("valeur", ["-1", "100,01"])
def test_un_taux_va_de_zero_a_cent(pret, agente, client_de, taux, valeur):
    page = modifier(pret, client_de(agente), **{taux: valeur})
    assert "Un taux est un pourcentage, de 0 à 100." in page.context["form"].errors[taux]


def test_la_plus_longue_reservation_se_decide(prete_a_decider, enveloppes, signataire):
    jours = BORNES["reservation_jours"][1]
    AppelProjets.objects.filter(pk=prete_a_decider.appel_id).update(reservation_jours=jours)
    prendre(p.relire(prete_a_decider), signataire, affectations={enveloppes["La Matapédia"]: D(15_000)})
    assert p.relire(prete_a_decider).reservee_jusqu_au == aujourd_hui() + timedelta(days=jours)
