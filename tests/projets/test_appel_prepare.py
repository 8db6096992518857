"""Préparer un appel sans deviner : ce qu'il faut pour publier, ce que dit la page publique, l'argent et la grille."""

from decimal import Decimal as D

import pytest
from django.test import Client
from django.urls import reverse

from projets.canevas import PARTIES
from projets.forms.questions import questions_de
from projets.models import AppelProjets
from projets.models.publication import POUR_PUBLIER
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db
REGLES = {
    "part_maximale": D(80),
    "duree_maximale": 24,
    "revision_jours": 20,
    "question_1": "Qui d’autre y travaille?",
    "pieces_demandees": ["resolution", "conseil"],
}


@partagee
def enveloppe(cadre):
    return p.enveloppes(cadre.bsl)["La Matapédia"]


@partagee
def preparation(cadre, agente, enveloppe):
    return p.appel_en_preparation(cadre.bsl, agente, **REGLES)


@partagee
def ouvert(preparation, agente, enveloppe):
    preparation.enveloppes.create(enveloppe=enveloppe, montant=D(1_000))
    return preparation.publier(par=agente)


def adresse(nom, appel):
    return reverse(f"projets:{nom}", args=[appel.pk])


def lire(client, nom, appel):
    page = client.get(adresse(nom, appel))
    assert_html_accessible(page)
    return page.content.decode()


def test_la_page_publique_dit_chaque_regle_de_l_appel(ouvert):
    lue = lire(Client(), "appel_public", ouvert)
    for regle in (
        "Le Fonds paie au plus 80\xa0% du coût total.",
        "apportent au moins 10\xa0% du coût",
        "fait au plus 90\xa0% du coût; il compte aussi",
        "L’administration prend au plus 10\xa0% du coût.",
        "commence au plus tôt le 1er\xa0avril 2026",
        "finit au plus tard le 31\xa0mars 2028",
        "dure au plus 24\xa0mois.",
        "dans les 20\xa0jours qui suivent la réponse",
        "Résolution du conseil pour cette demande",
        "Liste des membres du conseil",
    ):
        assert regle in lue
    assert len(lue.encode()) < 60_000


def test_un_appel_sans_regle_ne_dit_que_l_absence_de_revision(cadre, agente, enveloppe):
    vides = dict.fromkeys(
        (
            *("apport_minimal", "cumul_maximal", "administration_maximale"),
            *("debut_au_plus_tot", "fin_au_plus_tard"),
        )
    )
    appel = p.appel_ouvert(cadre.bsl, agente, {enveloppe: D(1_000)}, **vides)
    lue = lire(Client(), "appel_public", appel)
    assert "Cet appel ne prévoit pas de révision d’un refus." in lue
    assert "du coût" not in lue.partition('id="regles"')[2].partition("</section>")[0]


def test_chaque_question_de_la_demande_se_lit_avant_d_avoir_un_compte(ouvert):
    lue = lire(Client(), "appel_questions", ouvert)
    assert adresse("appel_questions", ouvert) in lire(Client(), "appel_public", ouvert)
    posees = questions_de(ouvert)
    assert [partie for partie, _ in posees] == list(PARTIES)
    for partie, blocs in posees:
        assert partie.titre in lue
        assert blocs or partie.code == "pieces"
    for attendu in (
        "À quel besoin répondez-vous?",
        "1\xa0500 caractères au plus",
        "Qui d’autre y travaille?",
        "Personnes distinctes en 2026-2027",
        "Familles à faible revenu",
        "Salaires et charges",
        "(4 au plus)",
        "Montant en 2027-2028",
        "Liste des membres du conseil",
        "J’atteste que les renseignements sont exacts",
        "data-imprimer",
    ):
        assert attendu in lue
    assert len(lue.encode()) < 60_000


def test_les_questions_d_un_appel_qui_se_prepare_ne_se_lisent_pas(preparation):
    assert Client().get(adresse("appel_questions", preparation)).status_code == 404


def test_chaque_champ_demande_pour_publier_le_dit_et_manque_bien(cadre, agente, enveloppe, client_de):
    nu = AppelProjets.preparer(cadre.bsl, par=agente, titre="Appel nu")
    page = client_de(agente).get(adresse("appel_modification", nu))
    assert_html_accessible(page)
    form = page.context["form"]
    marques = {nom for nom, champ in form.fields.items() if "Demandé pour publier." in champ.help_text}
    assert marques == set(POUR_PUBLIER)
    complet = p.appel_en_preparation(cadre.bsl, agente)
    complet.enveloppes.create(enveloppe=enveloppe, montant=1)
    assert complet.empechements_a_publier() == []
    for nom in POUR_PUBLIER:
        garde = getattr(complet, nom)
        setattr(complet, nom, "" if nom == "presentation" else None)
        assert complet.empechements_a_publier(), nom
        setattr(complet, nom, garde)


