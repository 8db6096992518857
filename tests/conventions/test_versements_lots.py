"""Autoriser et confirmer en lot : le total se voit, tout passe ou rien."""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse

from alliances.models import Organisme
from alliances.models.changements import modifier, repere
from conventions.models import EcheanceVersement, Versement, lots
from socle.erreurs import TransitionInterdite
from socle.valeurs.argent import en_dollars
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return v.convention_signee(cadre.bsl)


@pytest.fixture
def finances_mess(cadre):
    return v.finances()


def url(nom, *args):
    return reverse(f"conventions:{nom}", args=args)


def test_l_approbation_autorise_en_lot_apres_avoir_vu_le_total(cadre, convention, approbation, client_de):
    lot = [v.recommandee(convention).pk, v.recommandee(v.convention_signee(cadre.lanaudiere)).pk]
    client = client_de(approbation)
    page = client.get(url("autorisation"), {"echeance": lot})
    assert_html_accessible(page)
    assert "2 versements, au total 140\xa0000,00\xa0$" in page.text
    reponse = client.post(url("autorisation"), {"echeance": lot}, follow=True)
    assert "2 versements autorisés : 140\xa0000,00\xa0$." in reponse.text.replace(
        "autorisés\xa0:", "autorisés :"
    )
    assert set(EcheanceVersement.objects.filter(pk__in=lot).values_list("etat", flat=True)) == {"autorisee"}
    assert client.post(url("autorisation"), {"echeance": lot}, follow=True).text.count("déjà autorisé") == 2
    assert "déjà autorisé" in client.get(url("autorisation"), {"echeance": lot}).text


def renommer(organisme, par):
    organisme = Organisme.objects.get(pk=organisme.pk)
    vu, organisme.nom = repere(organisme), "Compte du pirate"
    modifier(organisme, par=par, vu=vu)


def test_un_beneficiaire_change_sous_les_yeux_ne_s_autorise_pas(convention, approbation, mess, client_de):
    echeance = v.recommandee(convention)
    client = client_de(approbation)
    page = client.get(url("autorisation"), {"echeance": echeance.pk})
    renommer(echeance.beneficiaire_actuel(), par=mess)
    envoi = {"echeance": echeance.pk, "vu": page.context["vu"]}
    assert "relisez le lot" in client.post(url("autorisation"), envoi, follow=True).text
    assert v.relire(echeance).etat == "recommandee"
    relue = client.get(url("autorisation"), {"echeance": echeance.pk})
    client.post(url("autorisation"), envoi | {"vu": relue.context["vu"]})
    assert v.relire(echeance).nom_fige == "Compte du pirate"


def test_la_page_qui_autorise_de_nouveau_montre_a_qui_l_on_verserait(
    convention, approbation, mess, client_de
):
    """Pas le bénéficiaire d'avant : c'est l'actuel que l'autorisation fige."""
    echeance = v.autorisee(convention)
    renommer(echeance.beneficiaire_actuel(), par=mess)
    page = client_de(approbation).get(url("autorisation"), {"echeance": echeance.pk}).text
    assert "Compte du pirate" in page
    assert echeance.nom_fige not in page


def test_un_lot_qui_a_un_empechement_ne_passe_pas(cadre, convention, approbation, client_de):
    bonne = v.recommandee(convention)
    autre = v.convention_signee(cadre.lanaudiere)
    arretee = v.recommandee(autre)
    v.obligation_en_retard(autre)
    client = client_de(approbation)
    client.post(url("autorisation"), {"echeance": [bonne.pk, arretee.pk]})
    assert {v.relire(e).etat for e in (bonne, arretee)} == {"recommandee"}


@pytest.fixture
def lot_mele(cadre, convention):
    """(un versement recommandé, un autre qu'un retard arrête)"""
    autre = v.convention_signee(cadre.lanaudiere)
    arretee = v.recommandee(autre)
    v.obligation_en_retard(autre)
    return v.recommandee(convention), arretee


def test_ce_qui_peut_etre_autorise_l_est_et_le_reste_est_a_part(lot_mele, approbation, client_de):
    bonne, arretee = lot_mele
    client, vus = client_de(approbation), {"echeance": [bonne.pk, arretee.pk]}
    page = client.get(url("autorisation"), vus)
    assert_html_accessible(page)
    proposes, _, bloques = page.text.partition("Ce qui ne peut pas être autorisé")
    assert "1 versement, au total 70\xa0000,00\xa0$" in proposes
    assert arretee.nom_complet in bloques
    assert "En retard depuis le 30\xa0juin 2025" in bloques
    assert "Signature de la convention" in proposes
    assert "Prévu le" in proposes
    assert [e.pk for e in page.context["permises"]] == [bonne.pk]
    client.post(url("autorisation"), {"echeance": bonne.pk})
    assert (v.relire(bonne).etat, v.relire(arretee).etat) == ("autorisee", "recommandee")


