"""Les PDF de la convention et de ses avenants : la porte, ce qu'ils disent, « Projet » jusqu'à la signature."""

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from alliances.plans.models.instantanes import empreinte_de
from conventions import travaux
from conventions.impression import acte_de, html_de_la_convention, pdf_de_l_avenant, pdf_de_la_convention
from conventions.models.contenu import contenu_de
from socle.models import Document
from tests import fabriques
from tests.conventions.avenants import (
    avenant_applique,
    avenant_prepare,
    avenant_transmis,
    convention_en_vigueur,
    signer,
    versement,
)
from tests.conventions.fabriques import convention_en_preparation
from tests.outils.contenu_pdf import pages_du_pdf, serrer
from tests.outils.partage import partagee
from tests.outils.porte_pdf import verifier_pdf

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert('x')</script> & {{ 7|add:7 }} =1+1 \x00\x0b\u202e"


@partagee
def convention(cadre):
    convention = convention_en_vigueur(cadre.bsl, plafond_administration=Decimal("15"), retenue=Decimal("10"))
    convention.obligations.create(nature="rapport_annuel", an=2025, echeance=date(2026, 6, 30))
    return convention


def texte(octets):
    return serrer(" ".join(page.lu for page in pages_du_pdf(octets)))


def test_la_convention_signee_passe_la_porte_et_dit_tout(convention):
    contenu = contenu_de(convention)
    octets = pdf_de_la_convention(contenu)
    assert verifier_pdf(octets) == []
    lu = texte(octets)
    for mots in (
        "Convention FQIS-bas-saint-laurent",
        "Table régionale de Bas-Saint-Laurent",
        "Ministre de l’Emploi et de la Solidarité sociale",
        "2 500 000,00 $",
        "1 130 000,00 $",
        "31 décembre 2026",
        "15 %",
        "Rapport annuel",
        "30 juin 2026",
        "Signé le 15 janvier 2025",
        "2025-01",
        "modèle de démonstration",
        empreinte_de(contenu),
    ):
        assert serrer(mots) in lu, mots
    assert all("Projet" not in page.artefacts for page in pages_du_pdf(octets))


def test_un_projet_le_dit_en_travers_de_chaque_page_et_laisse_signer(cadre):
    octets = pdf_de_la_convention(contenu_de(convention_en_preparation(cadre.bsl)))
    assert verifier_pdf(octets) == []
    assert all("Projet" in page.artefacts for page in pages_du_pdf(octets))
    lu = texte(octets)
    assert serrer("n’est pas encore signée de toutes ses parties") in lu
    assert lu.count(serrer("Nom, en lettres moulées")) == 2
    assert serrer("Les versements ne sont pas encore prévus.") in lu


def test_chaque_page_dit_son_rang(convention):
    pages = pages_du_pdf(pdf_de_la_convention(contenu_de(convention)))
    for rang, page in enumerate(pages, start=1):
        assert f"Page {rang} de {len(pages)}" in page.artefacts.replace("\xa0", " ")


def test_l_avenant_montre_le_montant_avant_et_apres(convention):
    ajout = {
        "exercice/2026": "3600000.00",
        "versement/4": versement(2026, "2070000.00", "2026-10-01"),
        "versement/5": versement(2026, "230000.00", "2027-06-30", "rapport_final", "Rapport final accepté"),
    }
    avenant = avenant_transmis(convention, ajout, motif="Maintenir active la mobilisation.")
    octets = pdf_de_l_avenant(acte_de(avenant))
    assert verifier_pdf(octets) == []
    lu = texte(octets)
    for mots in (
        "Maintenir active la mobilisation.",
        "L’aide totale passe de 2 500 000,00 $ à 4 800 000,00 $.",
        "soit 2 300 000,00 $ de plus.",
        "Ajout : 4e versement",
    ):
        assert serrer(mots) in lu, mots
    assert all("Projet" in page.artefacts for page in pages_du_pdf(octets))


