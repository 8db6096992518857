"""Annuler la confirmation d'un virement : rien ne s'efface, rien ne passe sous zéro, rien ne se fait deux fois."""

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from conventions.models import (
    AnnulationVersement,
    Convention,
    DemandeAnnulation,
    Ecriture,
    Enveloppe,
    Versement,
    lots,
)
from socle.models import Notification
from socle.models.chaines import premiere_rupture
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.fabriques import report_adopte
from tests.conventions.versements import empeche, recu, virement
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return v.convention_signee(cadre.bsl)


@pytest.fixture
def finances_mess(cadre):
    return v.finances()


def annuler(versement, motif="Mauvaise date.", **options):
    echeance = v.relire(versement.echeance)
    par = options.pop("par", None) or v.finances()
    return echeance.annuler_confirmation(par=par, versement=versement, motif=motif, **options)


def test_une_confirmation_annulee_se_contrepasse_et_le_versement_redevient_autorise(convention):
    versement = virement(v.autorisee(convention))
    annulation = annuler(versement)
    echeance = v.relire(versement.echeance)
    assert (echeance.etat, echeance.versee_le, echeance.verse()) == ("autorisee", None, 0)
    assert recu(convention) == 0
    [ecriture] = Ecriture.objects.du_mouvement(annulation.mouvement)
    assert (ecriture.nature, ecriture.montant) == ("contrepassation", Decimal("-70000.00"))
    assert ecriture.contrepasse.mouvement == versement.mouvement
    assert list(Versement.objects.all()) == [versement]
    ligne = convention.journal.order_by("pk").last()
    assert (ligne.geste, ligne.motif) == ("annuler-virement", "Mauvaise date.")
    assert ligne.avant == {"etat": "versee", "montant": "70\xa0000,00\xa0$", "reference": "V-1"}
    for modele in (AnnulationVersement, Versement, Ecriture):
        assert premiere_rupture(modele) is None
    call_command("verifier_grand_livre")


def test_le_virement_corrige_se_confirme_sous_la_meme_reference(convention):
    echeance = v.autorisee(convention)
    faux = virement(echeance, montant=v.VIREMENT)
    annuler(faux)
    bon = virement(v.relire(echeance))
    assert (bon.reference, faux.reference) == ("V-1", "V-1")
    assert (v.relire(echeance).etat, recu(convention)) == ("versee", Decimal("70000.00"))
    assert virement(v.relire(echeance)) == bon
    annuler(bon, motif="Encore faux.")
    virement(v.relire(echeance), montant=v.VIREMENT + 1)
    assert recu(convention) == v.VIREMENT + 1
    assert premiere_rupture(Versement) is None


def test_le_meme_virement_rejoue_apres_son_annulation_ne_revient_pas(convention):
    echeance = v.autorisee(convention)
    annuler(virement(echeance))
    assert "tel quel, a été annulé" in empeche(virement, v.relire(echeance))[0]
    assert (v.relire(echeance).etat, recu(convention)) == ("autorisee", 0)


def test_une_confirmation_ne_s_annule_qu_une_fois(convention):
    versement = virement(v.autorisee(convention))
    annuler(versement)
    assert "Cette confirmation est déjà annulée" in empeche(annuler, versement)[0]
    assert AnnulationVersement.objects.count() == 1


def test_un_virement_partiel_annule_laisse_l_autre(convention):
    echeance = v.autorisee(convention)
    premier = virement(echeance, montant=v.VIREMENT)
    virement(v.relire(echeance), montant=Decimal("60000.00"), reference="V-2")
    annuler(premier)
    assert (v.relire(echeance).etat, v.relire(echeance).reste()) == ("autorisee", v.VIREMENT)
    assert recu(convention) == Decimal("60000.00")


def test_une_annulation_a_son_motif_et_vise_un_virement_du_versement(convention):
    versement = virement(v.autorisee(convention))
    assert empeche(annuler, versement, motif=" ") == ["Écrivez le motif de l’annulation."]
    autre = v.premiere(convention, rang=2)
    refus = empeche(autre.annuler_confirmation, par=v.finances(), versement=versement, motif="x")
    assert refus == ["Aucun virement de ce versement n’est à annuler."]


