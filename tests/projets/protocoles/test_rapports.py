"""Le rapport reçu hors du service : inscrit par l'un, accepté par l'autre, il libère ce qui l'attendait."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.db import DatabaseError, transaction

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
        ({"depense": D("9999999")}, "coûte"),
    ],
)
def test_un_rapport_mal_saisi_ne_s_inscrit_pas(signe, agente, saisie, phrase):
    with pytest.raises(TransitionInterdite, match=phrase):
        inscrire(signe, agente, **saisie)
    assert not RapportRecu.objects.exists()


def test_suspendue_l_initiative_ne_libere_rien(signe, agente, signataire):
    rapport = inscrire(signe, agente)
    f.relire(signe).suspendre(par=agente, motif="La salle est inondée.")
    with pytest.raises(TransitionInterdite, match="Aucun versement prévu"):
        rapport.accepter(par=signataire)


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
