"""Les PDF et les pièces : servis tout faits, à qui les voit; la page d'attente ne fait que lire."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from alliances.plans import travaux
from alliances.plans.canevas import canevas
from alliances.plans.models import PiecePlan
from socle.models import Document
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

OCTETS = b"%PDF-1.7 document d'essai"


def url(nom, *args):
    return reverse(f"plans:{nom}", args=args)


def achever(document, octets=OCTETS):
    """Range un fichier comme le ferait l'ouvrier."""
    document.fichier.save("essai.pdf", ContentFile(octets), save=False)
    document.etat, document.taille, document.pret_le = Document.Etat.PRET, len(octets), timezone.now()
    document.save()


def octets(reponse):
    """Le fichier reçu, lu jusqu'au bout : la réponse se referme alors d'elle-même."""
    return b"".join(reponse.streaming_content)


@partagee
def deposee(cadre):
    return fabriques.version_deposee(cadre.bsl)


@partagee
def instantane(deposee):
    return deposee.instantanes.select_related("document").get()


@pytest.fixture
def demandes(monkeypatch):
    """Retient les rendus demandés au lieu de les exécuter."""
    recues = []
    for nom in ("rendre_document", "rendre_brouillon", "rendre_canevas"):
        travail = type("Travail", (), {"enqueue": staticmethod(lambda nom=nom, **o: recues.append((nom, o)))})
        monkeypatch.setattr(travaux, nom, travail)
    return recues


class TestPdfDUnInstantane:
    def test_pret_il_se_telecharge_sous_son_nom(self, instantane, analyste, client_de):
        achever(instantane.document)
        reponse = client_de(analyste).get(url("pdf", instantane.pk))
        assert octets(reponse) == OCTETS
        assert reponse["Content-Type"] == "application/pdf"
        assert reponse["Content-Disposition"] == f'attachment; filename="{instantane.document.nom}"'
        assert reponse["X-Content-Type-Options"] == "nosniff"

    def test_en_attente_la_page_s_actualise_sans_script(self, instantane, analyste, client_de):
        reponse = client_de(analyste).get(url("pdf", instantane.pk))
        assert_html_accessible(reponse)
        assert "Votre document se prépare" in reponse.text
        assert reponse["Refresh"] == f"3; url={url('pdf', instantane.pk)}?attente=1"

    def test_arrive_pendant_l_attente_il_s_annonce_puis_se_telecharge(self, instantane, analyste, client_de):
        achever(instantane.document)
        reponse = client_de(analyste).get(url("pdf", instantane.pk) + "?attente=1")
        assert_html_accessible(reponse)
        assert "Votre document est prêt" in reponse.text
        assert reponse["Refresh"] == f"1; url={url('pdf', instantane.pk)}"

    def test_trop_long_la_page_cesse_de_s_actualiser_et_offre_de_redemander(
        self, instantane, analyste, client_de
    ):
        Document.objects.update(demande_le=timezone.now() - timedelta(minutes=5))
        reponse = client_de(analyste).get(url("pdf", instantane.pk))
        assert_html_accessible(reponse)
        assert "Refresh" not in reponse
        assert "Redemander le document" in reponse.text

    def test_en_echec_la_phrase_se_lit_et_l_envoi_relance(
        self, instantane, analyste, client_de, demandes, django_capture_on_commit_callbacks
    ):
        Document.objects.update(etat="echec", probleme="La production de PDF demande Pango.")
        client = client_de(analyste)
        reponse = client.get(url("pdf", instantane.pk))
        assert_html_accessible(reponse)
        assert "La production de PDF demande Pango." in reponse.text
        assert "Refresh" not in reponse
        with django_capture_on_commit_callbacks(execute=True):
            suite = client.post(url("pdf", instantane.pk))
        assert suite["Location"].endswith("?attente=1")
        assert demandes == [("rendre_document", {"document_id": instantane.document_id})]
        instantane.document.refresh_from_db()
        assert (instantane.document.etat, instantane.document.probleme) == ("en_attente", "")

    def test_lire_ne_demande_rien(self, instantane, analyste, client_de, demandes):
        client_de(analyste).get(url("pdf", instantane.pk))
        assert demandes == []

    def test_un_avis_n_a_pas_de_document(self, cadre, mess, client_de):
        avis = fabriques.version_avisee(cadre.bsl).dernier_instantane("avis")
        assert client_de(mess).get(url("pdf", avis.pk)).status_code == 404

    def test_une_autre_alliance_ne_le_trouve_pas(self, instantane, etrangere, client_de):
        achever(instantane.document)
        assert client_de(etrangere).get(url("pdf", instantane.pk)).status_code == 404

    def test_un_fichier_disparu_est_introuvable(self, instantane, analyste, client_de):
        achever(instantane.document)
        instantane.document.fichier.storage.delete(instantane.document.fichier.name)
        assert client_de(analyste).get(url("pdf", instantane.pk)).status_code == 404