def test_l_avenant_en_vigueur_n_est_plus_un_projet(convention):
    avenant = avenant_applique(convention)
    octets = pdf_de_l_avenant(acte_de(avenant))
    assert verifier_pdf(octets) == []
    assert all("Projet" not in page.artefacts for page in pages_du_pdf(octets))
    lu = texte(octets)
    assert serrer("En vigueur depuis le") in lu
    assert lu.count(serrer("Signé le")) == 2


def test_la_convention_dit_les_delais_de_la_reddition_et_le_rapport_attendu(convention):
    lu = texte(pdf_de_la_convention(contenu_de(convention)))
    for mots in ("3 mois après le 31 mars", "à partir de 500 000,00 $", "Rapport annuel accepté (2025-2026)"):
        assert serrer(mots) in lu


def test_un_texte_hostile_apparait_tel_quel(convention):
    convention.participation_etat = HOSTILE
    convention.alliance.nom = HOSTILE
    octets = pdf_de_la_convention(contenu_de(convention))
    assert verifier_pdf(octets) == []
    assert texte(octets).count(serrer("<script>alert('x')</script> & {{ 7|add:7 }}")) >= 2


def test_une_convention_de_vingt_parties_tient(convention):
    for rang in range(20):
        organisme = fabriques.Organisme.objects.create(
            nom=f"MRC au très long nom de territoire numéro {rang} " * 3
        )
        convention.parties.create(role="cosignataire", organisme=organisme, rang=rang + 2)
    assert verifier_pdf(pdf_de_la_convention(contenu_de(convention))) == []


# --- Les travaux ------------------------------------------------------------------------------------------


@pytest.fixture
def faux_rendu(monkeypatch):
    appels = []

    def rendre(*args, **options):
        appels.append(args)
        return b"%PDF-1.7 essai"

    monkeypatch.setattr(travaux, "pdf_de_la_convention", rendre)
    monkeypatch.setattr(travaux, "pdf_de_l_avenant", rendre)
    return appels


def test_un_document_est_rendu_une_seule_fois(convention, faux_rendu):
    instantane = convention.instantanes.get()
    for _ in range(2):
        travaux.rendre_convention.call(document_id=instantane.document_id)
    document = Document.objects.get(pk=instantane.document_id)
    assert len(faux_rendu) == 1
    assert document.est_pret
    assert document.empreinte == hashlib.sha256(b"%PDF-1.7 essai").hexdigest()


def test_le_texte_consolide_nomme_tous_les_avenants_qui_s_appliquent(convention):
    phrases = []
    for fin in ("2027-01-31", "2027-02-28"):
        avenant_applique(convention, {"date/fin_realisation": fin})
        instantane = convention.instantanes.order_by("pk").last()
        phrases.append(travaux.consolidation_de(instantane)["avenants"])
        html = html_de_la_convention(instantane.contenu, consolidation=travaux.consolidation_de(instantane))
        assert f"Texte consolidé par {phrases[-1]}, en vigueur depuis" in html
    assert phrases == ["l’avenant 1", "les avenants 2 et 1"]
    premier = convention.instantanes.filter(avenant__numero=1).get()
    assert travaux.consolidation_de(premier)["avenants"] == "l’avenant 1"


def test_un_echec_s_inscrit_en_francais(convention, monkeypatch):
    def echouer(*args, **options):
        raise RuntimeError("panne")

    monkeypatch.setattr(travaux, "pdf_de_la_convention", echouer)
    document = convention.instantanes.get().document
    with pytest.raises(RuntimeError):
        travaux.rendre_convention.call(document_id=document.pk)
    document.refresh_from_db()
    assert (document.etat, document.probleme[:11]) == ("echec", "La préparat")


def test_le_geste_fait_partir_les_rendus(convention, faux_rendu, django_capture_on_commit_callbacks):
    avenant = avenant_applique(convention)
    with django_capture_on_commit_callbacks(execute=True):
        travaux.preparer(convention)
    avenant.document.refresh_from_db()
    assert avenant.document.est_pret
    assert all(i.document.est_pret for i in convention.instantanes.all())
    assert len(faux_rendu) == 3


# --- Les pages --------------------------------------------------------------------------------------------


def url(nom, pk):
    return reverse(f"conventions:{nom}", args=[pk])


