"""La décision à l'écran : voir ce qui resterait, la prendre, la lire; et qui n'y peut rien."""

import pytest
from django.urls import reverse

from projets.models import Decision
from projets.models.reponses import envoyer
from projets.regles.lecture import montage_de
from socle.models import Notification
from socle.valeurs.horloge import aujourd_hui, jour_de
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre, solde

pytestmark = pytest.mark.django_db


def adresse(nom, initiative):
    return reverse(f"projets:{nom}", args=[initiative.pk])


def saisie(enveloppe, **plus):
    return {
        "sens": "acceptee",
        f"montant_{enveloppe.pk}": "15 000",
        "prise_le": "2026-11-30",
        "resolution": "2026-06-11",
        "piece": fabriques.fichier_pdf(),
    } | plus


@pytest.fixture
def jour(prete_a_decider):
    return aujourd_hui().isoformat()


def test_la_signature_voit_l_effet_avant_d_inscrire(prete_a_decider, enveloppes, signataire, client_de, jour):
    client, enveloppe = client_de(signataire), enveloppes["La Matapédia"]
    assert_html_accessible(client.get(adresse("decision", prete_a_decider)))
    page = client.post(adresse("decision", prete_a_decider), saisie(enveloppe, prise_le=jour, essayer="oui"))
    assert "385\xa0000,01\xa0$" in page.content.decode()
    assert not Decision.objects.exists()
    assert solde(enveloppe).reserve == 0


def test_la_signature_inscrit_et_l_organisme_l_apprend_par_sa_reponse(
    prete_a_decider,
    enveloppes,
    signataire,
    equipe,
    client_de,
    jour,
):
    client, enveloppe = client_de(signataire), enveloppes["La Matapédia"]
    assert (
        client.post(adresse("decision", prete_a_decider), saisie(enveloppe, prise_le=jour)).status_code == 302
    )
    recues = Notification.objects.filter(destinataire=equipe[0], titre__contains="Initiative acceptée")
    assert not recues.exists()
    url = reverse("projets:reponses", args=[prete_a_decider.appel_id])
    assert p.envoyer_les_reponses(client, url).status_code == 302
    assert recues.get().titre == f"Initiative acceptée\xa0: {prete_a_decider} ({prete_a_decider.numero})"
    page = client_de(equipe[0]).get(adresse("initiative", prete_a_decider))
    assert_html_accessible(page)
    assert "15\xa0000,00\xa0$" in page.content.decode()


def test_au_dela_du_disponible_la_phrase_est_a_cote_du_montant(
    prete_a_decider,
    enveloppes,
    signataire,
    client_de,
    jour,
):
    enveloppe = enveloppes["La Matapédia"]
    p.vider(enveloppe)
    page = client_de(signataire).post(adresse("decision", prete_a_decider), saisie(enveloppe, prise_le=jour))
    assert "Il n’y a que 0,00\xa0$ de disponible." in page.content.decode()
    assert not Decision.objects.exists()


def test_un_refus_sans_phrase_garde_la_saisie(prete_a_decider, enveloppes, signataire, client_de, jour):
    refus = saisie(enveloppes["La Matapédia"], prise_le=jour, sens="refusee", conditions="Aucune.")
    page = client_de(signataire).post(adresse("decision", prete_a_decider), refus).content.decode()
    assert "Choisissez la raison." in page
    assert "s’écarte d’un avis" in page
    assert "Aucune." in page


def test_qui_propose_ne_decide_pas(prete_a_decider, agente, lectrice, etrangere, equipe, client_de):
    for personne, code in ((agente, 403), (lectrice, 403), (etrangere, 404), (equipe[1], 403)):
        assert client_de(personne).get(adresse("decision", prete_a_decider)).status_code == code


def test_l_avis_s_inscrit_et_se_retire_par_la_page(admissible, agente, client_de):
    client = client_de(agente)
    page = client.get(adresse("avis", admissible))
    assert_html_accessible(page)
    lu = {
        "revision": page.context["form"].revision_actuelle(),
        "sens": "favorable",
        "texte": "Le milieu y tient.",
        "rendu_le": jour_de(admissible.deposee_le).isoformat(),
    }
    assert client.post(adresse("avis", admissible), lu).status_code == 302
    avis = admissible.avis.get()
    url = reverse("projets:avis_retrait", args=[admissible.pk, avis.pk])
    assert client.post(url, {"motif": "Un autre dossier."}).status_code == 302
    avis.refresh_from_db()
    assert avis.retrait_motif == "Un autre dossier."


def test_un_avis_s_inscrit_a_l_etape_que_la_page_montrait(admissible, agente, client_de):
    """Deux personnes ouvrent la même page : la seconde n'inscrit pas l'avis de l'étape suivante."""
    comite = admissible.etapes.first().instance
    admissible.etapes.filter(acte="decision").update(rang=9)
    admissible.etapes.create(rang=8, acte="avis", instance=comite, nom="Comité suivant")
    for nom, de_plus in (
        ("avis", {}),
        ("avis_des_personnes", {"groupe": "Espace citoyen", "personnes": "9"}),
    ):
        url = adresse(nom, admissible)
        vue = client_de(agente).get(url).context["form"].revision_actuelle()
        lu = {"revision": vue, "sens": "favorable", "texte": "Oui.", "rendu_le": aujourd_hui().isoformat()}
        codes = [client_de(agente).post(url, lu | de_plus).status_code for _ in range(2)]
        assert codes == [302, 409]
    assert [avis.groupe for avis in admissible.avis.all()] == ["", "Espace citoyen"]


