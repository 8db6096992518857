"""Recopier une demande reçue autrement : le document à portée, l'organisme sans NEQ, le fichier d'un envoi refusé."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from projets.attentes import etude
from projets.models import AppelProjets, Initiative, PieceRecue
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p
from tests.projets.test_receptions import HIER, recevoir

pytestmark = pytest.mark.django_db


@pytest.fixture
def appel(cadre, agente, enveloppes):
    fabriques.version_approuvee(cadre.bsl)
    return p.appel_ouvert(cadre.bsl, par=agente, partage={enveloppes["La Matapédia"]: 300_000})


def saisie(organisme):
    recue_le = f"{timezone.localtime() - HIER:%Y-%m-%d %H:%M}"
    return {"organisme": organisme, "mode": "papier", "recue_le": recue_le, "piece": fabriques.fichier_pdf()}


def test_le_document_recu_s_ouvre_de_chaque_page_ou_on_le_recopie(cadre, appel, agente, client_de):
    organisme, client = p.organisme(cadre.bsl), client_de(agente)
    client.post(reverse("projets:reception", args=[appel.pk]), saisie(organisme.neq))
    recue = Initiative.objects.get()
    lien = reverse("projets:piece_recue", args=[PieceRecue.objects.get().pk])
    pages = [reverse(f"projets:{nom}", args=[recue.pk]) for nom in ("demande", "pieces", "verification")]
    pages += [reverse("projets:partie", args=[recue.pk, code]) for code in ("projet", "depenses")]
    for url in pages:
        page = client.get(url)
        assert_html_accessible(page)
        assert lien in page.content.decode(), url


def test_deux_organismes_du_meme_nom_sans_neq_se_choisissent(cadre, appel, agente, client_de):
    premier, second = (
        fabriques.Organisme.objects.create(nom="Cuisine collective", territoire=cadre.bsl.territoires.first())
        for _ in range(2)
    )
    client, url = client_de(agente), reverse("projets:reception", args=[appel.pk])
    page = client.post(url, saisie("Cuisine collective"))
    assert_html_accessible(page)
    assert "choisissez celui de la demande" in page.content.decode()
    assert client.post(url, saisie("Cuisine collective") | {"lequel": str(second.pk)}).status_code == 302
    assert Initiative.objects.get().organisme == second


def test_un_envoi_refuse_dit_de_choisir_de_nouveau_le_fichier(appel, agente, client_de):
    url = reverse("projets:reception", args=[appel.pk])
    page = client_de(agente).post(url, saisie("Personne"))
    assert_html_accessible(page)
    assert "Choisissez de nouveau «\xa0" in page.content.decode()


def test_un_nom_ecrit_au_complet_l_emporte_sur_ceux_qui_le_contiennent(cadre, appel, agente, client_de):
    territoire = cadre.bsl.territoires.first()
    noms = [*(f"A{n} Popote" for n in range(8)), "Popote"]
    *_, voulue = (fabriques.Organisme.objects.create(nom=nom, territoire=territoire) for nom in noms)
    client, url = client_de(agente), reverse("projets:reception", args=[appel.pk])
    assert client.post(url, saisie("Popote")).status_code == 302
    assert Initiative.objects.get().organisme == voulue


@pytest.mark.parametrize(
    ("heures", "jours", "encore"),
    [(-1, None, True), (1, None, False), (23, 1, True), (25, 1, False), (47, 2, True)],
)
def test_ce_qui_ne_s_inscrit_plus_n_attend_plus_personne(cadre, appel, agente, heures, jours, encore):
    recevoir(appel, p.organisme(cadre.bsl), agente)
    fin = timezone.now() - timedelta(hours=heures)
    dates = {"ouvre_le": fin - timedelta(days=10), "ferme_le": fin, "inscription_jours": jours}
    AppelProjets.objects.filter(pk=appel.pk).update(**dates)
    relu = AppelProjets.objects.get(pk=appel.pk)
    assert (not Initiative.empechements_a_recevoir(relu)) is encore
    assert (etude.INSCRIRE in [attente.geste for attente in etude.taches(agente)]) is encore
