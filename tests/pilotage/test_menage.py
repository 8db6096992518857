"""Le ménage retire ce qui n'a plus d'usage, et rien d'autre."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone

from socle.models import Courriel, Document, EnvoiUnique, Notification
from tests import fabriques

pytestmark = pytest.mark.django_db

VIEUX = timezone.now() - timedelta(days=400)


@pytest.fixture
def vieilleries(cadre, agente):
    garde = fabriques.version_deposee(cadre.bsl).instantanes.get().document
    Document.objects.filter(pk=garde.pk).update(nom="plan-x-v1-depot-1.pdf", demande_le=VIEUX)
    EnvoiUnique.objects.create(jeton=uuid.uuid4(), par=agente, le=VIEUX)
    EnvoiUnique.objects.create(jeton=uuid.uuid4(), par=agente)
    for rang, (nom, quand) in enumerate(
        [
            ("plan-x-v1-brouillon-7.pdf", VIEUX),
            ("y-brouillon-8.pdf", timezone.now()),
        ]
    ):
        document = Document(cle=f"{rang:064d}", nom=nom, demande_le=quand)
        document.fichier.save(nom, ContentFile(b"%PDF"), save=False)
        document.save()
    Notification.objects.create(destinataire=agente, cle="lue", titre="t", lue_le=VIEUX)
    for envoye_le in (VIEUX, timezone.now(), None):
        Courriel.objects.create(destinataire=agente, genre="cle", envoye_le=envoye_le)
    Notification.objects.create(destinataire=agente, cle="non-lue", titre="t", creee_le=VIEUX)


def test_le_menage_retire_le_vieux_et_garde_les_documents_deposes(
    vieilleries, django_capture_on_commit_callbacks
):
    fichier = Document.objects.get(nom="plan-x-v1-brouillon-7.pdf").fichier
    with django_capture_on_commit_callbacks(execute=True):
        call_command("menage")
    assert EnvoiUnique.objects.count() == 1
    assert set(Document.objects.values_list("nom", flat=True)) == {
        "plan-x-v1-depot-1.pdf",
        "y-brouillon-8.pdf",
    }
    assert not fichier.storage.exists(fichier.name)
    assert list(Notification.objects.values_list("cle", flat=True)) == ["non-lue"]
    assert not Courriel.objects.filter(envoye_le=VIEUX).exists()
    assert Courriel.objects.count() == 2


def test_le_menage_a_blanc_compte_sans_effacer(vieilleries, capsys):
    call_command("menage", a_blanc=True)
    assert "Brouillons imprimés\xa0: 1 à retirer" in capsys.readouterr().out
    assert Document.objects.count() == 3
