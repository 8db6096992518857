"""D'un organisme accepté : son identité ne change plus seule, et qui l'engage l'est aux yeux de sa Table."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.models import DemandeDEngagement, Mandat, Organisme
from alliances.models.changements import modifier, repere
from projets.models.reponses import envoyer
from projets.models.reservations import desister
from socle.erreurs import TransitionInterdite
from socle.models import Notification, Utilisateur
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre

pytestmark = pytest.mark.django_db


@pytest.fixture
def acceptee(prete_a_decider, enveloppes, signataire):
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: D(15_000)})
    envoyer(prete_a_decider.appel, par=signataire)
    return p.relire(prete_a_decider)


def engager_par(organisme, personne, alliance, *, par):
    """Elle fait accepter par cette Table la résolution qui la nomme."""
    jointe = {"resolution": "CA-9", "resolution_le": aujourd_hui(), "piece": fabriques.fichier_pdf()}
    relue = Utilisateur.objects.get(pk=personne.pk)
    return DemandeDEngagement.demander(organisme, par=relue, alliance=alliance, **jointe).accepter(par=par)


@pytest.fixture
def intruse(acceptee):
    intruse = fabriques.personne("porteur", acceptee.organisme)
    Utilisateur.objects.filter(pk=intruse.pk).update(cree_le=timezone.now() - timedelta(days=30))
    return intruse


def test_engagee_par_une_autre_table_elle_ne_se_desiste_pas_d_une_initiative_de_celle_ci(
    cadre, acceptee, intruse, etrangere, agente, client_de
):
    engager_par(acceptee.organisme, intruse, cadre.lanaudiere, par=etrangere)
    page = reverse("projets:desistement", args=[acceptee.pk])
    intruse = Utilisateur.objects.get(pk=intruse.pk)
    assert_html_accessible(client_de(intruse).get(page))
    client_de(intruse).post(page, {"motif": "La salle."})
    with pytest.raises(TransitionInterdite, match="Une autre Table a accepté"):
        desister(acceptee, par=intruse, motif="La salle.")
    assert p.relire(acceptee).etat == "acceptee"
    engager_par(acceptee.organisme, intruse, cadre.bsl, par=agente)
    assert Mandat.objects.filter(utilisateur=intruse, role="engagement").count() == 1
    assert desister(acceptee, par=intruse, motif="La salle.").etat == "desistee"


def test_une_demande_deposee_ne_se_retire_pas_non_plus_par_elle(
    cadre, acceptee, intruse, equipe, etrangere, enveloppes
):
    engager_par(acceptee.organisme, intruse, cadre.lanaudiere, par=etrangere)
    appel = p.appel_ouvert(cadre.bsl, partage={enveloppes["La Matapédia"]: D(10_000)})
    deposee = p.demande_prete(appel, acceptee.organisme, equipe[0]).deposer(par=equipe[1])
    with pytest.raises(TransitionInterdite, match="Une autre Table a accepté"):
        deposee.retirer(par=intruse)
    assert deposee.retirer(par=equipe[1]).etat == "retiree"


def test_l_organisme_et_ses_autres_tables_apprennent_qui_l_engage(
    cadre, acceptee, intruse, equipe, etrangere, agente, client_de
):
    jointe = {"resolution": "CA-9", "resolution_le": aujourd_hui(), "piece": fabriques.fichier_pdf()}
    par = Utilisateur.objects.get(pk=intruse.pk)
    demande = DemandeDEngagement.demander(acceptee.organisme, par=par, alliance=cadre.lanaudiere, **jointe)
    url = reverse("alliances:engagement_acceptation", args=[demande.pk])
    assert client_de(etrangere).post(url).status_code == 302
    avis = Notification.objects.filter(titre__startswith="Une personne engage un organisme")
    assert {avis.destinataire for avis in avis} >= {*equipe, agente}
    assert not avis.filter(destinataire=intruse).exists()


def test_l_identite_d_un_organisme_accepte_ne_change_plus_que_par_le_ministere(
    acceptee, agente, equipe, mess, client_de
):
    """La lettre scellée partirait à un autre nom."""
    organisme = acceptee.organisme
    url = reverse("alliances:organisme_modification", args=[organisme.pk])
    detourne = organisme.identite() | {"nom": "Autre", "territoire": organisme.territoire_id}
    finances = fabriques._tenant("finances", acceptee.alliance)
    page = client_de(finances).post(url, detourne | {"revision": repere(organisme)}, follow=True)
    assert "Rien n’a changé." in page.text
    assert "ne change que par le Ministère" in page.text
    relu = Organisme.objects.get(pk=organisme.pk)
    for nom, valeur in (("nom", "Autre"), ("forme", "cooperative")):
        autre = Organisme.objects.get(pk=organisme.pk)
        setattr(autre, nom, valeur)
        with pytest.raises(TransitionInterdite, match="Ministère"):
            modifier(autre, par=finances, vu=repere(relu))
    admin = client_de(fabriques.personne("administration"))
    saisie = admin.get(f"/administration/alliances/organisme/{organisme.pk}/change/")
    assert not set(saisie.context["adminform"].form.fields) & {"nom", "neq", "forme", "courriel", "adresse"}
    relu.nom = "Maison de la famille et du rang"
    modifier(relu, par=mess, vu=repere(organisme))
    avis = Notification.objects.filter(titre__startswith="Identité changée")
    assert {avis.destinataire for avis in avis} >= {*equipe, agente, finances}


def test_une_mrc_ne_cesse_pas_d_etre_la_sienne_en_changeant_de_forme_ou_de_territoire(cadre, acceptee):
    mrc = acceptee.organisme
    Organisme.objects.filter(pk=mrc.pk).update(forme="municipal")
    finances, ailleurs = fabriques._tenant("finances", cadre.bsl), cadre.lanaudiere.territoires.first()
    for champ, valeur in (("forme", "obnl"), ("territoire", ailleurs)):
        saisie = Organisme.objects.get(pk=mrc.pk)
        setattr(saisie, champ, valeur)
        with pytest.raises(TransitionInterdite, match="Ministère"):
            modifier(saisie, par=finances, vu=repere(Organisme.objects.get(pk=mrc.pk)))
