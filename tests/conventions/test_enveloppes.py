"""L'arbre d'un exercice : l'ouvrir, le dresser, l'ajuster; la page et ses chiffres qui se cliquent."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conventions.models import Ecriture, Enveloppe, JournalConvention
from socle.erreurs import TransitionInterdite
from tests.conventions.fabriques import (
    arbre_dresse,
    convention_en_preparation,
    convention_en_vigueur,
    enveloppes_par_nom,
    repartition_adoptee,
)
from tests.outils.contraintes import refuse_par
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return convention_en_vigueur(cadre.bsl)


def adresse(convention, nom, *reste):
    return reverse(f"conventions:{nom}", args=[convention.pk, *reste])


def test_ouvrir_donne_a_chaque_exercice_son_montant_une_seule_fois(convention, mess):
    Ecriture.allouer(convention, par=mess)
    for exercice in convention.exercices.all():
        solde = Enveloppe.racine(convention, exercice.an).solde
        assert (solde.convenu, solde.alloue, solde.recu) == (exercice.montant, exercice.montant, 0)
    assert Ecriture.objects.count() == 4
    assert JournalConvention.objects.filter(geste="ouvrir-enveloppes").count() == 1


@pytest.mark.parametrize(
    "forme, volets",
    [
        (
            "region",
            ["coordination", "regional", "local", "territoire", "territoire", "participation", "reserve"],
        ),
        ("territoires", ["coordination", "local", "territoire", "territoire", "participation", "reserve"]),
        (
            "ville",
            [
                "coordination",
                "centralise",
                "villes_liees",
                "ville_liee",
                "arrondissements",
                "participation",
                "reserve",
            ],
        ),
    ],
)
def test_chaque_forme_dresse_ses_volets(convention, forme, volets):
    ville_liee = convention.alliance.territoires.get(code="08")
    if forme == "ville":
        ville_liee.type = "ville_liee"
        ville_liee.save()
    attendus = sorted("territoire" if v == "ville_liee" else v for v in volets)
    arbre = arbre_dresse(convention, forme=forme)
    assert sorted(e.volet for e in arbre.values() if e.parent_id) == attendus
    if forme == "ville":
        assert arbre["La Matanie"].parent.volet == "villes_liees"


def test_un_arbre_ne_se_dresse_qu_une_fois(convention):
    arbre_dresse(convention)
    with pytest.raises(TransitionInterdite, match="a déjà ses enveloppes"):
        arbre_dresse(convention)


def test_l_exercice_suivant_reprend_les_memes_enveloppes(convention):
    avant = arbre_dresse(convention)
    apres = arbre_dresse(convention, an=2026, forme="precedent")
    assert set(apres) - {"Exercice 2026-2027"} == set(avant) - {"Exercice 2025-2026"}
    assert apres["La Matapédia"].parent.volet == "local"


def test_reprendre_un_exercice_sans_enveloppes_se_refuse(convention):
    with pytest.raises(TransitionInterdite, match="n’a pas d’enveloppes à reprendre"):
        arbre_dresse(convention, an=2026, forme="precedent")


def test_rien_ne_se_dresse_avant_la_signature(cadre, agente):
    convention = convention_en_preparation(cadre.bsl)
    with pytest.raises(TransitionInterdite, match="n’est pas en vigueur"):
        Enveloppe.dresser(convention, 2025, "region", par=agente)


def test_les_montants_fixes_d_une_ville_s_ajoutent_par_priorite(convention, agente):
    centralisee = arbre_dresse(convention, forme="ville")["Enveloppe centralisée"]
    champs = {"parent": centralisee, "par": agente, "volet": "priorite", "montant_fixe": True}
    priorite = Enveloppe.ajouter(convention, nom="Sécurité alimentaire", **champs)
    assert (str(priorite), priorite.etage(), priorite.montant_fixe) == ("Sécurité alimentaire", 2, True)
    with pytest.raises(ValidationError, match="Donnez un nom à la priorité"):
        Enveloppe.ajouter(convention, nom="", **champs)
    with pytest.raises(ValidationError, match="existe déjà"):
        Enveloppe.ajouter(convention, nom="Sécurité alimentaire", **champs)
    with refuse_par("enveloppe_priorite_nommee", "conventions"):
        Enveloppe.objects.filter(pk=priorite.pk).update(nom="")


def test_l_arbre_a_trois_etages(convention, agente):
    parent = arbre_dresse(convention)["La Matapédia"]
    troisieme = Enveloppe.ajouter(convention, parent=parent, par=agente, volet="priorite", nom="Logement")
    with pytest.raises(TransitionInterdite, match="tous ses étages"):
        Enveloppe.ajouter(convention, parent=troisieme, par=agente, volet="priorite", nom="Transport")


def test_une_enveloppe_se_renomme_et_se_retire_tant_qu_elle_n_a_pas_servi(convention, agente):
    arbre = arbre_dresse(convention)
    reserve = arbre["Réserve"].renommer("Imprévus", par=agente)
    assert str(reserve) == "Imprévus"
    neuve = Enveloppe.ajouter(convention, parent=reserve.parent, par=agente, volet="reserve", nom="En trop")
    neuve.retirer(par=agente)
    assert not Enveloppe.objects.filter(nom="En trop").exists()
    with pytest.raises(TransitionInterdite, match="comprend d’autres enveloppes"):
        arbre["Projets des territoires"].retirer(par=agente)
    with pytest.raises(TransitionInterdite, match="ne se renomme ni ne se retire"):
        Enveloppe.racine(convention, 2025).retirer(par=agente)


def test_une_enveloppe_qui_a_des_ecritures_garde_son_nom(convention, agente):
    arbre_dresse(convention)
    repartition_adoptee(convention)
    for geste in (lambda e: e.renommer("Autre", par=agente), lambda e: e.retirer(par=agente)):
        with pytest.raises(TransitionInterdite, match="elle garde son nom"):
            geste(enveloppes_par_nom(convention)["Réserve"])


def test_une_enveloppe_repartie_a_zero_ne_disparait_pas(convention, agente):
    arbre_dresse(convention)
    parts = {"Réserve": "1200000.00"} | dict.fromkeys(
        ["Coordination et mobilisation", "Projets régionaux", "La Matapédia", "La Matanie"], "0"
    )
    repartition_adoptee(convention, parts=parts | {"Participation des personnes": "0"})
    with pytest.raises(TransitionInterdite, match="a déjà servi"):
        enveloppes_par_nom(convention)["La Matanie"].retirer(par=agente)


def test_la_page_montre_l_arbre_et_chaque_chiffre_mene_a_ses_lignes(convention, agente, client_de):
    arbre_dresse(convention)
    repartition_adoptee(convention)
    client = client_de(agente)
    page = client.get(adresse(convention, "enveloppes"), {"exercice": 2025})
    assert_html_accessible(page)
    local = enveloppes_par_nom(convention)["Projets des territoires"]
    lien = f"{adresse(convention, 'grand_livre')}?enveloppe={local.pk}&amp;compte=alloue"
    assert lien in page.text
    assert "800\xa0000,01\xa0$" in page.text
    lignes = client.get(adresse(convention, "grand_livre"), {"compte": "alloue", "enveloppe": local.pk})
    assert "Alloué\xa0: <b>800\xa0000,01\xa0$</b>" in lignes.text
    assert page.text.count('<svg class="barre"') == 7


def test_les_soldes_d_un_arbre_viennent_d_une_seule_requete(convention, agente, client_de):
    arbre = arbre_dresse(convention)
    client = client_de(agente)
    url = adresse(convention, "enveloppes")
    client.get(url)

    def requetes():
        with CaptureQueriesContext(connection) as lues:
            assert client.get(url, {"exercice": 2025}).status_code == 200
        return len(lues)

    avant = requetes()
    for rang in range(40):
        Enveloppe.ajouter(
            convention, parent=arbre["Réserve"].parent, par=agente, volet="reserve", nom=f"R{rang}"
        )
    assert requetes() == avant <= 12


def test_avant_la_signature_la_page_dit_quand_l_enveloppe_s_ouvrira(cadre, mess, client_de):
    convention = convention_en_preparation(cadre.bsl)
    page = client_de(mess).get(adresse(convention, "enveloppes"))
    assert "s’ouvre à la signature" in page.text
    convention.exercices.all().delete()
    assert "Aucun exercice" in client_de(mess).get(adresse(convention, "enveloppes")).text


def test_l_arbre_se_dresse_par_la_page_avec_la_forme_du_profil(
    convention, agente, lectrice, etrangere, client_de
):
    url = adresse(convention, "arbre", 2025)
    assert client_de(etrangere).get(url).status_code == 404
    convention.part_regionale = 0
    convention.save()
    client = client_de(agente)
    page = client.get(url)
    assert_html_accessible(page)
    assert (
        'value="territoires" id="id_forme_1" checked' in page.text
        or "checked" in page.text.split("territoires")[1][:60]
    )
    assert client.post(url, {}).status_code == 200
    assert client.post(url, {"forme": "territoires"}).status_code == 302
    assert "a déjà ses enveloppes" in client.get(url).text
    client.post(url, {"forme": "territoires"})
    assert Enveloppe.objects.filter(convention=convention, volet="local").count() == 1


def test_ajouter_modifier_et_retirer_par_les_pages(convention, agente, client_de):
    arbre = arbre_dresse(convention)
    client = client_de(agente)
    url = adresse(convention, "enveloppe_ajout", 2025)
    donnees = {"parent": arbre["Réserve"].parent_id, "volet": "reserve", "nom": "Imprévus"}
    assert "nomme son territoire" in client.post(url, donnees | {"volet": "territoire"}).text
    assert client.post(url, donnees).status_code == 302
    neuve = Enveloppe.objects.get(nom="Imprévus")
    assert "existe déjà" in client.post(url, donnees).text
    modification = reverse("conventions:enveloppe_modification", args=[neuve.pk])
    revision = client.get(modification).context["form"]["revision"].value()
    assert client.post(modification, {"nom": "Urgences", "revision": revision}).status_code == 302
    perime = client.post(modification, {"nom": "Le mien", "revision": revision})
    assert (perime.status_code, "Le mien" in perime.text) == (409, True)
    assert Enveloppe.objects.get(pk=neuve.pk).nom == "Urgences"
    retrait = reverse("conventions:enveloppe_retrait", args=[neuve.pk])
    assert "Retirer «\xa0Urgences\xa0»" in client.get(retrait).text
    client.post(retrait)
    assert not Enveloppe.objects.filter(pk=neuve.pk).exists()


def test_le_montant_fixe_se_marque(convention, agente, client_de):
    reserve = arbre_dresse(convention)["Réserve"]
    url = reverse("conventions:enveloppe_modification", args=[reserve.pk])
    client = client_de(agente)
    revision = client.get(url).context["form"]["revision"].value()
    client.post(url, {"nom": "", "montant_fixe": "on", "revision": revision})
    reserve.refresh_from_db()
    assert reserve.montant_fixe
    assert reserve.solde.alloue == Decimal(0)
