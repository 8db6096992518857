"""Résilier : tout s'arrête ensemble, et chaque dollar de chaque exercice a sa place."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from conventions.models import (
    Avenant,
    Convention,
    DemandeAnnulation,
    Ecriture,
    Enveloppe,
    LigneReglement,
    Transfert,
)
from socle.erreurs import PlafondDepasse, TransitionInterdite, VersionPerimee
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.fabriques import (
    arbre_dresse,
    enveloppes_par_nom,
    repartition_adoptee,
    report_adopte,
)
from tests.conventions.verite import grand_livre_vrai
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db
ENTIER = Decimal("1200000.00")


@partagee
def convention(cadre):
    """Répartie, avec un versement fait, un autorisé, un recommandé, un suspendu, et les suivants prévus."""
    convention = v.convention_signee(cadre.bsl)
    arbre_dresse(convention)
    repartition_adoptee(convention)
    v.versee(convention)
    for rang, etat in ((2, "recommandee"), (3, "autorisee"), (4, "suspendue")):
        v.mener(v.premiere(convention, rang), etat)
    return v.relire_convention(convention)


def test_une_resiliation_ne_precede_pas_l_argent_qui_a_bouge(convention, approbation):
    """Antidatée, elle laisserait commencer une autre convention pendant que celle-ci payait encore."""
    fin = {"par": approbation, "motif": "La Table se dissout.", "reglement": "Rien."}
    refus = v.empeche(convention.resilier, fermee_le=aujourd_hui() - timedelta(1), **fin)
    assert "De l’argent a été versé, dépensé ou remis" in refus[0]
    assert convention.resilier(fermee_le=aujourd_hui(), **fin).etat == "resiliee"


def engager(convention, montant, nom="La Matanie", compte="engage", reference="P-1"):
    lignes = [(enveloppes_par_nom(convention)[nom], compte, Decimal(montant))]
    with transaction.atomic():
        Ecriture.passer(
            convention,
            lignes,
            nature="engagement",
            par=convention.transmise_par,
            objet="Initiative",
            reference=reference,
        )


def resilier(convention, par, garder=True, **champs):
    choix = {"fermee_le": aujourd_hui(), "motif": "La Table est dissoute.", "reglement": "Tout est rendu."}
    promesses = {promesse.cle: garder for promesse in convention.promesses()}
    return convention.resilier(par=par, **choix | {"promesses": promesses} | champs)


def compte_rendu(convention):
    """{exercice: ses sommes} du règlement, relues; les deux identités recomptées depuis les lignes du grand livre."""
    for ligne in LigneReglement.objects.filter(convention=convention):
        ecritures = convention.ecritures.filter(enveloppe__an=ligne.an)
        totaux = {compte: ecritures.filter(compte=compte).total(compte) for compte in Ecriture.Compte.values}
        assert ligne.convenu == totaux["convenu"]
        assert ligne.convenu == ligne.recu + ligne.recupere + ligne.annule + ligne.a_verser
        emplois = sum(totaux[compte] for compte in ("reserve", "engage", "verse", "depense", "remis"))
        assert totaux["alloue"] == emplois + ligne.a_recuperer
        assert ligne.recu + ligne.a_verser + ligne.reporte == emplois + ligne.a_recuperer
    return {ligne.an: ligne for ligne in LigneReglement.objects.filter(convention=convention)}


def test_une_resiliation_ferme_tout_ce_qui_courait(convention, agente, lectrice, mess, approbation):
    arbre = enveloppes_par_nom(convention)
    transfert = Transfert.demander(arbre["Réserve"], arbre["La Matanie"], Decimal(5), par=agente, motif="T")
    adoptee = convention.repartitions.get(etat="adoptee")
    demande = DemandeAnnulation.demander(adoptee.mouvement, par=lectrice, motif="Erreur")
    avenant = Avenant.ouvrir(convention, motif="Prolonger.", par=mess)
    obligation = v.obligation_en_retard(convention)
    resilier(convention, approbation)
    for objet in (transfert, demande, avenant, obligation):
        objet.refresh_from_db()
    assert (transfert.etat, demande.etat, avenant.etat) == ("fermee", "fermee", "abandonne")
    assert obligation.annulee_le == aujourd_hui()
    assert not convention.obligations.dues().exists()
    assert set(convention.echeances.values_list("etat", flat=True)) == {"versee", "annulee"}
    assert not convention.transferts.en_attente().exists()
    grand_livre_vrai()


def test_le_reglement_rend_compte_de_chaque_dollar(convention, approbation):
    engager(convention, "30000.01")
    engager(convention, "0.99", nom="Réserve", compte="reserve")
    resilier(convention, approbation)
    lignes = compte_rendu(convention)
    assert (lignes[2025].recu, lignes[2025].annule) == (Decimal("70000.00"), Decimal("1130000.00"))
    assert (lignes[2025].engage, lignes[2025].reserve) == (Decimal("30000.01"), Decimal("0.99"))
    assert lignes[2025].a_recuperer == Decimal("39999.00")
    assert (lignes[2026].annule, lignes[2026].a_recuperer) == (Decimal("1300000.00"), 0)
    grand_livre_vrai()


def test_une_convention_qui_a_promis_plus_que_recu_garde_ce_qui_lui_est_du(convention, approbation):
    engager(convention, "100000")
    resilier(convention, approbation)
    lignes = compte_rendu(convention)
    assert sum(ligne.a_verser for ligne in lignes.values()) == Decimal("30000.00")
    assert sum(ligne.a_recuperer for ligne in lignes.values()) == 0
    grand_livre_vrai()


def test_ce_qui_reste_du_se_paie_encore_par_trois_personnes_et_rien_de_plus(
    convention, approbation, direction
):
    engager(convention, "100000")
    resilier(convention, approbation)
    du = convention.echeances.get(condition="reglement")
    assert (du.montant, du.etat) == (Decimal("30000.00"), "liberee")
    du.recommander(par=direction, note="Selon le règlement.")
    v.relire(du).autoriser(par=approbation)
    v.virement(v.relire(du), reference="V-R")
    assert sum(v.recu(convention, an) for an in (2025, 2026)) == Decimal("100000.00")
    racine = Enveloppe.racine(convention, du.an)
    with pytest.raises(PlafondDepasse):
        Ecriture.passer(
            convention, [(racine, "recu", Decimal("0.01"))], nature="versement", par=approbation, objet="V"
        )
    grand_livre_vrai()


def test_ce_qui_a_ete_reporte_se_recupere_la_ou_il_est(convention, approbation):
    report_adopte(convention)
    resilier(convention, approbation)
    lignes = compte_rendu(convention)
    assert sum(ligne.a_recuperer for ligne in lignes.values()) == Decimal("70000.00")
    reste = {
        e: e.solde.disponible
        for e in Enveloppe.objects.filter(convention=convention).avec_soldes()
        if e.solde.disponible
    }
    v.recuperer(v.relire_convention(convention), parts=reste)
    assert v.recu(convention) == 0
    grand_livre_vrai()


def test_la_page_dit_d_ou_vient_ce_qu_un_exercice_rend_de_plus_qu_il_n_a_recu(
    convention, approbation, finances_mess, client_de
):
    report_adopte(convention)
    page = client_de(approbation).get(reverse("conventions:resiliation", args=[convention.pk]))
    phrase = "70 000,00 $ reçus pour 2025-2026, passés par report à 2026-2027, où ils sont encore."
    assert phrase in lu(page)
    resilier(convention, approbation)
    ligne = compte_rendu(convention)[2026]
    assert (ligne.recu, ligne.a_recuperer) == (0, Decimal("70000.00"))
    client, adresse = client_de(finances_mess), reverse("conventions:reglement", args=[convention.pk])
    page = client.get(adresse)
    assert_html_accessible(page)
    assert lu(page).count(phrase) == 2  # au jour de la résiliation, et aujourd'hui
    assert f'{reverse("conventions:recuperation", args=[convention.pk])}?exercice=2025"' in page.text
    enveloppe = next(
        e for e in Enveloppe.objects.filter(convention=convention, an=2026) if e.solde.disponible
    )
    v.recuperer(v.relire_convention(convention), parts={enveloppe: Decimal("100.00")})
    assert "69 900,00 $ reçus pour 2025-2026" in lu(client.get(adresse))


def test_un_engagement_se_garde_ou_se_termine_un_a_un(convention, approbation):
    engager(convention, "10", reference="P-1")
    engager(convention, "20", reference="P-2")
    with pytest.raises(TransitionInterdite, match="si elle est gardée ou terminée"):
        resilier(convention, approbation, promesses={})
    choix = {p.cle: p.reference == "P-1" for p in convention.promesses()}
    resilier(convention, approbation, promesses=choix)
    assert [p.reference for p in convention.promesses()] == ["P-1"]
    assert compte_rendu(convention)[2025].engage == Decimal("10.00")
    grand_livre_vrai()


def test_apres_la_resiliation_seul_un_engagement_garde_se_paie_ou_se_libere(convention, approbation, mess):
    engager(convention, "10")
    resilier(convention, approbation)
    matanie = enveloppes_par_nom(convention)["La Matanie"]
    options = {"nature": "versement", "par": mess, "objet": "Initiative", "reference": "P-1"}
    Ecriture.passer(convention, [(matanie, "engage", Decimal(-4)), (matanie, "verse", Decimal(4))], **options)
    Ecriture.passer(convention, [(matanie, "engage", Decimal(-1))], **options | {"nature": "liberation"})
    for lignes in (
        [(matanie, "engage", Decimal(1))],
        [(matanie, "verse", Decimal(1))],
        [(matanie, "engage", Decimal(-1)), (matanie, "verse", Decimal(2))],
        [(matanie, "engage", Decimal(-2)), (matanie, "verse", Decimal(-1))],
        [(matanie, "alloue", Decimal(-1))],
    ):
        with pytest.raises(TransitionInterdite, match="n’est pas en vigueur"):
            Ecriture.passer(convention, lignes, **options)
    assert [str(p.montant) for p in convention.promesses()] == ["5.00"]


def test_une_page_ouverte_avant_un_mouvement_ne_resilie_rien(convention, approbation):
    vu = convention.empreinte_des_sommes()
    engager(convention, "10")
    with pytest.raises(VersionPerimee, match="Les sommes ont changé"):
        resilier(convention, approbation, vu=vu)
    assert Convention.objects.get(pk=convention.pk).etat == "signee"


def test_un_exercice_clos_se_regle_aussi_avec_la_convention(convention, approbation, mess):
    convention.exercices.filter(an=2025).update(clos_le=aujourd_hui(), clos_par=mess)
    resilier(convention, approbation)
    assert compte_rendu(convention)[2025].a_recuperer == Decimal("70000.00")
    libre = {e: e.solde.disponible for e in enveloppes_par_nom(convention).values() if e.solde.disponible}
    v.recuperer(v.relire_convention(convention), parts=libre)
    assert v.recu(convention) == 0
    grand_livre_vrai()


def test_la_base_veut_que_le_reglement_rende_compte_de_tout(convention):
    justes = {ligne.an: ligne for ligne in convention.etat_du_reglement(convention.sommes())}
    for champ, contrainte in (("annule", "rend_compte_du_convenu"), ("engage", "rend_compte_des_fonds")):
        fausse = LigneReglement.de(convention, next(s for s in convention.sommes() if s.an == 2025))
        setattr(fausse, champ, getattr(fausse, champ) + 1)
        with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
            fausse.save()
    assert set(justes) == {2025, 2026}


def test_la_convention_qui_remplace_propose_ce_qui_reste(convention, approbation, mess):
    alliance = convention.alliance
    alliance.montant = ENTIER
    alliance.save(update_fields=["montant"])
    resilier(convention, approbation)
    suivante = Convention.preparer(alliance, par=mess)
    assert suivante.montant() == ENTIER - Decimal("70000.00")
    assert suivante.debut > convention.debut
    [phrase] = [p for p in suivante.avertissements() if "a reçu ou recevra" in p]
    assert "70\xa0000,00\xa0$" in phrase
    assert not any("que le montant annoncé" in p for p in suivante.avertissements())


def test_une_convention_resiliee_puis_remplacee_se_trouve_encore(convention, approbation, mess, client_de):
    resilier(convention, approbation)
    suivante = Convention.preparer(convention.alliance, par=mess)
    liste = client_de(mess).get(reverse("conventions:liste"), {"etat": "resiliee"})
    assert convention.numero in liste.text
    assert f">{suivante.numero}<" not in liste.text
    assert suivante.numero in client_de(mess).get(reverse("conventions:liste")).text


def test_la_position_ne_compte_pas_la_convention_resiliee(convention, approbation, mess, client_de):
    page = reverse("conventions:position")
    assert convention.numero in client_de(mess).get(page).text
    resilier(convention, approbation)
    assert convention.numero not in client_de(mess).get(page).text
    assert convention.numero in client_de(mess).get(page, {"etat": "resiliee"}).text


def test_resilier_a_l_ecran_montre_l_etat_et_demande_le_sort_de_chaque_engagement(
    convention, approbation, agente, finances_mess, client_de
):
    engager(convention, "10")
    client, page = client_de(approbation), reverse("conventions:resiliation", args=[convention.pk])
    vue = client.get(page)
    assert_html_accessible(vue)
    assert "À récupérer" in vue.text
    assert "69\xa0990,00\xa0$" in vue.text
    [promesse] = convention.promesses()
    envoi = {
        "fermee_le": aujourd_hui().isoformat(),
        "motif": "La Table est dissoute.",
        "reglement": "Tout est rendu.",
        "revision": convention.empreinte_des_sommes(),
    }
    assert "gardée ou terminée" in client.post(page, envoi).text
    client.post(page, envoi | {f"promesse_{promesse.cle}": "garder"})
    etat = client_de(agente).get(reverse("conventions:reglement", args=[convention.pk]))
    assert_html_accessible(etat)
    assert "Inscrire une récupération" not in etat.text
    assert "10,00\xa0$ engagés" in etat.text
    etat = client_de(finances_mess).get(reverse("conventions:reglement", args=[convention.pk]))
    assert "Inscrire une récupération" in etat.text
    versements = client_de(agente).get(reverse("conventions:versements", args=[convention.pk]))
    assert "la convention est résiliée" in versements.text
    assert "prochain versement" not in versements.text


def test_l_etat_de_reglement_ne_se_lit_ni_d_ailleurs_ni_avant(convention, approbation, etrangere, client_de):
    page = reverse("conventions:reglement", args=[convention.pk])
    assert client_de(approbation).get(page).status_code == 404
    resilier(convention, approbation)
    assert client_de(etrangere).get(page).status_code == 404


@pytest.fixture
def finances_mess(cadre):
    return fabriques.personne("finances_mess")