def test_un_ecart_avec_l_appel_s_ecrit_a_la_page(prete_a_decider, enveloppes, signataire, client_de, jour):
    client, url = client_de(signataire), adresse("decision", prete_a_decider)
    lu = saisie(enveloppes["Projets régionaux"], prise_le=jour)
    assert "ne met pas en commun" in client.post(url, lu).text
    lu = saisie(enveloppes["Projets régionaux"], prise_le=jour, ecart="Elle sert à toute la région.")
    assert client.post(url, lu).status_code == 302


def test_l_avis_des_personnes_demande_leur_nombre(admissible, agente, client_de):
    client, url = client_de(agente), adresse("avis_des_personnes", admissible)
    assert_html_accessible(client.get(url))
    lu = {
        "revision": "",
        "groupe": "Espace citoyen",
        "sens": "reserves",
        "texte": "Le samedi.",
        "rendu_le": "2020-01-01",
    }
    assert "Nombre de personnes" in client.post(url, lu).content.decode()
    assert "suit le dépôt" in client.post(url, lu | {"personnes": "9"}).content.decode()


def maintenant_lu(client, initiative):
    """(« Et maintenant », tel que la page le dit; les gestes offerts, le principal marqué)."""
    page = client.get(adresse("initiative", initiative))
    suite = page.text.partition("Et maintenant</h2>")[2].partition("</section>")[0]
    return suite, {libelle: principal for libelle, _, principal in page.context["gestes"]}


def test_l_organisme_lit_a_qui_le_tour_et_qui_joindre(admissible, equipe, agente, client_de):
    admissible.alliance.contacts.filter(principal=True).update(
        nom="Rose Latulippe", courriel="rose@exemple.test"
    )
    suite, _ = maintenant_lu(client_de(equipe[0]), admissible)
    assert "Au tour de la Table, réponse promise au plus tard le" in suite
    assert "Rose Latulippe" in suite
    assert "mailto:rose@exemple.test" in suite
    assert maintenant_lu(client_de(agente), admissible)[0] == ""


def test_acceptee_la_suite_vient_de_la_table_et_se_desister_n_est_pas_le_geste_principal(
    prete_a_decider, enveloppes, signataire, equipe, client_de
):
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: 15_000})
    assert "protocole" not in maintenant_lu(client_de(equipe[1]), prete_a_decider)[0]
    envoyer(prete_a_decider.appel, par=signataire)
    suite, gestes = maintenant_lu(client_de(equipe[1]), prete_a_decider)
    assert "la suite, le protocole, vient de la Table" in suite
    assert gestes == {"Me désister": False}


def test_l_organisme_se_desiste_par_la_page(prete_a_decider, enveloppes, signataire, equipe, client_de):
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: 15_000})
    envoyer(prete_a_decider.appel, par=signataire)
    assert client_de(equipe[0]).get(adresse("desistement", prete_a_decider)).status_code == 403
    client_de(equipe[1]).post(
        adresse("desistement", prete_a_decider), {"motif": "La salle n’est plus libre."}
    )
    assert p.relire(prete_a_decider).etat == "desistee"


def test_un_avis_ne_se_retire_plus_une_fois_la_decision_prise(prete_a_decider, enveloppes, agente, client_de):
    def page():
        return client_de(agente).get(adresse("initiative", prete_a_decider)).content.decode()

    assert "Retirer cet avis" in page()
    type(prete_a_decider).objects.filter(pk=prete_a_decider.pk).update(etat="en_attente")
    assert "Retirer cet avis" not in page()


def test_les_montants_demandes_se_preremplissent_et_les_enveloppes_d_ailleurs_se_replient(
    prete_a_decider, enveloppes, signataire, agente, client_de, cadre
):
    """Celles de l'appel qui touchent l'initiative d'abord; les autres ne s'ouvrent que si on y a écrit."""
    siennes = enveloppes["La Matapédia"]
    ailleurs = next(e for e in enveloppes.values() if e.territoire_id not in (None, siennes.territoire_id))
    prete_a_decider.appel.enveloppes.create(enveloppe=ailleurs, montant=1_000)
    for nom, personne in (("decision", signataire), ("proposition", agente)):
        page = client_de(personne).get(adresse(nom, prete_a_decider))
        assert_html_accessible(page)
        form, contenu = page.context["form"], page.content.decode()
        assert form.montants == {siennes: montage_de(prete_a_decider).demande_de(siennes.an)}
        replie = contenu.index('<details class="replie"><summary>D’enveloppes d’un autre territoire')
        assert contenu.index(f'name="montant_{siennes.pk}"') < replie
        assert replie < contenu.index(f'name="montant_{ailleurs.pk}"')
    tape = {"sens": "acceptee", f"montant_{ailleurs.pk}": "500", "essayer": "oui"}
    page = client_de(signataire).post(adresse("decision", prete_a_decider), tape).content.decode()
    assert '<details class="replie" open><summary>D’enveloppes d’un autre territoire' in page
