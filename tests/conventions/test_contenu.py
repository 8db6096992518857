"""Le contenu d'une convention : stable, trié, sans ce qui bouge de soi-même; la comparaison qui le lit."""

import json
from decimal import Decimal

import pytest

from alliances.plans.models.instantanes import empreinte_de
from conventions import comparaison
from conventions.models import Convention, InstantaneConvention
from conventions.models.contenu import contenu_de
from socle.erreurs import EcritureImmuable
from socle.valeurs.horloge import aujourd_hui
from tests.conventions.avenants import convention_en_vigueur
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return convention_en_vigueur(cadre.bsl)


def test_deux_lectures_donnent_la_meme_empreinte(convention):
    relue = Convention.objects.get(pk=convention.pk)
    assert empreinte_de(contenu_de(convention)) == empreinte_de(contenu_de(relue))


def test_le_contenu_ne_porte_que_des_donnees_simples(convention):
    contenu = contenu_de(convention)
    assert json.loads(json.dumps(contenu)) == contenu
    assert contenu["total"] == "2500000.00"
    assert [e["montant"] for e in contenu["exercices"]] == ["1200000.00", "1300000.00"]
    assert [v["rang"] for v in contenu["echeancier"]] == [1, 2, 3]
    assert [v["rapport"] for v in contenu["echeancier"]] == ["", "", "2025-2026"]


def test_les_comptes_a_rendre_sont_scelles(convention):
    parametres = contenu_de(convention)["parametres"]
    assert {champ: parametres[champ] for champ in comparaison.REDDITION} == {
        "mois_pour_le_rapport": 3,
        "bilan_le": None,
        "mois_pour_le_rapport_final": 3,
        "seuil_examen": "50000.00",
        "seuil_audit": "500000.00",
    }


def test_un_pourcentage_se_lit_pareil_avant_et_apres_la_base(convention):
    convention.retenue = Decimal("10")
    avant = contenu_de(convention)["parametres"]["retenue"]
    convention.save()
    assert contenu_de(Convention.objects.get(pk=convention.pk))["parametres"]["retenue"] == avant == "10.00"


def test_la_lecture_ne_coute_que_cinq_requetes(convention, django_assert_num_queries):
    convention = Convention.objects.select_related("alliance__cycle", "alliance__table_regionale").get()
    with django_assert_num_queries(5):
        contenu_de(convention)


def test_ce_qui_avance_de_soi_meme_n_y_entre_pas(convention):
    avant = contenu_de(convention)
    convention.echeances.filter(rang=1).update(etat="liberee", liberee_le=aujourd_hui())
    assert contenu_de(convention) == avant


def test_un_instantane_ne_change_plus(convention):
    instantane = convention.instantanes.get()
    assert instantane.est_intact()
    for geste in (instantane.save, instantane.delete, InstantaneConvention.objects.all().delete):
        with pytest.raises(EcritureImmuable, match="Une version scellée"):
            geste()
    with pytest.raises(EcritureImmuable):
        InstantaneConvention.objects.update(empreinte="x")


def test_un_parametre_non_precise_le_dit():
    avant, apres = {"parametre/retenue": None}, {"parametre/retenue": "12.50"}
    (change,) = comparaison.changements(avant, apres)
    assert (
        change.phrase.replace("\xa0", " ") == "Retenue jusqu’au rapport final : 12,5 %, rien n’était précisé."
    )


def test_les_changements_sortent_dans_l_ordre_ou_ils_s_appliquent():
    avant = {"date/fin": "2027-03-31"}
    apres = {"exercice/2027": "1.00", "date/fin": "2028-03-31", "exercice/2026": "2.00"}
    assert [c.cle for c in comparaison.changements(avant, apres)] == [
        "date/fin",
        "exercice/2026",
        "exercice/2027",
    ]


def test_un_terme_que_l_avenant_ne_touche_pas_vaut_ce_qu_il_vaut_aujourd_hui():
    (ecart,) = comparaison.ecarts({"exercice/2026": "500000.00"}, {"exercice/2026": "521262.40"}, {})
    assert (ecart.actuelle, ecart.proposee) == ("521\xa0262,40\xa0$", "521\xa0262,40\xa0$")
    (retire,) = comparaison.ecarts({"exercice/2026": "500000.00"}, {}, {})
    assert (retire.base, retire.actuelle, retire.proposee) == ("500\xa0000,00\xa0$", "–", "–")


def test_un_meme_changement_des_deux_cotes_ne_se_contredit_pas():
    (ecart,) = comparaison.ecarts(
        {"date/fin": "2027-03-31"}, {"date/fin": "2028-03-31"}, {"date/fin": "2028-03-31"}
    )
    assert not ecart.contredit
