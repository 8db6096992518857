"""Le dossier entier en ZIP : tout ce que la personne lit, rien de plus; ce qui manque y est dit."""

import csv
import hashlib
import io
import json
import tracemalloc
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projets.models import PieceInitiative
from projets.models.reponses import Reponse
from projets.protocoles.models import ChangementDemande, NoteDeSuivi
from projets.travaux import nom_de_la_demande
from socle.documents.archives import nom_sur
from socle.models import Document
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets.protocoles import fabriques as f

pytestmark = pytest.mark.django_db


def tirer(client, initiative):
    reponse = client.get(reverse("protocoles:dossier_entier", args=[initiative.pk]))
    assert reponse.status_code == 200
    assert reponse["Content-Disposition"] == f'attachment; filename="{initiative.numero}.zip"'
    return ZipFile(io.BytesIO(b"".join(reponse.streaming_content)))


def lire(archive, nom):
    return archive.read(nom).decode("utf-8-sig")


def joindre(initiative, par, nom="lettre.pdf", **champs):
    fichier = ContentFile(fabriques.fichier_pdf().read(), name=nom)
    return PieceInitiative.televerser(fichier, par=par, initiative=initiative, nature="appui", **champs)


def test_le_dossier_contient_ce_que_la_table_lit(signe, agente, lectrice, client_de):
    f.payer(signe.tranches.get(rang=1), lectrice)
    archive = tirer(client_de(agente), signe.initiative)
    assert archive.testzip() is None
    noms = archive.namelist()
    assert {"initiative.json", "decisions-et-avis.txt", "journal.csv", "LISEZMOI.txt"} <= set(noms)
    assert any(nom.startswith("pieces/decisions/") for nom in noms)
    assert any(nom.startswith("pieces/signatures/") for nom in noms)
    dit = json.loads(lire(archive, "initiative.json"))
    assert dit["format"] == "alliances/initiative/1"
    assert sorted(a["montant"] for a in dit["affectations"]) == ["12000.00", "6000.01"]
    assert [(p["montant"], p["contrepasse_le"]) for p in dit["paiements"]] == [("8400.00", None)]
    assert dit["protocoles"][0]["etat"] == "signe"
    assert "Le milieu y tient." in lire(archive, "decisions-et-avis.txt")
    journal = list(csv.DictReader(io.StringIO(lire(archive, "journal.csv")), delimiter=";"))
    assert "Demande déposée" in {ligne["Action"] for ligne in journal}


def test_ce_qui_n_est_pas_pret_est_dit(signe, agente, client_de):
    lu = lire(tirer(client_de(agente), signe.initiative), "LISEZMOI.txt")
    assert f"documents/{nom_de_la_demande(signe.initiative)}\u00a0: ce document n’est pas préparé" in lu


def test_le_suivi_y_est_avec_ses_pieces_et_l_etat_des_versements_n_est_pas_le_releve_de_fin(
    signe, agente, equipe, client_de
):
    note = {
        "cote": "organisme",
        "texte": "Douze cuisines ouvertes.",
        "fichier": fabriques.fichier_pdf("affiche.pdf"),
    }
    NoteDeSuivi.ecrire(signe, par=equipe[1], **note)
    ChangementDemande.demander(signe, par=equipe[1], nature="dates", demande="Un mois de plus.")
    archive = tirer(client_de(agente), signe.initiative)
    dit = json.loads(lire(archive, "initiative.json"))
    assert [n["texte"] for n in dit["notes_de_suivi"]] == ["Douze cuisines ouvertes."]
    assert [c["demande"] for c in dit["changements_demandes"]] == ["Un mois de plus."]
    assert any(nom.startswith("pieces/notes/") for nom in archive.namelist())
    lisezmoi = lire(archive, "LISEZMOI.txt")
    assert f"documents/versements-{signe.pk}-{signe.initiative.numero.lower()}.pdf\u00a0:" in lisezmoi
    assert "documents/releve-" not in lisezmoi


def test_un_avenant_y_est_avec_son_texte_ses_signatures_et_son_pdf(
    signe, agente, signataire, equipe, client_de
):
    transmis = f.avenant_transmis(signe, agente, valeurs={"date/fin": "2027-01-15"})
    avenant = f.avenant_signe(transmis, signataire, equipe[1])
    archive = tirer(client_de(agente), signe.initiative)
    dit = json.loads(lire(archive, "initiative.json"))
    assert [(a["rang"], a["etat"], a["empreinte"]) for a in dit["avenants"]] == [
        (1, "signe", avenant.empreinte)
    ]
    assert dit["avenants"][0]["contenu"]["changements"][0]["nom"]
    assert {s["cote"] for s in dit["signatures_d_avenants"]} == {"alliance", "organisme"}
    assert any(nom.startswith("pieces/avenants/") for nom in archive.namelist())
    assert f"documents/avenant-{avenant.pk}-{signe.initiative.numero.lower()}.pdf" in lire(
        archive, "LISEZMOI.txt"
    )


def test_un_document_pret_y_est(signe, agente, client_de):
    nom = nom_de_la_demande(signe.initiative)
    Document.objects.create(
        cle="a" * 64,
        nom=nom,
        etat="pret",
        pret_le=timezone.now(),
        taille=4,
        fichier=ContentFile(b"%PDF", name="a.pdf"),
    )
    archive = tirer(client_de(agente), signe.initiative)
    assert archive.read(f"documents/{nom}") == b"%PDF"


