"""La participation des personnes : des nombres par exercice, trois axes qui ne s'additionnent pas."""

import pytest
from django.core.exceptions import ValidationError

from alliances.models import JournalAlliance
from tests.alliances.pages import adresse, envoyer, ouvrir, texte
from tests.outils.html_accessible import assert_html_accessible

MECANISME = {
    "exercice": "2025-2026",
    "axe": "projets",
    "palier": "projet",
    "forme": "pilotage",
    "etapes": ["conception", "suivi"],
    "niveau": "collaboration",
    "personnes": "1 240",
    "rencontres": "6",
    "dedommagement": "on",
}


def test_un_mecanisme_s_ajoute_sur_son_axe(cadre, agente, client_de):
    client = client_de(agente)
    page = ouvrir(client, "mecanisme_ajout", cadre.bsl.slug, requete="?axe=projets")
    assert page.context["form"]["axe"].value() == "projets"
    envoyer(client, "mecanisme_ajout", cadre.bsl.slug, **MECANISME)
    ligne = cadre.bsl.participations.get(axe="projets")
    assert (ligne.personnes, ligne.etapes) == (1240, ["conception", "suivi"])
    assert JournalAlliance.objects.get().apres["étapes"] == "Conception des projets, Suivi"


def test_l_exercice_d_ou_l_on_vient_est_propose_et_retrouve(cadre, agente, client_de):
    client = client_de(agente)
    page = ouvrir(client, "mecanisme_ajout", cadre.bsl.slug, requete="?axe=roi&exercice=2027-2028")
    assert page.context["form"]["exercice"].value() == "2027-2028"
    assert "---------" not in texte(page)
    suite = envoyer(client, "mecanisme_ajout", cadre.bsl.slug, **MECANISME)
    assert suite.url.endswith("?exercice=2025-2026")


def test_les_trois_axes_ont_trois_tableaux_sans_total(cadre, agente, analyste, client_de):
    client = client_de(agente)
    for axe in ("gouvernance", "projets", "benevolat"):
        envoyer(client, "mecanisme_ajout", cadre.bsl.slug, **(MECANISME | {"axe": axe, "personnes": "100"}))
    page = texte(ouvrir(client_de(analyste), "participation", cadre.bsl.slug, requete="?exercice=2025-2026"))
    assert page.count("<table") == 3
    assert "300" not in page
    assert "Total" not in page


def test_chaque_exercice_se_lit_a_part(cadre, analyste, client_de):
    client = client_de(analyste)
    assert "Siège à une instance régionale" in texte(ouvrir(client, "participation", cadre.bsl.slug))
    vide = texte(ouvrir(client, "participation", cadre.bsl.slug, requete="?exercice=1999-2000"))
    assert "Siège à une instance régionale" in vide


def test_aucune_action_et_son_motif_sont_une_reponse(cadre, agente, client_de):
    client = client_de(agente)
    ouvrir(client, "aucune_action", cadre.bsl.slug, requete="?axe=benevolat")
    saisie = {"exercice": "2024-2025", "axe": "benevolat", "aucune_action_motif": "Modalité propre au Nord"}
    envoyer(client, "aucune_action", cadre.bsl.slug, **saisie)
    page = texte(ouvrir(client, "participation", cadre.bsl.slug, requete="?exercice=2024-2025"))
    assert "Modalité propre au Nord" in page
    ligne = cadre.bsl.participations.get(axe="benevolat")
    ouvrir(client, "participation_ligne", cadre.bsl.slug, ligne.pk)


def test_aucune_action_sans_motif_est_refusee(cadre, agente, client_de):
    reponse = envoyer(client_de(agente), "aucune_action", cadre.bsl.slug, exercice="2024-2025", axe="projets")
    assert_html_accessible(reponse)
    assert "Remplissez le champ «\u00a0Motif\u00a0»." in texte(reponse)


@pytest.mark.parametrize(
    ("nom", "saisie", "phrase"),
    [
        (
            "aucune_action",
            {"exercice": "2024-2025", "axe": "gouvernance", "aucune_action_motif": "Rien"},
            "a déjà une ligne sur cet axe",
        ),
        ("mecanisme_ajout", MECANISME | {"axe": "benevolat"}, "est déclaré «\u00a0aucune action\u00a0»"),
    ],
)
def test_aucune_action_et_un_mecanisme_se_contredisent(cadre, agente, client_de, nom, saisie, phrase):
    cadre.bsl.participations.create(exercice="2025-2026", axe="benevolat", aucune_action_motif="Rien")
    reponse = envoyer(client_de(agente), nom, cadre.bsl.slug, **saisie)
    assert reponse.status_code == 200
    assert phrase in texte(reponse).replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    assert cadre.bsl.participations.count() == 2


