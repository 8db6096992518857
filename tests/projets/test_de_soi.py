"""Ce qu'une personne ne choisit ni n'apprend d'avance : la demande de son organisme, de sa MRC, ou en conflit."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from alliances.models import Mandat, Organisme
from projets.models import Decision, Initiative
from projets.models.evaluations import a_evaluer_par, declarer
from projets.models.reponses import envoyer
from projets.notifications.demandes import annoncer_la_decision
from projets.permissions import ou_peut, peut
from socle.models import Notification, Utilisateur
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.partage import partagee
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre
from tests.projets.test_seance import dossier_pret

pytestmark = pytest.mark.django_db
CHOISIR = ("juger", "rendre-avis", "proposer-decision", "lire-les-notes")


def adresse(nom, objet):
    return reverse(f"projets:{nom}", args=[objet.pk])


@partagee
def de_la_mrc(cadre, prete_a_decider, agente):
    """La MRC de La Matapédia dépose à un appel de toute l'Alliance; rien n'en est décidé."""
    territoire = cadre.bsl.territoires.get(code="07")
    mrc = Organisme.objects.create(nom="MRC de La Matapédia", forme="municipal", territoire=territoire)
    sienne = dossier_pret(prete_a_decider.appel, agente, "Navette du haut pays", "1140000033")
    Initiative.objects.filter(pk=sienne.pk).update(organisme=mrc)
    sienne.territoires.set([territoire])
    return p.relire(sienne)


@partagee
def gens_de_la_mrc(de_la_mrc):
    territoire = de_la_mrc.organisme.territoire
    return [
        fabriques.personne(role, territoire) for role in ("territoire", "sign_territoire", "fin_territoire")
    ]


def test_sous_embargo_la_mrc_ne_lit_pas_la_decision_de_sa_demande(
    de_la_mrc, gens_de_la_mrc, signataire, agente, enveloppes, client_de
):
    decision = prendre(de_la_mrc, signataire, affectations={enveloppes["La Matapédia"]: D(6_000)})
    for personne in gens_de_la_mrc:
        lue = client_de(personne).get(adresse("initiative", de_la_mrc))
        assert lue.status_code == 200
        assert "Acceptée" not in lue.text
        assert not Decision.objects.visibles_par(personne).exists()
        assert client_de(personne).get(adresse("piece_de_decision", decision.pieces.get())).status_code == 404
    assert Decision.objects.visibles_par(agente).exists()
    envoyer(de_la_mrc.appel, par=signataire)
    for personne in gens_de_la_mrc:
        assert "Acceptée" in client_de(personne).get(adresse("initiative", de_la_mrc)).text


def test_la_mrc_qui_depose_n_est_pas_prevenue_d_une_decision_que_la_table_seule_connait(
    de_la_mrc, gens_de_la_mrc, signataire, agente, enveloppes
):
    decision = prendre(de_la_mrc, signataire, affectations={enveloppes["La Matapédia"]: D(6_000)})
    annoncer_la_decision(decision, par=signataire)
    destinataires = set(Notification.objects.values_list("destinataire", flat=True))
    assert agente.pk in destinataires
    assert not destinataires & {personne.pk for personne in gens_de_la_mrc}


def test_le_filtre_a_faire_ne_montre_pas_la_sienne(de_la_mrc, gens_de_la_mrc, client_de, agente):
    url = reverse("projets:initiatives") + "?prochain=decider"
    assert de_la_mrc.numero in client_de(agente).get(url).text
    assert de_la_mrc.numero not in client_de(gens_de_la_mrc[0]).get(url).text


def test_qui_tient_un_role_de_la_mrc_n_evalue_pas_sa_demande(de_la_mrc, gens_de_la_mrc, prete_a_decider):
    finances = gens_de_la_mrc[2]
    fabriques.mandater(finances, "evaluation", instance_gouvernance=de_la_mrc.etapes.last().instance)
    finances = Utilisateur.objects.get(pk=finances.pk)
    assert set(a_evaluer_par(finances)) == {prete_a_decider}


@pytest.mark.parametrize("geste", CHOISIR)
def test_un_conflit_declare_ferme_aussi_le_choix(prete_a_decider, agente, geste):
    fabriques.mandater(agente, "evaluation", instance_gouvernance=prete_a_decider.etapes.last().instance)
    agente = Utilisateur.objects.get(pk=agente.pk)
    assert peut(agente, geste, prete_a_decider) is None
    declarer(prete_a_decider, par=agente, conflit=True, precision="Ma sœur y travaille.")
    relue = p.relire(prete_a_decider)
    assert "conflit d’intérêts" in str(peut(agente, geste, relue))
    assert relue not in Initiative.objects.filter(ou_peut(agente, geste))


def test_qui_a_depose_ne_decide_pas_meme_sorti_de_l_organisme(prete_a_decider, signataire):
    Initiative.objects.filter(pk=prete_a_decider.pk).update(deposee_par=signataire)
    relue = p.relire(prete_a_decider)
    assert not Mandat.objects.filter(utilisateur=signataire, organisme=relue.organisme).exists()
    assert peut(signataire, "decider", relue) is not None
    assert relue not in Initiative.objects.filter(ou_peut(signataire, "decider"))


def test_depasser_la_part_de_l_appel_s_ecrit(prete_a_decider, enveloppes, signataire):
    enveloppe = enveloppes["La Matapédia"]
    prete_a_decider.appel.enveloppes.filter(enveloppe=enveloppe).update(montant=D(6_000))
    trop = {"affectations": {enveloppe: D(15_000)}, "prise_le": aujourd_hui()}
    with pytest.raises(Exception, match="Il ne reste à l’appel que 6"):
        prendre(prete_a_decider, signataire, **trop)
    prise = prendre(p.relire(prete_a_decider), signataire, ecart="Un autre appel n’a rien pris.", **trop)
    assert prise.ecart
