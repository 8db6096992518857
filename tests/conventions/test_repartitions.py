"""Répartir : la somme juste au sou près, l'adoption par résolution, le remplacement par différence."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from alliances.models import IndiceTerritoire
from conventions.models import Ecriture, Enveloppe, JournalConvention, Repartition
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.fabriques import (
    PARTS,
    arbre_dresse,
    brouillon,
    convention_en_vigueur,
    enveloppes_par_nom,
    repartition_adoptee,
)
from tests.outils.contraintes import refuse_par
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    convention = convention_en_vigueur(cadre.bsl, plafond_administration=Decimal("10"))
    arbre_dresse(convention)
    return convention


@pytest.fixture
def url(convention):
    return reverse("conventions:repartition", args=[convention.pk, 2025])


def adopter(repartition, par, **champs):
    donnees = {"adoptee_le": aujourd_hui(), "resolution": "2025-1", "piece": fabriques.fichier_pdf()} | champs
    return repartition.adopter(par=par, **donnees)


def saisie(convention, parts=PARTS, revision=0, methode="egales", calculees=(), cles=None):
    """Ce que le tableau envoie : les montants par nom d'enveloppe, tapés comme on les tape."""
    enveloppes = enveloppes_par_nom(convention)
    donnees = {"revision": revision, "methode": methode}
    donnees |= {f"montant_{enveloppes[nom].pk}": montant for nom, montant in parts.items()}
    donnees |= {f"calculer_{enveloppes[nom].pk}": "on" for nom in calculees}
    return donnees | {f"cle_{enveloppes[nom].pk}": cle for nom, cle in (cles or {}).items()}


def test_adopter_donne_a_chaque_enveloppe_sa_part(convention, signataire):
    adoptee = repartition_adoptee(convention)
    arbre = enveloppes_par_nom(convention)
    assert {nom: str(arbre[nom].solde.alloue) for nom in PARTS} == PARTS
    assert arbre["Exercice 2025-2026"].solde.alloue == 0
    assert Ecriture.objects.filter(mouvement=adoptee.mouvement, nature="repartition").count() == 7
    assert adoptee.piece.usage == "resolution"
    assert JournalConvention.objects.get(geste="adopter-repartition").apres == {"resolution": "2025-017"}


def test_la_suivante_n_ecrit_que_la_difference(convention):
    repartition_adoptee(convention)
    avant = Ecriture.objects.count()
    parts = PARTS | {"Réserve": "90000.00", "Projets régionaux": "115000.00"}
    repartition_adoptee(convention, parts=parts, resolution="2025-030")
    nouvelles = Ecriture.objects.filter(rang__gt=0).order_by("-pk")[: Ecriture.objects.count() - avant]
    assert sorted(e.montant for e in nouvelles) == [Decimal("-10000.00"), Decimal("10000.00")]


def test_une_repartition_ne_reprend_pas_ce_qui_est_engage(convention, lectrice, signataire):
    repartition_adoptee(convention)
    regional = enveloppes_par_nom(convention)["Projets régionaux"]
    Ecriture.passer(
        convention, [(regional, "engage", Decimal("100000.01"))], nature="engagement", par=lectrice, objet="P"
    )
    trop_bas = brouillon(convention, parts=PARTS | {"Projets régionaux": "100000.00", "Réserve": "105000.00"})
    with pytest.raises(TransitionInterdite, match="emploie déjà 100\xa0000,01\xa0\\$"):
        adopter(trop_bas, signataire)
    juste = brouillon(convention, parts=PARTS | {"Projets régionaux": "100000.01", "Réserve": "104999.99"})
    assert adopter(juste, signataire).etat == "adoptee"


def test_un_sou_de_trop_ou_de_moins_empeche_l_adoption(convention, signataire):
    for reserve, phrase in (("100000.01", "dépasse de 0,01"), ("99999.99", "Il reste 0,01")):
        with pytest.raises(TransitionInterdite, match=phrase):
            adopter(brouillon(convention, parts=PARTS | {"Réserve": reserve}), signataire)
    assert not Repartition.objects.filter(etat="adoptee").exists()


def test_une_adoption_future_ou_sans_resolution_se_refuse(convention, signataire):
    projet = brouillon(convention)
    with pytest.raises(TransitionInterdite) as refus:
        adopter(projet, signataire, adoptee_le=aujourd_hui() + timedelta(days=1), resolution=" ")
    assert refus.value.empechements == [
        "L’adoption ne peut pas être dans le futur.",
        "Inscrivez le numéro de la résolution.",
    ]


