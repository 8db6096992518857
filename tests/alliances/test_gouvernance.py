"""Le profil de gouvernance et le circuit : toutes les manières de décider se disent."""

import pytest

from alliances.models import EtapeDecision, InstanceGouvernance, JournalAlliance, ProfilGouvernance, Siege
from tests.alliances.pages import adresse, envoyer, ouvrir, texte
from tests.outils.html_accessible import assert_html_accessible

# Évaluation 2017-2023, §1.6 : les circuits A à F, et l'entente autochtone.
CIRCUITS = {
    "cosignataire": ("mrc_decide", [("Concertation", "avis"), ("Conseil de la MRC", "decision")]),
    "recommande": (
        "mrc_recommande",
        [
            ("Concertation", "recommandation"),
            ("Conseil de la MRC", "approbation"),
            ("Table régionale", "decision"),
        ],
    ),
    "informe": (
        "concertation_recommande",
        [
            ("Concertation", "recommandation"),
            ("Table régionale", "decision"),
            ("Conseil de la MRC", "information"),
        ],
    ),
    "vecu": (
        "concertation_recommande",
        [("Comité de vécu", "avis"), ("Comité aviseur", "recommandation"), ("Table régionale", "decision")],
    ),
    "montreal": (
        "arrondissements",
        [
            ("Comité de sélection", "avis"),
            ("Services de la Ville", "recommandation"),
            ("Conseil d’arrondissement", "decision"),
        ],
    ),
    "table_decide": ("concertation_decide", [("Table régionale", "decision")]),
    "propre": ("sans_objet", [("Conseil de bande", "decision")]),
}
PROFIL = {"territoires_d_un_projet_regional": "2"}


@pytest.fixture
def circuit(cadre):
    """Trois étapes régionales : Table (décision), Comité (avis), Conseil (information)."""
    profil = cadre.bsl.profil_gouvernance
    for rang, (nom, acte) in enumerate([("Comité", "avis"), ("Conseil", "information")], start=2):
        instance = InstanceGouvernance.objects.create(alliance=cadre.bsl, nom=nom)
        EtapeDecision.objects.create(
            profil=profil, palier="regional", rang=rang, instance_gouvernance=instance, acte=acte
        )
    return profil


def noms(profil, palier="regional"):
    return [e.instance_gouvernance.nom for e in profil.circuit.filter(palier=palier)]


@pytest.mark.parametrize("modele", CIRCUITS)
def test_chaque_circuit_observe_se_decrit_a_l_ecran(cadre, agente, analyste, client_de, modele):
    decision_locale, etapes = CIRCUITS[modele]
    client = client_de(agente)
    envoyer(
        client, "profil", cadre.bsl.slug, **PROFIL, decision_locale=decision_locale, gestion="deux_paliers"
    )
    for nom, acte in etapes:
        instance, _ = InstanceGouvernance.objects.get_or_create(alliance=cadre.bsl, nom=nom)
        reponse = envoyer(
            client, "etape_ajout", cadre.bsl.slug, "local", instance_gouvernance=instance.pk, acte=acte
        )
        assert reponse.status_code == 302
    profil = ProfilGouvernance.objects.get(alliance=cadre.bsl)
    assert profil.decision_locale == decision_locale
    assert [(e.instance_gouvernance.nom, e.acte) for e in profil.circuit.filter(palier="local")] == etapes
    page = texte(ouvrir(client_de(analyste), "gouvernance", cadre.bsl.slug))
    assert profil.get_decision_locale_display() in page


def test_le_profil_se_modifie_avec_sa_trace_et_sa_revision(cadre, agente, client_de):
    profil = cadre.bsl.profil_gouvernance
    client = client_de(agente)
    ouvrir(client, "profil", cadre.bsl.slug)
    envoyer(
        client,
        "profil",
        cadre.bsl.slug,
        **PROFIL,
        gestion="centralisee",
        decision_regionale=profil.decision_regionale,
        decision_locale=profil.decision_locale,
        part_regionale="12,5",
        modalite_propre="Délégation écrite du 3 mars 2025.",
    )
    profil.refresh_from_db()
    assert (profil.revision, str(profil.part_regionale)) == (2, "12.50")
    ligne = JournalAlliance.objects.get()
    assert set(ligne.avant) == {"gestion du FQIS", "part des projets régionaux (%)", "modalité propre"}
    assert ligne.avant["gestion du FQIS"].startswith("Partagée")
    assert ligne.apres["part des projets régionaux (%)"] == "12.5"


def test_une_part_de_plus_de_cent_est_refusee_sans_rien_perdre(cadre, agente, client_de):
    reponse = envoyer(
        client_de(agente), "profil", cadre.bsl.slug, **PROFIL, part_regionale="120", liaison="À garder"
    )
    assert reponse.status_code == 200
    assert_html_accessible(reponse)
    assert "À garder" in texte(reponse)
    assert cadre.bsl.profil_gouvernance.revision == 1


