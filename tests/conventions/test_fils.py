"""Le fil d'Ariane d'une page d'enveloppe, de répartition, de transfert ou de versement ramène à sa convention."""

from decimal import Decimal

import pytest
from django.urls import reverse

from conventions.models import Transfert
from tests import fabriques
from tests.conventions import depenses
from tests.conventions import versements as v
from tests.conventions.fabriques import arbre_dresse, brouillon, repartition_adoptee

pytestmark = pytest.mark.django_db


def adresses(convention, par):
    """Une page de chaque sorte."""
    enveloppes = arbre_dresse(convention, par=par)
    adoptee = repartition_adoptee(convention)
    brouillon(convention)
    transfert = Transfert.demander(
        enveloppes["Réserve"], enveloppes["La Matanie"], Decimal("10"), par=par, motif="Une initiative."
    )
    echeance = v.versee(convention)
    return {
        "enveloppes": (convention.pk,),
        "enveloppe_ajout": (convention.pk, 2025),
        "repartition": (convention.pk, 2025),
        "repartition_adoptee": (adoptee.pk,),
        "transferts": (convention.pk,),
        "transfert": (transfert.pk,),
        "transfert_retrait": (transfert.pk,),
        "depenses": (convention.pk,),
        "depense": (depenses.depense(convention, par=par).pk,),
        "remises": (convention.pk,),
        "remise": (depenses.remise(convention, par=par).pk,),
        "grand_livre": (convention.pk,),
        "versements": (convention.pk,),
        "echeance": (echeance.pk,),
    }


def test_chaque_fil_ramene_a_la_convention(cadre, agente, client_de):
    convention = v.convention_signee(cadre.bsl)
    pages, client = adresses(convention, agente), client_de(agente)
    lien = f'<a href="{reverse("conventions:convention", args=[convention.pk])}">{convention.numero}</a>'
    for nom, arguments in pages.items():
        page = client.get(reverse(f"conventions:{nom}", args=arguments))
        assert page.status_code == 200, nom
        fil = page.text.split('<nav class="fil"')[1].split("</nav>")[0]
        assert lien in fil, nom


def test_qui_n_a_qu_une_alliance_ne_passe_par_aucune_liste(cadre, agente, mess, client_de):
    """La liste n'aurait qu'une ligne, et ramènerait à la page d'où l'on vient."""
    convention, version = v.convention_signee(cadre.bsl), fabriques.version_deposee(cadre.bsl)
    pages = {
        reverse("conventions:convention", args=[convention.pk]): "conventions:liste",
        reverse("conventions:cloture", args=[convention.pk]): "conventions:liste",
        reverse("plans:dossier", args=[version.plan_id]): "plans:liste",
        reverse("alliances:gouvernance", args=[cadre.bsl.slug]): "alliances:liste",
    }

    def fils(personne):
        for page, liste in pages.items():
            texte = client_de(personne).get(page).text
            if '<nav class="fil"' in texte:
                yield reverse(liste) in texte.split('<nav class="fil"')[1].split("</nav>")[0].split('"')

    assert any(fils(agente)) is False
    assert all(fils(mess)) is True
    fabriques.mandater(agente, "coordination", alliance=cadre.lanaudiere)
    assert all(fils(type(agente).objects.get(pk=agente.pk))) is True
