"""Suspendre, annuler un versement, clore, résilier : un relevé au cent, puis ce qui est dû revient."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.db import DatabaseError, transaction

from conventions.models import Convention, DemandeAnnulation, Ecriture, Solde
from conventions.models.sorties import SaisieRefusee
from projets.models import Initiative
from projets.protocoles.models import (
    AvisTransmis,
    LigneDeReleve,
    Protocole,
    RapportRecu,
    Remboursement,
    Tranche,
)
from socle.erreurs import EcritureImmuable, PlafondDepasse, TransitionInterdite, VersionPerimee
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.contraintes import refuse_par
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.conftest import PARTS
from tests.projets.protocoles.verite import argent_des_protocoles_vrai

pytestmark = pytest.mark.django_db


@pytest.fixture
def paye(signe, lectrice):
    """Les deux versements de la signature sont faits : 8 400,00 $ et 4 200,01 $."""
    for tranche in signe.tranches.filter(condition="signature"):
        f.payer(tranche, lectrice)
    return f.relire(signe)


@pytest.fixture
def premiere(paye):
    return paye.affectations().get(enveloppe__territoire__isnull=False)


def etat_de(protocole):
    relu = f.relire(protocole)
    return relu.etat, relu.initiative.etat, [t.etat for t in relu.tranches.all()]


# --- Suspendre --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "manque, phrase",
    [
        ({"resolution": " "}, "joignez l’avis"),
        ({"resolution_le": None}, "joignez l’avis"),
        ({"avis": None}, "joignez l’avis"),
        ({"resolution_le": date(2099, 1, 1)}, "à venir"),
        ({"resolution_le": date(2020, 1, 1)}, "le suit"),
    ],
)
def test_sans_resolution_ni_avis_rien_ne_se_resilie_ni_ne_s_annule(manque, phrase, signe, signataire):
    appui = {"par": signataire, "motif": "x"} | f.appui() | manque
    with pytest.raises(TransitionInterdite, match=phrase):
        signe.resilier(demandee="table", **appui)
    with pytest.raises(TransitionInterdite, match=phrase):
        signe.tranches.get(rang=1).annuler(**appui)
    assert f.relire(signe).etat == "signe"
    assert not AvisTransmis.objects.exists()
    argent_des_protocoles_vrai(signe.convention)


def test_suspendue_l_initiative_ne_recoit_rien_et_reprend_du_meme_point(signe, agente, lectrice):
    tranche = signe.tranches.get(rang=1)
    signe.suspendre(par=agente, motif="La salle est inondée.")
    assert etat_de(signe) == ("signe", "suspendue", ["suspendue"] * 4)
    with pytest.raises(SaisieRefusee, match="suspendu"):
        f.payer(tranche, lectrice)
    with pytest.raises(TransitionInterdite, match="déjà suspendue"):
        signe.suspendre(par=agente, motif="Encore.")
    signe.lever_la_suspension(par=agente, motif="La salle est sèche.")
    assert etat_de(signe) == ("signe", "en_cours", ["liberee", "liberee", "prevue", "prevue"])
    f.payer(tranche, lectrice)
    argent_des_protocoles_vrai(signe.convention)


def test_un_versement_contrepasse_pendant_la_suspension_reste_suspendu(paye, agente):
    paye.suspendre(par=agente, motif="La salle est inondée.")
    autre = fabriques.personne("finances", paye.initiative.alliance)
    paiement = paye.tranches.get(rang=1).paiements.lues().get()
    paiement.contrepasser(par=autre, motif="Deux fois.")
    assert etat_de(paye)[2] == ["suspendue", "versee", "suspendue", "suspendue"]
    paye.lever_la_suspension(par=agente, motif="Reprise.")
    assert etat_de(paye)[2] == ["liberee", "versee", "prevue", "prevue"]


# --- Annuler un versement, clore --------------------------------------------------------------------------


def test_on_ne_clot_pas_tant_qu_il_reste_a_verser(paye, signataire):
    with pytest.raises(TransitionInterdite, match="à verser ou à annuler"):
        paye.clore(par=signataire)


def test_clore_apres_avoir_annule_le_reste_rend_l_engage(paye, signataire, enveloppes):
    clos = f.pret_a_clore(paye, signataire).clore(par=signataire)
    assert etat_de(clos) == ("clos", "terminee", ["versee", "versee", "annulee", "annulee"])
    lignes = LigneDeReleve.objects.values_list("decide", "garde", "a_recuperer", "libere")
    assert sorted(lignes) == [
        (D("6000.01"), D("4200.01"), 0, D("1800.00")),
        (D("12000.00"), D("8400.00"), 0, D("3600.00")),
    ]
    assert not any(Solde.objects.get(pk=enveloppes[nom].pk).engage for nom in PARTS)
    argent_des_protocoles_vrai(clos.convention)


def test_clos_rien_ne_se_verse_ni_ne_se_resilie(paye, signataire, lectrice):
    f.pret_a_clore(paye, signataire).clore(par=signataire)
    paye = f.relire(paye)
    with pytest.raises(SaisieRefusee, match="clos"):
        f.payer(paye.tranches.get(rang=3), lectrice)
    with pytest.raises(TransitionInterdite, match="en vigueur"):
        paye.resilier(par=signataire, motif="x", demandee="table", **f.appui())


# --- Résilier ---------------------------------------------------------------------------------------------


def test_resilie_l_engage_est_libere_et_le_releve_rend_compte_de_tout(paye, premiere, signataire):
    resilie = paye.resilier(
        par=signataire,
        motif="L’organisme cesse ses activités.",
        demandee="organisme",
        **f.appui(),
        a_recuperer={premiere.pk: D("2000.50")},
    )
    assert etat_de(resilie) == ("resilie", "abandonnee", ["versee", "versee", "annulee", "annulee"])
    ligne = LigneDeReleve.objects.get(affectation=premiere)
    assert (ligne.decide, ligne.garde, ligne.a_recuperer, ligne.libere) == (
        *(D("12000.00"), D("6399.50")),
        *(D("2000.50"), D("3600.00")),
    )
    argent_des_protocoles_vrai(paye.convention)


def test_un_protocole_suspendu_se_resilie(paye, signataire, agente):
    paye.suspendre(par=agente, motif="La salle est inondée.")
    resilie = paye.resilier(par=signataire, motif="Elle ne rouvrira pas.", demandee="table", **f.appui())
    assert (resilie.etat, resilie.suspendu_le) == ("resilie", None)
    argent_des_protocoles_vrai(paye.convention)


@pytest.mark.parametrize("du", [D("8400.01"), D("-0.01")])
def test_on_ne_recupere_jamais_plus_que_verse(paye, premiere, signataire, du):
    with pytest.raises(TransitionInterdite, match="on ne peut pas récupérer"):
        paye.resilier(par=signataire, motif="x", demandee="table", **f.appui(), a_recuperer={premiere.pk: du})
    assert f.relire(paye).etat == "signe"


def test_un_versement_passe_depuis_la_page_arrete_la_resiliation(signe, lectrice, signataire):
    vu = signe.empreinte_du_releve()
    f.payer(signe.tranches.get(rang=1), lectrice)
    with pytest.raises(VersionPerimee, match="relisez"):
        signe.resilier(par=signataire, motif="x", demandee="table", **f.appui(), vu=vu)


def test_un_releve_faux_est_refuse_par_la_base(signe):
    affectation = signe.affectations()[0]
    with refuse_par("releve_rend_compte_de_tout", "protocoles"):
        LigneDeReleve.objects.create(
            protocole=signe, affectation=affectation, decide=10, garde=5, a_recuperer=3, libere=1
        )


# --- Ce qui revient ---------------------------------------------------------------------------------------


@pytest.fixture
def due(paye, premiere, signataire):
    """Résilié; l'organisme doit 2 000,00 $."""
    paye.resilier(
        par=signataire, motif="x", demandee="table", **f.appui(), a_recuperer={premiere.pk: D("2000")}
    )
    return LigneDeReleve.objects.select_related("protocole__initiative").get(a_recuperer__gt=0)


