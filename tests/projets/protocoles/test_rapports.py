"""Le rapport reçu hors du service : inscrit par l'un, accepté par l'autre, il libère ce qui l'attendait."""

from datetime import date, timedelta
from decimal import Decimal as D
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from projets.protocoles.models import RapportRecu
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.verite import argent_des_protocoles_vrai

pytestmark = pytest.mark.django_db


def inscrire(protocole, par, **plus):
    recu = {
        "attendu_le": protocole.rapport_final_le,
        "quoi": "Rapport final, par courriel",
        "recu_le": aujourd_hui(),
        "depense": D("17000"),
    }
    return RapportRecu.inscrire(f.a_terme(protocole), par=par, **recu | plus)


def etats(protocole):
    return [tranche.etat for tranche in protocole.tranches.all()]


def test_accepte_par_une_autre_il_libere_tout_ce_qui_l_attendait(signe, agente, signataire, lectrice):
    rapport = inscrire(signe, agente, fichier=fabriques.fichier_pdf("rapport.pdf"))
    assert etats(signe) == ["liberee", "liberee", "prevue", "prevue"]
    with pytest.raises(TransitionInterdite, match="une autre personne l’accepte"):
        rapport.accepter(par=agente)
    rapport.accepter(par=signataire)
    assert etats(signe) == ["liberee"] * 4
    for tranche in signe.tranches.all():
        f.payer(tranche, lectrice)
    assert etats(signe) == ["versee"] * 4
    f.relire(signe).clore(par=signataire, motif="Le reste paie la vérification, faite après le rapport.")
    argent_des_protocoles_vrai(signe.convention)


def test_il_ne_s_inscrit_ni_ne_s_accepte_deux_fois(signe, agente, signataire):
    rapport = inscrire(signe, agente)
    with pytest.raises(TransitionInterdite, match="déjà inscrit"):
        inscrire(signe, signataire)
    rapport.accepter(par=signataire)
    with pytest.raises(TransitionInterdite, match="déjà accepté"):
        rapport.accepter(par=signataire)


@pytest.mark.parametrize(
    "saisie, phrase",
    [
        ({"attendu_le": date(2026, 12, 25)}, "Aucun versement prévu"),
        ({"quoi": " "}, "Dites ce qui est reçu"),
        ({"recu_le": date(2099, 1, 1)}, "à venir"),
        ({"recu_le": aujourd_hui() - timedelta(days=1)}, "le rapport le suit"),
        ({"depense": D("-1")}, "négative"),
        ({"depense": D("9999999")}, "aide accordée"),
    ],
)
def test_un_rapport_mal_saisi_ne_s_inscrit_pas(signe, agente, saisie, phrase):
    with pytest.raises(TransitionInterdite, match=phrase):
        inscrire(signe, agente, **saisie)
    assert not RapportRecu.objects.exists()


def test_suspendue_l_initiative_recoit_un_rapport_qui_ne_libere_rien_avant_sa_reprise(
    signe, agente, signataire
):
    signe.suspendre(par=agente, motif="La salle est inondée.")
    rapport = inscrire(f.relire(signe), agente)
    with pytest.raises(TransitionInterdite, match="rien ne se libère avant"):
        rapport.accepter(par=signataire)
    assert etats(signe) == ["suspendue"] * 4
    f.relire(signe).lever_la_suspension(par=agente, motif="La salle est sèche.")
    rapport.accepter(par=signataire)
    assert etats(signe) == ["liberee"] * 4


def test_refuse_il_reste_a_l_histoire_et_un_nouveau_se_recoit(signe, agente, signataire):
    rapport = inscrire(signe, agente)
    with pytest.raises(TransitionInterdite, match="une autre personne dit s’il est accepté"):
        rapport.refuser(par=agente, motif="Il manque des factures.")
    with pytest.raises(TransitionInterdite, match="Écrivez pourquoi"):
        rapport.refuser(par=signataire, motif=" ")
    refuse = rapport.refuser(par=signataire, motif="Il manque des factures.")
    assert (refuse.refus_motif, etats(signe)[2:]) == ("Il manque des factures.", ["prevue"] * 2)
    for geste in (refuse.accepter, partial(refuse.refuser, motif="Encore.")):
        with pytest.raises(TransitionInterdite, match="n’est pas accepté, depuis"):
            geste(par=signataire)
    inscrire(signe, agente, quoi="Rapport final, corrigé").accepter(par=signataire)
    assert [r.quoi for r in signe.rapports.all()] == ["Rapport final, par courriel", "Rapport final, corrigé"]
    assert etats(signe) == ["liberee"] * 4


def test_suspendue_un_rapport_se_refuse_encore(signe, agente, signataire):
    rapport = inscrire(signe, agente)
    f.relire(signe).suspendre(par=agente, motif="La salle est inondée.")
    assert rapport.refuser(par=signataire, motif="Illisible.").refuse_par == signataire


def test_la_base_veut_d_un_refus_une_autre_personne_et_un_motif(signe, agente, signataire):
    inscrire(signe, agente)
    for champs in ({"refuse_par": agente, "refus_motif": "Non."}, {"refuse_par": signataire}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RapportRecu.objects.update(refuse_le=timezone.now(), **champs)
    RapportRecu.objects.get().refuser(par=signataire, motif="Non.")
    with pytest.raises(DatabaseError, match="ne se modifie ni ne s’efface"), transaction.atomic():
        RapportRecu.objects.update(refuse_le=None, refuse_par=None, refus_motif="")


def test_la_base_garde_ce_qui_est_inscrit(signe, agente):
    inscrire(signe, agente)
    for ecriture in (
        lambda: RapportRecu.objects.update(depense=1),
        lambda: RapportRecu.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="ne se modifie ni ne s’efface"), transaction.atomic():
            ecriture()


def test_il_se_lit_de_son_organisme_et_de_la_table(signe, agente, equipe, etrangere, mess):
    inscrire(signe, agente)
    vus = RapportRecu.objects.visibles_par
    assert [vus(qui).count() for qui in (agente, equipe[1], mess, etrangere)] == [1, 1, 1, 0]
