"""La page d'une section : écrire sans script, enregistrer seul, être deux sans rien perdre."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alliances.plans.models import Presence
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu
from tests.outils.partage import partagee

JSON = {"headers": {"accept": "application/json"}}


def url(version, nom="section", *args):
    return reverse(f"plans:{nom}", args=[version.pk, *(args or ("1d",))])


@partagee
def version(cadre, agente):
    return fabriques.plan_ouvert(cadre.bsl)


@partagee
def section(version):
    return version.sections.get(code="1d")


def saisie(section, texte="Deux sièges.\n\n- un\n- deux", terminee="non", **autres):
    return {"texte": texte, "terminee": terminee, "revision": section.revision} | autres


def test_une_section_s_ecrit_sans_script(version, section, agente, client_de):
    client = client_de(agente)
    page = client.get(url(version))
    assert_html_accessible(page)
    reponse = client.post(url(version), saisie(section, terminee="oui", suite="plan"))
    assert reponse.url == reverse("plans:tableau", args=[version.pk])
    section.refresh_from_db()
    assert section.texte == "<p>Deux sièges.</p><ul><li>un</li><li>deux</li></ul>"
    assert (section.terminee, section.modifiee_par) == (True, agente)


@pytest.mark.parametrize("code, attendue", [("1d", "section"), ("2c", "priorites"), ("10f", "tableau")])
def test_enregistrer_et_continuer_mene_a_la_suite(version, agente, client_de, code, attendue):
    section = version.sections.get(code=code)
    reponse = client_de(agente).post(url(version, "section", code), saisie(section, suite="suivante"))
    args = [version.pk, "2a"] if attendue == "section" else [version.pk]
    assert reponse.url == reverse(f"plans:{attendue}", args=args)


def test_le_script_envoie_du_html_et_le_serveur_le_nettoie(version, section, agente, client_de):
    texte = '<p onclick="x()">Bonjour <b>toi</b></p><script>alert(1)</script><p style="color:red">Fin</p>'
    client_de(agente).post(url(version), saisie(section, texte=texte, texte_format="html"))
    section.refresh_from_db()
    assert section.texte == "<p>Bonjour <strong>toi</strong></p><p>Fin</p>"


def test_une_section_inconnue_est_introuvable(version, agente, client_de):
    assert client_de(agente).get(url(version, "section", "9z")).status_code == 404


# --- Deux personnes -----------------------------------------------------------------------------------------


def test_deux_coordinations_ne_s_ecrasent_pas(cadre, version, section, agente, client_de):
    autre = fabriques.personne("coordination", cadre.bsl, "Denis", "Lavoie")
    client_de(autre).post(url(version), saisie(section, texte="Le texte de Denis."))
    reponse = client_de(agente).post(url(version), saisie(section, texte="Le texte de Camille."))
    assert reponse.status_code == 409
    assert_html_accessible(reponse)
    assert "Denis Lavoie" in reponse.text
    segments = [s for b in reponse.context["blocs"] for s in b.segments]
    assert ("retrait", "Denis") in [(s.genre, s.texte.strip(" .")) for s in segments]
    assert "Le texte de Camille." in reponse.context["form"]["texte"].value()
    section.refresh_from_db()
    assert section.texte == "<p>Le texte de Denis.</p>"


def test_apres_le_conflit_on_garde_le_sien_en_connaissance_de_cause(
    cadre, version, section, agente, client_de
):
    autre = fabriques.personne("coordination", cadre.bsl)
    client_de(autre).post(url(version), saisie(section, texte="Autre."))
    client = client_de(agente)
    conflit = client.post(url(version), saisie(section, texte="Mien."))
    revision = conflit.context["form"]["revision"].value()
    reponse = client.post(url(version), {"texte": "Mien, et Autre.", "terminee": "non", "revision": revision})
    assert reponse.status_code == 302
    section.refresh_from_db()
    assert section.texte == "<p>Mien, et Autre.</p>"


def test_un_double_clic_n_est_pas_un_conflit(version, section, agente, client_de):
    client = client_de(agente)
    donnees = saisie(section, terminee="oui")
    assert client.post(url(version), donnees).status_code == 302
    assert client.post(url(version), donnees).status_code == 302
    section.refresh_from_db()
    assert section.revision == 2


def test_la_page_de_comparaison_garde_la_saisie_de_l_enregistrement_automatique(
    version, section, agente, client_de
):
    section.enregistrer(par=agente, revision=section.revision, texte="<p>Enregistré.</p>")
    reponse = client_de(agente).post(url(version, "conflit"), {"texte": "Tapé.", "revision": 1})
    assert reponse.status_code == 409
    assert "Tapé." in reponse.context["form"]["texte"].value()


def test_les_changements_depuis_le_depot_se_lisent(cadre, agente, client_de):
    version = fabriques.version_a_corriger(cadre.bsl)
    section = version.sections.get(code="1d")
    section.enregistrer(par=agente, revision=section.revision, texte=fabriques.TEXTE_REVU)
    reponse = client_de(agente).get(url(version, "conflit"))
    assert_html_accessible(reponse)
    assert "<ins" in reponse.text
    assert "<del" in reponse.text
    assert "Depuis le dépôt du" in lu(reponse)


def test_les_changements_d_une_modification_partent_de_la_decision(cadre, agente, client_de):
    approuvee = fabriques.version_approuvee(cadre.bsl)
    version = approuvee.ouvrir_modification(par=agente, motif="Le transport")
    assert "Depuis la décision du" in lu(client_de(agente).get(url(version, "conflit")))


# --- Enregistrement automatique et présence -----------------------------------------------------------------


def test_le_brouillon_s_enregistre_et_dit_l_heure(version, section, agente, client_de):
    client = client_de(agente)
    reponse = client.post(url(version, "brouillon"), {"texte": "Un déb", "revision": 1}, **JSON)
    corps = reponse.json()
    assert (reponse.status_code, corps["revision"]) == (200, 2)
    assert corps["message"] == f"Brouillon enregistré à {corps['heure']}"
    assert corps["dernier"].endswith(f"à {corps['heure']}, {agente.nom_complet}")
    assert "data-dernier-enregistrement" in client.get(url(version)).text
    section.refresh_from_db()
    assert section.texte == "<p>Un déb</p>"
    assert section.terminee is False


def test_le_brouillon_garde_aussi_la_reponse_terminee(version, section, agente, client_de):
    """Choisie dans la page, la réponse survit au départ; absente de l'envoi, elle ne change pas."""
    client = client_de(agente)
    donnees = {"texte": "Un début", "terminee": "oui", "revision": section.revision}
    revision = client.post(url(version, "brouillon"), donnees, **JSON).json()["revision"]
    section.refresh_from_db()
    assert section.terminee
    client.post(url(version, "brouillon"), {"texte": "Un autre", "revision": revision}, **JSON)
    section.refresh_from_db()
    assert section.terminee
    assert "Un autre" in section.texte


