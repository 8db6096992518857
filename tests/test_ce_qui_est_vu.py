"""Ce qu'une personne adopte, signe ou décide est ce que sa page montrait : changé depuis, l'acte se refuse."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from alliances.models import Organisme
from alliances.models.changements import modifier, repere
from alliances.plans.models import DemandeCorrection
from conventions.models import Obligation, Repartition, Report, Versement, lots
from socle.erreurs import VersionPerimee
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.fabriques import (
    PARTS,
    arbre_dresse,
    brouillon,
    completer,
    convention_en_vigueur,
    convention_transmise,
    recevoir,
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


# --- Le plan que la Table adopte, puis dépose -------------------------------------------------------------

CERTIFIE = {"certifie": "on"}


def recrire(version, agente):
    section = version.sections.get(code="1d")
    section.enregistrer(par=agente, revision=section.revision, texte="<p>Tout autre chose.</p>")


def test_un_texte_change_sous_les_yeux_ne_s_adopte_pas(cadre, agente, client_de):
    version, client = fabriques.plan_pret(cadre.bsl), client_de(agente)
    adresse = reverse("plans:adoption", args=[version.pk])
    saisie = {"adoptee_le": "2025-02-01", "mode": "consensus"}
    relue = vue_puis_envoyee(client, adresse, lambda: recrire(version, agente), **saisie | resolution())
    assert fabriques.relire(version).etat == "brouillon"
    assert client.post(adresse, saisie | resolution() | {"revision": relue}).status_code == 302
    assert fabriques.relire(version).resolution == "2026-031"


def test_un_plan_rouvert_recrit_et_adopte_de_nouveau_ne_se_depose_pas_d_une_vieille_page(
    cadre, agente, signataire, client_de
):
    version, client = fabriques.version_adoptee(cadre.bsl), client_de(signataire)
    adresse = reverse("plans:depot", args=[version.pk])

    def rouvrir():
        rouverte = version.rouvrir(par=agente, motif="Une cible change.")
        recrire(rouverte, agente)
        fabriques.relire(version).adopter(
            par=agente,
            adoptee_le=date(2025, 2, 1),
            resolution="2025-02-01",
            mode="consensus",
            piece=fabriques.fichier_pdf(),
        )

    relue = vue_puis_envoyee(client, adresse, rouvrir, **CERTIFIE)
    assert fabriques.relire(version).etat == "adoptee"
    assert not version.instantanes.exists()
    client.post(adresse, CERTIFIE | {"revision": relue})
    assert fabriques.relire(version).etat == "deposee"


def test_une_correction_recrite_sous_les_yeux_de_qui_certifie_ne_se_depose_pas(
    cadre, agente, signataire, client_de
):
    version = fabriques.version_a_corriger(cadre.bsl)
    corriger(version, agente)
    vue_puis_envoyee(
        client_de(signataire),
        reverse("plans:depot", args=[version.pk]),
        lambda: recrire(fabriques.relire(version), agente),
        **CERTIFIE,
    )
    assert fabriques.relire(version).etat == "a_corriger"


# --- Un rapport que l'on accepte --------------------------------------------------------------------------


@pytest.fixture
def a_accepter(cadre):
    """Un rapport reçu, dont le 4e versement attend l'acceptation; et l'heure où tout cela se passe."""
    with time_machine.travel("2026-09-20T12:00-04:00", tick=False):
        fabriques.version_approuvee(cadre.bsl)
        convention = v.convention_signee(cadre.bsl)
        Obligation.generer(convention, par=None)
        convention.obligations.filter(nature="etats_financiers").update(echeance=date(2030, 6, 30))
        yield recevoir(convention.obligations.get(nature="rapport_annuel", an=2025))


def recevoir_autre_chose(rapport, mess):
    rapport.annuler_reception(par=mess, motif="Le mauvais document.")
    rapport.recevoir(par=mess, le=aujourd_hui(), reference="Lettre 999")


def changer_la_somme(rapport, mess):
    rapport.convention.echeances.filter(rapport_an=2025).update(montant="1.00")


@pytest.mark.parametrize("entretemps", [recevoir_autre_chose, changer_la_somme])
def test_un_rapport_ne_s_accepte_pas_d_apres_ce_qui_a_change(
    a_accepter, analyste, mess, client_de, entretemps
):
    client, adresse = client_de(analyste), reverse("conventions:acceptation", args=[a_accepter.pk])
    relue = vue_puis_envoyee(client, adresse, lambda: entretemps(a_accepter, mess))
    rapport = Obligation.objects.get(pk=a_accepter.pk)
    assert rapport.acceptee_le is None
    assert not rapport.convention.echeances.filter(etat="liberee", rapport_an=2025).exists()
    assert client.post(adresse, {"revision": relue}).status_code == 302
    rapport.refresh_from_db()
    assert rapport.acceptee_par == analyste


def test_deux_envois_n_acceptent_qu_une_fois(a_accepter, analyste, client_de):
    client, adresse = client_de(analyste), reverse("conventions:acceptation", args=[a_accepter.pk])
    envoi = {"revision": client.get(adresse).context["form"]["revision"].value()}
    suites = [client.post(adresse, envoi, follow=True).text for _ in range(2)]
    assert "accepté" in suites[0]
    assert "Le document est accepté depuis" in suites[1]
    assert a_accepter.convention.journal.filter(geste="accepter").count() == 1


# --- Des virements que l'on confirme ----------------------------------------------------------------------

CONFIRMATION = "conventions:confirmation"


def champs_caches(page):
    """Ce qu'une page de virements renverrait sans JavaScript, telle quelle."""
    virements = page.context.get("virements") or page.context["form"]
    lignes = [virements.management_form, virements.commune, *virements]
    return {champ.html_name: champ.value() or "" for ligne in lignes for champ in ligne}