@pytest.mark.parametrize("page", ["autorisation", "confirmation"])
def test_un_lot_ou_rien_ne_peut_passer_dit_pourquoi_sans_compter_zero(
    lot_mele, approbation, finances_mess, client_de, page
):
    personne = approbation if page == "autorisation" else finances_mess
    for vus in ({}, {"echeance": lot_mele[1].pk}):
        reponse = client_de(personne).get(url(page), vus)
        assert_html_accessible(reponse)
        assert not re.search(r"\b0 versement|\b0,00\xa0\$", reponse.text)
        assert ("Aucun de ces versements ne peut être" in reponse.text) is bool(vus)


def test_un_lot_vide_ne_s_autorise_pas_en_silence(approbation, client_de):
    reponse = client_de(approbation).post(url("autorisation"), follow=True)
    assert lots.RIEN_DE_CHOISI in reponse.text


def test_revenir_a_la_liste_garde_le_filtre_et_les_coches(lot_mele, approbation, client_de):
    client, bonne = client_de(approbation), lot_mele[0]
    liste = client.get(url("liste_versements"), {"etat": "recommandee", "tri": "-montant", "cocher": "tout"})
    assert_html_accessible(liste)
    assert len(re.findall("Choisir\xa0: [^>]* checked>", liste.text)) == 2
    assert liste.context["liste"].criteres_du_lot == [("etat", "recommandee"), ("tri", "-montant")]
    page = client.get(url("autorisation"), {"etat": "recommandee", "tri": "-montant", "echeance": bonne.pk})
    retour = client.get(page.context["url_annuler"])
    assert retour.context["liste"].nombre == 2
    arrete = en_dollars(lot_mele[1].montant)
    assert (
        f"2 versements, {en_dollars(sum(e.montant for e in lot_mele))}; 1 arrêté\xa0: {arrete}" in retour.text
    )
    assert len(re.findall("Choisir\xa0: [^>]* checked>", retour.text)) == 1
    assert f'value="{bonne.pk}" aria-label="Choisir\xa0: {bonne.nom_complet}" checked>' in retour.text


def test_une_date_commune_vaut_pour_chaque_virement_qui_n_a_pas_la_sienne(
    cadre, convention, finances_mess, client_de
):
    echeances = [v.autorisee(convention), v.autorisee(v.convention_signee(cadre.lanaudiere))]
    EcheanceVersement.objects.update(autorisee_le=F("autorisee_le") - timedelta(days=5))
    hier, avant = (aujourd_hui() - timedelta(days=n) for n in (1, 2))
    lot = [(echeances[0], "70000", "", "V-1"), (echeances[1], "70000", avant.isoformat(), "V-2")]
    client = client_de(finances_mess)
    assert "Date des versements" in client.get(url("confirmation"), {"echeance": echeances[0].pk}).text
    sans_date = client.post(url("confirmation"), saisie(*lot))
    assert "Indiquez la date de ce versement" in sans_date.text
    absurde = client.post(url("confirmation"), saisie(*lot, **{"v-verse_le": "demain"}))
    assert_html_accessible(absurde)
    assert "relire" not in absurde.text.lower().partition("<h1")[0]
    assert 'aria-invalid="true"' in absurde.text
    relecture = client.post(url("confirmation"), saisie(*lot, **{"v-verse_le": hier.isoformat()}))
    assert [jour for _, _, jour, _ in relecture.context["faits"]] == [hier, avant]


def test_une_course_perdue_a_la_confirmation_garde_la_saisie(
    convention, finances_mess, client_de, monkeypatch
):
    def refuser(*_, **__):
        raise TransitionInterdite("Quelqu’un vous a devancée.")

    monkeypatch.setattr(lots, "verser_en_lot", refuser)
    envoi = saisie((v.autorisee(convention), "70000", aujourd_hui().isoformat(), "V-1"), etape="confirmer")
    reponse = client_de(finances_mess).post(url("confirmation"), envoi)
    assert reponse.status_code == 409
    assert "Quelqu’un vous a devancée." in reponse.text
    assert "V-1" in reponse.text


@pytest.mark.parametrize("donnees", [{}, {"echeance": "absurde"}, {"echeance": "9" * 30}])
def test_un_lot_vide_renvoie_a_la_liste(convention, approbation, finances_mess, client_de, donnees):
    for personne, page in ((approbation, "autorisation"), (finances_mess, "confirmation")):
        reponse = client_de(personne).get(url(page), donnees)
        assert_html_accessible(reponse)
        assert "Aucun versement n’est choisi" in reponse.text


def saisie(*virements, **plus):
    donnees = {"v-TOTAL_FORMS": len(virements), "v-INITIAL_FORMS": 0} | plus
    for rang, (echeance, montant, jour, reference) in enumerate(virements):
        champs = {"echeance": echeance.pk, "montant": montant, "verse_le": jour, "reference": reference}
        champs["vu"] = v.relire(echeance).empreinte_a_verser()
        donnees |= {f"v-{rang}-{champ}": valeur for champ, valeur in champs.items()}
    return donnees


