"""Les clauses à l'écran : partir des usuelles, écrire, déplacer, ôter, relire avec un exemple, approuver."""

import pytest
from django.urls import reverse

from projets.protocoles.canevas import USUELLES
from projets.protocoles.models import ClausesAlliance
from projets.protocoles.regles.changements import changements
from projets.protocoles.regles.fentes import EXEMPLES, FENTES
from tests.outils.html_accessible import assert_html_accessible
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.test_preparation_pages import envoi

pytestmark = pytest.mark.django_db


def adresse(nom, objet):
    return reverse(f"protocoles:{nom}", args=[getattr(objet, "slug", objet.pk)])


def titres(clauses):
    return [c.titre for c in clauses.clauses.all()]


@pytest.fixture
def ouvertes(cadre, agente):
    return ClausesAlliance.ouvrir(cadre.bsl, par=agente)


@pytest.fixture
def courtes(ouvertes, agente):
    textes = [(nom, f"{nom} dit {{montant}}.") for nom in ("Un", "Deux", "Trois")]
    return ouvertes.ecrire(textes, par=agente, revision=ouvertes.revision)


def test_sans_aucune_version_les_usuelles_se_lisent_et_s_ouvrent(cadre, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("clauses", cadre.bsl))
    assert_html_accessible(page)
    assert USUELLES[0][0] in page.text
    assert EXEMPLES["organisme"] in page.text
    assert_html_accessible(client.get(adresse("clauses_ouverture", cadre.bsl)))
    arrivee = client.post(adresse("clauses_ouverture", cadre.bsl))
    ouvertes = ClausesAlliance.objects.get()
    assert arrivee["Location"] == adresse("clauses_ecriture", ouvertes)
    assert ouvertes.clauses.count() == len(USUELLES)


def test_chaque_fente_a_son_exemple():
    assert EXEMPLES.keys() == FENTES.keys()


def test_les_clauses_s_ecrivent_et_se_relisent_avec_un_exemple(courtes, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("clauses_ecriture", courtes))
    assert_html_accessible(page)
    assert "{rapport_le}" in page.text
    client.post(adresse("clauses_ecriture", courtes), envoi(page) | {"clause_0_texte": "Au plus {montant}."})
    page = client.get(adresse("clauses_version", courtes))
    assert_html_accessible(page)
    assert f"Au plus {EXEMPLES['montant']}." in page.text
    assert "Au plus {montant}." in page.text


@pytest.mark.parametrize(
    "places, voulus",
    [
        ({"clause_2_place": "1"}, ["Trois", "Un", "Deux"]),
        ({"clause_0_place": "3"}, ["Deux", "Trois", "Un"]),
        ({"clause_0_place": "2", "clause_1_place": "1"}, ["Deux", "Un", "Trois"]),
        ({"clause_1_titre": "", "clause_1_texte": ""}, ["Un", "Trois"]),
        (
            {"clause_3_titre": "Quatre", "clause_3_texte": "Et.", "clause_3_place": "1"},
            ["Quatre", "Un", "Deux", "Trois"],
        ),
    ],
    ids=["monter", "descendre", "echanger", "oter", "ajouter en tete"],
)
def test_une_clause_se_deplace_s_ote_et_s_ajoute_sans_script(places, voulus, courtes, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("clauses_ecriture", courtes))
    assert client.post(adresse("clauses_ecriture", courtes), envoi(page) | places).status_code == 302
    assert titres(courtes) == voulus


def test_une_fente_inconnue_le_dit_a_cote_de_son_champ_et_garde_la_saisie(courtes, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("clauses_ecriture", courtes))
    fautif = envoi(page) | {"clause_1_texte": "Le {date}.", "clause_2_titre": ""}
    page = client.post(adresse("clauses_ecriture", courtes), fautif)
    assert_html_accessible(page)
    assert "n’existe pas" in page.context["form"].errors["clause_1_texte"][0]
    assert page.context["form"].errors["clause_2_titre"]
    assert "Le {date}." in page.text
    assert titres(courtes) == ["Un", "Deux", "Trois"]


def test_deux_mains_sur_les_clauses_la_seconde_garde_sa_saisie(courtes, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("clauses_ecriture", courtes))
    courtes.ecrire([("Autre", "Chose.")], par=agente, revision=courtes.revision)
    reponse = client.post(adresse("clauses_ecriture", courtes), envoi(page))
    assert reponse.status_code == 409
    assert "Trois dit {montant}." in reponse.text


def test_on_demande_une_rangee_de_plus(courtes, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("clauses_ecriture", courtes))
    page = client.post(adresse("clauses_ecriture", courtes), envoi(page) | {"ajouter": "oui"}, follow=True)
    assert "clause_3_titre" in page.context["form"].fields


def test_la_signature_approuve_le_texte_qu_elle_a_lu(courtes, agente, signataire, client_de):
    assert client_de(agente).get(adresse("clauses_approbation", courtes)).status_code == 403
    client = client_de(signataire)
    page = client.get(adresse("clauses_approbation", courtes))
    assert_html_accessible(page)
    courtes.ecrire([("Autre", "Chose.")], par=agente, revision=courtes.revision)
    assert client.post(adresse("clauses_approbation", courtes), envoi(page)).status_code == 409
    page = client.get(adresse("clauses_approbation", courtes))
    client.post(adresse("clauses_approbation", courtes), envoi(page))
    assert ClausesAlliance.objects.en_vigueur(courtes.alliance) == courtes
    assert "ne changent plus" in client_de(agente).get(adresse("clauses_ecriture", courtes)).text


def test_ce_qui_change_depuis_la_precedente_se_lit_avant_d_approuver(cadre, agente, signataire, client_de):
    f.clauses_approuvees(cadre.bsl, signataire)
    suivante = ClausesAlliance.ouvrir(cadre.bsl, par=agente)
    textes = [("L’objet", "Autre."), *USUELLES[2:], ("Assurer", "L’organisme est assuré.")]
    suivante.ecrire(textes, par=agente, revision=1)
    page = client_de(signataire).get(adresse("clauses_approbation", suivante))
    assert page.context["changements"] == [
        ("L’objet", "Changée"),
        ("Assurer", "Nouvelle"),
        (USUELLES[1][0], "Ôtée"),
    ]
    liste = client_de(agente).get(adresse("clauses", cadre.bsl))
    assert_html_accessible(liste)
    assert "En vigueur" in liste.text
    assert "À approuver" in liste.text


def test_rien_ne_change_sans_ecart():
    assert changements([("Un", "Texte.")], [("Un", "Texte.")]) == []


def test_l_etat_lit_les_approuvees_l_organisme_et_l_etrangere_rien(
    courtes, signataire, mess, equipe, etrangere, client_de
):
    lecteurs = (mess, equipe[1], etrangere)
    codes = [client_de(qui).get(adresse("clauses_version", courtes)).status_code for qui in lecteurs]
    assert codes == [404, 404, 404]
    assert client_de(etrangere).get(adresse("clauses", courtes.alliance)).status_code == 404
    assert client_de(equipe[1]).get(adresse("clauses", courtes.alliance)).status_code == 404
    courtes.approuver(par=signataire, revision=courtes.revision)
    page = client_de(mess).get(adresse("clauses_version", courtes))
    assert page.status_code == 200
    assert "Écrire les clauses" not in page.text
    assert client_de(mess).get(adresse("clauses_ecriture", courtes)).status_code == 403
