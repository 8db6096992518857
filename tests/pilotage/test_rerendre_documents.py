"""Après un changement du rendu : ce qui est libre est rendu de nouveau, ce qui est scellé garde ses octets."""

import pytest
from django.core.management import CommandError, call_command

from alliances.plans import travaux as des_plans
from conventions import travaux as des_conventions
from pilotage.management.commands import rerendre_documents
from socle.documents.pdf import version_du_rendu
from socle.models import Document
from tests import fabriques
from tests.conventions.avenants import avenant_applique, avenant_prepare, convention_en_vigueur
from tests.conventions.fabriques import convention_en_preparation

pytestmark = pytest.mark.django_db
ANCIEN = "WeasyPrint 1.0, Pango 1.0, rendu 000000000000"


@pytest.fixture(autouse=True)
def faux_rendu(monkeypatch):
    """Des octets convenus, différents à chaque rendu."""
    rendus = iter(range(1000))

    def rendre(*args, **options):
        return b"%%PDF-1.7 %d" % next(rendus)

    for module, nom in (
        (des_plans, "pdf_du_plan"),
        (des_plans, "pdf_du_canevas"),
        (des_conventions, "pdf_de_la_convention"),
        (des_conventions, "pdf_de_l_avenant"),
    ):
        monkeypatch.setattr(module, nom, rendre)


@pytest.fixture
def executer(django_capture_on_commit_callbacks):
    """Exécute, puis laisse partir ce qui attend la fin de la transaction."""

    def faire(geste, *args):
        with django_capture_on_commit_callbacks(execute=True):
            return geste(*args)

    return faire


def vieillir():
    """Comme si un autre rendu avait tout fait : sa version, et les clés qui en dépendaient."""
    Document.objects.update(rendu=ANCIEN)
    for document in Document.objects.libres():
        Document.objects.filter(pk=document.pk).update(cle=f"{document.pk:064d}")


def rerendre():
    call_command("rerendre_documents")


def octets(document):
    with Document.objects.get(pk=document.pk).fichier.open() as fichier:
        return fichier.read()


def test_ce_qui_est_libre_est_rendu_de_nouveau(cadre, executer):
    version, convention = fabriques.plan_pret(cadre.bsl), convention_en_vigueur(cadre.bsl)
    libres = [
        executer(des_plans.demander_brouillon, version),
        executer(des_plans.demander_canevas, "2024-2029"),
        executer(des_conventions.demander_projet, convention_en_preparation(cadre.lanaudiere)),
        executer(des_conventions.demander_projet_d_avenant, avenant_prepare(convention)),
    ]
    vieillir()
    fichiers = [Document.objects.get(pk=document.pk).fichier for document in libres]
    executer(rerendre)
    neufs = Document.objects.libres()
    assert sorted(d.nom for d in neufs) == sorted(d.nom for d in libres)
    assert {(d.etat, d.rendu) for d in neufs} == {("pret", version_du_rendu())}
    assert not {d.pk for d in neufs} & {d.pk for d in libres}
    assert not any(fichier.storage.exists(fichier.name) for fichier in fichiers)


def test_ce_qui_est_scelle_garde_ses_octets_et_dit_avec_quoi_il_fut_fait(cadre, executer, capsys):
    depot = fabriques.version_deposee(cadre.bsl).instantanes.get(circonstance="depot")
    convention = convention_en_vigueur(cadre.lanaudiere)
    avenant = avenant_applique(convention)
    executer(des_plans.demander, depot.document, des_plans.rendre_document)
    executer(des_conventions.preparer, convention)
    scelles = list(Document.objects.scelles())
    assert {avenant.document_id, depot.document_id} < {document.pk for document in scelles}
    vieillir()
    avant = {document.pk: octets(document) for document in scelles}
    executer(rerendre)
    assert {document.pk: octets(document) for document in scelles} == avant
    assert set(Document.objects.values_list("rendu", flat=True)) == {ANCIEN}
    assert "d’un rendu d’avant\xa0: 4." in capsys.readouterr().out


def test_ce_qui_est_scelle_sans_etre_pret_est_redemande(cadre, executer):
    fabriques.version_approuvee(cadre.bsl)
    avenant_applique(convention_en_vigueur(cadre.bsl))
    Document.objects.update(etat="echec", probleme="Un titre manque.")
    executer(rerendre)
    assert Document.objects.count() == 5
    assert {(d.etat, d.rendu, d.probleme) for d in Document.objects.all()} == {
        ("pret", version_du_rendu(), "")
    }


def test_ce_qui_n_a_plus_cours_disparait(cadre, executer):
    version = fabriques.version_approuvee(cadre.bsl)
    convention = convention_en_vigueur(cadre.bsl)
    for nom in (
        des_plans.nom_du_brouillon(version),
        des_conventions.nom_du_projet(convention),
        "canevas-1999.pdf",
    ):
        Document.objects.create(
            cle=nom, nom=nom, etat="pret", fichier="x.pdf", taille=1, pret_le=convention.creee_le
        )
    executer(rerendre)
    assert not Document.objects.libres().exists()


def test_relancee_elle_ne_refait_rien(cadre, executer):
    executer(des_plans.demander_brouillon, fabriques.plan_pret(cadre.bsl))
    [document] = Document.objects.all()
    executer(rerendre)
    assert list(Document.objects.all()) == [document]


def test_sans_pango_elle_ne_retire_rien(cadre, executer, monkeypatch):
    executer(des_plans.demander_canevas, "2024-2029")
    vieillir()
    monkeypatch.setattr(rerendre_documents, "version_du_rendu", lambda: "")
    with pytest.raises(CommandError, match=r"scripts/preparer\.sh"):
        rerendre()
    assert Document.objects.get().rendu == ANCIEN
