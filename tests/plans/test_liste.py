"""La liste des plans : où chacun en est, dans les mots de qui lit."""

import csv
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from alliances.models import Alliance, Organisme
from socle.valeurs.horloge import aujourd_hui, jour_de
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def plans(cadre):
    """Le Bas-Saint-Laurent a déposé; Lanaudière rédige, en retard."""
    deposee = fabriques.version_deposee(cadre.bsl)
    fabriques.plan_ouvert(cadre.lanaudiere)
    return deposee


@pytest.fixture
def observation_regionale(cadre):
    return fabriques.personne("observation", cadre.bsl.regions.get())


def test_le_ministere_voit_toutes_les_alliances_et_a_qui_est_le_tour(plans, mess, client_de):
    reponse = client_de(mess).get(reverse("plans:liste"))
    assert_html_accessible(reponse)
    texte = reponse.content.decode()
    for attendu in ("Bas-Saint-Laurent", "Lanaudière", "À Services Québec", "Services Québec", "En retard"):
        assert attendu in texte


@pytest.mark.parametrize("role", ["mess", "observation"])
def test_chaque_lien_de_la_liste_s_ouvre(cadre, client_de, role):
    """L’observation ne voit un plan qu’une fois approuvé : avant, son nom ne mène nulle part."""
    fabriques.version_approuvee(cadre.bsl)
    fabriques.plan_ouvert(cadre.lanaudiere)
    client = client_de(fabriques.personne(role))
    lignes = client.get(reverse("plans:liste")).context["liste"].page
    liens = {ligne.alliance.nom: ligne.url for ligne in lignes}
    assert liens[cadre.bsl.nom]
    assert bool(liens[cadre.lanaudiere.nom]) is (role == "mess")
    for adresse in filter(None, liens.values()):
        assert client.get(adresse).status_code == 200


def test_une_alliance_sans_plan_est_dans_la_liste(cadre, mess, client_de):
    assert "À ouvrir" in client_de(mess).get(reverse("plans:liste")).content.decode()


def test_la_direction_ne_voit_que_sa_region(plans, direction, client_de):
    texte = client_de(direction).get(reverse("plans:liste"), {"tri": "alliance"}).content.decode()
    assert "Bas-Saint-Laurent" in texte
    assert "Lanaudière" not in texte


def test_qui_n_a_qu_un_plan_y_va_droit(plans, agente, etrangere, client_de):
    reponse = client_de(agente).get(reverse("plans:liste"))
    assert reponse["Location"] == reverse("plans:tableau", args=[plans.pk])


@pytest.mark.parametrize(
    ("filtre", "attendues"),
    [
        ({"etat": "deposee"}, ["Bas-Saint-Laurent"]),
        ({"etat": "a_ouvrir"}, []),
        ({"tour": "La Table"}, ["Lanaudière"]),
        ({"tour": "Services Québec"}, ["Bas-Saint-Laurent"]),
        ({"retard": "on"}, ["Lanaudière"]),
        ({"etat": "n’importe quoi"}, ["Bas-Saint-Laurent", "Lanaudière"]),
        ({"tri": "-alliance"}, ["Lanaudière", "Bas-Saint-Laurent"]),
        ({"tri": "depuis"}, ["Bas-Saint-Laurent", "Lanaudière"]),
        ({"tri": "-depuis"}, ["Lanaudière", "Bas-Saint-Laurent"]),
        ({"tri": "inconnu"}, ["Bas-Saint-Laurent", "Lanaudière"]),
    ],
)
def test_les_filtres_et_le_tri_vivent_dans_l_adresse(plans, mess, client_de, filtre, attendues):
    lignes = client_de(mess).get(reverse("plans:liste"), filtre).context["liste"].page.object_list
    assert [ligne.alliance.nom.split(" – ")[1] for ligne in lignes] == attendues


def test_un_plan_refuse_est_a_reprendre_par_la_table(cadre, mess, client_de):
    refus = {"par": fabriques.personne("approbation"), "motif": "Aucune cible."} | fabriques.LETTRE
    fabriques.version_avisee(cadre.bsl).refuser(**refus)
    reponse = client_de(mess).get(reverse("plans:liste"), {"tour": "La Table"})
    tours = {ligne.alliance.slug: ligne.camp for ligne in reponse.context["liste"].page}
    assert tours[cadre.bsl.slug] == "La Table"


def test_un_plan_en_vigueur_n_attend_rien(cadre, mess, direction, client_de):
    """Même quand sa modification vient d'être refusée : la version approuvée tient toujours."""
    version = fabriques.version_approuvee(cadre.bsl)
    client, adresse = client_de(mess), reverse("plans:liste")
    assert "Rien n’est attendu" in client.get(adresse, {"vigueur": "oui"}).text
    par = {role: fabriques.personne(role, cadre.bsl) for role in ("coordination", "signature")}
    suivante = version.ouvrir_modification(par=par["coordination"], motif="Le transport")
    suivante.adopter(
        par=par["coordination"],
        adoptee_le=aujourd_hui(),
        resolution="CA-3",
        mode="consensus",
        piece=fabriques.fichier_pdf(),
    )
    suivante.deposer(par=par["signature"], certifie=True)
    suivante.rendre_avis(par=direction, sens="favorable", texte="Bien.")
    suivante.refuser(par=fabriques.personne("approbation"), motif="Aucune cible.", **fabriques.LETTRE)
    assert "Rien n’est attendu" in client.get(adresse, {"etat": "refusee"}).text
    siennes = client.get(adresse, {"tour": "La Table"}).context["liste"].page
    assert cadre.bsl.slug not in [ligne.alliance.slug for ligne in siennes]


