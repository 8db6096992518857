"""Vérifier avant de déposer : tout ce qui est écrit, les quinze éléments, chaque constat et son lien."""

from django.urls import reverse

from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible


def url(version, nom="verification", *args):
    return reverse(f"plans:{nom}", args=[version.pk, *args])


def test_un_plan_vide_dit_tout_ce_qui_manque(cadre, agente, client_de):
    version = fabriques.plan_ouvert(cadre.bsl)
    page = client_de(agente).get(url(version))
    assert_html_accessible(page)
    assert "Non fourni" in page.text
    assert "À régler avant le dépôt" in page.text
    assert len(page.context["elements"]) == 15


def test_un_plan_complet_montre_chaque_reponse(cadre, agente, client_de):
    version = fabriques.plan_pret(cadre.bsl)
    page = client_de(agente).get(url(version))
    assert_html_accessible(page)
    assert "Rien, dans le contenu, ne bloque le dépôt" in page.text
    for mot in ("Ouvrir une épicerie solidaire", "Direction de santé publique", "1\xa0600", "La Matapédia"):
        assert mot in page.text
    assert {element["etat"] for element in page.context["elements"]} == {"Répondu"}


def test_chaque_lien_de_constat_s_ouvre(cadre, agente, client_de):
    version = fabriques.plan_ouvert(cadre.bsl)
    fabriques.ajouter_priorite(version, agente)
    version.plan.alliance.contacts.update(telephone="")
    version.plan.alliance.participations.all().delete()
    version.plan.alliance.profil_gouvernance.delete()
    moyen = fabriques.relire(version).priorites.get().objectifs.get().moyens.get()
    moyen.indicateurs.get().supprimer(par=agente)
    client = client_de(agente)
    page = client.get(url(version))
    liens = [c["lien"] for _, liste in page.context["groupes_de_constats"] for c in liste]
    liens += [lieu["url"] for element in page.context["elements"] for lieu in element["lieux"]]
    assert url(version, "ajout", "moyen", moyen.cle) in liens
    assert len(liens) > 20
    for lien in set(liens):
        assert client.get(lien.partition("#")[0]).status_code == 200, lien


def test_le_fragment_d_un_constat_existe_dans_la_page(cadre, agente, client_de):
    version = fabriques.plan_ouvert(cadre.bsl)
    priorite = fabriques.ajouter_priorite(version, agente)
    priorite.raison, priorite.thematique = "", None
    priorite.enregistrer(par=agente, revision=priorite.revision)
    client = client_de(agente)
    page = client.get(url(version))
    liens = {c["lien"] for _, liste in page.context["groupes_de_constats"] for c in liste if "#" in c["lien"]}
    assert any("#id_raison" in lien for lien in liens)
    for lien in liens:
        adresse, _, fragment = lien.partition("#")
        texte = client.get(adresse).text
        assert f'id="{fragment}"' in texte or f'id="{fragment}_0"' in texte, lien


def test_des_points_bloquants_passent_avant_l_adoption(cadre, agente, lectrice, client_de):
    vide = fabriques.plan_ouvert(cadre.bsl)
    page = client_de(agente).get(url(vide)).text
    assert page.index("À régler avant le dépôt") < page.index("Adopter le plan quand même")
    assert '<a class="bouton"' not in page
    assert "Adopter le plan" not in client_de(lectrice).get(url(vide)).text


def test_sans_point_bloquant_l_adoption_est_offerte_a_qui_la_fait(cadre, agente, lectrice, client_de):
    pret = fabriques.plan_pret(cadre.bsl)
    adoption = f'<a class="bouton" href="{reverse("plans:adoption", args=[pret.pk])}">Adopter le plan</a>'
    assert adoption in client_de(agente).get(url(pret)).text
    assert "Adopter le plan" not in client_de(lectrice).get(url(pret)).text
