"""Du HTML au PDF : balisé, archivable, identique à lui-même, sans sortir du disque; et la porte, bien vivante."""

import io
import re
import sys
from types import SimpleNamespace

import pikepdf
import pytest

from socle.documents import pdf as module_pdf
from socle.documents.pdf import (
    RACINE_STATIQUE,
    PdfFautif,
    PdfIndisponible,
    empreinte_du_rendu,
    rendre,
    version_du_rendu,
)
from socle.texte.riche import montrer
from tests.outils.contenu_pdf import pages_du_pdf
from tests.outils.porte_pdf import verifier_pdf

IMAGE = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=="
CORPS = """<h1>Essai</h1><h2>Partie</h2><p>Du texte, œuvre et « guillemets ».</p>
<ul><li>Un</li><li>Deux<ul><li>Trois</li></ul></li></ul>
<table><caption>Un tableau</caption><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>
<tbody><tr><th scope="row">x</th><td>1</td></tr></tbody></table>
<p><a href="#fin">Aller à la fin</a></p><p id="fin">Fin.</p>"""


def page(corps=CORPS, langue="fr-CA", tete=""):
    return (
        f'<!doctype html><html lang="{langue}"><head><meta charset="utf-8"><title>Essai</title>'
        f'<link rel="stylesheet" href="pdf/document.css">{tete}</head><body>{corps}</body></html>'
    )


def rendre_nu(html, **options):
    """WeasyPrint seul, sans nos retouches ni nos refus."""
    import weasyprint

    return weasyprint.HTML(string=html).write_pdf(**options)


def test_un_document_simple_passe_la_porte():
    octets = rendre(page(), titre="Essai")
    assert verifier_pdf(octets) == []


def test_deux_rendus_du_meme_html_sont_identiques_a_l_octet():
    assert rendre(page(), titre="Essai") == rendre(page(), titre="Essai")


def test_les_marges_sont_des_artefacts_et_le_texte_est_lu():
    _, seconde = pages_du_pdf(rendre(page(), titre="Essai"))
    assert "Page 2 de 2" in seconde.artefacts
    assert "Page 2 de 2" not in seconde.lu
    assert "œuvre et « guillemets »" in seconde.lu


def test_un_caractere_sans_glyphe_est_nomme_par_son_code():
    octets = rendre(page(CORPS + "<p>Gothique 𐌰 ici</p>"), titre="Essai")
    assert "Gothique [U+10330] ici" in pages_du_pdf(octets)[-1].lu
    assert verifier_pdf(octets) == []


@pytest.mark.parametrize(
    ("html", "titre", "faute"),
    [
        (page(), " ", "pas de titre"),
        (page(langue="fr"), "Essai", "français du Québec"),
        (page("<h1>a</h1><h4>b</h4>"), "Essai", "du niveau 1 au niveau 4 : « b »"),
        (page("<h2>a</h2>"), "Essai", "du niveau 0 au niveau 2"),
        (page('<h1>a</h1><svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'), "Essai", "dessin"),
        (page(f'<h1>a</h1><img src="{IMAGE}">'), "Essai", "alt"),
        (page("<h1>a</h1><table><tr><th>x</th></tr></table>"), "Essai", "portée (scope) : « x »"),
        (page("<h1>a</h1><p><a href='#absent'>lien</a></p>"), "Essai", "absent"),
    ],
)
def test_une_page_qui_ne_serait_pas_accessible_est_refusee(html, titre, faute):
    with pytest.raises(PdfFautif, match="Le PDF n’a pas été produit") as refus:
        rendre(html, titre=titre)
    assert any(faute in trouvee for trouvee in refus.value.fautes), refus.value.fautes


@pytest.mark.parametrize(
    "adresse",
    [
        "https://alliances.example/style.css",
        "file:///etc/passwd",
        "file://ailleurs/etc/passwd",
        "../config/settings/base.py",
        "pdf/%2e%2e/%2e%2e/pyproject.toml",
        "ftp://alliances.example/a.css",
    ],
)
def test_le_rendu_ne_lit_rien_hors_de_ses_feuilles(adresse):
    with pytest.raises(PdfFautif) as refus:
        rendre(page(tete=f'<link rel="stylesheet" href="{adresse}">'), titre="Essai")
    assert "adresse refusée" in str(refus.value) or "disallowed protocol" in str(refus.value)


