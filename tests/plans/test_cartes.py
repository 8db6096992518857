"""Les cartes : priorité, objectif, moyen, indicateur; l'ordre, le double, la corbeille, deux personnes."""

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.plans.models import IndicateurPlan, Moyen, Objectif, Priorite
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

GESTION = {
    "collaborateurs-TOTAL_FORMS": "2",
    "collaborateurs-INITIAL_FORMS": "0",
    "collaborateurs-MIN_NUM_FORMS": "0",
    "collaborateurs-MAX_NUM_FORMS": "60",
}


def url(version, nom, *args):
    return reverse(f"plans:{nom}", args=[version.pk, *args])


def url_de(version, element, nom="carte"):
    return url(version, nom, element.objet, element.cle)


@partagee
def version(cadre, agente):
    return fabriques.plan_pret(cadre.bsl)


@partagee
def priorite(version):
    return version.priorites.get()


@partagee
def moyen(priorite):
    return priorite.objectifs.get().moyens.get()


def saisie_de_moyen(moyen, **champs):
    return (
        GESTION
        | {
            "description": moyen.description,
            "population": moyen.population,
            "tous": "on",
            "personnes_visees": "1600",
            "resultat_attendu": moyen.resultat_attendu,
            "responsable": moyen.responsable,
            "debut": "2025-04-01",
            "fin": "2028-03-31",
            "revision": moyen.revision,
        }
        | champs
    )


# --- Écrire -------------------------------------------------------------------------------------------------


def test_une_branche_entiere_s_ecrit_sans_script(cadre, agente, client_de):
    version = fabriques.plan_ouvert(cadre.bsl)
    client = client_de(agente)
    assert_html_accessible(client.get(url(version, "priorites")))
    assert_html_accessible(client.get(url(version, "priorite_ajout")))
    thematique = cadre.cycle.thematiques.first()
    reponse = client.post(
        url(version, "priorite_ajout"),
        {
            "titre": "Se nourrir",
            "palier": "regional",
            "tous": "on",
            "thematique": thematique.pk,
            "raison": "Les **faits**.",
            "personnes_visees": "1 600",
            "suite": "enfant",
        },
    )
    priorite = version.priorites.get()
    assert (priorite.personnes_visees, priorite.raison) == (1600, "<p>Les <strong>faits</strong>.</p>")
    assert priorite.territoires.count() == cadre.bsl.territoires.count()
    assert reponse.url == url_de(version, priorite, "ajout")
    client.post(reponse.url, {"titre": "Ouvrir des lieux"})
    objectif = priorite.objectifs.get()
    assert_html_accessible(client.get(url_de(version, objectif, "ajout")))
    sante = cadre.bsl.instances.get().sieges.get(secteur__code="sante").secteur
    client.post(
        url_de(version, objectif, "ajout"),
        GESTION
        | {
            "description": "Ouvrir une épicerie",
            "territoires": [cadre.bsl.territoires.first().pk],
            "debut": "2025-04-01",
            "fin": "31 mars 2028",
            "collaborateurs-0-nom": "Santé publique",
            "collaborateurs-0-secteur": sante.pk,
            "collaborateurs-0-contribution": "Un local",
        },
    )
    moyen = objectif.moyens.get()
    assert moyen.collaborateurs.get().contribution == "Un local"
    assert str(moyen.fin) == "2028-03-31"
    client.post(
        url_de(version, moyen, "ajout"),
        {
            "nom": "Personnes",
            "unite": "personnes",
            "depart": "1 100,5",
            "cible": "1 600",
            "echeance": "2028-03-31",
        },
    )
    indicateur = moyen.indicateurs.get()
    assert (str(indicateur.depart), str(indicateur.cible)) == ("1100.50", "1600.00")
    assert version.priorites.get().modifie_par == agente
    assert_html_accessible(client.get(url(version, "priorites")))


@pytest.mark.parametrize("objet", ["priorite", "objectif", "moyen", "indicateur"])
def test_chaque_carte_s_ouvre_et_se_lit(version, moyen, agente, lectrice, client_de, objet):
    element = {
        "priorite": moyen.objectif.priorite,
        "objectif": moyen.objectif,
        "moyen": moyen,
        "indicateur": moyen.indicateurs.get(),
    }[objet]
    page = client_de(agente).get(url_de(version, element))
    assert_html_accessible(page)
    assert str(element) in page.text
    lue = client_de(lectrice).get(url_de(version, element))
    assert lue.status_code == 200
    assert "Rien ne se modifie ici maintenant" in lue.text


