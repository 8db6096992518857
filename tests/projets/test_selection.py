"""Les demandes d'un appel, pour qui choisit : la liste, ses fichiers, une question à travers les dossiers."""

import pytest
from django.urls import reverse

from projets.models import Initiative
from projets.models.evaluations import NoteCritere
from projets.models.tours import avec_tour, tour_de
from socle.erreurs import TransitionInterdite
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre
from tests.projets.test_seance import dossier_pret

pytestmark = pytest.mark.django_db


def adresse(nom, *args):
    return reverse(f"projets:{nom}", args=args)


def test_la_liste_dit_combien_on_demande_et_a_qui_le_tour(admissible, agente, client_de):
    page = client_de(agente).get(adresse("selection", admissible.appel_id))
    assert_html_accessible(page)
    contenu = page.content.decode()
    for dit in (str(admissible), "35\xa0000,00\xa0$", "300\xa0000,00\xa0$", "Comité d’analyse"):
        assert dit in contenu


def test_la_liste_se_filtre_et_s_exporte(admissible, agente, client_de):
    client, url = client_de(agente), adresse("selection", admissible.appel_id)
    assert str(admissible) not in client.get(url, {"etat": "refusee"}).content.decode()
    csv = client.get(url, {"format": "csv"}).content.decode()
    assert "35000" in csv.replace("\xa0", "").replace(" ", "")
    assert admissible.numero in csv


def test_la_tete_et_le_pied_disent_le_meme_total_filtre_ou_non(admissible, agente, equipe, client_de):
    retiree = dossier_pret(admissible.appel, agente, "Comptoir", "1140000025")
    sortie = {"etat": "retiree", "retiree_le": retiree.jugee_le, "retiree_par": equipe[1]}
    sans_jugement = {"etat_annonce": "retiree", "jugee_le": None, "jugee_par": None}
    Initiative.objects.filter(pk=retiree.pk).update(**sortie, **sans_jugement)
    client, url = client_de(agente), adresse("selection", admissible.appel_id)
    lus = []
    for filtre in ({}, {"tri": "titre"}, {"palier": "local"}):
        page = client.get(url, filtre).context
        lus.append((page["liste"].nombre, page["liste"].totaux["demande"], page["chiffres"]["demande"]))
    assert lus == [(2, 35_000, 35_000)] * 3


def test_la_note_retenue_et_son_etendue_se_lisent(admissible, agente, client_de):
    appel = admissible.appel
    critere = appel.criteres.create(rang=0, nom="Le besoin", poids=100)
    for niveau in (2, 4):
        NoteCritere.objects.create(
            initiative=admissible,
            critere=critere,
            personne=fabriques.personne("coordination", admissible.alliance),
            niveau=niveau,
            le=admissible.deposee_le,
        )
    client, url = client_de(agente), adresse("selection", appel.pk)
    assert "50 à 100" in client.get(url).content.decode()
    NoteCritere.objects.filter(niveau=2).delete()
    assert "Une seule note" in client.get(url).content.decode()


def test_la_liste_se_trie_par_note_celles_qui_n_en_ont_pas_a_la_fin(admissible, agente, client_de):
    critere = admissible.appel.criteres.create(rang=0, nom="Le besoin", poids=100)
    autres = [dossier_pret(admissible.appel, agente, f"Comptoir {n}", f"11400000{n}") for n in (25, 26)]
    for initiative, niveau in ((admissible, 2), (autres[0], 4)):
        champs = {"personne": agente, "niveau": niveau, "le": admissible.deposee_le}
        NoteCritere.objects.create(initiative=initiative, critere=critere, **champs)
    client, url = client_de(agente), adresse("selection", admissible.appel_id)
    for tri, attendues in (("note", [admissible, *autres]), ("-note", [autres[0], admissible, autres[1]])):
        assert list(client.get(url, {"tri": tri}).context["liste"].page.object_list) == attendues


def test_l_export_dit_ce_qui_est_accorde_et_la_raison_d_un_refus(
    prete_a_decider, agente, signataire, enveloppes, client_de
):
    autre = dossier_pret(prete_a_decider.appel, agente, "Comptoir", "1140000025")
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: 15_000})
    prendre(autre, signataire, sens="en_attente", raison="fonds", motif="Rien.", ecart="Rien de libre.")
    url = adresse("selection", autre.appel_id)
    lignes = client_de(agente).get(url, {"format": "json"}).json()["lignes"]
    lues = {ligne["numero"]: (ligne["accorde"], ligne["raison"]) for ligne in lignes}
    assert float(lues[prete_a_decider.numero][0]) == 15_000
    assert lues[autre.numero] == (None, "Les fonds disponibles")
    [ligne] = (
        client_de(agente).get(adresse("initiatives"), {"format": "json", "q": "Comptoir"}).json()["lignes"]
    )
    assert float(ligne["demande"]) == 35_000
    assert (ligne["palier"], ligne["territoires"]) == ("Local", str(autre.territoires.get()))


