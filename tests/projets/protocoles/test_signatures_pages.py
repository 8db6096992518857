"""Signer ou refuser un protocole à l'écran : le texte lu mot à mot, la dernière signature dite, le bon côté."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from projets.models.reponses import envoyer
from projets.protocoles.models import Protocole, SignatureProtocole
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f
from tests.projets.test_decisions import prendre

pytestmark = pytest.mark.django_db
TOTAL = "18\xa0000,01\xa0$"


def adresse(protocole, nom="signature"):
    return reverse(f"protocoles:{nom}", args=[protocole.pk])


def empreinte(page):
    return page.context["form"]["revision"].value()


def saisie(page, **plus):
    jour = aujourd_hui().isoformat()
    reponse = {
        "revision": empreinte(page),
        "nom": "Odile Castonval",
        "fonction": "Présidente",
        "signee_le": jour,
    }
    return reponse | plus


def par_resolution(page, **plus):
    resolution = {"resolution": "CA-2026-14", "resolution_le": aujourd_hui().isoformat()}
    return saisie(page, **resolution | {"fichier": fabriques.fichier_pdf()} | plus)


def test_l_organisme_lit_tout_le_texte_avant_de_signer(transmis, equipe, client_de):
    page = client_de(equipe[1]).get(adresse(transmis))
    assert_html_accessible(page)
    contenu = transmis.instantane().contenu
    for article in contenu["clauses"]["articles"]:
        assert article["texte"].split(".")[0] in page.text.replace("&nbsp;", "\xa0")
    assert TOTAL in page.text
    assert "Rapport final" in page.text
    assert "Rien n’est engagé avant l’autre signature" in page.text
    assert page.text.index("Les clauses") < page.text.index("Nom de la personne qui signe")


def test_chaque_cote_signe_et_la_derniere_signature_se_dit_d_avance(
    transmis, signataire, equipe, agente, client_de
):
    organisme, table = client_de(equipe[1]), client_de(signataire)
    page = organisme.get(adresse(transmis))
    assert organisme.post(adresse(transmis), par_resolution(page)).status_code == 302
    assert f.relire(transmis).etat == "transmis"
    page = table.get(adresse(transmis))
    assert "C’est la dernière signature" in page.text
    assert f"<b>{TOTAL}</b>" in page.text
    assert "2 enveloppes" in " ".join(page.text.split())
    assert "Odile Castonval" in page.text
    suite = table.post(adresse(transmis), saisie(page, nom="Denis Lavoie"), follow=True)
    assert "l’argent est engagé" in suite.text
    signe = f.relire(transmis)
    assert (signe.etat, signe.initiative.etat) == ("signe", "en_cours")
    assert [s.nom for s in SignatureProtocole.objects.order_by("pk")] == ["Odile Castonval", "Denis Lavoie"]
    assert Notification.objects.filter(destinataire=agente, titre__contains="Protocole en vigueur").exists()


def test_la_premiere_signature_appelle_l_autre_partie(transmis, signataire, equipe, agente, client_de):
    table = client_de(signataire)
    table.post(adresse(transmis), saisie(table.get(adresse(transmis))))
    recues = Notification.objects.filter(titre__contains="signé par une partie")
    assert recues.get(destinataire=equipe[1]).a_suivre
    assert not recues.get(destinataire=agente).a_suivre


def test_signer_deux_fois_n_inscrit_qu_une_signature(transmis, equipe, client_de):
    organisme = client_de(equipe[1])
    page = organisme.get(adresse(transmis))
    organisme.post(adresse(transmis), par_resolution(page))
    assert organisme.post(adresse(transmis), par_resolution(page), follow=True).status_code == 200
    assert SignatureProtocole.objects.count() == 1


def test_transmis_de_nouveau_entre_temps_le_texte_se_relit(transmis, agente, signataire, client_de):
    table = client_de(signataire)
    page = table.get(adresse(transmis))
    repris = transmis.reprendre(par=agente, motif="Une date à changer.")
    repris = repris.enregistrer(par=agente, revision=repris.revision, fin=f.DATES["fin"].replace(day=30))
    repris.transmettre(par=agente, revision=repris.revision)
    refus = table.post(adresse(transmis), saisie(page))
    assert refus.status_code == 409
    assert "transmis de nouveau depuis que la page est ouverte" in refus.text
    assert "30\xa0décembre 2026" in refus.text.replace("&nbsp;", "\xa0") or "30 décembre 2026" in refus.text
    assert not SignatureProtocole.objects.exists()
    assert table.post(adresse(transmis), saisie(refus)).status_code == 302


@pytest.mark.parametrize(
    "manque, phrase",
    [
        ({"resolution": ""}, "Numéro de la résolution"),
        ({"fichier": ""}, "Joignez un fichier"),
        ({"signee_le": "2099-01-01"}, "à venir"),
        ({"resolution_le": "2020-01-01"}, "plus de deux ans"),
    ],
)
def test_ce_qui_manque_se_dit_et_la_saisie_reste(transmis, equipe, client_de, manque, phrase):
    organisme = client_de(equipe[1])
    page = organisme.post(adresse(transmis), par_resolution(organisme.get(adresse(transmis)), **manque))
    assert page.status_code == 200
    assert_html_accessible(page)
    assert phrase in page.text
    assert 'value="Odile Castonval"' in page.text
    assert not SignatureProtocole.objects.exists()


def test_ce_qui_empeche_de_signer_se_lit_sans_formulaire(transmis, equipe, client_de):
    organisme = transmis.initiative.organisme
    type(organisme).objects.filter(pk=organisme.pk).update(numero_fournisseur="4021")
    page = client_de(equipe[1]).get(adresse(transmis))
    assert "a changé de nom" in page.text
    assert "Nom de la personne qui signe" not in page.text


def test_un_refus_ramene_en_preparation_et_l_autre_partie_lit_pourquoi(
    transmis, signataire, agente, equipe, client_de
):
    organisme = client_de(equipe[1])
    page = organisme.get(adresse(transmis, "refus"))
    assert_html_accessible(page)
    vide = organisme.post(adresse(transmis, "refus"), {"revision": empreinte(page), "motif": " "})
    assert vide.status_code == 200
    reponse = {"revision": empreinte(page), "motif": "La retenue est trop grande."}
    suite = organisme.post(adresse(transmis, "refus"), reponse)
    assert suite["Location"] == reverse("projets:initiative", args=[transmis.initiative_id])
    refuse = f.relire(transmis)
    assert (refuse.etat, refuse.signatures.get().motif) == ("preparation", "La retenue est trop grande.")
    assert Notification.objects.filter(destinataire=agente, titre__contains="Protocole refusé").exists()
    assert organisme.get(adresse(transmis)).status_code == 404
    assert "n’attend pas de signature" in client_de(signataire).get(adresse(transmis)).text


@pytest.mark.parametrize("nom", ["signature", "refus"])
def test_en_preparation_un_envoi_n_inscrit_rien(nom, transmis, agente, signataire, client_de):
    transmis.reprendre(par=agente, motif="Une date à changer.")
    client = client_de(signataire)
    assert client.post(adresse(transmis, nom), {}).status_code == 200
    reponse = {"nom": "Denis Lavoie", "fonction": "Présidence", "signee_le": "2026-11-30", "motif": "Non."}
    assert client.post(adresse(transmis, nom), reponse).status_code == 302
    assert not SignatureProtocole.objects.exists()


@pytest.mark.parametrize("nom", ["signature", "refus"])
def test_qui_ne_signe_pour_personne_n_y_entre_pas(
    nom, transmis, agente, lectrice, equipe, etrangere, mess, client_de
):
    codes = {agente: 403, lectrice: 403, equipe[0]: 403, mess: 403, etrangere: 404}
    for personne, code in codes.items():
        client = client_de(personne)
        assert client.get(adresse(transmis, nom)).status_code == code
        assert client.post(adresse(transmis, nom), {"motif": "Non."}).status_code == code
    assert Protocole.objects.get().etat == "transmis"


def test_la_piece_de_la_signature_se_lit_des_deux_parties_et_de_personne_d_autre(
    signe, agente, equipe, etrangere, client_de
):
    piece = signe.signatures.get(cote="organisme").pieces.get()
    url = reverse("protocoles:piece_de_signature", args=[piece.pk])
    for qui in (agente, equipe[0]):
        assert client_de(qui).get(url).getvalue().startswith(b"%PDF")
    assert client_de(etrangere).get(url).status_code == 404


def test_signer_demande_douze_requetes_au_plus(
    transmis, signataire, equipe, client_de, django_assert_max_num_queries
):
    for personne in (signataire, equipe[1]):
        client = client_de(personne)
        client.get(adresse(transmis))
        with django_assert_max_num_queries(12):
            client.get(adresse(transmis))


def test_la_mrc_qui_gere_la_part_signe_elle_meme_et_sa_voisine_n_y_peut_rien(
    prete_a_decider, enveloppes, signataire, agente, client_de
):
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: D("9000")})
    envoyer(prete_a_decider.appel, par=signataire)
    f.clauses_approuvees(prete_a_decider.alliance, signataire)
    protocole = f.relire(f.transmis(p.relire(prete_a_decider), agente))
    ici, ailleurs = (
        fabriques.personne("sign_territoire", prete_a_decider.alliance.territoires.get(code=code))
        for code in ("07", "08")
    )
    client = client_de(ici)
    page = client.get(adresse(protocole))
    assert "9\xa0000,00\xa0$" in page.text
    assert client.post(adresse(protocole), saisie(page)).status_code == 302
    assert protocole.signatures.get().par == ici
    assert client_de(ailleurs).get(adresse(protocole)).status_code == 403