def test_ajouter_une_ligne_garde_tout_ce_qui_est_tape(version, moyen, agente, client_de):
    donnees = saisie_de_moyen(
        moyen,
        description="Tapé sans être fini",
        debut="pas une date",
        ajouter_ligne="1",
        **{"collaborateurs-0-nom": "Organisme un", "collaborateurs-1-contribution": "Un local"},
    )
    page = client_de(agente).post(url_de(version, moyen), donnees)
    assert page.status_code == 200
    assert_html_accessible(page)
    for mot in ("Tapé sans être fini", "pas une date", "Organisme un", "Un local"):
        assert mot in page.text
    assert page.context["ensemble"].total_form_count() == 5
    moyen.refresh_from_db()
    assert moyen.description == "Ouvrir une épicerie solidaire"


def test_une_ligne_de_collaboration_videe_disparait(version, moyen, agente, client_de):
    client_de(agente).post(url_de(version, moyen), saisie_de_moyen(moyen))
    assert not moyen.collaborateurs.exists()


def test_une_contribution_sans_organisme_est_expliquee(version, moyen, agente, client_de):
    donnees = saisie_de_moyen(moyen, **{"collaborateurs-0-contribution": "Un local"})
    page = client_de(agente).post(url_de(version, moyen), donnees)
    assert "nommez l’organisme" in page.text
    assert moyen.collaborateurs.count() == 1


# --- Ordre, double, corbeille -------------------------------------------------------------------------------


def test_monter_et_descendre_changent_l_ordre(version, priorite, agente, client_de):
    seconde = fabriques.ajouter_priorite(version, agente, titre="La seconde")
    client = client_de(agente)
    client.post(url_de(version, seconde, "deplacement"), {"sens": "monter"})
    assert list(version.priorites.all()) == [seconde, priorite]
    client.post(url_de(version, seconde, "deplacement"), {"sens": "monter"})
    client.post(url_de(version, seconde, "deplacement"), {"sens": "descendre"})
    assert list(version.priorites.all()) == [priorite, seconde]
    assert client.post(url_de(version, seconde, "deplacement"), {"sens": "?"}).status_code == 404
    assert client.get(url_de(version, seconde, "deplacement")).status_code == 405


def test_dupliquer_copie_ce_que_la_carte_porte(version, moyen, agente, client_de):
    client_de(agente).post(url_de(version, moyen, "double"))
    double = moyen.objectif.moyens.exclude(pk=moyen.pk).get()
    assert double.cle != moyen.cle
    assert double.collaborateurs.count() == double.indicateurs.count() == 1


def test_la_suppression_nomme_ce_qui_part_et_se_defait(version, priorite, agente, client_de):
    client = client_de(agente)
    page = client.get(url_de(version, priorite, "suppression"))
    assert_html_accessible(page)
    for mot in ("1 objectif", "1 moyen", "1 indicateur", "trente jours"):
        assert mot in page.text
    client.post(url_de(version, priorite, "suppression"))
    assert version.contenu()["priorites"] != []  # l'objet en mémoire date d'avant
    assert fabriques.relire(version).contenu()["priorites"] == []
    corbeille = client.get(url(version, "corbeille"))
    assert_html_accessible(corbeille)
    assert priorite.titre in corbeille.text
    client.post(url_de(version, priorite, "retablissement"))
    assert len(fabriques.relire(version).contenu()["priorites"]) == 1


def test_la_suppression_s_annule_depuis_son_message(version, priorite, agente, client_de):
    client = client_de(agente)
    page = client.post(url_de(version, priorite, "suppression"), follow=True)
    assert_html_accessible(page)
    assert f"La priorité «\xa0{priorite.titre}\xa0» est supprimée; vous avez trente jours" in page.text
    bouton = f'form="gestes" formaction="{url_de(version, priorite, "retablissement")}"'
    assert bouton in page.text
    assert 'id="gestes"' in page.text
    page = client.post(url_de(version, priorite, "retablissement"), follow=True)
    assert f"La priorité «\xa0{priorite.titre}\xa0» est rétablie, à sa place." in page.text


def test_le_message_de_suppression_echappe_le_titre(version, agente, client_de):
    priorite = fabriques.ajouter_priorite(version, agente, titre="<b>Gras</b>")
    page = client_de(agente).post(url_de(version, priorite, "suppression"), follow=True)
    assert "«\xa0&lt;b&gt;Gras&lt;/b&gt;\xa0» est supprimée" in page.text


def test_apres_trente_jours_on_ne_retablit_plus(version, priorite, agente, client_de):
    priorite.supprimer(par=agente)
    Priorite.objects.update(supprime_le=timezone.now() - timezone.timedelta(days=31))
    client = client_de(agente)
    assert priorite.titre not in client.get(url(version, "corbeille")).text
    reponse = client.post(url_de(version, priorite, "retablissement"), follow=True)
    assert "trente jours pour rétablir" in reponse.text


# --- Deux personnes -----------------------------------------------------------------------------------------


