"""Ce que mesure `make mesure` : un pays d'initiatives recopiées, qui ne change rien aux pages d'un appel."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliances.models import Organisme
from mesures.initiatives import Pays
from projets.models import AppelProjets, Decision, Initiative, JournalProjets, PropositionDecision
from tests.conventions.fabriques import arbre_dresse, convention_en_vigueur
from tests.projets.hasard import Partage

pytestmark = pytest.mark.django_db
VOULUES = 30


def lectures(client, pages):
    """[(lectures de la base, octets)] de chaque page."""
    lues = []
    for page in pages:
        with CaptureQueriesContext(connection) as requetes:
            reponse = client.get(page)
        assert reponse.status_code == 200
        lues.append((sum(r["sql"].startswith("SELECT") for r in requetes), len(reponse.content)))
    return lues


def test_un_pays_de_copies_ne_change_rien_aux_pages_d_un_appel(cadre, client_de):
    partage = Partage(cadre, dossiers=3)
    partage.accepter(2, (5_000, 5_000, 5_000))
    partage.proposer(0, (5_000, 0, 0))
    arbre_dresse(convention_en_vigueur(cadre.lanaudiere), 2026)
    appel, client = partage.appels[0].pk, client_de(partage.agente)
    pages = [reverse(f"projets:{nom}", args=[appel]) for nom in ("selection", "seance")]
    pages += [reverse("projets:initiative", args=[partage.cles[n]]) for n in (0, 2)]
    lectures(client, pages)
    avant = lectures(client, pages)

    Pays().grossir(VOULUES)

    assert lectures(client, pages) == avant
    fois = VOULUES // 3
    assert Initiative.objects.count() == VOULUES
    assert AppelProjets.objects.count() == 2 * fois
    assert Organisme.objects.filter(pk__in=Initiative.objects.values("organisme")).count() == VOULUES
    assert PropositionDecision.objects.count() == Decision.objects.count() == fois
    assert JournalProjets.objects.values("chaine").distinct().count() == fois
    ailleurs = Initiative.objects.exclude(pk__in=partage.cles)
    assert set(ailleurs.values_list("alliance", flat=True)) == {cadre.lanaudiere.pk}
    assert ailleurs.exclude(appel__alliance=cadre.lanaudiere).count() == 0