def test_le_brouillon_depasse_offre_de_comparer(version, section, agente, client_de):
    section.enregistrer(par=agente, revision=1, texte="<p>Autre.</p>")
    reponse = client_de(agente).post(url(version, "brouillon"), {"texte": "Mien", "revision": 1}, **JSON)
    assert reponse.status_code == 409
    assert reponse.json()["comparer"] == url(version, "conflit")


def test_le_brouillon_refuse_en_json(cadre, version, section, agente, lectrice, etrangere, client_de):
    donnees = {"texte": "x", "revision": 1}
    assert Client().post(url(version, "brouillon"), donnees, **JSON).status_code == 401
    reponse = client_de(lectrice).post(url(version, "brouillon"), donnees, **JSON)
    assert (reponse.status_code, "coordination" in reponse.json()["erreur"]) == (403, True)
    assert client_de(etrangere).post(url(version, "brouillon"), donnees, **JSON).status_code == 404
    trop = client_de(agente).post(url(version, "brouillon"), {"texte": "x" * 200_001, "revision": 1}, **JSON)
    assert trop.status_code == 400
    assert "trop long" in trop.json()["erreur"]
    assert client_de(agente).post(url(version, "brouillon"), {"texte": "x"}, **JSON).status_code == 400
    section.refresh_from_db()
    assert section.texte == ""


