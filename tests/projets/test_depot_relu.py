"""On dépose ce qu'on a relu : changé depuis que la page est ouverte, le dépôt se refuse et la page se remontre."""

import pytest
from django.urls import reverse

from alliances.models import Organisme
from projets.models.pieces import joindre
from socle.erreurs import VersionPerimee
from tests import fabriques
from tests.outils.partage import partagee
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db


@partagee
def equipe(cadre):
    return p.equipe(p.organisme(cadre.bsl))


@partagee
def prete(cadre, agente, equipe):
    fabriques.version_approuvee(cadre.bsl)
    appel = p.appel_ouvert(cadre.bsl, par=agente, pieces_demandees=["resolution", "etats_financiers"])
    demande = p.demande_prete(appel, Organisme.objects.get(neq=p.NEQ), equipe[0])
    return tout_joindre(demande, equipe[0])


def tout_joindre(demande, par):
    for nature in demande.appel.pieces_demandees:
        joindre(demande, par=par, nature=nature, fichier=fabriques.fichier_pdf())
    return p.relire(demande)


def changer_le_budget(demande, par):
    demande.enregistrer_partie(
        "sources",
        par=par,
        revision=demande.parties.get(code="sources").revision,
        ecrire=lambda relue: relue.sources.filter(source="fqis").update(montant="16000"),
    )
    demande.sources.filter(source="propre").update(montant="4000")


def remplacer_au_dossier(demande, par):
    """Sous le même nom : c'est le contenu qui change."""
    autre = fabriques.fichier_pdf(contenu=b"%PDF-1.4 autre chose")
    joindre(demande, par=par, nature="etats_financiers", fichier=autre)


def remplacer_la_resolution(demande, par):
    joindre(demande, par=par, nature="resolution", fichier=fabriques.fichier_pdf("autre.pdf"))


def renommer_l_organisme(demande, par):
    Organisme.objects.filter(pk=demande.organisme_id).update(nom="Un autre nom")


ENTRETEMPS = [changer_le_budget, remplacer_au_dossier, remplacer_la_resolution, renommer_l_organisme]


@pytest.mark.parametrize("entretemps", ENTRETEMPS)
def test_on_ne_depose_pas_autre_chose_que_ce_qu_on_a_relu(prete, equipe, entretemps):
    redige, engage = equipe
    vu = prete.empreinte_a_deposer()
    entretemps(prete, redige)
    with pytest.raises(VersionPerimee, match="a changé depuis"):
        p.relire(prete).deposer(par=engage, vu=vu)
    assert p.relire(prete).etat == "brouillon"
    assert p.relire(prete).deposer(par=engage, vu=p.relire(prete).empreinte_a_deposer()).numero


@pytest.mark.parametrize("nom", ["verification", "depot"])
def test_la_page_se_remontre_avec_ce_qui_est_maintenant_et_l_attestation_se_refait(
    prete, equipe, client_de, nom
):
    client, depot = client_de(equipe[1]), reverse("projets:depot", args=[prete.pk])
    page = client.get(reverse(f"projets:{nom}", args=[prete.pk]))
    vu = page.context["form"]["revision"].value()
    assert "Vous demandez 35\xa0000,00" in page.text
    changer_le_budget(prete, equipe[0])
    reponse = client.post(depot, {"atteste": "on", "revision": vu})
    assert reponse.status_code == 409
    assert "depuis que la page est ouverte" in reponse.text
    assert "Vous demandez 32\xa0000,00" in reponse.text
    assert not reponse.context["form"]["atteste"].value()
    assert p.relire(prete).etat == "brouillon"
    relue = reponse.context["form"]["revision"].value()
    assert client.post(depot, {"atteste": "on", "revision": relue}).status_code == 302
    assert p.relire(prete).etat == "deposee"


def test_un_envoi_qui_ne_dit_pas_ce_qu_il_a_lu_ne_depose_rien(prete, equipe, client_de):
    depot = reverse("projets:depot", args=[prete.pk])
    assert client_de(equipe[1]).post(depot, {"atteste": "on"}).status_code == 409
    assert p.relire(prete).etat == "brouillon"


def test_la_table_n_inscrit_pas_non_plus_un_depot_change_depuis(prete, agente, client_de):
    autre = p.organisme(prete.alliance, nom="Autre", neq="1140000025")
    recue = tout_joindre(p.recevoir_a_remplir(prete.appel, autre, agente), agente)
    client, depot = client_de(agente), reverse("projets:depot", args=[recue.pk])
    page = client.get(reverse("projets:verification", args=[recue.pk]))
    assert "dit ce que dit le document reçu" in page.text
    vu = page.context["form"]["revision"].value()
    changer_le_budget(recue, agente)
    assert client.post(depot, {"atteste": "on", "revision": vu}).status_code == 409
    assert p.attester(client, depot).status_code == 302
