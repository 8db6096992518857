"""Un avenant change la marge des versements et ce qui se verse avant le plan; l'échéancier suit."""

from datetime import date

import pytest

from conventions import comparaison
from conventions.impression import html_de_la_convention
from conventions.models import EcheanceVersement, InstantaneConvention
from conventions.models.contenu import contenu_de
from tests.conventions.avenants import (
    avenant_applique,
    avenant_prepare,
    convention_en_vigueur,
    signer_tout,
)
from tests.conventions.test_avenants_vues import relire, url
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db
JOUR = date(2025, 9, 15)
TEXTE = "La coordination se verse sans attendre le plan."


@partagee
def convention(cadre):
    return convention_en_vigueur(cadre.bsl)


def test_un_avenant_change_la_marge_et_ce_qui_se_verse_avant_le_plan(convention):
    propositions = {"liberation/jours_d_avance": 0, "liberation/avant_le_plan": TEXTE}
    avenant = avenant_applique(convention, propositions)
    assert [lu_de(change.phrase) for change in avenant.changements()] == [
        f"Versements avant l’approbation du plan : « le premier seulement » devient « {TEXTE} ».",
        "Marge avant la date d’un versement : 30 jours devient 0 jour.",
    ]
    convention.refresh_from_db()
    assert (convention.jours_d_avance, convention.avant_le_plan) == (0, TEXTE)
    prevu = EcheanceVersement(convention=convention, an=2025, condition="plan_approuve", prevue_le=JOUR)
    assert prevu.libre_le == JOUR
    consolidee = InstantaneConvention.objects.filter(convention=convention).latest("pk").contenu
    pdf = html_de_la_convention(consolidee, {"avenants": "l’avenant 1", "le": convention.debut})
    assert TEXTE in pdf
    assert "aucun ne part avant l’approbation du plan" not in pdf


def test_deux_avenants_qui_touchent_la_marge_se_contredisent(convention):
    base = comparaison.termes(contenu_de(convention))
    actuelle = base | {"liberation/jours_d_avance": 45}
    [ecart] = comparaison.ecarts(base, actuelle, {"liberation/jours_d_avance": 10})
    assert (ecart.base, ecart.actuelle, ecart.proposee) == ("30 jours", "45 jours", "10 jours")
    assert ecart.contredit


def test_la_liberation_se_change_a_l_ecran_et_se_lit_consolidee(convention, mess, client_de):
    avenant, client = avenant_prepare(convention, {}), client_de(mess)
    adresse = url("avenant_changement", avenant.pk, "liberation")
    assert_html_accessible(client.get(adresse))
    saisie = {"revision": avenant.revision, "avant_le_plan": ""}
    assert client.post(adresse, saisie | {"jours_d_avance": "-1"}).status_code == 200
    assert client.post(adresse, saisie | {"jours_d_avance": "45"}).status_code == 302
    assert relire(avenant).propositions == {"liberation/jours_d_avance": 45}
    signer_tout(relire(avenant).transmettre(par=mess))
    page = client.get(url("consolidee", convention.pk))
    assert_html_accessible(page)
    assert "30 jours</td>" in lu(page)
    assert "45 jours <span" in lu(page)


def lu_de(phrase):
    return phrase.replace("\xa0", " ")