@pytest.fixture
def en_modification(cadre):
    """La version 1 du Bas-Saint-Laurent est en vigueur; sa modification s'écrit."""
    version = fabriques.version_approuvee(cadre.bsl)
    return version.ouvrir_modification(
        par=fabriques.personne("coordination", cadre.bsl), motif="Le transport"
    )


def test_un_plan_en_modification_reste_en_vigueur_partout(en_modification, cadre, mess, client_de):
    client, adresse = client_de(mess), reverse("plans:liste")
    for filtre in ({"vigueur": "oui"}, {"etat": "brouillon"}, {"tour": "La Table"}):
        lignes = client.get(adresse, filtre).context["liste"].page
        (ligne,) = [ligne for ligne in lignes if ligne.alliance == cadre.bsl]
        assert (ligne.en_vigueur.numero, ligne.en_travail.numero) == (1, 2)
    assert not [
        ligne for ligne in client.get(adresse, {"vigueur": "non"}).context["liste"].page if ligne.version
    ]
    vigueur, *_ = client.get(reverse("pilotage:accueil")).context["chiffres"]
    assert (vigueur["libelle"], vigueur["valeur"]) == ("Plans en vigueur", 1)
    exportee = client.get(adresse, {"format": "json", "etat": "brouillon"}).json()["lignes"][0]
    assert (exportee["en_vigueur"], exportee["etat"], exportee["version"]) == ("Version 1", "En rédaction", 2)


def test_l_accueil_de_l_alliance_montre_ses_deux_versions(en_modification, agente, client_de):
    texte = client_de(agente).get(reverse("pilotage:accueil")).text
    assert reverse("plans:lecture", args=[en_modification.base_id]) in texte
    assert reverse("plans:tableau", args=[en_modification.pk]) in texte


def test_qui_ne_voit_pas_la_modification_va_a_la_version_en_vigueur(en_modification, cadre, client_de):
    lignes = client_de(fabriques.personne("observation")).get(reverse("plans:liste")).context["liste"].page
    adresses = {ligne.alliance.slug: ligne.url for ligne in lignes}
    assert adresses[cadre.bsl.slug] == reverse("plans:lecture", args=[en_modification.base_id])


@pytest.mark.parametrize("situation", ["a_ouvrir", "en_redaction", "propre_echeance", "depose_tard"])
def test_les_pastilles_le_filtre_et_l_accueil_disent_le_meme_retard(cadre, mess, client_de, situation):
    """L’échéance du cycle est passée; un dépôt tardif n’est plus en retard, une échéance reportée non plus."""
    if situation == "en_redaction":
        fabriques.plan_ouvert(cadre.bsl)
    elif situation == "propre_echeance":
        Alliance.objects.filter(pk=cadre.bsl.pk).update(echeance_plan=date(2099, 1, 1))
    elif situation == "depose_tard":
        assert fabriques.version_deposee(cadre.bsl).est_deposee_tard
    client = client_de(mess)
    toutes = client.get(reverse("plans:liste")).context["liste"].page
    badges = {ligne.alliance.slug for ligne in toutes if ligne.delai and ligne.delai.est_en_retard}
    filtrees = {
        ligne.alliance.slug
        for ligne in client.get(reverse("plans:liste"), {"retard": "on"}).context["liste"].page
    }
    *_, compte = client.get(reverse("pilotage:accueil")).context["chiffres"]
    attendus = {"lanaudiere"} | ({cadre.bsl.slug} if situation in ("a_ouvrir", "en_redaction") else set())
    assert (badges, filtrees, compte["valeur"]) == (attendus, attendus, len(attendus))


def test_le_filtre_d_etat_parle_comme_la_pastille(
    plans, cadre, mess, direction, observation_regionale, client_de
):
    version = plans.rendre_avis(par=direction, sens="favorable", texte="Bien.")
    for personne, mots in ((mess, "Avis reçu"), (direction, "Avis rendu")):
        reponse = client_de(personne).get(reverse("plans:liste"), {"etat": version.etat})
        assert dict(reponse.context["filtres"].fields["etat"].choices)["avisee"] == mots
        assert [ligne.etat.libelle for ligne in reponse.context["liste"].page.object_list] == [mots]
    choix = client_de(observation_regionale).get(reverse("plans:liste"), {"tri": "alliance"})
    libelles = dict(choix.context["filtres"].fields["etat"].choices)
    assert (libelles["brouillon"], libelles["refusee"]) == ("En rédaction", "Refus du Ministère")
    assert "approuvee" not in libelles  # la version en vigueur a son propre filtre