@pytest.mark.parametrize("jour", [date(1999, 1, 1), date(2025, 2, 2)])
def test_une_adoption_ne_precede_pas_la_signature(convention, signataire, jour):
    with pytest.raises(TransitionInterdite, match="signée depuis le 3\xa0février 2025"):
        adopter(brouillon(convention), signataire, adoptee_le=jour)
    assert adopter(brouillon(convention), signataire, adoptee_le=date(2025, 2, 3)).etat == "adoptee"


@pytest.mark.parametrize("jour, averti", [(date(2026, 3, 31), False), (date(2026, 4, 1), True)])
def test_repartir_un_exercice_termine_en_avertit_sans_l_empecher(convention, jour, averti):
    arbre, projet = list(enveloppes_par_nom(convention).values()), brouillon(convention)
    with time_machine.travel(f"{jour}T10:00-04:00", tick=False):
        phrases = projet.avertissements(arbre)
    assert ("L’exercice est terminé\xa0: ces montants le changent après coup." in phrases) is averti


def test_deux_adoptions_n_en_font_qu_une(convention, signataire):
    projet = brouillon(convention)
    adopter(projet, signataire)
    with pytest.raises(TransitionInterdite, match="déjà adoptée"):
        adopter(projet, signataire)


def test_un_mouvement_passe_pendant_la_preparation_ne_se_defait_pas_sans_qu_on_le_sache(
    convention, signataire
):
    repartition_adoptee(convention)
    projet = brouillon(convention)
    arbre = enveloppes_par_nom(convention)
    lignes = [(arbre["Réserve"], "alloue", Decimal(-5)), (arbre["La Matanie"], "alloue", Decimal(5))]
    Ecriture.passer(convention, lignes, nature="transfert", par=signataire, objet="T")
    with pytest.raises(TransitionInterdite, match="«\xa0Réserve\xa0» avait 100\xa0000,00"):
        adopter(projet, signataire)


def test_une_enveloppe_ajoutee_depuis_se_nomme(convention, agente, signataire):
    projet = brouillon(convention)
    racine = enveloppes_par_nom(convention)["Exercice 2025-2026"]
    type(racine).ajouter(convention, parent=racine, par=agente, volet="reserve", nom="Imprévus")
    with pytest.raises(TransitionInterdite, match="n’ont pas de montant\xa0: Imprévus"):
        adopter(projet, signataire)


def test_un_brouillon_perime_se_refuse(convention, agente):
    premier = brouillon(convention)
    lignes = {e.enveloppe: (e.montant, False, None) for e in premier.lignes.all()}
    with pytest.raises(VersionPerimee, match="Une autre personne"):
        Repartition.enregistrer(convention, 2025, lignes, methode="egales", revision=0, par=agente)


def test_la_base_refuse_une_adoption_incomplete_et_deux_brouillons(convention):
    projet = brouillon(convention)
    with refuse_par("repartition_adoption_complete", "conventions"):
        Repartition.objects.filter(pk=projet.pk).update(etat="adoptee")
    with refuse_par("repartition_un_seul_brouillon", "conventions"):
        Repartition.objects.create(convention=convention, an=2025)


def en_une_ligne(texte):
    return re.sub(r"[ \n]+", " ", texte)


def test_la_table_remplit_le_tableau_puis_l_adopte(convention, url, agente, client_de):
    client = client_de(agente)
    assert_html_accessible(client.get(url))
    parts = PARTS | {"Coordination et mobilisation": "150 000,00 $", "La Matapédia": "400000,01"}
    assert client.post(url, saisie(convention, parts)).url == url
    page = client.get(url)
    assert "répartit tout l’exercice, au sou près" in page.text
    adoption = reverse("conventions:repartition_adoption", args=[convention.pk, 2025])
    page = client.get(adoption)
    assert_html_accessible(page)
    assert "prennent 12,5\xa0% de l’exercice; la convention prévoit 10\xa0%" in page.text
    incomplet = client.post(adoption, {"piece": fabriques.fichier_pdf()})
    assert "Inscrivez le numéro de la résolution" in incomplet.text
    assert "Choisissez de nouveau" in incomplet.text
    donnees = {"adoptee_le": "2025-06-12", "resolution": "2025-17", "piece": fabriques.fichier_pdf()}
    client.post(adoption, donnees)
    client.post(adoption, donnees | {"piece": fabriques.fichier_pdf()})
    assert Ecriture.objects.filter(nature="repartition").count() == 7
    adoptee = Repartition.objects.get(etat="adoptee")
    page = client.get(reverse("conventions:repartition_adoptee", args=[adoptee.pk]))
    assert "résolution 2025-17" in page.text