def test_un_projet_se_demande_puis_se_telecharge(
    convention, mess, client_de, faux_rendu, django_capture_on_commit_callbacks
):
    avenant, client = avenant_prepare(convention), client_de(mess)
    adresse = url("avenant_pdf", avenant.pk)
    assert "Préparer le PDF" in client.get(adresse).text
    assert not Document.objects.filter(nom__startswith="projet-").exists()
    with django_capture_on_commit_callbacks(execute=True):
        reponse = client.post(adresse)
    assert "Télécharger le PDF" in client.get(reponse.url).text
    fichier = client.get(reponse.url.replace("&attente=1", ""))
    assert fichier.headers["Content-Disposition"].endswith(f'projet-{convention.pk}-avenant-1.pdf"')
    assert fichier.getvalue() == b"%PDF-1.7 essai"


def test_le_projet_d_une_autre_convention_ne_se_sert_pas(
    convention, cadre, mess, etrangere, client_de, faux_rendu, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        document = travaux.demander_projet_d_avenant(avenant_prepare(convention))
    autre = convention_en_preparation(cadre.lanaudiere)
    adresse = f"{url('convention_pdf', autre.pk)}?document={document.cle}"
    assert client_de(etrangere).get(adresse).status_code == 404
    assert client_de(mess).get(adresse).status_code == 404


def test_une_convention_signee_mene_a_son_dernier_document(convention, agente, client_de):
    avenant = avenant_applique(convention)
    reponse = client_de(agente).get(url("convention_pdf", convention.pk))
    assert reponse.url == url("instantane_pdf", avenant.instantane.pk)


def test_les_donnees_ont_l_empreinte_affichee(convention, agente, client_de):
    instantane = convention.instantanes.get()
    octets = client_de(agente).get(url("instantane_json", instantane.pk)).content
    assert hashlib.sha256(octets).hexdigest() == instantane.empreinte


def test_les_pieces_et_les_documents_se_trouvent_au_meme_endroit(convention, agente, etrangere, client_de):
    avenant = avenant_transmis(convention)
    signature = avenant.signatures_attendues().first()
    signer(avenant, signature)
    piece = signature.pieces.get()
    page = client_de(agente).get(url("documents", convention.pk))
    for nom, objet in (
        ("avenant_piece", piece),
        ("avenant_pdf", avenant),
        ("instantane_pdf", convention.instantanes.get()),
    ):
        assert url(nom, objet.pk) in page.text
    assert client_de(agente).get(url("avenant_piece", piece.pk)).getvalue().startswith(b"%PDF")
    assert client_de(etrangere).get(url("avenant_piece", piece.pk)).status_code == 404


# --- La commande ------------------------------------------------------------------------------------------


def test_la_commande_ecrit_la_convention_et_un_avenant(convention, tmp_path, capsys):
    avenant_applique(convention)
    for options in ({}, {"au": "2025-02-01"}, {"avenant": 1}):
        sortie = tmp_path / f"c{len(options)}{list(options)}.pdf"
        call_command("convention_pdf", convention.numero, sortie=sortie, **options)
        assert verifier_pdf(sortie.read_bytes()) == []
        assert str(sortie) in capsys.readouterr().out


@pytest.mark.parametrize(
    "numero, options, message",
    [
        ("FQIS-inconnue", {}, "Aucune convention"),
        (None, {"avenant": 3}, "n’a pas d’avenant 3"),
        (None, {"au": "2020-01-01"}, "n’était pas en vigueur"),
        (None, {"au": "hier"}, "n’est pas une date"),
    ],
)
def test_la_commande_refuse_en_francais(convention, tmp_path, numero, options, message):
    with pytest.raises(CommandError, match=message):
        call_command("convention_pdf", numero or convention.numero, sortie=tmp_path / "x.pdf", **options)


def test_la_commande_dit_un_fichier_impossible(convention, tmp_path):
    with pytest.raises(CommandError, match="Impossible d’écrire"):
        call_command("convention_pdf", convention.numero, sortie=tmp_path / "absent" / "x.pdf")
