"""L'appel, de sa préparation à la page que lit le public, puis à ses changements."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projets.models import AppelProjets, grilles
from projets.regles.etapes import etapes
from projets.regles.resultat import resultat_en_mots
from socle.erreurs import TransitionInterdite
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests.conventions.fabriques import arbre_dresse, convention_en_vigueur
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db


@partagee
def pret(cadre, agente):
    enveloppe = p.enveloppes(cadre.bsl)["La Matapédia"]
    appel = p.appel_en_preparation(cadre.bsl, agente)
    appel.enveloppes.create(enveloppe=enveloppe, montant=300_000)
    return appel


@partagee
def ouvert(pret, agente):
    return pret.publier(par=agente)


def adresse(nom, appel):
    return reverse(f"projets:{nom}", args=[appel.pk])


def test_la_coordination_prepare_un_appel_du_premier_mot_a_la_publication(cadre, agente, client_de):
    p.enveloppes(cadre.bsl)
    client = client_de(agente)
    ouverture = reverse("projets:appel_ouverture", args=[cadre.bsl.slug])
    reponse = client.post(ouverture, {"titre": "Appel 2026", "mode": "appel", "territoire": ""})
    appel = AppelProjets.objects.get()
    assert reponse.url == adresse("appel_modification", appel)
    page = client.get(adresse("appel", appel)).content.decode()
    assert "Avant de publier" in page
    assert "Promettez une date de réponse." in page
    demain, plus_tard = timezone.now() + timedelta(days=1), timezone.now() + timedelta(days=40)
    saisie = {
        "titre": "Appel 2026",
        "presentation": "La Table soutient ce qui est nouveau.",
        "mode": "appel",
        "ouvre_le": f"{timezone.localtime(demain):%Y-%m-%d} 9 h",
        "ferme_le": f"{timezone.localtime(plus_tard):%Y-%m-%d} 16 h 30",
        "grace": "0",
        "decision_promise_le": f"{plus_tard + timedelta(days=45):%Y-%m-%d}",
        "plancher": "5 000",
        "plafond": "75 000,00",
        "revision": "1",
    }
    reponse = client.post(adresse("appel_modification", appel), saisie)
    assert reponse.status_code == 302, reponse.content.decode()
    appel.refresh_from_db()
    assert timezone.localtime(appel.ferme_le).strftime("%H:%M") == "16:30"
    possibles = list(appel.enveloppes_possibles())
    champ = f"montant_{next(e for e in possibles if str(e) == 'La Matapédia').pk}"
    client.post(adresse("appel_enveloppes", appel), {champ: "250 000", "revision": appel.revision})
    assert [ligne.montant for ligne in appel.enveloppes.all()] == [250_000]
    assert client.post(adresse("appel_publication", appel)).status_code == 302
    appel.refresh_from_db()
    assert (appel.etat, appel.publie_par) == ("ouvert", agente)


def test_un_taux_de_cent_un_pour_cent_se_dit_a_cote_de_son_champ(pret, agente, client_de):
    page = client_de(agente).post(
        adresse("appel_modification", pret), {"cumul_maximal": "101", "revision": "1"}
    )
    assert page.status_code == 200
    assert "Cumul maximal" in page.content.decode()


def test_une_fermeture_avant_l_ouverture_garde_la_saisie(pret, agente, client_de):
    saisie = {
        "titre": "Nouveau titre",
        "mode": "appel",
        "grace": "0",
        "ouvre_le": "2026-05-15 16:30",
        "ferme_le": "2026-05-15 16:29",
        "revision": "1",
    }
    page = client_de(agente).post(adresse("appel_modification", pret), saisie).content.decode()
    assert "La fermeture suit l’ouverture." in page
    assert "Nouveau titre" in page
    pret.refresh_from_db()
    assert pret.titre != "Nouveau titre"


def test_un_formulaire_perime_ne_remplace_rien(pret, agente, client_de):
    client, url = client_de(agente), adresse("appel_enveloppes", pret)
    assert client.post(url, {"revision": "1"}).status_code == 302
    assert client.post(url, {"revision": "1"}).status_code == 409


def test_le_public_lit_un_appel_publie_et_rien_de_ce_qui_se_prepare(pret, agente):
    public = Client()
    assert public.get(adresse("appel_public", pret)).status_code == 404
    assert public.get(adresse("appel", pret)).status_code == 302
    pret.publier(par=agente)
    page = public.get(adresse("appel_public", pret))
    assert_html_accessible(page)
    texte = page.content.decode()
    for attendu in ("Cet appel est ouvert", "300\xa0000,00\xa0$", "Puis-je déposer", "Réponse promise"):
        assert attendu in texte
    assert pret.titre in public.get(reverse("projets:appels_publics")).content.decode()


def test_une_initiative_batie_en_concertation_ne_s_affiche_pas_en_public(pret, agente):
    AppelProjets.objects.filter(pk=pret.pk).update(mode="concertee")
    publie = AppelProjets.objects.get(pk=pret.pk).publier(par=agente)
    assert Client().get(adresse("appel_public", publie)).status_code == 404


def reponses_et_suite(page):
    """(le verdict, lu avant les questions; où commencer, quand tout convient)."""
    puis_je = page.context["puis_je"]
    lu = page.text.partition('id="puis-je"')[2].partition("six-questions")[0]
    assert puis_je["verdict"] in lu
    return puis_je["verdict"], puis_je["commencer"]


def test_puis_je_deposer_dit_la_raison_et_ne_garde_rien(ouvert):
    public, url = Client(), adresse("appel_public", ouvert)
    page = public.get(url, {"sans_immobilisation": "oui", "est_nouvelle": "oui"}).content.decode()
    assert "À changer avant de déposer" in page
    assert "ne paie pas les immobilisations" in page
    bonnes = {"est_nouvelle": "oui", "sur_le_territoire": "oui"}
    bonnes |= dict.fromkeys(("sans_immobilisation", "hors_mission", "rien_d_engage", "sans_dette"), "non")
    assert reponses_et_suite(public.get(url)) == ("", False)
    assert reponses_et_suite(public.get(url, bonnes | {"sans_dette": ""})) == ("Il reste 1 question", False)
    assert reponses_et_suite(public.get(url, bonnes)) == (
        "Vos six réponses conviennent",
        adresse("entree", ouvert),
    )
    assert "À changer" not in public.get(url, {"sans_dette": "<script>"}).content.decode()


def test_un_appel_se_prolonge_et_ne_se_raccourcit_pas(ouvert, agente, client_de):
    client, url = client_de(agente), adresse("appel_prolongation", ouvert)
    plus_tot = timezone.localtime(ouvert.ferme_le - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    page = client.post(url, {"ferme_le": plus_tot, "motif": "Moins long."})
    assert "ne se raccourcit pas" in page.content.decode()
    plus_tard = timezone.localtime(ouvert.ferme_le + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")
    assert client.post(url, {"ferme_le": plus_tard, "motif": "La tempête."}).status_code == 302
    avant, ouvert = ouvert.ferme_le, AppelProjets.objects.get(pk=ouvert.pk)
    assert ouvert.ferme_le > avant
    assert ouvert.journal.first().motif == "La tempête."


def test_qui_a_commence_une_demande_apprend_le_retrait(cadre, ouvert, agente, client_de):
    organisme = p.organisme(cadre.bsl)
    redige, _ = p.equipe(organisme)
    p.demande(ouvert, organisme, redige)
    client_de(agente).post(adresse("appel_retrait", ouvert), {"motif": "Le Fonds est suspendu."})
    assert "Appel retiré" in Notification.objects.get(destinataire=redige).titre
    page = Client().get(adresse("appel_public", ouvert)).content.decode()
    assert "Le Fonds est suspendu." in page


def test_une_correction_dit_ce_qui_change_et_ne_touche_pas_aux_montants(ouvert, agente, client_de):
    saisie = {
        "presentation": "Autre chose.",
        "rencontre": "",
        "decision_promise_le": ouvert.decision_promise_le.isoformat(),
        "motif": "Une précision.",
        "plafond": "1",
        "revision": ouvert.revision,
    }
    client, url = client_de(agente), adresse("appel_correction", ouvert)
    assert client.post(url, saisie).status_code == 302
    assert client.post(url, saisie | {"presentation": "Vue avant."}).status_code == 409
    ouvert.refresh_from_db()
    assert (ouvert.presentation, ouvert.plafond) == ("Autre chose.", 75_000)


def test_la_copie_garde_les_regles_et_la_grille_mais_pas_les_dates(pret, agente, client_de):
    appel = grilles.proposer(pret, par=agente, revision=pret.revision).publier(par=agente)
    client_de(agente).post(adresse("appel_copie", appel), {"titre": "Appel 2028"})
    copie = AppelProjets.objects.exclude(pk=appel.pk).get()
    assert (copie.titre, copie.plafond, copie.ferme_le, copie.etat) == (
        "Appel 2028",
        75_000,
        None,
        "preparation",
    )
    assert not copie.enveloppes.exists()
    lus = ("nom", "poids", "niveau_0", "niveau_4")
    assert list(copie.criteres.values_list(*lus)) == list(appel.criteres.values_list(*lus)) != []


def test_une_copie_a_son_propre_titre(ouvert, agente, client_de):
    page = client_de(agente).post(adresse("appel_copie", ouvert), {"titre": ouvert.titre})
    assert "Donnez un autre titre" in page.context["form"].errors["titre"][0]
    assert AppelProjets.objects.count() == 1


def test_la_publication_previent_des_sommes_que_les_dates_ne_laissent_pas_depenser(pret, agente, client_de):
    """L'enveloppe est de 2025-2026; les initiatives commencent au plus tôt en avril 2026."""
    page = client_de(agente).get(adresse("appel_publication", pret)).text
    assert "La Matapédia" in page
    assert "aucune initiative de cet appel ne se réalise en 2025-2026" in page
    AppelProjets.objects.filter(pk=pret.pk).update(debut_au_plus_tot=date(2026, 3, 1))
    assert "ne se réalise" not in client_de(agente).get(adresse("appel_publication", pret)).text


