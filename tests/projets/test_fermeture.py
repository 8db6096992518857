"""La fin d'un appel : fermé à son heure par le service, décidé quand plus rien n'attend, répondu quand c'est dit."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from projets.models import AppelProjets, JournalProjets
from projets.models.jugements import Critere, juger, revoir
from projets.models.reponses import envoyer
from socle.erreurs import TransitionInterdite
from socle.models import Notification
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre

pytestmark = pytest.mark.django_db
OUI = {critere: (True, "") for critere in Critere}


@pytest.fixture
def deposee(cadre, agente, enveloppes, equipe):
    appel = p.appel_ouvert(cadre.bsl, par=agente, partage={enveloppes["La Matapédia"]: 300_000})
    organisme = p.Organisme.objects.get(neq=p.NEQ)
    return p.relire(p.demande_prete(appel, organisme, equipe[0]).deposer(par=equipe[1]))


def etat(appel):
    return AppelProjets.objects.get(pk=appel.pk).etat


def heure_passee(appel, **depuis):
    AppelProjets.objects.filter(pk=appel.pk).update(ferme_le=timezone.now() - timedelta(**depuis))
    return AppelProjets.objects.get(pk=appel.pk)


def test_la_commande_ferme_ce_dont_l_heure_est_passee_et_une_seule_fois(deposee, agente, capsys):
    appel = heure_passee(deposee.appel, seconds=1)
    call_command("fermer_les_appels")
    call_command("fermer_les_appels")
    assert capsys.readouterr().out == "1 appel fermé.\n0 appel fermé.\n"
    assert etat(appel) == "ferme"
    assert JournalProjets.objects.get(geste="fermer-appel").par is None
    assert Notification.objects.filter(destinataire=agente, titre__contains="Appel fermé").count() == 1


def test_un_appel_ne_se_ferme_pas_pendant_sa_grace(deposee):
    AppelProjets.objects.filter(pk=deposee.appel_id).update(grace=10)
    appel = heure_passee(deposee.appel, minutes=9)
    assert AppelProjets.fermer_a_l_heure() == []
    with pytest.raises(TransitionInterdite, match="pas venue"):
        appel.fermer()


def test_une_demande_ne_se_juge_pas_tant_que_l_appel_est_ouvert(deposee, agente):
    with pytest.raises(TransitionInterdite, match="encore ouvert"):
        juger(deposee, par=agente, reponses=OUI)
    p.fermer(deposee.appel)
    assert juger(p.relire(deposee), par=agente, reponses=OUI).etat == "admissible"


def test_l_heure_passee_on_juge_meme_si_le_service_n_a_pas_encore_ferme(deposee, agente):
    heure_passee(deposee.appel, seconds=1)
    assert juger(p.relire(deposee), par=agente, reponses=OUI).etat == "admissible"


def test_une_initiative_concertee_se_juge_sans_attendre(deposee, agente):
    AppelProjets.objects.filter(pk=deposee.appel_id).update(mode="concertee")
    assert juger(p.relire(deposee), par=agente, reponses=OUI).etat == "admissible"


def test_l_heure_passee_ni_la_demande_ni_l_appel_ne_se_retirent(deposee, agente, equipe):
    appel = heure_passee(deposee.appel, seconds=1)
    with pytest.raises(TransitionInterdite, match="tant que l’appel est ouvert"):
        p.relire(deposee).retirer(par=equipe[1])
    with pytest.raises(TransitionInterdite, match="pas encore fermé"):
        appel.retirer(par=agente, motif="Trop tard.")


def test_un_appel_suit_ses_demandes_jusqu_aux_reponses(deposee, agente, signataire):
    appel = p.fermer(deposee.appel)
    reponses = OUI | {Critere.FORME: (False, "C’est une entreprise.")}
    jugee = juger(p.relire(deposee), par=agente, reponses=reponses)
    assert etat(appel) == "decide"
    revoir(jugee, par=agente, motif="C’est une coopérative.")
    assert etat(appel) == "ferme"


def test_un_appel_est_repondu_quand_plus_aucune_reponse_n_attend(prete_a_decider, enveloppes, signataire):
    appel = prete_a_decider.appel
    assert etat(appel) == "ferme"
    prendre(prete_a_decider, signataire, sens="en_attente", raison="fonds", motif="Rien de libre encore.")
    assert etat(appel) == "decide"
    envoyer(appel, par=signataire)
    assert etat(appel) == "repondu"
    accordee = {enveloppes["La Matapédia"]: 15_000}
    prendre(p.relire(prete_a_decider), signataire, affectations=accordee, resolution="2026-09-02")
    assert etat(appel) == "decide"
    assert p.relire(prete_a_decider).appel.resultat() is None
    envoyer(appel, par=signataire)
    assert p.relire(prete_a_decider).appel.resultat() == (1, 1)
