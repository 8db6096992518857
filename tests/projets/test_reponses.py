"""La réponse : avant elle, l'organisme ne voit rien de la décision; elle part en lot, jamais avant l'embargo."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from projets.attentes import etude
from projets.impression import html_de_la_reponse, pdf_de_la_reponse
from projets.models import (
    Affectation,
    AppelProjets,
    AvisInitiative,
    Decision,
    Initiative,
    JournalProjets,
    PieceDecision,
    PropositionDecision,
    Reponse,
)
from projets.models.propositions import proposer
from projets.models.reponses import empechements_a_repondre, envoyer
from socle.erreurs import EcritureImmuable, TransitionInterdite
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre
from tests.projets.test_seance import dossier_pret

pytestmark = pytest.mark.django_db
CACHES = (Affectation, AvisInitiative, Decision, PieceDecision, PropositionDecision, Reponse)


@pytest.fixture
def acceptee(prete_a_decider, enveloppes, signataire):
    prendre(
        prete_a_decider,
        signataire,
        affectations={enveloppes["La Matapédia"]: 15_000},
        conditions="Offrir le samedi.",
    )
    return p.relire(prete_a_decider)


def embargo(appel, **dans):
    AppelProjets.objects.filter(pk=appel.pk).update(embargo_le=timezone.now() + timedelta(**dans))
    return AppelProjets.objects.get(pk=appel.pk)


def vus(personne):
    return {modele.__name__ for modele in CACHES if modele.objects.visibles_par(personne).exists()}


def test_avant_la_reponse_l_organisme_ne_voit_rien_de_ce_qui_est_decide(acceptee, equipe, client_de):
    assert [vus(personne) for personne in equipe] == [set(), set()]
    assert acceptee.etat_annonce == "admissible"
    url = reverse("projets:initiative", args=[acceptee.pk])
    for personne in equipe:
        page = client_de(personne).get(url)
        assert_html_accessible(page)
        contenu = page.content.decode()
        for mot in (
            "Acceptée",
            "acceptée",
            "15\xa0000",
            "2026-06-11",
            "Offrir le samedi",
            "Le milieu y tient",
        ):
            assert mot not in contenu
    gestes = JournalProjets.objects.visibles_par(equipe[0]).values_list("geste", flat=True)
    assert {"decider", "rendre-avis"} & set(gestes) == set()


def test_la_liste_de_l_organisme_ni_son_filtre_ne_trahissent_la_decision(acceptee, equipe, client_de):
    url, client = reverse("projets:initiatives"), client_de(equipe[0])
    for fin, present in (("?etat=acceptee", False), ("?etat=admissible", True), ("?format=csv", True)):
        contenu = client.get(url + fin).content.decode()
        assert (str(acceptee) in contenu) is present
    assert "Acceptée" not in client.get(f"{url}?format=csv").content.decode()


def test_la_table_et_l_etat_voient_la_decision_aussitot(acceptee, agente, analyste, client_de):
    for personne in (agente, analyste):
        assert vus(personne) == {"Affectation", "AvisInitiative", "Decision", "PieceDecision"}
    page = client_de(agente).get(reverse("projets:initiatives") + "?etat=acceptee").content.decode()
    assert str(acceptee) in page


def test_les_lettres_a_envoyer_attendent_qui_repond_une_fois_l_embargo_passe(
    acceptee, agente, signataire, etrangere, equipe, client_de
):
    """À l'accueil, au filtre et à la page de l'appel; jamais à l'organisme, ni à qui est d'ailleurs."""
    appel, filtre = embargo(acceptee.appel, hours=1), f"{reverse('projets:initiatives')}?prochain=repondre"
    client, page = client_de(agente), reverse("projets:appel", args=[acceptee.appel_id])
    assert etude.taches(agente) == []
    assert not client.get(filtre).context["liste"].page.object_list
    assert client.get(page).context["a_conclure"] == []
    embargo(appel, seconds=-1)
    for personne in (agente, signataire):
        (attente,) = etude.taches(personne)
        assert attente.titre == "Envoyer la réponse"
        assert attente.lien == reverse("projets:reponses", args=[appel.pk])
    assert list(client.get(filtre).context["liste"].page.object_list) == [acceptee]
    assert client.get(page).context["a_conclure"] == [("Envoyer les réponses", attente.lien)]
    for personne in (etrangere, *equipe):
        assert etude.taches(personne) == []
    envoyer(appel, par=signataire)
    (suite,) = etude.taches(agente)
    assert suite.titre == "Préparer le protocole"
    assert etude.taches(signataire) == []


def test_rien_ne_part_avant_l_embargo(acceptee, signataire, client_de):
    appel = embargo(acceptee.appel, hours=1)
    with pytest.raises(TransitionInterdite, match="Aucune réponse ne part avant"):
        envoyer(appel, par=signataire)
    page = client_de(signataire).get(reverse("projets:reponses", args=[appel.pk]))
    assert "Aucune réponse ne part avant" in page.content.decode()
    assert not Reponse.objects.exists()
    appel = embargo(appel, seconds=-1)
    assert empechements_a_repondre(appel) == []


def test_envoyees_les_reponses_se_lisent_et_ne_partent_qu_une_fois(acceptee, signataire, equipe, client_de):
    client, url = client_de(signataire), reverse("projets:reponses", args=[acceptee.appel_id])
    page = client.get(url)
    assert_html_accessible(page)
    assert str(acceptee) in page.content.decode()
    assert p.envoyer_les_reponses(client, url).status_code == 302
    assert vus(equipe[0]) == {"Affectation", "AvisInitiative", "Decision", "PieceDecision", "Reponse"}
    assert p.relire(acceptee).etat_annonce == "acceptee"
    assert Notification.objects.filter(destinataire=equipe[0], titre__contains="acceptée").count() == 1
    with pytest.raises(TransitionInterdite, match="Aucune réponse n’attend"):
        envoyer(acceptee.appel, par=signataire)
    lu = client_de(equipe[0]).get(reverse("projets:initiative", args=[acceptee.pk])).content.decode()
    assert "La lettre de réponse" in lu
    assert "Offrir le samedi" in lu


def test_une_lettre_que_la_page_ne_montrait_pas_ne_part_pas(acceptee, agente, signataire, client_de):
    client, url = client_de(signataire), reverse("projets:reponses", args=[acceptee.appel_id])
    lue = {"revision": client.get(url).context["form"]["revision"].value()}
    autre = dossier_pret(acceptee.appel, agente, "Garde-manger", "1140000025")
    prendre(autre, signataire, sens="en_attente", raison="fonds", motif="Rien de libre.")
    perimee = client.post(url, lue)
    assert perimee.status_code == 409
    assert "ne sont plus celles que vous avez relues" in perimee.text
    assert not Reponse.objects.exists()
    assert client.post(url).status_code == 409
    assert p.envoyer_les_reponses(client, url).status_code == 302
    assert Reponse.objects.count() == 2


def test_la_lettre_dit_tout_ce_que_l_organisme_doit_savoir(acceptee, signataire):
    Initiative.objects.filter(pk=acceptee.pk).update(reservee_jusqu_au=aujourd_hui() + timedelta(days=60))
    (reponse,) = envoyer(acceptee.appel, par=signataire)
    html = html_de_la_reponse(reponse.contenu)
    for dit in ("15\xa0000,00", "2026-2027", "La Matapédia", "Offrir le samedi.", "2026-06-11", "jusqu’au"):
        assert dit in html
    assert signataire.courriel in html
    assert pdf_de_la_reponse(reponse.contenu).startswith(b"%PDF")


def test_une_lettre_de_refus_dit_la_raison_et_aucun_montant(prete_a_decider, signataire):
    motifs = {
        "raison": "besoin",
        "motif": "Le besoin est peu montré.",
        "ecart": "Le comité n’a pas vu les faits.",
    }
    prendre(prete_a_decider, signataire, sens="refusee", **motifs)
    (reponse,) = envoyer(prete_a_decider.appel, par=signataire)
    html = html_de_la_reponse(reponse.contenu)
    assert "Le besoin est peu montré." in html
    assert "accordé" not in html
    assert "fictifs" not in html_de_la_reponse(reponse.contenu | {"montants_fictifs": True})
    assert pdf_de_la_reponse(reponse.contenu).startswith(b"%PDF")


def test_une_reponse_partie_ne_change_plus(acceptee, signataire):
    (reponse,) = envoyer(acceptee.appel, par=signataire)
    with pytest.raises(EcritureImmuable):
        reponse.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Reponse.objects.filter(pk=reponse.pk).update(empreinte="")


def test_d_une_attente_a_une_acceptation_l_organisme_garde_ce_qu_on_lui_a_dit(
    prete_a_decider, enveloppes, signataire, equipe
):
    prendre(prete_a_decider, signataire, sens="en_attente", raison="fonds", motif="Rien de libre.")
    envoyer(prete_a_decider.appel, par=signataire)
    accordee = {enveloppes["La Matapédia"]: 15_000}
    prendre(p.relire(prete_a_decider), signataire, affectations=accordee, resolution="2026-09-02")
    assert p.relire(prete_a_decider).etat_annonce == "en_attente"
    assert [d.sens for d in Decision.objects.visibles_par(equipe[0])] == ["en_attente"]
    assert not Affectation.objects.visibles_par(equipe[0]).exists()


def test_une_proposition_ne_se_montre_jamais_a_l_organisme(prete_a_decider, agente, equipe):
    proposer(prete_a_decider, par=agente, revision=0, sens="refusee", raison="besoin", motif="Peu montré.")
    assert vus(equipe[1]) == set()
    assert "proposer-decision" not in set(
        JournalProjets.objects.visibles_par(equipe[1]).values_list("geste", flat=True)
    )


def test_qui_n_est_pas_de_la_table_n_envoie_rien(acceptee, lectrice, etrangere, equipe, client_de):
    url = reverse("projets:reponses", args=[acceptee.appel_id])
    for personne, code in ((lectrice, 403), (etrangere, 404), (equipe[1], 404)):
        assert client_de(personne).get(url).status_code == code


def test_la_lettre_n_est_qu_a_qui_voit_l_initiative(acceptee, signataire, equipe, etrangere, client_de):
    (reponse,) = envoyer(acceptee.appel, par=signataire)
    url = reverse("projets:reponse", args=[reponse.pk])
    assert client_de(etrangere).get(url).status_code == 404
    assert client_de(equipe[0]).get(url).status_code == 200
    assert client_de(equipe[0]).post(url).status_code == 302
