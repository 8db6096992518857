"""Une pièce est admise d'après son contenu, jamais d'après son nom seul."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from socle.erreurs import PieceRefusee
from socle.models.pieces import TAILLE_MAXIMALE, rangement, verifier_fichier

PDF = b"%PDF-1.7\n" + b"x" * 100
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100


def fichier(nom, contenu):
    return SimpleUploadedFile(nom, contenu)


def test_un_pdf_sous_son_nom_est_admis():
    assert verifier_fichier(fichier("résolution.PDF", PDF)) == "application/pdf"


@pytest.mark.parametrize(
    ("nom", "contenu", "phrase"),
    [
        ("virus.exe", PDF, "n’est pas d’un type admis"),
        ("sans-extension", PDF, "n’est pas d’un type admis"),
        ("page.html", b"<script>", "n’est pas d’un type admis"),
        ("vide.pdf", b"", "est vide"),
        ("deguise.pdf", PNG, "ne correspond pas à son extension"),
        ("deguise.pdf", b"MZ" + b"\x00" * 100, "ne correspond pas à son extension"),
        ("texte.docx", b"du texte", "ne correspond pas à son extension"),
    ],
)
def test_un_fichier_douteux_est_refuse_en_une_phrase(nom, contenu, phrase):
    with pytest.raises(PieceRefusee, match=phrase):
        verifier_fichier(fichier(nom, contenu))


def test_un_fichier_trop_lourd_est_refuse():
    lourd = fichier("lourd.pdf", PDF)
    lourd.size = TAILLE_MAXIMALE + 1
    with pytest.raises(PieceRefusee, match=r"15\sMo"):
        verifier_fichier(lourd)


def test_le_nom_de_rangement_ne_dit_rien():
    class Porteuse:
        nom = "Résolution secrète.pdf"

    premier, second = rangement(Porteuse, ""), rangement(Porteuse, "")
    assert premier != second
    assert "secr" not in premier
    assert premier.endswith(".pdf")
