"""Des décisions, des séances et des désistements au même instant, sur une enveloppe partagée : jamais dépassée."""

import random
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import transaction

from conventions.models import Ecriture
from projets.models import Affectation, AppelProjets, Decision, PropositionDecision
from projets.models.propositions import adopter, proposer
from projets.models.reponses import envoyer
from projets.models.reservations import desister, liberer_l_echue, liberer_la_reservation
from socle.erreurs import ErreurDuDomaine
from tests import fabriques
from tests.plans.test_concurrence import ensemble
from tests.projets import fabriques as p
from tests.projets.hasard import Partage
from tests.projets.test_decisions import prendre, solde
from tests.projets.test_seance import acte, dossier_pret
from tests.projets.verite import argent_des_initiatives_vrai

pytestmark = pytest.mark.django_db(transaction=True)
CHACUNE, DOSSIERS = D(15_000), 6
CONNEXIONS, GESTES = 8, 12


@pytest.fixture
def enveloppe(enveloppes):
    """Il n'y reste que de quoi en accepter deux, et un peu."""
    enveloppe = enveloppes["La Matapédia"]
    with transaction.atomic():
        Ecriture.passer(
            enveloppe.convention,
            [(enveloppe, "reserve", solde(enveloppe).disponible - 2 * CHACUNE - D(1_000))],
            nature="reservation",
            par=fabriques.personne("signature", enveloppe.convention.alliance),
            objet="Une autre initiative",
        )
    return enveloppe


@pytest.fixture
def dossiers(prete_a_decider, agente, enveloppe):
    """Six, prêts à décider, du même appel."""
    autres = (
        dossier_pret(prete_a_decider.appel, agente, f"Organisme {n}", f"11400001{n:02d}")
        for n in range(DOSSIERS - 1)
    )
    return [p.relire(i) for i in (prete_a_decider, *autres)]


@pytest.fixture
def signataires(cadre):
    return [fabriques.personne("signature", cadre.bsl) for _ in range(DOSSIERS)]


def refusees(issues):
    """Les refus; rien d'autre qu'un refus du domaine n'est permis."""
    erreurs = [issue for issue in issues if isinstance(issue, Exception)]
    assert all(isinstance(erreur, ErreurDuDomaine) for erreur in erreurs), erreurs
    return erreurs


def accepter(initiative, par, enveloppe, resolution="2026-06-11"):
    return prendre(initiative, par, affectations={enveloppe: CHACUNE}, resolution=resolution)


def jamais_depassee(enveloppe):
    assert solde(enveloppe).disponible >= 0
    acceptees = Decision.objects.filter(sens="acceptee", initiative__etat="acceptee")
    assert Affectation.objects.filter(initiative__etat="acceptee").total() == CHACUNE * acceptees.count()


def test_six_decisions_ensemble_n_en_acceptent_que_deux(dossiers, signataires, enveloppe):
    issues = ensemble(
        *(
            lambda i=i, par=par: accepter(i, par, enveloppe)
            for i, par in zip(dossiers, signataires, strict=True)
        )
    )
    assert len(refusees(issues)) == DOSSIERS - 2
    assert solde(enveloppe).disponible == D(1_000)
    jamais_depassee(enveloppe)


def test_deux_seances_sur_les_memes_propositions_n_ecrivent_chacune_qu_une_fois(
    dossiers, signataires, agente, enveloppe
):
    proposees = [
        proposer(i, par=agente, revision=0, sens="acceptee", affectations={enveloppe: CHACUNE})
        for i in dossiers[:3]
    ]
    appel = dossiers[0].appel
    issues = ensemble(
        lambda: adopter(appel, proposees, par=signataires[0], **acte()),
        lambda: adopter(appel, proposees[::-1], par=signataires[1], **acte(resolution="2026-06-12")),
    )
    refusees(issues)
    assert Decision.objects.filter(sens="acceptee").count() == 2
    assert solde(enveloppe).disponible == D(1_000)
    jamais_depassee(enveloppe)


