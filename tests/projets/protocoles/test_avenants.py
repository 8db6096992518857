"""L'avenant d'un protocole : d'où il part, ce qu'il change, ce qui l'arrête, et ce que l'argent en garde."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from projets.protocoles.models import AvenantProtocole, RapportRecu, Tranche
from projets.protocoles.models.comptes import compte_de
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.valeurs.horloge import aujourd_hui
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.verite import argent_des_protocoles_vrai

pytestmark = pytest.mark.django_db
MOTIF = {"motif": "La salle n’est plus libre."}
PLUS_TARD = {"date/fin": "2027-01-15", "date/rapport_final_le": "2027-01-31"}
TEXTE = {"date/fin": "2027-01-15"}


def baissees(protocole, de=D("1000.00")):
    """Les versements à venir, le premier retenu baissé d'autant."""
    prevues = f.avenant_sans_suite(protocole)
    rang = next(n for n, p in enumerate(prevues) if p.retenue)
    prevues[rang] = replace(prevues[rang], montant=prevues[rang].montant - de)
    return prevues


def refus_de(geste, *args, **options):
    with pytest.raises(TransitionInterdite) as refus:
        geste(*args, **options)
    return str(refus.value)


# --- Ouvrir -----------------------------------------------------------------------------------------------


def test_un_avenant_part_de_ce_qui_vaut_aujourd_hui(signe, agente):
    base = f.avenant(signe, agente).base
    assert (base["date/fin"], base["date/rapport_final_le"]) == ("2026-12-31", "2027-01-31")
    assert len([cle for cle in base if cle.startswith("tranche/")]) == signe.tranches.count()
    objectif, depense = signe.initiative.objectifs.first(), signe.initiative.depenses.first()
    assert base[f"objectif/{objectif.pk}/objectif"] == objectif.objectif
    assert base[f"depense/{depense.pk}/montant"] == str(depense.montant)


def test_un_seul_avenant_est_en_route(signe, agente):
    f.avenant(signe, agente)
    assert "déjà en route" in refus_de(f.avenant, signe, agente)
    with pytest.raises(IntegrityError), transaction.atomic():
        AvenantProtocole.objects.create(
            protocole=signe, rang=2, motif="x", base={}, cree_le=signe.prepare_le, cree_par=agente
        )


def test_seul_un_protocole_en_vigueur_a_un_avenant(transmis, agente):
    assert "en vigueur" in refus_de(f.avenant, transmis, agente)


@pytest.mark.parametrize("fin", ["clore", "resilier"])
def test_fini_un_protocole_n_a_plus_d_avenant(fin, signe, agente, signataire):
    signe = f.pret_a_clore(signe, signataire)
    plus = MOTIF | {"demandee": "table"} | f.appui() if fin == "resilier" else {}
    getattr(f.relire(signe), fin)(par=signataire, **plus)
    assert "en vigueur" in refus_de(f.avenant, f.relire(signe), agente)


# --- Écrire -----------------------------------------------------------------------------------------------


def test_le_meme_terme_ne_change_rien_et_une_revision_perimee_se_refuse(signe, agente):
    ouvert = f.avenant(signe, agente)
    ecrit = ouvert.modifier(par=agente, revision=1, valeurs={"date/fin": "2026-12-31"})
    assert ecrit.propositions == {}
    with pytest.raises(VersionPerimee):
        ouvert.modifier(par=agente, revision=1, valeurs=TEXTE)


def test_un_terme_inconnu_se_refuse(signe, agente):
    assert "n’est pas de ce protocole" in refus_de(
        f.avenant, signe, agente, valeurs={"date/debut": "2026-10-01"}
    )


def test_les_changements_se_lisent_avant_et_apres(signe, agente):
    objectif = signe.initiative.objectifs.first()
    ecrit = f.avenant(signe, agente, valeurs=TEXTE | {f"objectif/{objectif.pk}/objectif": "Autre chose."})
    dits = [(c.nom, c.avant, c.apres) for c in ecrit.changements()]
    assert dits == [
        ("Fin du protocole", "31\xa0décembre 2026", "15\xa0janvier 2027"),
        ("Objectif 1", objectif.objectif, "Autre chose."),
    ]


def test_un_versement_inchange_garde_son_rang(signe, agente):
    ecrit = f.avenant(signe, agente, tranches=baissees(signe))
    rangs = {cle: valeur is None for cle, valeur in ecrit.propositions.items()}
    retenue = signe.tranches.filter(retenue=True).first()
    assert rangs == {f"tranche/{retenue.rang}": True, f"tranche/{signe.tranches.count() + 1}": False}