def test_un_nombre_negatif_est_refuse_sans_rien_perdre(cadre, agente, client_de):
    reponse = envoyer(
        client_de(agente), "mecanisme_ajout", cadre.bsl.slug, **(MECANISME | {"personnes": "-3"})
    )
    assert reponse.status_code == 200
    assert_html_accessible(reponse)
    assert 'value="6"' in texte(reponse)
    assert cadre.bsl.participations.count() == 1


def test_une_ligne_se_modifie_et_se_retire(cadre, agente, client_de):
    ligne = cadre.bsl.participations.get()
    client = client_de(agente)
    ouvrir(client, "participation_ligne", cadre.bsl.slug, ligne.pk)
    envoyer(
        client,
        "participation_ligne",
        cadre.bsl.slug,
        ligne.pk,
        exercice="2024-2025",
        axe="gouvernance",
        palier="regional",
        forme="instance_regionale",
        niveau="deliberation",
        personnes="4",
        rencontres="3",
    )
    assert JournalAlliance.objects.get().apres == {"personnes": "4"}
    ouvrir(client, "participation_retrait", cadre.bsl.slug, ligne.pk)
    client.post(adresse("participation_retrait", cadre.bsl.slug, ligne.pk))
    assert not cadre.bsl.participations.exists()


def test_la_ligne_d_une_autre_alliance_est_introuvable(cadre, agente, client_de):
    ligne = cadre.lanaudiere.participations.get()
    for nom in ("participation_ligne", "participation_retrait"):
        assert client_de(agente).post(adresse(nom, cadre.bsl.slug, ligne.pk)).status_code == 404
    assert cadre.lanaudiere.participations.exists()


def test_une_modalite_propre_n_est_pas_une_absence(cadre, agente, analyste, client_de):
    client, matapedia = client_de(agente), cadre.bsl.territoires.first()
    ouvrir(client, "modalite_propre", cadre.bsl.slug, requete="?axe=projets&exercice=2025-2026")
    saisie = {
        "exercice": "2025-2026",
        "axe": "projets",
        "territoire": matapedia.pk,
        "modalite_propre": "L’assemblée en décide selon ses usages.",
    }
    envoyer(client, "modalite_propre", cadre.bsl.slug, **saisie)
    page = ouvrir(client_de(analyste), "participation", cadre.bsl.slug, requete="?exercice=2025-2026")
    assert_html_accessible(page)
    assert f"Modalité propre, {matapedia.nom}" in texte(page)
    assert "Aucune action" not in texte(page)
    ligne = cadre.bsl.participations.get(axe="projets")
    assert "modalite_propre" in client.get(adresse("participation_ligne", cadre.bsl.slug, ligne.pk)).text


def test_un_mecanisme_nomme_son_territoire_et_son_instance(cadre, agente, client_de):
    client, matapedia, table = client_de(agente), cadre.bsl.territoires.first(), cadre.bsl.instances.get()
    liens = {"territoire": matapedia.pk, "instance_gouvernance": table.pk}
    envoyer(client, "mecanisme_ajout", cadre.bsl.slug, **MECANISME | liens)
    page = texte(ouvrir(client, "participation", cadre.bsl.slug, requete="?exercice=2025-2026"))
    assert matapedia.nom in page
    assert table.nom in page


def test_le_territoire_et_l_instance_d_une_autre_alliance_sont_refuses(cadre, agente, client_de):
    ailleurs = {
        "territoire": cadre.lanaudiere.territoires.first().pk,
        "instance_gouvernance": cadre.lanaudiere.instances.get().pk,
    }
    for nom, pk in ailleurs.items():
        reponse = envoyer(client_de(agente), "mecanisme_ajout", cadre.bsl.slug, **MECANISME | {nom: pk})
        assert reponse.status_code == 200
    ligne = cadre.bsl.participations.model(alliance=cadre.bsl, territoire_id=ailleurs["territoire"])
    with pytest.raises(ValidationError, match="n’est pas de l’Alliance"):
        ligne.clean()
