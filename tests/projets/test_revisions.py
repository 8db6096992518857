"""La révision : une fois, à temps, par qui engage l'organisme; répondue par la signature, avec un motif."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from projets.attentes import etude
from projets.impression import html_de_la_reponse
from projets.models import AppelProjets, DemandeDeRevision, Initiative, JournalProjets
from projets.models.jugements import Critere, juger, revoir
from projets.models.reponses import envoyer
from projets.models.revisions import demander_la_revision, limite_de, repondre_a_la_revision
from socle.erreurs import TransitionInterdite
from socle.models import CibleDeService, Notification
from socle.models.chaines import premiere_rupture
from socle.texte.typographie import date_longue
from socle.valeurs.horloge import aujourd_hui, jour_de
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre

pytestmark = pytest.mark.django_db
REFUS = {
    "sens": "refusee",
    "raison": "besoin",
    "motif": "Peu montré.",
    "ecart": "Le comité n’a pas vu les faits.",
}
OUI = {critere: (True, "") for critere in Critere}
JOURS = 20


def permise(initiative, jours=JOURS):
    AppelProjets.objects.filter(pk=initiative.appel_id).update(revision_jours=jours)
    return p.relire(initiative)


@pytest.fixture
def a_refuse(cadre):
    """La personne qui a inscrit le refus : une autre y répond."""
    return fabriques.personne("signature", cadre.bsl)


@pytest.fixture
def refusee(prete_a_decider, a_refuse):
    prendre(permise(prete_a_decider), a_refuse, **REFUS)
    envoyer(prete_a_decider.appel, par=a_refuse)
    return p.relire(prete_a_decider)


@pytest.fixture
def non_admissible(admissible, agente):
    revoir(permise(admissible), par=agente, motif="À relire.")
    non = OUI | {Critere.REGISTRE: (False, "Radié d’office.")}
    return p.relire(juger(p.relire(admissible), par=agente, reponses=non))


def demander(initiative, equipe, motif="Les faits sont à la page 3."):
    return demander_la_revision(initiative, par=equipe[1], motif=motif)


def adresse(nom, initiative):
    return reverse(f"projets:{nom}", args=[initiative.pk])


def test_qui_a_inscrit_le_refus_n_y_repond_pas(refusee, equipe, a_refuse, signataire, client_de):
    demander(refusee, equipe)
    with pytest.raises(TransitionInterdite, match="une autre personne"):
        repondre_a_la_revision(refusee, par=a_refuse, issue="maintenue", motif="Non.")
    page = client_de(a_refuse).get(adresse("reponse_a_la_revision", refusee))
    assert "une autre personne qui signe répond à la révision" in page.text
    assert (
        adresse("reponse_a_la_revision", refusee)
        not in client_de(a_refuse).get(adresse("initiative", refusee)).text
    )
    assert [a for a in etude.taches(a_refuse) if a.geste == etude.REVISER] == []
    assert repondre_a_la_revision(refusee, par=signataire, issue="maintenue", motif="Non.").issue


def test_qui_a_juge_la_demande_non_admissible_n_y_repond_pas(non_admissible, equipe, agente, signataire):
    demander(non_admissible, equipe)
    fabriques.mandater(agente, "signature", alliance=non_admissible.alliance)
    with pytest.raises(TransitionInterdite, match="une autre personne"):
        repondre_a_la_revision(non_admissible, par=agente, issue="maintenue", motif="Non.")
    assert repondre_a_la_revision(non_admissible, par=signataire, issue="maintenue", motif="Non.").issue


def test_l_echeance_d_une_revision_part_de_la_demande_de_revision(refusee, equipe, signataire, client_de):
    """La réponse promise par l'appel est passée; rouvert, le dossier ne la doit plus."""
    demandee = timezone.now() - timedelta(3)
    promise = aujourd_hui() - timedelta(100)
    AppelProjets.objects.filter(pk=refusee.appel_id).update(decision_promise_le=promise)
    demande = demander_la_revision(refusee, par=equipe[1], motif="Les faits y sont.", le=demandee)
    pour = jour_de(demandee) + timedelta(CibleDeService.toutes()["initiative-decision"])
    (attente,) = etude.taches(signataire)
    assert (attente.titre, attente.echeance) == ("Répondre à une demande de révision", pour)
    repondre_a_la_revision(refusee, par=signataire, issue="rouverte", motif="Ils y sont.")
    (attente,) = etude.taches(signataire)
    assert (attente.titre, attente.echeance) == ("Inscrire la décision", pour)
    assert (attente.depuis, attente.tardives) == (jour_de(demande.demandee_le), 0)
    page = client_de(equipe[1]).get(adresse("initiative", refusee)).content.decode()
    assert "revenue à l’étude" in page
    assert date_longue(promise) not in page