class TestBrouillon:
    def test_l_alliance_le_demande_puis_le_telecharge(
        self, cadre, agente, client_de, demandes, django_capture_on_commit_callbacks
    ):
        version = fabriques.plan_pret(cadre.bsl)
        client = client_de(agente)
        page = client.get(url("pdf_brouillon", version.pk))
        assert_html_accessible(page)
        assert "Préparer le PDF" in page.text
        with django_capture_on_commit_callbacks(execute=True):
            suite = client.post(url("pdf_brouillon", version.pk))
        assert [nom for nom, _ in demandes] == ["rendre_brouillon"]
        attente = client.get(suite["Location"])
        assert "Votre document se prépare" in attente.text
        achever(Document.objects.get())
        pret = client.get(suite["Location"])
        assert "Votre document est prêt" in pret.text
        fichier = client.get(suite["Location"].replace("&attente=1", ""))
        assert octets(fichier) == OCTETS

    def test_le_meme_contenu_ne_se_rend_qu_une_fois(
        self, cadre, agente, client_de, demandes, django_capture_on_commit_callbacks
    ):
        version = fabriques.plan_pret(cadre.bsl)
        client = client_de(agente)
        client.post(url("pdf_brouillon", version.pk))
        achever(Document.objects.get())
        with django_capture_on_commit_callbacks(execute=True):
            client.post(url("pdf_brouillon", version.pk))
        assert Document.objects.count() == 1
        assert demandes == []

    def test_le_brouillon_d_une_autre_alliance_ne_se_lit_pas_par_sa_cle(
        self, cadre, agente, etrangere, client_de, demandes
    ):
        sien, autre = fabriques.plan_pret(cadre.bsl), fabriques.plan_pret(cadre.lanaudiere)
        client_de(agente).post(url("pdf_brouillon", sien.pk))
        cle = Document.objects.get().cle
        adresse = url("pdf_brouillon", autre.pk) + f"?document={cle}"
        assert client_de(etrangere).get(adresse).status_code == 404

    def test_l_etat_recoit_le_document_du_dernier_depot(self, cadre, analyste, client_de):
        version = fabriques.version_a_corriger(cadre.bsl)
        depot = version.dernier_instantane("depot")
        reponse = client_de(analyste).get(url("pdf_brouillon", version.pk))
        assert reponse["Location"] == url("pdf", depot.pk)

    def test_un_envoi_de_l_etat_ne_prepare_pas_la_redaction(self, cadre, analyste, client_de, demandes):
        version = fabriques.version_a_corriger(cadre.bsl)
        nombre = Document.objects.count()
        client_de(analyste).post(url("pdf_brouillon", version.pk))
        assert Document.objects.count() == nombre


class TestCanevas:
    def test_il_se_demande_puis_se_telecharge(
        self, agente, client_de, demandes, django_capture_on_commit_callbacks
    ):
        client = client_de(agente)
        page = client.get(url("canevas_pdf"))
        assert_html_accessible(page)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(url("canevas_pdf"))
        assert [nom for nom, _ in demandes] == ["rendre_canevas"]
        achever(Document.objects.get(cle=travaux.cle_du_canevas(canevas().cycle)))
        reponse = client.get(url("canevas_pdf"))
        assert octets(reponse) == OCTETS
        assert reponse["Content-Disposition"] == 'attachment; filename="canevas-2024-2029.pdf"'


class TestPieces:
    def test_la_resolution_se_telecharge_sous_son_nom(self, deposee, analyste, client_de):
        piece = deposee.pieces.get()
        reponse = client_de(analyste).get(url("piece", piece.pk))
        assert octets(reponse).startswith(b"%PDF")
        assert 'filename="resolution.pdf"' in reponse["Content-Disposition"]
        assert reponse["Content-Disposition"].startswith("attachment")
        assert reponse["X-Content-Type-Options"] == "nosniff"

    def test_une_autre_alliance_ne_la_trouve_pas(self, deposee, etrangere, client_de):
        assert client_de(etrangere).get(url("piece", deposee.pieces.get().pk)).status_code == 404

    def test_jointe_apres_le_depot_elle_attend_le_suivant(self, cadre, agente, analyste, client_de):
        version = fabriques.version_a_corriger(cadre.bsl)
        piece = PiecePlan.televerser(fabriques.fichier_pdf("annexe.pdf"), par=agente, version=version)
        assert octets(client_de(agente).get(url("piece", piece.pk))).startswith(b"%PDF")
        assert client_de(analyste).get(url("piece", piece.pk)).status_code == 404