def test_la_lettre_envoyee_y_est_une_fois_prete(signe, agente, client_de):
    document = Document.objects.get(pk=Reponse.objects.get(decision__initiative=signe.initiative).document_id)
    document.fichier.save("lettre.pdf", ContentFile(b"%PDF"), save=False)
    document.etat, document.pret_le, document.taille = "pret", timezone.now(), 4
    document.empreinte = hashlib.sha256(b"%PDF").hexdigest()
    document.save()
    archive = tirer(client_de(agente), signe.initiative)
    assert archive.read("documents/lettre-1.pdf") == b"%PDF"
    assert "lettre-1.pdf\u00a0:" not in lire(archive, "LISEZMOI.txt")


def test_une_piece_disparue_ou_alteree_est_dite(signe, agente, equipe, client_de):
    disparue = joindre(signe.initiative, equipe[0], "disparue.pdf")
    alteree = joindre(signe.initiative, equipe[0], "alteree.pdf")
    disparue.fichier.storage.delete(disparue.fichier.name)
    PieceInitiative.objects.filter(pk=alteree.pk).update(sha256="0" * 64)
    lu = lire(tirer(client_de(agente), signe.initiative), "LISEZMOI.txt")
    assert "disparue.pdf\u00a0: il n’est plus dans le rangement." in lu
    assert "alteree.pdf\u00a0: il ne correspond plus à son code de vérification." in lu


def test_les_noms_sont_surs_et_uniques(signe, agente, equipe, client_de):
    for nom in ("Lettre.pdf", "lettre.PDF", "lettre.pdf"):
        joindre(signe.initiative, equipe[0], nom)
    piece = joindre(signe.initiative, equipe[0])
    PieceInitiative.objects.filter(pk=piece.pk).update(nom="../../etc/pass\\wd\u202efdp.pdf")
    noms = tirer(client_de(agente), signe.initiative).namelist()
    assert len({nom.casefold() for nom in noms}) == len(noms)
    assert not [nom for nom in noms if ".." in nom or "\\" in nom or nom.startswith("/") or "\u202e" in nom]


@pytest.mark.parametrize(
    ("nom", "sur"),
    [
        ("lettre d’appui.pdf", "lettre d’appui.pdf"),
        ("../../a:b*?.pdf", "a b.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("...", "sans nom"),
        ("é" * 300 + ".pdf", "é" * 80 + ".pdf"),
    ],
)
def test_un_nom_s_ouvre_partout(nom, sur):
    assert nom_sur(nom) == sur


def test_quatre_cents_pieces_s_envoient_sans_tout_garder(signe, agente, equipe, client_de):
    modele = joindre(signe.initiative, equipe[0])
    gros = modele.fichier.storage.save("pieces/gros.pdf", ContentFile(b"%PDF" + b"0" * 300_000))
    champs = {c.name: getattr(modele, c.name) for c in modele._meta.concrete_fields if c.name != "id"}
    champs |= {"fichier": gros, "sha256": ""}
    PieceInitiative.objects.bulk_create(PieceInitiative(**champs) for _ in range(400))
    client = client_de(agente)
    adresse = reverse("protocoles:dossier_entier", args=[signe.initiative_id])
    client.get(reverse("projets:initiative", args=[signe.initiative_id]))
    with CaptureQueriesContext(connection) as lues:
        reponse = client.get(adresse)
        tracemalloc.start()
        envoye = sum(len(bloc) for bloc in reponse.streaming_content)
        _, sommet = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert envoye > 400 * 300_000
    assert sommet < 20_000_000
    assert len(lues) < 60


def test_chacune_n_a_que_ce_qu_elle_suit(signe, agente, equipe, etrangere, mess, client_de):
    adresse = reverse("protocoles:dossier_entier", args=[signe.initiative_id])
    codes = {p: client_de(p).get(adresse).status_code for p in (agente, mess, equipe[1], etrangere)}
    assert list(codes.values()) == [200, 200, 403, 404]
    page, dossier = (
        reverse(nom, args=[signe.initiative_id]) for nom in ("projets:initiative", "protocoles:dossier")
    )
    assert dossier in client_de(agente).get(page).text
    assert dossier not in client_de(equipe[1]).get(page).text
    codes = [client_de(p).get(dossier).status_code for p in (agente, mess, equipe[1], etrangere)]
    assert codes == [200, 200, 403, 404]


def test_la_page_dit_ce_qui_n_est_pas_pret_et_le_fait_preparer(signe, agente, client_de):
    client, adresse = client_de(agente), reverse("protocoles:dossier", args=[signe.initiative_id])
    with CaptureQueriesContext(connection) as lues:
        page = client.get(adresse)
    assert len(lues) <= 12
    assert_html_accessible(page)
    assert "À préparer" in page.text
    assert not Document.objects.filter(nom=nom_de_la_demande(signe.initiative)).exists()
    suite = client.post(adresse, follow=True)
    assert "se préparent" in suite.text
    assert Document.objects.filter(nom=nom_de_la_demande(signe.initiative)).count() == 1
    client.post(adresse)
    assert Document.objects.filter(nom=nom_de_la_demande(signe.initiative)).count() == 1


def test_qui_est_aussi_de_l_organisme_ne_tire_pas_le_dossier(signe, agente, client_de):
    adresse = reverse("protocoles:dossier_entier", args=[signe.initiative_id])
    fabriques.mandater(agente, "porteur", organisme=signe.initiative.organisme)
    assert client_de(agente).get(adresse).status_code == 403
