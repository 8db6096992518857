"""Rendre un document : une seule fois, sans dommage si on recommence, et l'échec se dit en français."""

import hashlib
from datetime import timedelta

import pytest
from django.core.cache import cache

from alliances.plans import travaux
from alliances.plans.models import Instantane
from alliances.plans.travaux import demander_brouillon, rendre_document
from socle.documents.pdf import PdfFautif, PdfIndisponible
from socle.documents.rangement import DUREE_D_UN_RENDU, IMPREVU
from socle.models import Document
from socle.models.ouvriers import MORT
from tests import fabriques
from tests.outils.contenu_pdf import pages_du_pdf
from tests.outils.partage import partagee
from tests.outils.porte_pdf import verifier_pdf

pytestmark = pytest.mark.django_db


@partagee
def instantane(cadre):
    """Le dépôt du Bas-Saint-Laurent, dont le document attend."""
    version = fabriques.version_deposee(cadre.bsl)
    return version.instantanes.get(circonstance=Instantane.Circonstance.DEPOT)


@pytest.fixture
def faux_rendu(monkeypatch):
    """Remplace le rendu par des octets convenus; compte les appels."""
    appels = []

    def rendre(contenu, **options):
        appels.append(options)
        return b"%PDF-1.7 " + options["empreinte"].encode()

    monkeypatch.setattr(travaux, "pdf_du_plan", rendre)
    return appels


def test_le_document_depose_est_rendu_range_et_passe_la_porte(instantane):
    rendre_document.call(document_id=instantane.document_id)
    document = Document.objects.get(pk=instantane.document_id)
    assert document.est_pret
    assert document.pret_le is not None
    with document.fichier.open() as fichier:
        octets = fichier.read()
    assert document.taille == len(octets)
    assert document.empreinte == hashlib.sha256(octets).hexdigest()
    assert verifier_pdf(octets) == []
    assert "Brouillon" in pages_du_pdf(octets)[1].artefacts  # déposé, pas encore approuvé
    assert instantane.empreinte in "".join(page.lu for page in pages_du_pdf(octets)).replace("\n", "")


def test_un_document_pret_n_est_jamais_rendu_de_nouveau(instantane, faux_rendu):
    rendre_document.call(document_id=instantane.document_id)
    rendre_document.call(document_id=instantane.document_id)
    assert len(faux_rendu) == 1


def test_deux_ouvriers_ne_rendent_pas_le_meme_document(instantane, faux_rendu):
    cache.set(f"rendu-{instantane.document.cle}", True)
    rendre_document.call(document_id=instantane.document_id)
    assert faux_rendu == []
    cache.delete(f"rendu-{instantane.document.cle}")
    rendre_document.call(document_id=instantane.document_id)
    assert len(faux_rendu) == 1


def test_un_verrou_repris_par_un_autre_ouvrier_reste_le_sien(instantane, monkeypatch):
    verrou = f"rendu-{instantane.document.cle}"

    def rendre_lentement(contenu, **options):
        cache.set(verrou, "un autre")
        return b"%PDF-1.7"

    monkeypatch.setattr(travaux, "pdf_du_plan", rendre_lentement)
    rendre_document.call(document_id=instantane.document_id)
    assert cache.get(verrou) == "un autre"
    cache.delete(verrou)


def test_le_verrou_d_un_ouvrier_mort_tombe_avant_que_son_travail_soit_repris():
    assert timedelta(seconds=DUREE_D_UN_RENDU) <= MORT


def test_la_version_approuvee_s_imprime_sans_marque(cadre, faux_rendu):
    version = fabriques.version_approuvee(cadre.bsl)
    decision = version.dernier_instantane(Instantane.Circonstance.DECISION)
    rendre_document.call(document_id=decision.document_id)
    assert faux_rendu[0]["brouillon"] is False
    assert faux_rendu[0]["precedent"] is None


@pytest.mark.parametrize(
    "erreur", [PdfFautif(["Un titre manque."]), PdfIndisponible("Exécuter : apt-get install x")]
)
def test_un_echec_est_inscrit_en_francais_et_se_reprend(instantane, monkeypatch, erreur):
    def echouer(*args, **options):
        raise erreur

    with monkeypatch.context() as panne:
        panne.setattr(travaux, "pdf_du_plan", echouer)
        rendre_document.call(document_id=instantane.document_id)
    document = Document.objects.get(pk=instantane.document_id)
    assert document.etat == Document.Etat.ECHEC
    assert document.probleme == str(erreur)
    monkeypatch.setattr(travaux, "pdf_du_plan", lambda *args, **options: b"%PDF-1.7")
    rendre_document.call(document_id=instantane.document_id)
    document.refresh_from_db()
    assert document.est_pret
    assert document.probleme == ""


def test_un_imprevu_est_inscrit_puis_remonte(instantane, monkeypatch):
    def tomber(*args, **options):
        raise ZeroDivisionError

    monkeypatch.setattr(travaux, "pdf_du_plan", tomber)
    with pytest.raises(ZeroDivisionError):
        rendre_document.call(document_id=instantane.document_id)
    document = Document.objects.get(pk=instantane.document_id)
    assert document.etat == Document.Etat.ECHEC
    assert document.probleme == IMPREVU


def test_un_document_sans_instantane_est_refuse():
    document = Document.objects.create(cle="a" * 64, nom="orphelin.pdf")
    with pytest.raises(LookupError, match="Aucune version scellée"):
        rendre_document.call(document_id=document.pk)


def test_le_brouillon_est_rendu_une_fois_par_contenu(cadre, faux_rendu, django_capture_on_commit_callbacks):
    version = fabriques.plan_pret(cadre.bsl)
    with django_capture_on_commit_callbacks(execute=True):
        premier = demander_brouillon(version)
    with django_capture_on_commit_callbacks(execute=True):
        second = demander_brouillon(fabriques.relire(version))
    assert premier.pk == second.pk
    assert second.est_pret
    assert len(faux_rendu) == 1
    section = version.sections.first()
    section.texte = "<p>Tout autre chose.</p>"
    section.save()
    version.marquer()
    with django_capture_on_commit_callbacks(execute=True):
        troisieme = demander_brouillon(fabriques.relire(version))
    assert troisieme.pk != premier.pk
    assert len(faux_rendu) == 2