def rendre(due, par, montant, reference="R-1"):
    saisie = {"montant": D(montant), "faite_le": aujourd_hui(), "reference": reference}
    return Remboursement.inscrire(par=par, ligne=due, **saisie)


def test_ce_qui_revient_retourne_a_l_enveloppe(due, lectrice):
    enveloppe = due.affectation.enveloppe
    avant = Solde.objects.get(pk=enveloppe.pk)
    rendre(due, lectrice, "1500")
    apres = Solde.objects.get(pk=enveloppe.pk)
    assert (apres.verse, apres.disponible) == (avant.verse - 1500, avant.disponible + 1500)
    assert due.reste() == 500
    argent_des_protocoles_vrai(enveloppe.convention)


def test_jamais_plus_que_ce_qui_est_du(due, lectrice):
    rendre(due, lectrice, "1500")
    with pytest.raises(SaisieRefusee, match="ne doit plus que 500,00"):
        rendre(due, lectrice, "500.01", reference="R-2")
    rendre(due, lectrice, "500", reference="R-2")
    with pytest.raises(SaisieRefusee):
        rendre(due, lectrice, "0.01", reference="R-3")
    with pytest.raises(EcritureImmuable):
        Remboursement.objects.update(montant=1)


def test_un_remboursement_se_contrepasse_par_une_autre_personne(due, lectrice):
    rendu = rendre(due, lectrice, "1500")
    with pytest.raises(TransitionInterdite, match="une autre personne"):
        rendu.contrepasser(par=lectrice, motif="Erreur.")
    autre = fabriques.personne("finances", due.protocole.initiative.alliance)
    rendu.contrepasser(par=autre, motif="Chèque sans provision.")
    assert due.reste() == 2000
    argent_des_protocoles_vrai(due.affectation.enveloppe.convention)


