"""À qui le tour, depuis quand, pour quand : à l'accueil, à la liste des versements et au calendrier."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.urls import reverse

from conventions.models import Convention, EcheanceVersement, Obligation
from socle.annonces.attentes import taches
from socle.models import CibleDeService
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.fabriques import recevoir
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db
LISTE, CALENDRIER = reverse("conventions:liste_versements"), reverse("conventions:calendrier")


@partagee
def convention(cadre):
    return v.convention_signee(cadre.bsl)


def au(jour):
    return time_machine.travel(f"{jour}T12:00-04:00", tick=False)


def rangees(client, adresse, **filtres):
    return client.get(adresse, filtres).context["liste"].page.object_list


@pytest.mark.parametrize(
    ("jours", "mots", "ton"),
    [(10, "pour aujourd’hui", "attention"), (13, "en retard de 3\xa0jours", "probleme")],
)
def test_une_etape_au_dela_de_sa_cible_est_en_retard_dans_la_liste(
    convention, mess, client_de, jours, mots, ton
):
    with au("2026-09-01"):
        echeance = v.liberee(convention)
    with au(date(2026, 9, 1) + timedelta(days=jours)):
        client = client_de(mess)
        page = client.get(LISTE, {"etat": "liberee"})
        assert_html_accessible(page)
        [lue] = page.context["liste"].page.object_list
        assert (lue.delai.mots, lue.delai.ton, lue.delai.depuis) == (mots, ton, date(2026, 9, 1))
        assert mots in page.text
        retard = rangees(client, LISTE, delai="retard")
        assert [e.pk for e in retard] == ([echeance.pk] if ton == "probleme" else [])


def test_le_tour_et_les_dates_vont_a_l_export(convention, mess, client_de):
    with au("2026-09-01"):
        v.recommandee(convention)
        texte = (
            client_de(mess).get(LISTE, {"etat": "recommandee", "format": "csv"}).content.decode("utf-8-sig")
        )
    [ligne] = csv.DictReader(StringIO(texte), delimiter=";")
    noms = ("À qui le tour", "Depuis le", "Pour le", "Délai")
    assert [ligne[nom] for nom in noms] == ["Ministère", "2026-09-01", "2026-09-11", "encore 10\xa0jours"]


def test_la_liste_se_trie_par_delai_ce_qui_presse_d_abord(cadre, convention, mess, client_de):
    ailleurs = v.convention_signee(cadre.lanaudiere)
    with au("2026-09-01"):
        recommandee = v.recommandee(convention)
    with au("2026-08-25"):
        liberee = v.liberee(ailleurs)
    client = client_de(mess)
    assert [e.pk for e in rangees(client, LISTE, tri="delai")][:2] == [liberee.pk, recommandee.pk]
    CibleDeService.objects.update_or_create(etape="versement-autoriser", defaults={"jours": 1})
    assert [e.pk for e in rangees(client, LISTE, tri="delai")][:2] == [recommandee.pk, liberee.pk]


def test_sans_cible_rien_n_est_en_retard(convention, mess, client_de):
    CibleDeService.objects.update_or_create(etape="versement-recommander", defaults={"jours": None})
    with au("2026-01-01"):
        v.liberee(convention)
    [lue] = rangees(client_de(mess), LISTE, etat="liberee")
    assert lue.delai.mots.startswith("depuis ")
    assert rangees(client_de(mess), LISTE, delai="retard") == []


def test_hors_d_une_convention_en_vigueur_personne_n_est_en_retard(convention, mess, client_de):
    with au("2026-01-01"):
        v.liberee(convention)
    Convention.objects.filter(pk=convention.pk).update(
        etat="resiliee",
        fermee_le=date(2026, 6, 1),
        fermee_par=mess,
        fermeture_motif="x",
        fermeture_reglement="y",
    )
    [lue] = rangees(client_de(mess), LISTE, etat="liberee")
    assert lue.delai is None
    assert rangees(client_de(mess), LISTE, delai="retard") == []


def test_l_accueil_donne_l_echeance_de_chaque_etape(convention, analyste):
    with au("2026-09-01"):
        v.liberee(convention)
        [tache] = [t for t in taches(analyste) if "Recommander" in t.titre]
        assert (tache.depuis, tache.echeance, tache.est_en_retard) == (
            date(2026, 9, 1),
            date(2026, 9, 11),
            False,
        )
    with au("2026-09-12"):
        [tache] = [t for t in taches(analyste) if "Recommander" in t.titre]
        assert tache.est_en_retard


def test_un_document_recu_attend_d_etre_accepte_par_une_autre_personne(convention, analyste):
    Obligation.generer(convention, par=None)
    rapport = convention.obligations.get(nature="rapport_annuel", an=2025)
    collegue = fabriques.personne("dgsq", convention.alliance.regions.get())
    with au("2026-09-01"):
        recevoir(rapport, par=collegue)
        [tache] = [t for t in taches(analyste) if t.titre.startswith("Accepter")]
        assert tache.lien == reverse("conventions:acceptation", args=[rapport.pk])
        assert (tache.depuis, tache.echeance) == (date(2026, 9, 1), date(2026, 10, 1))
        assert [t for t in taches(collegue) if t.titre.startswith("Accepter")] == []
        rapport.accepter(par=analyste)
        assert [t for t in taches(analyste) if t.titre.startswith("Accepter")] == []


def test_le_calendrier_dit_le_tour_et_le_delai_de_chaque_obligation(convention, mess, client_de):
    Obligation.generer(convention, par=None)
    rapport = convention.obligations.get(nature="rapport_annuel", an=2025)

    def lu():
        page = client_de(mess).get(CALENDRIER, {"nature": "rapport_annuel"})
        assert_html_accessible(page)
        [lue] = [o for o in page.context["liste"].page if o.pk == rapport.pk]
        tableau = page.context["liste"]
        [tour] = [c.lire(lue) for c in tableau.toutes if c.name == "tour"]
        return tour, lue.delai and lue.delai.mots

    with au("2026-07-03"):
        assert lu() == ("Alliance", "en retard de 3\xa0jours")
        recevoir(rapport)
        assert lu() == ("Services Québec", "encore 30\xa0jours")
        rapport.accepter(par=fabriques.personne("mess"))
        assert lu() == ("", None)


# --- Ce que l'approbation du plan libère ------------------------------------------------------------------


def test_la_table_lit_a_l_accueil_et_au_plan_ce_que_son_plan_libere(convention, agente, client_de):
    version = fabriques.plan_pret(convention.alliance)
    phrase = "L’approbation du plan libère 1 780 000,00 $; 650 000,00 $ de plus l’attendent"
    for adresse in ("/", reverse("plans:tableau", args=[version.pk])):
        page = client_de(agente).get(adresse)
        assert_html_accessible(page)
        assert phrase in page.text.replace("\xa0", " ")


def test_le_plan_approuve_ne_promet_plus_rien(convention, agente, client_de):
    fabriques.version_approuvee(convention.alliance)
    assert "L’approbation du plan libère" not in client_de(agente).get("/").text


def test_ce_qui_attend_aussi_une_date_se_dit_a_part(convention, agente, client_de):
    fabriques.plan_pret(convention.alliance)
    EcheanceVersement.objects.filter(condition__in=("date", "plan_approuve")).update(
        prevue_le=date(2027, 3, 1)
    )
    page = client_de(agente).get("/").text.replace("\xa0", " ")
    assert "2 430 000,00 $ attendent l’approbation du plan, puis leur date ou leur rapport." in page
