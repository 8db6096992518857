"""La liste des tâches : l'avancement de chaque partie, ce qui bloque, à qui c'est le tour."""

import pytest
from django.urls import reverse

from alliances.models import Role
from alliances.plans.models import ObservationPlan
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu


def url(version, nom="tableau", *args):
    return reverse(f"plans:{nom}", args=[version.pk, *args])


def taches(reponse):
    return {
        tache["libelle"][:2]: tache for groupe in reponse.context["groupes"] for tache in groupe["taches"]
    }


@pytest.mark.parametrize(
    "fabrique",
    [
        fabriques.plan_ouvert,
        fabriques.plan_pret,
        fabriques.version_adoptee,
        fabriques.version_deposee,
        fabriques.version_a_corriger,
        fabriques.version_avisee,
        fabriques.version_approuvee,
    ],
)
@pytest.mark.parametrize("personne", ["agente", "signataire", "lectrice", "ressource"])
def test_chaque_membre_lit_le_tableau_a_chaque_etat(cadre, client_de, request, fabrique, personne):
    membre = request.getfixturevalue(personne)
    reponse = client_de(membre).get(url(fabrique(cadre.bsl)))
    assert reponse.status_code == 200
    assert_html_accessible(reponse)


def test_un_plan_vide_est_a_commencer(cadre, agente, client_de):
    reponse = client_de(agente).get(url(fabriques.plan_ouvert(cadre.bsl)))
    etats = {code: tache["etat"] for code, tache in taches(reponse).items()}
    assert etats.pop("Pe") == "Terminée"  # la personne à joindre vient de l'Alliance
    assert set(etats.values()) == {"À commencer"}
    assert (reponse.context["terminees"], reponse.context["total"]) == (1, 15)


def test_un_texte_commence_est_en_cours_puis_termine(cadre, agente, client_de):
    version = fabriques.plan_ouvert(cadre.bsl)
    section = version.sections.get(code="1a")
    section.enregistrer(par=agente, revision=section.revision, texte=fabriques.TEXTE)
    client = client_de(agente)
    tache = taches(client.get(url(version)))["1a"]
    assert (tache["etat"], tache["genre"]) == ("En cours", "encours")
    assert "Camille R." in tache["detail"]
    section.enregistrer(par=agente, revision=section.revision, texte=fabriques.TEXTE, terminee=True)
    assert taches(client.get(url(version)))["1a"]["etat"] == "Terminée"


def test_une_correction_demandee_se_voit_avec_son_texte(cadre, agente, client_de):
    version = fabriques.version_a_corriger(cadre.bsl)
    reponse = client_de(agente).get(url(version))
    tache = taches(reponse)["1d"]
    assert (tache["etat"], tache["genre"]) == ("À corriger", "probleme")
    assert tache["demandes"][0]["texte"] in reponse.text
    assert "Une correction demandée" in reponse.text


def test_une_observation_interne_ne_se_compte_pas(cadre, agente, analyste, client_de):
    version = fabriques.version_deposee(cadre.bsl)
    for visibilite in ("interne", "partagee"):
        ObservationPlan.objects.create(
            version=version,
            cible_objet="section",
            cible_cle="2a",
            texte="Un mot",
            visibilite=visibilite,
            ecrite_par=analyste,
        )
    assert "1 observation" in taches(client_de(agente).get(url(version)))["2a"]["detail"]


def test_un_constat_mene_au_champ_a_corriger(cadre, agente, client_de):
    version = fabriques.plan_pret(cadre.bsl)
    moyen = version.priorites.get().objectifs.get().moyens.get()
    moyen.responsable = ""
    moyen.enregistrer(par=agente, revision=moyen.revision)
    reponse = client_de(agente).get(url(version))
    lien = f"{url(version, 'carte', 'moyen', moyen.cle)}#id_responsable"
    assert lien in [constat["lien"] for constat in reponse.context["constats"]]


