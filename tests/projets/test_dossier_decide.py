"""La page d'une initiative décidée : ce qui s'est passé depuis, qui l'a fait, et pourquoi."""

import pytest
from django.urls import reverse

from projets.models.avis import entendre
from projets.models.evaluations import NoteCritere
from projets.models.reponses import envoyer
from projets.models.reservations import desister, liberer_la_reservation
from projets.notifications.reservations import annoncer_le_desistement
from socle.models import Notification
from socle.texte.typographie import date_longue
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre

pytestmark = pytest.mark.django_db
MOTIF = "La salle n’est plus libre."


@pytest.fixture
def acceptee(prete_a_decider, enveloppes, signataire):
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: 15_000})
    envoyer(prete_a_decider.appel, par=signataire)
    return p.relire(prete_a_decider)


def page_de(initiative, client):
    page = client.get(reverse("projets:initiative", args=[initiative.pk]))
    assert_html_accessible(page)
    return page.content.decode()


def test_le_motif_du_desistement_que_la_table_devait_lire_est_a_la_page(
    acceptee, equipe, agente, lectrice, client_de
):
    annoncer_le_desistement(desister(acceptee, par=equipe[1], motif=MOTIF), par=equipe[1])
    for personne in (agente, lectrice, equipe[0]):
        page = page_de(acceptee, client_de(personne))
        assert MOTIF in page
        assert equipe[1].nom_complet in page
    recue = Notification.objects.get(destinataire=agente, titre__contains="Désistement")
    assert "Sa page dit pourquoi." in recue.texte


def test_la_page_nomme_l_appel_le_demande_l_accorde_et_ou_l_on_choisit(
    acceptee, agente, signataire, equipe, client_de
):
    ou = [reverse(f"projets:{nom}", args=[acceptee.appel_id]) for nom in ("appel", "selection", "seance")]
    for personne in (agente, signataire):
        page = page_de(acceptee, client_de(personne))
        assert all(f'href="{url}"' in page for url in ou)
    page = page_de(acceptee, client_de(equipe[0]))
    assert not any(f'href="{url}"' in page for url in ou)
    assert reverse("projets:appel_public", args=[acceptee.appel_id]) in page
    tete = page[: page.index("Par où elle passe")]
    assert str(acceptee.appel) in tete
    assert "35\xa0000,00\xa0$" in tete
    assert "15\xa0000,00\xa0$" in tete


def test_avant_la_reponse_l_organisme_n_y_lit_pas_ce_qui_est_accorde(
    prete_a_decider, enveloppes, signataire, equipe, client_de
):
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: 15_000})
    assert "15\xa0000" not in page_de(prete_a_decider, client_de(equipe[0]))


def test_la_decision_vient_apres_les_avis_et_celui_des_personnes_est_a_part(
    prete_a_decider, agente, signataire, enveloppes, client_de
):
    dit = {"groupe": "Espace citoyen", "personnes": 9, "sens": "favorable", "texte": "Le samedi, oui."}
    entendre(prete_a_decider, par=agente, rendu_le=aujourd_hui(), **dit)
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: 15_000})
    page = page_de(prete_a_decider, client_de(agente))
    titres = [page.index(f'<h2 id="{ancre}"') for ancre in ("avis", "personnes", "decision")]
    assert titres == sorted(titres)
    assert titres[1] < page.index("Le samedi, oui.") < titres[2]


def test_une_reservation_liberee_dit_par_qui_et_pourquoi(acceptee, signataire, equipe, client_de):
    liberer_la_reservation(acceptee, par=signataire, motif="Le protocole tarde.")
    page = page_de(acceptee, client_de(equipe[0]))
    assert "Le protocole tarde." in page
    assert signataire.nom_complet in page


def test_une_initiative_desistee_n_a_plus_d_acceptation_pour_etat_du_jour(
    acceptee, equipe, agente, client_de
):
    assert "La décision d’alors" not in page_de(acceptee, client_de(agente))
    desister(acceptee, par=equipe[1], motif=MOTIF)
    page = page_de(acceptee, client_de(agente))
    assert "La décision d’alors" in page
    assert "cette décision ne finance plus l’initiative" in page
    assert "Ce qui avait été accordé" in page


def test_le_parcours_dit_le_jour_de_chaque_etape_faite(acceptee, agente, client_de):
    page = page_de(acceptee, client_de(agente))
    prise = acceptee.decisions.get().prise_le
    assert page.count(f"Fait le {date_longue(prise)}") == acceptee.etapes.exclude(acte="information").count()


def test_avant_la_reponse_l_organisme_ne_lit_aucune_etape_faite(prete_a_decider, equipe, agente, client_de):
    assert "Fait le" in page_de(prete_a_decider, client_de(agente))
    assert "Fait le" not in page_de(prete_a_decider, client_de(equipe[0]))


def test_la_note_globale_est_a_la_page_de_qui_lit_les_notes_a_deux_decimales_au_plus(
    prete_a_decider, agente, equipe, client_de
):
    """Des médianes de 3,5 sur 49 et de 3 sur 51 font 81,125."""
    criteres = [prete_a_decider.appel.criteres.create(rang=n, nom=f"N{n}", poids=49 + 2 * n) for n in (0, 1)]
    personnes = [fabriques.personne("coordination", prete_a_decider.alliance) for _ in range(2)]
    for critere, niveaux in zip(criteres, ((4, 3), (3, 3)), strict=True):
        for personne, niveau in zip(personnes, niveaux, strict=True):
            le = prete_a_decider.deposee_le
            cles = {"initiative": prete_a_decider, "critere": critere, "personne": personne}
            NoteCritere.objects.create(niveau=niveau, le=le, **cles)
    assert "<b>81,13</b> sur 100" in page_de(prete_a_decider, client_de(agente))
    assert "sur 100" not in page_de(prete_a_decider, client_de(equipe[0]))
