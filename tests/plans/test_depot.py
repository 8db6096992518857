"""Déposer : ce qui bloque se dit, la certification s'exige, la preuve se relit; retirer, modifier, ouvrir."""

from unittest.mock import patch

import pytest
from django.urls import reverse

from alliances.plans.models import PlanAction, VersionPlan
from socle.erreurs import TransitionInterdite
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu
from tests.outils.partage import partagee


def url(version, nom="depot"):
    return reverse(f"plans:{nom}", args=[version.pk])


@partagee
def adoptee(cadre, agente, signataire):
    return fabriques.version_adoptee(cadre.bsl)


def test_la_personne_autorisee_depose_et_garde_la_preuve(
    adoptee, signataire, client_de, django_capture_on_commit_callbacks
):
    client = client_de(signataire)
    assert_html_accessible(client.get(url(adoptee)))
    with django_capture_on_commit_callbacks() as apres:
        reponse = client.post(url(adoptee), {"certifie": "on"})
    assert reponse.url == url(adoptee, "depot_confirme")
    assert len(apres) >= 1
    version = fabriques.relire(adoptee)
    assert (version.etat, version.deposee_par) == ("deposee", signataire)
    confirmation = client.get(reponse.url)
    assert_html_accessible(confirmation)
    instantane = version.dernier_instantane("depot")
    for mot in (version.reference, signataire.nom_complet, instantane.empreinte, "Et maintenant"):
        assert mot in confirmation.text
    assert reverse("plans:pdf", args=[instantane.pk]) in confirmation.text


def test_la_preuve_dit_a_qui_le_tour_et_pour_quand(cadre, agente, client_de):
    version = fabriques.version_deposee(cadre.bsl)
    for nom in ("depot_confirme", "tableau"):
        page = client_de(agente).get(url(version, nom))
        assert "C’est à Services Québec d’examiner le plan." in page.text
        assert "encore 30\xa0jours" in page.text.replace("30 jours", "30\xa0jours")


def test_une_modification_ne_montre_pas_l_echeance_du_premier_depot(cadre, agente, signataire, client_de):
    premiere = fabriques.version_approuvee(cadre.bsl)
    suivante = premiere.ouvrir_modification(par=agente, motif="Une cible change.")
    assert "Échéance\xa0:" not in client_de(signataire).get(url(suivante)).text


def test_sans_certification_rien_ne_part(adoptee, signataire, client_de):
    page = client_de(signataire).post(url(adoptee), {})
    assert "Rien ne bloque le dépôt" in client_de(signataire).get(url(adoptee)).text
    assert "Rien ne bloque le dépôt" not in page.text
    assert "Cochez la certification" in page.text
    assert fabriques.relire(adoptee).etat == "adoptee"


def test_deux_clics_deposent_une_fois(adoptee, signataire, client_de):
    client = client_de(signataire)
    client.post(url(adoptee), {"certifie": "on"})
    reponse = client.post(url(adoptee), {"certifie": "on"})
    assert reponse.url == url(adoptee, "depot_confirme")
    assert adoptee.instantanes.count() == 1
    assert adoptee.journal.filter(geste="deposer").count() == 1


def test_un_plan_incomplet_dit_pourquoi_avec_des_liens(cadre, agente, signataire, client_de):
    version = fabriques.plan_ouvert(cadre.bsl)
    client = client_de(signataire)
    page = client.get(url(version))
    assert_html_accessible(page)
    assert "La Table doit d’abord adopter le plan" in page.text
    assert reverse("plans:section", args=[version.pk, "2a"]) in page.text
    client.post(url(version), {"certifie": "on"})
    assert fabriques.relire(version).etat == "brouillon"


@pytest.mark.parametrize("personne, code", [("agente", 403), ("lectrice", 403), ("etrangere", 404)])
def test_les_autres_ne_deposent_pas_mais_les_membres_lisent(adoptee, client_de, request, personne, code):
    client = client_de(request.getfixturevalue(personne))
    assert client.post(url(adoptee), {"certifie": "on"}).status_code == code
    assert fabriques.relire(adoptee).etat == "adoptee"
    page = client.get(url(adoptee))
    if code == 403:
        assert "Cette action revient à ce rôle" in page.text


def test_apres_un_retour_il_faut_avoir_tout_corrige(cadre, agente, signataire, client_de):
    version = fabriques.version_a_corriger(cadre.bsl)
    section = version.sections.get(code="1d")
    section.enregistrer(par=agente, revision=section.revision, texte=fabriques.TEXTE_REVU, terminee=True)
    client = client_de(signataire)
    assert "Il reste une demande de correction" in client.get(url(version)).text
    version.demandes.get().traiter(par=agente)
    assert "les corrections demandées sont faites" in client.get(url(version)).text
    client.post(url(version), {"certifie": "on"})
    version = fabriques.relire(version)
    assert (version.etat, version.tour) == ("deposee", 2)


