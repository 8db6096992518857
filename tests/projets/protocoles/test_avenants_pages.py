"""Les pages d'un avenant au protocole : l'ouvrir, l'écrire, le transmettre, le signer, le reprendre; qui y entre."""

from datetime import date

import pytest
from django.urls import reverse

from projets.protocoles.impression import acte_de_l_avenant, html_de_l_avenant, pdf_de_l_avenant
from projets.protocoles.models import AvenantProtocole
from socle.models import Notification
from socle.texte.typographie import date_longue
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.porte_pdf import verifier_pdf
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.test_avenants import TEXTE, baissees

pytestmark = pytest.mark.django_db
AU_PLUS = 12
DE_LA_TABLE = (
    "avenant_dates",
    "avenant_versements",
    "avenant_textes",
    "avenant_transmission",
    "avenant_reprise",
)


def adresse(avenant, nom="avenant"):
    return reverse(f"protocoles:{nom}", args=[avenant.pk])


def valeurs(page):
    """Ce que le formulaire de la page enverrait tel quel."""
    form = page.context["form"]
    lues = {nom: form[nom].value() for nom in form.fields}
    return {nom: "" if v is None else str(v) for nom, v in lues.items() if v is not False}


def signature(page, **plus):
    par_resolution = {
        "resolution": "CA-2026-31",
        "resolution_le": aujourd_hui().isoformat(),
        "fichier": fabriques.fichier_pdf(),
    }
    saisie = {"nom": "Odile Castonval", "fonction": "Présidente", "signee_le": aujourd_hui().isoformat()}
    return {"revision": page.context["form"]["revision"].value()} | saisie | par_resolution | plus


@pytest.fixture
def ouvert(signe, agente):
    return f.relire_avenant(f.avenant(signe, agente))


@pytest.fixture
def transmis_a_signer(signe, agente):
    return f.avenant_transmis(signe, agente, valeurs=TEXTE, tranches=baissees(signe))


def test_de_l_ouverture_a_la_derniere_signature_sans_javascript(signe, agente, signataire, equipe, client_de):
    table, organisme, alliance = (client_de(qui) for qui in (agente, equipe[1], signataire))
    page = table.get(reverse("protocoles:protocole", args=[signe.pk]))
    ouvrir = reverse("protocoles:avenant_ouverture", args=[signe.pk])
    assert ouvrir in page.text
    assert_html_accessible(table.get(ouvrir))
    suite = table.post(ouvrir, {"motif": "La salle n’est libre qu’en janvier."})
    avenant = AvenantProtocole.objects.get()
    assert suite["Location"] == adresse(avenant)
    dates = table.get(adresse(avenant, "avenant_dates"))
    assert_html_accessible(dates)
    assert "Avant\xa0: 31\xa0décembre 2026" in dates.text
    assert (
        table.post(adresse(avenant, "avenant_dates"), valeurs(dates) | {"fin": "2027-01-15"}).status_code
        == 302
    )
    transmettre = table.get(adresse(avenant, "avenant_transmission"))
    assert_html_accessible(transmettre)
    assert "15\xa0janvier 2027" in transmettre.text
    assert table.post(adresse(avenant, "avenant_transmission"), valeurs(transmettre)).status_code == 302
    for client in (organisme, alliance):
        lue = client.get(adresse(avenant, "avenant_signature"))
        assert_html_accessible(lue)
        assert client.post(adresse(avenant, "avenant_signature"), signature(lue)).status_code == 302
    assert f.relire(signe).fin == date(2027, 1, 15)
    page = organisme.get(adresse(avenant))
    assert_html_accessible(page)
    assert "En vigueur" in page.text
    piece = avenant.signatures.get(cote="organisme").pieces.get()
    url = reverse("protocoles:piece_d_avenant", args=[piece.pk])
    assert organisme.get(url).getvalue().startswith(b"%PDF")
    assert adresse(avenant) in organisme.get(reverse("protocoles:protocole", args=[signe.pk])).text


def test_une_baisse_s_ecrit_et_la_page_dit_ce_qui_retourne(ouvert, agente, client_de):
    client, ici = client_de(agente), adresse(ouvert, "avenant_versements")
    page = client.get(ici)
    assert_html_accessible(page)
    saisie = valeurs(page)
    rang = next(n for n, p in enumerate(ouvert.prevues()) if p.retenue)
    saisie[f"tranche_{rang}_montant"] = str(ouvert.prevues()[rang].montant - 1000)
    assert client.post(ici, saisie).status_code == 302
    lue = client.get(adresse(ouvert))
    assert_html_accessible(lue)
    assert "Ne se fera pas" in lue.text
    assert "1\xa0000,00\xa0$" in lue.text
    assert "Retourne à l’enveloppe" in client.get(ici).text


