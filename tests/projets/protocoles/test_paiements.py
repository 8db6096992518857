"""Verser à l'organisme : jamais plus que la tranche ni que l'engagé, à qui a signé, défait par une autre personne."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from alliances.models import Organisme
from conventions.models import Ecriture, Solde
from conventions.models.sorties import SaisieRefusee
from projets.models import JournalProjets
from projets.protocoles.models import Paiement, Protocole, Tranche
from projets.protocoles.models.lots import payer_en_lot
from socle.erreurs import EcritureImmuable, TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.verite import argent_des_protocoles_vrai

pytestmark = pytest.mark.django_db


@pytest.fixture
def tranche(signe):
    """La première : 8 400,00 $ de La Matapédia, libérés à la signature."""
    return signe.tranches.select_related("affectation__enveloppe").get(rang=1)


def verse(tranche):
    return Solde.objects.get(pk=tranche.affectation.enveloppe_id).verse


def test_un_versement_passe_de_l_engage_au_verse(tranche, lectrice, signe):
    paiement = f.payer(tranche, lectrice)
    assert (verse(tranche), paiement.montant) == (D("8400.00"), tranche.montant)
    assert Tranche.objects.get(pk=tranche.pk).etat == "versee"
    assert {e.reference for e in Ecriture.objects.filter(nature="versement")} == {signe.promesse["reference"]}
    assert JournalProjets.objects.filter(geste="payer", initiative=signe.initiative).count() == 1
    argent_des_protocoles_vrai(signe.convention)


def test_un_versement_partiel_laisse_la_tranche_a_verser(tranche, lectrice, signe):
    f.payer(tranche, lectrice, montant=D("400"), reference="V-1")
    assert Tranche.objects.get(pk=tranche.pk).etat == "liberee"
    with pytest.raises(SaisieRefusee, match="Il ne reste que 8\xa0000,00\xa0\\$"):
        f.payer(tranche, lectrice, montant=D("8000.01"), reference="V-2")
    f.payer(tranche, lectrice, montant=D("8000"), reference="V-2")
    assert Tranche.objects.get(pk=tranche.pk).etat == "versee"
    argent_des_protocoles_vrai(signe.convention)


def test_le_meme_versement_repete_n_a_pas_d_effet(tranche, lectrice):
    premier = f.payer(tranche, lectrice, reference="V-1")
    assert f.payer(tranche, lectrice, reference="v-1 ") == premier
    autre = fabriques.personne("finances", tranche.protocole.initiative.alliance)
    with pytest.raises(SaisieRefusee):
        f.payer(tranche, autre, reference="V-2")
    assert Paiement.objects.count() == 1


def test_une_reference_ne_sert_a_un_autre_versement_que_dans_le_meme_lot_le_meme_jour(signe, lectrice):
    un, deux = signe.tranches.filter(condition="signature").order_by("rang")
    jour, hier = aujourd_hui(), aujourd_hui() - timedelta(days=1)
    Protocole.objects.filter(pk=signe.pk).update(signe_le=hier - timedelta(days=1))
    signe.tranches.filter(etat="liberee").update(liberee_le=timezone.now() - timedelta(days=3))
    with pytest.raises(TransitionInterdite, match="est déjà celle d’une autre ligne"):
        payer_en_lot([(un, D("100"), jour, "CH-1"), (deux, D("50"), hier, "CH-1")], par=lectrice)
    with pytest.raises(TransitionInterdite, match="est déjà celle d’une autre ligne"):
        payer_en_lot([(un, D("100"), jour, "CH-1"), (un, D("50"), jour, "CH-1")], par=lectrice)
    cheque = [(un, D("100"), jour, "CH-1"), (deux, D("50"), jour, "CH-1")]
    assert payer_en_lot(cheque, par=lectrice) == payer_en_lot(cheque, par=lectrice)
    assert Paiement.objects.count() == 2
    with pytest.raises(SaisieRefusee, match="est déjà celle d’une autre ligne"):
        f.payer(deux, lectrice, montant=D("51"), reference="CH-1")
    autre = fabriques.personne("finances", signe.initiative.alliance)
    premier = Paiement.objects.lues().get(tranche=un)
    premier.contrepasser(par=autre, motif="Deux fois.")
    with pytest.raises(SaisieRefusee, match="est déjà celle d’une autre ligne"):
        f.payer(un, lectrice, montant=D("101"), reference="CH-1")
    argent_des_protocoles_vrai(signe.convention)


def test_la_base_refuse_une_reference_qui_sert_ailleurs(signe, lectrice):
    un, deux = signe.tranches.filter(condition="signature").order_by("rang")
    f.payer(un, lectrice, montant=D("100"), reference="CH-1")
    fait = f.payer(deux, lectrice, montant=D("50"), reference="CH-2")
    fait.pk, fait._state.adding, fait.reference, fait.rang = None, True, "CH-1", 99
    with pytest.raises(DatabaseError, match="référence qui sert déjà"), transaction.atomic():
        fait.save(force_insert=True)


@pytest.mark.parametrize(
    "saisie, phrase",
    [
        ({"montant": D("0")}, "plus de zéro"),
        ({"reference": " "}, "référence comptable"),
        ({"faite_le": date(2099, 1, 1)}, "futur"),
        ({"faite_le": aujourd_hui() - timedelta(days=1)}, "ne bouge pas avant"),
    ],
)
def test_un_versement_mal_saisi_ne_s_inscrit_pas(tranche, lectrice, saisie, phrase):
    with pytest.raises(SaisieRefusee, match=phrase):
        f.payer(tranche, lectrice, **saisie)
    assert not Paiement.objects.exists()


def test_une_tranche_qui_attend_sa_condition_ne_se_verse_pas(signe, lectrice, agente, signataire):
    retenue = signe.tranches.get(rang=3)
    with pytest.raises(SaisieRefusee, match="à venir"):
        f.payer(retenue, lectrice)
    with pytest.raises(TransitionInterdite, match="à l’acceptation de son rapport"):
        retenue.liberer(par=agente, motif="Je le sais reçu.")
    f.rapport_accepte(f.relire(signe), agente, signataire)
    f.payer(Tranche.objects.get(pk=retenue.pk), lectrice)
    assert Tranche.objects.get(pk=retenue.pk).etat == "versee"


def test_un_versement_ne_se_date_pas_d_avant_sa_liberation(signe, lectrice, agente, signataire):
    hier = aujourd_hui() - timedelta(days=1)
    Protocole.objects.filter(pk=signe.pk).update(signe_le=hier - timedelta(days=9))
    f.rapport_accepte(f.relire(signe), agente, signataire)
    with pytest.raises(SaisieRefusee, match="ne se fait pas avant"):
        f.payer(f.relire(signe).tranches.get(rang=3), lectrice, faite_le=hier)


def test_avant_la_signature_rien_ne_se_verse(transmis, lectrice):
    with pytest.raises(SaisieRefusee, match="transmis aux deux parties\xa0: rien ne se verse"):
        f.payer(transmis.tranches.get(rang=1), lectrice)


@pytest.mark.parametrize(
    "champs", [{"nom": "Autre nom"}, {"neq": "1140000099"}, {"numero_fournisseur": "99"}]
)
def test_une_identite_changee_depuis_la_signature_arrete_les_versements(tranche, lectrice, champs):
    Organisme.objects.filter(pk=tranche.protocole.initiative.organisme_id).update(**champs)
    with pytest.raises(SaisieRefusee, match="Le bénéficiaire a changé depuis la signature"):
        f.payer(tranche, lectrice)
    assert verse(tranche) == 0


def test_l_adresse_change_sans_arreter_les_versements(tranche, lectrice):
    Organisme.objects.filter(pk=tranche.protocole.initiative.organisme_id).update(adresse="Ailleurs")
    assert f.payer(tranche, lectrice).copie == tranche.protocole.identite_signee()


def test_qui_inscrit_ne_contrepasse_pas(tranche, lectrice, signe):
    paiement = f.payer(tranche, lectrice, reference="V-1")
    with pytest.raises(TransitionInterdite, match="une autre personne la contrepasse"):
        paiement.contrepasser(par=lectrice, motif="Deux fois.")
    autre = fabriques.personne("finances", signe.initiative.alliance)
    with pytest.raises(TransitionInterdite, match="motif"):
        paiement.contrepasser(par=autre, motif=" ")
    paiement.contrepasser(par=autre, motif="Deux fois.")
    assert (verse(tranche), Tranche.objects.get(pk=tranche.pk).etat) == (0, "liberee")
    with pytest.raises(TransitionInterdite, match="déjà contrepassé"):
        paiement.contrepasser(par=autre, motif="Encore.")
    with pytest.raises(SaisieRefusee, match="telle quelle"):
        f.payer(tranche, lectrice, reference="V-1")
    f.payer(tranche, lectrice, reference="V-2")
    argent_des_protocoles_vrai(signe.convention)


def test_la_base_refuse_un_versement_sans_ecriture_ou_au_dela_de_sa_tranche(tranche, lectrice, signe):
    paiement = f.payer(tranche, lectrice, montant=D("8000"))
    with pytest.raises(EcritureImmuable):
        Paiement.objects.update(montant=1)
    ecriture = Ecriture.objects.exclude(pk=paiement.ecriture_id).filter(compte="engage").first()
    with pytest.raises(DatabaseError, match="sans son écriture"), transaction.atomic():
        _forcer(paiement, ecriture)
    engage = f.relire(signe).engage_dans(tranche.affectation.enveloppe)
    assert engage == D("4000.00")
    with transaction.atomic():
        *_, ecriture = Ecriture.passer(
            signe.convention,
            [
                (tranche.affectation.enveloppe, "engage", -D("400.01")),
                (tranche.affectation.enveloppe, "verse", D("400.01")),
            ],
            nature="versement",
            par=lectrice,
            **signe.promesse,
        )
        with pytest.raises(DatabaseError, match="sans son écriture"), transaction.atomic():
            _forcer(paiement, ecriture)


def _forcer(paiement, ecriture):
    paiement.pk, paiement._state.adding = None, True
    paiement.ecriture, paiement.montant = ecriture, abs(ecriture.montant)
    paiement.reference, paiement.rang = "Forcée", 99
    paiement.save(force_insert=True)


def test_un_versement_se_lit_de_son_organisme_et_de_la_table(
    tranche, lectrice, agente, etrangere, equipe, mess
):
    f.payer(tranche, lectrice)
    vus = Paiement.objects.visibles_par
    assert [vus(qui).count() for qui in (equipe[1], agente, mess, etrangere)] == [1, 1, 1, 0]
    assert Protocole.objects.visibles_par(equipe[0]).count() == 1


def test_la_preuve_du_virement_se_joint_apres_coup(tranche, lectrice):
    paiement = f.payer(tranche, lectrice)
    paiement.joindre(par=lectrice, fichier=fabriques.fichier_pdf("virement.pdf"))
    assert paiement.pieces.get().nom == "virement.pdf"


def test_une_convention_ne_se_ferme_pas_avant_le_dernier_versement(tranche, lectrice, signe):
    f.payer(tranche, lectrice)
    hier = aujourd_hui() - timedelta(days=1)
    assert "De l’argent a été versé" in " ".join(signe.convention.empechements_de_date_de_fermeture(hier))