def test_la_region_filtre_aussi(plans, mess, client_de):
    region = Alliance.objects.get(slug="lanaudiere").regions.get()
    lignes = (
        client_de(mess).get(reverse("plans:liste"), {"region": region.pk}).context["liste"].page.object_list
    )
    assert [ligne.alliance.slug for ligne in lignes] == ["lanaudiere"]


def test_le_cycle_ne_se_choisit_que_s_il_y_en_a_plusieurs(plans, mess, client_de):
    client, page = client_de(mess), reverse("plans:liste")
    assert "cycle" not in client.get(page).context["filtres"].fields
    actuelle = Alliance.objects.get(slug="lanaudiere")
    passe = fabriques.cycle_precedent()
    Alliance.objects.create(
        cycle=passe,
        nom="Alliance – Lanaudière 2017",
        slug="lanaudiere-2017",
        table_regionale=actuelle.table_regionale,
    )
    reponse = client.get(page, {"cycle": passe.pk})
    choix = reponse.context["filtres"].fields["cycle"].choices
    assert [nom for _, nom in choix] == ["Tous", "2024-2029", "2017-2023"]
    assert [ligne.alliance.slug for ligne in reponse.context["liste"].page] == ["lanaudiere-2017"]
    assert len(client.get(page, {"cycle": "abc"}).context["liste"].page.object_list) == 3


def test_la_liste_coute_le_meme_nombre_de_requetes_a_trois_fois_le_volume(
    plans, mess, client_de, django_assert_max_num_queries
):
    client = client_de(mess)
    modele = Alliance.objects.get(slug="lanaudiere")
    for rang in range(30):
        Alliance.objects.create(
            cycle=modele.cycle,
            nom=f"Alliance {rang}",
            slug=f"a-{rang}",
            table_regionale=modele.table_regionale,
        )
    with django_assert_max_num_queries(12):
        assert client.get(reverse("plans:liste")).status_code == 200


def test_le_csv_s_ouvre_dans_un_tableur_francais_et_n_execute_rien(plans, mess, client_de):
    Alliance.objects.filter(slug="lanaudiere").update(nom='=HYPERLINK("x")')
    reponse = client_de(mess).get(reverse("plans:liste"), {"format": "csv"})
    texte = reponse.content.decode()
    assert texte.startswith("\ufeffAlliance;")
    lignes = list(csv.reader(StringIO(texte), delimiter=";"))
    assert any(ligne[0] == '\'=HYPERLINK("x")' for ligne in lignes)


def test_le_classeur_a_les_memes_lignes_sans_formule(plans, mess, client_de):
    Alliance.objects.filter(slug="lanaudiere").update(nom="+1+1")
    reponse = client_de(mess).get(reverse("plans:liste"), {"format": "xlsx"})
    feuille = load_workbook(BytesIO(reponse.content)).active
    assert [cellule.value for cellule in feuille["A"][3:]].count(None) == 1  # puis la date d’extraction
    (deposes,) = [colonne for colonne in feuille.columns if colonne[0].value == "Date du dépôt"]
    assert deposes[1].value.date() == jour_de(plans.deposee_le)
    assert deposes[1].is_date
    assert deposes[2].value is None
    assert not any(cellule.data_type == "f" for rangee in feuille for cellule in rangee)


def test_les_exports_respectent_les_filtres(plans, mess, client_de):
    texte = client_de(mess).get(reverse("plans:liste"), {"etat": "deposee", "format": "csv"}).content.decode()
    assert "Bas-Saint-Laurent" in texte
    assert "Lanaudière" not in texte


def test_une_personne_sans_mandat_n_exporte_rien(plans, django_user_model, client_de):
    inconnue = django_user_model.objects.create_user("i@alliances.example", prenom="I", nom="N")
    reponse = client_de(inconnue).get(reverse("plans:liste"), {"format": "csv"})
    assert reponse["Content-Type"].startswith("text/html")
    assert "Bas-Saint-Laurent" not in reponse.text


def test_un_porteur_apprend_que_le_plan_n_est_pas_approuve_puis_le_lit(plans, cadre, client_de):
    territoire = cadre.bsl.territoires.first()
    organisme = Organisme.objects.create(nom="Les Ateliers du quai", territoire=territoire)
    client = client_de(fabriques.personne("porteur", organisme))
    reponse = client.get(reverse("plans:liste"))
    assert_html_accessible(reponse)
    assert "n’est pas encore approuvé" in reponse.content.decode()
    plans = plans.rendre_avis(
        par=fabriques.personne("direction_dgsq", cadre.bsl.regions.get()), sens="favorable", texte="Bien."
    )
    plans.approuver(par=fabriques.personne("approbation"), **fabriques.LETTRE)
    assert client.get(reverse("plans:liste"))["Location"] == reverse("plans:lecture", args=[plans.pk])