def test_un_appel_en_concertation_ne_se_dit_pas_lu_de_tout_le_monde(pret, agente, client_de):
    AppelProjets.objects.filter(pk=pret.pk).update(mode="concertee")
    client, url = client_de(agente), adresse("appel_publication", pret)
    assert "n’a pas de page publique" in client.get(url).text
    suite = client.post(url, follow=True).text
    assert "la Table peut y inscrire des demandes" in suite
    assert "toute personne peut le lire" not in suite


@pytest.mark.parametrize(
    "saisie, champ",
    [
        ({"plancher": "80 000", "plafond": "75 000"}, "plafond"),
        ({"debut_au_plus_tot": "2027-04-01", "fin_au_plus_tard": "2027-04-01"}, "fin_au_plus_tard"),
    ],
)
def test_deux_bornes_a_l_envers_se_disent_a_cote_du_champ(pret, agente, client_de, saisie, champ):
    page = client_de(agente).post(adresse("appel_modification", pret), {"titre": pret.titre} | saisie)
    assert champ in page.context["form"].errors
    assert page.context["form"].non_field_errors() == []


def test_les_reponses_parties_l_appel_dit_combien_de_demandes_il_a_acceptees(ouvert):
    assert ouvert.resultat() is None
    client = Client()
    assert "Réponses données" not in client.get(adresse("appel_public", ouvert)).text
    assert resultat_en_mots((7, 3)) == "7 demandes déposées, 3 acceptées (43\xa0%)"
    assert resultat_en_mots((1, 0)) == "1 demande déposée, 0 acceptée (0\xa0%)"


