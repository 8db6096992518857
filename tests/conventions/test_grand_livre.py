"""Le grand livre à l'écran et à la commande : chaque chiffre a ses lignes, chaque anomalie a son nom."""

import csv
from datetime import timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from conventions.models import Convention, DemandeAnnulation, Ecriture, Solde
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests.conventions import versements as v
from tests.conventions.fabriques import (
    arbre_dresse,
    convention_en_vigueur,
    convention_sans_enveloppes,
    defaire,
    enveloppe_d_exercice,
    enveloppes_par_nom,
    repartition_adoptee,
)
from tests.outils.contraintes import refuse_par
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.immuables import sans_declencheurs
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    convention = convention_en_vigueur(cadre.bsl)
    arbre_dresse(convention)
    repartition_adoptee(convention)
    return convention


@pytest.fixture
def url(convention):
    return reverse("conventions:grand_livre", args=[convention.pk])


def engager(convention, par, nom="La Matanie", montant="10.01", objet="Une initiative"):
    enveloppe = enveloppes_par_nom(convention)[nom]
    lignes = [(enveloppe, "engage", Decimal(montant))]
    return Ecriture.passer(convention, lignes, nature="engagement", par=par, objet=objet)


def lignes_csv(client, url, **filtres):
    reponse = client.get(url, filtres | {"format": "csv"})
    texte = reponse.content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(texte), delimiter=";"))


@pytest.mark.parametrize("compte", ["alloue", "reserve", "engage", "verse", "disponible", "convenu", "recu"])
def test_le_total_des_lignes_est_le_chiffre_d_ou_l_on_vient(convention, url, lectrice, client_de, compte):
    engager(convention, lectrice)
    for enveloppe in enveloppes_par_nom(convention).values():
        sommes = [
            getattr(e.solde, compte)
            for e in enveloppes_par_nom(convention).values()
            if enveloppe.pk in (e.pk, e.parent_id, e.parent.parent_id if e.parent else None)
        ]
        ecritures = Ecriture.objects.filter(
            enveloppe__in=type(enveloppe).objects.sous(enveloppe.pk)
        ).du_compte(compte)
        assert ecritures.total(compte) == sum(sommes)
    assert client_de(lectrice).get(url, {"compte": compte}).status_code == 200


def test_les_filtres_vivent_dans_l_adresse_et_dans_les_exports(convention, url, lectrice, client_de):
    engager(convention, lectrice)
    client = client_de(lectrice)
    page = client.get(url, {"nature": "engagement"})
    assert_html_accessible(page)
    assert "1 écriture<" in page.text
    assert "?nature=engagement&amp;format=csv" in page.text
    assert [li["Nature"] for li in lignes_csv(client, url, nature="engagement")] == ["Engagement"]
    assert ">Nature et objet</th>" in client.get(url).text
    assert len(lignes_csv(client, url, exercice=2026)) == 2
    racine = enveloppes_par_nom(convention)["Exercice 2025-2026"]
    seules = lignes_csv(client, url, enveloppe=racine.pk, seule=1)
    assert {li["Enveloppe"] for li in seules} == {"Exercice 2025-2026"}
    assert (
        len(lignes_csv(client, url, enveloppe=racine.pk))
        == Ecriture.objects.filter(enveloppe__an=2025).count()
    )


def test_un_filtre_invalide_est_ignore_et_explique(convention, url, lectrice, client_de):
    page = client_de(lectrice).get(url, {"compte": "or", "enveloppe": "x", "exercice": "hier", "page": "abc"})
    assert page.status_code == 200
    assert_html_accessible(page)
    assert "Compte\xa0:" in page.text


def test_la_liste_se_pagine_en_requetes_constantes(
    convention, url, lectrice, client_de, django_assert_max_num_queries
):
    for n in range(60):
        engager(convention, lectrice, objet=f"P{n}")
    client = client_de(lectrice)
    client.get(url)  # la première page d'une séance en repousse la fin
    matanie = enveloppes_par_nom(convention)["La Matanie"].pk
    with django_assert_max_num_queries(12):
        page = client.get(url, {"compte": "engage", "enveloppe": matanie, "exercice": 2025})
    assert "1 à 25 sur 60" in page.text
    assert "&amp;page=2" in page.text


def test_les_exports_ont_de_vrais_nombres_et_aucune_formule(convention, url, lectrice, client_de):
    engager(convention, lectrice, objet="=1+1")
    client = client_de(lectrice)
    derniere = lignes_csv(client, url)[0]
    assert (derniere["Montant"], derniere["Objet"]) == ("10,01", "'=1+1")
    feuille = load_workbook(BytesIO(client.get(url, {"format": "xlsx"}).content)).active
    rangee = dict(zip((c.value for c in feuille[1]), feuille[2], strict=True))
    assert rangee["Montant"].value == 10.01
    assert rangee["Date"].value.date() == aujourd_hui()
    assert "$" in rangee["Montant"].number_format
    assert "Total" not in [c.value for c in feuille["A"]]  # engagé et versé ne s’additionnent pas
    assert not any(cellule.data_type == "f" for ligne in feuille for cellule in ligne)