def test_la_confirmation_n_existe_pas_avant_le_depot(adoptee, agente, client_de):
    assert client_de(agente).get(url(adoptee, "depot_confirme")).status_code == 404


def test_un_depot_non_commence_se_retire(cadre, agente, signataire, client_de):
    version = fabriques.version_deposee(cadre.bsl)
    client = client_de(signataire)
    assert "retirer ce dépôt" in lu(client.get(url(version, "depot_confirme")))
    assert_html_accessible(client.get(url(version, "retrait")))
    assert client_de(agente).post(url(version, "retrait")).status_code == 403
    client.post(url(version, "retrait"), {"motif": "Mauvaise version"})
    assert fabriques.relire(version).etat == "brouillon"


def test_un_examen_commence_empeche_le_retrait(cadre, agente, signataire, analyste, client_de):
    version = fabriques.version_deposee(cadre.bsl)
    version.commencer_examen(par=analyste)
    client = client_de(signataire)
    assert "demandez plutôt un retour" in client.get(url(version, "retrait")).text
    client.post(url(version, "retrait"), {"motif": ""})
    assert fabriques.relire(version).etat == "deposee"


def test_une_modification_s_ouvre_avec_son_motif(cadre, agente, lectrice, client_de):
    version = fabriques.version_approuvee(cadre.bsl)
    client = client_de(agente)
    assert_html_accessible(client.get(url(version, "modification")))
    assert "Répondez à la question «" in client.post(url(version, "modification"), {"motif": ""}).text
    assert client_de(lectrice).post(url(version, "modification"), {"motif": "x"}).status_code == 403
    reponse = client.post(url(version, "modification"), {"motif": "Une priorité s’ajoute."})
    suivante = version.plan.version_ouverte()
    assert reponse.url == url(suivante, "tableau")
    assert (suivante.numero, suivante.motif) == (2, "Une priorité s’ajoute.")
    assert "Une priorité s’ajoute." in client.get(reponse.url).text
    client.post(url(version, "modification"), {"motif": "Encore"})
    assert VersionPlan.objects.count() == 2


def test_un_plan_s_ouvre_une_seule_fois(cadre, agente, lectrice, etrangere, client_de):
    adresse = reverse("plans:ouverture", args=["bas-saint-laurent"])
    assert client_de(lectrice).get(adresse).status_code == 403
    assert client_de(etrangere).get(adresse).status_code == 404
    client = client_de(agente)
    assert_html_accessible(client.get(adresse))
    assert PlanAction.objects.count() == 0
    reponse = client.post(adresse)
    version = VersionPlan.objects.get()
    assert reponse.url == url(version, "tableau")
    assert client.post(adresse).url == url(version, "tableau")
    assert VersionPlan.objects.count() == 1


def test_une_annexe_se_joint_pendant_la_redaction(cadre, agente, lectrice, client_de):
    version = fabriques.plan_ouvert(cadre.bsl)
    client = client_de(agente)
    assert_html_accessible(client.get(url(version, "pieces")))
    client.post(url(version, "pieces"), {"piece": fabriques.fichier_pdf("carte.pdf")})
    page = client.get(url(version, "pieces"))
    assert_html_accessible(page)
    assert "carte.pdf" in page.text
    assert client_de(lectrice).post(url(version, "pieces"), {}).status_code == 403
    assert version.pieces.get().usage == "annexe"


def test_une_annexe_ne_se_joint_plus_apres_l_adoption(adoptee, agente, client_de):
    client_de(agente).post(url(adoptee, "pieces"), {"piece": fabriques.fichier_pdf("carte.pdf")})
    assert [piece.usage for piece in adoptee.pieces.all()] == ["resolution"]


def test_un_cycle_sans_canevas_ne_s_ouvre_pas_et_la_page_dit_pourquoi(cadre, agente, client_de):
    cadre.bsl.cycle.code = "2017-2023"
    cadre.bsl.cycle.save()
    adresse = reverse("plans:ouverture", args=["bas-saint-laurent"])
    for page in (client_de(agente).get(adresse), client_de(agente).post(adresse)):
        assert page.status_code == 403
        assert "Le cycle 2017-2023 n’a pas de canevas" in page.text
    with pytest.raises(TransitionInterdite, match="canevas"):
        PlanAction.ouvrir(cadre.bsl, par=agente)
    assert not PlanAction.objects.exists()


def test_perdre_la_course_a_l_ouverture_du_plan_se_dit_et_n_est_pas_une_panne(cadre, agente, client_de):
    adresse = reverse("plans:ouverture", args=["bas-saint-laurent"])
    with patch.object(PlanAction, "ouvrir", side_effect=TransitionInterdite("Quelqu’un d’autre l’ouvre.")):
        page = client_de(agente).post(adresse, follow=True)
    assert page.status_code == 200
    assert [str(message) for message in page.context["messages"]] == ["Quelqu’un d’autre l’ouvre."]
