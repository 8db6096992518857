"""Le portrait : une rangée par Alliance, le total national ou d'une région; la liste et ses colonnes, au tableur."""

from datetime import date
from decimal import Decimal as D
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from projets.models import Initiative
from tests import fabriques
from tests.conventions.fabriques import (
    PARTS,
    arbre_dresse,
    convention_en_vigueur,
    enveloppes_par_nom,
    repartition_adoptee,
)
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p
from tests.projets.retenues import retenue

pytestmark = pytest.mark.django_db
PIEGE = "=CUISINES(1+1)"


@partagee
def deux_alliances(cadre, agente, etrangere, enveloppes):
    """Deux initiatives au Bas-Saint-Laurent, dont une à rattacher; une dans Lanaudière."""
    plan = fabriques.version_approuvee(cadre.bsl)
    ailleurs = _enveloppe(cadre.lanaudiere)
    ici, la_bas = enveloppes["Projets régionaux"], cadre.lanaudiere.territoires.first()
    appel = p.appel_ouvert(cadre.bsl, par=agente, partage={ici: D(100_000)})
    autre = p.appel_ouvert(cadre.lanaudiere, par=etrangere, partage={ailleurs: D(100_000)})
    vallee = cadre.bsl.territoires.get(nom="La Matapédia")
    quand = {"debut": date(2026, 9, 1), "fin": date(2027, 8, 31)}
    return [
        retenue(
            appel, agente, PIEGE, ou=[vallee], pour=[plan.priorites.first()], montants={ici: "1500.25"},
            personnes={2026: 40}, **quand,
        ),
        retenue(appel, agente, "Seule", ou=cadre.bsl.territoires.all(), montants={ici: 500}, nature="maintien"),
        retenue(autre, etrangere, "Ailleurs", ou=[la_bas], montants={ailleurs: 3_000}, personnes={2026: 7}),
    ]  # fmt: skip


def _enveloppe(alliance):
    """Celle des projets régionaux d'une Alliance qui n'a pas les territoires du Bas-Saint-Laurent."""
    convention, (un, deux, *_) = convention_en_vigueur(alliance), alliance.territoires.order_by("code")
    arbre_dresse(convention, 2026)
    noms = {"La Matapédia": un.nom, "La Matanie": deux.nom}
    parts = {noms.get(nom, nom): part for nom, part in (PARTS | {"Réserve": "200000.00"}).items()}
    repartition_adoptee(convention, 2026, parts=parts)
    return enveloppes_par_nom(convention, 2026)["Projets régionaux"]


def portrait(client, **choix):
    page = client.get(reverse("projets:portrait", query=choix or None))
    assert page.status_code == 200
    return page.context["liste"]


def test_le_total_est_celui_des_alliances_et_suit_la_region(cadre, deux_alliances, mess, client_de):
    client = client_de(mess)
    liste = portrait(client)
    assert (liste.nombre, liste.totaux["accorde"]) == (2, D("5000.25"))
    assert liste.suite_du_nombre == ", 3 initiatives, 47 personnes visées"
    d_ici = portrait(client, region=cadre.bsl.regions.get().pk)
    assert (d_ici.nombre, d_ici.totaux["accorde"]) == (1, D("2000.25"))


def test_le_pied_additionne_chaque_colonne(cadre, deux_alliances, mess, client_de):
    totaux = portrait(client_de(mess)).totaux
    assert (totaux["initiatives"], totaux["personnes"], totaux["a_rattacher"]) == (3, 47, 2)
    assert (totaux["priorites"], totaux["territoires"]) == ("1 sur 1", "3 sur 4")
    assert (totaux["part_regionale"], totaux["part_nouveaux"]) == (D("10.00"), D("90.00"))
    d_ici = portrait(client_de(mess), region=cadre.bsl.regions.get().pk).totaux
    assert (d_ici["initiatives"], d_ici["territoires"], d_ici["part_nouveaux"]) == (2, "2 sur 2", D("75.00"))
    assert ">3 sur 4</td>" in client_de(mess).get(reverse("projets:portrait")).text


def test_chaque_alliance_dit_ce_qui_est_servi_et_ou_lire_le_reste(cadre, deux_alliances, mess, client_de):
    client = client_de(mess)
    liste = portrait(client)
    ici, la_bas = sorted(liste.page.object_list, key=lambda alliance: alliance.slug)
    assert (ici.priorites_servies, la_bas.priorites_servies) == ("1 sur 1", "Aucun plan")
    assert (ici.territoires_touches, la_bas.territoires_touches) == ("2 sur 2", "1 sur 2")
    assert (ici.orphelines, la_bas.orphelines) == (1, 1)
    assert (ici.part_des_regionaux, ici.part_des_nouveaux) == (D("25.00"), D("75.00"))
    page = client.get(reverse("projets:portrait"))
    assert reverse("projets:matrice", args=[cadre.bsl.slug]) in page.text
    assert f"alliance={cadre.bsl.pk}&amp;" in page.text
    assert_html_accessible(page)


def test_une_somme_inventee_se_dit_fictive(cadre, deux_alliances, mess, agente, client_de):
    matrice = reverse("projets:matrice", args=[cadre.bsl.slug])
    for dite in (False, True):
        Initiative.objects.filter(titre="Seule").update(montants_fictifs=dite)
        for client, adresse in ((client_de(mess), reverse("projets:portrait")), (client_de(agente), matrice)):
            assert (">Fictif<" in client.get(adresse).text) is dite