def test_sans_pango_la_commande_exacte_est_donnee(monkeypatch):
    class Absent:
        def find_spec(self, nom, chemin=None, cible=None):
            if nom == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint")
    monkeypatch.setattr(sys, "meta_path", [Absent(), *sys.meta_path])
    with pytest.raises(PdfIndisponible, match="apt-get install libpango-1.0-0 libpangoft2-1.0-0"):
        rendre(page(), titre="Essai")


def test_une_police_absente_du_systeme_arrete_le_rendu(monkeypatch):
    monkeypatch.setattr(module_pdf, "POLICES", ("Open Sans", "Police introuvable"))
    with pytest.raises(PdfIndisponible, match="Police introuvable"):
        rendre(page(), titre="Essai")
    monkeypatch.undo()
    assert rendre(page(), titre="Essai")


def test_un_lien_n_a_qu_une_annotation_et_son_texte():
    corps = '<h1>Essai</h1><p><a href="#fin"><span>Aller</span> <em>à la <b>fin</b></em></a></p><p id="fin">Fin.</p>'
    with pikepdf.open(io.BytesIO(rendre(page(corps), titre="Essai"))) as pdf:
        liens = [annotation for page in pdf.pages for annotation in page.get("/Annots", [])]
        assert [str(lien.Contents) for lien in liens] == ["Aller à la fin"]


def test_le_schema_d_extension_porte_les_prefixes_que_pdfa_exige():
    with pikepdf.open(io.BytesIO(rendre(page(), titre="Essai"))) as pdf:
        xmp = pdf.Root.Metadata.read_bytes().decode()
    for balise in ("pdfaExtension:schemas", "pdfaSchema:namespaceURI", "pdfaProperty:valueType"):
        assert f"<{balise}>" in xmp


def test_un_tableau_sans_rangee_garde_sa_tete_pour_corps():
    tete = '<thead><tr><th scope="col">A</th></tr></thead>'
    corps = f"<h1>Essai</h1><h2>Partie</h2><table>{tete}<tbody></tbody></table>"
    with pikepdf.open(io.BytesIO(rendre(page(corps), titre="Essai"))) as pdf:
        genres = [
            str(objet.S) for objet in pdf.objects if isinstance(objet, pikepdf.Dictionary) and "/S" in objet
        ]
    assert genres.count("/TBody") == 1
    assert "/THead" not in genres


@pytest.fixture
def version_neuve():
    """Oublie la version du processus avant et après l'essai."""
    module_pdf._version_du_rendu.cache_clear()
    yield module_pdf._version_du_rendu.cache_clear
    module_pdf._version_du_rendu.cache_clear()


def test_l_empreinte_du_rendu_suit_le_html_et_ce_qui_le_rend(version_neuve):
    d_avant = empreinte_du_rendu(page())
    assert empreinte_du_rendu(page("<h1>Autre</h1>")) != d_avant
    version_neuve()
    assert empreinte_du_rendu(page()) == d_avant


def test_la_version_du_rendu_se_lit():
    assert re.fullmatch(r"WeasyPrint [\d.]+, Pango [\d.]+, rendu [0-9a-f]{12}", version_du_rendu())


@pytest.mark.parametrize(
    "nom, neuf",
    [
        ("_paquets_du_rendu", lambda: ["weasyprint==0"]),
        (
            "_polices",
            lambda weasyprint: [SimpleNamespace(family=nom, file_content=b"") for nom in module_pdf.POLICES],
        ),
        ("FEUILLES", RACINE_STATIQUE),
        ("GABARITS", RACINE_STATIQUE),
        ("__file__", __file__),
    ],
)
def test_un_paquet_une_police_une_feuille_un_gabarit_ou_le_code_change_la_version(
    version_neuve, monkeypatch, tmp_path, nom, neuf
):
    d_avant = version_du_rendu()
    version_neuve()
    if nom == "__file__":
        neuf = str(tmp_path / "pdf.py")
        for module in ("pdf.py", "balises.py"):
            (tmp_path / module).write_text("# autre code")
    monkeypatch.setattr(module_pdf, nom, neuf)
    assert version_du_rendu() not in ("", d_avant)


