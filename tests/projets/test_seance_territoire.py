"""La séance d'un appel de toute l'Alliance, pour une MRC qui décide des siennes."""

import pytest
from django.urls import reverse

from projets.models import Decision, Initiative
from projets.models.propositions import proposer
from projets.permissions import peut
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p
from tests.projets.test_seance import acte, dossier_pret

pytestmark = pytest.mark.django_db


@partagee
def signataire_de_la_mrc(cadre):
    return fabriques.personne("sign_territoire", cadre.bsl.territoires.get(code="07"))


@pytest.fixture
def deux(cadre, prete_a_decider, agente):
    """La première est de La Matapédia; la seconde, de La Matanie."""
    autre = dossier_pret(prete_a_decider.appel, agente, "Garde-manger", "1140000025")
    prete_a_decider.territoires.set([cadre.bsl.territoires.get(code="07")])
    autre.territoires.set([cadre.bsl.territoires.get(code="08")])
    Initiative.objects.filter(pk=autre.pk).update(titre="Garde-manger de La Matanie")
    return prete_a_decider, p.relire(autre)


def adresse(nom, objet):
    return reverse(f"projets:{nom}", args=[objet.pk])


def test_une_mrc_n_a_devant_elle_que_ses_dossiers(deux, ressource, signataire_de_la_mrc, client_de):
    sienne, autre = deux
    for personne in (ressource, signataire_de_la_mrc):
        page = client_de(personne).get(adresse("seance", sienne.appel))
        assert_html_accessible(page)
        contenu = page.content.decode()
        assert str(sienne) in contenu
        assert str(autre) not in contenu
        assert adresse("selection", sienne.appel) not in contenu
        assert client_de(personne).get(adresse("selection", sienne.appel)).status_code == 403


def test_la_table_les_a_tous_et_une_etrangere_aucun(deux, agente, etrangere, lectrice, client_de):
    contenu = client_de(agente).get(adresse("seance", deux[0].appel)).content.decode()
    assert all(str(dossier) in contenu for dossier in deux)
    for personne, code in ((etrangere, 404), (lectrice, 403)):
        assert client_de(personne).get(adresse("seance", deux[0].appel)).status_code == code


def test_la_signature_d_une_mrc_n_adopte_que_les_siennes(
    deux, agente, ressource, signataire_de_la_mrc, enveloppes, client_de
):
    for dossier in deux:
        sommes = {enveloppes["La Matapédia"]: 10_000}
        proposer(dossier, par=agente, revision=0, sens="acceptee", affectations=sommes)
    sienne, autre = deux
    assert peut(signataire_de_la_mrc, "decider", autre) is not None
    url = adresse("adoption", sienne.appel)
    assert client_de(ressource).get(url).status_code == 403
    page = client_de(signataire_de_la_mrc).get(url)
    lue = {
        "revision": page.context["form"].revision_actuelle(),
        "proposition": [d.proposition.pk for d in deux],
    }
    client_de(signataire_de_la_mrc).post(url, acte(prise_le=aujourd_hui().isoformat()) | lue)
    assert [d.initiative for d in Decision.objects.all()] == [sienne]


def test_l_appel_mene_la_mrc_a_la_seance(deux, signataire_de_la_mrc, client_de):
    page = client_de(signataire_de_la_mrc).get(adresse("appel", deux[0].appel)).content.decode()
    assert adresse("seance", deux[0].appel) in page
    assert adresse("selection", deux[0].appel) not in page