def test_le_brouillon_d_un_plan_depose_est_refuse(cadre, agente, client_de):
    version = fabriques.version_deposee(cadre.bsl)
    section = version.sections.get(code="1d")
    donnees = {"texte": "Trop tard", "revision": section.revision}
    reponse = client_de(agente).post(url(version, "brouillon"), donnees, **JSON)
    assert reponse.status_code == 403
    assert "ne se modifie plus" in reponse.json()["erreur"]


def test_la_presence_nomme_les_autres_et_dit_qui_a_enregistre(cadre, version, section, agente, client_de):
    autre = fabriques.personne("coordination", cadre.bsl, "Denis", "Lavoie")
    adresse = url(version, "presence", "section-1d")
    assert client_de(agente).post(adresse, {"revision": 1}).json()["autres"] == []
    assert client_de(autre).post(adresse, {"revision": 1}).json()["autres"] == ["Camille R."]
    section.enregistrer(par=autre, revision=1, texte="<p>Neuf.</p>")
    corps = client_de(agente).post(adresse, {"revision": 1}).json()
    assert (corps["autres"], corps["enregistree_par"]) == (["Denis L."], "Denis L.")
    assert client_de(agente).post(adresse, {"revision": 2}).json()["enregistree_par"] is None


def test_une_presence_s_eteint_et_ne_se_devine_pas(cadre, version, agente, lectrice, etrangere, client_de):
    adresse = url(version, "presence", "section-1d")
    client_de(lectrice).post(adresse)
    Presence.objects.update(vue_le=timezone.now() - timezone.timedelta(minutes=2))
    assert client_de(agente).post(adresse).json()["autres"] == []
    assert client_de(etrangere).post(adresse).status_code == 404
    assert client_de(agente).post(url(version, "presence", "n-importe-quoi")).status_code == 404
    assert client_de(agente).get(adresse).status_code == 405


# --- Qui, quand ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("personne", ["signataire", "lectrice", "ressource"])
def test_les_autres_roles_lisent_mais_n_ecrivent_pas(version, section, client_de, request, personne):
    client = client_de(request.getfixturevalue(personne))
    page = client.get(url(version))
    assert page.status_code == 200
    assert '<textarea name="texte"' not in page.text
    assert client.post(url(version), saisie(section)).status_code == 403
    section.refresh_from_db()
    assert section.texte == ""


def test_l_etat_ne_lit_pas_la_redaction_en_cours(cadre, analyste, agente, client_de):
    version = fabriques.version_a_corriger(cadre.bsl)
    section = version.sections.get(code="1d")
    section.enregistrer(par=agente, revision=section.revision, texte="<p>Encore secret.</p>")
    reponse = client_de(analyste).get(url(version))
    assert reponse.status_code == 403
    assert "secret" not in reponse.text


def test_la_page_d_avant_le_depot_garde_ce_qui_etait_tape(cadre, agente, client_de):
    version = fabriques.version_deposee(cadre.bsl)
    section = version.sections.get(code="1d")
    reponse = client_de(agente).post(url(version), saisie(section, texte="Je tapais encore."))
    assert reponse.status_code == 409
    assert "Je tapais encore." in reponse.text
    assert "ne se modifie plus" in reponse.text
    section.refresh_from_db()
    assert section.texte == fabriques.TEXTE


def test_un_mandat_perdu_en_cours_de_route_ferme_tout(cadre, version, section, agente, client_de):
    client = client_de(agente)
    assert client.get(url(version)).status_code == 200
    agente_mandat = cadre.bsl.mandats.get(utilisateur=agente)
    agente_mandat.fin = timezone.localdate()
    agente_mandat.save()
    assert client.post(url(version), saisie(section)).status_code == 404
    assert client.post(url(version, "brouillon"), {"texte": "x", "revision": 1}).status_code == 404


def test_une_seance_expiree_rend_ce_qui_etait_tape(version, section):
    reponse = Client().post(url(version), saisie(section, texte="Un paragraphe entier."))
    assert reponse.status_code == 401
    assert "Un paragraphe entier." in reponse.text
