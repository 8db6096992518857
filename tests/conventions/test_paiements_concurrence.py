"""Deux personnes au même instant, chacune sur sa connexion : un versement ne se paie et ne s'autorise qu'une fois."""

from decimal import Decimal
from threading import Barrier

import pytest

from conventions.models import (
    AnnulationVersement,
    Derogation,
    EcheanceVersement,
    Ecriture,
    JournalConvention,
    Solde,
    Versement,
    lots,
)
from socle.erreurs import TransitionInterdite
from socle.models.chaines import premiere_rupture
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.plans.test_concurrence import ensemble

pytestmark = pytest.mark.django_db(transaction=True)
ESSAIS = 5


@pytest.fixture
def convention(cadre):
    return v.convention_signee(cadre.bsl)


def refus(issues):
    erreurs = [issue for issue in issues if isinstance(issue, Exception)]
    assert all(isinstance(e, TransitionInterdite) for e in erreurs), erreurs
    return erreurs


def intact():
    for modele in (Versement, Ecriture, JournalConvention):
        assert premiere_rupture(modele) is None


def test_deux_autorisations_au_meme_instant_n_en_font_qu_une(convention):
    echeance = v.recommandee(convention)
    personnes = [fabriques.personne("approbation") for _ in range(4)]
    gestes = [lambda par=par: v.relire(echeance).autoriser(par=par) for par in personnes]
    assert len(refus(ensemble(*gestes))) == 3
    assert JournalConvention.objects.filter(geste="autoriser").count() == 1
    intact()


def test_deux_confirmations_du_meme_virement_n_en_inscrivent_qu_un(convention):
    echeance, finances = v.autorisee(convention), v.finances()

    def verser(reference="V-1"):
        return v.relire(echeance).verser(
            par=finances, montant=echeance.montant, verse_le=aujourd_hui(), reference=reference
        )

    issues = ensemble(verser, verser, verser, lambda: verser("V-2"))
    assert Versement.objects.count() == 1
    assert len(refus(issues)) in (1, 3)  # « V-2 » est passé ou non; les « V-1 » répétés rendent la même ligne
    assert Solde.objects.get(enveloppe__an=2025).recu == Decimal("70000.00")
    intact()


def test_une_reference_prise_au_meme_instant_par_deux_conventions_n_en_paie_qu_une(cadre, convention):
    echeances = [v.autorisee(convention), v.autorisee(v.convention_signee(cadre.lanaudiere))]
    finances = v.finances()

    def verser(echeance):
        return v.relire(echeance).verser(
            par=finances, montant=echeance.montant, verse_le=aujourd_hui(), reference="V-1"
        )

    issues = ensemble(*(lambda e=e: verser(e) for e in echeances))
    [erreur] = refus(issues)
    assert "La référence «\xa0V-1\xa0» est déjà celle d’un autre versement" in str(erreur)
    assert Versement.objects.count() == 1
    assert sum(solde.recu for solde in Solde.objects.filter(enveloppe__an=2025)) == Decimal("70000.00")
    intact()


def test_des_versements_partiels_simultanes_ne_depassent_jamais_l_echeance(convention):
    echeance, finances = v.autorisee(convention), v.finances()

    def verser(n):
        return v.relire(echeance).verser(
            par=finances, montant=Decimal("10000.00"), verse_le=aujourd_hui(), reference=f"V-{n}"
        )

    issues = ensemble(*(lambda n=n: verser(n) for n in range(10)))
    assert len(refus(issues)) == 3
    assert (v.relire(echeance).etat, v.relire(echeance).reste()) == ("versee", 0)
    assert Solde.objects.get(enveloppe__an=2025).recu == Decimal("70000.00")
    intact()