def test_un_remboursement_se_contrepasse_encore_d_une_convention_resiliee(due, lectrice):
    convention = due.affectation.enveloppe.convention
    resilier_la_convention(convention)
    rendu = rendre(due, lectrice, "1500")
    autre = fabriques.personne("finances", due.protocole.initiative.alliance)
    Remboursement.objects.lues().get(pk=rendu.pk).contrepasser(par=autre, motif="Chèque sans provision.")
    assert due.reste() == 2000
    argent_des_protocoles_vrai(convention)


def test_un_remboursement_deja_reparti_ne_se_contrepasse_plus(due, lectrice):
    rendu = rendre(due, lectrice, "1500")
    p.vider(due.affectation.enveloppe)
    autre = fabriques.personne("finances", due.protocole.initiative.alliance)
    with pytest.raises(PlafondDepasse):
        rendu.contrepasser(par=autre, motif="Chèque sans provision.")


def test_le_ministere_ne_defait_pas_un_remboursement_de_porteur(due, lectrice):
    rendu = rendre(due, lectrice, "1500")
    assert "ne se contrepasse pas ici" in Ecriture.empechements_a_annuler(rendu.ecriture.mouvement)[0]
    assert not DemandeAnnulation.objects.exists()


# --- La convention est résiliée ---------------------------------------------------------------------------


def resilier_la_convention(convention, garder=()):
    """`garder` : les enveloppes dont les promesses tiennent."""
    return convention.resilier(
        par=fabriques.personne("mess"),
        fermee_le=aujourd_hui(),
        motif="La Table est dissoute.",
        reglement="Tout est rendu.",
        promesses={p.cle: p.enveloppe in garder for p in convention.promesses()},
    )


