"""L'échéancier à l'écran, et la récupération."""

from decimal import Decimal

import pytest
from django.urls import reverse

from conventions.models import Ecriture, Enveloppe, Recuperation, echeanciers
from socle.valeurs.horloge import aujourd_hui
from tests.conventions import versements as v
from tests.conventions.fabriques import convention_en_preparation, defaire
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return v.convention_signee(cadre.bsl)


@pytest.fixture
def finances_mess(cadre):
    return v.finances()


def url(nom, *args):
    return reverse(f"conventions:{nom}", args=args)


def lignes(*prevus):
    donnees = {"l-TOTAL_FORMS": len(prevus), "l-INITIAL_FORMS": 0}
    for rang, valeurs in enumerate(prevus):
        champs = dict(zip(("an", "montant", "condition", "prevue_le", "rapport_an"), valeurs, strict=False))
        donnees |= {f"l-{rang}-{champ}": valeur for champ, valeur in champs.items()}
    return donnees


def repere(page):
    """Ce que la page montrait, tel que son champ caché le renvoie."""
    return {"revision": page.context["form"].repere["revision"].value()}


def test_le_ministere_ajuste_l_echeancier_propose(cadre, mess, client_de):
    convention = convention_en_preparation(cadre.bsl)
    client, adresse = client_de(mess), url("echeancier", convention.pk)
    page = client.get(adresse)
    assert_html_accessible(page)
    assert "70\xa0000,00" in page.text
    assert convention.echeances.count() == 0
    propose = client.get(
        adresse, {"premier": "50 000", "part_au_plan": 100, "part_du_printemps": 60, "retenue": 10}
    )
    assert "50\xa0000,00" in propose.text
    envoi = lignes(
        (2025, "100 000,00 $", "signature", "2025-01-15"),
        (2025, "", "plan_approuve", "2025-03-31"),
        (2026, "", "rapport_accepte", "2026-09-15", 2025),
        ("", "", "", ""),
    )
    reponse = client.post(adresse, envoi | repere(page))
    assert reponse.url == url("versements", convention.pk)
    assert [e.montant for e in convention.echeances.all()] == [
        Decimal("100000"),
        Decimal("1100000"),
        Decimal("1300000"),
    ]
    perime = client.post(adresse, envoi | repere(page))
    assert perime.status_code == 409
    assert "ont changé depuis que vous avez ouvert cette page" in perime.text
    assert "100 000,00 $" in perime.text
    assert_html_accessible(perime)
    assert client.post(adresse, envoi | repere(perime)).url == url("versements", convention.pk)


@pytest.mark.parametrize(
    ("ligne", "phrase"),
    [
        ((2025, "1,234.56", "date", "2025-06-01"), "entrez un montant"),
        ((2025, "0", "date", "2025-06-01"), "au moins 0,01"),
        ((2025, "1199999,99", "date", "2025-06-01"), "il manque 0,01"),
        ((2025, "1200000,01", "date", "2025-06-01"), "dépassent de 0,01"),
        ((2031, "1", "date", "2025-06-01"), "choi"),
        ((2025, "1200000", "rapport_accepte", "2025-06-01", ""), "Choisissez l’exercice du rapport attendu"),
        ((2025, "1200000", "date", "juin"), "date"),
    ],
)
def test_un_echeancier_qui_ne_tombe_pas_juste_dit_pourquoi(cadre, mess, client_de, ligne, phrase):
    convention = convention_en_preparation(cadre.bsl)
    envoi = lignes(ligne, (2026, "", "date", "2026-09-15"))
    page = client_de(mess).post(
        url("echeancier", convention.pk), envoi | {"revision": echeanciers.empreinte_de(convention)}
    )
    assert phrase.lower() in page.text.lower()
    assert convention.echeances.count() == 0


def test_une_ligne_retiree_ne_compte_pas(cadre, mess, client_de):
    convention = convention_en_preparation(cadre.bsl)
    envoi = lignes(
        (2025, "", "date", "2025-09-15"), (2026, "", "date", "2026-09-15"), (2026, "5", "date", "2026-10-15")
    )
    client_de(mess).post(
        url("echeancier", convention.pk),
        envoi | {"l-2-DELETE": "on", "revision": echeanciers.empreinte_de(convention)},
    )
    assert convention.echeances.count() == 2


