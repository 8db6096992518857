"""Ce que les parties d'une demande montrent et demandent : l'ordre des champs, les lieux d'une priorité."""

from datetime import date
from decimal import Decimal as D
from types import SimpleNamespace

import pytest
from django.urls import reverse

from alliances.models import Organisme
from alliances.plans.models import VersionPlan
from projets.regles.admissibilite import juger, verdict
from projets.regles.completude import manques
from projets.regles.dates import hors_des_dates
from projets.regles.montage import parts_du_tout
from socle.texte.typographie import a, tel
from tests import fabriques
from tests.outils.partage import partagee
from tests.projets import fabriques as p
from tests.projets.test_fautes import approuver_la_suite, refuse_de_deposer

pytestmark = pytest.mark.django_db


@partagee
def prete(cadre, agente, enveloppes, equipe):
    """Complète, dans La Matapédia; le plan a aussi une priorité pour un autre territoire seulement."""
    appel = p.appel_ouvert(cadre.bsl, par=agente, partage={enveloppes["La Matapédia"]: D(300_000)})
    demande = p.demande_prete(appel, Organisme.objects.get(neq=p.NEQ), equipe[0])
    ailleurs = cadre.bsl.territoires.exclude(pk__in=demande.territoires.all()).order_by("code").first()

    def ajouter(suite):
        fabriques.ajouter_priorite(suite, agente, titre="Se loger", palier="local", territoires=[ailleurs])

    approuver_la_suite(VersionPlan.objects.get(etat="approuvee"), agente, ajouter)
    return p.relire(demande)


def lire(client, demande, code):
    return client.get(reverse("projets:partie", args=[demande.pk, code])).text


def locale(demande):
    return demande.appel.priorites_servies().get(palier="local")


def test_un_partenaire_se_nomme_avant_de_dire_ce_qu_il_apporte(prete, equipe, client_de):
    page = lire(client_de(equipe[0]), prete, "partenaires")
    places = [
        page.index(f'name="partenaire_0_{nom}"')
        for nom in ("nom", "secteur", "humain", "materiel", "financier", "confirme")
    ]
    assert places == sorted(places)


def test_une_priorite_locale_dit_pour_quel_territoire(prete, equipe, client_de):
    (lieu,) = locale(prete).territoires.all()
    assert f"Se loger ({lieu} seulement)" in lire(client_de(equipe[0]), prete, "priorites")


def test_une_priorite_d_un_territoire_ou_la_demande_ne_va_pas_empeche_de_deposer(prete, equipe, client_de):
    priorite = locale(prete)
    prete.priorites.add(priorite)
    (lieu,) = priorite.territoires.all()
    refuse_de_deposer(prete, equipe[1], client_de(equipe[1]), f"est une priorité pour {lieu} seulement")
    prete.territoires.add(lieu)
    assert "priorites" not in {manque.partie for manque in manques(p.relire(prete))}


def test_ajouter_sur_des_rangees_vides_en_ajoute_une(prete, equipe, client_de):
    client, url = client_de(equipe[0]), reverse("projets:partie", args=[prete.pk, "partenaires"])
    vide = client.get(url)
    assert "Partenaire 3" not in vide.text
    saisie = {"revision": vide.context["form"].initial["revision"], "recalculer": "oui"}
    saisie |= {"partenaire_0_nom": "", "partenaire_1_nom": ""}
    page = client.post(url, saisie, follow=True).text
    assert "Partenaire 3" in page
    assert "Partenaire 4" not in page


def test_jamais_plus_de_rangees_que_la_partie_n_en_offre(prete, equipe, client_de):
    page = client_de(equipe[0]).get(
        reverse("projets:partie", args=[prete.pk, "partenaires"]) + "?rangees=9999999999999"
    )
    assert page.text.count('name="partenaire_9_nom"') == 1
    assert "partenaire_10_nom" not in page.text


def test_la_liste_des_parties_nomme_la_personne_a_joindre_et_son_numero_se_compose(prete, equipe, client_de):
    prete.alliance.contacts.all().delete()
    prete.alliance.contacts.create(
        nom="Maude Rivestel", fonction="coordonnatrice", telephone="418 555-0123, poste 4", principal=True
    )
    client = client_de(equipe[0])
    page = client.get(reverse("projets:demande", args=[prete.pk])).text
    assert "Maude Rivestel" in page
    assert 'href="tel:+14185550123"' in page
    deposee = p.relire(prete.deposer(par=equipe[1]))
    for initiative in (deposee, deposee.retirer(par=equipe[1])):
        assert "Maude Rivestel" in client.get(reverse("projets:initiative", args=[initiative.pk])).text


@pytest.mark.parametrize(
    ("numero", "adresse"),
    [("1 418 555-0123", "tel:+14185550123"), ("(418) 555-0123", "tel:+14185550123"), ("911", ""), ("", "")],
)
def test_un_numero_d_ici_se_compose_d_un_geste(numero, adresse):
    assert tel(numero) == adresse


def test_a_devant_un_organisme_se_contracte():
    assert [a(nom) for nom in ("Le Relais", "Les Jardins", "La MRC", "Entraide")] == [
        "au Relais",
        "aux Jardins",
        "à La MRC",
        "à Entraide",
    ]


@pytest.mark.parametrize("montants", [(1, 1, 1), (2, 1, 1), (55_000, 8250, 6600), (333, 333, 334)])
def test_qui_paie_quoi_fait_cent_pour_cent(montants):
    montants = [D(montant) for montant in montants]
    parts = parts_du_tout(montants, sum(montants))
    assert sum(parts) == 100
    for part, montant in zip(parts, montants, strict=True):
        assert abs(part - montant * 100 / sum(montants)) < D("0.1")


def test_une_date_hors_de_l_appel_dit_les_bornes_les_plus_serrees():
    cycle = SimpleNamespace(debut=date(2024, 11, 1), fin_realisation=date(2029, 3, 31))
    appel = SimpleNamespace(debut_au_plus_tot=None, fin_au_plus_tard=date(2028, 3, 31), duree_maximale=None)
    dites = hors_des_dates(cycle, appel, date(1999, 1, 1), date(2099, 1, 1))
    assert "du 1er\xa0novembre 2024 au 31\xa0mars 2028" in dites["debut"]
    assert "au plus tard le 31\xa0mars 2028" in dites["fin"]


def test_demander_ce_que_disent_des_reponses_vides_le_dit():
    assert verdict(juger({}), demande=True) == ("info", "Répondez d’abord aux questions")
    assert verdict(juger({})) == ("", "")