def payer_une_part(echeance, **_):
    v.virement(echeance, montant=v.VIREMENT, reference="V-AILLEURS")


def verser_a_un_autre(echeance, mess, approbation):
    organisme = Organisme.objects.get(pk=echeance.beneficiaire_id)
    vu, organisme.nom = repere(organisme), "Compte du pirate"
    modifier(organisme, par=mess, vu=vu)
    v.relire(echeance).autoriser(par=approbation)


@pytest.fixture
def page_ouverte(cadre, client_de):
    """(le versement autorisé, la page où il se confirme, ce qu'elle enverrait pour 10 000 $, le client)."""
    echeance, client = v.autorisee(v.convention_signee(cadre.bsl)), client_de(v.finances())
    page = client.get(reverse(CONFIRMATION), {"echeance": echeance.pk})
    return echeance, page, champs_caches(page) | {"v-0-montant": "10000", "v-0-reference": "V-1"}, client


@pytest.mark.parametrize("entretemps", [payer_une_part, verser_a_un_autre])
@pytest.mark.parametrize("relue", [False, True])
def test_un_virement_ne_se_confirme_pas_d_apres_ce_qui_a_change(
    page_ouverte, mess, approbation, entretemps, relue
):
    echeance, _, envoi, client = page_ouverte
    if relue:
        envoi = champs_caches(client.post(reverse(CONFIRMATION), envoi)) | {"etape": "confirmer"}
    entretemps(echeance, mess=mess, approbation=approbation)
    reponse = client.post(reverse(CONFIRMATION), envoi)
    assert reponse.status_code == 409
    assert f"a changé depuis que la page est ouverte\xa0: {echeance.nom_complet}." in reponse.text
    assert 'value="V-1"' in reponse.text
    assert not Versement.objects.filter(reference="V-1").exists()
    revue = client.post(reverse(CONFIRMATION), champs_caches(reponse))
    client.post(reverse(CONFIRMATION), champs_caches(revue) | {"etape": "confirmer"})
    assert Versement.objects.filter(reference="V-1").exists()


def test_un_versement_change_arrete_tout_le_lot(cadre, client_de):
    lot = [v.autorisee(v.convention_signee(alliance)) for alliance in (cadre.bsl, cadre.lanaudiere)]
    client = client_de(v.finances())
    page = client.get(reverse(CONFIRMATION), {"echeance": [e.pk for e in lot]})
    envoi = champs_caches(page) | {"v-0-reference": "V-1", "v-1-reference": "V-2", "v-1-montant": "5"}
    payer_une_part(lot[1])
    assert lot[1].nom_complet in client.post(reverse(CONFIRMATION), envoi | {"etape": "confirmer"}).text
    assert not Versement.objects.filter(reference__in=["V-1", "V-2"]).exists()


def test_deux_confirmations_du_meme_virement_n_en_inscrivent_qu_un(page_ouverte):
    _, _, envoi, client = page_ouverte
    relue = champs_caches(client.post(reverse(CONFIRMATION), envoi)) | {"etape": "confirmer"}
    assert [client.post(reverse(CONFIRMATION), relue).status_code for _ in range(2)] == [302, 302]
    assert Versement.objects.count() == 1


def test_une_course_perdue_entre_la_page_et_le_verrou_se_refuse_aussi(page_ouverte):
    """Ce que la page relit avant le geste ne suffit pas : le geste compare lui-même."""
    echeance, page, _, _ = page_ouverte
    vus = {echeance.pk: page.context["form"][0]["vu"].value()}
    payer_une_part(echeance)
    virement = (v.relire(echeance), v.VIREMENT, aujourd_hui(), "V-1")
    with pytest.raises(VersionPerimee, match="a changé depuis"):
        lots.verser_en_lot([virement], par=v.finances(), vus=vus)
    assert not Versement.objects.filter(reference="V-1").exists()