def test_apres_la_transmission_l_echeancier_ne_s_ouvre_plus(convention, mess, agente, client_de):
    page = client_de(mess).get(url("echeancier", convention.pk))
    assert page.status_code == 403
    assert "par un avenant" in page.text
    assert client_de(agente).get(url("echeancier", convention.pk)).status_code == 403


def test_une_recuperation_s_inscrit_et_se_voit(convention, finances_mess, agente, client_de):
    v.versee(convention)
    racine = Enveloppe.racine(convention, 2025)
    client, adresse = client_de(finances_mess), url("recuperation", convention.pk)
    page = client.get(adresse, {"exercice": 2025})
    assert_html_accessible(page)
    assert 'value="70\xa0000,00"' not in page.text
    proposee = client.get(adresse, {"exercice": 2025, "montant": "5 000,00"})
    assert 'value="5\xa0000,00"' in proposee.text
    envoi = {
        f"part_{racine.pk}": "80 000,00",
        "recue_le": aujourd_hui().isoformat(),
        "reference": "R-1",
        "motif": "Sommes non dépensées.",
    }
    assert (
        "n’a reçu que 70\xa0000,00\xa0$\xa0: 10\xa0000,00\xa0$ de moins" in client.post(adresse, envoi).text
    )
    reponse = client.post(adresse, envoi | {f"part_{racine.pk}": "5 000,00"}, follow=True)
    assert "5\xa0000,00\xa0$ récupérés de 2025-2026" in reponse.text
    page = client_de(agente).get(url("versements", convention.pk))
    assert_html_accessible(page)
    assert "R-1" in page.text
    assert "5\xa0000,00\xa0$ récupérés" in page.text
    assert client_de(agente).get(adresse).status_code == 403


def test_un_montant_rendu_qu_on_n_a_pas_partage_ne_recupere_rien(convention, finances_mess, client_de):
    v.versee(convention)
    racine = Enveloppe.racine(convention, 2025)
    client, adresse = client_de(finances_mess), url("recuperation", convention.pk)
    page = client.get(adresse, {"exercice": 2025})
    assert {champ.value() for _, champ in page.context["form"].rangees()} == {"0,00"}
    envoi = {
        f"part_{racine.pk}": "0,00",
        "recue_le": aujourd_hui().isoformat(),
        "reference": "R-1",
        "motif": "Sommes non dépensées.",
    }
    assert "partagez d’abord le montant rendu" in client.post(adresse, envoi).text
    partage = f"{adresse}?exercice=2025&montant=5000"
    refus = client.post(partage, envoi | {f"part_{racine.pk}": "70 000,00"})
    assert "rendent 70\xa0000,00\xa0$ en tout, mais le montant rendu est de 5\xa0000,00\xa0$" in refus.text
    assert not Recuperation.objects.exists()
    client.post(partage, envoi | {f"part_{racine.pk}": "5000"})
    assert Recuperation.objects.get().montant == 5000


def test_une_recuperation_propose_d_abord_un_exercice_ouvert(convention, finances_mess, mess, client_de):
    v.versee(convention)
    convention.exercices.filter(an=2025).update(clos_le=aujourd_hui(), clos_par=mess)
    Ecriture.passer(
        convention,
        [(Enveloppe.racine(convention, 2026), "recu", Decimal(100))],
        nature="versement",
        par=mess,
        objet="1",
    )
    page = client_de(finances_mess).get(url("recuperation", convention.pk))
    assert page.context["an"] == 2026


def test_une_recuperation_defaite_le_dit_et_ne_compte_plus(
    convention, finances_mess, approbation, agente, client_de
):
    v.versee(convention)
    recuperation = v.recuperer(convention, Decimal(5000))
    page = client_de(finances_mess).get(url("recuperation_inscrite", recuperation.pk))
    assert_html_accessible(page)
    assert "Demander de défaire" in page.text
    defaire(recuperation.mouvement, finances_mess, approbation)
    page = client_de(agente).get(url("recuperation_inscrite", recuperation.pk))
    assert_html_accessible(page)
    assert "Défaite le" in page.text
    page = client_de(agente).get(url("versements", convention.pk))
    assert "Défaite" in page.text
    assert "récupérés" not in page.text
