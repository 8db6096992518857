"""La séance d'un appel de toute l'Alliance, pour une MRC qui décide des siennes."""

import pytest
from django.urls import reverse

from projets.attentes import etude
from projets.models import AvisInitiative, Decision, Initiative
from projets.models.avis import prochaine_etape
from projets.models.propositions import proposer
from projets.permissions import ou_peut, peut
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre
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


def test_un_territoire_ne_choisit_pas_une_demande_regionale(deux, ressource, signataire_de_la_mrc, client_de):
    sienne = deux[0]
    gestes = ((ressource, "juger"), (ressource, "proposer-decision"), (signataire_de_la_mrc, "decider"))

    def permis():
        return [
            (peut(qui, geste, sienne) is None, sienne in Initiative.objects.filter(ou_peut(qui, geste)))
            for qui, geste in gestes
        ]

    assert permis() == [(True, True)] * 3
    sienne.palier = "regional"
    sienne.save()
    assert permis() == [(False, False)] * 3
    assert client_de(signataire_de_la_mrc).get(adresse("decision", sienne)).status_code == 403


def test_un_territoire_ne_choisit_pas_ce_que_decide_l_instance_d_un_autre(deux, cadre, signataire_de_la_mrc):
    sienne = deux[0]
    for code, permis in (("07", True), ("08", False)):
        instance = sienne.etapes.get(acte="decision").instance
        instance.territoire = cadre.bsl.territoires.get(code=code)
        instance.save()
        relue = p.relire(sienne)
        assert (peut(signataire_de_la_mrc, "decider", relue) is None) is permis
        offertes = Initiative.objects.filter(ou_peut(signataire_de_la_mrc, "decider"))
        assert (relue in offertes) is permis


def test_un_territoire_ne_depense_que_de_ses_enveloppes_mises_en_commun(
    deux, signataire_de_la_mrc, signataire, enveloppes, client_de
):
    sienne = deux[0]
    page = client_de(signataire_de_la_mrc).get(adresse("decision", sienne))
    assert page.context["form"].enveloppes == [enveloppes["La Matapédia"]]
    for nom in ("La Matanie", "Projets régionaux", "Réserve"):
        with pytest.raises(TransitionInterdite, match="ne paie pas"):
            prendre(
                sienne, signataire_de_la_mrc, affectations={enveloppes[nom]: 10_000}, ecart="Il en reste."
            )
    sienne.appel.enveloppes.all().delete()
    with pytest.raises(TransitionInterdite, match="ne paie pas"):
        prendre(sienne, signataire_de_la_mrc, affectations={enveloppes["La Matapédia"]: 10_000})
    decision = prendre(sienne, signataire, affectations={enveloppes["La Matanie"]: 10_000}, ecart="Commune.")
    assert decision.mouvement


def test_qui_est_aussi_de_l_organisme_ne_lit_ni_l_etude_ni_les_notes(deux, ressource, client_de):
    sienne = deux[0]
    assert client_de(ressource).get(adresse("synthese", sienne)).status_code == 200
    assert AvisInitiative.objects.visibles_par(ressource).filter(initiative=sienne)
    fabriques.mandater(ressource, "porteur", organisme=sienne.organisme)
    ressource = type(ressource).objects.get(pk=ressource.pk)
    assert client_de(ressource).get(adresse("synthese", sienne)).status_code == 403
    assert str(sienne) not in client_de(ressource).get(adresse("seance", sienne.appel)).content.decode()
    assert not AvisInitiative.objects.visibles_par(ressource).filter(initiative=sienne)
    assert client_de(ressource).get(adresse("initiative", sienne)).status_code == 200


@pytest.mark.parametrize(("lieu", "permis"), [("07", True), ("08", False), (None, False)])
def test_un_territoire_ne_consigne_que_l_avis_d_une_instance_du_sien(
    cadre, admissible, ressource, lieu, permis
):
    """Le partenaire signataire, une instance de la région ou d'un autre territoire se consignent par la Table."""
    admissible.territoires.set([cadre.bsl.territoires.get(code="07")])
    instance = prochaine_etape(admissible).instance
    instance.territoire = cadre.bsl.territoires.filter(code=lieu).first()
    instance.save()
    relue = p.relire(admissible)
    assert (peut(ressource, "rendre-avis", relue) is None) is permis
    assert (relue in Initiative.objects.filter(ou_peut(ressource, "rendre-avis"))) is permis
    assert ("Inscrire l’avis" in [a.titre for a in etude.taches(ressource)]) is permis


def test_un_territoire_ne_retire_que_l_avis_d_une_instance_du_sien(cadre, deux, ressource, agente, client_de):
    sienne = deux[0]
    avis = sienne.avis.get()
    url = reverse("projets:avis_retrait", args=[sienne.pk, avis.pk])
    assert client_de(ressource).get(url).status_code == 403
    assert client_de(agente).get(url).status_code == 200
    avis.etape.instance.territoire = cadre.bsl.territoires.get(code="07")
    avis.etape.instance.save()
    assert client_de(ressource).get(url).status_code == 200
