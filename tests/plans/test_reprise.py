"""Reprendre d'une autre version ou d'un autre cycle : rien n'est remplacé, tout est marqué."""

import pytest
from django.urls import reverse

from socle.erreurs import TransitionInterdite
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee


def url(version, nom="reprise"):
    return reverse(f"plans:{nom}", args=[version.pk])


@partagee
def version(cadre, agente):
    return fabriques.plan_ouvert(cadre.bsl)


@partagee
def ancienne(cadre, agente, signataire):
    """Le plan approuvé de la même Table au cycle précédent."""
    return fabriques.plan_du_cycle_precedent(cadre.bsl, "Alliance – 2017")


def test_on_reprend_les_sections_vides_et_les_priorites_d_un_autre_cycle(cadre, ancienne, agente, client_de):
    version = fabriques.plan_ouvert(cadre.bsl)
    section = version.sections.get(code="1a")
    section.enregistrer(par=agente, revision=1, texte="<p>Déjà écrit.</p>")
    client = client_de(agente)
    page = client.get(url(version))
    assert_html_accessible(page)
    assert "1a –" not in page.text
    donnees = {"source": ancienne.pk, "sections": ["1b", "1c"], "priorites": "on"}
    assert client.post(url(version), donnees).status_code == 302
    textes = dict(version.sections.values_list("code", "repris_de"))
    assert (textes["1a"], textes["1b"], textes["1d"]) == ("", "2017-2023, version 1", "")
    assert version.sections.get(code="1a").texte == "<p>Déjà écrit.</p>"
    assert version.sections.get(code="1b").terminee is False
    priorite = version.priorites.get()
    assert priorite.repris_de == "2017-2023, version 1"
    assert "Repris de 2017-2023" in client.get(reverse("plans:section", args=[version.pk, "1b"])).text
    client.post(url(version), donnees | {"sections": []})
    assert version.priorites.count() == 1


def test_enregistrer_enleve_la_marque(cadre, ancienne, agente):
    version = fabriques.plan_ouvert(cadre.bsl)
    version.reprendre(ancienne, par=agente, sections=["1b"])
    section = version.sections.get(code="1b")
    section.enregistrer(par=agente, revision=section.revision, texte="<p>Adapté.</p>")
    assert section.repris_de == ""


def test_sans_rien_a_reprendre_la_page_le_dit(version, agente, client_de):
    page = client_de(agente).get(url(version))
    assert_html_accessible(page)
    assert "Rien à reprendre" in page.text


def test_une_modification_ne_reprend_pas_de_la_version_dont_elle_part(cadre, agente, client_de):
    approuvee = fabriques.version_approuvee(cadre.bsl)
    suivante = approuvee.ouvrir_modification(par=agente, motif="Ajouter le transport")
    page = client_de(agente).get(url(suivante))
    assert_html_accessible(page)
    assert "Rien à reprendre" in page.text
    assert "du texte complet de la précédente" in page.text
    with pytest.raises(TransitionInterdite, match="même Table"):
        suivante.reprendre(approuvee, par=agente, priorites=True)


def test_sans_section_vide_la_page_le_dit(cadre, ancienne, agente, client_de):
    page = client_de(agente).get(url(fabriques.plan_pret(cadre.bsl)))
    assert_html_accessible(page)
    assert "Aucune section à remplir" in page.text
    assert "Sections à remplir" not in page.text


def test_on_ne_reprend_pas_d_une_autre_table(cadre, version, agente, etrangere, client_de):
    ailleurs = fabriques.version_approuvee(cadre.lanaudiere)
    donnees = {"source": ailleurs.pk, "sections": ["1b"]}
    page = client_de(agente).post(url(version), donnees)
    assert page.context["form"].errors["source"]
    with pytest.raises(TransitionInterdite, match="même Table"):
        version.reprendre(ailleurs, par=agente, sections=["1b"])
    assert client_de(etrangere).get(url(version)).status_code == 404


def test_un_plan_adopte_ne_reprend_plus(cadre, agente, signataire, lectrice, client_de):
    version = fabriques.version_adoptee(cadre.bsl)
    with pytest.raises(TransitionInterdite, match="pendant la rédaction"):
        version.reprendre(version, par=agente, sections=["1b"])
    assert client_de(lectrice).get(url(version)).status_code == 403


def test_il_faut_choisir_quelque_chose(cadre, ancienne, agente, client_de):
    version = fabriques.plan_ouvert(cadre.bsl)
    page = client_de(agente).post(url(version), {"source": ancienne.pk})
    assert "Choisissez au moins une section" in page.text