# --- Transmettre ------------------------------------------------------------------------------------------


def test_un_avenant_vide_ne_se_transmet_pas(signe, agente):
    assert "ne change rien" in refus_de(f.avenant(signe, agente).transmettre, par=agente)


@pytest.mark.parametrize(
    "valeurs, phrase",
    [
        ({"date/fin": "2026-08-31"}, "suit son début"),
        ({"date/rapport_final_le": "2026-12-01"}, "Le rapport final suit"),
        ({"date/fin": "2099-01-01", "date/rapport_final_le": "2099-01-01"}, "finit le"),
        ({"date/rapport_final_le": "2027-02-15"}, "au plus tôt à la date du rapport final"),
    ],
)
def test_les_bornes_du_protocole_valent_pour_l_avenant(valeurs, phrase, signe, agente):
    assert phrase in refus_de(f.avenant(signe, agente, valeurs=valeurs).transmettre, par=agente)


def test_une_hausse_n_est_pas_un_avenant(signe, agente):
    ecrit = f.avenant(signe, agente, tranches=baissees(signe, de=D("-0.01")))
    assert "demande une décision" in refus_de(ecrit.transmettre, par=agente)


def test_une_somme_ne_passe_pas_d_une_enveloppe_a_l_autre(signe, agente):
    prevues = f.avenant_sans_suite(signe)
    autre = next(p.part for p in prevues if p.part != prevues[0].part)
    ecrit = f.avenant(signe, agente, tranches=[replace(prevues[0], part=autre), *prevues[1:]])
    assert "demande une décision" in refus_de(ecrit.transmettre, par=agente)


def test_un_rapport_recu_s_accepte_avant_que_change_ce_qu_il_libere(signe, agente):
    recu = {"quoi": "Rapport final", "recu_le": aujourd_hui(), "depense": 100}
    signe = f.a_terme(signe)
    RapportRecu.inscrire(signe, par=agente, attendu_le=signe.rapport_final_le, **recu)
    prevues = [
        replace(p, prevue_le=date(2027, 2, 15)) if p.retenue else p for p in f.avenant_sans_suite(signe)
    ]
    assert "acceptez-le avant" in refus_de(f.avenant(signe, agente, tranches=prevues).transmettre, par=agente)


# --- Une base qui a bougé ---------------------------------------------------------------------------------


def payer(signe, caisse, table):
    f.payer(signe.tranches.get(rang=1), caisse)


def entamer(signe, caisse, table):
    f.payer(signe.tranches.get(rang=1), caisse, montant=D("100"))


def annuler(signe, caisse, table):
    signe.tranches.get(rang=1).annuler(par=table, **f.appui(), **MOTIF)


BOUGE = [payer, entamer, annuler]


@pytest.mark.parametrize("bouger", BOUGE)
def test_un_avenant_dont_la_base_a_bouge_ne_se_transmet_ni_ne_s_ecrit(
    bouger, signe, agente, lectrice, signataire
):
    ecrit = f.avenant(signe, agente, valeurs=TEXTE)
    bouger(signe, lectrice, signataire)
    ecrit = f.relire_avenant(ecrit)
    assert "Versement 1" in refus_de(ecrit.transmettre, par=agente)
    assert "Reprenez" in refus_de(ecrit.modifier, par=agente, revision=ecrit.revision, valeurs=PLUS_TARD)


@pytest.mark.parametrize("bouger", BOUGE)
def test_transmis_il_ne_se_signe_plus_se_reprend_et_se_signe_de_nouveau(
    bouger, signe, agente, lectrice, signataire, equipe
):
    transmis = f.avenant_transmis(signe, agente, valeurs=TEXTE)
    f.signer(transmis, "alliance", signataire)
    bouger(f.relire(signe), lectrice, signataire)
    transmis = f.relire_avenant(transmis)
    assert "Versement 1" in refus_de(f.signer, transmis, "organisme", equipe[1])
    assert f.relire(signe).fin == signe.fin
    repris = transmis.reprendre(par=agente)
    assert (repris.etat, repris.propositions, repris.contenu) == ("preparation", TEXTE, None)
    f.relire_avenant(repris).transmettre(par=agente)
    assert f.avenant_signe(f.relire_avenant(repris), signataire, equipe[1]).etat == "signe"
    assert f.relire(signe).fin == date(2027, 1, 15)