def test_desistements_et_liste_d_attente_ensemble_ne_depassent_pas(dossiers, signataires, enveloppe, equipe):
    """Deux acceptées renoncent pendant que quatre en attente se décident : au plus deux passent."""
    attente = {"raison": "fonds", "motif": "Rien de libre.", "ecart": "Les fonds manquent."}
    for initiative in dossiers[:2]:
        accepter(initiative, signataires[0], enveloppe)
    for initiative in dossiers[2:]:
        prendre(initiative, signataires[0], sens="en_attente", **attente)
    envoyer(dossiers[0].appel, par=signataires[0])
    en_jeu = [p.relire(i) for i in dossiers]
    issues = ensemble(
        *(lambda i=i: desister(i, par=equipe[1], motif="La salle n’est plus libre.") for i in en_jeu[:2]),
        *(
            lambda i=i, par=par: accepter(i, par, enveloppe, "2026-09-02")
            for i, par in zip(en_jeu[2:], signataires[2:], strict=True)
        ),
    )
    assert len(refusees(issues)) >= 2
    assert [p.relire(i).etat for i in dossiers[:2]] == ["desistee", "desistee"]
    jamais_depassee(enveloppe)


def test_la_derniere_decision_voit_les_autres_et_l_appel_est_decide(dossiers, signataires, enveloppe):
    motifs = {"raison": "fonds", "motif": "L’enveloppe est épuisée.", "ecart": "Les fonds manquent."}
    issues = ensemble(
        *(
            lambda i=i, par=par: prendre(i, par, sens="refusee", **motifs)
            for i, par in zip(dossiers, signataires, strict=True)
        )
    )
    assert refusees(issues) == []
    assert AppelProjets.objects.get(pk=dossiers[0].appel_id).etat == "decide"


def test_liberer_prolonger_et_desister_ensemble_n_en_laissent_passer_qu_un(
    dossiers, signataires, enveloppe, equipe
):
    """Une même réservation se rend une seule fois; la liste d'attente n'a qu'une proposition par initiative."""
    attente = {"raison": "fonds", "motif": "Rien de libre.", "ecart": "Les fonds manquent."}
    AppelProjets.objects.filter(pk=dossiers[0].appel_id).update(reservation_jours=60)
    premiere, *autres = [p.relire(i) for i in dossiers]
    accepter(premiere, signataires[0], enveloppe)
    for initiative in autres:
        prendre(initiative, signataires[0], sens="en_attente", **attente)
    envoyer(premiere.appel, par=signataires[0])
    premiere = p.relire(premiere)
    issues = ensemble(
        lambda: desister(premiere, par=equipe[1], motif="La salle n’est plus libre."),
        lambda: liberer_la_reservation(
            premiere, par=signataires[1], motif="Le protocole tarde.", resolution="2026-10-01"
        ),
        lambda: liberer_l_echue(premiere, premiere.reservee_jusqu_au + timedelta(days=1)),
        lambda: proposer(autres[0], par=signataires[2], revision=0, sens="refusee"),
        lambda: accepter(autres[1], signataires[3], enveloppe, "2026-09-02"),
    )
    refusees(issues)
    assert p.relire(premiere).etat in ("desistee", "liberee")
    rendue = {"nature": "liberation", "reference": premiere.decisions.first().reference}
    assert Ecriture.objects.filter(**rendue).count() == 1
    assert PropositionDecision.objects.filter(par__isnull=True).count() <= 1
    jamais_depassee(enveloppe)


# --- Trois enveloppes de deux territoires, deux appels, huit connexions -------------------------------------


@pytest.fixture
def partage(cadre):
    return Partage(cadre, dossiers=CONNEXIONS, reste=D(40_000))