def test_le_meme_releve_importe_par_deux_personnes_ne_paie_qu_une_fois(cadre, convention):
    echeances = [v.autorisee(convention), v.autorisee(v.convention_signee(cadre.lanaudiere))]

    personnes = [v.finances() for _ in range(4)]

    def importer(ordre, par):
        lot = [(e, e.montant, aujourd_hui(), f"V-{e.pk}") for e in ordre]
        return lots.verser_en_lot(lot, par=par)

    ordres = zip((echeances, echeances[::-1]) * 2, personnes, strict=True)
    issues = ensemble(*(lambda ordre=ordre, par=par: importer(ordre, par) for ordre, par in ordres))
    assert refus(issues) == []
    assert Versement.objects.count() == 2
    assert {solde.recu for solde in Solde.objects.filter(enveloppe__an=2025)} == {Decimal("70000.00")}
    intact()


def test_deux_essais_du_meme_releve_en_sens_contraires_ne_s_etreignent_pas(cadre, convention):
    """Chacun tiendrait une convention en attendant l'autre : PostgreSQL en tuerait un."""
    echeances = [v.autorisee(convention), v.autorisee(v.convention_signee(cadre.lanaudiere))]
    rendez_vous = Barrier(2)

    def essayer(ordre, par):
        lot = [(e, e.montant, aujourd_hui(), f"V-{e.pk}") for e in ordre]
        for _ in range(ESSAIS):
            rendez_vous.wait(timeout=20)
            assert lots.essayer_en_lot(lot, par=par) == [[], []]

    ordres = [(ordre, v.finances()) for ordre in (echeances, echeances[::-1])]
    assert ensemble(*(lambda ordre=ordre, par=par: essayer(ordre, par) for ordre, par in ordres)) == [
        None,
        None,
    ]
    assert not Versement.objects.exists()


def test_suspendre_pendant_qu_on_paie_arrete_ou_arrive_trop_tard(convention):
    echeance, mess, finances = v.autorisee(convention), fabriques.personne("mess"), v.finances()

    def verser():
        return v.relire(echeance).verser(
            par=finances, montant=echeance.montant, verse_le=aujourd_hui(), reference="V-1"
        )

    def suspendre():
        return v.relire(echeance).suspendre(par=mess, motif="À revoir.")

    assert len(refus(ensemble(verser, suspendre))) == 1
    assert (v.relire(echeance).etat == "versee") is Versement.objects.exists()
    intact()


def test_revoquer_une_derogation_pendant_qu_on_paie_ne_laisse_rien_a_moitie(convention):
    echeance = v.autorisee(convention)
    v.obligation_en_retard(convention)
    derogation, approbation = v.derogation(v.relire(echeance)), fabriques.personne("approbation")
    finances = v.finances()

    def verser():
        return v.relire(echeance).verser(
            par=finances, montant=echeance.montant, verse_le=aujourd_hui(), reference="V-1"
        )

    assert len(refus(ensemble(verser, lambda: derogation.revoquer(par=approbation)))) == 1
    derogation = Derogation.objects.get()
    assert (
        Versement.objects.exists() is (derogation.employee_le is not None) is (derogation.revoquee_le is None)
    )


def test_une_condition_dite_deux_fois_au_meme_instant_ne_libere_qu_une_fois(convention):
    def dire():
        return EcheanceVersement.liberer_selon(convention, "signature", par=None)

    issues = ensemble(dire, dire, dire)
    assert sorted(len(issue) for issue in issues) == [0, 0, 1]
    assert JournalConvention.objects.filter(geste="liberer").count() == 1


def test_deux_annulations_de_la_meme_confirmation_n_en_font_qu_une(convention):
    echeance, finances = v.autorisee(convention), v.finances()
    versement = v.virement(echeance)

    def annuler():
        return v.relire(echeance).annuler_confirmation(par=finances, versement=versement, motif="Faux.")

    assert len(refus(ensemble(annuler, annuler, annuler, annuler))) == 3
    assert AnnulationVersement.objects.count() == 1
    assert (v.relire(echeance).etat, Solde.objects.get(enveloppe__an=2025).recu) == ("autorisee", 0)
    assert premiere_rupture(AnnulationVersement) is None
    intact()
