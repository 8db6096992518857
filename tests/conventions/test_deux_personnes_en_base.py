"""Un retard levé, une remise reçue : la base aussi refuse que la même personne fasse les deux."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from conventions.models import EcheanceVersement, ReceptionDeRemise, Versement
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import depenses as d
from tests.conventions import versements as v
from tests.conventions.versements import virement
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db
RETARD = "lève seul un retard"
REPOUSSEE = aujourd_hui() + timedelta(30)


@partagee
def convention(cadre):
    return v.convention_signee(cadre.bsl)


@pytest.fixture
def cumul():
    """Une personne de l'analyse du Ministère, qui autorise et confirme aussi."""
    personne = fabriques.personne("approbation")
    for role in ("mess", "finances_mess"):
        fabriques.mandater(personne, role)
    return personne


def prolonger(obligation, par):
    obligation.prolonger(par=par, nouvelle=REPOUSSEE, motif="Saisie en cours.")


def recevoir(obligation, par):
    obligation.recevoir(par=par, le=aujourd_hui(), reference="Dossier 7")


leve_un_retard = pytest.mark.parametrize("lever", [prolonger, recevoir])


def inscrire_l_autorisation(echeance, par, **champs):
    EcheanceVersement.objects.filter(pk=echeance.pk).update(
        etat="autorisee", autorisee_le=timezone.now(), autorisee_par=par, **champs
    )


def refusee(geste, *args, phrase=RETARD):
    with pytest.raises(DatabaseError, match=phrase), transaction.atomic():
        geste(*args)


def changer_qui_autorise(echeance, par):
    with connection.cursor() as curseur:
        curseur.execute(
            "UPDATE conventions_echeanceversement SET autorisee_par_id = %s WHERE id = %s",
            [par.pk, echeance.pk],
        )


@leve_un_retard
def test_la_base_refuse_l_autorisation_de_qui_a_leve_le_retard(convention, cumul, approbation, lever):
    echeance = v.recommandee(convention)
    lever(v.obligation_en_retard(convention), cumul)
    refusee(inscrire_l_autorisation, echeance, cumul)
    inscrire_l_autorisation(echeance, approbation)
    refusee(changer_qui_autorise, echeance, cumul)
    assert v.relire(echeance).autorisee_par == approbation


@leve_un_retard
def test_la_base_refuse_la_confirmation_de_qui_a_leve_le_retard(convention, cumul, monkeypatch, lever):
    echeance = v.autorisee(convention)
    lever(v.obligation_en_retard(convention), cumul)
    monkeypatch.setattr(EcheanceVersement, "_empechements_de_qui_permet", lambda *_: [])
    refusee(virement, v.relire(echeance), cumul)
    assert not Versement.objects.exists()
    virement(v.relire(echeance))


def test_un_rapport_accepte_par_une_autre_n_arrete_plus_qui_l_a_recu(convention, cumul, analyste):
    echeance, obligation = v.recommandee(convention), v.obligation_en_retard(convention)
    recevoir(obligation, cumul)
    obligation.accepter(par=analyste)
    inscrire_l_autorisation(echeance, cumul)


def test_le_retard_d_une_autre_convention_n_arrete_personne(cadre, convention, cumul):
    echeance = v.recommandee(convention)
    prolonger(v.obligation_en_retard(v.convention_signee(cadre.lanaudiere)), cumul)
    inscrire_l_autorisation(echeance, cumul)


def test_lever_un_retard_apres_avoir_autorise_ne_fige_pas_le_versement(convention, cumul, mess):
    echeance = v.recommandee(convention)
    echeance.autoriser(par=cumul)
    prolonger(v.obligation_en_retard(convention), cumul)
    assert v.relire(echeance).suspendre(par=mess, motif="À vérifier.").etat == "suspendue"
    assert v.relire(echeance).reprendre(par=mess).etat == "autorisee"


@pytest.mark.parametrize(
    "jour, heure, lendemain",
    [
        (date(2026, 6, 30), "2026-06-30T23:30-04:00", "2026-07-01T09:00-04:00"),
        (date(2026, 11, 30), "2026-11-30T23:30-05:00", "2026-12-01T09:00-05:00"),
    ],
)
def test_le_soir_du_jour_du_rien_n_est_encore_en_retard(convention, cumul, jour, heure, lendemain):
    """À Londres, c'est déjà demain : la base compte les jours d'ici, comme le modèle."""
    echeance, obligation = v.recommandee(convention), v.obligation_en_retard(convention)
    type(obligation).objects.filter(pk=obligation.pk).update(echeance=jour)
    obligation.refresh_from_db()
    with time_machine.travel(heure, tick=False):
        recevoir(obligation, cumul)
        v.relire(echeance).autoriser(par=cumul)
    with time_machine.travel(lendemain, tick=False):
        refusee(inscrire_l_autorisation, echeance, cumul)


def test_la_base_refuse_la_reception_d_une_remise_par_qui_l_a_inscrite(cadre, lectrice):
    remise = d.remise(d.convention_repartie(cadre.bsl), par=lectrice)
    recue = {"remise": remise, "recue_le": d.JOUR, "le": timezone.now()}

    def recevoir_soi_meme():
        ReceptionDeRemise.objects.create(par=lectrice, **recue)

    refusee(recevoir_soi_meme, phrase="par qui inscrit la remise")
    ReceptionDeRemise.objects.create(par=d.du_territoire(cadre.bsl), **recue)