def test_la_convention_resiliee_ne_verse_plus_et_la_table_dit_ensuite_ce_qui_est_du(
    paye, premiere, agente, signataire, lectrice
):
    paye.suspendre(par=agente, motif="La salle est inondée.")
    resilier_la_convention(paye.convention)
    assert etat_de(paye) == ("signe", "en_cours", ["versee", "versee", "annulee", "annulee"])
    argent_des_protocoles_vrai(paye.convention)
    ecrites = Ecriture.objects.count()
    du = {premiere.pk: D("2000")}
    f.relire(paye).resilier(par=signataire, motif="x", demandee="table", **f.appui(), a_recuperer=du)
    assert Ecriture.objects.count() == ecrites
    rendre(LigneDeReleve.objects.get(affectation=premiere), lectrice, "2000")
    argent_des_protocoles_vrai(paye.convention)


def test_gardee_a_la_resiliation_une_promesse_se_paie_encore_et_rien_de_plus(
    paye, agente, lectrice, signataire
):
    """Une enveloppe gardée, l'autre terminée : la seconde ne prend rien à l'engagé d'une autre initiative."""
    gardee, terminee = paye.tranches.filter(etat="prevue").select_related(
        "affectation__enveloppe__territoire"
    )
    enveloppe = terminee.affectation.enveloppe
    with transaction.atomic():
        Ecriture.passer(
            paye.convention,
            [(enveloppe, "engage", D("9000"))],
            nature="engagement",
            par=signataire,
            objet="Une autre",
            reference="INI-AUTRE",
        )
    ailleurs = [q.enveloppe for q in paye.convention.promesses() if q.reference == "INI-AUTRE"]
    convention = paye.convention
    convention.resilier(
        par=fabriques.personne("mess"),
        fermee_le=aujourd_hui(),
        motif="La Table est dissoute.",
        reglement="Tout est rendu.",
        promesses={
            q.cle: q.reference == "INI-AUTRE" or q.enveloppe == gardee.affectation.enveloppe
            for q in convention.promesses()
        },
    )
    assert etat_de(paye)[:2] == ("signe", "en_cours")
    f.rapport_accepte(f.relire(paye), agente, signataire)
    libres = [Tranche.objects.get(pk=t.pk) for t in (gardee, terminee)]
    f.payer(libres[0], lectrice)
    with pytest.raises(SaisieRefusee, match="Il ne reste que 0,00"):
        f.payer(libres[1], lectrice)
    libres[1].annuler(par=signataire, **f.appui(), motif="La convention est résiliée.")
    assert Solde.objects.get(pk=ailleurs[0].pk).engage == D("9000")
    f.relire(paye).clore(par=signataire, motif="Le rapport ne dit pas encore tout.")
    argent_des_protocoles_vrai(convention)


def test_un_remboursement_se_recoit_d_une_convention_resiliee(due, lectrice):
    convention = due.affectation.enveloppe.convention
    resilier_la_convention(convention)
    rendre(due, lectrice, "2000")
    assert Convention.objects.get(pk=convention.pk).etat == "resiliee"
    argent_des_protocoles_vrai(convention)


def test_les_etats_restent_ensemble_dans_la_base(signe):
    for champs, nom in (
        ({"etat": "clos"}, "protocole_cloture_complete"),
        ({"signe_par": None}, "protocole_signature_complete"),
        ({"transmis_par": None}, "protocole_transmission_complete"),
        ({"suspendu_le": signe.prepare_le}, "protocole_suspension_complete"),
        ({"resiliation_demandee": "table"}, "protocole_resiliation_complete"),
        ({"abandonne_le": signe.prepare_le}, "protocole_abandon_complet"),
        ({"fin_motif": "x"}, "protocole_fin_motivee"),
        ({"fin": signe.debut.replace(year=2020)}, "protocole_dates_en_ordre"),
    ):
        with refuse_par(nom, "protocoles"):
            Protocole.objects.filter(pk=signe.pk).update(**champs)
    with pytest.raises(DatabaseError), transaction.atomic():
        Tranche.objects.filter(protocole=signe, rang=1).update(etat="suspendue")
    assert Initiative.objects.get(pk=signe.initiative_id).etat == "en_cours"


