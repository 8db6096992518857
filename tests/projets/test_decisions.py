"""La décision : après ses avis, par résolution, avec ses raisons; l'argent réservé partout, ou nulle part."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from alliances.models import InstanceGouvernance
from conventions.models import Ecriture, Solde
from projets.models import Decision, Initiative, JournalProjets
from projets.models.avis import entendre, prochaine_etape, rendre, retirer
from projets.models.decisions import decider
from projets.models.reponses import envoyer
from projets.models.reservations import desister
from socle.erreurs import PlafondDepasse, TransitionInterdite
from socle.models.chaines import premiere_rupture
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db
D = Decimal


def prendre(initiative, par, sens="acceptee", affectations=None, **champs):
    champs = {
        "prise_le": aujourd_hui(),
        "resolution": "2026-06-11",
        "piece": fabriques.fichier_pdf(),
    } | champs
    return decider(initiative, par=par, sens=sens, affectations=affectations, **champs)


def solde(enveloppe):
    return Solde.objects.get(pk=enveloppe.pk)


def test_une_acceptation_reserve_l_argent_dans_le_meme_geste(prete_a_decider, enveloppes, signataire):
    enveloppe = enveloppes["La Matapédia"]
    avant = solde(enveloppe).disponible
    prendre(prete_a_decider, signataire, affectations={enveloppe: D("15000")})
    apres = solde(enveloppe)
    assert (apres.reserve, apres.disponible) == (D("15000"), avant - D("15000"))
    assert p.relire(prete_a_decider).etat == "acceptee"
    assert premiere_rupture(JournalProjets) is None


def test_avant_la_reponse_le_grand_livre_ne_nomme_pas_l_initiative(prete_a_decider, enveloppes, signataire):
    decision = prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: D("15000")})
    [ecriture] = Ecriture.objects.filter(nature="reservation")
    assert ecriture.objet == "Réservation, résolution 2026-06-11"
    assert (ecriture.mouvement, ecriture.reference) == (decision.mouvement, decision.reference)
    dit = f"{ecriture.objet} {ecriture.reference} {ecriture.motif}"
    initiative = prete_a_decider
    assert not [mot for mot in (initiative.numero, initiative.titre, initiative.organisme.nom) if mot in dit]


def test_une_seule_enveloppe_sans_fonds_et_rien_ne_se_reserve(prete_a_decider, enveloppes, signataire):
    pleine, vide = enveloppes["La Matapédia"], enveloppes["Projets régionaux"]
    p.vider(vide)
    with pytest.raises(PlafondDepasse):
        prendre(
            prete_a_decider,
            signataire,
            affectations={pleine: D("10000"), vide: D("0.01")},
            ecart="Elle sert à tous.",
        )
    assert solde(pleine).reserve == 0
    assert not Decision.objects.exists()
    assert p.relire(prete_a_decider).etat == "admissible"


def test_la_decision_attend_les_avis_dans_l_ordre(admissible, enveloppes, signataire):
    assert prochaine_etape(admissible).acte != "decision"
    with pytest.raises(TransitionInterdite, match="Il manque d’abord"):
        prendre(admissible, signataire, affectations={enveloppes["La Matapédia"]: D("1000")})


def test_un_refus_dit_sa_raison_et_sa_phrase(prete_a_decider, signataire):
    with pytest.raises(TransitionInterdite, match="Choisissez la raison"):
        prendre(prete_a_decider, signataire, sens="refusee", ecart="Les fonds manquent.")
    decision = prendre(
        prete_a_decider,
        signataire,
        sens="refusee",
        raison="fonds",
        motif="L’enveloppe est épuisée.",
        ecart="L’avis ne regardait pas les fonds.",
    )
    assert decision.get_raison_display() == "Les fonds disponibles"
    assert not Ecriture.objects.filter(nature="reservation").exists()


def test_qui_s_ecarte_d_un_avis_dit_pourquoi(prete_a_decider, signataire):
    with pytest.raises(TransitionInterdite, match="s’écarte d’un avis"):
        prendre(prete_a_decider, signataire, sens="refusee", raison="besoin", motif="Peu montré.")


def test_s_ecarter_de_l_avis_des_personnes_se_dit_aussi(prete_a_decider, agente, enveloppes, signataire):
    """Le circuit est favorable, elles ne le sont pas : accepter demande d'écrire pourquoi."""
    dit = {"groupe": "Espace citoyen", "personnes": 9, "texte": "Le samedi, personne ne viendra."}
    entendre(prete_a_decider, par=agente, sens="defavorable", rendu_le=aujourd_hui(), **dit)
    affectations = {enveloppes["La Matapédia"]: D("15000")}
    with pytest.raises(TransitionInterdite, match="s’écarte d’un avis .Espace citoyen"):
        prendre(prete_a_decider, signataire, affectations=affectations)
    decision = prendre(prete_a_decider, signataire, affectations=affectations, ecart="Deux salles sur cinq.")
    assert decision.ecart == "Deux salles sur cinq."