def test_deux_personnes_sur_un_moyen_ne_s_ecrasent_pas(cadre, version, moyen, agente, client_de):
    autre = fabriques.personne("coordination", cadre.bsl)
    client_de(autre).post(url_de(version, moyen), saisie_de_moyen(moyen, responsable="Comité de Denis"))
    client = client_de(agente)
    conflit = client.post(url_de(version, moyen), saisie_de_moyen(moyen, responsable="Comité de Camille"))
    assert conflit.status_code == 409
    assert_html_accessible(conflit)
    libelles = [libelle for libelle, _ in conflit.context["differences"]]
    assert libelles == ["Responsable"]
    moyen.refresh_from_db()
    assert moyen.responsable == "Comité de Denis"
    revision = conflit.context["form"]["revision"].value()
    reponse = client.post(
        url_de(version, moyen), saisie_de_moyen(moyen, responsable="Comité de Camille", revision=revision)
    )
    assert reponse.status_code == 302
    moyen.refresh_from_db()
    assert moyen.responsable == "Comité de Camille"


def test_une_carte_supprimee_pendant_la_saisie_rend_la_saisie(version, moyen, agente, client_de):
    moyen.supprimer(par=agente)
    page = client_de(agente).post(url_de(version, moyen), saisie_de_moyen(moyen, responsable="Encore là"))
    assert page.status_code == 409
    assert "Encore là" in page.text
    assert "corbeille" in page.text


# --- Qui écrit quoi -----------------------------------------------------------------------------------------


def test_une_ressource_de_territoire_ecrit_ses_priorites_locales(
    cadre, version, priorite, ressource, client_de
):
    client = client_de(ressource)
    donnees = {
        "titre": "Chez nous",
        "palier": "local",
        "territoires": [cadre.bsl.territoires.get(code="07").pk],
    }
    client.post(url(version, "priorite_ajout"), donnees)
    locale = version.priorites.get(titre="Chez nous")
    assert locale.palier == "local"
    client.post(url_de(version, locale, "ajout"), {"titre": "Un objectif"})
    assert locale.objectifs.count() == 1
    noeuds = client.get(url(version, "priorites")).context["noeuds"]
    assert [noeud.ouvert for noeud in noeuds] == [False, True]
    assert client.post(url_de(version, priorite), {"titre": "x"}).status_code == 403
    assert client.post(url_de(version, locale, "deplacement"), {"sens": "monter"}).status_code == 403


@pytest.mark.parametrize("champs", [{"palier": "regional"}, {"code": "08"}])
def test_une_ressource_de_territoire_n_ecrit_rien_d_autre(cadre, version, ressource, client_de, champs):
    code = champs.pop("code", "07")
    donnees = {"titre": "x", "palier": "local", "territoires": [cadre.bsl.territoires.get(code=code).pk]}
    page = client_de(ressource).post(url(version, "priorite_ajout"), donnees | champs)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert version.priorites.count() == 1


@pytest.mark.parametrize("personne, code", [("signataire", 403), ("lectrice", 403), ("etrangere", 404)])
def test_les_autres_ne_touchent_a_rien(version, moyen, client_de, request, personne, code):
    client = client_de(request.getfixturevalue(personne))
    priorite = moyen.objectif.priorite
    essais = [
        (url(version, "priorite_ajout"), {"titre": "x", "palier": "local"}),
        (url_de(version, moyen), saisie_de_moyen(moyen, responsable="x")),
        (url_de(version, priorite, "ajout"), {"titre": "x"}),
        (url_de(version, moyen, "double"), {}),
        (url_de(version, moyen, "deplacement"), {"sens": "monter"}),
        (url_de(version, moyen, "suppression"), {}),
        (url_de(version, moyen, "retablissement"), {}),
    ]
    for adresse, donnees in essais:
        assert client.post(adresse, donnees).status_code == code, adresse
    moyen.refresh_from_db()
    assert moyen.supprime_le is None
    assert [m.objects.count() for m in (Priorite, Objectif, Moyen, IndicateurPlan)] == [1, 1, 1, 1]


def test_un_plan_depose_ne_change_plus_de_forme(cadre, agente, client_de):
    version = fabriques.version_deposee(cadre.bsl)
    moyen = version.priorites.get().objectifs.get().moyens.get()
    client = client_de(agente)
    page = client.post(url_de(version, moyen), saisie_de_moyen(moyen, responsable="Trop tard"))
    assert "Trop tard" in page.text
    assert "ne se modifie plus" in page.text
    client.post(url_de(version, moyen, "suppression"))
    client.post(url_de(version, moyen, "double"))
    assert [m.responsable for m in Moyen.objects.filter(supprime_le=None)] == ["Corporation fictive"]
