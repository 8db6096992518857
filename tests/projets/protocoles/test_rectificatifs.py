"""Le relevé rectificatif, et l'erreur qui se défait à deux, quoi qu'il se soit passé depuis."""

from decimal import Decimal as D

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from conventions.models import Solde
from projets.models import JournalProjets
from projets.protocoles.models import LigneDeReleve, Rectificatif, Remboursement, Tranche
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.test_fins import etat_de, rendre, resilier_la_convention
from tests.projets.protocoles.verite import argent_des_protocoles_vrai

pytestmark = pytest.mark.django_db
APPRIS = "Une facture est refusée à la vérification."


@pytest.fixture
def paye(signe, lectrice):
    for tranche in signe.tranches.filter(condition="signature"):
        f.payer(tranche, lectrice)
    return f.relire(signe)


@pytest.fixture
def due(paye, signataire):
    """Résilié : de 8 400,00 $ versés de La Matapédia, 2 000,00 $ sont à récupérer."""
    premiere = paye.affectations().get(enveloppe__territoire__isnull=False)
    paye.resilier(
        par=signataire, motif="x", demandee="table", **f.appui(), a_recuperer={premiere.pk: D("2000")}
    )
    return LigneDeReleve.objects.select_related("protocole__initiative").get(a_recuperer__gt=0)


@pytest.fixture
def autre(signe):
    return fabriques.personne("finances", signe.initiative.alliance)


def proposer(ligne, par, a_recuperer, radie=0, motif=APPRIS):
    sommes = {ligne.pk: {"a_recuperer": D(a_recuperer), "radie": D(radie)}}
    return Rectificatif.proposer(f.relire(ligne.protocole), par=par, motif=motif, sommes=sommes)


def dit(ligne):
    x = LigneDeReleve.objects.get(pk=ligne.pk)
    return x.garde, x.a_recuperer, x.radie, x.libere


# --- Une créance de plus, une dépense refusée, une somme irrécouvrable --------------------------------------


def test_une_creance_de_plus_n_a_d_effet_qu_une_fois_confirmee(due, agente, signataire, lectrice):
    rectificatif = proposer(due, agente, "3000")
    assert dit(due) == (D("6400"), D("2000"), 0, D("3600"))
    confirme = rectificatif.confirmer(par=signataire)
    assert (confirme.numero, dit(due)) == (1, (D("5400"), D("3000"), 0, D("3600")))
    rendre(LigneDeReleve.objects.select_related("protocole__initiative").get(pk=due.pk), lectrice, "3000")
    argent_des_protocoles_vrai(due.affectation.enveloppe.convention)


def test_une_radiation_demande_deux_personnes_et_la_dette_s_eteint(due, agente, signataire):
    rectificatif = proposer(due, signataire, "0", "2000", motif="L’organisme est dissous.")
    with pytest.raises(TransitionInterdite, match="une autre personne le confirme"):
        rectificatif.confirmer(par=signataire)
    rectificatif.confirmer(par=agente)
    assert dit(due) == (D("6400"), 0, D("2000"), D("3600"))
    gestes = JournalProjets.objects.filter(geste__endswith="rectificatif").order_by("pk")
    assert [ligne.geste for ligne in gestes] == ["proposer-rectificatif", "confirmer-rectificatif"]
    argent_des_protocoles_vrai(due.affectation.enveloppe.convention)


def test_le_releve_d_avant_se_lit_toujours(due, agente, signataire):
    for a_recuperer, radie in (("3000", 0), ("1000", "2000")):
        proposer(due, agente, a_recuperer, radie).confirmer(par=signataire)
    protocole = f.relire(due.protocole)
    lus = [{x.pk: x.a_recuperer for x in protocole.releve_au(n)}[due.pk] for n in range(3)]
    assert lus == [D("2000"), D("3000"), D("1000")]
    assert [r.numero for r in protocole.rectificatifs.confirmes()] == [1, 2]


@pytest.mark.parametrize(
    "a_recuperer, radie, phrase",
    [
        ("2000", 0, "ne change rien"),
        ("8400.01", 0, "on ne peut pas dire"),
        ("2000", "6400.01", "on ne peut pas dire"),
        ("2000", "-1", "on ne peut pas dire"),
        ("499.99", 0, "500,00\xa0\\$ sont déjà rendus"),
    ],
)
def test_un_rectificatif_faux_ne_se_propose_pas(due, agente, lectrice, a_recuperer, radie, phrase):
    rendre(due, lectrice, "500")
    with pytest.raises(TransitionInterdite, match=phrase):
        proposer(due, agente, a_recuperer, radie)
    assert not Rectificatif.objects.exists()


def test_un_seul_attend_et_ecarte_il_laisse_le_releve_tel_quel(due, agente, signataire):
    rectificatif = proposer(due, agente, "3000")
    with pytest.raises(TransitionInterdite, match="attend déjà"):
        proposer(due, signataire, "2500")
    with pytest.raises(TransitionInterdite, match="pourquoi"):
        rectificatif.ecarter(par=agente, motif=" ")
    rectificatif.ecarter(par=agente, motif="La facture est retrouvée.")
    assert dit(due)[1] == D("2000")
    with pytest.raises(TransitionInterdite, match="est écarté"):
        rectificatif.confirmer(par=signataire)
    proposer(due, signataire, "2500")


def test_rendu_depuis_il_ne_se_confirme_plus(due, agente, signataire, lectrice):
    rectificatif = proposer(due, agente, "100", "1900")
    vu = rectificatif.empreinte_a_confirmer()
    rendre(due, lectrice, "50", reference="R-1")
    with pytest.raises(VersionPerimee):
        rectificatif.confirmer(par=signataire, vu=vu)
    rendre(due, lectrice, "100", reference="R-2")
    with pytest.raises(TransitionInterdite, match="déjà rendus"):
        rectificatif.confirmer(par=signataire)


