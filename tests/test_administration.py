"""L'administration corrige des données : avec un motif, sans toucher à l'histoire."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from alliances.models import (
    CircuitDecision,
    Contact,
    EtapeDecision,
    JournalAlliance,
    Organisme,
    Role,
    SecteurActeur,
)
from alliances.plans.models import Instantane, JournalPlan, Moyen, SectionPlan, VersionPlan
from tests import fabriques

pytestmark = pytest.mark.django_db


@pytest.fixture
def administratrice(cadre):
    return fabriques.personne(Role.ADMINISTRATION)


@pytest.fixture
def client(administratrice, client_de):
    return client_de(administratrice)


def page(objet, vue="change"):
    meta = objet._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{vue}", args=[objet.pk])


def champs(reponse, **changements):
    """Ce qu'un navigateur renverrait du formulaire affiché."""
    formulaire = reponse.context["adminform"].form
    envoi = {}
    for nom in formulaire.fields:
        valeur = formulaire[nom].value()
        if valeur is True:
            envoi[nom] = "on"
        elif isinstance(valeur, list):
            envoi[nom] = [getattr(v, "pk", v) for v in valeur]
        elif valeur not in (None, False):
            envoi[nom] = valeur
    return envoi | changements


@pytest.mark.parametrize("role", ["agente", "mess", "approbation", "lectrice"])
def test_seule_l_administration_entre(role, request, client_de):
    reponse = client_de(request.getfixturevalue(role)).get(reverse("admin:index"))
    assert reponse.status_code == 302


def test_un_ancien_drapeau_ne_suffit_pas_sans_mandat(cadre, agente, client_de):
    agente.is_staff = agente.is_superuser = True
    agente.save()
    assert client_de(agente).get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize("modele", admin.site._registry, ids=lambda m: m._meta.label)
def test_chaque_liste_s_ouvre_en_francais_et_n_efface_rien_en_lot(modele, client, cadre):
    fabriques.version_deposee(cadre.bsl)
    reponse = client.get(reverse(f"admin:{modele._meta.app_label}_{modele._meta.model_name}_changelist"))
    assert reponse.status_code == 200
    assert "delete_selected" not in reponse.content.decode()
    assert not admin.site._registry[modele].has_delete_permission(reponse.wsgi_request)


@pytest.mark.parametrize("modele", admin.site._registry, ids=lambda m: m._meta.label)
def test_chaque_fiche_s_ouvre(modele, client, cadre):
    fabriques.version_deposee(cadre.bsl)
    objet = modele.objects.first()
    if objet is None:
        return
    assert client.get(page(objet)).status_code == 200


def test_une_correction_sans_motif_est_refusee_et_garde_la_saisie(client):
    organisme = Organisme.objects.create(nom="Avant")
    reponse = client.post(page(organisme), champs(client.get(page(organisme)), nom="Après"))
    assert "Ce champ est obligatoire" in reponse.content.decode()
    assert 'value="Après"' in reponse.content.decode()
    organisme.refresh_from_db()
    assert organisme.nom == "Avant"


def test_une_correction_inscrit_l_avant_l_apres_et_le_motif(client, administratrice):
    organisme = Organisme.objects.create(nom="Avant")
    envoi = champs(client.get(page(organisme)), nom="Après", motif_de_correction="Faute de frappe")
    reponse = client.post(page(organisme), envoi, follow=True)
    assert "Nom\xa0: Avant → Après" in reponse.content.decode()
    ligne = JournalAlliance.objects.get(geste="corriger")
    assert (ligne.avant, ligne.apres) == ({"nom": "Avant"}, {"nom": "Après"})
    assert (ligne.par, ligne.role, ligne.motif) == (administratrice, Role.ADMINISTRATION, "Faute de frappe")


def test_une_correction_qui_ne_change_rien_ne_laisse_pas_de_trace(client):
    organisme = Organisme.objects.create(nom="Pareil")
    client.post(page(organisme), champs(client.get(page(organisme)), motif_de_correction="Rien"))
    assert not JournalAlliance.objects.exists()


def test_deux_onglets_sur_le_meme_organisme_ne_s_ecrasent_pas_sans_le_dire(client):
    organisme = Organisme.objects.create(nom="Avant")
    premier = champs(client.get(page(organisme)), nom="Du premier", motif_de_correction="Un")
    second = champs(client.get(page(organisme)), nom="Du second", motif_de_correction="Deux")
    client.post(page(organisme), premier)
    refus = client.post(page(organisme), second)
    assert "Quelqu’un a modifié cette fiche pendant que vous l’aviez ouverte." in refus.text
    assert "Nom\xa0: Du premier" in refus.text
    assert 'value="Du second"' in refus.text
    organisme.refresh_from_db()
    assert organisme.nom == "Du premier"
    client.post(page(organisme), champs(refus))
    organisme.refresh_from_db()
    assert organisme.nom == "Du second"
    assert JournalAlliance.objects.filter(geste="corriger").count() == 2


def test_corriger_un_contact_fait_avancer_la_revision_de_l_alliance(client, cadre):
    contact = Contact.objects.get(alliance=cadre.bsl)
    avant = cadre.bsl.revision
    client.post(page(contact), champs(client.get(page(contact)), nom="Autre", motif_de_correction="Départ"))
    cadre.bsl.refresh_from_db()
    assert cadre.bsl.revision > avant
    assert JournalAlliance.objects.get(geste="corriger").alliance == cadre.bsl


def test_corriger_les_territoires_d_une_alliance_dit_lesquels(client, cadre):
    envoi = champs(client.get(page(cadre.bsl)), territoires=[], motif_de_correction="Erreur de saisie")
    client.post(page(cadre.bsl), envoi)
    ligne = JournalAlliance.objects.get(geste="corriger")
    assert "La Matapédia" in ligne.avant["territoires"]
    assert ligne.apres["territoires"] == []


