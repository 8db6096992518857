"""Lire un plan entier : qui voit quoi, et ce qui reste caché jusqu'au prochain dépôt."""

import pytest
from django.urls import reverse

from alliances.models import ProfilGouvernance
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible

SECRET = "Phrase écrite après le dépôt"


@pytest.fixture
def observatrice(cadre):
    return fabriques.personne("observation", cadre.bsl.regions.get())


def lire(client, version):
    return client.get(reverse("plans:lecture", args=[version.pk]))


def reecrire(version, par, code="1d", texte=SECRET):
    section = version.sections.get(code=code)
    section.enregistrer(par=par, revision=section.revision, texte=f"<p>{texte}</p>")


def test_l_alliance_lit_sa_redaction(cadre, agente, client_de):
    version = fabriques.plan_pret(cadre.bsl)
    reponse = lire(client_de(agente), version)
    assert reponse.status_code == 200
    assert_html_accessible(reponse)
    assert "Une offre alimentaire digne et proche" in reponse.text
    assert "Revenir à la rédaction" in reponse.text


def test_un_brouillon_ne_se_voit_pas_de_l_etat(cadre, analyste, client_de):
    assert lire(client_de(analyste), fabriques.plan_pret(cadre.bsl)).status_code == 404


def test_une_autre_alliance_ne_voit_rien(cadre, etrangere, client_de):
    assert lire(client_de(etrangere), fabriques.version_approuvee(cadre.bsl)).status_code == 404


def test_les_corrections_restent_cachees_jusqu_au_nouveau_depot(cadre, agente, analyste, mess, client_de):
    version = fabriques.version_a_corriger(cadre.bsl)
    reecrire(version, agente)
    assert SECRET in lire(client_de(agente), version).text
    for personne in (analyste, mess):
        assert SECRET not in lire(client_de(personne), version).text


def test_apres_le_nouveau_depot_l_etat_lit_le_texte_corrige(cadre, agente, signataire, analyste, client_de):
    version = fabriques.version_a_corriger(cadre.bsl)
    reecrire(version, agente, texte=f"{SECRET}. " + "Un mot de plus pour suffire. " * 30)
    section = version.sections.get(code="1d")
    section.enregistrer(par=agente, revision=section.revision, texte=section.texte, terminee=True)
    version.demandes.get().traiter(par=agente)
    fabriques.relire(version).deposer(par=signataire, certifie=True)
    assert SECRET in lire(client_de(analyste), version).text


def test_l_observation_ne_lit_que_la_version_approuvee(cadre, agente, observatrice, client_de):
    approuvee = fabriques.version_approuvee(cadre.bsl)
    suivante = approuvee.ouvrir_modification(par=agente, motif="Ajouter le transport")
    reecrire(suivante, agente, "1a")
    client = client_de(observatrice)
    assert lire(client, approuvee).status_code == 200
    assert SECRET not in lire(client, approuvee).text
    assert lire(client, suivante).status_code == 404


@pytest.mark.parametrize("role", ["sign_territoire", "fin_territoire"])
def test_la_mrc_qui_gere_sa_part_ne_lit_que_la_version_approuvee(cadre, agente, client_de, role):
    ProfilGouvernance.objects.update_or_create(alliance=cadre.bsl, defaults={"gestion": "partagee"})
    approuvee = fabriques.version_approuvee(cadre.bsl)
    suivante = approuvee.ouvrir_modification(par=agente, motif="Ajouter le transport")
    client = client_de(fabriques.personne(role, cadre.bsl.territoires.first()))
    assert lire(client, approuvee).status_code == 200
    assert lire(client, suivante).status_code == 404


def test_une_modification_en_cours_s_annonce_aux_membres_seulement(
    cadre, agente, analyste, observatrice, client_de
):
    approuvee = fabriques.version_approuvee(cadre.bsl)
    approuvee.ouvrir_modification(par=agente, motif="Ajouter le transport")
    annonce = "Une modification est en cours"
    assert annonce in lire(client_de(agente), approuvee).text
    for personne in (analyste, observatrice):
        assert annonce not in lire(client_de(personne), approuvee).text


def test_les_gestes_ne_s_impriment_pas(cadre, agente, client_de):
    texte = lire(client_de(agente), fabriques.version_approuvee(cadre.bsl)).text
    assert 'class="sommaire-plan carte appui sans-impression"' in texte


def test_rien_de_ce_qu_on_ecrit_ne_s_execute(cadre, agente, client_de):
    version = fabriques.plan_pret(cadre.bsl)
    version.priorites.update(titre="<script>alert(1)</script>")
    version.sections.filter(code="1a").update(texte='<p onclick="x()">Bonjour</p><script>alert(2)</script>')
    version.marquer()
    texte = lire(client_de(agente), version).text
    assert "<script>alert" not in texte
    assert "onclick" not in texte
    assert "&lt;script&gt;alert(1)" in texte


def test_la_page_tient_en_douze_requetes(cadre, agente, client_de, django_assert_max_num_queries):
    version = fabriques.version_approuvee(cadre.bsl)
    client = client_de(agente)
    lire(client, version)  # La première page prolonge la séance.
    with django_assert_max_num_queries(12):
        lire(client, version)