def test_le_grand_livre_se_filtre_par_dates_bornes_comprises(convention, url, lectrice, client_de):
    veille, lendemain = (aujourd_hui() + timedelta(n) for n in (-1, 1))
    client = client_de(lectrice)
    toutes = len(lignes_csv(client, url))

    def lues(**bornes):
        return len(lignes_csv(client, url, **bornes))

    assert toutes > 0
    assert lues(du=aujourd_hui(), au=aujourd_hui()) == toutes
    assert lues(au=veille) == lues(du=lendemain) == 0
    assert "Inscrite à partir du" in client.get(url, {"du": "hier"}).text


def test_un_mouvement_se_defait_a_deux_avec_un_motif(
    convention, url, lectrice, agente, signataire, client_de, direction
):
    mouvement = Ecriture.objects.filter(nature="repartition")[0].mouvement
    page = reverse("conventions:annulation_demande", args=[convention.pk, mouvement])
    assert client_de(direction).get(page).status_code == 403
    client = client_de(lectrice)
    assert_html_accessible(client.get(page))
    assert client.post(page, {"motif": ""}).status_code == 200
    adresse = client.post(page, {"motif": "La Table revoit sa répartition"}).url
    assert not Ecriture.objects.filter(nature="contrepassation").exists()
    assert "déjà demandée" in client.post(page, {"motif": "Encore"}, follow=True).text
    assert_html_accessible(client.get(adresse))
    assert client.post(adresse + "approbation/").status_code == 403
    autre = client_de(signataire)
    assert "À votre tour de répondre" in autre.get(adresse).text
    autre.post(adresse + "approbation/")
    autre.post(adresse + "approbation/")
    assert Ecriture.objects.filter(nature="contrepassation").count() == 7
    assert enveloppes_par_nom(convention)["Exercice 2025-2026"].solde.alloue == Decimal("1200000.00")
    assert "déjà contrepassé" in client.get(page).text
    livre = client.get(url).text
    assert livre.count("Contrepassée (ligne") == 7
    assert livre.count("Annule la ligne") == 7
    assert "Défaire<" not in livre


def test_qui_demande_de_defaire_ne_l_approuve_ni_ne_le_refuse(convention, signataire):
    mouvement = Ecriture.objects.filter(nature="repartition")[0].mouvement
    demande = DemandeAnnulation.demander(mouvement, par=signataire, motif="Essai")
    for geste in (demande.approuver, partial(demande.refuser, motif="Non")):
        with pytest.raises(TransitionInterdite, match="une autre personne doit y répondre"):
            geste(par=signataire)
    with refuse_par("demandeannulation_decidee_par_une_autre_personne", "conventions"):
        DemandeAnnulation.objects.filter(pk=demande.pk).update(
            etat="approuvee", decidee_par=signataire, decidee_le=timezone.now()
        )


def test_une_demande_refusee_ou_retiree_peut_se_refaire(convention, lectrice, agente, signataire):
    mouvement = Ecriture.objects.filter(nature="repartition")[0].mouvement
    demande = DemandeAnnulation.demander(mouvement, par=lectrice, motif="Essai")
    with pytest.raises(TransitionInterdite, match="est déjà demandée"):
        DemandeAnnulation.demander(mouvement, par=agente, motif="Moi aussi")
    assert demande.refuser(par=signataire, motif="Elle tient").etat == "refusee"
    seconde = DemandeAnnulation.demander(mouvement, par=agente, motif="Moi aussi")
    assert seconde.retirer(par=agente).etat == "retiree"
    assert DemandeAnnulation.objects.du_mouvement(mouvement) is None
    assert not Ecriture.objects.filter(nature="contrepassation").exists()


def test_la_page_de_la_chose_defaite_le_dit_avec_sa_ligne(convention, lectrice, signataire, client_de):
    adoptee = convention.repartitions.get(etat="adoptee")
    defaire(adoptee.mouvement, lectrice, signataire)
    page = client_de(lectrice).get(reverse("conventions:repartition_adoptee", args=[adoptee.pk]))
    assert_html_accessible(page)
    texte = " ".join(page.text.replace("\xa0", " ").split())
    rang = Ecriture.objects.filter(nature="contrepassation").order_by("rang").first().rang
    assert f"par {lectrice.nom_complet} et {signataire.nom_complet}" in texte
    assert f"ligne {rang} du grand livre" in texte
    assert "Défaite le" in texte