def test_maintenue_rien_ne_change(refusee, equipe, signataire):
    demander(refusee, equipe)
    demande = repondre_a_la_revision(refusee, par=signataire, issue="maintenue", motif="Les faits manquent.")
    assert (demande.issue_motif, p.relire(refusee).etat) == ("Les faits manquent.", "refusee")
    assert premiere_rupture(JournalProjets) is None


def test_rouverte_un_refus_revient_a_la_decision_et_s_annonce(refusee, equipe, signataire, enveloppes):
    demander(refusee, equipe)
    repondre_a_la_revision(refusee, par=signataire, issue="rouverte", motif="Vous avez raison.")
    relue = p.relire(refusee)
    assert (relue.etat, relue.etat_annonce, relue.appel.etat) == ("admissible", "admissible", "ferme")
    prendre(relue, signataire, affectations={enveloppes["La Matapédia"]: 15_000}, resolution="2026-09-02")
    assert p.relire(refusee).etat == "acceptee"


def test_rouverte_une_non_admissibilite_se_juge_de_nouveau(non_admissible, equipe, signataire, agente):
    demander(non_admissible, equipe)
    repondre_a_la_revision(non_admissible, par=signataire, issue="rouverte", motif="Le registre est à jour.")
    relue = p.relire(non_admissible)
    assert (relue.etat, relue.jugee_le) == ("deposee", None)
    assert juger(relue, par=agente, reponses=OUI).etat == "admissible"


def test_une_revision_ne_se_demande_qu_une_fois_meme_refusee_de_nouveau(refusee, equipe, signataire):
    demander(refusee, equipe)
    with pytest.raises(TransitionInterdite, match="déjà été demandée"):
        demander(refusee, equipe)
    repondre_a_la_revision(refusee, par=signataire, issue="rouverte", motif="Oui.")
    prendre(p.relire(refusee), signataire, resolution="2026-09-02", **REFUS)
    envoyer(refusee.appel, par=signataire)
    with pytest.raises(TransitionInterdite, match="déjà été demandée"):
        demander(p.relire(refusee), equipe)


def test_le_delai_se_compte_de_la_reponse_et_la_demande_a_son_motif(refusee, equipe):
    assert limite_de(refusee) == aujourd_hui() + timedelta(days=JOURS)
    with pytest.raises(TransitionInterdite, match="Écrivez le motif"):
        demander(refusee, equipe, motif=" ")
    assert demander(refusee, equipe).issue == ""


@pytest.mark.parametrize(("depuis", "passe"), [(JOURS, True), (JOURS + 1, False)])
def test_le_delai_d_une_non_admissibilite_se_compte_du_jugement(non_admissible, equipe, depuis, passe):
    jugee_le = p.timezone.now() - timedelta(days=depuis)
    Initiative.objects.filter(pk=non_admissible.pk).update(jugee_le=jugee_le)
    if passe:
        assert demander(p.relire(non_admissible), equipe)
    else:
        with pytest.raises(TransitionInterdite, match="Le délai a pris fin"):
            demander(p.relire(non_admissible), equipe)