def test_l_aide_repartit_ce_que_les_autres_laissent(convention, url, agente, client_de):
    client = client_de(agente)
    parts = {"Coordination et mobilisation": "150000", "Projets régionaux": "0,01", "Réserve": ""}
    donnees = saisie(
        convention,
        parts,
        methode="pourcentages",
        calculees=["La Matapédia", "La Matanie"],
        cles={"La Matapédia": "33,33", "La Matanie": "66.67"},
    )
    assert client.post(url, donnees | {"calculer": "1"}).url == url
    lignes = {str(li.enveloppe): li for li in Repartition.objects.get().lignes.all()}
    assert lignes["La Matapédia"].montant + lignes["La Matanie"].montant == Decimal("1049999.99")
    assert (lignes["La Matapédia"].cle, lignes["La Matapédia"].calculee) == (Decimal("33.33"), True)
    assert "66,67" in client.get(url).text


@pytest.mark.parametrize(
    "methode, cles, phrase",
    [
        ("pourcentages", ("40", "50"), "Les pourcentages font 90\xa0%; il en faut 100\xa0%."),
        ("pourcentages", ("33,333", "66,667"), "Un pourcentage a au plus deux décimales."),
        ("pourcentages", ("-10", "110"), "Une clé n’est pas négative."),
        ("population", ("12,5", "3"), "Un nombre de personnes n’a pas de décimale."),
        ("population", ("", "3"), "Remplissez la clé, ou décochez cette enveloppe."),
        ("faible_revenu", ("0", "0"), "Au moins une clé doit être plus grande que zéro."),
        ("population", ("abc", "3"), "entrez un nombre"),
    ],
)
def test_une_cle_fautive_se_dit_et_rien_de_tape_ne_se_perd(
    convention, url, agente, client_de, methode, cles, phrase
):
    noms = ["La Matapédia", "La Matanie"]
    donnees = saisie(
        convention,
        {"Réserve": "77,77"},
        methode=methode,
        calculees=noms,
        cles=dict(zip(noms, cles, strict=True)),
    )
    page = client_de(agente).post(url, donnees | {"calculer": "1"})
    assert page.status_code == 200
    assert_html_accessible(page)
    assert phrase in page.text
    assert 'value="77,77"' in page.text
    assert not Repartition.objects.exists()


@pytest.mark.parametrize(
    "tape, phrase",
    [
        ("1,234.56", "Entrez un montant"),
        ("12,345", "deux décimales"),
        ("-5", "ne peut pas être négatif"),
        ("999999999999", "dépasse la limite"),
    ],
)
def test_un_montant_mal_tape_se_dit_a_cote_du_champ(convention, url, agente, client_de, tape, phrase):
    page = client_de(agente).post(url, saisie(convention, PARTS | {"Réserve": tape}))
    assert phrase.lower() in page.text.lower()
    assert f'value="{tape}"' in page.text
    assert not Repartition.objects.exists()


def test_l_idms_se_tire_des_indices_inscrits_et_son_absence_se_dit(convention, url, agente, client_de):
    matapedia = convention.alliance.territoires.get(code="07")
    IndiceTerritoire.objects.create(
        territoire=matapedia, indice="idms", an=2021, valeur=Decimal("3"), source="Essai"
    )
    client = client_de(agente)
    page = client.get(url).text
    assert (
        "Indice de défavorisation matérielle et sociale 2021, Essai. Tapez les clés pour\xa0: La Matanie"
        in en_une_ligne(page)
    )
    noms = ["La Matapédia", "La Matanie"]
    donnees = saisie(convention, {}, methode="idms", calculees=noms) | {"calculer": "1"}
    assert "Remplissez la clé" in client.post(url, donnees).text
    assert (
        client.post(url, donnees | saisie(convention, {}, "0", "idms", noms, {"La Matanie": "1"})).url == url
    )
    lignes = {str(li.enveloppe): li.montant for li in Repartition.objects.get().lignes.all()}
    assert lignes["La Matapédia"] == 3 * lignes["La Matanie"] == Decimal("900000.00")


def test_un_montant_fixe_se_tape_et_ne_se_calcule_pas(convention, url, agente, client_de):
    Enveloppe.objects.filter(pk=enveloppes_par_nom(convention)["La Matanie"].pk).update(montant_fixe=True)
    parts = {"La Matanie": "200000"}
    client_de(agente).post(url, saisie(convention, parts, calculees=LOCALES) | {"calculer": "1"})
    lignes = {str(li.enveloppe): (li.montant, li.calculee) for li in Repartition.objects.get().lignes.all()}
    assert lignes["La Matanie"] == (Decimal("200000.00"), False)
    assert lignes["La Matapédia"] == (Decimal("1000000.00"), True)
    fixe = enveloppes_par_nom(convention)["La Matanie"]
    with pytest.raises(TransitionInterdite, match="il se tape, il ne se calcule pas"):
        Repartition.enregistrer(
            convention, 2025, {fixe: (Decimal(1), True, None)}, methode="egales", revision=1, par=agente
        )


