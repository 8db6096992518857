"""Un processus tué au milieu d'un geste : rien d'à moitié écrit, et le suivant écrit comme si de rien n'était."""

import os
import signal
import subprocess
import sys
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection

from conventions.models import Ecriture, JournalConvention, Transfert
from socle.models import ChaineJournal
from tests.conventions.fabriques import (
    arbre_dresse,
    convention_en_vigueur,
    enveloppes_par_nom,
    repartition_adoptee,
)
from tests.conventions.verite import grand_livre_vrai

pytestmark = pytest.mark.django_db(transaction=True)

# Le geste s'arrête après sa première écriture, dit qu'il y est, et attend qu'on le tue.
A_MI_CHEMIN = """
import sys, time
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from conventions.models import Ecriture, Transfert
from socle.models import Utilisateur

ajouter = Ecriture.ajouter.__func__

def ajouter_puis_attendre(cls, tete, **champs):
    ligne = ajouter(cls, tete, **champs)
    print("a mi-chemin", flush=True)
    time.sleep(60)
    return ligne

Ecriture.ajouter = classmethod(ajouter_puis_attendre)
transfert = Transfert.objects.get(pk=sys.argv[2])
transfert.approuver(par=Utilisateur.objects.get(pk=sys.argv[3]))
"""


def approuver_ailleurs(transfert, par):
    """Un autre processus, sur la même base, arrêté entre ses deux écritures."""
    argv = [
        sys.executable,
        "-c",
        A_MI_CHEMIN,
        str(connection.settings_dict["NAME"]),
        str(transfert.pk),
        str(par.pk),
    ]
    env = os.environ | {"DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE}
    return subprocess.Popen(argv, cwd=settings.RACINE, env=env, stdout=subprocess.PIPE, text=True)


def traces():
    """Ce qu'un geste inachevé ne doit pas avoir touché."""
    chaines = ChaineJournal.objects.order_by("pk").values()
    return Ecriture.objects.count(), JournalConvention.objects.count(), list(chaines)


def test_un_processus_tue_entre_deux_ecritures_ne_laisse_rien(cadre, agente, signataire):
    convention = convention_en_vigueur(cadre.bsl)
    arbre_dresse(convention)
    repartition_adoptee(convention)
    arbre = enveloppes_par_nom(convention)
    transfert = Transfert.demander(arbre["Réserve"], arbre["La Matanie"], Decimal(500), par=agente, motif="T")
    avant = traces()

    with approuver_ailleurs(transfert, signataire) as autre:
        assert autre.stdout.readline() == "a mi-chemin\n"
        autre.send_signal(signal.SIGKILL)
        assert autre.wait(timeout=20) == -signal.SIGKILL

    assert traces() == avant
    assert enveloppes_par_nom(convention)["La Matanie"].solde.alloue == Decimal("400000.00")
    transfert.refresh_from_db()
    assert (transfert.etat, transfert.mouvement) == ("demandee", None)
    grand_livre_vrai()
    transfert.approuver(par=signataire)
    assert enveloppes_par_nom(convention)["La Matanie"].solde.alloue == Decimal("400500.00")
    grand_livre_vrai()
