"""Enregistrer n'efface jamais une ligne; les tableaux de montants, l'abrégé et la relecture."""

from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projets.forms.montage import DepensesForm, PartenairesForm, SourcesForm
from projets.forms.parties import ObjectifsForm
from tests import fabriques
from tests.outils.partage import partagee
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db
MOTS = st.text("abcdé 1'’", min_size=1, max_size=20).map(str.strip).filter(bool)
MONTANTS = st.one_of(st.just(""), st.decimals(0, 90_000, places=2).map(lambda m: f"{m:.2f}"))
PROPRIETES = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@partagee
def appel(cadre, agente):
    fabriques.version_approuvee(cadre.bsl)
    return p.appel_ouvert(cadre.bsl, par=agente)


@partagee
def equipe(cadre):
    return p.equipe(p.organisme(cadre.bsl))


@partagee
def brouillon(appel, equipe):
    """Une demande remplie, sauf ses rangées."""
    demande = p.demande(appel, fabriques.Organisme.objects.get(neq=p.NEQ), equipe[0])
    p.remplir(demande)
    for rangees in (demande.depenses, demande.sources, demande.objectifs):
        rangees.all().delete()
    return p.relire(demande)


def adresse(nom, initiative, *args):
    return reverse(f"projets:{nom}", args=[initiative.pk, *args])


def enregistrer(forme, demande, par, saisie):
    partie = demande.parties.get(code=forme.code)
    form = forme({"revision": partie.revision} | saisie, initiative=demande, avancement=partie)
    assert form.is_valid(), form.errors
    demande.enregistrer_partie(forme.code, par=par, **form.saisie())


def relue(forme, demande):
    """Ce que la page, rechargée, renverrait sans qu'on y touche."""
    form = forme(initiative=demande, avancement=demande.parties.get(code=forme.code))
    return {
        nom: valeur for nom, valeur in ((n, form[n].value()) for n in form.fields) if valeur not in (None, "")
    }


def lignes(modele):
    return [tuple(v for k, v in sorted(ligne.items()) if k != "id") for ligne in modele.all().values()]


def deux_fois(forme, demande, par, saisie, rangees):
    """Enregistre, recharge et renvoie tel quel : rien n'a bougé."""
    enregistrer(forme, demande, par, saisie)
    avant = lignes(rangees)
    enregistrer(forme, demande, par, relue(forme, demande))
    assert lignes(rangees) == avant
    return avant


DEPENSE = st.fixed_dictionaries(
    {
        "poste": st.sampled_from(["salaires", "administration", "honoraires"]),
        "precision": st.one_of(st.just(""), MOTS),
        "2026": MONTANTS,
        "2027": MONTANTS,
    }
)
SOURCE = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["quebec", "municipal", "prive", "propre"]),
        "nom": MOTS,
        "forme": st.sampled_from(["especes", "nature"]),
        "certitude": st.sampled_from(["confirmee", "demandee"]),
        "2026": MONTANTS,
        "2027": MONTANTS,
    }
)


def en_saisie(nom, rangees):
    return {
        f"{nom}_{n}_{champ}": valeur for n, ligne in enumerate(rangees) for champ, valeur in ligne.items()
    }


def montant_de(rangee):
    return Decimal(rangee["2026"] or 0) + Decimal(rangee["2027"] or 0)


@PROPRIETES
@given(rangees=st.lists(DEPENSE, max_size=8))
def test_aucune_depense_nommee_ne_s_efface(brouillon, equipe, rangees):
    deux_fois(DepensesForm, brouillon, equipe[0], en_saisie("ligne", rangees), brouillon.depenses)
    ecrites = [r for r in rangees if r["poste"] == "honoraires" or r["precision"] or montant_de(r)]
    assert len({d.rang for d in brouillon.depenses.all()}) == len(ecrites)
    somme = sum(map(montant_de, rangees), Decimal(0))
    assert sum((d.montant for d in brouillon.depenses.all()), Decimal(0)) == somme