def test_un_appel_sans_delai_ne_se_revise_pas(refusee, equipe):
    with pytest.raises(TransitionInterdite, match="ne prévoit pas"):
        demander(permise(refusee, jours=None), equipe)


def test_avant_la_reponse_il_n_y_a_rien_a_reviser(prete_a_decider, signataire, equipe):
    prendre(permise(prete_a_decider), signataire, **REFUS)
    with pytest.raises(TransitionInterdite, match="une fois la réponse reçue"):
        demander(p.relire(prete_a_decider), equipe)


def test_une_reponse_a_son_issue_et_son_motif(refusee, equipe, signataire):
    with pytest.raises(TransitionInterdite, match="Aucune demande"):
        repondre_a_la_revision(refusee, par=signataire, issue="maintenue", motif="Non.")
    demande = demander(refusee, equipe)
    for issue, motif, phrase in (("", "Non.", "Choisissez"), ("maintenue", " ", "le motif")):
        with pytest.raises(TransitionInterdite, match=phrase):
            repondre_a_la_revision(refusee, par=signataire, issue=issue, motif=motif)
    with pytest.raises(DatabaseError, match="reçoit une réponse, une fois"), transaction.atomic():
        DemandeDeRevision.objects.filter(pk=demande.pk).update(issue="maintenue")


def test_contestee_une_non_admissibilite_ne_se_revoit_que_par_la_signature(non_admissible, equipe, agente):
    demander(non_admissible, equipe)
    with pytest.raises(TransitionInterdite, match="la signature y répond"):
        revoir(p.relire(non_admissible), par=agente, motif="Je la reprends.")


def test_la_signature_l_a_parmi_ses_attentes_jusqu_a_sa_reponse(
    refusee, equipe, signataire, agente, etrangere
):
    demander(refusee, equipe)
    [attente] = [a for a in etude.taches(signataire) if a.geste == etude.REVISER]
    assert attente.lien == adresse("reponse_a_la_revision", refusee)
    assert [
        a for personne in (agente, etrangere) for a in etude.taches(personne) if a.geste == etude.REVISER
    ] == []
    repondre_a_la_revision(refusee, par=signataire, issue="maintenue", motif="Les faits manquent.")
    assert [a for a in etude.taches(signataire) if a.geste == etude.REVISER] == []


def test_son_accueil_dit_a_l_organisme_ou_en_est_la_revision(refusee, equipe, signataire, client_de):
    demander(refusee, equipe)
    phrase, client = "Votre demande de révision attend la réponse de la Table.", client_de(equipe[0])
    assert phrase in client.get("/").content.decode()
    repondre_a_la_revision(refusee, par=signataire, issue="maintenue", motif="Les faits manquent.")
    page = client.get("/").content.decode()
    assert phrase not in page
    assert "Elle est refusée" in page


def test_demandee_puis_repondue_par_les_pages_chacun_l_apprend(refusee, equipe, signataire, client_de):
    url = adresse("demande_de_revision", refusee)
    assert_html_accessible(client_de(equipe[1]).get(url))
    assert client_de(equipe[1]).post(url, {"motif": "Les faits sont à la page 3."}).status_code == 302
    assert (
        Notification.objects.filter(destinataire=signataire, titre__contains="Révision demandée").count() == 1
    )
    page = client_de(equipe[0]).get(adresse("initiative", refusee))
    assert_html_accessible(page)
    assert "Elle attend la réponse de la Table." in page.content.decode()
    url = adresse("reponse_a_la_revision", refusee)
    lue = client_de(signataire).get(url)
    assert_html_accessible(lue)
    assert "Les faits sont à la page 3." in lue.content.decode()
    envoi = {"issue": "maintenue", "motif": "Ils ne montrent pas le besoin."}
    assert client_de(signataire).post(url, envoi).status_code == 302
    assert Notification.objects.filter(destinataire=equipe[0], titre__contains="maintenue").count() == 1
    assert (
        "Ils ne montrent pas le besoin."
        in client_de(equipe[0]).get(adresse("initiative", refusee)).content.decode()
    )


