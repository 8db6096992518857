"""La file de travaux survit à une panne, reprend ce qu'un ouvrier mort a laissé et dit quand plus personne ne vit."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from alliances.models import Role
from socle.annonces.travaux import envoyer_courriel
from socle.management.commands import ouvrier as commande
from socle.models import Ouvrier
from socle.models.ouvriers import TENTATIVES
from tests import fabriques

pytestmark = pytest.mark.django_db
SANS_OUVRIER = "La file de travaux ne répond plus"


@pytest.fixture
def file(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def travailleur(monkeypatch):
    monkeypatch.setattr(commande.Travailleur, "_vivre", lambda self: None)
    monkeypatch.setattr(commande.time, "sleep", lambda secondes: None)
    monkeypatch.setattr(commande.connection, "close", lambda: None)
    return commande.Travailleur(worker_id="moi", interval=0, batch=True, startup_delay=False, **commande.FILE)


def travail_en_cours(par, il_y_a, tentatives=1):
    """Un courriel pris par cet ouvrier, jamais fini."""
    travail = envoyer_courriel.enqueue(pk=0).db_result
    DBTaskResult.objects.filter(pk=travail.pk).update(
        status=TaskResultStatus.RUNNING, started_at=timezone.now() - il_y_a, worker_ids=[par] * tentatives
    )
    return travail


def vit(identifiant, il_y_a=timedelta(0)):
    Ouvrier.objects.create(identifiant=identifiant, vivant_le=timezone.now() - il_y_a)


def test_l_ouvrier_survit_a_un_redemarrage_de_la_base(file, travailleur, monkeypatch):
    essais = []

    def tomber_puis_finir(self):
        essais.append(1)
        if len(essais) < 3:
            raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(Worker, "run", tomber_puis_finir)
    travailleur.run()
    assert len(essais) == 3


def test_l_ouvrier_vide_la_file(file, travailleur):
    envoyer_courriel.enqueue(pk=0)
    travailleur.run()
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL


@pytest.mark.parametrize(
    "par, il_y_a, repris",
    [
        ("mort", timedelta(minutes=3), 1),
        ("muet", timedelta(minutes=3), 1),
        ("vivant", timedelta(minutes=3), 0),
        ("mort", timedelta(minutes=1), 0),
        ("vivant", timedelta(minutes=31), 1),
    ],
)
def test_un_travail_laisse_en_plan_est_echoue_puis_remis_en_file(file, travailleur, par, il_y_a, repris):
    vit("vivant")
    vit("muet", timedelta(minutes=3))
    travail = travail_en_cours(par, il_y_a)
    travailleur.battre()
    travailleur.battre()
    travail.refresh_from_db()
    assert travail.status == (TaskResultStatus.FAILED if repris else TaskResultStatus.RUNNING)
    assert DBTaskResult.objects.ready().count() == repris
    assert Ouvrier.objects.filter(identifiant="moi").exists()


def test_un_travail_qui_tue_son_ouvrier_n_est_pas_repris_sans_fin(file, travailleur):
    travail = travail_en_cours("mort", timedelta(minutes=3), TENTATIVES)
    travailleur.battre()
    travail.refresh_from_db()
    assert travail.status == TaskResultStatus.FAILED
    assert not DBTaskResult.objects.ready().exists()


@pytest.mark.parametrize(
    "il_y_a, dit", [(None, True), (timedelta(minutes=6), True), (timedelta(minutes=4), False)]
)
def test_la_sonde_et_l_administration_disent_qu_aucun_ouvrier_ne_vit(
    file, client, client_de, cadre, il_y_a, dit
):
    if il_y_a is not None:
        vit("ouvrier", il_y_a)
    sonde = client.get("/sante/pret")
    assert (sonde.status_code, SANS_OUVRIER in sonde.text) == (200, dit)
    accueil = client_de(fabriques.personne(Role.ADMINISTRATION)).get(reverse("admin:index"))
    assert (SANS_OUVRIER in accueil.text) == dit


def test_la_commande_s_arrete_quand_la_file_est_vide(file, travailleur, monkeypatch):
    monkeypatch.setattr(commande.Travailleur, "configure_signals", lambda self: None)
    envoyer_courriel.enqueue(pk=0)
    call_command("ouvrier", "--une-fois", verbosity=0)
    assert not DBTaskResult.objects.ready().exists()