@PROPRIETES
@given(rangees=st.lists(SOURCE, max_size=8))
def test_aucune_source_nommee_ne_s_efface(brouillon, equipe, rangees):
    deux_fois(SourcesForm, brouillon, equipe[0], en_saisie("ligne", rangees), brouillon.sources)
    assert len({s.rang for s in brouillon.sources.all()}) == len(rangees)


@PROPRIETES
@given(noms=st.lists(MOTS, max_size=10))
def test_aucun_partenaire_ne_s_efface(brouillon, equipe, noms):
    saisie = en_saisie("partenaire", [{"nom": nom, "humain": "Une personne"} for nom in noms])
    deux_fois(PartenairesForm, brouillon, equipe[0], saisie, brouillon.partenaires)
    assert [partenaire.nom for partenaire in brouillon.partenaires.all()] == noms


@PROPRIETES
@given(noms=st.lists(MOTS, max_size=4))
def test_aucun_objectif_ne_s_efface(brouillon, equipe, noms):
    saisie = en_saisie("objectif", [{"objectif": nom} for nom in noms])
    deux_fois(ObjectifsForm, brouillon, equipe[0], saisie, brouillon.objectifs)
    assert [str(objectif) for objectif in brouillon.objectifs.all()] == noms


def test_sans_dates_les_depenses_deja_ecrites_restent(brouillon, equipe):
    enregistrer(DepensesForm, brouillon, equipe[0], {"ligne_0_poste": "salaires", "ligne_0_2027": "100"})
    brouillon.debut = brouillon.fin = None
    brouillon.save()
    enregistrer(
        DepensesForm, p.relire(brouillon), equipe[0], {"ligne_0_poste": "salaires", "ligne_0_2027": "100"}
    )
    assert [d.montant for d in brouillon.depenses.all()] == [Decimal(100)]


def test_un_montant_que_les_dates_ne_couvrent_plus_reste_a_l_ecran(brouillon, equipe, client_de):
    enregistrer(DepensesForm, brouillon, equipe[0], {"ligne_0_poste": "salaires", "ligne_0_2027": "100"})
    brouillon.fin = brouillon.debut
    brouillon.save()
    page = client_de(equipe[0]).get(adresse("partie", brouillon, "depenses")).content.decode()
    assert "Dépense 1, en 2027-2028 (hors de vos dates)" in page


def test_le_calcul_tape_et_le_calcul_relu_disent_le_meme_texte(brouillon, equipe):
    saisie = {"ligne_0_poste": "salaires", "ligne_0_2026": "900", "ligne_1_poste": "administration"}
    saisie |= {"ligne_1_2026": "100"}
    partie = brouillon.parties.get(code="depenses")
    tapee = DepensesForm({"revision": 1} | saisie, initiative=brouillon, avancement=partie)
    assert tapee.is_valid()
    enregistrer(DepensesForm, brouillon, equipe[0], saisie)
    relu = DepensesForm(initiative=p.relire(brouillon), avancement=partie).montage
    assert tapee.montage.taux == relu.taux
    assert dict(relu.administration.comptees) == {"Administration": Decimal(100)}
    assert [bilan.phrase for bilan in relu.bilans] == ["Il manque 1\xa0000,00\xa0$ de sources", "Rien encore"]


def test_la_page_des_sources_dit_qui_paie_quoi_et_le_calcul_des_regles(brouillon, equipe, client_de):
    client = client_de(equipe[0])
    enregistrer(DepensesForm, brouillon, equipe[0], {"ligne_0_poste": "salaires", "ligne_0_2026": "1 000"})
    saisie = {"ligne_0_source": "fqis", "ligne_0_2026": "800", "ligne_1_source": "municipal"}
    saisie |= {"ligne_1_nom": "Cinq municipalités", "ligne_1_certitude": "confirmee", "ligne_1_2026": "200"}
    communs = {f"ligne_{n}_forme": "especes" for n in (0, 1)} | {"ligne_0_certitude": "demandee"}
    enregistrer(SourcesForm, brouillon, equipe[0], saisie | communs)
    page = client.get(adresse("partie", brouillon, "sources")).content.decode()
    for mots in ("Qui paie quoi", "Le Fonds, demandé", "200,00\xa0$ confirmés", "Cinq municipalités"):
        assert mots in page
    assert "100\xa0% du coût, au plus 90\xa0%" in page
    assert "100,00\xa0$ de trop" in page


