"""La personne en charge d'un dossier, plan ou convention : qui la nomme, qui l'apprend, ce que « Les miens » montre."""

from datetime import timedelta

import pytest
from django.urls import reverse

from alliances.models import Mandat
from alliances.models.releve import nommer_un_interim
from conventions.models import Convention
from socle.erreurs import TransitionInterdite
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests.conventions import versements as v
from tests.fabriques import personne, plan_ouvert
from tests.outils.html_accessible import assert_html_accessible

LISTES = ("plans:liste", "conventions:liste", "conventions:liste_versements")


@pytest.fixture
def dossiers(cadre, analyste):
    """Un plan et une convention en vigueur, chez soi et ailleurs."""
    plans = {a: plan_ouvert(a).plan for a in (cadre.bsl, cadre.lanaudiere)}
    return plans | {f"convention/{a.pk}": v.convention_signee(a) for a in (cadre.bsl, cadre.lanaudiere)}


@pytest.fixture
def plan(dossiers, cadre):
    return dossiers[cadre.bsl]


@pytest.fixture
def convention(dossiers, cadre):
    return dossiers[f"convention/{cadre.bsl.pk}"]


@pytest.fixture
def remplacante(cadre, analyste, direction):
    """Une analyste de la région 14, à l'intérim de celle de la région 01."""
    autre = personne("dgsq", cadre.lanaudiere.regions.get(), "Alma", "Bérubé")
    mandat, jour = Mandat.objects.get(utilisateur=analyste), aujourd_hui()
    nommer_un_interim(mandat, autre, par=direction, debut=jour, fin=jour + timedelta(10))
    return autre


def miens(client, liste, **parametres):
    """Les rangées de la liste, « Les miens » cochés : les noms des Alliances."""
    lignes = client.get(reverse(liste), {"miens": "on", "format": "json"} | parametres).json()["lignes"]
    return {ligne["alliance"] for ligne in lignes}


def test_un_dossier_se_confie_a_qui_l_analyse(plan, convention, direction, analyste, mess):
    for dossier in (plan, convention):
        for personne_en_charge in (analyste, mess):
            confie = dossier.confier(par=direction, personne=personne_en_charge)
            assert confie.charge == f"Le dossier est confié à {personne_en_charge}."
            ligne = dossier.journal.first()
            assert (ligne.geste, ligne.role) == ("confier", "direction_dgsq")
            assert ligne.apres == {"en charge": str(personne_en_charge)}


def test_confier_a_la_meme_personne_ne_laisse_pas_de_trace(plan, direction, analyste):
    plan.confier(par=direction, personne=analyste)
    lignes = plan.journal.count()
    plan.confier(par=direction, personne=analyste)
    assert plan.journal.count() == lignes


@pytest.mark.parametrize("qui", ["agente", "lectrice", "etrangere", "direction"])
def test_un_dossier_ne_se_confie_pas_a_qui_n_y_a_pas_de_mandat_d_analyse(
    request, plan, convention, direction, qui
):
    for dossier in (plan, convention):
        with pytest.raises(TransitionInterdite, match="ne tient pas de mandat d’analyse"):
            dossier.confier(par=direction, personne=request.getfixturevalue(qui))
        dossier.refresh_from_db()
        assert dossier.en_charge is None


@pytest.mark.parametrize(
    "qui, code", [("agente", 403), ("lectrice", 403), ("etrangere", 404), ("analyste", 200)]
)
def test_seul_l_etat_confie_un_dossier(request, plan, convention, client_de, qui, code):
    client = client_de(request.getfixturevalue(qui))
    for nom, dossier in (("plans:charge", plan), ("conventions:charge", convention)):
        assert client.get(reverse(nom, args=[dossier.pk])).status_code == code


def test_la_page_propose_les_analystes_annonce_et_revient_au_dossier(
    plan, convention, direction, analyste, remplacante, client_de
):
    client = client_de(direction)
    pages = (
        ("plans:charge", "plans:dossier", plan),
        ("conventions:charge", "conventions:convention", convention),
    )
    for charge, fiche, dossier in pages:
        page, retour = reverse(charge, args=[dossier.pk]), reverse(fiche, args=[dossier.pk])
        assert f'href="{page}"' in client.get(retour).text
        ouverte = client.get(page)
        assert_html_accessible(ouverte)
        assert "Inès Caron" in ouverte.text
        assert "Paul Dubé</option>" not in ouverte.text
        assert client.post(page, {"personne": analyste.pk}).url == retour
        assert "Le dossier est confié à Inès Caron." in client.get(retour).text
        annonces = Notification.objects.filter(lien=retour, titre__startswith="Un dossier vous est confié")
        assert {annonce.destinataire for annonce in annonces} == {analyste, remplacante}
        client.post(page, {"personne": "", "revision": analyste.pk})
        dossier.refresh_from_db()
        assert dossier.en_charge is None


@pytest.mark.parametrize("liste", LISTES)
def test_les_miens_montrent_ce_qui_est_confie_a_la_personne_ou_a_qui_elle_remplace(
    cadre, plan, convention, direction, analyste, remplacante, client_de, liste
):
    clients = [client_de(analyste), client_de(remplacante)]
    assert [miens(client, liste) for client in clients] == [set(), set()]
    for dossier in (plan, convention):
        dossier.confier(par=direction, personne=analyste)
    assert [miens(client, liste) for client in clients] == [{cadre.bsl.nom}] * 2
    assert miens(client_de(direction), liste) == set()


def test_les_miens_montrent_ce_qui_attend_un_geste_de_la_personne(
    cadre, convention, agente, etrangere, lectrice, mess, approbation, client_de
):
    assert miens(client_de(agente), "plans:liste") == {cadre.bsl.nom}
    assert miens(client_de(etrangere), "plans:liste") == {cadre.lanaudiere.nom}
    assert miens(client_de(lectrice), "plans:liste") == set()
    v.recommandee(convention)
    assert miens(client_de(approbation), "conventions:liste_versements") == {cadre.bsl.nom}
    avant_la_transmission = dict.fromkeys(("transmise_le", "transmise_par", "signee_le"))
    Convention.objects.filter(pk=convention.pk).update(etat="preparation", **avant_la_transmission)
    assert miens(client_de(mess), "conventions:liste") == {cadre.bsl.nom}


@pytest.mark.parametrize("liste", LISTES)
def test_la_colonne_en_charge_se_demande(plan, convention, direction, analyste, mess, client_de, liste):
    client = client_de(mess)
    for dossier in (plan, convention):
        dossier.confier(par=direction, personne=analyste)
    assert "Inès Caron" not in client.get(reverse(liste)).text
    assert "Inès Caron" in client.get(reverse(liste), {"colonnes": ["alliance", "en_charge"]}).text
    lignes = client.get(reverse(liste), {"format": "json"}).json()["lignes"]
    assert {ligne["en_charge"] for ligne in lignes if "Bas" in ligne["alliance"]} == {"Inès Caron"}


def test_un_dossier_confie_entre_temps_n_est_pas_repris_en_silence(
    plan, direction, analyste, mess, client_de
):
    client, adresse = client_de(direction), reverse("plans:charge", args=[plan.pk])
    vue = client.get(adresse).context["form"]["revision"].value()
    plan.confier(par=mess, personne=analyste)
    reponse = client.post(adresse, {"personne": "", "revision": vue})
    assert reponse.status_code == 409
    assert "Quelqu’un a confié ce dossier" in reponse.text
    plan.refresh_from_db()
    assert plan.en_charge == analyste
