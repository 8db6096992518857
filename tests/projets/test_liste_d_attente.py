"""La liste d'attente : son ordre, la suivante que l'argent revenu propose, et qui la décide."""

import re
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.models import Mandat
from projets.attentes import etude
from projets.models import AppelProjets, Decision, JournalProjets, PropositionDecision
from projets.models.file import rangs_de_la_file
from projets.models.propositions import adopter, jauges, proposer
from projets.models.reponses import envoyer
from projets.models.reservations import (
    desister,
    liberer_la_reservation,
)
from socle.erreurs import TransitionInterdite
from socle.models import CibleDeService
from socle.models.chaines import premiere_rupture
from socle.valeurs.horloge import aujourd_hui
from tests.projets import fabriques as p
from tests.projets.reservees import (
    ATTENTE,
    accepter_et_repondre,
    finie,
    liberer,
    mettre_en_attente,
    recues,
)
from tests.projets.test_decisions import prendre, solde
from tests.projets.test_seance import acte, dossier_pret

pytestmark = pytest.mark.django_db


@pytest.fixture
def acceptee(prete_a_decider, enveloppes, signataire):
    return accepter_et_repondre(prete_a_decider, enveloppes["La Matapédia"], signataire)


@pytest.fixture
def file(acceptee, agente, signataire):
    return mettre_en_attente(acceptee.appel, agente, signataire)


def adresse(nom, initiative):
    return reverse(f"projets:{nom}", args=[initiative.pk])


def test_la_file_suit_l_ordre_des_decisions(acceptee, file):
    assert rangs_de_la_file(acceptee.appel) == {file[0].pk: 1, file[1].pk: 2}


@pytest.mark.parametrize("geste", [desister, liberer])
def test_de_l_argent_qui_revient_propose_la_suivante_sans_l_accepter(
    acceptee, file, enveloppes, signataire, geste
):
    enveloppe = enveloppes["La Matapédia"]
    p.vider(enveloppe)
    geste(acceptee, par=signataire, motif="La salle n’est plus libre.")
    proposition = PropositionDecision.objects.get()
    assert (proposition.initiative, proposition.sens, proposition.par) == (file[0], "acceptee", None)
    assert proposition.affectations == {enveloppe: D(15_000)}
    assert {p.relire(i).etat for i in file} == {"en_attente"}
    assert solde(enveloppe).disponible == D(15_000)
    assert not Decision.objects.filter(initiative__in=file, sens="acceptee").exists()
    assert premiere_rupture(JournalProjets) is None


def test_la_suivante_attend_qui_la_decide_a_l_accueil_au_filtre_et_a_l_appel(
    acceptee, file, agente, signataire, client_de
):
    envoyer(acceptee.appel, par=signataire)
    assert etude.taches(signataire) == []
    liberer_la_reservation(finie(acceptee), par=signataire, motif="Le protocole tarde.")
    (attente,) = etude.taches(signataire)
    assert attente.titre == "Décider de la suivante de la liste d’attente"
    assert (attente.lien, attente.depuis) == (adresse("decision", file[0]), aujourd_hui())
    assert attente.echeance == aujourd_hui() + timedelta(CibleDeService.toutes()["initiative-decision"])
    client, libelle = client_de(signataire), "Décider de la suivante"
    (vue,) = (
        client.get(f"{reverse('projets:initiatives')}?prochain=suivante").context["liste"].page.object_list
    )
    assert vue == file[0]
    assert "elle est la suivante de la liste d’attente" in re.sub(
        r"\s+", " ", client.get(adresse("initiative", file[0])).content.decode()
    )
    page = reverse("projets:appel", args=[acceptee.appel_id])
    assert libelle in str(client.get(page).context["a_conclure"])
    assert etude.taches(agente) == []
    assert libelle not in str(client_de(agente).get(page).context["a_conclure"])