def test_un_engagement_ne_se_defait_pas_ici(convention, lectrice, client_de):
    ecritures = engager(convention, lectrice)
    with pytest.raises(TransitionInterdite, match="ne se contrepasse pas ici"):
        DemandeAnnulation.demander(ecritures[0].mouvement, par=lectrice, motif="Essai")
    page = reverse("conventions:annulation_demande", args=[convention.pk, ecritures[0].mouvement])
    assert "ne se contrepasse pas ici" in client_de(lectrice).get(page).text


def test_un_mouvement_d_une_autre_convention_ne_se_trouve_pas(convention, cadre, lectrice, client_de):
    ailleurs = enveloppe_d_exercice(convention_sans_enveloppes(cadre.lanaudiere))
    mouvement = ailleurs.ecritures.first().mouvement
    page = reverse("conventions:annulation_demande", args=[convention.pk, mouvement])
    assert client_de(lectrice).post(page, {"motif": "x"}).status_code == 404


def test_le_grand_livre_ne_se_lit_pas_d_ailleurs(convention, url, etrangere, client_de):
    for suffixe in ("", "?format=csv", "?format=xlsx"):
        assert client_de(etrangere).get(url + suffixe).status_code == 404


def verifier():
    sortie = StringIO()
    call_command("verifier_grand_livre", stdout=sortie)
    return sortie.getvalue()


def test_un_grand_livre_juste_se_dit(convention):
    assert "Grand livre juste\xa0: 11 écritures" in verifier()


def executer(requete, *parametres):
    with connection.cursor() as curseur:
        curseur.execute(requete, parametres)


def test_un_solde_change_en_sql_se_nomme(convention):
    matanie = enveloppes_par_nom(convention)["La Matanie"]
    executer("UPDATE conventions_solde SET alloue = alloue + 1 WHERE enveloppe_id = %s", matanie.pk)
    with pytest.raises(
        CommandError, match="«\xa0La Matanie\xa0».*compte alloue\xa0: 400\xa0000,01.*400\xa0000,00"
    ):
        verifier()


def test_un_solde_disparu_se_nomme(convention):
    matanie = enveloppes_par_nom(convention)["La Matanie"]
    Solde.objects.filter(pk=matanie.pk).delete()
    with pytest.raises(CommandError, match="son solde a disparu"):
        verifier()


@pytest.mark.django_db(transaction=True)
def test_une_ecriture_changee_malgre_tout_rompt_la_chaine(convention):
    with sans_declencheurs():
        executer("UPDATE conventions_ecriture SET montant = 7 WHERE rang = 5")
    with pytest.raises(CommandError, match="ligne 5 .*son contenu a été modifié"):
        verifier()


def test_une_convention_qui_alloue_plus_que_convenu_se_nomme(convention, mess):
    racine = enveloppes_par_nom(convention)["Exercice 2025-2026"]
    Ecriture.passer(
        convention, [(racine, "alloue", Decimal(5))], nature="allocation", par=mess, objet="Erreur"
    )
    with pytest.raises(CommandError, match="Convention .*\xa0: 2\xa0500\xa0005,00\xa0\\$ alloués"):
        verifier()
    assert Convention.objects.count() == 1


@partagee
def payee(cadre):
    """Une convention qui a reçu un virement, en a annulé un autre et a rendu une somme."""
    payee = v.convention_signee(cadre.lanaudiere)
    faux = v.virement(v.autorisee(payee), reference="V-0")
    echeance = v.relire(faux.echeance)
    echeance.annuler_confirmation(par=v.finances(), versement=faux, motif="Mauvaise date.")
    v.virement(v.relire(echeance), reference="V-1")
    v.recuperer(payee, Decimal(500))
    return payee


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["versement", "annulationversement", "recuperation"])
def test_la_chaine_de_chaque_fait_se_verifie_aussi(payee, table):
    assert "Grand livre juste" in verifier()
    with sans_declencheurs():
        executer(f"UPDATE conventions_{table} SET inscrite_le = %s WHERE rang = 1", timezone.now())
    with pytest.raises(CommandError, match=f"{table}.*ligne 1 .*son contenu a été modifié"):
        verifier()


@pytest.mark.django_db(transaction=True)
def test_une_somme_recue_que_nul_virement_n_explique_se_nomme(payee, mess):
    racine = enveloppes_par_nom(payee)["Exercice 2025-2026"]
    with transaction.atomic():
        Ecriture.passer(
            payee, [(racine, "recu", Decimal(5))], nature="versement", par=mess, objet="Sans fait"
        )
    with pytest.raises(CommandError, match="compte recu\xa0: 0,00\xa0\\$ aux virements.*5,00\xa0\\$ aux écr"):
        verifier()
