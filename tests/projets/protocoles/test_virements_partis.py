"""Un virement parti avant l'arrêt de son versement s'inscrit à sa vraie date : les livres égalent la banque."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from conventions.models import Solde
from conventions.models.sorties import SaisieRefusee
from projets.protocoles.models import LigneDeReleve, Paiement, Protocole, Rectificatif, Tranche
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.test_fins import etat_de, resilier_la_convention
from tests.projets.protocoles.verite import argent_des_protocoles_vrai

pytestmark = pytest.mark.django_db
APPRIS = "La banque l’a confirmé après coup."


@pytest.fixture
def tranche(signe):
    return signe.tranches.select_related("affectation__enveloppe").get(rang=1)


def suspendre(signe, par):
    f.relire(signe).suspendre(par=par, motif="La salle est inondée.")


def annuler(signe, par):
    f.relire(signe).tranches.get(rang=1).annuler(par=par, **f.appui(), motif="Le coût réel est moindre.")


def resilier(signe, par):
    f.relire(signe).resilier(par=par, motif="Elle cesse.", demandee="organisme", **f.appui())


ARRETS = {"suspendre": suspendre, "annuler": annuler, "resilier": resilier}


def inscrire(tranche, par, **plus):
    relue = Tranche.objects.select_related("protocole__initiative").get(pk=tranche.pk)
    saisie = {"montant": D("8400"), "faite_le": aujourd_hui(), "reference": "VIR-1", "motif": APPRIS}
    saisie["piece"] = fabriques.fichier_pdf()
    return Paiement.inscrire_deja_parti(par=par, tranche=relue, **saisie | plus)


@pytest.mark.parametrize("arret", ARRETS)
@pytest.mark.parametrize(
    "montant, etats", [("8400", ["versee"] * 3), ("400", ["suspendue", "annulee", "annulee"])]
)
def test_il_s_inscrit_a_sa_date_et_ne_debloque_rien_d_autre(
    arret, montant, etats, signe, tranche, signataire, lectrice
):
    ARRETS[arret](signe, signataire)
    avant = etat_de(signe)
    paiement = inscrire(tranche, lectrice, montant=D(montant))
    assert Solde.objects.get(pk=tranche.enveloppe.pk).verse == D(montant)
    apres = etat_de(signe)
    assert apres[2][0] == etats[list(ARRETS).index(arret)]
    assert (apres[:2], apres[2][1:]) == (avant[:2], avant[2][1:])
    argent_des_protocoles_vrai(signe.convention)
    autre = fabriques.personne("finances", signe.initiative.alliance)
    type(paiement).objects.lues().get().contrepasser(par=autre, motif="Rejeté par la banque.")
    assert Solde.objects.get(pk=tranche.enveloppe.pk).verse == 0
    assert etat_de(signe) == avant
    argent_des_protocoles_vrai(signe.convention)


def test_apres_la_fin_le_releve_se_rectifie_avec_lui(signe, tranche, signataire, lectrice):
    resilier(signe, signataire)
    inscrire(tranche, lectrice)
    ligne = LigneDeReleve.objects.get(affectation=tranche.affectation_id)
    assert (ligne.garde, ligne.libere) == (D("8400"), D("3600"))
    assert Rectificatif.objects.get().numero == 1


def test_l_ecran_ordinaire_dit_ou_il_s_inscrit(signe, tranche, signataire, lectrice):
    suspendre(signe, signataire)
    with pytest.raises(SaisieRefusee, match="comme virement déjà parti"):
        f.payer(tranche, lectrice)


def test_parti_apres_l_arret_il_se_recupere(signe, tranche, signataire, lectrice):
    annuler(signe, signataire)
    hier = Tranche.objects.get(pk=tranche.pk).annulee_le - timedelta(days=1)
    Tranche.objects.filter(pk=tranche.pk).update(annulee_le=hier, liberee_le=hier)
    with pytest.raises(SaisieRefusee, match="se récupère de l’organisme"):
        inscrire(tranche, lectrice)


def test_ce_qui_n_a_pas_ete_libere_ou_n_est_pas_arrete_ne_passe_pas_par_la(
    signe, tranche, signataire, lectrice
):
    with pytest.raises(TransitionInterdite, match="n’est pas arrêté"):
        inscrire(tranche, lectrice)
    suspendre(signe, signataire)
    with pytest.raises(TransitionInterdite, match="n’est pas arrêté"):
        inscrire(signe.tranches.get(rang=3), lectrice)
    with pytest.raises(TransitionInterdite, match="comment on l’a appris"):
        inscrire(tranche, lectrice, motif=" ")
    with pytest.raises(TransitionInterdite, match="preuve du virement"):
        inscrire(tranche, lectrice, piece=None)
    with pytest.raises(SaisieRefusee, match="Il ne reste que"):
        inscrire(tranche, lectrice, montant=D("8400.01"))


def test_remplace_par_un_avenant_un_versement_deja_parti_s_inscrit(
    signe, tranche, agente, signataire, equipe, lectrice
):
    prevues = f.avenant_sans_suite(signe)
    ouvert = f.avenant(signe, agente, tranches=[p for p in prevues if p.part != tranche.affectation_id])
    f.avenant_signe(f.relire_avenant(ouvert.transmettre(par=agente)), signataire, equipe[1])
    assert inscrire(tranche, lectrice).montant == D("8400")
    argent_des_protocoles_vrai(signe.convention)


def test_contrepasse_apres_la_fin_un_versement_bien_parti_s_inscrit_de_nouveau(
    signe, tranche, signataire, lectrice
):
    paiement = f.payer(tranche, lectrice)
    resilier(signe, signataire)
    autre = fabriques.personne("finances", signe.initiative.alliance)
    type(paiement).objects.lues().get().contrepasser(par=autre, motif="Le montant était faux.")
    assert inscrire(tranche, lectrice, montant=D("8000")).montant == D("8000")
    argent_des_protocoles_vrai(signe.convention)


def test_resiliee_apres_une_suspension_elle_est_arretee_depuis_la_suspension(signe, tranche, signataire):
    suspendre(signe, signataire)
    suspendu_le = f.relire(signe).suspendu_le
    resilier(signe, signataire)
    assert Tranche.objects.get(pk=tranche.pk).annulee_le == suspendu_le


def test_l_argent_reparti_depuis_se_ramene_d_abord(signe, tranche, signataire, lectrice):
    annuler(signe, signataire)
    p.vider(tranche.enveloppe)
    with pytest.raises(SaisieRefusee, match="Un transfert doit d’abord y ramener"):
        inscrire(tranche, lectrice)


def test_la_convention_resiliee_le_refus_dit_quoi_faire(signe, tranche, lectrice):
    resilier_la_convention(signe.convention)
    with pytest.raises(TransitionInterdite, match="récupérez la somme de l’organisme"):
        inscrire(tranche, lectrice)


def test_la_base_ne_laisse_rien_passer_d_autre(signe, tranche, signataire, lectrice):
    suspendre(signe, signataire)
    paiement = inscrire(tranche, lectrice, montant=D("100"))
    paiement.pk, paiement._state.adding, paiement.rang = None, True, 99
    paiement.reference, paiement.parti_avant, paiement.motif = "VIR-2", "", ""
    with pytest.raises(DatabaseError, match="Refusé"), transaction.atomic():
        paiement.save(force_insert=True)


def test_sa_page_s_ouvre_de_l_etat_des_versements(signe, tranche, signataire, lectrice, agente, client_de):
    suspendre(signe, signataire)
    url = reverse("protocoles:virement_parti", args=[tranche.pk])
    etat = reverse("protocoles:etat_des_versements", args=[signe.pk])
    assert url in client_de(lectrice).get(etat).text
    assert url not in client_de(agente).get(etat).text
    assert client_de(agente).get(url).status_code == 403
    client = client_de(lectrice)
    assert_html_accessible(client.get(url))
    saisie = {
        "faite_le": aujourd_hui().isoformat(),
        "montant": "8 400",
        "reference": "VIR-1",
        "motif": APPRIS,
        "piece": fabriques.fichier_pdf("releve.pdf"),
    }
    trop = client.post(url, saisie | {"montant": "9 000"})
    assert "Il ne reste que" in trop.text
    assert client.post(url, saisie | {"piece": fabriques.fichier_pdf()}).status_code == 302
    assert Paiement.objects.get().pieces.exists()
    assert Protocole.objects.get(pk=signe.pk).est_suspendu