def test_la_liste_ne_demande_pas_une_requete_de_plus_par_demande(
    admissible, agente, client_de, django_assert_max_num_queries, django_assert_num_queries
):
    client, url = client_de(agente), adresse("selection", admissible.appel_id)
    client.get(url)
    with django_assert_max_num_queries(40) as une:
        client.get(url)
    dossier_pret(admissible.appel, agente, "Garde-manger", "1140000025")
    with django_assert_num_queries(len(une)):
        client.get(url)


def tour(initiative):
    return tour_de(avec_tour(Initiative.objects).get(pk=initiative.pk))


def test_le_tour_suit_la_demande(prete_a_decider, signataire):
    assert "décision" in tour(prete_a_decider).a_qui
    prendre(prete_a_decider, signataire, sens="en_attente", raison="fonds", motif="Rien de libre.")
    assert tour(prete_a_decider).a_qui == "La Table\xa0: réponse"


def test_une_question_se_lit_a_travers_les_dossiers(admissible, agente, client_de):
    for code in ("besoin", "priorites", "projet"):
        page = client_de(agente).get(adresse("question", admissible.appel_id, code))
        assert_html_accessible(page)
    contenu = client_de(agente).get(adresse("question", admissible.appel_id, "besoin")).content.decode()
    assert "61 ménages" in contenu
    assert "Nos statistiques" in contenu
    assert client_de(agente).get(adresse("question", admissible.appel_id, "pieces")).status_code == 404


@pytest.mark.parametrize(
    ("code", "mots"),
    [
        ("territoires", "La Matapédia"),
        ("besoin", "dont 60 nouvelles"),
        ("priorites", "Une offre alimentaire digne et proche"),
        ("objectifs", "Offrir des repas, cible\xa0: 4\xa0300 portions par an"),
        ("partenaires", "CISSS\xa0: Diététiste, 30 h par an (confirmé)"),
        ("depenses", "Salaires et charges, 2026-2027\xa0: 20\xa0000,00\xa0$"),
        ("sources", "17\xa0500,00\xa0$ (en espèces"),
    ],
)
def test_les_rangees_d_une_partie_se_lisent_aussi(
    admissible, agente, client_de, code, mots, django_assert_max_num_queries
):
    admissible.partenaires.create(nom="CISSS", humain="Diététiste, 30 h par an", confirme=True)
    client = client_de(agente)
    client.get("/aide/")
    with django_assert_max_num_queries(12):
        page = client.get(adresse("question", admissible.appel_id, code))
    assert_html_accessible(page)
    assert mots in page.content.decode()


def test_un_dossier_se_confie_a_une_personne_de_la_table(admissible, agente, client_de):
    url = adresse("confier", admissible.pk)
    assert_html_accessible(client_de(agente).get(url))
    assert client_de(agente).post(url, {"revision": "", "personne": agente.pk}).status_code == 302
    assert p.relire(admissible).en_charge == agente


def test_un_dossier_decide_ne_se_confie_plus(prete_a_decider, signataire, agente, client_de):
    prendre(
        prete_a_decider,
        signataire,
        sens="refusee",
        raison="besoin",
        motif="Non.",
        ecart="Le comité disait oui.",
    )
    url = adresse("confier", prete_a_decider.pk)
    assert "ne se confie pas" in client_de(agente).get(url).content.decode()
    client_de(agente).post(url, {"revision": "", "personne": agente.pk})
    with pytest.raises(TransitionInterdite, match="ne se confie pas"):
        p.relire(prete_a_decider).confier(par=agente, personne=agente)
    assert p.relire(prete_a_decider).en_charge is None


def test_qui_ne_choisit_pas_n_entre_pas(admissible, lectrice, etrangere, equipe, client_de):
    for personne, code in ((lectrice, 403), (etrangere, 404), (equipe[1], 404)):
        client = client_de(personne)
        assert client.get(adresse("selection", admissible.appel_id)).status_code == code
        assert client.get(adresse("question", admissible.appel_id, "besoin")).status_code == code
    assert client_de(equipe[1]).get(adresse("confier", admissible.pk)).status_code == 403
