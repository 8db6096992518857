"""La lettre de réponse : de vraies phrases, à quelqu'un, de quelqu'un; relue avant de partir."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from alliances.models import Organisme
from projets.impression import html_de_la_reponse
from projets.models import AppelProjets, DemandeDeRevision, Initiative, Reponse
from projets.models.jugements import Critere, revoir
from projets.models.reponses import contenu_de, envoyer, juger_et_repondre
from projets.models.revisions import limite_de
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre
from tests.projets.test_seance import dossier_pret

pytestmark = pytest.mark.django_db
REFUS = {"sens": "refusee", "raison": "besoin", "motif": "Peu montré.", "ecart": "Vu de près."}
ATTENTE = {"sens": "en_attente", "raison": "fonds", "motif": "Rien de libre.", "ecart": "Les fonds manquent."}


def lettre_de(initiative, par):
    contenu = contenu_de(p.relire(initiative).decisions.first(), par=par, le=timezone.now())
    return re.sub(r"\s+", " ", strip_tags(html_de_la_reponse(contenu)).replace("&nbsp;", " "))


def test_la_lettre_dit_de_qui_a_qui_et_une_phrase_entiere(prete_a_decider, enveloppes, signataire):
    Organisme.objects.filter(pk=prete_a_decider.organisme_id).update(adresse="12, rue du Pont, Amqui")
    Initiative.objects.filter(pk=prete_a_decider.pk).update(personne_ressource="Odile Castonval")
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: 15_000})
    lue = lettre_de(prete_a_decider, signataire)
    table = prete_a_decider.alliance.table_regionale.nom
    for dit in (
        table,
        "Odile Castonval",
        "12, rue du Pont, Amqui",
        "Madame, Monsieur,",
        ", par sa résolution 2026-06-11 du",
        "a accepté votre initiative « Cuisines de rang »",
        "Veuillez agréer, Madame, Monsieur, nos salutations distinguées.",
        f"{signataire.nom_complet} En qualité de : Signature {table}",
    ):
        assert dit in lue


def test_un_refus_dit_sa_raison_sa_revision_et_comment_reprendre(prete_a_decider, signataire):
    prendre(prete_a_decider, signataire, **REFUS)
    for jours, dit in ((20, "Vous pouvez demander la révision"), (None, "ne prévoit pas de révision")):
        AppelProjets.objects.filter(pk=prete_a_decider.appel_id).update(revision_jours=jours)
        lue = lettre_de(prete_a_decider, signataire)
        assert dit in lue
        assert "Voici pourquoi (le besoin) : Peu montré." in lue
        assert "« Reprendre cette demande » en copie les textes et le budget" in lue


def test_une_revision_deja_demandee_ne_se_promet_pas_de_nouveau(prete_a_decider, equipe, signataire):
    AppelProjets.objects.filter(pk=prete_a_decider.appel_id).update(revision_jours=20)
    prendre(prete_a_decider, signataire, **REFUS)
    DemandeDeRevision.objects.create(
        initiative=prete_a_decider, motif="À revoir.", demandee_le=timezone.now(), demandee_par=equipe[1]
    )
    lue = lettre_de(prete_a_decider, signataire)
    assert "Une révision a déjà été demandée" in lue
    assert "Vous pouvez demander la révision" not in lue


def test_la_liste_d_attente_dit_le_rang_et_ce_qui_la_fait_avancer(prete_a_decider, agente, signataire):
    autre = dossier_pret(prete_a_decider.appel, agente, "Garde-manger", "1140000025")
    for initiative in (autre, prete_a_decider):
        prendre(initiative, signataire, **ATTENTE)
    assert "au rang 1 de la liste d’attente" in lettre_de(autre, signataire)
    lue = lettre_de(prete_a_decider, signataire)
    assert "au rang 2 de la liste d’attente" in lue
    assert "La liste avance quand de l’argent revient" in lue


def test_une_lettre_scellee_avant_se_rend_encore(prete_a_decider, signataire):
    """Ce que les lettres d'avant ne portaient pas se tait."""
    prendre(prete_a_decider, signataire, **REFUS)
    (reponse,) = envoyer(prete_a_decider.appel, par=signataire)
    neufs = {"adresse", "a_l_attention", "table", "signataire", "rang", "revision_demandee"}
    ancien = {cle: dit for cle, dit in reponse.contenu.items() if cle not in neufs}
    assert "En qualité de" not in html_de_la_reponse(ancien)


def test_l_accord_qui_ne_se_devine_pas_ne_s_invente_pas(prete_a_decider, signataire):
    prendre(prete_a_decider, signataire, **REFUS)
    contenu = contenu_de(prete_a_decider.decisions.get(), par=signataire, le=timezone.now())
    for nom, dit in (
        ("Table régionale", "La Table régionale,"),
        ("Comité d’analyse", "Le Comité d’analyse,"),
        ("Conseils des MRC", "L’instance «\xa0Conseils des MRC\xa0»,"),
    ):
        assert dit in html_de_la_reponse(contenu | {"instance": nom})