# --- Clore : la fin passée, le rapport final accepté --------------------------------------------------------


def sans_rien_a_verser(protocole, par):
    for tranche in f.relire(protocole).tranches.en_chemin():
        tranche.annuler(par=par, **f.appui(), motif="Le coût réel est moindre.")
    return f.relire(protocole)


def test_on_ne_clot_pas_avant_la_fin_convenue(paye, signataire):
    with pytest.raises(TransitionInterdite, match="va jusqu’au 31.décembre.2026"):
        sans_rien_a_verser(paye, signataire).clore(par=signataire)


def test_on_ne_clot_pas_sans_le_rapport_final_accepte(paye, agente, signataire):
    protocole = f.a_terme(sans_rien_a_verser(paye, signataire))
    with pytest.raises(TransitionInterdite, match="n’est pas reçu"):
        protocole.clore(par=signataire)
    recu = {"attendu_le": protocole.rapport_final_le, "quoi": "Rapport final", "recu_le": aujourd_hui()}
    rapport = RapportRecu.inscrire(protocole, par=agente, depense=D("12600.01"), **recu)
    with pytest.raises(TransitionInterdite, match="pas encore accepté"):
        f.relire(paye).clore(par=signataire)
    rapport.accepter(par=signataire)
    assert f.relire(paye).clore(par=signataire).fin_motif == ""


def test_un_rapport_final_ne_se_recoit_pas_avant_la_fin(signe, agente):
    recu = {"attendu_le": signe.rapport_final_le, "quoi": "Rapport final", "recu_le": aujourd_hui()}
    with pytest.raises(TransitionInterdite, match="se reçoit à partir de ce jour"):
        RapportRecu.inscrire(signe, par=agente, depense=D("1"), **recu)
    assert RapportRecu.attendus(signe) == {}
    assert "se reçoit à partir de ce jour" in RapportRecu.empechements_a_inscrire(signe)[0]


def test_l_avenant_qui_avance_la_fin_laisse_recevoir_le_rapport(signe, agente, signataire, equipe):
    jour = aujourd_hui().isoformat()
    avenant = f.avenant_transmis(signe, agente, valeurs={"date/fin": jour})
    f.avenant_signe(avenant, signataire, equipe[1])
    recu = {"attendu_le": signe.rapport_final_le, "quoi": "Rapport final", "recu_le": aujourd_hui()}
    assert RapportRecu.inscrire(f.relire(signe), par=agente, depense=D("1"), **recu).est_final


@pytest.mark.parametrize("du, motive", [("599.99", True), ("600.00", False)])
def test_garder_plus_que_depense_se_motive(paye, premiere, agente, signataire, du, motive):
    """Versé 12 600,01 $, dépensé 12 000,01 $ : sous 600,00 $ à récupérer, l'organisme garde plus que dépensé."""
    protocole = sans_rien_a_verser(paye, signataire)
    f.rapport_accepte(protocole, agente, signataire, depense="12000.01")
    protocole, a_recuperer = f.relire(paye), {premiere.pk: D(du)}
    if motive:
        with pytest.raises(TransitionInterdite, match="0,01\xa0\\$ versés, ni dépensés ni à récupérer"):
            protocole.clore(par=signataire, a_recuperer=a_recuperer, motif=" ")
    motif = "Les intérêts du compte." if motive else ""
    clos = protocole.clore(par=signataire, a_recuperer=a_recuperer, motif=motif)
    assert (clos.etat, f.relire(paye).fin_motif) == ("clos", motif)
    argent_des_protocoles_vrai(paye.convention)