def test_une_somme_recuperee_depuis_retient_l_annulation(convention):
    versement = virement(v.autorisee(convention))
    v.recuperer(convention)
    assert "ne garde que 60 000,00 $ de ce qu’il a reçu" in empeche(annuler, versement)[0]
    assert recu(convention) == Decimal("60000.00")


def test_une_somme_deja_versee_aux_porteurs_retient_l_annulation(convention):
    versement = virement(v.autorisee(convention))
    racine = Enveloppe.racine(convention, 2025)
    with transaction.atomic():
        Ecriture.passer(
            convention,
            [(racine, "verse", Decimal("0.01"))],
            nature="versement",
            par=v.finances(),
            objet="Paiement",
        )
    assert "0,01 $ sont déjà versés, dépensés ou remis" in empeche(annuler, versement)[0]


def test_une_somme_reportee_puis_partie_retient_l_annulation(convention):
    """Reportée, elle n'est plus dans son exercice : elle se cherche où elle est."""
    versement = virement(v.autorisee(convention))
    report_adopte(convention)
    with transaction.atomic():
        Ecriture.passer(
            convention,
            [(Enveloppe.racine(convention, 2026), "verse", Decimal("0.01"))],
            nature="versement",
            par=v.finances(),
            objet="Paiement",
        )
    assert (
        "et ceux où il est reporté, jusqu’à 2026-2027, 0,01 $ sont déjà versés"
        in empeche(annuler, versement)[0]
    )
    assert recu(convention) == versement.montant


def test_un_exercice_clos_ou_une_convention_fermee_retiennent_l_annulation(convention, mess):
    versement = virement(v.autorisee(convention))
    exercice = convention.exercices.get(an=2025)
    exercice.clos_le, exercice.clos_par = aujourd_hui(), mess
    exercice.save()
    assert "L’exercice 2025-2026 est clos" in empeche(annuler, versement)[0]
    Convention.objects.filter(pk=convention.pk).update(etat="close", fermee_le=aujourd_hui(), fermee_par=mess)
    assert empeche(annuler, versement) == ["La convention est fermée : ses versements ne bougent plus."]


def test_un_versement_suspendu_se_reprend_avant_que_son_virement_s_annule(convention, mess):
    echeance = v.autorisee(convention)
    versement = virement(echeance, montant=v.VIREMENT)
    v.relire(echeance).suspendre(par=mess, motif="À revoir.")
    assert empeche(annuler, versement) == ["Ce versement est suspendu : reprenez-le d’abord."]


def test_la_base_ne_laisse_pas_une_reference_resservir(convention):
    echeance = v.autorisee(convention)
    virement(echeance, montant=v.VIREMENT)
    with pytest.raises(DatabaseError), transaction.atomic():
        Versement.inscrire(
            v.relire(echeance), par=v.finances(), montant=Decimal(1), verse_le=aujourd_hui(), reference="V-1"
        )
    annuler(Versement.objects.get())
    with (
        pytest.raises(DatabaseError, match="immuable"),
        transaction.atomic(),
        connection.cursor() as curseur,
    ):
        curseur.execute("DELETE FROM conventions_annulationversement")