def test_un_profil_modifie_ailleurs_ne_s_ecrase_pas(cadre, agente, client_de):
    client = client_de(agente)
    vu = client.get(adresse("profil", cadre.bsl.slug)).context["form"].initial["revision"]
    ProfilGouvernance.objects.filter(alliance=cadre.bsl).update(liaison="Écrit par une autre personne")
    reponse = client.post(
        adresse("profil", cadre.bsl.slug), PROFIL | {"revision": vu, "liaison": "Ma liaison"}
    )
    assert reponse.status_code == 409
    assert "Écrit par une autre personne" in texte(reponse)
    assert "Ma liaison" in texte(reponse)


def test_une_alliance_sans_profil_le_dit_et_le_recoit(cadre, agente, client_de):
    ProfilGouvernance.objects.filter(alliance=cadre.bsl).delete()
    client = client_de(agente)
    assert "n’est pas encore décrit" in texte(ouvrir(client, "gouvernance", cadre.bsl.slug))
    assert client.get(adresse("etape_ajout", cadre.bsl.slug, "local")).url == adresse(
        "profil", cadre.bsl.slug
    )
    envoyer(client, "profil", cadre.bsl.slug, **PROFIL, demarche="propre", modalite_propre="Entente directe")
    page = texte(ouvrir(client, "gouvernance", cadre.bsl.slug))
    assert "Entente directe" in page
    assert "peuvent ne pas s’appliquer" in page


def test_monter_et_descendre_une_etape(circuit, cadre, agente, client_de):
    client = client_de(agente)
    assert noms(circuit) == ["Table régionale", "Comité", "Conseil"]
    etape = circuit.circuit.get(instance_gouvernance__nom="Conseil")
    client.post(adresse("etape_deplacement", cadre.bsl.slug, etape.pk), {"sens": "monter"})
    assert noms(circuit) == ["Table régionale", "Conseil", "Comité"]
    client.post(adresse("etape_deplacement", cadre.bsl.slug, etape.pk), {"sens": "descendre"})
    assert noms(circuit) == ["Table régionale", "Comité", "Conseil"]
    assert list(circuit.circuit.values_list("rang", flat=True)) == [1, 2, 3]
    ligne = JournalAlliance.objects.last()
    assert ligne.apres["circuit"].startswith("Table régionale (Décision) → Conseil")


@pytest.mark.parametrize(
    ("sens", "phrase"), [("descendre", "déjà à cette extrémité"), ("côté", "n’a pas de sens")]
)
def test_un_deplacement_sans_effet_se_dit(circuit, cadre, agente, client_de, sens, phrase):
    etape = circuit.circuit.get(instance_gouvernance__nom="Conseil")
    url = adresse("etape_deplacement", cadre.bsl.slug, etape.pk)
    assert phrase in texte(client_de(agente).post(url, {"sens": sens}, follow=True))
    assert not JournalAlliance.objects.exists()


def test_une_etape_se_modifie_et_se_retire_sans_trou(circuit, cadre, agente, client_de):
    client = client_de(agente)
    etape = circuit.circuit.get(instance_gouvernance__nom="Comité")
    ouvrir(client, "etape", cadre.bsl.slug, etape.pk)
    envoyer(
        client,
        "etape",
        cadre.bsl.slug,
        etape.pk,
        instance_gouvernance=etape.instance_gouvernance_id,
        acte="recommandation",
    )
    etape.refresh_from_db()
    assert etape.acte == "recommandation"
    ouvrir(client, "etape_retrait", cadre.bsl.slug, etape.pk)
    client.post(adresse("etape_retrait", cadre.bsl.slug, etape.pk))
    assert list(circuit.circuit.values_list("rang", flat=True)) == [1, 2]
    assert noms(circuit) == ["Table régionale", "Conseil"]


def test_l_instance_d_une_autre_alliance_ne_se_choisit_pas(cadre, agente, client_de):
    ailleurs = cadre.lanaudiere.instances.get()
    reponse = envoyer(
        client_de(agente),
        "etape_ajout",
        cadre.bsl.slug,
        "regional",
        instance_gouvernance=ailleurs.pk,
        acte="avis",
    )
    assert reponse.status_code == 200
    assert noms(cadre.bsl.profil_gouvernance) == ["Table régionale"]


def test_l_etape_d_une_autre_alliance_est_introuvable(cadre, agente, client_de):
    etape = cadre.lanaudiere.profil_gouvernance.circuit.get()
    for nom in ("etape", "etape_retrait", "etape_deplacement"):
        reponse = client_de(agente).post(adresse(nom, cadre.bsl.slug, etape.pk), {"sens": "monter"})
        assert reponse.status_code == 404


def test_un_palier_inconnu_est_introuvable(cadre, agente, client_de):
    assert client_de(agente).get(adresse("etape_ajout", cadre.bsl.slug, "national")).status_code == 404


def test_la_gouvernance_tient_dans_douze_requetes(
    circuit, cadre, analyste, client_de, django_assert_max_num_queries
):
    for instance in cadre.bsl.instances.all():
        Siege.objects.create(
            instance_gouvernance=instance,
            secteur=cadre.bsl.instances.first().sieges.first().secteur,
            libelle="x",
        )
    client = client_de(analyste)
    client.get(adresse("contexte"))
    with django_assert_max_num_queries(12):
        ouvrir(client, "gouvernance", cadre.bsl.slug)
