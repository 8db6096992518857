"""La fiche d'une Alliance : ce que chaque personne en voit."""

import pytest

from alliances.models import (
    Alliance,
    IndiceTerritoire,
    JournalAlliance,
    Organisme,
    PartieAlliance,
    Role,
    Siege,
)
from tests.alliances.pages import adresse, envoyer, ouvrir, texte
from tests.fabriques import personne
from tests.outils.html_accessible import assert_html_accessible

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def porteur(cadre):
    organisme = Organisme.objects.create(
        nom="Les Ateliers du quai", territoire=cadre.bsl.territoires.first(), neq="1140000001"
    )
    return personne(Role.PORTEUR, organisme)


def test_qui_n_a_qu_une_alliance_y_arrive_tout_droit(cadre, agente, client_de):
    reponse = client_de(agente).get(adresse("liste"))
    assert reponse.url == adresse("fiche", "bas-saint-laurent")


def test_le_ministere_voit_toutes_les_alliances(cadre, mess, client_de, django_assert_max_num_queries):
    client = client_de(mess)
    client.get(adresse("contexte"))
    with django_assert_max_num_queries(12):
        page = texte(ouvrir(client, "liste"))
    assert "Alliance – Lanaudière" in page
    assert "Alliance – Bas-Saint-Laurent" in page


def test_les_alliances_se_lisent_vingt_cinq_par_page(cadre, mess, client_de):
    Alliance.objects.bulk_create(
        Alliance(
            cycle=cadre.bsl.cycle,
            nom=f"Alliance – Région {n:02}",
            slug=f"region-{n:02}",
            table_regionale=cadre.bsl.table_regionale,
        )
        for n in range(30)
    )
    client = client_de(mess)
    assert "Alliance – Région 29" not in texte(ouvrir(client, "liste"))
    assert "Alliance – Région 29" in texte(client.get(adresse("liste"), {"page": 2}))


def test_sans_mandat_la_liste_dit_a_qui_s_adresser(cadre, django_user_model, client_de):
    inconnue = django_user_model.objects.create_user("i@alliances.example", prenom="I", nom="N")
    page = texte(ouvrir(client_de(inconnue), "liste"))
    assert "Aucune Alliance pour le moment" in page
    assert "peut vous en confier un" in page


def test_la_fiche_dit_le_territoire_les_parties_et_les_manques(
    cadre, analyste, client_de, django_assert_max_num_queries
):
    cadre.bsl.territoires.filter(code="08").update(devitalise=True, devitalise_source="Entente de 2021")
    matapedia = cadre.bsl.territoires.get(code="07")
    for an, valeur, rang in ((2016, "-12.5", None), (2018, None, 99)):
        IndiceTerritoire.objects.create(
            territoire=matapedia, indice="ive", an=an, valeur=valeur, rang=rang, source=f"ISQ {an}"
        )
    cadre.bsl.montant, cadre.bsl.montant_fictif = 6084144, True
    cadre.bsl.save()
    Siege.objects.filter(instance_gouvernance__alliance=cadre.bsl, secteur__vecu=True).update(pourvus=0)
    client = client_de(analyste)
    client.get(adresse("contexte"))  # la première page d'une séance la prolonge
    with django_assert_max_num_queries(12):
        page = texte(ouvrir(client, "fiche", "bas-saint-laurent"))
    assert "La Matanie" in page
    assert page.count("Dévitalisé") == 1
    assert "2018 : 99<sup>e</sup> rang sur 104" in " ".join(page.split())
    assert page.count("Donnée non inscrite") == 1
    assert "Entente de 2021" in page
    assert "ISQ 2018" in page
    assert "ISQ 2016" not in page
    assert "6\u00a0084\u00a0144,00\u00a0$" in page
    assert "Montant fictif, démonstration" in page
    assert "Collectif de Bas-Saint-Laurent" in page
    assert "Aucune personne experte de vécu" in page
    assert "2 sièges vides" in page
    assert adresse("partie_ajout", "bas-saint-laurent") not in page


def test_une_seule_personne_experte_de_vecu_se_remarque(cadre, lectrice, client_de):
    Siege.objects.filter(instance_gouvernance__alliance=cadre.bsl, secteur__vecu=True).update(pourvus=1)
    assert "Une seule personne experte de vécu" in texte(ouvrir(client_de(lectrice), "fiche", cadre.bsl.slug))


def test_un_porteur_voit_une_fiche_reduite(cadre, porteur, client_de):
    cadre.bsl.contacts.create(nom="Autre contact", fonction="Comptabilité")
    cadre.bsl.montant = 6084144
    cadre.bsl.save()
    page = texte(ouvrir(client_de(porteur), "fiche", cadre.bsl.slug))
    assert "Les Ateliers du quai" in page
    assert "Personne à joindre" in page
    for absent in ("Autre contact", "6\u00a0084\u00a0144", "Collectif de", "sièges", "Journal"):
        assert absent not in page


def test_un_porteur_lit_d_abord_a_qui_s_adresser_puis_ou_commencer_une_demande(cadre, porteur, client_de):
    page = texte(ouvrir(client_de(porteur), "fiche", cadre.bsl.slug))
    assert page.index("Une question?") < page.index("Ce que vous trouvez ici") < page.index("Territoires")
    assert 'href="/appels/"' in page


