"""Toutes les listes de la maison : même nombre de requêtes à trois rangées et à trente, à l'écran comme aux exports."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone

from alliances.models import Alliance, JournalAlliance, Organisme
from conventions.models import Ecriture, JournalConvention, Transfert
from projets.models import AppelProjets, ImportDInitiatives, Initiative
from projets.protocoles.models import ClausesAlliance, Protocole
from socle.models import CibleDeService, Notification
from socle.pages.adresses import adresses_de
from socle.pages.listes import EXPORTS, PAR_PAGE, Tableau
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import depenses
from tests.conventions import versements as v
from tests.conventions.fabriques import arbre_dresse, enveloppes_par_nom, repartition_adoptee
from tests.outils.html_accessible import assert_html_accessible
from tests.projets.protocoles.finies import abandonnees
from tests.projets.protocoles.finies import milieu as milieu_de
from tests.projets.situation import saisie_reprise

pytestmark = pytest.mark.django_db
AU_PLUS = 12
DEMAIN = date(2099, 1, 1)
NATIONALES = (
    "alliances:incidents",
    "alliances:liste",
    "alliances:mandats",
    "alliances:organismes",
    "conventions:calendrier",
    "conventions:liste",
    "conventions:liste_versements",
    "conventions:position",
    "pilotage:notifications",
    "plans:liste",
    "projets:appels",
    "projets:initiatives",
    "projets:portrait",
    "protocoles:protocoles",
    "projets:reprises",
)
D_UNE_CONVENTION = (
    "conventions:depenses",
    "conventions:grand_livre",
    "conventions:journal",
    "conventions:remises",
    "conventions:transferts",
)
D_UN_PROTOCOLE = (
    "protocoles:a_recuperer",
    "protocoles:a_verser",
    "protocoles:paiements",
    "protocoles:remboursements",
)


@pytest.fixture
def convention(cadre):
    convention = v.convention_signee(cadre.bsl)
    arbre_dresse(convention)
    repartition_adoptee(convention)
    return convention


@pytest.fixture
def appel(cadre, mess):
    return publier(cadre.bsl, "Appel", mess)


@pytest.fixture
def milieu(cadre):
    """Une autre Alliance, qui verse à des organismes; la première des listes, dont son plan ne quitte pas la page."""
    Alliance.objects.filter(pk=cadre.lanaudiere.pk).update(nom="A", slug="a")
    return milieu_de(Alliance.objects.get(pk=cadre.lanaudiere.pk))


@pytest.fixture
def adresses(convention, appel, mess, milieu):
    """L'adresse de chaque page de liste; `mess` tient aussi ce qui seul ouvre le registre ou la sélection."""
    fabriques.mandater(mess, "administration")
    fabriques.mandater(mess, "coordination", alliance=appel.alliance)
    return {
        **{nom: reverse(nom) for nom in NATIONALES},
        **{nom: reverse(nom, args=[convention.pk]) for nom in D_UNE_CONVENTION},
        **{nom: reverse(nom, args=[milieu.enveloppe.convention_id]) for nom in D_UN_PROTOCOLE},
        "alliances:journal": reverse("alliances:journal", args=[convention.alliance.slug]),
        "projets:selection": reverse("projets:selection", args=[appel.pk]),
    }


