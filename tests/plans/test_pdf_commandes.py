"""`manage.py plan_pdf` et `manage.py canevas_pdf`."""

import pytest
from django.core.management import CommandError, call_command

from alliances.plans.management.commands import canevas_pdf, plan_pdf
from socle.documents.pdf import PdfIndisponible
from tests import fabriques
from tests.outils.porte_pdf import verifier_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def imprime(monkeypatch):
    """Le dernier appel au rendu, sans rendre."""
    appels = {}

    def rendre(contenu, **options):
        appels.update(options, contenu=contenu)
        return b"%PDF-1.7"

    monkeypatch.setattr(plan_pdf, "pdf_du_plan", rendre)
    return appels


def test_le_plan_s_ecrit_dans_le_fichier_et_passe_la_porte(cadre, tmp_path, capsys):
    fabriques.plan_pret(cadre.bsl)
    sortie = tmp_path / "plan.pdf"
    call_command("plan_pdf", "bas-saint-laurent", "--sortie", str(sortie))
    assert verifier_pdf(sortie.read_bytes()) == []
    assert str(sortie) in capsys.readouterr().out


def test_sans_numero_la_version_en_vigueur_l_emporte_sur_la_plus_recente(cadre, imprime, tmp_path):
    premiere = fabriques.version_approuvee(cadre.bsl)
    agente = fabriques.personne("coordination", cadre.bsl)
    premiere.ouvrir_modification(par=agente, motif="Revoir les cibles.")
    call_command("plan_pdf", "bas-saint-laurent", sortie=tmp_path / "a.pdf")
    assert imprime["contenu"]["version"]["numero"] == 1
    assert imprime["brouillon"] is False
    call_command("plan_pdf", "bas-saint-laurent", "--version", "2", "--sortie", str(tmp_path / "b.pdf"))
    assert imprime["contenu"]["version"]["numero"] == 2
    assert imprime["brouillon"] is True
    assert imprime["precedent"]["version"]["numero"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nulle-part"], "Aucun plan pour l’Alliance « nulle-part »."),
        (["bas-saint-laurent", "--version", "9"], "Le plan de « bas-saint-laurent » n’a pas de version 9."),
    ],
)
def test_une_alliance_ou_une_version_inconnue_est_refusee(cadre, tmp_path, arguments, message):
    fabriques.plan_pret(cadre.bsl)
    with pytest.raises(CommandError) as refus:
        call_command("plan_pdf", *arguments, "--sortie", str(tmp_path / "plan.pdf"))
    assert str(refus.value) == message


def test_un_fichier_impossible_a_ecrire_est_dit(cadre, imprime, tmp_path):
    fabriques.plan_pret(cadre.bsl)
    with pytest.raises(CommandError, match="Impossible d’écrire"):
        call_command("plan_pdf", "bas-saint-laurent", sortie=tmp_path / "absent" / "plan.pdf")


def test_sans_pango_la_commande_dit_quoi_installer(cadre, monkeypatch, tmp_path):
    def refuser(*args, **options):
        raise PdfIndisponible("Exécuter : apt-get install libpango-1.0-0")

    fabriques.plan_pret(cadre.bsl)
    monkeypatch.setattr(plan_pdf, "pdf_du_plan", refuser)
    with pytest.raises(CommandError, match="apt-get install"):
        call_command("plan_pdf", "bas-saint-laurent", sortie=tmp_path / "plan.pdf")


def test_le_canevas_s_ecrit_et_un_cycle_inconnu_est_refuse(monkeypatch, tmp_path):
    sortie = tmp_path / "canevas.pdf"
    call_command("canevas_pdf", sortie=sortie)
    assert sortie.read_bytes().startswith(b"%PDF")
    with pytest.raises(CommandError, match="Aucun canevas pour le cycle « 1999 »."):
        call_command("canevas_pdf", sortie=sortie, cycle="1999")
    monkeypatch.setattr(canevas_pdf, "pdf_du_canevas", lambda cycle: b"%PDF")
    with pytest.raises(CommandError, match="Impossible d’écrire"):
        call_command("canevas_pdf", sortie=tmp_path / "absent" / "canevas.pdf")
