"""Les contenus de la démonstration : des textes assainis, d'ici, un plan écrit en entier."""

from io import BytesIO

import pikepdf
from django.utils import timezone

from demonstration.lecture import fiche, plan_ecrit, textes
from demonstration.resolution import resolution_pdf
from socle.texte.riche import nettoyer, nombre_de_mots, texte_nu


def fragments():
    plan = plan_ecrit("bas_saint_laurent")
    yield from plan["sections"].items()
    for dossier in ("banque/sections", "banque/sections_ville"):
        yield from textes(dossier).items()
    for priorite in plan["priorites"]:
        yield from ((champ, priorite[champ].strip()) for champ in ("raison", "changement", "articulation"))


def test_les_textes_sont_deja_du_html_assaini():
    for code, html in fragments():
        assert texte_nu(nettoyer(html)) == texte_nu(html), code
        assert nettoyer(nettoyer(html)) == nettoyer(html), code


def test_les_textes_suivent_la_typographie_d_ici():
    for code, html in fragments():
        texte = texte_nu(html)
        assert "'" not in texte, code
        assert not [signe for signe in (" :", " ;", " ?", " !", "« ", " »", " %", " $") if signe in texte], (
            code
        )


def test_le_plan_du_bas_saint_laurent_est_ecrit_en_entier():
    plan = plan_ecrit("bas_saint_laurent")
    assert len(plan["sections"]) == 13
    assert all(150 <= nombre_de_mots(html) <= 450 for html in plan["sections"].values())
    locales = [p["territoires"] for p in plan["priorites"] if p["palier"] == "local"]
    assert len(plan["priorites"]) == 8
    assert locales == [["07"], ["13"]]
    moyens = [m for p in plan["priorites"] for o in p["objectifs"] for m in o["moyens"]]
    assert all(2 <= len(p["objectifs"]) <= 3 for p in plan["priorites"])
    assert {code for moyen in moyens for code in moyen["territoires"]} == {
        *["07", "08", "09", "10", "11", "12", "13", "14"]
    }
    assert {moyen["responsable"] for moyen in moyens} <= {o["nom"] for o in fiche("comptes")["organismes"]}


def test_la_resolution_est_un_vrai_pdf_d_une_page():
    piece = resolution_pdf(numero="2025-01", organisme="Table (régionale)", le=timezone.now())
    with pikepdf.open(BytesIO(piece.read())) as pdf:
        assert len(pdf.pages) == 1
        assert b"Table \\(r\xe9gionale\\)" in pdf.pages[0].Contents.read_bytes()