@pytest.mark.parametrize("nom", ["gouvernance", "participation", "journal"])
def test_un_porteur_n_ouvre_pas_le_reste(cadre, porteur, client_de, nom):
    assert client_de(porteur).get(adresse(nom, cadre.bsl.slug)).status_code == 404


@pytest.mark.parametrize("nom", ["fiche", "gouvernance", "participation", "journal", "profil", "relais"])
def test_l_alliance_d_une_autre_region_est_introuvable(cadre, etrangere, client_de, nom):
    assert client_de(etrangere).get(adresse(nom, cadre.bsl.slug)).status_code == 404


@pytest.mark.parametrize(
    "nom", ["profil", "instance_ajout", "contact_ajout", "partie_ajout", "mecanisme_ajout"]
)
def test_qui_lit_sans_ecrire_apprend_pourquoi(cadre, lectrice, client_de, nom):
    reponse = client_de(lectrice).get(adresse(nom, cadre.bsl.slug))
    assert reponse.status_code == 403
    assert "Seule la coordination de cette Alliance" in texte(reponse)


def test_une_partie_s_ajoute_avec_sa_resolution_et_sa_trace(cadre, agente, client_de):
    mrc = Organisme.objects.create(nom="MRC de La Matapédia", forme="municipal")
    client = client_de(agente)
    ouvrir(client, "partie_ajout", cadre.bsl.slug)
    reponse = envoyer(
        client,
        "partie_ajout",
        cadre.bsl.slug,
        organisme=mrc.pk,
        qualite="cosignataire",
        resolution="2025-04",
        resolution_le="2025-04-02",
    )
    assert reponse.url.endswith("#parties")
    partie = cadre.bsl.parties.get(qualite="cosignataire")
    assert (partie.organisme, partie.resolution) == (mrc, "2025-04")
    ligne = JournalAlliance.objects.get(geste="ajouter-partie")
    assert ligne.par == agente
    assert ligne.role == "coordination"
    assert ligne.apres["numéro de résolution"] == "2025-04"


def test_un_second_fiduciaire_est_refuse_et_la_saisie_reste(cadre, agente, client_de):
    premier = cadre.bsl.parties.get().organisme
    PartieAlliance.objects.create(alliance=cadre.bsl, organisme=premier, qualite="fiduciaire")
    autre = Organisme.objects.create(nom="Autre fiduciaire")
    reponse = envoyer(
        client_de(agente),
        "partie_ajout",
        cadre.bsl.slug,
        organisme=autre.pk,
        qualite="fiduciaire",
        resolution="R-99",
    )
    assert reponse.status_code == 200
    assert_html_accessible(reponse)
    assert "Une Alliance n’a qu’un fiduciaire." in texte(reponse)
    assert "R-99" in texte(reponse)
    assert cadre.bsl.parties.count() == 2


def test_une_partie_se_modifie_puis_se_retire(cadre, agente, client_de):
    partie = cadre.bsl.parties.get()
    client = client_de(agente)
    envoyer(
        client,
        "partie",
        cadre.bsl.slug,
        partie.pk,
        organisme=partie.organisme_id,
        qualite="fiduciaire",
        resolution="",
        resolution_le="",
    )
    partie.refresh_from_db()
    assert partie.qualite == "fiduciaire"
    ouvrir(client, "partie_retrait", cadre.bsl.slug, partie.pk)
    client.post(adresse("partie_retrait", cadre.bsl.slug, partie.pk))
    assert not cadre.bsl.parties.exists()
    ligne = JournalAlliance.objects.get(geste="retirer-partie")
    assert ligne.avant["qualité"] == "Fiduciaire"


def test_une_partie_d_une_autre_alliance_est_introuvable(cadre, agente, client_de):
    etrangere = cadre.lanaudiere.parties.get()
    client = client_de(agente)
    for nom in ("partie", "partie_retrait"):
        assert client.post(adresse(nom, cadre.bsl.slug, etrangere.pk)).status_code == 404
    assert cadre.lanaudiere.parties.exists()


def test_un_texte_hostile_reste_du_texte(cadre, agente, analyste, client_de):
    organisme = Organisme.objects.create(nom=HOSTILE)
    PartieAlliance.objects.create(
        alliance=cadre.bsl, organisme=organisme, qualite="mandataire", resolution=HOSTILE
    )
    cadre.bsl.contacts.create(nom=HOSTILE, fonction=HOSTILE)
    for client in (client_de(agente), client_de(analyste)):
        page = texte(ouvrir(client, "fiche", cadre.bsl.slug))
        assert HOSTILE not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_les_territoires_se_lisent_dans_l_ordre_alphabetique_partout(cadre, agente, client_de):
    cadre.bsl.territoires.filter(code="07").update(nom="Zec du nord")
    cadre.bsl.territoires.filter(code="08").update(nom="Érable")
    page = texte(ouvrir(client_de(agente), "fiche", "bas-saint-laurent"))
    assert page.index("Érable") < page.index("Zec du nord")
    ajout = texte(ouvrir(client_de(agente), "instance_ajout", "bas-saint-laurent"))
    assert ajout.index("Toute l’Alliance") < ajout.index("Érable") < ajout.index("Zec du nord")