def au_hasard(partage, graine):
    """Une connexion : des gestes tirés au hasard sur n'importe quel dossier; rend combien ont réussi."""
    hasard = random.Random(graine)

    def sommes():
        return [hasard.choice([0, 5_000, 10_000, 15_000]) for _ in range(3)]

    gestes = (
        lambda rang: partage.accepter(rang, sommes()),
        lambda rang: partage.accepter(rang, (10_000, 10_000, 10_000)),
        lambda rang: (partage.proposer(rang, sommes()), partage.adopter(rang)),
        *(partage.mettre_en_attente, partage.repondre, partage.prolonger),
        *(partage.desister, partage.liberer, partage.liberer_l_echue),
        lambda rang: partage.prendre_ailleurs(partage.enveloppes[rang % 3], D(1_000)),
    )

    def suite():
        faits = 0
        for _ in range(GESTES):
            try:
                hasard.choice(gestes)(hasard.randrange(CONNEXIONS))
                faits += 1
            except ErreurDuDomaine:
                pass
        return faits

    return suite


def test_huit_connexions_menent_tout_a_la_fois_et_rien_ne_depasse(partage):
    issues = ensemble(*(au_hasard(partage, graine) for graine in range(CONNEXIONS)))
    assert refusees(issues) == []
    assert sum(issues) >= CONNEXIONS
    argent_des_initiatives_vrai(partage.convention)


def test_deux_seances_de_deux_appels_adoptent_sur_la_meme_enveloppe(partage):
    """Chacune avait de quoi, vue seule : ensemble, ce qui dépasserait reste en proposition."""
    for rang in range(CONNEXIONS):
        partage.proposer(rang, (10_000, 0, 0))
    issues = ensemble(*(lambda rang=rang: partage.adopter(rang, f"R-{rang}") for rang in (0, 1)))
    refusees(issues)
    assert Decision.objects.filter(sens="acceptee").count() == 4
    assert PropositionDecision.objects.count() == CONNEXIONS - 4
    assert solde(partage.enveloppes[0]).disponible == 0
    argent_des_initiatives_vrai(partage.convention)


def test_une_enveloppe_videe_pendant_qu_on_decide_sur_trois_laisse_tout_ou_rien(partage):
    """Toutes les décisions prennent aussi de l'enveloppe d'un autre territoire, qu'une autre promesse vide."""
    vider = [lambda: partage.prendre_ailleurs(partage.enveloppes[1], D(40_000))]
    issues = ensemble(
        *(lambda rang=rang: partage.accepter(rang, (5_000, 5_000, 5_000)) for rang in (0, 2, 4, 6)), *vider
    )
    videe = not isinstance(issues[-1], Exception)
    assert len(refusees(issues[:-1])) == (4 if videe else 0)
    restes = [solde(e).disponible for e in partage.enveloppes]
    assert restes == ([D(40_000), 0, D(40_000)] if videe else [D(20_000)] * 3)
    argent_des_initiatives_vrai(partage.convention)


def test_un_depot_de_la_derniere_seconde_est_dans_la_fermeture_ou_refuse(cadre, agente):
    """La fermeture voit chaque dépôt qu'elle n'empêche pas : jamais un appel « décidé » où une demande attend."""
    partage = {p.enveloppes(cadre.bsl)["La Matapédia"]: D(400_000) // CONNEXIONS}
    appels = [p.appel_ouvert(cadre.bsl, par=agente, partage=partage) for _ in range(CONNEXIONS)]
    porteur = p.organisme(cadre.bsl)
    redige, engage = p.equipe(porteur)
    demandes = [p.demande_prete(appel, porteur, redige) for appel in appels]
    for demande in demandes:
        plus_tard = demande.appel.ferme_le + timedelta(seconds=1)
        issues = ensemble(
            lambda d=demande: d.deposer(par=engage), lambda d=demande, t=plus_tard: d.appel.fermer(le=t)
        )
        assert len(refusees(issues)) <= 1
        relue = p.relire(demande)
        assert (relue.etat == "deposee") == (relue.appel.etat == "ferme"), (relue.etat, relue.appel.etat)