def test_l_argent_d_un_autre_territoire_ne_propose_ni_n_annonce_personne(
    acceptee, file, signataire, client_de, cadre
):
    """Celle qui suit se passe ailleurs; une autre, déjà proposée, ne s'annonce pas de nouveau."""
    ailleurs = cadre.bsl.territoires.exclude(pk__in=acceptee.territoires.all()).first()
    for initiative in file:
        initiative.territoires.set([ailleurs])
    deja = PropositionDecision.objects.create(
        initiative=file[1], sens="acceptee", modifiee_le=timezone.now() - timedelta(9)
    )
    client_de(signataire).post(
        adresse("reservation_liberation", finie(acceptee)), {"motif": "Le protocole tarde."}
    )
    assert p.relire(acceptee).etat == "liberee"
    assert PropositionDecision.objects.get() == deja
    assert recues(signataire, "la suivante") == 0


def test_la_suivante_deja_proposee_laisse_son_tour(acceptee, file, agente, signataire, enveloppes):
    proposer(
        file[0], par=agente, revision=0, sens="acceptee", affectations={enveloppes["La Matapédia"]: D(1)}
    )
    liberer(acceptee, par=signataire, motif="Le protocole tarde.")
    assert PropositionDecision.objects.get(par=None).initiative == file[1]


def test_le_rang_que_lit_l_organisme_ne_bouge_qu_avec_les_reponses(
    acceptee, file, enveloppes, agente, signataire, client_de
):
    envoyer(acceptee.appel, par=signataire)
    engages = [Mandat.objects.get(role="engagement", organisme=i.organisme).utilisateur for i in file]

    def rangs():
        pages = [
            client_de(e).get(adresse("initiative", i)).context["rang"]
            for e, i in zip(engages, file, strict=True)
        ]
        return [*pages, client_de(agente).get(adresse("initiative", file[1])).context["rang"]]

    assert rangs() == [1, 2, 2]
    prendre(file[0], signataire, affectations={enveloppes["La Matapédia"]: D(5_000)})
    assert rangs() == [1, 2, 1]
    envoyer(acceptee.appel, par=signataire)
    assert rangs() == [None, 1, 1]


def test_decidee_autrement_sa_vieille_proposition_ne_s_adopte_ni_ne_compte_ni_ne_saute_son_tour(
    acceptee, agente, signataire, enveloppes
):
    enveloppe = enveloppes["La Matapédia"]
    autre = dossier_pret(acceptee.appel, agente, "Organisme 0", "1140000100")
    vieille = proposer(autre, par=agente, revision=0, sens="acceptee", affectations={enveloppe: D(1)})
    prendre(autre, signataire, **ATTENTE)
    assert not PropositionDecision.objects.exists()
    with pytest.raises(TransitionInterdite, match="Aucune proposition"):
        adopter(autre.appel, [vieille], par=signataire, **acte())
    assert [propose for e, _, propose, _ in jauges(autre.appel) if e == enveloppe] == [D(0)]
    liberer(acceptee, par=signataire, motif="Le protocole tarde.")
    assert PropositionDecision.objects.get().initiative == autre


def test_on_ne_propose_pas_plus_que_ce_que_demande_chaque_exercice(acceptee, file, signataire):
    liberer(acceptee, par=signataire, motif="Le protocole tarde.")
    assert list(PropositionDecision.objects.get().affectations.values()) == [D(17_500)]


def test_sous_le_plancher_de_l_appel_la_file_ne_propose_rien(acceptee, file, enveloppes, signataire):
    p.vider(enveloppes["La Matapédia"])
    AppelProjets.objects.filter(pk=acceptee.appel_id).update(plancher=acceptee.affectations.get().montant + 1)
    liberer(acceptee, par=signataire, motif="Le protocole tarde.")
    assert not PropositionDecision.objects.exists()


def test_passer_avant_une_autre_de_la_file_s_ecrit(acceptee, file, enveloppes, signataire):
    premiere, seconde = file
    with pytest.raises(TransitionInterdite, match=f"{premiere.numero} précède celle-ci"):
        prendre(seconde, signataire, affectations={enveloppes["La Matapédia"]: D(5_000)})
    prendre(
        p.relire(seconde),
        signataire,
        affectations={enveloppes["La Matapédia"]: D(5_000)},
        ecart="La première attend un local.",
    )
    prendre(p.relire(premiere), signataire, affectations={enveloppes["La Matapédia"]: D(5_000)})