def test_chaque_lettre_se_relit_avant_de_partir_sans_rien_sceller(prete_a_decider, signataire, client_de):
    prendre(prete_a_decider, signataire, **REFUS)
    client = client_de(signataire)
    url = reverse("projets:reponse_apercu", args=[prete_a_decider.pk])
    assert url in client.get(reverse("projets:reponses", args=[prete_a_decider.appel_id])).content.decode()
    page = client.get(url)
    assert_html_accessible(page)
    contenu = page.content.decode()
    assert "Rien n’est envoyé ni scellé." in contenu
    assert "Peu montré." in contenu
    assert not Reponse.objects.exists()
    envoyer(prete_a_decider.appel, par=signataire)
    assert client.get(url).status_code == 404


def test_l_apercu_n_est_qu_a_qui_peut_repondre(
    prete_a_decider, signataire, agente, lectrice, equipe, etrangere, client_de
):
    prendre(prete_a_decider, signataire, **REFUS)
    url = reverse("projets:reponse_apercu", args=[prete_a_decider.pk])
    for personne, code in (
        (agente, 200),
        (lectrice, 403),
        (equipe[0], 403),
        (equipe[1], 403),
        (etrangere, 404),
    ):
        assert client_de(personne).get(url).status_code == code


def juger_non(initiative, agente, client_de):
    """Par sa page, comme une personne le fait : le registre ne convient pas."""
    revoir(initiative, par=agente, motif="À relire.")
    envoi = dict.fromkeys(Critere.values, "oui") | {"registre": "non", "registre_precision": "Radié."}
    page = client_de(agente).post(reverse("projets:admissibilite", args=[initiative.pk]), envoi)
    assert page.status_code == 302, page.context["form"].errors
    return p.relire(initiative)


def test_une_non_admissibilite_a_sa_lettre_des_qu_elle_est_jugee(
    admissible, agente, equipe, etrangere, client_de
):
    AppelProjets.objects.filter(pk=admissible.appel_id).update(revision_jours=20)
    jugee = juger_non(admissible, agente, client_de)
    lettre = jugee.lettres_du_jugement.get()
    lue = re.sub(r"\s+", " ", strip_tags(html_de_la_reponse(lettre.contenu)).replace("&nbsp;", " "))
    for dit in (
        "a jugé non admissible votre demande « Cuisines de rang »",
        "Il est en règle au registre des entreprises Radié.",
        "Vous pouvez demander la révision de cette décision",
        "quand un autre appel sera ouvert",
        agente.courriel,
    ):
        assert dit in lue
    assert "résolution" not in lue
    assert lettre.contenu["revision_jusqu_au"] == limite_de(jugee).isoformat()
    url = reverse("projets:reponse", args=[lettre.pk])
    for personne in equipe:
        page = client_de(personne).get(reverse("projets:initiative", args=[jugee.pk]))
        assert_html_accessible(page)
        assert url in page.content.decode()
        assert client_de(personne).get(url).status_code in (200, 202, 302)
    assert client_de(etrangere).get(url).status_code == 404


def test_revenue_a_l_etude_la_page_ne_montre_plus_la_lettre_du_premier_jugement(
    admissible, agente, client_de
):
    jugee = juger_non(admissible, agente, client_de)
    revoir(jugee, par=agente, motif="Le registre est corrigé.")
    page = client_de(agente).get(reverse("projets:initiative", args=[jugee.pk])).content.decode()
    assert reverse("projets:reponse", args=[jugee.lettres_du_jugement.get().pk]) not in page
    rejugee = juger_et_repondre(p.relire(jugee), par=agente, reponses={c: (False, "Radié.") for c in Critere})
    assert rejugee.lettres_du_jugement.count() == 2


def test_la_lettre_nomme_l_appel_deja_ouvert_ou_reprendre(prete_a_decider, signataire, agente, enveloppes):
    ouvert = p.appel_ouvert(
        prete_a_decider.alliance, agente, {enveloppes["La Matapédia"]: 1_000}, titre="Automne"
    )
    prendre(prete_a_decider, signataire, **REFUS)
    lue = lettre_de(prete_a_decider, signataire)
    assert f"reprendre cette demande à « {ouvert} », ouvert en ce moment" in lue
    assert "quand un autre appel sera ouvert" not in lue


def test_une_lettre_dit_une_decision_ou_un_jugement_jamais_les_deux(admissible, agente, client_de):
    lettre = juger_non(admissible, agente, client_de).lettres_du_jugement.get()
    lettre.pk, lettre.jugee, lettre._state.adding = None, None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        lettre.save()
