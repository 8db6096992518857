"""Transmettre, clore un exercice, déroger : la page dit ce que l'acte engage; changé depuis, il se refuse."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from conventions.models import Derogation, EcheanceVersement, lots
from socle.erreurs import VersionPerimee
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.avenants import avenant_prepare
from tests.conventions.fabriques import (
    arbre_dresse,
    convention_a_transmettre,
    convention_en_vigueur,
    report_adopte,
)
from tests.conventions.test_versements_lots import renommer
from tests.test_ce_qui_est_vu import vue_puis_envoyee

pytestmark = pytest.mark.django_db


def test_une_convention_modifiee_sous_les_yeux_ne_se_transmet_pas(cadre, mess, client_de):
    convention, client = convention_a_transmettre(cadre.bsl), client_de(mess)
    adresse = reverse("conventions:transmission", args=[convention.pk])
    relue = vue_puis_envoyee(
        client,
        adresse,
        lambda: convention.modifier({"numero": "AUTRE-1"}, {}, par=mess, revision=convention.revision),
    )
    convention.refresh_from_db()
    assert convention.etat == "preparation"
    assert client.post(adresse, {"revision": relue}).status_code == 302
    convention.refresh_from_db()
    assert convention.etat == "transmise"


def test_un_echeancier_etabli_autrement_sous_les_yeux_ne_se_transmet_pas(cadre, mess, client_de):
    convention = convention_a_transmettre(cadre.bsl)

    def avancer():
        premiere = convention.echeances.order_by("rang").first()
        convention.echeances.filter(pk=premiere.pk).update(prevue_le=date(2025, 3, 31))

    vue_puis_envoyee(client_de(mess), reverse("conventions:transmission", args=[convention.pk]), avancer)
    convention.refresh_from_db()
    assert convention.etat == "preparation"


def test_un_avenant_modifie_sous_les_yeux_ne_se_transmet_pas(cadre, mess, client_de):
    avenant, client = avenant_prepare(convention_en_vigueur(cadre.bsl)), client_de(mess)
    adresse = reverse("conventions:avenant_transmission", args=[avenant.pk])
    autre = {"date/fin_realisation": "2027-02-28"}
    relue = vue_puis_envoyee(
        client, adresse, lambda: avenant.proposer("date", autre, revision=avenant.revision, par=mess)
    )
    avenant.refresh_from_db()
    assert avenant.etat == "preparation"
    client.post(adresse, {"revision": relue})
    avenant.refresh_from_db()
    assert avenant.etat == "transmis"


@time_machine.travel("2026-04-02 12:00:00-04:00", tick=False)
def test_un_exercice_dont_les_sommes_bougent_sous_les_yeux_ne_se_clot_pas(cadre, mess, client_de):
    convention = convention_en_vigueur(cadre.bsl)
    arbre_dresse(convention)
    exercice, client = convention.exercices.get(an=2025), client_de(mess)
    adresse = reverse("conventions:exercice_cloture", args=[convention.pk, 2025])
    relue = vue_puis_envoyee(client, adresse, lambda: report_adopte(convention))
    exercice.refresh_from_db()
    assert exercice.clos_le is None
    client.post(adresse, {"revision": relue})
    exercice.refresh_from_db()
    assert exercice.clos_le


def test_une_derogation_ne_couvre_pas_un_retard_qu_on_n_a_pas_lu(cadre, approbation, client_de):
    convention, client = v.convention_signee(cadre.bsl), client_de(approbation)
    echeance = v.recommandee(convention)
    v.obligation_en_retard(convention)
    adresse = reverse("conventions:derogation", args=[echeance.pk])
    autre = {"nature": "bilan", "echeance": date(2025, 9, 30)}
    relue = vue_puis_envoyee(
        client, adresse, lambda: convention.obligations.create(**autre), motif="Le rapport est en route."
    )
    assert not Derogation.objects.exists()
    client.post(adresse, {"motif": "Le rapport est en route.", "revision": relue})
    assert Derogation.objects.get().accordee_par == approbation


def test_un_lot_se_compare_a_ce_qui_est_vrai_sous_le_verrou_pas_a_ce_que_l_envoi_a_lu(
    cadre, mess, approbation
):
    echeance = v.recommandee(v.convention_signee(cadre.bsl))
    lues = EcheanceVersement.objects.filter(pk=echeance.pk).avec_convention().a_montrer()
    vu = lots.empreinte_du_lot(lues)
    renommer(echeance.beneficiaire_actuel(), par=mess)
    with pytest.raises(VersionPerimee, match="relisez le lot"):
        lots.autoriser_en_lot(lues, par=approbation, vu=vu)
    assert v.relire(echeance).etat == "recommandee"


def test_un_retour_ne_part_pas_avec_une_demande_qu_on_n_a_pas_lue(cadre, direction, analyste, client_de):
    version = fabriques.version_deposee(cadre.bsl)

    def demander(texte):
        version.demandes.create(
            cible_objet="section", cible_cle="1d", raison="incomplet", texte=texte, demandee_par=analyste
        )

    demander("Précisez.")
    client, adresse = client_de(direction), reverse("plans:retour", args=[version.pk])
    relue = vue_puis_envoyee(client, adresse, lambda: demander("Chiffrez aussi."), motif="Merci.")
    assert fabriques.relire(version).etat == "deposee"
    assert not version.demandes.envoyees().exists()
    client.post(adresse, {"motif": "Merci.", "revision": relue})
    assert version.demandes.envoyees().count() == 2