def test_une_liste_d_attente_se_decide_ensuite(prete_a_decider, enveloppes, signataire):
    prendre(prete_a_decider, signataire, sens="en_attente", raison="fonds", motif="Rien de libre encore.")
    prendre(
        p.relire(prete_a_decider),
        signataire,
        affectations={enveloppes["La Matapédia"]: D("15000")},
        resolution="2026-09-02",
    )
    assert [d.sens for d in Decision.objects.order_by("pk")] == ["en_attente", "acceptee"]


def test_on_n_accorde_ni_plus_que_demande_ni_hors_de_l_initiative(
    cadre, prete_a_decider, enveloppes, signataire
):
    with pytest.raises(TransitionInterdite, match="la demande est de"):
        prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: D("35000.01")})
    with pytest.raises(TransitionInterdite, match="ne paie pas"):
        prendre(
            prete_a_decider, signataire, affectations={enveloppes["Participation des personnes"]: D("10")}
        )


def test_une_decision_de_demain_ou_d_avant_le_depot_est_refusee(prete_a_decider, enveloppes, signataire):
    for jour, phrase in ((1, "pas dans le futur"), (-1, "suit le dépôt")):
        with pytest.raises(TransitionInterdite, match=phrase):
            prendre(
                prete_a_decider,
                signataire,
                affectations={enveloppes["La Matapédia"]: D("10")},
                prise_le=aujourd_hui() + timedelta(days=jour),
            )


def test_un_desistement_rend_l_argent(prete_a_decider, enveloppes, signataire, equipe):
    enveloppe = enveloppes["La Matapédia"]
    avant = solde(enveloppe).disponible
    prendre(prete_a_decider, signataire, affectations={enveloppe: D("15000")})
    with pytest.raises(TransitionInterdite, match="initiative acceptée"):
        desister(p.relire(prete_a_decider), par=equipe[1], motif="Il ne sait pas encore qu’il l’est.")
    envoyer(prete_a_decider.appel, par=signataire)
    desister(prete_a_decider, par=equipe[1], motif="La salle n’est plus libre.")
    assert (solde(enveloppe).reserve, solde(enveloppe).disponible) == (0, avant)
    with pytest.raises(TransitionInterdite):
        desister(prete_a_decider, par=equipe[1], motif="Encore.")


def test_une_decision_ne_se_prend_pas_deux_fois(prete_a_decider, enveloppes, signataire):
    affectations = {enveloppes["La Matapédia"]: D("15000")}
    prendre(prete_a_decider, signataire, affectations=affectations)
    with pytest.raises(TransitionInterdite, match="n’attend pas de décision"):
        prendre(prete_a_decider, signataire, affectations=affectations)


def test_l_avis_des_personnes_se_tient_a_part_et_ne_remplace_aucune_etape(admissible, agente):
    attendue = prochaine_etape(admissible)
    entendre(
        admissible,
        par=agente,
        groupe="Espace citoyen",
        personnes=9,
        sens="reserves",
        texte="Le samedi, on viendrait.",
        rendu_le=aujourd_hui(),
    )
    assert prochaine_etape(admissible) == attendue
    assert admissible.avis.get().personnes == 9


def test_un_avis_inscrit_par_erreur_se_retire_avant_la_decision(admissible, agente):
    avis = rendre(admissible, par=agente, sens="favorable", texte="Oui.", rendu_le=aujourd_hui())
    with pytest.raises(TransitionInterdite, match="motif"):
        retirer(avis, par=agente, motif=" ")
    retirer(avis, par=agente, motif="C’était un autre dossier.")
    assert prochaine_etape(admissible).pk == avis.etape_id


def test_changer_le_circuit_ne_touche_pas_une_initiative_en_route(cadre, prete_a_decider):
    decide = prete_a_decider.etapes.get(acte="decision").instance
    InstanceGouvernance.objects.filter(pk=decide.pk).update(nom="Autre nom")
    assert "Autre nom" not in {etape.nom for etape in prete_a_decider.etapes.all()}


def test_une_decision_ne_precede_ni_le_jugement_ni_le_dernier_avis(
    prete_a_decider, enveloppes, agente, signataire
):
    hier = aujourd_hui() - timedelta(days=1)
    il_y_a = timezone.now() - timedelta(days=10)
    Initiative.objects.filter(pk=prete_a_decider.pk).update(deposee_le=il_y_a)
    sommes = {enveloppes["La Matapédia"]: D("15000")}
    with pytest.raises(TransitionInterdite, match="suit le jugement"):
        prendre(prete_a_decider, signataire, affectations=sommes, prise_le=hier)
    Initiative.objects.filter(pk=prete_a_decider.pk).update(jugee_le=il_y_a)
    with pytest.raises(TransitionInterdite, match="suit le dernier avis"):
        prendre(prete_a_decider, signataire, affectations=sommes, prise_le=hier)
    redite = p.sans_avis(prete_a_decider, agente)
    rendre(redite, par=agente, sens="favorable", texte="Le milieu y tient.", rendu_le=hier)
    assert prendre(p.relire(redite), signataire, affectations=sommes, prise_le=hier).prise_le == hier