LOCALES = ["La Matapédia", "La Matanie"]


def par_population(convention, cles, **champs):
    parts = PARTS | {"Réserve": "100000"}
    for nom in LOCALES:
        parts.pop(nom)
    return saisie(convention, parts, methode="population", calculees=LOCALES, cles=cles) | champs


def test_une_cle_revient_et_s_adopte_telle_qu_elle_est_tapee(convention, url, agente, signataire, client_de):
    client = client_de(agente)
    cles = {"La Matapédia": "17 500", "La Matanie": "20000"}
    donnees = par_population(convention, cles, calculer="1", source_des_cles="Recensement de 2021")
    assert client.post(url, donnees).status_code == 302
    page = client.get(url).text
    assert 'value="17500"' in page
    assert 'value="20000"' in page
    assert "E+" not in page
    adoptee = adopter(Repartition.objects.get(), signataire)
    page = client.get(reverse("conventions:repartition_adoptee", args=[adoptee.pk]))
    assert_html_accessible(page)
    texte = en_une_ligne(page.text)
    assert "Méthode\xa0: selon la population. Source des clés\xa0: Recensement de 2021." in texte
    assert ">17\xa0500<" in texte.replace(" ", "")
    assert "1\xa0200\xa0000,00\xa0$" in texte
    assert "31,11\xa0%" in texte


def test_des_cles_tapees_sans_source_empechent_l_adoption(convention, url, agente, signataire, client_de):
    cles = {"La Matapédia": "1", "La Matanie": "3"}
    client_de(agente).post(url, par_population(convention, cles, calculer="1"))
    phrase = (
        "Dites d’où viennent les clés tapées, et de quelle année elles sont\xa0: La Matapédia, La Matanie."
    )
    assert phrase in Repartition.objects.get().empechements_a_adopter()


def test_calculer_pour_voir_dit_l_ecart_et_n_enregistre_rien(convention, url, agente, client_de):
    donnees = saisie(
        convention,
        {"Réserve": "0,05", "Projets régionaux": "100000"},
        methode="pourcentages",
        calculees=["La Matapédia", "La Matanie"],
        cles={"La Matapédia": "25", "La Matanie": "75"},
    )
    page = client_de(agente).post(url, donnees | {"essayer": "1"})
    assert_html_accessible(page)
    assert 'value="274\xa0999,99"' in page.text
    assert "Au sou près" in page.text
    decochees = {nom: valeur for nom, valeur in donnees.items() if not nom.startswith("calculer_")}
    page = client_de(agente).post(url, decochees | {"essayer": "1"})
    assert "Il reste 1\xa0099\xa0999,95\xa0$ à répartir" in en_une_ligne(page.text)
    assert not Repartition.objects.exists()


def test_le_partage_de_l_exercice_precedent_se_reprend_sans_s_enregistrer(
    convention, agente, signataire, client_de
):
    url = reverse("conventions:repartition", args=[convention.pk, 2026])
    arbre_dresse(convention, 2026)
    client = client_de(agente)
    assert "Reprendre le partage" not in client.get(url).text
    repartition_adoptee(convention)
    assert "Reprendre le partage 2025-2026" in client.get(url).text
    page = client.get(url, {"reprendre": "1"})
    assert_html_accessible(page)
    assert 'value="400\xa0000,01"' in page.text
    assert "Il reste 100\xa0000,00\xa0$ à répartir" in en_une_ligne(page.text)
    assert not Repartition.objects.filter(an=2026).exists()


def test_un_formulaire_perime_garde_ce_qui_est_tape(convention, url, agente, lectrice, client_de):
    client_de(agente).post(url, saisie(convention))
    client = client_de(lectrice)
    page = client.post(url, saisie(convention, PARTS | {"Réserve": "1,00"}))
    assert page.status_code == 409
    assert "Une autre personne a enregistré" in page.text
    assert 'value="1,00"' in page.text
    assert client.post(url, saisie(convention, PARTS | {"Réserve": "1,00"}, revision=1)).status_code == 302


def test_une_repartition_en_brouillon_ne_se_voit_pas_de_l_etat(convention, mess):
    brouillon(convention)
    assert not Repartition.objects.visibles_par(mess).exists()
    repartition_adoptee(convention)
    assert Repartition.objects.visibles_par(mess).count() == 1


def test_le_tableau_n_appartient_qu_a_la_table(convention, url, mess, signataire, etrangere, client_de):
    assert client_de(mess).get(url).status_code == 403
    assert client_de(signataire).post(url, saisie(convention)).status_code == 403
    assert client_de(etrangere).get(url).status_code == 404
    assert not Repartition.objects.exists()