def ajouter(rangs, cadre, convention, mess, milieu):
    """De quoi allonger chaque liste d'autant de rangées."""
    abandonnees(milieu, rangs)
    enveloppes, porteuse = (
        enveloppes_par_nom(convention),
        fabriques.personne("porteur", Organisme.objects.first()),
    )
    for rang in rangs:
        publier(cadre.bsl, f"Appel {rang}", mess)
        convenir(deposer(AppelProjets.objects.earliest("pk"), rang, porteuse), porteuse)
        alliance = Alliance.objects.create(
            cycle=cadre.cycle, nom=f"A{rang}", slug=f"a-{rang}", table_regionale=cadre.bsl.table_regionale
        )
        alliance.regions.add(cadre.bsl.regions.get())
        v.convention_signee(alliance).obligations.create(nature="rapport_annuel", an=2025, echeance=DEMAIN)
        territoire = cadre.bsl.territoires.first()
        Organisme.objects.create(nom=f"O{rang}", territoire=territoire)
        fabriques.personne("coordination", alliance)
        ligne = [(enveloppes["La Matanie"], "engage", Decimal("0.01"))]
        Ecriture.passer(convention, ligne, nature="engagement", par=mess, objet=f"P{rang}")
        depenses.remise(convention, par=mess, montant=Decimal(1), reference=f"R-{rang}")
        depenses.depense(convention, par=mess, montant=Decimal(1), reference=f"JE-{rang}")
        Transfert.demander(
            enveloppes["Réserve"], enveloppes["La Matanie"], Decimal(1), par=mess, motif=f"M{rang}"
        )
        for journal, champ, objet in (
            (JournalAlliance, "alliance", cadre.bsl),
            (JournalConvention, "convention", convention),
        ):
            journal.inscrire(
                cle=f"essai-{objet.pk}", par=mess, geste="corriger", objet=f"{rang}", **{champ: objet}
            )
        ligne = saisie_reprise(cadre.bsl.table_regionale, reference=f"R-{rang}", territoires=[territoire])
        ImportDInitiatives.importer(cadre.bsl, [ligne], par=mess, fichier="reprises.xlsx")
        fabriques.incident()
        Notification.objects.create(destinataire=mess, cle=f"n-{rang}", titre=f"N{rang}")


def publier(alliance, titre, par):
    """Un appel publié, sans son geste : les listes n'en lisent que les colonnes."""
    maintenant = timezone.now()
    dates = {"ouvre_le": maintenant - timedelta(days=1), "ferme_le": maintenant + timedelta(days=30)}
    publie = {"etat": "ouvert", "publie_le": maintenant, "publie_par": par}
    return AppelProjets.objects.create(alliance=alliance, titre=titre, **dates, **publie)


def deposer(appel, rang, par):
    """Une demande déposée, de même."""
    maintenant, titre = timezone.now(), f"I{rang}"
    return Initiative.objects.create(
        alliance=appel.alliance,
        appel=appel,
        organisme=appel.alliance.table_regionale,
        titre=titre,
        numero=titre,
        etat="deposee",
        commencee_le=maintenant,
        commencee_par=par,
        deposee_le=maintenant,
        deposee_par=par,
    )


def convenir(initiative, par):
    """Son protocole, de même."""
    clauses, _ = ClausesAlliance.objects.get_or_create(
        alliance=initiative.alliance, version=1, defaults={"ouverte_le": timezone.now()}
    )
    dates = {"debut": aujourd_hui(), "fin": aujourd_hui(), "rapport_final_le": aujourd_hui()}
    prepare = {"prepare_le": timezone.now(), "prepare_par": par}
    Protocole.objects.create(initiative=initiative, clauses=clauses, **dates, **prepare)


def couts(client, adresses):
    """{(page, format): nombre de requêtes} de chaque liste, à l'écran et en fichier."""
    lus = {}
    for nom, adresse in adresses.items():
        for format in ("", *EXPORTS):
            CibleDeService.du_moment()  # gardées une minute : une machine chargée y met davantage
            with CaptureQueriesContext(connection) as requetes:
                assert client.get(adresse, {"format": format} if format else {}).status_code == 200
            lus[nom, format] = len(requetes)
    return lus


def test_une_liste_coute_autant_de_requetes_a_trente_rangees_qu_a_trois(
    cadre, convention, adresses, mess, milieu, client_de
):
    client = client_de(mess)
    ajouter(range(3), cadre, convention, mess, milieu)
    client.get(adresses["conventions:liste"])  # la première page d'une séance en repousse la fin
    a_trois = couts(client, adresses)
    ajouter(range(3, 30), cadre, convention, mess, milieu)
    a_trente = couts(client, adresses)
    longueurs = {nom: client.get(adresse).context["liste"].nombre for nom, adresse in adresses.items()}
    assert {nom: nombre for nom, nombre in longueurs.items() if nombre < 30} == {}
    assert a_trente == a_trois
    assert {page: cout for page, cout in a_trente.items() if cout > AU_PLUS} == {}


def concrets(tableau=Tableau):
    """Les tableaux de la maison que personne ne précise davantage."""
    sous = [classe for classe in tableau.__subclasses__() if not classe.__module__.startswith("tests")]
    return {tableau} if not sous else set().union(*map(concrets, sous))