def test_une_demande_sous_le_seuil_offre_moins_de_rangees_et_le_dit(brouillon, equipe, client_de):
    client = client_de(equipe[0])
    entiere = client.get(adresse("partie", brouillon, "objectifs")).content.decode()
    assert "abrégée" not in entiere
    brouillon.sources.create(rang=0, an=2026, source="fqis", montant=Decimal(10_000))
    for n in range(2):
        brouillon.objectifs.create(rang=n, objectif=f"Objectif {n}")
    abregee = client.get(adresse("partie", brouillon, "objectifs")).content.decode()
    assert "la demande est abrégée, et 2" in abregee
    assert "objectif_1_objectif" in abregee
    assert "objectif_2_objectif" not in abregee


def test_l_abrege_ne_cache_aucune_rangee_deja_ecrite(brouillon, equipe):
    brouillon.sources.create(rang=0, an=2026, source="fqis", montant=Decimal(10_000))
    for n in range(4):
        brouillon.objectifs.create(rang=n, objectif=f"Objectif {n}")
    enregistrer(ObjectifsForm, brouillon, equipe[0], relue(ObjectifsForm, brouillon))
    assert brouillon.objectifs.count() == 4


def test_la_relecture_montre_tout_et_mene_a_chaque_partie(appel, equipe, client_de):
    demande = p.demande_prete(appel, fabriques.Organisme.objects.get(neq=p.NEQ), equipe[0])
    demande.partenaires.create(nom="CISSS", humain="Diététiste, 30 h par an", confirme=True)
    demande.en_conception = True
    demande.save()
    page = client_de(equipe[1]).get(adresse("verification", demande)).content.decode()
    for mots in (
        "Jeanne Aubélac",
        "Oui",
        "Nos statistiques",
        "à la conception",
        "Familles à faible revenu",
        "Diététiste, 30 h par an",
        "Salaires et charges",
        "FQIS, cet appel",
        "Équilibré au cent près",
        "dans 30\xa0jours",
    ):
        assert mots in page, mots
    for code in ("organisme", "admissibilite", "besoin", "territoires", "partenaires", "depenses", "sources"):
        assert f'href="{adresse("partie", demande, code)}"' in page


def test_la_relecture_ne_coute_pas_une_requete_par_rangee(
    appel, equipe, client_de, django_assert_max_num_queries
):
    demande = p.demande_prete(appel, fabriques.Organisme.objects.get(neq=p.NEQ), equipe[0])
    for n in range(8):
        demande.partenaires.create(rang=n, nom=f"Partenaire {n}", humain="Une personne")
    client = client_de(equipe[1])
    with django_assert_max_num_queries(26):
        client.get(adresse("verification", demande))


def test_deux_personnes_sur_un_budget_ne_perdent_rien(brouillon, equipe, client_de):
    premiere, seconde = (client_de(personne) for personne in equipe)
    url = adresse("partie", brouillon, "depenses")
    saisie = {"revision": "1", "ligne_0_poste": "salaires"}
    assert premiere.post(url, saisie | {"ligne_0_2026": "100"}).status_code == 302
    refusee = seconde.post(url, saisie | {"ligne_0_2026": "250"})
    assert refusee.status_code == 409
    assert "250" in refusee.content.decode()
    assert [d.montant for d in brouillon.depenses.all()] == [Decimal(100)]
