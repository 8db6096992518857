"""Payer, signer, finir au même instant : une seule des deux, et chaque dollar reste quelque part."""

from decimal import Decimal as D

import pytest

from projets.models.reservations import desister
from projets.protocoles.models import AvenantProtocole, Paiement, Protocole, Remboursement, lots
from socle.erreurs import ErreurDuDomaine
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.plans.test_concurrence import ensemble
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.test_avenants import baissees
from tests.projets.protocoles.verite import argent_des_protocoles_vrai

pytestmark = pytest.mark.django_db(transaction=True)
CONNEXIONS = 8


def refusees(issues):
    """Les refus; rien d'autre qu'un refus du domaine n'est permis."""
    erreurs = [issue for issue in issues if isinstance(issue, Exception)]
    assert all(isinstance(erreur, ErreurDuDomaine) for erreur in erreurs), erreurs
    return erreurs


def test_huit_personnes_paient_la_meme_tranche_une_seule_y_arrive(signe, cadre):
    caisses = [fabriques.personne("finances", cadre.bsl) for _ in range(CONNEXIONS)]
    tranche = signe.tranches.get(rang=1)
    issues = ensemble(
        *(
            lambda par=par, n=n: f.payer(tranche, par, reference=f"V-{n}")
            for n, par in enumerate(caisses, start=1)
        )
    )
    assert len(refusees(issues)) == CONNEXIONS - 1
    assert Paiement.objects.get().montant == tranche.montant
    argent_des_protocoles_vrai(signe.convention)


def test_la_meme_ligne_par_l_ecran_et_par_l_import_ne_s_inscrit_qu_une_fois(signe, lectrice):
    tranche = signe.tranches.get(rang=1)
    issues = ensemble(*(lambda: f.payer(tranche, lectrice) for _ in range(CONNEXIONS)))
    assert refusees(issues) == []
    assert len({ligne.pk for ligne in issues}) == 1


def test_deux_personnes_un_formulaire_rejoue_et_un_import_paient_le_meme_lot_une_seule_fois(signe, cadre):
    """Les lots se prennent en sens contraires, sous des références qui diffèrent; rien ne se paie deux fois."""
    caisses = [fabriques.personne("finances", cadre.bsl) for _ in range(4)]
    tranches = list(signe.tranches.filter(condition="signature").order_by("rang"))
    assert len(tranches) == 2

    def lot(par, marque, sens=1):
        virements = [(t, t.montant, aujourd_hui(), f"{marque}-{t.rang}") for t in tranches[::sens]]
        return lambda: lots.payer_en_lot(virements, par=par)

    formulaire, autre, importe = lot(caisses[0], "A"), lot(caisses[1], "B", -1), lot(caisses[2], "C")
    issues = ensemble(
        *(formulaire, autre, formulaire, importe, autre, importe, formulaire),
        lambda: f.payer(tranches[0], caisses[3], reference="D-1", montant=D("1")),
    )
    refusees(issues)
    verses = Paiement.objects.en_vigueur()
    assert verses.total() in (sum(t.montant for t in tranches), D("1"))
    assert len({p.reference[0] for p in verses}) == 1
    argent_des_protocoles_vrai(signe.convention)


def test_rembourser_a_huit_ne_rend_jamais_plus_que_ce_qui_est_du(signe, signataire, lectrice, cadre):
    paiement = f.payer(signe.tranches.get(rang=1), lectrice)
    a_recuperer = {paiement.tranche.affectation_id: D("100")}
    f.relire(signe).resilier(
        par=signataire, motif="x", demandee="organisme", **f.appui(), a_recuperer=a_recuperer
    )
    ligne = f.relire(signe).releve.get(a_recuperer__gt=0)
    issues = ensemble(
        *(
            lambda n=n: Remboursement.inscrire(
                par=lectrice, ligne=ligne, montant=D("60"), faite_le=aujourd_hui(), reference=f"R-{n}"
            )
            for n in range(CONNEXIONS)
        )
    )
    assert len(refusees(issues)) == CONNEXIONS - 1
    assert ligne.remboursements.total() == D("60")
    argent_des_protocoles_vrai(signe.convention)


def test_les_deux_cotes_signent_ensemble_et_l_argent_s_engage_une_fois(transmis, signataire, equipe):
    issues = ensemble(
        lambda: f.signer(transmis, "alliance", signataire),
        lambda: f.signer(transmis, "organisme", equipe[1]),
        lambda: f.signer(transmis, "alliance", signataire),
    )
    assert len(refusees(issues)) == 1
    assert f.relire(transmis).etat == "signe"
    argent_des_protocoles_vrai(transmis.convention)