def test_repris_ce_dont_le_terme_a_bouge_tombe_et_le_reste_demeure(signe, agente, signataire):
    retenue = signe.tranches.filter(retenue=True).first()
    ecrit = f.avenant(signe, agente, valeurs=TEXTE, tranches=baissees(signe))
    retenue.annuler(par=signataire, **f.appui(), **MOTIF)
    repris = f.relire_avenant(ecrit).reprendre(par=agente)
    assert f"tranche/{retenue.rang}" not in repris.propositions
    assert repris.propositions["date/fin"] == TEXTE["date/fin"]
    assert "demande une décision" in refus_de(f.relire_avenant(repris).transmettre, par=agente)


def test_rien_n_a_bouge_rien_a_reprendre(signe, agente):
    assert "rien à reprendre" in refus_de(f.avenant(signe, agente, valeurs=TEXTE).reprendre, par=agente)


# --- Signer, refuser, abandonner --------------------------------------------------------------------------


def test_la_derniere_signature_change_les_dates_et_rien_d_autre(signe, agente, signataire, equipe):
    transmis = f.avenant_transmis(signe, agente, valeurs=TEXTE)
    f.signer(transmis, "organisme", equipe[1])
    assert f.relire(signe).fin == date(2026, 12, 31)
    f.signer(f.relire_avenant(transmis), "alliance", signataire)
    relu = f.relire(signe)
    assert (relu.fin, relu.rapport_final_le) == (date(2027, 1, 15), date(2027, 1, 31))
    assert list(relu.tranches.values_list("rang", "etat")) == list(signe.tranches.values_list("rang", "etat"))
    argent_des_protocoles_vrai(signe.convention)


def test_une_baisse_libere_la_difference_a_la_derniere_signature(signe, agente, signataire, equipe):
    avant = sum(signe.engages().values())
    transmis = f.avenant_transmis(signe, agente, tranches=baissees(signe))
    f.signer(transmis, "alliance", signataire)
    assert sum(signe.engages().values()) == avant
    f.signer(f.relire_avenant(transmis), "organisme", equipe[1])
    assert sum(signe.engages().values()) == avant - 1000
    annulee, neuve = signe.tranches.get(etat="annulee"), signe.tranches.last()
    assert (annulee.montant - neuve.montant, neuve.etat, neuve.avenant_id) == (1000, "prevue", transmis.pk)
    argent_des_protocoles_vrai(signe.convention)


def test_le_releve_de_l_organisme_ne_compte_pas_deux_fois_ce_qui_est_remplace(
    signe, agente, signataire, equipe
):
    f.avenant_signe(f.avenant_transmis(signe, agente, tranches=baissees(signe)), signataire, equipe[1])
    compte = compte_de(f.relire(signe))
    assert (compte.accorde, compte.prevu, compte.libere) == (D("18000.01"), D("17000.01"), D("1000.00"))


def test_un_versement_neuf_a_la_signature_se_libere_aussitot(signe, agente, signataire, equipe):
    prevues = [
        replace(p, condition="signature", retenue=False, prevue_le=date(2026, 12, 1)) if p.retenue else p
        for p in f.avenant_sans_suite(signe)
    ]
    f.avenant_signe(f.avenant_transmis(signe, agente, tranches=prevues), signataire, equipe[1])
    assert set(signe.tranches.exclude(etat="annulee").values_list("etat", flat=True)) == {"liberee"}


def test_une_tranche_entamee_ne_change_pas(signe, agente, signataire, equipe, lectrice):
    entamer(signe, lectrice, signataire)
    signe = f.relire(signe)
    ecrit = f.avenant(signe, agente, tranches=[])
    assert "tranche/1" not in ecrit.propositions
    f.avenant_signe(f.relire_avenant(ecrit.transmettre(par=agente)), signataire, equipe[1])
    assert list(signe.tranches.exclude(etat="annulee").values_list("rang", flat=True)) == [1]
    argent_des_protocoles_vrai(signe.convention)


def test_suspendu_un_avenant_se_signe_et_ses_versements_attendent(signe, agente, signataire, equipe):
    signe.suspendre(par=signataire, **MOTIF)
    transmis = f.avenant_transmis(f.relire(signe), agente, valeurs=TEXTE, tranches=baissees(f.relire(signe)))
    f.avenant_signe(transmis, signataire, equipe[1])
    assert signe.tranches.last().etat == "suspendue"
    f.relire(signe).lever_la_suspension(par=signataire, **MOTIF)
    assert signe.tranches.last().etat == "prevue"


