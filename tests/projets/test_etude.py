"""L'étude d'une demande : le palier, puis l'admissibilité, critère par critère, et ce que l'organisme en apprend."""

import pytest
from django.urls import reverse

from projets.models.jugements import Critere, juger, revoir
from projets.permissions import peut
from socle.erreurs import TransitionInterdite
from socle.models import Notification
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db
OUI = {critere: (True, "") for critere in Critere}


@partagee
def organisme(cadre):
    return p.organisme(cadre.bsl)


@partagee
def equipe(organisme):
    return p.equipe(organisme)


@partagee
def deposee(cadre, agente, organisme, equipe):
    prete = p.demande_prete(p.appel_ouvert(cadre.bsl, par=agente), organisme, equipe[0])
    deposee = prete.deposer(par=equipe[1])
    p.fermer(deposee.appel)
    return p.relire(deposee)


def adresse(nom, initiative):
    return reverse(f"projets:{nom}", args=[initiative.pk])


def test_six_oui_rendent_la_demande_admissible(deposee, agente):
    assert juger(deposee, par=agente, reponses=OUI).etat == "admissible"
    with pytest.raises(TransitionInterdite, match="n’attend pas ce jugement"):
        juger(deposee, par=agente, reponses=OUI)


def test_un_seul_non_la_rend_non_admissible_et_se_precise(deposee, agente):
    with pytest.raises(TransitionInterdite, match="Dites pourquoi"):
        juger(deposee, par=agente, reponses=OUI | {Critere.REGISTRE: (False, " ")})
    jugee = juger(deposee, par=agente, reponses=OUI | {Critere.REGISTRE: (False, "Radié d’office.")})
    assert (jugee.etat, jugee.journal.get(geste="juger").motif) == ("non_admissible", "Radié d’office.")


def test_un_critere_oublie_empeche_le_jugement(deposee, agente):
    reponses = {c: r for c, r in OUI.items() if c != Critere.FORME}
    with pytest.raises(TransitionInterdite, match="forme admissible"):
        juger(deposee, par=agente, reponses=reponses)
    assert not deposee.reponses_d_admissibilite.exists()


def test_un_jugement_se_reprend_avec_un_motif(deposee, agente):
    jugee = juger(deposee, par=agente, reponses=OUI)
    with pytest.raises(TransitionInterdite, match="Écrivez pourquoi"):
        revoir(jugee, par=agente, motif="")
    assert revoir(jugee, par=agente, motif="Le registre a changé.").etat == "deposee"
    assert jugee.reponses_d_admissibilite.count() == len(Critere)


def test_sans_parcours_connu_rien_ne_se_juge(cadre, agente, organisme, equipe):
    cadre.bsl.circuits.all().delete()
    prete = p.demande_prete(p.appel_ouvert(cadre.bsl, par=agente), organisme, equipe[0])
    deposee = prete.deposer(par=equipe[1])
    p.fermer(deposee.appel)
    with pytest.raises(TransitionInterdite, match="aucun circuit"):
        juger(p.relire(deposee), par=agente, reponses=OUI)


def test_la_coordination_juge_par_la_page_et_l_organisme_l_apprend(deposee, agente, equipe, client_de):
    client = client_de(agente)
    assert_html_accessible(client.get(adresse("admissibilite", deposee)))
    saisie = {c.value: "oui" for c in Critere} | {"depenses": "non"}
    page = client.post(adresse("admissibilite", deposee), saisie)
    assert "l’organisme le lira" in page.content.decode()
    saisie["depenses_precision"] = "Un véhicule est au budget."
    assert client.post(adresse("admissibilite", deposee), saisie).status_code == 302
    assert "Demande non admissible" in Notification.objects.filter(destinataire=equipe[0]).latest("pk").titre
    assert (
        "Un véhicule est au budget."
        in client_de(equipe[0]).get(adresse("initiative", deposee)).content.decode()
    )


def test_trois_personnes_devant_le_jugement(deposee, agente, lectrice, etrangere, equipe, client_de):
    codes = {"agente": 200, "lectrice": 403, "etrangere": 404}
    for nom, personne in {"agente": agente, "lectrice": lectrice, "etrangere": etrangere}.items():
        assert client_de(personne).get(adresse("admissibilite", deposee)).status_code == codes[nom]
    assert client_de(equipe[1]).get(adresse("admissibilite", deposee)).status_code == 403


def test_la_ressource_juge_ce_qui_n_est_que_de_son_territoire(cadre, deposee, ressource):
    assert peut(ressource, "juger", deposee) is None
    deposee.territoires.add(cadre.bsl.territoires.get(code="08"))
    assert peut(ressource, "juger", deposee) is not None


def test_le_palier_se_fixe_par_la_page_avec_un_motif(deposee, agente, client_de):
    client, url = client_de(agente), adresse("palier", deposee)
    assert_html_accessible(client.get(url))
    assert client.post(url, {"palier": "regional", "motif": ""}).status_code == 200
    saisie = {"palier": "regional", "motif": "Ses effets touchent toute la région."}
    assert client.post(url, saisie | {"revision": deposee.revision - 1}).status_code == 409
    client.post(url, saisie | {"revision": deposee.revision})
    assert p.relire(deposee).palier == "regional"
