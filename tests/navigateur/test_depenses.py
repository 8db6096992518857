"""La relecture d’un export comptable tient au téléphone, erreurs comprises."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db]
LIGNES = (
    "Date;Enveloppe;Poste;Montant;Référence;Objet",
    "2025-06-30;Coordination et mobilisation;Salaires et avantages;8 000,00;JE-0625-000000123456789;Paie de juin",
    "hier;Une enveloppe qui n’existe pas;Tout;beaucoup;;",
)


def test_l_essai_a_blanc_tient_en_320_pixels_et_axe_n_y_trouve_rien(vitrine, situation):
    adresse = situation.adresse("conventions:depenses_importation", "convention")
    client = situation.client("finances")
    for lignes in (LIGNES, LIGNES[:2]):
        fichier = SimpleUploadedFile("export.csv", "\r\n".join(lignes).encode())
        reponse = client.post(adresse, {"fichier": fichier})
        assert "Relire les dépenses" in reponse.text
        assert vitrine.fautes(adresse, reponse) == []
