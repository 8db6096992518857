"""Retirer un document joint par erreur : qui, pourquoi, et ce qui reste."""

import pytest
from django.urls import reverse

from conventions.models import JournalConvention
from tests import fabriques
from tests.conventions.fabriques import convention_signee
from tests.conventions.versements import empeche
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return convention_signee(cadre.bsl)


def jointe(convention, par):
    convention.joindre(fabriques.fichier_pdf("annexe.pdf"), par=par)
    return convention.pieces.get(usage="autre")


def adresse(nom, *args):
    return reverse(f"conventions:{nom}", args=args)


def code_de_lecture(client, piece):
    reponse = client.get(adresse("piece", piece.pk))
    if reponse.streaming:
        b"".join(reponse.streaming_content)
    return reponse.status_code


def test_qui_l_a_joint_retire_son_document_avec_un_motif(convention, agente, lectrice, client_de):
    piece, client = jointe(convention, agente), client_de(agente)
    retrait = adresse("piece_retrait", piece.pk)
    assert retrait in client.get(adresse("pieces", convention.pk)).text
    assert retrait not in client_de(lectrice).get(adresse("pieces", convention.pk)).text
    assert_html_accessible(client.get(retrait))
    assert "Remplissez le champ" in client.post(retrait, {"motif": ""}).text
    for _ in range(2):
        client.post(retrait, {"motif": "Mauvais fichier."})
    piece.refresh_from_db()
    assert piece.retiree_par == agente
    ligne = JournalConvention.objects.get(geste="retirer-piece")
    assert (ligne.objet, ligne.motif, ligne.avant) == (
        str(piece),
        "Mauvais fichier.",
        {"sha256": piece.sha256},
    )
    page = client.get(adresse("pieces", convention.pk))
    assert_html_accessible(page)
    assert ">Retiré<" in page.text
    assert retrait not in page.text


def test_un_document_retire_ne_se_lit_plus_que_de_l_etat_et_de_qui_l_a_joint(
    convention, agente, lectrice, mess, etrangere, client_de
):
    piece = jointe(convention, agente)
    assert code_de_lecture(client_de(lectrice), piece) == 200
    convention.retirer_piece(piece, par=mess, motif="Renseignements d’une autre Table.")
    codes = {
        personne: code_de_lecture(client_de(personne), piece)
        for personne in (agente, mess, lectrice, etrangere)
    }
    assert list(codes.values()) == [200, 200, 404, 404]
    assert piece.nom not in client_de(lectrice).get(adresse("pieces", convention.pk)).text


def test_les_autres_ne_retirent_pas(convention, mess, agente, lectrice, etrangere, client_de):
    piece = jointe(convention, mess)
    for personne, code in ((agente, 403), (lectrice, 403), (etrangere, 404)):
        for methode in ("get", "post"):
            reponse = getattr(client_de(personne), methode)(adresse("piece_retrait", piece.pk))
            assert reponse.status_code == code
    piece.refresh_from_db()
    assert piece.retiree_le is None


def test_la_piece_d_une_signature_reste(convention, mess):
    piece = convention.pieces.filter(usage="resolution").first()
    refus = empeche(convention.retirer_piece, piece, par=mess, motif="x")
    assert refus == ["Cette pièce appuie une signature ou un acte adopté : elle reste à la convention."]


def test_un_retrait_a_un_motif_et_ne_se_fait_qu_une_fois(convention, mess):
    piece = jointe(convention, mess)
    assert empeche(convention.retirer_piece, piece, par=mess, motif=" ") == [
        "Dites pourquoi ce document est retiré."
    ]
    convention.retirer_piece(piece, par=mess, motif="Mauvais fichier.")
    assert empeche(convention.retirer_piece, piece, par=mess, motif="Encore.") == [
        "Ce document est déjà retiré."
    ]
