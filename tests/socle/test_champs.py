"""Ce qu'un envoi refusé dit de ses champs : un grand nombre groupé, le fichier à choisir de nouveau."""

from django import forms

from socle.formulaires.champs import PieceField
from socle.formulaires.disposition import Formulaire
from tests import fabriques


class Depot(Formulaire):
    besoin = forms.CharField(label="Besoin", max_length=1500)
    piece = PieceField(label="Résolution")


def envoyer(besoin, fichier=None):
    return Depot({"besoin": besoin}, {"piece": fichier or fabriques.fichier_pdf()})


def test_une_limite_de_mille_et_plus_s_ecrit_avec_son_espace():
    assert envoyer("a" * 1501)["besoin"].messages_erreur == [
        "Besoin\xa0: écrivez au plus 1\xa0500 caractères (il y en a 1\xa0501)."
    ]


def test_le_fichier_d_un_envoi_refuse_ailleurs_est_a_choisir_de_nouveau():
    aide = envoyer("")["piece"].aide
    assert "Choisissez de nouveau «\xa0" in aide
    assert "Choisissez" not in envoyer("Un besoin.")["piece"].aide
    assert "Choisissez" not in Depot()["piece"].aide


def test_le_nom_du_fichier_refuse_ne_porte_pas_de_balise():
    fichier = fabriques.fichier_pdf()
    fichier.name = "<b>x.pdf"
    assert "&lt;b&gt;x.pdf" in envoyer("", fichier)["piece"].aide
