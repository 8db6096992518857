"""Les protocoles de la démonstration : chaque état, chaque versement, et l'argent qui s'additionne au cent."""

from collections import Counter

from django.db.models import F

from conventions.models import Convention
from projets.models import ImportDInitiatives, Initiative, InitiativeReprise
from projets.protocoles.models import (
    AvenantProtocole,
    ChangementDemande,
    ClausesAlliance,
    LigneDeReleve,
    NoteDeSuivi,
    Paiement,
    Protocole,
    RapportRecu,
    Remboursement,
    SignatureProtocole,
    Tranche,
)
from projets.protocoles.models.dus import Groupe, dus_de
from socle.annonces.attentes import taches
from tests.demonstration.test_initiatives import celle, compte
from tests.projets.protocoles.verite import argent_des_protocoles_vrai


def conventions():
    """Celles qui paient des initiatives."""
    payeuses = Initiative.objects.order_by().values("affectations__enveloppe__convention")
    return Convention.objects.filter(pk__in=payeuses)


def du_titre(titre):
    return Protocole.objects.vivants().get(initiative=celle(titre))


def gestes(adresse):
    return {tache.geste.un for tache in taches(compte(adresse))}


def test_chaque_dollar_decide_est_reserve_engage_verse_ou_libere(demonstration):
    assert conventions().count() == 8
    for convention in conventions():
        argent_des_protocoles_vrai(convention)


def test_chaque_etat_a_son_protocole_et_son_versement(demonstration):
    assert set(Protocole.objects.values_list("etat", flat=True)) == set(Protocole.Etat.values)
    assert set(Tranche.objects.values_list("etat", flat=True)) == set(Tranche.Etat.values)
    combien = Counter(Initiative.objects.values_list("etat", flat=True))
    assert (combien["en_cours"], combien["suspendue"]) == (25, 1)
    assert (combien["terminee"], combien["abandonnee"]) == (9, 3)
    groupes = {g for c in conventions() for g in dus_de(compte("mess"), c).values_list("groupe", flat=True)}
    assert groupes == set(Groupe.values)


def test_un_avenant_attend_les_deux_signatures(demonstration):
    (avenant,) = AvenantProtocole.objects.ouverts().select_related("protocole")
    assert (avenant.etat, avenant.protocole) == ("transmis", du_titre("Regards croisés sur la pauvreté"))
    assert sorted(avenant.cotes_a_signer()) == ["alliance", "organisme"]
    assert not avenant.ce_qui_a_bouge()
    assert "Signer ou refuser un avenant" in gestes("signature")


def test_les_huit_alliances_ont_des_clauses_que_leur_signature_approuve(demonstration):
    approuvees = ClausesAlliance.objects.filter(approuvee_le__isnull=False)
    siennes = Initiative.objects.order_by().values("alliance").distinct()
    assert {c.alliance_id for c in approuvees} == {i["alliance"] for i in siennes}
    assert all("signature" in c.alliance.roles_de(c.approuvee_par) for c in approuvees)


def test_un_protocole_refuse_se_transmet_de_nouveau_et_garde_l_histoire(demonstration):
    refus = SignatureProtocole.objects.get(sens="refuse")
    assert (refus.tour, refus.protocole.tour, refus.protocole.etat) == (1, 2, "transmis")
    assert refus.protocole.signatures.filter(tour=1, sens="signe", cote="alliance").exists()


def test_un_versement_est_partiel_un_autre_contrepasse_puis_refait(demonstration):
    partiel = du_titre("Cuisiner son quartier").tranches.get(etat="liberee")
    assert 0 < partiel.verse() < partiel.montant
    defait = Paiement.objects.exclude(pk__in=Paiement.objects.en_vigueur()).get()
    assert defait.contrepassee_par.par != defait.par
    assert defait.tranche.etat == "versee"


def test_un_versement_se_bloque_quand_l_organisme_n_est_plus_celui_qui_a_signe(demonstration):
    changes = [p for p in Protocole.objects.filter(etat="signe") if p.beneficiaire_a_change()]
    assert [str(p.initiative) for p in changes] == ["Espace citoyen, nos mots d’abord"]
    dus = dus_de(compte("finances"), changes[0].convention)
    assert dus.filter(groupe=Groupe.BLOQUE).get().protocole == changes[0]
    assert dus.filter(groupe=Groupe.DU).exists()


def test_la_retenue_se_verse_apres_le_rapport_final_accepte_par_une_autre_personne(demonstration):
    for protocole in Protocole.objects.filter(etat="clos"):
        retenue, rapport = protocole.tranches.get(retenue=True), protocole.rapports.get()
        assert retenue.etat == "versee"
        assert rapport.inscrit_par != rapport.accepte_par
        assert rapport.accepte_le <= retenue.paiements.get().ecriture.inscrite_le
    attendent = RapportRecu.objects.filter(accepte_le=None)
    assert attendent.count() == 2
    assert "Accepter un rapport reçu" in gestes("signature")


def test_des_abandonnees_l_une_doit_encore_et_les_autres_ont_tout_rendu(demonstration):
    resilies = LigneDeReleve.objects.filter(protocole__etat="resilie", a_recuperer__gt=0)
    restes = {str(ligne.protocole.initiative): ligne.reste() for ligne in resilies}
    assert len(restes) == 3
    assert [titre for titre, reste in restes.items() if reste] == ["Passerelle vers les services"]
    clos = LigneDeReleve.objects.filter(protocole__etat="clos", a_recuperer__gt=0)
    assert [ligne.reste() for ligne in clos] == [0, 0]
    assert Remboursement.objects.count() == resilies.count() + clos.count()


def test_ce_qui_se_signe_et_se_verse_suit_son_calendrier(demonstration):
    signes = Protocole.objects.filter(signe_le__isnull=False)
    assert not signes.filter(signe_le__lt=F("transmis_le__date")).exists()
    assert not Paiement.objects.filter(faite_le__lt=F("tranche__protocole__signe_le")).exists()


def test_porteur_a_recu_un_versement_et_en_attend_un_autre(demonstration):
    protocole = du_titre("Cuisines de rang")
    assert Paiement.objects.visibles_par(compte("porteur")).get().tranche.protocole == protocole
    assert set(protocole.tranches.values_list("etat", flat=True)) == {"versee", "liberee", "prevue"}
    assert protocole.changements.en_attente().exists()


def test_chacun_trouve_son_geste_au_protocole(demonstration):
    assert gestes("coordination") >= {"Préparer le protocole", "Transmettre le protocole"}
    assert gestes("signature") >= {"Signer ou refuser le protocole", "Clore un protocole fini"}
    assert gestes("engagement") == {"Signer ou refuser le protocole"}
    for adresse in ("finances", "finances.matapedia"):
        assert "Verser à un organisme" in gestes(adresse), adresse
    assert "Répondre à un changement demandé" in gestes("territoire")


def test_l_organisme_et_la_table_s_ecrivent(demonstration):
    assert set(NoteDeSuivi.objects.values_list("cote", flat=True)) == {"alliance", "organisme"}
    assert NoteDeSuivi.objects.filter(atteint_le__isnull=False).exists()
    assert set(ChangementDemande.objects.values_list("issue", flat=True)) == {"", "accorde", "refuse"}


def test_un_classeur_a_apporte_dix_initiatives_d_avant(demonstration):
    assert ImportDInitiatives.objects.get().nombre == InitiativeReprise.objects.count() == 10
    assert not InitiativeReprise.objects.exclude(resume__contains="inventée").exists()
    assert InitiativeReprise.objects.filter(
        organisme__mandats__utilisateur__courriel="porteur@alliances.example"
    ).exists()