def test_se_desister_pendant_la_derniere_signature_l_un_ou_l_autre(transmis, signataire, equipe):
    f.signer(transmis, "alliance", signataire)
    initiative = p.relire(transmis.initiative)
    issues = ensemble(
        lambda: f.signer(transmis, "organisme", equipe[1]),
        lambda: desister(initiative, par=equipe[1], motif="La salle n’est plus libre."),
    )
    assert len(refusees(issues)) == 1
    assert (f.relire(transmis).etat, p.relire(initiative).etat) in {
        ("signe", "en_cours"),
        ("abandonne", "desistee"),
    }
    argent_des_protocoles_vrai(transmis.convention)


def test_payer_pendant_la_resiliation_le_releve_compte_ce_qui_est_verse(signe, signataire, lectrice):
    tranches = list(signe.tranches.filter(condition="signature"))
    refusees(
        ensemble(
            *(lambda t=t: f.payer(t, lectrice) for t in tranches),
            lambda: signe.resilier(par=signataire, motif="x", demandee="organisme", **f.appui()),
            lambda: signe.suspendre(par=signataire, motif="x"),
        )
    )
    assert Protocole.objects.get().etat == "resilie"
    argent_des_protocoles_vrai(signe.convention)


@pytest.mark.parametrize("essai", range(4))
def test_payer_pendant_la_resiliation_de_la_convention_ne_s_attend_pas_en_rond(signe, lectrice, essai):
    """La résiliation tient les initiatives avant la convention, comme qui paie."""
    convention, mess = signe.convention, fabriques.personne("mess")
    promesses = {promesse.cle: False for promesse in convention.promesses()}
    fermeture = {"fermee_le": aujourd_hui(), "motif": "x", "reglement": "x", "promesses": promesses}
    tranches = list(signe.tranches.filter(condition="signature"))
    refusees(
        ensemble(
            lambda: convention.resilier(par=mess, **fermeture),
            *(lambda t=t: f.payer(t, lectrice, reference=f"V{t.rang}") for t in tranches),
            lambda: signe.suspendre(par=lectrice, motif="x"),
        )
    )
    argent_des_protocoles_vrai(signe.convention)


# --- L'avenant --------------------------------------------------------------------------------------------


def test_deux_avenants_a_la_fois_un_seul_s_ouvre(signe, agente):
    issues = ensemble(*(lambda: f.avenant(signe, agente) for _ in range(CONNEXIONS)))
    assert len(refusees(issues)) == CONNEXIONS - 1
    assert AvenantProtocole.objects.get().rang == 1


def test_les_deux_cotes_signent_l_avenant_ensemble_et_il_s_applique_une_fois(
    signe, agente, signataire, equipe
):
    transmis = f.avenant_transmis(signe, agente, tranches=baissees(signe))
    avant = sum(signe.engages().values())
    issues = ensemble(
        lambda: f.signer(transmis, "alliance", signataire),
        lambda: f.signer(transmis, "organisme", equipe[1]),
        lambda: f.signer(transmis, "alliance", signataire),
    )
    assert len(refusees(issues)) == 1
    assert f.relire_avenant(transmis).etat == "signe"
    assert sum(f.relire(signe).engages().values()) == avant - 1000
    argent_des_protocoles_vrai(signe.convention)


def test_un_versement_pendant_la_derniere_signature_l_un_ou_l_autre(
    signe, agente, signataire, equipe, lectrice
):
    """Versé d'abord, l'avenant est à reprendre; signé d'abord, la tranche qu'il ôte ne se verse plus."""
    prevues = f.avenant_sans_suite(signe)
    transmis = f.avenant_transmis(signe, agente, tranches=prevues[1:])
    f.signer(transmis, "alliance", signataire)
    (otee,) = [r for r, v in f.relire_avenant(transmis).propositions.items() if v is None]
    tranche = signe.tranches.get(rang=int(otee.split("/")[1]))
    issues = ensemble(
        lambda: f.signer(f.relire_avenant(transmis), "organisme", equipe[1]),
        lambda: f.payer(tranche, lectrice),
    )
    assert len(refusees(issues)) == 1
    signe_d_abord = f.relire_avenant(transmis).etat == "signe"
    assert signe.tranches.get(pk=tranche.pk).etat == ("annulee" if signe_d_abord else "versee")
    argent_des_protocoles_vrai(signe.convention)