def test_les_finances_demandent_l_approbation_annule(
    convention, finances_mess, approbation, agente, lectrice, etrangere, client_de
):
    versement = virement(v.autorisee(convention), par=finances_mess)
    page, adresse = reverse("conventions:echeance", args=[versement.echeance_id]), _adresse(versement)
    client = client_de(finances_mess)
    assert adresse in client.get(page).text
    assert_html_accessible(client.get(adresse))
    assert "Remplissez le champ" in client.post(adresse, {"motif": ""}).text
    demande = client.post(adresse, {"motif": "Mauvaise date."}).url
    assert recu(convention) == versement.montant  # rien ne bouge avant l'approbation
    assert "Annulation demandée" in client.get(page).text
    approuver = f"{demande}approbation/"
    assert_html_accessible(client_de(approbation).get(approuver))
    for _ in range(2):
        client_de(approbation).post(approuver)
    assert (AnnulationVersement.objects.count(), recu(convention)) == (1, 0)
    assert "déjà annulée" in client.get(adresse).text
    prevenus = Notification.objects.filter(cle__startswith="versement:annulation")
    assert {agente.pk, finances_mess.pk} <= set(prevenus.values_list("destinataire", flat=True))
    lue = client_de(agente).get(page)
    assert_html_accessible(lue)
    assert "Annulé" in lue.text
    assert "Mauvaise date." in lue.text
    for personne, code in ((agente, 403), (lectrice, 403), (etrangere, 404)):
        assert client_de(personne).post(adresse, {"motif": "x"}).status_code == code


def _adresse(versement):
    convention = versement.echeance.convention_id
    return reverse("conventions:annulation_demande", args=[convention, versement.mouvement])


def test_qui_demande_d_annuler_une_confirmation_ne_l_approuve_pas(convention):
    versement, par = virement(v.autorisee(convention)), v.finances()
    demande = DemandeAnnulation.demander(versement.mouvement, par=par, motif="Mauvaise date.")
    assert "une autre personne doit y répondre" in empeche(demande.approuver, par=par)[0]
    assert recu(convention) == versement.montant
    demande.approuver(par=fabriques.personne("approbation"))
    assert (v.relire(versement.echeance).etat, recu(convention)) == ("autorisee", 0)


@pytest.mark.parametrize("clos", [False, True])
def test_un_versement_de_reglement_confirme_par_erreur_s_annule_a_deux(convention, clos):
    virement(v.autorisee(convention))
    racine = Enveloppe.racine(convention, 2025)
    Ecriture.passer(
        convention,
        [(racine, "engage", Decimal("100000.00"))],
        nature="engagement",
        par=v.finances(),
        objet="Initiative",
    )
    mess, approbation = fabriques.personne("mess"), fabriques.personne("approbation")
    if clos:
        convention.exercices.filter(an=2025).update(clos_le=aujourd_hui(), clos_par=mess)
    promesses = {promesse.cle: True for promesse in convention.promesses()}
    fin = {"fermee_le": aujourd_hui(), "motif": "Dissoute.", "reglement": "Tout est rendu."}
    convention.resilier(par=approbation, promesses=promesses, **fin)
    du = v.relire(convention.echeances.get(condition="reglement"))
    du.recommander(par=mess, note="Selon le règlement.")
    v.relire(du).autoriser(par=approbation)
    versement = virement(v.relire(du), reference="V-R")
    avant = Versement.objects.exclude(pk=versement.pk).get()
    assert "fermée" in empeche(DemandeAnnulation.demander, avant.mouvement, par=mess, motif="x")[0]
    demande = DemandeAnnulation.demander(versement.mouvement, par=v.finances(), motif="Autre convention.")
    demande.approuver(par=approbation)
    assert (v.relire(du).etat, v.relire(du).reste()) == ("autorisee", Decimal("30000.00"))
    assert recu(convention) == Decimal("70000.00")
    virement(v.relire(du), reference="V-R2")
    assert recu(convention) == Decimal("100000.00")
    call_command("verifier_grand_livre")


def test_un_fichier_reimporte_ne_refait_pas_ce_qui_est_annule(convention):
    echeance = v.autorisee(convention)
    annuler(virement(echeance))
    lot = [(v.relire(echeance), echeance.montant, aujourd_hui(), "V-1")]
    [fautes] = lots.essayer_en_lot(lot, par=v.finances())
    assert [champ for champ, _ in fautes] == ["reference"]
    corrige = [(v.relire(echeance), echeance.montant, aujourd_hui(), "V-1 BIS")]
    lots.verser_en_lot(corrige, par=v.finances())
    assert v.relire(echeance).etat == "versee"