def test_qui_n_engage_pas_ou_ne_signe_pas_n_y_peut_rien(
    refusee, equipe, agente, signataire, etrangere, client_de
):
    for nom, codes in (
        ("demande_de_revision", (403, 403, 403, 404)),
        ("reponse_a_la_revision", (403, 403, 200, 404)),
    ):
        for personne, code in zip((equipe[0], agente, signataire, etrangere), codes, strict=True):
            assert client_de(personne).get(adresse(nom, refusee)).status_code == code


def test_la_lettre_et_la_page_disent_jusqu_a_quand_la_demander(refusee, equipe, client_de):
    limite = limite_de(refusee)
    contenu = refusee.decisions.get().reponse.contenu
    assert contenu["revision_jusqu_au"] == limite.isoformat()
    lettre = html_de_la_reponse(contenu)
    assert "Vous pouvez demander la révision de cette décision, une seule fois" in lettre
    assert date_longue(limite) in lettre.replace("&nbsp;", "\xa0")
    page = client_de(equipe[0]).get(adresse("initiative", refusee)).content.decode()
    assert date_longue(limite) in page
    demander(refusee, equipe)
    assert (
        "se demande une fois" not in client_de(equipe[0]).get(adresse("initiative", refusee)).content.decode()
    )


def test_sans_delai_la_lettre_n_en_promet_pas(prete_a_decider, signataire):
    prendre(permise(prete_a_decider, jours=None), signataire, **REFUS)
    (reponse,) = envoyer(prete_a_decider.appel, par=signataire)
    assert reponse.contenu["revision_jusqu_au"] is None
    lettre = html_de_la_reponse(reponse.contenu)
    assert "la révision de cette réponse" not in lettre
    assert "Cet appel ne prévoit pas de révision." in lettre


def test_la_page_d_un_refus_dit_ce_qu_il_en_est_de_la_revision_et_qui_joindre(refusee, equipe, client_de):
    client, page = client_de(equipe[0]), adresse("initiative", refusee)
    lue = client.get(page).text
    assert "La révision de cette réponse se demande une fois" in lue
    assert f"mailto:{refusee.jugee_par.courriel}" in lue
    assert "Reprendre cette demande" not in lue
    permise(refusee, jours=None)
    assert "Cet appel ne prévoit pas de révision." in client.get(page).text


def test_le_delai_passe_la_page_le_dit(non_admissible, equipe, client_de):
    jugee_le = p.timezone.now() - timedelta(days=JOURS + 1)
    Initiative.objects.filter(pk=non_admissible.pk).update(jugee_le=jugee_le)
    lue = client_de(equipe[0]).get(adresse("initiative", non_admissible)).text
    assert f"a pris fin le {date_longue(aujourd_hui() - timedelta(days=1))}" in lue


def test_un_refus_se_reprend_a_l_appel_ouvert_de_l_alliance(refusee, equipe, agente, client_de):
    partage = {ligne.enveloppe: 1_000 for ligne in refusee.appel.enveloppes.all()}
    appel = p.appel_ouvert(refusee.alliance, par=agente, partage=partage, titre="Appel d’hiver")
    lien = f"{reverse('projets:commencement', args=[appel.pk])}?reprise_de={refusee.pk}"
    page = client_de(equipe[0]).get(adresse("initiative", refusee))
    assert_html_accessible(page)
    assert lien in page.text
    assert f'value="{refusee.pk}" selected' in client_de(equipe[0]).get(lien).text
    assert lien not in client_de(agente).get(adresse("initiative", refusee)).text


def test_une_non_admissibilite_dit_aussi_son_delai(non_admissible, equipe, client_de):
    page = client_de(equipe[0]).get(adresse("initiative", non_admissible)).content.decode()
    assert date_longue(limite_de(non_admissible)) in page