def test_une_section_en_redaction_se_corrige_et_le_plan_le_sait(client, cadre):
    version = fabriques.plan_pret(cadre.bsl)
    section = version.sections.get(code="1a")
    envoi = champs(
        client.get(page(section)), texte="Corrigé <script>", motif_de_correction="Demande de la Table"
    )
    client.post(page(section), envoi)
    section.refresh_from_db()
    assert section.texte == "<p>Corrigé &lt;script&gt;</p>"
    assert fabriques.relire(version).contenu()["sections"][0]["texte"] == section.texte
    assert JournalPlan.objects.get(geste="corriger").motif == "Demande de la Table"


@pytest.mark.parametrize("situation", ["version_adoptee", "version_deposee", "version_approuvee"])
def test_une_version_adoptee_deposee_ou_approuvee_ne_se_corrige_pas(client, cadre, situation):
    version = getattr(fabriques, situation)(cadre.bsl)
    for objet in (version, SectionPlan.objects.first(), version.priorites.first()):
        reponse = client.post(page(objet), {"motif": "x", "texte": "x", "motif_de_correction": "x"})
        assert reponse.status_code == 403


def test_l_etat_d_une_version_ne_change_pas_dans_l_administration(client, cadre):
    version = fabriques.plan_pret(cadre.bsl)
    client.post(page(version), {"etat": "approuvee", "motif": "m", "motif_de_correction": "x"})
    version.refresh_from_db()
    assert version.etat == VersionPlan.Etat.BROUILLON


def test_l_histoire_ne_se_corrige_ni_ne_s_efface(client, cadre):
    fabriques.version_deposee(cadre.bsl)
    for objet in (Instantane.objects.first(), JournalPlan.objects.first()):
        assert client.post(page(objet), {"motif": "x"}).status_code == 403
        assert client.post(page(objet, "delete"), {"post": "yes"}).status_code == 403


def liste(modele, client, **filtres):
    meta = modele._meta
    return client.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"), filtres)


def test_deux_moyens_homonymes_se_distinguent_et_se_trouvent(client, cadre):
    ici, ailleurs = fabriques.plan_pret(cadre.bsl), fabriques.plan_pret(cadre.lanaudiere)
    chemin = "objectif__priorite__version__plan__alliance"
    for filtres in (
        {f"{chemin}__id__exact": cadre.bsl.pk},
        {"q": cadre.bsl.nom},
    ):
        trouves = liste(Moyen, client, **filtres).context["cl"].queryset
        assert {moyen.version_du_plan for moyen in trouves} == {ici}
    page_entiere = liste(Moyen, client).content.decode()
    assert str(cadre.bsl) in page_entiere
    assert str(ailleurs.plan.alliance) in page_entiere


def test_le_journal_se_lit_et_se_filtre_en_mots(client, cadre):
    organisme = Organisme.objects.create(nom="Avant")
    client.post(
        page(organisme),
        champs(client.get(page(organisme)), nom="Après", motif_de_correction="Faute de frappe"),
    )
    fabriques.version_adoptee(cadre.bsl)
    de_l_alliance, du_plan = (
        liste(modele, client).content.decode() for modele in (JournalAlliance, JournalPlan)
    )
    assert "Donnée corrigée par l’administration" in de_l_alliance
    assert "1 ligne du journal de l’Alliance" in de_l_alliance
    assert ">Administration<" in de_l_alliance
    assert "Plan adopté par la Table" in du_plan
    assert ">Coordination<" in du_plan
    assert "<h1>Lignes du journal du plan</h1>" in du_plan
    filtrees = liste(JournalPlan, client, geste="adopter").context["cl"].queryset
    assert {ligne.geste for ligne in filtrees} == {"adopter"}


def test_le_titre_fait_l_elision(client, cadre):
    organisme = Organisme.objects.create(nom="Les Ateliers")
    assert "Modification d’organisme" in client.get(page(organisme)).content.decode()
    assert "Modification de région" in client.get(page(cadre.bsl.regions.get())).content.decode()
    version = fabriques.version_deposee(cadre.bsl)
    assert "Consultation de version du plan" in client.get(page(version)).content.decode()


def test_un_double_clic_dans_l_administration_n_ajoute_qu_un_objet(client):
    ajout = reverse("admin:alliances_secteuracteur_add")
    page = client.get(ajout)
    jeton = re.search('name="jeton_d_envoi" value="([^"]+)"', page.text)[1]
    envoi = champs(
        page, code="quai", nom="Le Quai", rang=99, motif_de_correction="Manquait.", jeton_d_envoi=jeton
    )
    lieux = {client.post(ajout, envoi)["Location"] for _ in range(2)}
    assert SecteurActeur.objects.filter(code="quai").count() == len(lieux) == 1


@pytest.mark.parametrize("modele", [CircuitDecision, EtapeDecision])
def test_un_circuit_et_ses_etapes_se_lisent_et_ne_se_changent_pas(modele, client, cadre):
    """C'est la signature qui les fixe, dans l'application."""
    circuit = CircuitDecision.objects.filter(alliance=cadre.bsl).first()
    circuit.etapes.create(rang=1, instance_gouvernance=circuit.decide, acte="avis")
    objet, verbe = modele.objects.first(), modele._meta.model_name
    lue = client.get(page(objet))
    assert lue.status_code == 200
    assert "Enregistrer" not in lue.text
    assert client.post(page(objet), {"nom": "Le mien", "rang": 9}).status_code == 403
    assert client.get(reverse(f"admin:alliances_{verbe}_add")).status_code == 403
    assert not JournalAlliance.objects.exists()