def test_sans_pango_la_version_du_rendu_est_vide(monkeypatch):
    monkeypatch.setattr(module_pdf, "_polices_manquantes", lambda weasyprint: ["Open Sans"])
    assert version_du_rendu() == ""


def test_la_porte_nomme_ce_qui_manque_a_un_pdf_ordinaire():
    fautes = " ".join(verifier_pdf(rendre_nu("<p>Bonjour</p>")))
    for attendu in (
        "ne se dit pas balisé",
        "pas d’arbre de balises",
        "n’est pas fr-CA",
        "DisplayDocTitle",
        "pas de signets",
        "pas de métadonnées XMP",
        "intention de sortie",
        "identifiant (ID)",
        "hors balise",
    ):
        assert attendu in fautes


def test_la_porte_nomme_les_fautes_que_weasyprint_laisse_passer():
    """WeasyPrint écrit sans broncher un « PDF/UA » sans titre, avec une figure muette et un titre sauté."""
    html = (
        f'<html lang="fr-CA"><body><h1>a</h1><h4>b</h4><p>texte</p><img src="{IMAGE}">'
        "<table><tr><td>seule</td></tr></table><table><tr><th>x</th><td>y</td></tr></table></body></html>"
    )
    fautes = verifier_pdf(rendre_nu(html, pdf_variant="pdf/ua-1"))
    attendues = [
        "Les métadonnées XMP n’ont pas de titre.",
        "Un titre passe du niveau 1 au niveau 4.",
        "Une figure n’a pas de texte de remplacement (Alt).",
        "Une cellule de tableau ne renvoie à aucun en-tête (Headers).",
        "Une cellule d’en-tête n’a pas de portée (Scope).",
    ]
    assert [faute for faute in attendues if faute not in fautes] == []


def test_la_porte_voit_un_lien_muet_et_une_police_absente():
    with pikepdf.open(io.BytesIO(rendre(page(), titre="Essai"))) as pdf:
        lien = next(a for a in pdf.pages[-1].Annots if a.Subtype == "/Link")
        del lien.Contents
        for police in pdf.pages[-1].Resources.Font.values():
            del police.ToUnicode
            del police.DescendantFonts[0].FontDescriptor.FontFile2
        sortie = io.BytesIO()
        pdf.save(sortie)
    fautes = " ".join(verifier_pdf(sortie.getvalue()))
    assert "un lien n’a pas de texte" in fautes
    assert "n’est pas incorporée" in fautes
    assert "ne dit pas ses caractères" in fautes


def test_les_titres_de_la_personne_descendent_sans_saut():
    html = montrer("<h4>a</h4><h3>b</h3><h4>c</h4><h3> </h3>", sous=3)
    assert html == "<h4>a</h4><h4>b</h4><h5>c</h5>"


def test_un_tableau_sans_en_tete_prend_sa_premiere_rangee():
    html = montrer("<table><tr><td>a</td></tr><tr><td>b</td></tr></table>", sous=3)
    assert html == (
        '<table><thead><tr><th scope="col">a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>'
    )
    avec = montrer("<table><tr><th>a</th></tr><tr><th>b</th><td>c</td></tr></table>", sous=3)
    assert '<th scope="col">a</th>' in avec
    assert '<th scope="row">b</th>' in avec


@pytest.mark.parametrize("adresse", ["javascript:alert(1)", "/etc/passwd", "#absent", "file:///etc/passwd"])
def test_un_lien_qui_ne_mene_pas_au_web_redevient_du_texte(adresse):
    assert montrer(f'<p><a href="{adresse}">ici</a></p>', sous=3) == "<p>ici</p>"


def test_le_texte_riche_imprime_ne_garde_aucune_balise_inconnue():
    html = montrer('<p onclick="x">a<script>alert(1)</script><img src=x> & <b>c</b></p></div><p>', sous=3)
    assert html == "<p>a &amp; <strong>c</strong></p>"