def test_qui_n_est_que_d_un_organisme_lit_les_appels_publics(cadre, ouvert, client_de):
    redige, _ = p.equipe(p.organisme(cadre.bsl))
    assert client_de(redige).get(reverse("projets:appels")).url == reverse("projets:appels_publics")


def test_trois_personnes_devant_un_appel(ouvert, agente, lectrice, etrangere, client_de):
    url = adresse("appel_retrait", ouvert)
    assert client_de(agente).get(url).status_code == 200
    assert client_de(lectrice).get(adresse("appel", ouvert)).status_code == 200
    assert client_de(lectrice).get(url).status_code == 403
    assert client_de(etrangere).get(url).status_code == 404


def test_une_enveloppe_d_ailleurs_ne_se_met_pas_en_commun(cadre, pret, agente):
    ailleurs = arbre_dresse(convention_en_vigueur(cadre.lanaudiere))["Projets régionaux"]
    with pytest.raises(TransitionInterdite, match="ne paie pas"):
        pret.mettre_en_commun(par=agente, revision=pret.revision, montants={ailleurs: 1})


def test_un_appel_d_une_ville_puise_a_ses_arrondissements(cadre, agente):
    """Montréal sépare l'enveloppe centralisée, les villes liées et les arrondissements."""
    convention = convention_en_vigueur(cadre.bsl)
    arbre_dresse(convention, 2026, forme="ville")
    appel = p.appel_en_preparation(cadre.bsl, agente)
    volets = {e.volet for e in appel.enveloppes_possibles()}
    assert volets == {"centralise", "villes_liees", "arrondissements", "reserve"}
    arrondissements = next(e for e in appel.enveloppes_possibles() if e.volet == "arrondissements")
    appel.mettre_en_commun(par=agente, revision=appel.revision, montants={arrondissements: 50_000})
    assert appel.enveloppes.get().enveloppe == arrondissements


def test_la_fermeture_se_dit_sans_article_en_trop(ouvert):
    depot = next(e for e in etapes(ouvert, timezone.now(), aujourd_hui()) if e.nom == "Dépôt")
    assert depot.quand.startswith("jusqu’au ")
    assert "au le" not in depot.quand
