"""Un versement : trois personnes, jamais deux fois, jamais plus que prévu; seul ou en lot."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from conventions.models import (
    Convention,
    Ecriture,
    JournalConvention,
    Versement,
    lots,
)
from socle.erreurs import PlafondDepasse
from socle.models.chaines import premiere_rupture
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.versements import empeche, recu, virement
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return v.convention_signee(cadre.bsl)


def test_un_versement_va_de_la_recommandation_au_virement_par_trois_personnes(convention, analyste):
    echeance = v.liberee(convention)
    echeance.recommander(par=analyste, note="Tout est en ordre.")
    assert (v.relire(echeance).recommandee_par, v.relire(echeance).recommandation) == (
        analyste,
        "Tout est en ordre.",
    )
    assert v.relire(echeance).motif == ""
    v.relire(echeance).autoriser(par=fabriques.personne("approbation"))
    versement = virement(v.relire(echeance), reference=" v-2026 0001 ")
    fait = v.relire(echeance)
    assert (fait.etat, fait.versee_le, fait.reste()) == ("versee", aujourd_hui(), 0)
    assert versement.reference == "V-2026 0001"
    assert recu(convention) == Decimal("70000.00")
    ecriture = Ecriture.objects.get(mouvement=versement.mouvement)
    assert (ecriture.nature, ecriture.compte, ecriture.reference) == ("versement", "recu", "V-2026 0001")
    gestes = (
        JournalConvention.objects.filter(objet=str(echeance)).order_by("pk").values_list("geste", flat=True)
    )
    assert list(gestes) == ["liberer", "recommander", "autoriser", "verser"]
    for modele in (Versement, Ecriture, JournalConvention):
        assert premiere_rupture(modele) is None


def test_une_recommandation_a_une_note(convention, analyste):
    assert empeche(v.liberee(convention).recommander, par=analyste, note=" ") == [
        "Écrivez la note de recommandation."
    ]


def test_recommander_libere_ce_dont_la_condition_se_lit_deja(convention, analyste):
    fabriques.version_approuvee(convention.alliance)
    v.premiere(convention, rang=2).recommander(par=analyste, note="Plan approuvé.")
    assert v.premiere(convention, rang=2).etat == "recommandee"
    assert v.premiere(convention, rang=2).liberee_le == aujourd_hui()


def test_un_versement_dont_la_condition_manque_ne_se_recommande_pas(convention, analyste):
    assert empeche(v.premiere(convention, rang=2).recommander, par=analyste, note="x") == [
        "Ce versement est prévu, mais sa condition n’est pas remplie."
    ]


def test_les_trois_personnes_sont_differentes(convention):
    echeance = v.recommandee(convention)
    assert "Vous avez recommandé ce versement" in empeche(echeance.autoriser, par=echeance.recommandee_par)[0]
    echeance.autoriser(par=fabriques.personne("approbation"))
    echeance = v.relire(echeance)
    assert "Vous avez autorisé ce versement" in empeche(virement, echeance, par=echeance.autorisee_par)[0]
    assert "Vous avez recommandé ce versement" in empeche(virement, echeance, par=echeance.recommandee_par)[0]
    assert recu(convention) == 0


def test_un_geste_deja_fait_dit_ou_en_est_le_versement(convention, approbation):
    echeance = v.autorisee(convention)
    assert empeche(echeance.autoriser, par=approbation) == ["Ce versement est déjà autorisé."]
    assert empeche(v.premiere(convention, 2).autoriser, par=approbation) == [
        "Ce versement est prévu, mais sa condition n’est pas remplie."
    ]
    virement(echeance)
    assert empeche(virement, v.relire(echeance), reference="V-2") == ["Ce versement est déjà fait."]


def test_la_meme_confirmation_repetee_ne_paie_qu_une_fois(convention):
    echeance, finances = v.autorisee(convention), v.finances()
    assert virement(echeance, par=finances) == virement(echeance, par=finances)
    assert (Versement.objects.count(), recu(convention)) == (1, Decimal("70000.00"))


def test_une_reference_ne_sert_qu_a_un_versement(convention):
    echeance = v.autorisee(convention)
    virement(echeance, montant=v.VIREMENT)
    assert (
        "La référence « V-1 » est déjà celle d’un autre versement"
        in empeche(virement, v.relire(echeance), montant=Decimal("1.00"), reference="v-1 ")[0]
    )


def test_un_versement_partiel_laisse_le_reste_a_verser(convention):
    echeance = v.autorisee(convention)
    virement(echeance, montant=v.VIREMENT)
    assert (v.relire(echeance).etat, v.relire(echeance).reste()) == ("autorisee", Decimal("60000.00"))
    assert (
        "Il ne reste que 60 000,00 $ à verser"
        in empeche(virement, v.relire(echeance), montant=Decimal("60000.01"), reference="V-2")[0]
    )
    virement(v.relire(echeance), montant=Decimal("60000.00"), reference="V-2")
    assert v.relire(echeance).etat == "versee"


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"montant": Decimal("0.00")}, "plus de zéro dollar"),
        ({"montant": Decimal("-5.00")}, "plus de zéro dollar"),
        ({"verse_le": aujourd_hui() + timedelta(days=1)}, "ne peut pas être dans le futur"),
        ({"verse_le": date(2025, 1, 1)}, "précède son autorisation"),
        ({"reference": "  "}, "Inscrivez la référence"),
    ],
)
def test_un_virement_mal_dit_est_refuse_par_une_phrase(convention, champs, phrase):
    assert phrase in empeche(virement, v.autorisee(convention), **champs)[0]
    assert recu(convention) == 0


def test_un_exercice_ne_recoit_pas_plus_que_ce_que_la_convention_prevoit(convention):
    echeance = v.autorisee(convention)
    racine = convention.enveloppes.get(an=2025, volet="exercice")
    with transaction.atomic():
        Ecriture.passer(
            convention,
            [(racine, "recu", Decimal("1200000"))],
            nature="versement",
            par=v.finances(),
            objet="Ailleurs",
        )
    with pytest.raises(PlafondDepasse, match="dépasseraient ce que la convention prévoit"):
        virement(echeance)
    assert (v.relire(echeance).etat, Versement.objects.count()) == ("autorisee", 0)


def test_une_convention_fermee_arrete_ses_versements(convention, approbation):
    echeance = v.recommandee(convention)
    Convention.objects.filter(pk=convention.pk).update(
        etat="resiliee",
        fermee_le=aujourd_hui(),
        fermee_par=approbation,
        fermeture_motif="Fin.",
        fermeture_reglement="Rien à rendre.",
    )
    assert empeche(v.relire(echeance).autoriser, par=approbation) == [
        "La convention est fermée : ses versements ne bougent plus."
    ]


def test_un_lot_s_autorise_en_entier_ou_pas_du_tout(cadre, convention, approbation):
    autre = v.convention_signee(cadre.lanaudiere)
    lot = [v.recommandee(convention), v.liberee(autre)]
    assert empeche(lots.autoriser_en_lot, lot, par=approbation) == [
        "Alliance – Lanaudière, 1er versement, 2025-2026 : Ce versement attend encore sa recommandation."
    ]
    assert v.premiere(convention).etat == "recommandee"
    v.premiere(autre).recommander(par=fabriques.personne("dgsq", cadre.lanaudiere.regions.get()), note="Oui.")
    lots.autoriser_en_lot([v.premiere(convention), v.premiere(autre)], par=approbation)
    assert {v.premiere(c).etat for c in (convention, autre)} == {"autorisee"}


def test_un_lot_se_confirme_en_entier_ou_pas_du_tout(cadre, convention):
    echeances = [v.autorisee(convention), v.autorisee(v.convention_signee(cadre.lanaudiere))]
    finances, jour = v.finances(), aujourd_hui()
    lot = [(e, e.montant, jour, f"V-{rang}") for rang, e in enumerate(echeances)]
    fautif = [lot[0], (echeances[1], echeances[1].montant + 1, jour, "V-1")]
    assert len(empeche(lots.verser_en_lot, fautif, par=finances)) == 1
    assert Versement.objects.count() == 0
    lots.verser_en_lot(lot, par=finances)
    lots.verser_en_lot(lot, par=finances)
    assert Versement.objects.count() == 2