def test_une_hausse_se_dit_a_la_page(ouvert, agente, client_de):
    client, ici = client_de(agente), adresse(ouvert, "avenant_versements")
    saisie = valeurs(client.get(ici))
    saisie["tranche_0_montant"] = str(ouvert.prevues()[0].montant + 1)
    client.post(ici, saisie)
    assert "demande une décision" in client.get(adresse(ouvert)).text


def test_les_textes_se_changent_et_la_demande_reste(ouvert, agente, client_de):
    client, ici = client_de(agente), adresse(ouvert, "avenant_textes")
    page = client.get(ici)
    assert_html_accessible(page)
    objectif = ouvert.initiative.objectifs.first()
    assert (
        client.post(ici, valeurs(page) | {f"objectif_{objectif.pk}_objectif": "Autre chose."}).status_code
        == 302
    )
    assert f.relire_avenant(ouvert).propositions == {f"objectif/{objectif.pk}/objectif": "Autre chose."}


def test_une_page_perimee_garde_la_saisie(ouvert, agente, client_de):
    client, ici = client_de(agente), adresse(ouvert, "avenant_dates")
    saisie = valeurs(client.get(ici)) | {"fin": "2027-01-20"}
    ouvert.modifier(par=agente, revision=ouvert.revision, valeurs=TEXTE)
    perimee = client.post(ici, saisie)
    assert perimee.status_code == 409
    assert "2027-01-20" in perimee.text
    assert f.relire_avenant(ouvert).propositions == TEXTE


def test_la_base_a_bouge_la_page_le_dit_et_mene_a_la_reprise(
    transmis_a_signer, signe, signataire, agente, lectrice, equipe, client_de
):
    f.payer(signe.tranches.get(rang=1), lectrice)
    page = client_de(agente).get(adresse(transmis_a_signer))
    assert_html_accessible(page)
    assert "Le protocole a changé depuis" in page.text
    assert adresse(transmis_a_signer, "avenant_reprise") in page.text
    assert "Versement 1" in client_de(signataire).get(adresse(transmis_a_signer, "avenant_signature")).text
    reprise = client_de(agente).get(adresse(transmis_a_signer, "avenant_reprise"))
    assert_html_accessible(reprise)
    assert client_de(agente).post(adresse(transmis_a_signer, "avenant_reprise")).status_code == 302
    assert f.relire_avenant(transmis_a_signer).etat == "preparation"
    assert client_de(equipe[1]).get(adresse(transmis_a_signer)).status_code == 404
    repris = Notification.objects.filter(destinataire=equipe[1], titre__contains="Avenant repris")
    assert repris.get().lien == reverse("protocoles:protocole", args=[signe.pk])


def test_avant_le_bouton_on_lit_ce_que_l_on_signe(signe, agente, equipe, client_de):
    avenant = f.avenant_transmis(signe, agente, valeurs={"date/fin": "2027-01-15"}, tranches=baissees(signe))
    page = client_de(equipe[1]).get(adresse(avenant, "avenant_signature"))
    avant_le_bouton = page.text.partition('id="signer"')[2].partition("<button")[0]
    assert f"signé le {date_longue(signe.signe_le)}" in avant_le_bouton
    for change in avenant.contenu["changements"]:
        assert change["nom"] in avant_le_bouton
    assert "<b>1\xa0000,00\xa0$</b> ne sont plus promis" in avant_le_bouton


@pytest.mark.parametrize("nom", ["protocole", "suivi"])
def test_transmis_il_s_annonce_aux_pages_de_l_initiative(nom, ouvert, signe, agente, equipe, client_de):
    page = reverse(f"protocoles:{nom}", args=[signe.pk])
    titre = "Un avenant attend des signatures"
    assert titre not in client_de(agente).get(page).text
    ouvert.modifier(par=agente, revision=ouvert.revision, valeurs={"date/fin": "2027-01-15"}).transmettre(
        par=agente
    )
    for qui in (agente, equipe[0]):
        lue = client_de(qui).get(page)
        assert titre in lue.text
        assert adresse(ouvert) in lue.text
        assert_html_accessible(lue)