def test_l_etat_est_conduit_a_l_examen_et_les_autres_a_la_lecture(cadre, agente, analyste, client_de):
    version = fabriques.version_deposee(cadre.bsl)
    assert client_de(analyste).get(url(version)).url == url(version, "examen")
    porteuse = fabriques.personne("observation")
    assert client_de(porteuse).get(url(version)).status_code == 404
    approuvee = fabriques.version_approuvee(cadre.lanaudiere)
    assert client_de(porteuse).get(url(approuvee)).url == url(approuvee, "lecture")


# --- La suite : à qui le tour, les gestes de chaque personne, les documents ---------------------------------


def gestes(client, version):
    return [geste["libelle"] for geste in client.get(url(version)).context["suite"]["gestes"]]


@pytest.mark.parametrize(
    "fabrique, coordination, signature",
    [
        (fabriques.plan_pret, ["Adopter le plan"], ["Adopter le plan"]),
        (
            fabriques.version_adoptee,
            ["Rouvrir pour modifier"],
            ["Déposer le plan", "Rouvrir pour modifier"],
        ),
        (
            fabriques.version_deposee,
            ["Voir la confirmation du dépôt"],
            ["Voir la confirmation du dépôt"],
        ),
        (fabriques.version_avisee, [], []),
        (fabriques.version_approuvee, ["Modifier le plan"], []),
    ],
)
def test_chaque_personne_ne_voit_que_ses_gestes(
    cadre, agente, signataire, lectrice, ressource, client_de, fabrique, coordination, signature
):
    version = fabrique(cadre.bsl)
    assert gestes(client_de(agente), version) == coordination
    assert gestes(client_de(signataire), version) == signature
    for membre in (lectrice, ressource):
        page = client_de(membre).get(url(version)).text
        for libelle in ("Adopter le plan", "Déposer le plan", "Rouvrir", "Modifier le plan"):
            assert libelle not in page, libelle


def test_adopter_ne_s_offre_pas_avant_qu_il_ne_reste_que_cela(cadre, agente, lectrice, client_de):
    version = fabriques.plan_ouvert(cadre.bsl)
    reponse = client_de(agente).get(url(version))
    (geste,) = reponse.context["suite"]["gestes"]
    assert (geste["libelle"], geste["url"]) == ("Aller à cette étape", url(version, "section", "1a"))
    assert "Écrire\xa0: 1a – " in reponse.text
    assert "Adopter le plan" not in reponse.text
    assert gestes(client_de(lectrice), version) == []


def test_la_page_dit_a_qui_c_est_de_deposer(cadre, agente, signataire, client_de):
    version = fabriques.version_adoptee(cadre.bsl)
    assert "C’est à vous de déposer le plan." in client_de(signataire).get(url(version)).text
    page = client_de(agente).get(url(version)).text
    assert "C’est à la personne autorisée à signer de déposer le plan." in page
    assert url(version, "pdf_brouillon") in page  # on signe ce qu'on a lu


def test_les_corrections_finies_la_personne_autorisee_depose_de_nouveau(cadre, agente, signataire, client_de):
    version = fabriques.version_a_corriger(cadre.bsl)
    assert gestes(client_de(signataire), version) == []
    for demande in version.demandes.ouvertes():
        demande.traiter(par=agente)
    nouvelle = "Inscrire une nouvelle résolution"  # les corrections ont changé le texte depuis l'adoption
    assert gestes(client_de(signataire), version) == ["Déposer le plan", nouvelle]
    assert gestes(client_de(agente), version) == [nouvelle]