def test_un_texte_change_vaut_pour_l_avenant_suivant_et_la_demande_reste(signe, agente, signataire, equipe):
    objectif = signe.initiative.objectifs.first()
    cle = f"objectif/{objectif.pk}/objectif"
    f.avenant_signe(f.avenant_transmis(signe, agente, valeurs={cle: "Autre chose."}), signataire, equipe[1])
    assert f.avenant(f.relire(signe), agente).base[cle] == "Autre chose."
    assert signe.initiative.objectifs.first().objectif == objectif.objectif


def test_un_refus_est_motive_et_laisse_le_protocole_tel_quel(signe, agente, signataire, equipe):
    transmis = f.avenant_transmis(signe, agente, valeurs=TEXTE)
    assert "Écrivez pourquoi" in refus_de(transmis.refuser, "organisme", par=equipe[1], motif=" ")
    f.signer(transmis, "alliance", signataire)
    refuse = f.relire_avenant(transmis).refuser("organisme", par=equipe[1], **MOTIF)
    assert (refuse.etat, refuse.fin_motif, f.relire(signe).fin) == ("refuse", MOTIF["motif"], signe.fin)
    assert f.avenant(f.relire(signe), agente).rang == 2


def test_la_meme_personne_ne_repond_pas_des_deux_cotes(signe, agente, signataire):
    transmis = f.avenant_transmis(signe, agente, valeurs=TEXTE)
    f.signer(transmis, "alliance", signataire)
    assert "l’autre partie" in refus_de(f.signer, f.relire_avenant(transmis), "organisme", signataire)


def test_le_nom_de_l_organisme_a_change_rien_ne_se_signe(signe, agente, equipe):
    transmis = f.avenant_transmis(signe, agente, valeurs=TEXTE)
    organisme = signe.initiative.organisme
    type(organisme).objects.filter(pk=organisme.pk).update(numero_fournisseur="4021")
    assert "sous un autre nom" in refus_de(f.signer, f.relire_avenant(transmis), "organisme", equipe[1])


def test_la_resiliation_abandonne_l_avenant_en_route(signe, agente, signataire):
    transmis = f.avenant_transmis(signe, agente, valeurs=TEXTE)
    f.relire(signe).resilier(par=signataire, demandee="table", **f.appui(), **MOTIF)
    arrete = f.relire_avenant(transmis)
    assert (arrete.etat, arrete.fini_par, arrete.fin_motif) == (
        "abandonne",
        signataire,
        "Le protocole est résilié.",
    )
    assert "ne s’abandonne plus" in refus_de(arrete.abandonner, par=agente, **MOTIF)


# --- Ce que la base refuse --------------------------------------------------------------------------------


def ajouter(avenant, protocole):
    modele = protocole.tranches.last()
    modele.pk, modele.rang, modele.avenant = None, 99, avenant
    modele.save(force_insert=True)


def test_la_base_n_ouvre_l_echeancier_qu_a_l_avenant_qui_entre_en_vigueur(signe, agente, signataire, equipe):
    transmis = f.avenant_transmis(signe, agente, valeurs=TEXTE)
    f.signer(transmis, "alliance", signataire)
    for avenant in (None, transmis):
        with pytest.raises(DatabaseError, match="ne change plus"), transaction.atomic():
            ajouter(avenant, signe)
    f.signer(f.relire_avenant(transmis), "organisme", equipe[1])
    with pytest.raises(DatabaseError, match="ne change plus"), transaction.atomic():
        ajouter(f.relire_avenant(transmis), signe)
    assert not Tranche.objects.filter(rang=99).exists()


def test_la_base_ne_laisse_changer_ni_effacer_un_avenant_transmis(signe, agente):
    siens = AvenantProtocole.objects.filter(pk=f.avenant_transmis(signe, agente, valeurs=TEXTE).pk)
    for champs in ({"propositions": PLUS_TARD}, {"base": {}}, {"motif": "x"}):
        with pytest.raises(DatabaseError, match="ne change plus"), transaction.atomic():
            siens.update(**champs)
    with pytest.raises(DatabaseError, match="ne change plus"), transaction.atomic():
        siens.update(etat="signe", signe_le=aujourd_hui(), signe_par=agente)
    with pytest.raises(DatabaseError, match="ne change plus"), transaction.atomic():
        siens._raw_delete("default")