def test_avant_la_fin_rien_ne_se_rectifie(paye, agente):
    with pytest.raises(TransitionInterdite, match="clos ou résilié"):
        Rectificatif.proposer(paye, par=agente, motif=APPRIS, sommes={})


def test_la_base_ne_change_une_ligne_que_par_un_rectificatif_confirme(due, agente, signataire):
    with pytest.raises(DatabaseError, match="relevé rectificatif"), transaction.atomic():
        LigneDeReleve.objects.filter(pk=due.pk).update(a_recuperer=0, radie=2000)
    proposer(due, agente, "0", "2000")
    with pytest.raises(DatabaseError, match="relevé rectificatif"), transaction.atomic():
        LigneDeReleve.objects.filter(pk=due.pk).update(a_recuperer=0, radie=2000)
    with pytest.raises(DatabaseError), transaction.atomic():
        Rectificatif.objects.update(confirme_par=agente, confirme_le=timezone.now(), numero=1)
    Rectificatif.objects.get().confirmer(par=signataire)
    with pytest.raises(DatabaseError, match="ne se modifie"), transaction.atomic():
        Rectificatif.objects.update(motif="Autre chose.")


# --- Une erreur se défait toujours, à deux ------------------------------------------------------------------


def test_paye_deux_fois_par_erreur_sous_une_convention_resiliee_se_contrepasse(signe, lectrice, autre):
    """Une promesse gardée se paie encore; inscrite deux fois, la seconde se défait, et se paie de nouveau."""
    tranche = signe.tranches.select_related("affectation__enveloppe").get(rang=1)
    resilier_la_convention(signe.convention, garder=[a.enveloppe for a in signe.affectations()])
    f.payer(tranche, lectrice, montant=D("4200"), reference="V-1")
    deux = f.payer(tranche, lectrice, montant=D("4200"), reference="V-1 BIS")
    deux.contrepasser(par=autre, motif="Inscrit deux fois.")
    assert Solde.objects.get(pk=tranche.enveloppe.pk).verse == D("4200")
    assert Tranche.objects.get(pk=tranche.pk).etat == "liberee"
    argent_des_protocoles_vrai(signe.convention)
    f.payer(Tranche.objects.get(pk=tranche.pk), lectrice, montant=D("4200"), reference="V-2")
    argent_des_protocoles_vrai(signe.convention)


@pytest.mark.parametrize("fermer", [False, True])
def test_apres_la_fin_un_versement_jamais_parti_se_defait_et_le_releve_le_dit(
    paye, signataire, autre, fermer
):
    paye.resilier(par=signataire, motif="x", demandee="table", **f.appui())
    if fermer:
        resilier_la_convention(paye.convention)
    paiement = paye.tranches.get(rang=1).paiements.lues().get()
    enveloppe, avant = paiement.enveloppe, Solde.objects.get(pk=paiement.enveloppe_id)
    paiement.contrepasser(par=autre, motif="Ce virement n’est jamais parti.")
    apres = Solde.objects.get(pk=enveloppe.pk)
    assert (apres.verse, apres.engage, apres.disponible - avant.disponible) == (0, 0, D("8400"))
    ligne = LigneDeReleve.objects.get(affectation=paiement.tranche.affectation_id)
    assert (ligne.garde, ligne.libere) == (0, D("12000"))
    assert Rectificatif.objects.get().numero == 1
    assert etat_de(paye)[2][0] == "annulee"
    argent_des_protocoles_vrai(enveloppe.convention)


def test_ce_qui_est_deja_a_recuperer_ne_se_defait_pas_sans_le_rectifier(due, agente, signataire, autre):
    paiement = due.protocole.tranches.get(rang=1).paiements.lues().get()
    with pytest.raises(TransitionInterdite, match="rectifiez d’abord"):
        paiement.contrepasser(par=autre, motif="Jamais parti.")
    proposer(due, agente, "0").confirmer(par=signataire)
    paiement.contrepasser(par=autre, motif="Jamais parti.")
    assert dit(due) == (0, 0, 0, D("12000"))
    argent_des_protocoles_vrai(due.affectation.enveloppe.convention)


def test_d_un_versement_annule_ce_qui_etait_inscrit_par_erreur_retourne_a_l_enveloppe(
    signe, lectrice, signataire, autre
):
    tranche = signe.tranches.select_related("affectation__enveloppe").get(rang=1)
    paiement = f.payer(tranche, lectrice, montant=D("400"))
    Tranche.objects.get(pk=tranche.pk).annuler(par=signataire, **f.appui(), motif="Le coût réel est moindre.")
    type(paiement).objects.lues().get().contrepasser(par=autre, motif="Jamais parti.")
    solde = Solde.objects.get(pk=tranche.enveloppe.pk)
    assert (solde.verse, Tranche.objects.get(pk=tranche.pk).etat) == (0, "annulee")
    argent_des_protocoles_vrai(signe.convention)


def test_un_remboursement_ne_depasse_pas_ce_que_dit_le_rectificatif(due, agente, signataire, lectrice):
    proposer(due, agente, "1000", "1000").confirmer(par=signataire)
    ligne = LigneDeReleve.objects.select_related("protocole__initiative").get(pk=due.pk)
    with pytest.raises(TransitionInterdite, match="ne doit plus que 1\xa0000,00"):
        rendre(ligne, lectrice, "1000.01")
    saisie = {"montant": D("1000"), "faite_le": aujourd_hui(), "reference": "R-1"}
    assert Remboursement.inscrire(par=lectrice, ligne=ligne, **saisie).montant == 1000