def test_aucun_tableau_n_echappe_a_l_epreuve(adresses, mess, client_de):
    list(get_resolver().url_patterns)  # lire les adresses importe toutes les vues
    client = client_de(mess)
    montres = {type(client.get(adresse).context["liste"]) for adresse in adresses.values()}
    assert concrets() - montres == set()


def test_une_adresse_ecrite_d_avance_est_celle_que_django_chercherait():
    list(get_resolver().url_patterns)
    colonnes = [colonne for tableau in concrets() for colonne in tableau.base_columns.values()]
    pages = {vers for c in colonnes if isinstance(vers := getattr(c, "vers", None), str)}
    assert {page: adresses_de(page)(7) for page in pages} == {page: reverse(page, args=[7]) for page in pages}
    assert {
        "projets:initiative",
        "conventions:grand_livre",
    } <= pages  # la première a une autre adresse à l'essai


def test_chaque_liste_se_trie_se_choisit_et_s_exporte_selon_ses_colonnes(
    cadre, convention, adresses, mess, milieu, client_de
):
    client = client_de(mess)
    ajouter(range(2), cadre, convention, mess, milieu)
    for adresse in adresses.values():
        page = client.get(adresse)
        assert_html_accessible(page)
        liste = page.context["liste"]
        for colonne in liste.toutes:
            if colonne.column.tri:
                for tri in (colonne.name, f"-{colonne.name}"):
                    triee = client.get(adresse, {"tri": tri})
                    assert triee.context["liste"].tri_actuel == tri
        toutes = [colonne.name for colonne in liste.toutes if colonne.column.choisissable]
        assert_html_accessible(client.get(adresse, {"colonnes": toutes}))
        exportee = client.get(adresse, {"format": "json"}).json()
        assert list(exportee["lignes"][0]) == [c.name for c in liste.toutes if c.column.exportee], adresse


@pytest.fixture
def versements(cadre, mess, client_de):
    """La liste des versements, plus longue qu'une page; `versements(**parametres)` est sa réponse."""
    for rang in range(7):
        alliance = Alliance.objects.create(
            cycle=cadre.cycle, nom=f"A{rang}", slug=f"a-{rang}", table_regionale=cadre.bsl.table_regionale
        )
        v.convention_signee(alliance)
    client = client_de(mess)
    return lambda **parametres: client.get(reverse("conventions:liste_versements"), parametres)


def test_le_total_du_pied_porte_sur_tout_le_resultat(versements):
    liste = versements().context["liste"]
    assert len(liste.page.object_list) == PAR_PAGE < liste.nombre
    total = sum(Decimal(ligne["montant"]) for ligne in versements(format="json").json()["lignes"])
    assert liste.totaux["montant"] == total


def test_filtres_tri_et_colonnes_survivent_a_la_page_suivante_et_aux_exports(versements):
    page = versements(etat="prevue", tri="-montant", colonnes=["alliance", "montant"])
    suite = "etat=prevue&amp;tri=-montant&amp;colonnes=alliance&amp;colonnes=montant"
    assert f'href="?{suite}&amp;page=2"' in page.text
    assert f'href="?{suite}&amp;format=xlsx"' in page.text
    assert '<input type="hidden" name="colonnes" value="montant">' in page.text
    assert 'aria-sort="descending"' in page.text
    assert "Condition</th>" not in page.text
    entete, *_ = versements(format="csv", colonnes=["alliance", "montant"]).text.splitlines()
    assert entete.lstrip("\ufeff") == "Versement;Alliance;Montant"


def test_sans_choix_l_export_a_aussi_les_colonnes_cachees(versements):
    assert "Reste</th>" not in versements().text
    assert "Reste</th>" in versements(colonnes="reste").text
    assert ";Reste;" in versements(format="csv").text.splitlines()[0]


def test_une_colonne_ou_un_format_inconnus_sont_ignores(versements):
    page = versements(colonnes="zzz", format="exe", tri="zzz", page="zzz")
    assert "Condition</th>" in page.text
    assert page.context["liste"].page.number == 1


def test_une_liste_vide_dit_si_c_est_a_cause_des_filtres(cadre, mess, client_de):
    client, adresse = client_de(mess), reverse("conventions:liste_versements")
    assert "Aucun versement pour le moment" in client.get(adresse).text
    page = client.get(adresse, {"etat": "versee", "tri": "montant"})
    assert "Aucun versement ne répond à ces filtres" in page.text
    assert 'href="?tri=montant"' in page.text
