"""Ce que les parties d'une demande montrent et demandent : l'ordre des champs, les lieux d'une priorité."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from alliances.models import Organisme
from alliances.plans.models import VersionPlan
from projets.regles.completude import manques
from tests import fabriques
from tests.outils.partage import partagee
from tests.projets import fabriques as p
from tests.projets.test_fautes import approuver_la_suite, refuse_de_deposer

pytestmark = pytest.mark.django_db


@partagee
def prete(cadre, agente, enveloppes, equipe):
    """Complète, dans La Matapédia; le plan a aussi une priorité pour un autre territoire seulement."""
    appel = p.appel_ouvert(cadre.bsl, par=agente, partage={enveloppes["La Matapédia"]: D(300_000)})
    demande = p.demande_prete(appel, Organisme.objects.get(neq=p.NEQ), equipe[0])
    ailleurs = cadre.bsl.territoires.exclude(pk__in=demande.territoires.all()).order_by("code").first()

    def ajouter(suite):
        fabriques.ajouter_priorite(suite, agente, titre="Se loger", palier="local", territoires=[ailleurs])

    approuver_la_suite(VersionPlan.objects.get(etat="approuvee"), agente, ajouter)
    return p.relire(demande)


def lire(client, demande, code):
    return client.get(reverse("projets:partie", args=[demande.pk, code])).text


def locale(demande):
    return demande.appel.priorites_servies().get(palier="local")


def test_un_partenaire_se_nomme_avant_de_dire_ce_qu_il_apporte(prete, equipe, client_de):
    page = lire(client_de(equipe[0]), prete, "partenaires")
    places = [
        page.index(f'name="partenaire_0_{nom}"')
        for nom in ("nom", "secteur", "humain", "materiel", "financier", "confirme")
    ]
    assert places == sorted(places)


def test_une_priorite_locale_dit_pour_quel_territoire(prete, equipe, client_de):
    (lieu,) = locale(prete).territoires.all()
    assert f"Se loger ({lieu} seulement)" in lire(client_de(equipe[0]), prete, "priorites")


def test_une_priorite_d_un_territoire_ou_la_demande_ne_va_pas_empeche_de_deposer(prete, equipe, client_de):
    priorite = locale(prete)
    prete.priorites.add(priorite)
    (lieu,) = priorite.territoires.all()
    refuse_de_deposer(prete, equipe[1], client_de(equipe[1]), f"est une priorité pour {lieu} seulement")
    prete.territoires.add(lieu)
    assert "priorites" not in {manque.partie for manque in manques(p.relire(prete))}