def test_ce_qui_bloquera_la_publication_se_dit_des_qu_on_l_enregistre(
    preparation, enveloppe, agente, client_de
):
    client, champ = client_de(agente), f"montant_{enveloppe.pk}"
    assert "demandée pour publier" in lire(client, "appel_enveloppes", preparation)
    saisie = {champ: "999 999 999", "revision": preparation.revision}
    page = client.post(adresse("appel_enveloppes", preparation), saisie, follow=True).content.decode()
    assert "L’appel ne pourra pas être publié ainsi." in page
    assert "il manque" in page
    publication = lire(client, "appel_publication", preparation)
    assert "il manque" in publication
    tenable = {champ: "1 000", "revision": preparation.revision + 1}
    page = client.post(adresse("appel_enveloppes", preparation), tenable, follow=True).content.decode()
    assert "ne pourra pas être publié" not in page


def test_ce_qui_manque_deja_a_une_enveloppe_ne_se_dit_pas_un_reste_negatif(
    preparation, enveloppe, cadre, agente, client_de
):
    p.appel_ouvert(cadre.bsl, agente, {enveloppe: enveloppe.solde.disponible - 100}, titre="Un autre")
    p.vider(enveloppe)
    preparation.enveloppes.create(enveloppe=enveloppe, montant=D(1_000))
    client = client_de(agente)
    for nom in ("appel_enveloppes", "appel_publication", "appel"):
        lue = lire(client, nom, preparation)
        assert "−" not in lue.partition("<main")[2], nom
        assert "n’en reste rien" in lue or "il manque" in lue, nom


def test_la_page_de_publication_dit_le_reste_avant_et_apres(preparation, enveloppe, agente, client_de):
    preparation.enveloppes.create(enveloppe=enveloppe, montant=D(1_000))
    (part,) = preparation.parts_et_restes()
    assert (part.apres, part.manque) == (enveloppe.solde.disponible - 1_000, 0)
    lue = lire(client_de(agente), "appel_publication", preparation)
    assert "Reste à partager, avant cet appel" in lue
    assert "Reste après" in lue


def test_la_fiche_recapitule_les_regles_les_questions_et_les_pieces(preparation, agente, client_de):
    lue = lire(client_de(agente), "appel", preparation)
    for attendu in (
        "au plus 80\xa0%",
        "Qui d’autre y travaille?",
        "Liste des membres du conseil",
        "20\xa0jours",
    ):
        assert attendu in lue


def test_un_taux_se_tape_avec_son_signe(preparation, agente, client_de):
    client, url = client_de(agente), adresse("appel_modification", preparation)
    form = client.get(url).context["form"]
    saisie = {nom: form[nom].value() for nom in form.fields}
    saisie = {
        nom: valeur for nom, valeur in saisie.items() if valeur not in (None, "") and valeur is not False
    }
    moments = {nom: f"{saisie[nom]:%Y-%m-%d %H:%M}" for nom in ("ouvre_le", "ferme_le")}
    reponse = client.post(url, saisie | moments | {"apport_minimal": "15\xa0%", "part_maximale": "82,5 %"})
    assert reponse.status_code == 302, reponse.context["form"].errors
    preparation.refresh_from_db()
    assert (preparation.apport_minimal, preparation.part_maximale) == (D(15), D("82.5"))


def test_les_trois_modes_s_expliquent_des_l_ouverture(cadre, agente, client_de):
    page = client_de(agente).get(reverse("projets:appel_ouverture", args=[cadre.bsl.slug])).content.decode()
    for mot in ("tout organisme dépose", "des partenaires ont montée ensemble", "déjà soutenue qui continue"):
        assert mot in page


def test_l_aide_du_territoire_suit_qui_prepare(cadre, client_de):
    territoire = cadre.bsl.territoires.first()
    url = reverse("projets:appel_ouverture", args=[cadre.bsl.slug])
    page = client_de(fabriques.personne("territoire", territoire)).get(url).content.decode()
    assert "Vide" not in page
    assert "de ce territoire" in page


def test_la_grille_dit_comment_se_remplir_et_quel_critere_manque(preparation, agente, client_de):
    client, url = client_de(agente), adresse("appel_grille", preparation)
    lue = lire(client, "appel_grille", preparation)
    assert "4 est le meilleur" in lue
    assert adresse("appel_grille_usuelle", preparation) in lue
    critere = {"critere_0_nom": "Le besoin", "critere_0_poids": "100", "revision": preparation.revision}
    critere |= {f"critere_0_niveau_{n}": f"Phrase {n}" for n in range(5) if n != 2}
    page = client.post(url, critere).content.decode()
    assert "Critère 1, «\xa0Le besoin\xa0»\xa0: remplissez le champ «\xa0Niveau 2\xa0»." in page