def test_les_finances_confirment_en_deux_temps(cadre, convention, finances_mess, client_de):
    echeances = [v.autorisee(convention), v.autorisee(v.convention_signee(cadre.lanaudiere))]
    client = client_de(finances_mess)
    page = client.get(url("confirmation"), {"echeance": [e.pk for e in echeances]})
    assert_html_accessible(page)
    jour = aujourd_hui().isoformat()
    lot = [(echeances[0], "70 000,00 $", jour, "V-1"), (echeances[1], "10000", jour, "V-2")]
    relecture = client.post(url("confirmation"), saisie(*lot))
    assert_html_accessible(relecture)
    assert "2 virements, au total 80\xa0000,00\xa0$" in relecture.text
    assert "Partiel" in relecture.text
    assert Versement.objects.count() == 0
    client.post(url("confirmation"), saisie(*lot, etape="confirmer"))
    assert [v.relire(e).etat for e in echeances] == ["versee", "autorisee"]
    client.post(url("confirmation"), saisie(*lot, etape="confirmer"))
    assert Versement.objects.count() == 2


@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("montant", "1,234.56", "entrez un montant, par exemple"),
        ("montant", "10,123", "au plus deux décimales"),
        ("montant", "-5", "au moins 0,01"),
        ("montant", "99999999999999", "dépasse la limite"),
        ("montant", "70000,01", "Il ne reste que 70\xa0000,00\xa0$"),
        ("montant", "", "Remplissez le champ"),
        ("verse_le", "2019-01-01", "précède son autorisation"),
        ("verse_le", "2099-01-01", "ne peut pas être dans le futur"),
        ("verse_le", "demain", "date"),
        ("reference", "", "Remplissez le champ"),
        ("echeance", "999999", "n’existe plus"),
    ],
)
def test_une_saisie_refusee_dit_pourquoi_et_ne_perd_rien(
    convention, finances_mess, client_de, champ, valeur, phrase
):
    bonne = (v.autorisee(convention), "10 000,00", aujourd_hui().isoformat(), "V-1")
    page = client_de(finances_mess).post(
        url("confirmation"), saisie(bonne, etape="confirmer") | {f"v-0-{champ}": valeur}
    )
    assert phrase in page.text
    assert "V-1" in page.text or champ in ("reference", "echeance")
    assert Versement.objects.count() == 0


def test_toutes_les_fautes_d_un_lot_se_disent_d_un_coup_et_nomment_leur_versement(
    cadre, convention, finances_mess, client_de
):
    echeances = [v.autorisee(convention), v.autorisee(v.convention_signee(cadre.lanaudiere))]
    jour = aujourd_hui().isoformat()
    lot = [(echeances[0], "70000,01", jour, "V-1"), (echeances[1], "70000", jour, "")]
    page = client_de(finances_mess).post(url("confirmation"), saisie(*lot))
    assert_html_accessible(page)
    assert f"{echeances[0].nom_complet}\xa0: Il ne reste que 70\xa0000,00\xa0$" in page.text
    assert f"{echeances[1].nom_complet}\xa0: Remplissez le champ" in page.text


def test_une_reference_ne_sert_qu_une_fois_dans_un_lot(cadre, convention, finances_mess, client_de):
    echeances = [v.autorisee(convention), v.autorisee(v.convention_signee(cadre.lanaudiere))]
    lot = [(echeance, "70000", aujourd_hui().isoformat(), "V-1") for echeance in echeances]
    page = client_de(finances_mess).post(url("confirmation"), saisie(*lot))
    phrase = f"La référence «\xa0V-1\xa0» sert déjà plus haut\xa0: {echeances[0].nom_complet}."
    assert f"{echeances[1].nom_complet}\xa0: {phrase}" in page.text


def test_la_saisie_des_virements_dit_a_qui_va_l_argent(convention, finances_mess, client_de):
    echeance = v.autorisee(convention)
    page = client_de(finances_mess).get(url("confirmation"), {"echeance": echeance.pk})
    assert f"À {v.relire(echeance).beneficiaire_en_mots()}." in page.text


def test_la_personne_qui_a_autorise_ne_confirme_pas_a_l_ecran(convention, client_de):
    echeance = v.recommandee(convention)
    deux_roles = fabriques.personne("approbation")
    fabriques.mandater(deux_roles, "finances_mess")
    echeance.autoriser(par=deux_roles)
    client = client_de(deux_roles)
    page = client.get(url("confirmation"), {"echeance": echeance.pk})
    assert "Vous avez autorisé ce versement" in page.text
    assert "Relire avant de confirmer" not in page.text
    envoi = saisie((echeance, "70000", aujourd_hui().isoformat(), "V-1"), etape="confirmer")
    assert "Vous avez autorisé ce versement" in client.post(url("confirmation"), envoi).text
    assert Versement.objects.count() == 0


@pytest.mark.parametrize("page", ["autorisation", "confirmation", "releve", "a_payer"])
def test_les_lots_sont_a_qui_en_a_le_role(convention, agente, mess, client_de, page):
    for personne in (agente, mess):
        assert client_de(personne).get(url(page)).status_code == 403
