"""Les pièces : le même fichier deux fois se dit; celle du dossier se retire tant que rien de déposé ne la montre."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from projets.models import JournalProjets, PieceOrganisme
from projets.models.pieces import joindre, retirer_du_dossier
from socle.erreurs import PieceRefusee, TransitionInterdite
from socle.models.pieces import verifier_fichier
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db


@partagee
def equipe(cadre):
    return p.equipe(p.organisme(cadre.bsl))


@partagee
def demande(cadre, agente, equipe):
    porteur = fabriques.Organisme.objects.get(neq=p.NEQ)
    return p.demande_prete(p.appel_ouvert(cadre.bsl, par=agente), porteur, equipe[0])


@pytest.fixture
def statuts(demande, equipe):
    return joindre(demande, par=equipe[0], nature="lettres_patentes", fichier=fabriques.fichier_pdf())


def page(demande):
    return reverse("projets:pieces", args=[demande.pk])


def retrait(piece):
    return reverse("projets:piece_dossier_retrait", args=[piece.pk])


def envoyer(client, demande, nature, **options):
    envoi = {"nature": nature, "fichier": fabriques.fichier_pdf(**options)}
    return client.post(page(demande), envoi, follow=True).text


def test_le_meme_fichier_joint_deux_fois_se_dit(demande, equipe, client_de):
    client = client_de(equipe[0])
    assert "Le même fichier" not in envoyer(client, demande, "appui")
    dit = envoyer(client, demande, "lettres_patentes", nom="autre-nom.pdf")
    assert "Le même fichier l’est déjà" in dit
    assert "Lettre d’appui" in dit
    assert "Le même fichier" not in envoyer(client, demande, "appui", contenu=b"%PDF-1.4\nautre\n%%EOF\n")


def test_l_empreinte_ne_se_montre_pas_a_qui_joint(demande, statuts, equipe, client_de):
    lu = client_de(equipe[0]).get(page(demande)).text
    assert statuts.nom in lu
    assert "SHA-256" not in lu


def test_une_piece_du_dossier_jointe_par_erreur_se_retire_avec_son_fichier(
    demande, statuts, equipe, client_de, django_capture_on_commit_callbacks
):
    client, rangement, nom = client_de(equipe[0]), statuts.fichier.storage, statuts.fichier.name
    for liste in (page(demande), reverse("projets:mes_organismes")):
        assert retrait(statuts) in client.get(liste).text
    assert_html_accessible(client.get(retrait(statuts)))
    with django_capture_on_commit_callbacks(execute=True):
        reponse = client.post(f"{retrait(statuts)}?demande={demande.pk}")
    assert reponse["Location"] == page(demande)
    assert not PieceOrganisme.objects.filter(pk=statuts.pk).exists()
    assert not rangement.exists(nom)
    assert JournalProjets.objects.filter(initiative=demande, geste="retirer-piece").count() == 1


def test_ce_qu_une_demande_deposee_montre_reste_au_dossier(demande, statuts, equipe, client_de):
    client = client_de(equipe[0])
    p.relire(demande).deposer(par=equipe[1])
    assert retrait(statuts) not in client.get(reverse("projets:mes_organismes")).text
    with pytest.raises(TransitionInterdite, match="s’appuie sur cette pièce"):
        retirer_du_dossier(statuts, par=equipe[0])
    client.post(retrait(statuts))
    assert PieceOrganisme.objects.filter(pk=statuts.pk).exists()


def test_une_piece_jointe_apres_le_depot_se_retire(demande, equipe):
    p.relire(demande).deposer(par=equipe[1])
    autre = p.demande(demande.appel, demande.organisme, equipe[0])
    jointe = joindre(autre, par=equipe[0], nature="lettres_patentes", fichier=fabriques.fichier_pdf())
    retirer_du_dossier(jointe, par=equipe[0])
    assert not PieceOrganisme.objects.filter(pk=jointe.pk).exists()


def test_une_photo_heic_dit_de_l_envoyer_en_jpeg_ou_en_pdf():
    with pytest.raises(PieceRefusee, match="en JPEG, ou en PDF"):
        verifier_fichier(SimpleUploadedFile("IMG_0001.HEIC", b"ftypheic"))
