"""Un versement à la fois : ce que chaque page de geste montre, refuse et fait; ce qui attend chacun."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from conventions.models import Convention, Derogation
from socle.annonces.attentes import taches
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return v.convention_signee(cadre.bsl)


@pytest.fixture
def finances_mess(cadre):
    return v.finances()


def url(nom, *args):
    return reverse(f"conventions:{nom}", args=args)


def test_services_quebec_recommande_et_le_ministere_est_prevenu(
    convention, analyste, approbation, lectrice, client_de
):
    echeance = v.liberee(convention)
    client = client_de(analyste)
    page = client.get(url("recommandation", echeance.pk))
    assert_html_accessible(page)
    assert "Remplissez le champ" in client.post(url("recommandation", echeance.pk), {"note": ""}).text
    reponse = client.post(url("recommandation", echeance.pk), {"note": "Tout est en ordre."})
    assert reponse.url == url("echeance", echeance.pk)
    assert v.relire(echeance).etat == "recommandee"
    [avis] = Notification.objects.filter(destinataire=approbation)
    assert (avis.a_suivre, avis.lien) == (True, url("echeance", echeance.pk))
    assert avis.titre.startswith("Versement recommandé, à autoriser")
    assert avis.titre.endswith("(1er versement, 2025-2026)")
    client.post(url("recommandation", echeance.pk), {"note": "Encore."})
    assert v.relire(echeance).recommandation == "Tout est en ordre."
    assert "Revenir au versement" in client.get(url("recommandation", echeance.pk)).text
    assert client_de(lectrice).post(url("recommandation", echeance.pk), {"note": "x"}).status_code == 403


def test_une_suspension_puis_sa_reprise(convention, mess, agente, client_de):
    echeance = v.recommandee(convention)
    client = client_de(mess)
    assert_html_accessible(client.get(url("suspension", echeance.pk)))
    client.post(url("suspension", echeance.pk), {"motif": "Coordonnées à confirmer."})
    page = client_de(agente).get(url("echeance", echeance.pk))
    assert "Coordonnées à confirmer." in page.text
    assert Notification.objects.filter(destinataire=agente, titre__contains="suspendu").exists()
    reprise = client.get(url("versement_reprise", echeance.pk))
    assert_html_accessible(reprise)
    assert "là où il était : recommandé" in reprise.text.replace("\xa0", " ")
    client.post(url("versement_reprise", echeance.pk))
    assert v.relire(echeance).etat == "recommandee"
    assert client_de(agente).get(url("suspension", echeance.pk)).status_code == 403


def test_une_derogation_se_voit_de_tous_et_se_revoque(convention, approbation, agente, client_de):
    echeance = v.recommandee(convention)
    client = client_de(approbation)
    assert "n’a pas besoin de dérogation" in client.get(url("derogation", echeance.pk)).text
    v.obligation_en_retard(convention)
    assert_html_accessible(client.get(url("derogation", echeance.pk)))
    client.post(url("derogation", echeance.pk), {"motif": "Le rapport est reçu."})
    derogation = Derogation.objects.get()
    page = client_de(agente).get(url("echeance", echeance.pk))
    assert_html_accessible(page)
    for mot in ("Une dérogation permet ce versement", "Le rapport est reçu.", approbation.nom_complet):
        assert mot in page.text
    assert "Révoquer" not in page.text
    assert client_de(agente).get(url("revocation", derogation.pk)).status_code == 403
    assert_html_accessible(client.get(url("revocation", derogation.pk)))
    client.post(url("revocation", derogation.pk))
    assert Derogation.objects.get().revoquee_par == approbation
    assert "Cette action n’est pas possible maintenant" in client.get(url("revocation", derogation.pk)).text


def test_les_gestes_offerts_sont_ceux_du_role_et_du_moment(
    convention, analyste, approbation, mess, client_de
):
    def offerts(personne, echeance):
        page = client_de(personne).get(url("echeance", echeance.pk))
        return [libelle for libelle, *_ in page.context["gestes"]]

    echeance = v.liberee(convention)
    assert offerts(analyste, echeance) == ["Recommander"]
    assert offerts(approbation, echeance) == ["Suspendre"]
    assert offerts(mess, echeance) == ["Suspendre"]
    echeance.recommander(par=analyste, note="Oui.")
    assert offerts(approbation, echeance) == ["Autoriser", "Suspendre"]
    assert offerts(analyste, echeance) == []


def titres(personne):
    personne = type(personne).objects.get(pk=personne.pk)
    return [(tache.titre, tache.lien) for tache in taches(personne) if "versement" in tache.titre]


def test_chaque_personne_trouve_ce_qu_elle_a_a_faire(
    cadre, convention, analyste, approbation, finances_mess, mess, agente
):
    echeance = v.liberee(convention)
    lien = url("echeance", echeance.pk)
    assert titres(analyste) == [("Recommander le versement", lien)]
    assert titres(mess) == titres(agente) == []
    echeance.recommander(par=analyste, note="Oui.")
    assert titres(approbation) == [("Autoriser le versement", lien)]
    v.recommandee(v.convention_signee(cadre.lanaudiere))
    adresse = f"{url('liste_versements')}?etat=recommandee&attente=on"
    assert titres(approbation) == [("Autoriser les versements", adresse)]
    v.relire(echeance).autoriser(par=approbation)
    assert titres(finances_mess) == [("Confirmer le versement", lien)]
    v.relire(echeance).suspendre(par=mess, motif="À revoir.")
    assert ("Reprendre ou revoir le versement", lien) in titres(mess)


def test_sans_region_l_attente_va_au_ministere(cadre, mess):
    cadre.bsl.regions.clear()
    echeance = v.liberee(v.convention_signee(cadre.bsl))
    assert titres(mess) == [("Recommander le versement", url("echeance", echeance.pk))]


def test_la_commande_libere_ce_qui_est_du_et_previent(convention, analyste, capsys):
    fabriques.version_approuvee(convention.alliance)
    call_command("liberer_versements")
    call_command("liberer_versements")
    lignes = capsys.readouterr().out.splitlines()
    assert lignes[1] == "0 versement libéré."
    assert lignes[0].endswith("versements libérés.")
    assert Notification.objects.filter(
        destinataire=analyste, a_suivre=True, titre__contains="à recommander"
    ).exists()
    assert convention.journal.filter(geste="liberer", par=None).exists()


def test_une_convention_fermee_n_attend_plus_rien(convention, approbation):
    v.recommandee(convention)
    Convention.objects.filter(pk=convention.pk).update(
        etat="close", fermee_le=aujourd_hui(), fermee_par=approbation
    )
    assert titres(approbation) == []