def test_la_table_va_droit_a_sa_matrice_et_un_organisme_n_y_entre_pas(
    cadre, deux_alliances, agente, analyste, equipe, client_de
):
    for qui in (agente, analyste):
        page = client_de(qui).get(reverse("projets:portrait"))
        assert page.url == reverse("projets:matrice", args=[cadre.bsl.slug])
    assert client_de(equipe[0]).get(reverse("projets:portrait")).status_code == 404


# --- La liste des initiatives vers un tableur -------------------------------------------------------------


def exporter(client, format, **choix):
    return client.get(reverse("projets:initiatives", query={"format": format, "tri": "titre"} | choix))


def test_l_xlsx_a_les_colonnes_cochees_de_vrais_nombres_de_vraies_dates_et_aucune_formule(
    deux_alliances, agente, client_de
):
    cochees = {
        "colonnes": ["organisme", "accorde", "personnes", "territoires", "priorites", "thematiques", "debut"]
    }
    feuille = load_workbook(BytesIO(exporter(client_de(agente), "xlsx", **cochees).content)).active
    entetes, premiere, *_ = feuille.iter_rows()
    titres = ["Initiative", "Organisme", "Accordé", "Personnes visées", "Territoires", "Priorités du plan"]
    assert [cellule.value for cellule in entetes] == [*titres, "Thématiques", "Début"]
    titre, _, accorde, personnes, territoires, _, thematiques, debut = premiere
    assert (titre.value, titre.data_type, titre.quotePrefix) == (PIEGE, "s", True)
    assert (accorde.value, accorde.data_type) == (1500.25, "n")
    assert (personnes.value, personnes.data_type) == (40, "n")
    assert (territoires.value, thematiques.value) == ("La Matapédia", "Sécurité alimentaire")
    assert (debut.value.date(), debut.number_format) == (date(2026, 9, 1), "yyyy-mm-dd")


def test_le_csv_garde_les_filtres_et_neutralise_une_formule(cadre, deux_alliances, mess, client_de):
    client = client_de(mess)
    choix = {"colonnes": ["accorde", "debut"], "alliance": cadre.bsl.pk, "priorite": "aucune"}
    assert exporter(client, "csv", **choix).text.splitlines()[1:] == ["Seule;500,00;"]
    choix.pop("priorite")
    assert exporter(client, "csv", **choix).text.splitlines()[1] == f"'{PIEGE};1500,25;2026-09-01"
    assert len(exporter(client, "csv", colonnes=["accorde"]).text.splitlines()) == 4


def test_un_organisme_ne_choisit_pas_ce_que_la_table_croise(deux_alliances, equipe, client_de):
    filtres = client_de(equipe[0]).get(
        reverse("projets:initiatives", query={"lieu": 0, "priorite": "aucune"})
    )
    assert set(filtres.context["filtres"].fields) == {"appel", "etat", "q"}


FAUX = [{"lieu": "x"}, {"priorite": "x"}, {"exercice": "x"}, {"alliance": "x"}, {"alliance": "999999"}]


def test_qui_n_a_qu_une_alliance_n_a_pas_a_la_choisir(cadre, deux_alliances, agente, mess, client_de):
    def filtres(qui):
        page = client_de(qui).get(reverse("projets:initiatives", query={"alliance": cadre.bsl.pk}))
        return set(page.context["filtres"].fields)

    assert "alliance" not in filtres(agente)
    assert "alliance" in filtres(mess)


@pytest.mark.parametrize("faux", FAUX)
def test_un_filtre_qui_ne_se_lit_pas_s_explique(deux_alliances, mess, client_de, faux):
    page = client_de(mess).get(reverse("projets:initiatives", query=faux))
    assert page.status_code == 200
    assert page.context["filtres"].errors.keys() == faux.keys()


# --- L'observation ----------------------------------------------------------------------------------------


@pytest.fixture
def observatrice(cadre):
    return fabriques.personne("observation")


def test_l_observation_lit_les_sommes_annoncees_et_n_ouvre_aucune_initiative(
    cadre, deux_alliances, observatrice, client_de
):
    client = client_de(observatrice)
    assert portrait(client).totaux["accorde"] == D("5000.25")
    Initiative.objects.filter(titre="Seule").update(etat_annonce="admissible")
    assert portrait(client).totaux["accorde"] == D("4500.25")
    page = client.get(reverse("projets:matrice", args=[cadre.bsl.slug]))
    assert page.context["page"]["toutes"].nombre == 1
    assert_html_accessible(page)
    assert f"{reverse('projets:initiatives')}?" not in page.text
    assert "Seule" not in page.text
    for initiative in deux_alliances:
        assert client.get(reverse("projets:initiative", args=[initiative.pk])).status_code == 404
    assert reverse("projets:portrait") in client.get(reverse("projets:initiatives")).text


def test_l_observation_d_une_region_ne_lit_que_la_sienne(cadre, deux_alliances, client_de):
    client = client_de(fabriques.personne("observation", cadre.bsl.regions.get()))
    assert client.get(reverse("projets:portrait")).url == reverse("projets:matrice", args=[cadre.bsl.slug])
    ailleurs = client.get(reverse("projets:matrice", args=[cadre.lanaudiere.slug]))
    assert ailleurs.status_code == 404