def test_un_refus_se_motive_et_l_autre_partie_l_apprend(transmis_a_signer, signe, agente, equipe, client_de):
    organisme, ici = client_de(equipe[1]), adresse(transmis_a_signer, "avenant_refus")
    page = organisme.get(ici)
    assert_html_accessible(page)
    reponse = {"revision": page.context["form"]["revision"].value(), "motif": "La baisse est trop grande."}
    assert organisme.post(ici, reponse).status_code == 302
    assert f.relire_avenant(transmis_a_signer).etat == "refuse"
    assert Notification.objects.filter(destinataire=agente, titre__contains="Avenant refusé").exists()
    assert "La baisse est trop grande." in organisme.get(adresse(transmis_a_signer)).text


def test_un_abandon_se_motive(transmis_a_signer, agente, client_de):
    client, ici = client_de(agente), adresse(transmis_a_signer, "avenant_abandon")
    assert_html_accessible(client.get(ici))
    assert client.post(ici, {"motif": " "}).status_code == 200
    assert client.post(ici, {"motif": "La salle est libre."}).status_code == 302
    assert f.relire_avenant(transmis_a_signer).etat == "abandonne"


def test_en_preparation_l_organisme_n_en_lit_rien(ouvert, signe, equipe, mess, etrangere, client_de):
    codes = {equipe[1]: 404, etrangere: 404, mess: 200}
    for personne, code in codes.items():
        assert client_de(personne).get(adresse(ouvert)).status_code == code
    protocole = client_de(equipe[1]).get(reverse("protocoles:protocole", args=[signe.pk]))
    assert adresse(ouvert) not in protocole.text


@pytest.mark.parametrize("nom", [*DE_LA_TABLE, "avenant_abandon"])
def test_seule_la_table_l_ecrit(nom, transmis_a_signer, lectrice, equipe, mess, etrangere, client_de):
    for personne, code in {lectrice: 403, equipe[1]: 403, mess: 403, etrangere: 404}.items():
        client = client_de(personne)
        assert client.get(adresse(transmis_a_signer, nom)).status_code == code
        assert client.post(adresse(transmis_a_signer, nom), {"motif": "Non."}).status_code == code
    assert f.relire_avenant(transmis_a_signer).etat == "transmis"


@pytest.mark.parametrize("nom", ["avenant_signature", "avenant_refus"])
def test_qui_ne_signe_pour_personne_n_y_entre_pas(
    nom, transmis_a_signer, agente, equipe, etrangere, client_de
):
    for personne, code in {agente: 403, equipe[0]: 403, etrangere: 404}.items():
        assert client_de(personne).get(adresse(transmis_a_signer, nom)).status_code == code


@pytest.mark.parametrize("nom", ["avenant", *DE_LA_TABLE[:3], "avenant_abandon"])
def test_chaque_page_demande_douze_requetes_au_plus(
    nom, ouvert, agente, client_de, django_assert_max_num_queries
):
    ouvert.modifier(par=agente, revision=ouvert.revision, valeurs=TEXTE)
    client = client_de(agente)
    client.get(adresse(ouvert, nom))
    with django_assert_max_num_queries(AU_PLUS):
        assert client.get(adresse(ouvert, nom)).status_code == 200


@pytest.mark.parametrize("nom", ["avenant", "avenant_signature"])
def test_transmis_elle_en_demande_douze_au_plus(
    nom, transmis_a_signer, signataire, equipe, client_de, django_assert_max_num_queries
):
    f.signer(transmis_a_signer, "organisme", equipe[1])
    client = client_de(signataire)
    client.get(adresse(transmis_a_signer, nom))
    with django_assert_max_num_queries(AU_PLUS):
        assert client.get(adresse(transmis_a_signer, nom)).status_code == 200


# --- Sur papier -------------------------------------------------------------------------------------------


def test_le_document_dit_avant_apres_et_ce_qui_demeure(transmis_a_signer, signataire, equipe):
    html = html_de_l_avenant(acte_de_l_avenant(transmis_a_signer))
    for dit in ("À signer", "Fin du protocole", "Ne se fera pas", "Ce qui demeure", "en lettres moulées"):
        assert dit in html
    signe = f.avenant_signe(transmis_a_signer, signataire, equipe[1])
    html = html_de_l_avenant(acte_de_l_avenant(signe))
    assert "En vigueur depuis" in html
    assert "en lettres moulées" not in html


def test_le_document_passe_la_porte_et_se_telecharge(
    transmis_a_signer, equipe, etrangere, client_de, django_capture_on_commit_callbacks
):
    assert verifier_pdf(pdf_de_l_avenant(acte_de_l_avenant(transmis_a_signer))) == []
    client, ici = client_de(equipe[1]), adresse(transmis_a_signer, "avenant_pdf")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ici)
    assert client.get(ici).getvalue().startswith(b"%PDF")
    assert client_de(etrangere).get(ici).status_code == 404
