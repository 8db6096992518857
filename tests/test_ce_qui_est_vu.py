"""Ce qu'une personne adopte, signe ou décide est ce que sa page montrait : changé depuis, l'acte se refuse."""

import pytest
from django.urls import reverse

from alliances.plans.models import DemandeCorrection
from conventions.models import Repartition, Report
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.fabriques import (
    PARTS,
    arbre_dresse,
    brouillon,
    completer,
    convention_en_vigueur,
    convention_transmise,
    report_prepare,
)
from tests.plans.test_examen import corriger

pytestmark = pytest.mark.django_db


def vue_puis_envoyee(client, adresse, entretemps, **saisie):
    """La page ouverte, ce qui arrive avant l'envoi, puis l'envoi d'avant."""
    page = client.get(adresse)
    revision = page.context["form"]["revision"].value()
    assert f'name="revision" value="{revision}"' in page.text
    entretemps()
    reponse = client.post(adresse, saisie | {"revision": revision})
    assert reponse.status_code == 409
    assert "depuis que la page est ouverte" in reponse.text
    return reponse.context["form"]["revision"].value()


def resolution(piece="piece"):
    return {"resolution": "2026-031", piece: fabriques.fichier_pdf()}


def test_une_repartition_changee_sous_les_yeux_ne_s_adopte_pas(cadre, signataire, client_de):
    convention = convention_en_vigueur(cadre.bsl)
    arbre_dresse(convention)
    brouillon(convention)
    detournee = PARTS | {"Coordination et mobilisation": "250000.00", "Réserve": "0.00"}
    client = client_de(signataire)
    adresse = reverse("conventions:repartition_adoption", args=[convention.pk, 2025])
    saisie = {"adoptee_le": aujourd_hui().isoformat()}
    relue = vue_puis_envoyee(
        client, adresse, lambda: brouillon(convention, parts=detournee), **saisie | resolution()
    )
    assert Repartition.objects.get().etat == "brouillon"
    assert client.post(adresse, saisie | resolution() | {"revision": relue}).status_code == 302


def test_un_report_change_sous_les_yeux_ne_s_adopte_pas(cadre, signataire, client_de):
    convention = convention_en_vigueur(cadre.bsl)
    report_prepare(convention)
    vue_puis_envoyee(
        client_de(signataire),
        reverse("conventions:report_adoption", args=[convention.pk, 2025]),
        lambda: report_prepare(convention, motif="Une autre somme"),
        adoptee_le=aujourd_hui().isoformat(),
        **resolution(),
    )
    assert Report.objects.get().etat == "brouillon"


def test_une_convention_reprise_puis_transmise_autrement_ne_se_signe_pas_d_une_vieille_page(
    cadre, mess, signataire, client_de
):
    convention = convention_transmise(cadre.bsl)
    partie = convention.parties.exclude(role="ministre").first()

    def reprendre():
        reprise = convention.reprendre(par=mess, motif="Montants à revoir.")
        completer(reprise).transmettre(par=mess)

    vue_puis_envoyee(
        client_de(signataire),
        reverse("conventions:signature", args=[convention.pk, partie.pk]),
        reprendre,
        signee_le=aujourd_hui().isoformat(),
        resolution_le=aujourd_hui().isoformat(),
        **resolution("fichier"),
    )
    partie.refresh_from_db()
    assert partie.signee_le is None


@pytest.fixture
def redeposer(agente, signataire, direction):
    """La version est retournée, corrigée, puis déposée de nouveau; avisée encore si elle l'était."""

    def refaire(version, par):
        avisee = version.etat == "avisee"
        DemandeCorrection.objects.create(
            version=version,
            cible_objet="section",
            cible_cle="1d",
            raison="incomplet",
            texte="Précisez.",
            demandee_par=par,
        )
        version.retourner(par=par)
        corriger(fabriques.relire(version), agente)
        version = fabriques.relire(version).deposer(par=signataire, certifie=True)
        if avisee:
            version.rendre_avis(par=direction, sens="favorable", texte="Corrigé.")

    return refaire


def test_un_avis_ne_vaut_pas_pour_un_depot_qu_on_n_a_pas_lu(
    cadre, agente, signataire, direction, redeposer, client_de
):
    version = fabriques.version_deposee(cadre.bsl)
    vue_puis_envoyee(
        client_de(direction),
        reverse("plans:avis", args=[version.pk]),
        lambda: redeposer(version, direction),
        sens="favorable",
        texte="Le plan répond au guide.",
    )
    assert fabriques.relire(version).etat == "deposee"


@pytest.mark.parametrize("nom", ["approbation", "refus"])
def test_une_decision_ne_vaut_pas_pour_un_depot_qu_on_n_a_pas_lu(
    cadre, agente, signataire, direction, mess, approbation, redeposer, client_de, nom
):
    version = fabriques.version_avisee(cadre.bsl)
    vue_puis_envoyee(
        client_de(approbation),
        reverse(f"plans:{nom}", args=[version.pk]),
        lambda: redeposer(version, mess),
        decision_du=aujourd_hui().isoformat(),
        lettre="2026-014",
        motif="Voir la lettre.",
    )
    assert fabriques.relire(version).etat == "avisee"
