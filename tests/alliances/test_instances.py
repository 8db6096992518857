"""Les instances et leurs sièges, devant la composition attendue."""

from alliances.models import InstanceGouvernance, JournalAlliance, SecteurActeur, Siege
from tests.alliances.pages import adresse, envoyer, ouvrir, texte
from tests.outils.html_accessible import assert_html_accessible

HOSTILE = "<img src=x onerror=alert(1)>"


def sieges(cadre):
    return Siege.objects.filter(instance_gouvernance__alliance=cadre.bsl)


def test_une_instance_s_ajoute_avec_ses_sieges(cadre, agente, client_de):
    client = client_de(agente)
    ouvrir(client, "instance_ajout", cadre.bsl.slug)
    territoire = cadre.bsl.territoires.first()
    envoyer(
        client,
        "instance_ajout",
        cadre.bsl.slug,
        nom="Concertation de La Matapédia",
        palier="local",
        nature="consultative",
        territoire=territoire.pk,
        mandat="",
        rang="1",
    )
    instance = cadre.bsl.instances.get(palier="local")
    assert instance.territoire == territoire
    assert "Aucun siège inscrit" in texte(ouvrir(client, "gouvernance", cadre.bsl.slug))
    ouvrir(client, "siege_ajout", cadre.bsl.slug, instance.pk)
    secteur = SecteurActeur.objects.get(code="vecu")
    saisie = {
        "secteur": secteur.pk,
        "libelle": "Groupe citoyen",
        "prevus": "3",
        "pourvus": "1",
        "droit": "vote",
    }
    envoyer(client, "siege_ajout", cadre.bsl.slug, instance.pk, **saisie)
    siege = instance.sieges.get()
    assert siege.vacants == 2
    page = texte(ouvrir(client, "gouvernance", cadre.bsl.slug))
    assert "2 vides" in page
    assert "Une seule personne experte de vécu" in page
    gestes = list(JournalAlliance.objects.values_list("geste", flat=True))
    assert gestes == ["ajouter-siege", "ajouter-instance"]


def test_plus_de_sieges_pourvus_que_prevus_est_refuse(cadre, agente, client_de):
    siege = sieges(cadre).first()
    reponse = envoyer(
        client_de(agente),
        "siege",
        cadre.bsl.slug,
        siege.pk,
        secteur=siege.secteur_id,
        libelle="À garder",
        prevus="1",
        pourvus="4",
        droit="vote",
    )
    assert reponse.status_code == 200
    assert_html_accessible(reponse)
    assert "plus de sièges pourvus que de sièges prévus" in texte(reponse)
    assert "À garder" in texte(reponse)


def test_deux_instances_n_ont_pas_le_meme_nom(cadre, agente, client_de):
    reponse = envoyer(
        client_de(agente),
        "instance_ajout",
        cadre.bsl.slug,
        nom="Table régionale",
        palier="regional",
        nature="consultative",
        mandat="",
        rang="0",
    )
    assert "déjà une instance de ce nom" in texte(reponse)


def test_sans_personne_experte_de_vecu_c_est_un_probleme(cadre, agente, client_de):
    sieges(cadre).filter(secteur__vecu=True).delete()
    page = texte(ouvrir(client_de(agente), "gouvernance", cadre.bsl.slug))
    assert "Aucune personne experte de vécu ne siège" in page


def test_un_secteur_attendu_et_absent_est_nomme(cadre, agente, client_de):
    sieges(cadre).filter(secteur__code="sante").update(pourvus=0)
    page = texte(ouvrir(client_de(agente), "gouvernance", cadre.bsl.slug))
    assert "Secteurs attendus et absents\u00a0: Santé publique" in page


def test_une_composition_complete_le_dit(cadre, agente, client_de):
    page = texte(ouvrir(client_de(agente), "gouvernance", cadre.bsl.slug))
    assert "Tous les secteurs attendus siègent" in page


def test_une_instance_d_un_circuit_ne_se_retire_pas(cadre, agente, client_de):
    instance = cadre.bsl.instances.get()
    client = client_de(agente)
    page = texte(ouvrir(client, "instance_retrait", cadre.bsl.slug, instance.pk))
    assert "retirez-la d’abord des circuits" in page
    assert page.index("Retirer une instance") < page.index(instance.nom) < page.index("retirez-la d’abord")
    suite = client.post(adresse("instance_retrait", cadre.bsl.slug, instance.pk), follow=True)
    assert "retirez-la d’abord des circuits" in texte(suite)
    assert cadre.bsl.instances.exists()


def test_retirer_une_instance_nomme_ce_qui_part_avec_elle(cadre, agente, client_de):
    instance = InstanceGouvernance.objects.create(alliance=cadre.bsl, nom="Comité aviseur")
    Siege.objects.create(
        instance_gouvernance=instance, secteur=SecteurActeur.objects.first(), libelle="Élues et élus"
    )
    client = client_de(agente)
    assert "Élues et élus" in texte(ouvrir(client, "instance_retrait", cadre.bsl.slug, instance.pk))
    client.post(adresse("instance_retrait", cadre.bsl.slug, instance.pk))
    assert not cadre.bsl.instances.filter(pk=instance.pk).exists()
    assert JournalAlliance.objects.get().avant["nom"] == "Comité aviseur"


def test_des_sieges_se_modifient_et_se_retirent(cadre, agente, client_de):
    siege = sieges(cadre).first()
    client = client_de(agente)
    ouvrir(client, "instance", cadre.bsl.slug, siege.instance_gouvernance_id)
    ouvrir(client, "siege", cadre.bsl.slug, siege.pk)
    ouvrir(client, "siege_retrait", cadre.bsl.slug, siege.pk)
    client.post(adresse("siege_retrait", cadre.bsl.slug, siege.pk))
    assert not sieges(cadre).filter(pk=siege.pk).exists()


def test_ce_qui_est_d_une_autre_alliance_est_introuvable(cadre, agente, client_de):
    instance = cadre.lanaudiere.instances.get()
    client = client_de(agente)
    for nom, pk in (
        ("instance", instance.pk),
        ("instance_retrait", instance.pk),
        ("siege_ajout", instance.pk),
        ("siege", instance.sieges.first().pk),
        ("siege_retrait", instance.sieges.first().pk),
    ):
        assert client.post(adresse(nom, cadre.bsl.slug, pk)).status_code == 404, nom
    assert instance.sieges.count() == 4


def test_un_texte_hostile_reste_du_texte(cadre, agente, analyste, client_de):
    instance = InstanceGouvernance.objects.create(alliance=cadre.bsl, nom=HOSTILE, mandat=HOSTILE)
    Siege.objects.create(
        instance_gouvernance=instance, secteur=SecteurActeur.objects.first(), libelle=HOSTILE
    )
    for client in (client_de(agente), client_de(analyste)):
        assert HOSTILE not in texte(ouvrir(client, "gouvernance", cadre.bsl.slug))
    assert HOSTILE not in texte(ouvrir(client_de(agente), "instance_retrait", cadre.bsl.slug, instance.pk))