@pytest.mark.parametrize(
    "fabrique, libelle",
    [
        (fabriques.version_deposee, "Plan déposé (PDF)"),
        (fabriques.version_avisee, "Plan déposé (PDF)"),
        (fabriques.version_approuvee, "Plan approuvé (PDF)"),
    ],
)
def test_un_plan_parti_montre_son_pdf_et_range_les_outils_de_redaction(
    cadre, agente, client_de, fabrique, libelle
):
    version = fabrique(cadre.bsl)
    reponse = client_de(agente).get(url(version))
    assert_html_accessible(reponse)
    document = version.instantanes.filter(document__isnull=False).last()
    assert libelle in reponse.text
    assert url(document, "pdf") in reponse.text
    assert "Déposé le" in reponse.text
    assert version.reference in reponse.text
    for outil in ("Vérifier le plan", "Avant le dépôt", "Sections terminées", "au plus tard", "À commencer"):
        assert outil not in reponse.text, outil


def test_la_version_en_vigueur_se_lit_depuis_la_modification(cadre, agente, lectrice, client_de):
    approuvee = fabriques.version_approuvee(cadre.bsl)
    suivante = approuvee.ouvrir_modification(par=agente, motif="Ajouter le transport")
    decision = approuvee.instantanes.get(circonstance="decision")
    page = client_de(lectrice).get(url(suivante))
    assert_html_accessible(page)
    assert "Lire la version en vigueur (PDF)" in page.text
    assert url(decision, "pdf") in page.text
    assert url(approuvee, "lecture") in page.text
    page = client_de(agente).get(url(approuvee)).text
    assert "Aller à la version\xa02" in page
    assert "Modifier le plan" not in page


def test_la_page_dit_en_quelle_qualite_le_plan_est_retourne(cadre, agente, client_de):
    version = fabriques.version_a_corriger(cadre.bsl)
    retour = version.instantanes.get(circonstance="retour")
    role = version.journal.get(geste="retourner").role
    assert f"{retour.par.nom_complet} ({Role(role).label})" in lu(client_de(agente).get(url(version)))


def test_les_constats_les_plus_graves_viennent_d_abord(cadre, agente, client_de):
    version = fabriques.plan_ouvert(cadre.bsl)
    niveaux = [c["niveau"] for c in client_de(agente).get(url(version)).context["constats"]]
    assert niveaux == sorted(niveaux, key=["erreur", "avertissement", "conseil"].index)


@pytest.mark.parametrize(
    "fabrique",
    [fabriques.version_a_corriger, fabriques.version_deposee, fabriques.version_approuvee],
)
def test_le_tableau_tient_son_budget_a_chaque_etat(
    cadre, agente, client_de, django_assert_max_num_queries, fabrique
):
    client, version = client_de(agente), fabrique(cadre.bsl)
    client.get("/")  # la première page d'une session l'écrit
    with django_assert_max_num_queries(12):
        client.get(url(version))


def test_la_modification_et_sa_base_tiennent_leur_budget(
    cadre, agente, client_de, django_assert_max_num_queries
):
    approuvee = fabriques.version_approuvee(cadre.bsl)
    suivante = approuvee.ouvrir_modification(par=agente, motif="Ajouter le transport")
    client = client_de(agente)
    client.get("/")  # la première page d'une session l'écrit
    for version in (approuvee, suivante):
        with django_assert_max_num_queries(12):
            client.get(url(version))


def test_l_alliance_d_a_cote_ne_voit_rien(cadre, etrangere, client_de):
    version = fabriques.version_approuvee(cadre.bsl)
    for nom in (
        "tableau",
        "priorites",
        "verification",
        "depot",
        "adoption",
        "pieces",
        "contact",
        "corbeille",
    ):
        assert client_de(etrangere).get(url(version, nom)).status_code == 404, nom


def test_le_tableau_coute_le_meme_prix_a_une_et_a_dix_priorites(
    cadre, agente, client_de, django_assert_max_num_queries
):
    version = fabriques.plan_pret(cadre.bsl)
    for rang in range(9):
        fabriques.ajouter_priorite(version, agente, titre=f"Priorité {rang}")
    client = client_de(agente)
    for nom in ("tableau", "priorites", "verification", "depot"):
        with django_assert_max_num_queries(12):
            assert client.get(url(version, nom)).status_code == 200
