"""Une MRC cosignataire qui gère sa part : la signature de son territoire signe pour elle, et pour elle seule."""

import pytest
from django.urls import reverse

from alliances.models import Organisme
from conventions.models import JournalConvention, PartieConvention
from socle.models import Notification
from tests import fabriques
from tests.conventions import avenants
from tests.conventions.fabriques import convention_a_transmettre, convention_transmise
from tests.conventions.test_signatures import envoi, ministre, organismes, url
from tests.outils.html_accessible import assert_html_accessible

pytestmark = pytest.mark.django_db


@pytest.fixture
def prefete(cadre):
    """La signature de La Matapédia, que la gouvernance charge de sa part."""
    return fabriques.personne("sign_territoire", cadre.bsl.territoires.get(code="07"))


def _envoi_d_avenant():
    champs = envoi()
    return champs | {"piece": champs.pop("fichier")}


def mrc_de(convention, code="07"):
    """La MRC de ce territoire, cosignataire de la convention."""
    territoire = convention.alliance.territoires.get(code=code)
    mrc = Organisme.objects.create(nom=f"MRC {territoire}", forme="municipal", territoire=territoire)
    return PartieConvention.objects.create(convention=convention, organisme=mrc, role="cosignataire", rang=5)


def test_la_mrc_qui_gere_sa_part_signe_pour_elle_et_pour_elle_seule(cadre, mess, prefete, client_de):
    convention, client = convention_a_transmettre(cadre.bsl), client_de(prefete)
    sienne, voisine = mrc_de(convention), mrc_de(convention, "08")
    client_de(mess).post(url(convention, "transmission"))
    prevenue = Notification.objects.get(destinataire=prefete, cle__startswith="convention:transmission")
    assert prevenue.a_suivre
    page = client.get(url(convention, "convention"))
    assert_html_accessible(page)
    assert url(convention, "signature", sienne.pk) in page.text
    for autre in (voisine, organismes(convention)[0], ministre(convention)):
        assert url(convention, "signature", autre.pk) not in page.text
        assert client.post(url(convention, "signature", autre.pk), envoi()).status_code == 403
    (groupe,) = client.get(reverse("pilotage:accueil")).context["groupes"]
    assert groupe.titre == "Signer la convention pour votre MRC"
    client.post(url(convention, "signature", sienne.pk), envoi())
    sienne.refresh_from_db()
    assert (sienne.signee_par, sienne.resolution) == (prefete, "2026-11-04")
    assert JournalConvention.objects.get(geste="signer").role == "sign_territoire"
    assert not client.get(reverse("pilotage:accueil")).context["groupes"]


def test_la_meme_garde_vaut_pour_la_mrc(cadre, prefete, client_de):
    convention = convention_transmise(cadre.bsl)
    adresse = url(convention, "signature", mrc_de(convention).pk)
    page = client_de(prefete).post(adresse, envoi(resolution="", resolution_le="2099-01-01"))
    assert page.status_code == 200
    assert {"resolution", "resolution_le"} <= set(page.context["form"].errors)
    convention.parties.filter(role="cosignataire").update(signe=False)
    page = client_de(prefete).post(adresse, envoi(), follow=True)
    assert "est à la convention sans la signer" in page.text


def test_sans_part_a_gerer_la_mrc_ne_signe_pas(cadre, prefete, client_de):
    convention = convention_transmise(cadre.bsl)
    sienne = mrc_de(convention)
    cadre.bsl.profil_gouvernance.gestion = "centralisee"
    cadre.bsl.profil_gouvernance.save()
    client = client_de(prefete)
    assert client.post(url(convention, "signature", sienne.pk), envoi()).status_code == 403
    assert not client.get(reverse("pilotage:accueil")).context["groupes"]


def test_la_mrc_fiduciaire_sans_cosigner_ne_signe_pas_par_son_territoire(cadre, prefete, client_de):
    convention = convention_transmise(cadre.bsl)
    sienne = mrc_de(convention)
    PartieConvention.objects.filter(pk=sienne.pk).update(role="fiduciaire")
    assert client_de(prefete).post(url(convention, "signature", sienne.pk), envoi()).status_code == 403


def test_la_mrc_signe_aussi_un_avenant(cadre, mess, prefete, signataire, client_de):
    convention = avenants.convention_en_vigueur(cadre.bsl)
    mrc_de(convention)
    avenant = avenants.avenant_prepare(convention).transmettre(par=mess)
    sienne = avenant.signatures_attendues().get(organisme__territoire__code="07")
    client, page = client_de(prefete), reverse("conventions:avenant", args=[avenant.pk])
    (groupe,) = client.get(reverse("pilotage:accueil")).context["groupes"]
    assert (groupe.titre, groupe.lien) == ("Signer l’avenant pour votre MRC", page)
    for signature in avenant.signatures_attendues():
        adresse = reverse("conventions:avenant_signature", args=[avenant.pk, signature.pk])
        assert (adresse in client.get(page).text) == (signature == sienne)
        assert client.get(adresse).status_code == (200 if signature == sienne else 403)
    client.post(reverse("conventions:avenant_signature", args=[avenant.pk, sienne.pk]), _envoi_d_avenant())
    sienne.refresh_from_db()
    assert sienne.signee_par == prefete
