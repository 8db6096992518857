"""Un appel publié change : le public et qui y a commencé une demande le lisent; retiré, ses demandes s'arrêtent."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projets.models import AppelProjets, Initiative, JournalProjets, jugements
from projets.models.jugements import Critere, juger
from projets.regles.tour import tour
from socle.erreurs import TransitionInterdite
from socle.models import Notification
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db
MODES = ("appel", "concertee", "reconduction")
MOTIF = "Le Fonds est suspendu."


@partagee
def equipe(cadre):
    return p.equipe(p.organisme(cadre.bsl))


@partagee
def organisme(equipe):
    return fabriques.Organisme.objects.get(neq=p.NEQ)


@partagee
def ouvert(cadre, agente):
    return p.appel_ouvert(cadre.bsl, agente)


@partagee
def deposee(ouvert, organisme, equipe):
    return p.relire(p.demande_prete(ouvert, organisme, equipe[0]).deposer(par=equipe[1]))


@partagee
def brouillon(ouvert, organisme, equipe, deposee):
    return p.relire(p.demande(ouvert, organisme, equipe[0]))


def adresse(nom, objet):
    return reverse(f"projets:{nom}", args=[objet.pk])


def du_mode(appel, mode):
    AppelProjets.objects.filter(pk=appel.pk).update(mode=mode)
    return AppelProjets.objects.get(pk=appel.pk)


def test_le_public_lit_la_prolongation_et_son_motif(ouvert, agente, client_de):
    tard = timezone.localtime(ouvert.ferme_le + timedelta(days=7))
    saisie = {"ferme_le": tard.strftime("%Y-%m-%dT%H:%M"), "motif": "La tempête a fermé les bureaux."}
    client = client_de(agente)
    assert (
        "Il se lira à la page publique." in client.get(adresse("appel_prolongation", ouvert)).content.decode()
    )
    assert client.post(adresse("appel_prolongation", ouvert), saisie).status_code == 302
    page = Client().get(adresse("appel_public", ouvert))
    assert_html_accessible(page)
    lue = page.content.decode()
    assert "Ce qui a changé depuis la publication" in lue
    assert "Prolongé jusqu’au" in lue
    assert "La tempête a fermé les bureaux." in lue


def test_le_public_lit_ce_qui_est_corrige(ouvert, agente):
    promise = ouvert.decision_promise_le + timedelta(days=3)
    corrige = ouvert.corriger(
        par=agente,
        revision=ouvert.revision,
        motif="La salle a changé.",
        presentation="Autre texte.",
        rencontre="Salle 2",
        decision_promise_le=promise,
    )
    lue = Client().get(adresse("appel_public", corrige)).content.decode()
    for attendu in (
        "Texte corrigé\xa0: présentation.",
        "Rencontre d’information\xa0: Salle 2.",
        "C’était le",
    ):
        assert attendu in lue
    assert "La salle a changé." in lue


def test_un_appel_que_rien_ne_change_n_en_dit_rien(ouvert):
    assert "Ce qui a changé" not in Client().get(adresse("appel_public", ouvert)).content.decode()


@pytest.mark.parametrize("mode", MODES)
def test_qui_redige_lit_le_changement_a_son_brouillon(ouvert, agente, brouillon, equipe, client_de, mode):
    appel = du_mode(ouvert, mode)
    appel.prolonger(par=agente, ferme_le=appel.ferme_le + timedelta(days=7), motif="La tempête.")
    lue = client_de(equipe[0]).get(adresse("demande", brouillon)).content.decode()
    assert "Prolongé jusqu’au" in lue
    assert "La tempête." in lue


@pytest.mark.parametrize("mode", MODES)
def test_retire_l_appel_arrete_ses_demandes_deposees_et_ses_brouillons(
    ouvert, agente, deposee, brouillon, organisme, mode
):
    recue = p.recevoir_autrement(ouvert, organisme, agente)
    appel = du_mode(ouvert, mode).retirer(par=agente, motif=MOTIF)
    for demande in (deposee, brouillon, recue):
        relue = p.relire(demande)
        assert (relue.etat, relue.etat_annonce) == ("retiree", "retiree")
        assert relue.retrait_motif == f"L’appel est retiré\xa0: {MOTIF}"
        assert (relue.retiree_le, relue.retiree_par) == (appel.retire_le, agente)
        ligne = JournalProjets.objects.get(initiative=demande, geste="retirer-appel")
        assert ligne.motif == relue.retrait_motif
        assert "L’appel est retiré" in tour(relue, timezone.now())
        assert jugements.empechements_a_juger(relue)
    assert not Initiative.objects.a_l_etude().exists()


@pytest.mark.parametrize("mode", MODES)
def test_un_appel_dont_une_demande_est_jugee_ne_se_retire_pas(ouvert, agente, deposee, brouillon, mode):
    appel = du_mode(ouvert, mode)
    if mode == "appel":
        with pytest.raises(TransitionInterdite, match="encore ouvert"):
            juger(p.relire(deposee), par=agente, reponses={c: (True, "") for c in Critere})
        Initiative.objects.filter(pk=deposee.pk).update(
            etat="admissible", etat_annonce="admissible", jugee_le=timezone.now(), jugee_par=agente
        )
    else:
        juger(p.relire(deposee), par=agente, reponses={c: (True, "") for c in Critere})
    with pytest.raises(TransitionInterdite, match=f"déjà jugée\xa0: {deposee.numero}"):
        appel.retirer(par=agente, motif=MOTIF)
    assert p.relire(brouillon).etat == "brouillon"


def test_ce_que_son_organisme_avait_retire_garde_son_histoire(ouvert, agente, deposee, equipe):
    deposee.retirer(par=equipe[1], motif="Autre salle.")
    ouvert.retirer(par=agente, motif=MOTIF)
    relue = p.relire(deposee)
    assert (relue.retiree_par, relue.retrait_motif) == (equipe[1], "Autre salle.")
    assert tour(relue, timezone.now()) == "Votre organisme l’a retirée."


@pytest.mark.parametrize("mode", MODES)
def test_chaque_organisme_arrete_l_apprend_a_la_page_de_sa_demande(
    ouvert, agente, deposee, brouillon, equipe, client_de, mode
):
    du_mode(ouvert, mode)
    Notification.objects.all().delete()
    client = client_de(agente)
    page = client.get(adresse("appel_retrait", ouvert)).content.decode()
    assert "1 demande déposée" in page
    assert "1 brouillon" in page
    assert client.post(adresse("appel_retrait", ouvert), {"motif": MOTIF}).status_code == 302
    recues = Notification.objects.filter(destinataire=equipe[0])
    assert {n.lien for n in recues} == {adresse("initiative", d) for d in (deposee, brouillon)}
    assert all("Votre demande s’arrête là." in n.texte for n in recues)
    lecteur = client_de(equipe[0])
    for demande in (deposee, brouillon):
        lue = lecteur.get(adresse("demande", demande), follow=True)
        assert_html_accessible(lue)
        texte = lue.content.decode()
        assert MOTIF in texte
        assert "À vous de continuer" not in texte
        assert "abandonné" not in texte


def test_un_appel_retire_ne_montre_plus_d_etape_en_cours_ni_de_reponse_promise(ouvert, agente):
    ouvert.retirer(par=agente, motif=MOTIF)
    page = Client().get(adresse("appel_public", ouvert))
    assert_html_accessible(page)
    lue = page.content.decode()
    assert MOTIF in lue
    for absent in ("en cours", "Réponse promise", "Puis-je déposer?", "Commencer une demande"):
        assert absent not in lue


def test_qui_avait_retire_la_sienne_apprend_aussi_que_l_appel_l_est(
    ouvert, agente, deposee, equipe, client_de
):
    deposee.retirer(par=equipe[1])
    client_de(agente).post(adresse("appel_retrait", ouvert), {"motif": MOTIF})
    (recue,) = Notification.objects.filter(destinataire=equipe[0], famille="appels")
    assert recue.lien == adresse("appel_public", ouvert)


def test_ce_que_le_retrait_arrete_se_reprend_a_un_autre_appel(
    ouvert, agente, deposee, brouillon, equipe, client_de
):
    ouvert.retirer(par=agente, motif=MOTIF)
    partage = {ligne.enveloppe: 1_000 for ligne in ouvert.enveloppes.all()}
    autre = p.appel_ouvert(ouvert.alliance, agente, partage, titre="Appel suivant")
    lecteur, commencer = client_de(equipe[0]), adresse("commencement", autre)
    for demande in (deposee, brouillon):
        assert (
            f"{commencer}?reprise_de={demande.pk}"
            in lecteur.get(adresse("initiative", demande)).content.decode()
        )
        saisie = {"organisme": demande.organisme_id, "reprise_de": demande.pk, "un_autre": "on"}
        assert lecteur.post(commencer, saisie).status_code == 302
        assert Initiative.objects.filter(appel=autre, reprise_de=demande).exists()


def test_l_appel_ferme_un_brouillon_ne_dit_plus_de_continuer(ouvert, brouillon, equipe, client_de):
    p.fermer(ouvert)
    lue = client_de(equipe[0]).get(adresse("demande", brouillon)).content.decode()
    assert "À vous de continuer" not in lue
    assert "L’appel est fermé\xa0: elle ne se dépose plus." in lue
