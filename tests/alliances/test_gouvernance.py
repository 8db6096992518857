"""Le profil de gouvernance : toutes les manières de fonctionner se disent."""

from alliances.models import (
    CircuitDecision,
    EtapeDecision,
    InstanceGouvernance,
    JournalAlliance,
    ProfilGouvernance,
    Siege,
)
from tests.alliances.pages import adresse, envoyer, ouvrir, texte
from tests.outils.html_accessible import assert_html_accessible

PROFIL = {"territoires_d_un_projet_regional": "2"}


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
    envoyer(client, "profil", cadre.bsl.slug, **PROFIL, demarche="propre", modalite_propre="Entente directe")
    page = texte(ouvrir(client, "gouvernance", cadre.bsl.slug))
    assert "Entente directe" in page
    assert "peuvent ne pas s’appliquer" in page


def test_la_gouvernance_tient_dans_douze_requetes(cadre, analyste, client_de, django_assert_max_num_queries):
    comite = InstanceGouvernance.objects.create(alliance=cadre.bsl, nom="Comité")
    for rang in (2, 3):
        circuit = CircuitDecision.objects.create(alliance=cadre.bsl, nom=f"{rang}", rang=rang, decide=comite)
        EtapeDecision.objects.create(circuit=circuit, rang=1, instance_gouvernance=comite, acte="avis")
        circuit.territoires.set(cadre.bsl.territoires.all())
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
    cle = cadre.bsl.territoires.first().pk
    with django_assert_max_num_queries(12):
        ouvrir(client, "essai", cadre.bsl.slug, requete=f"?origine=appel&montant=5&territoires={cle}")
