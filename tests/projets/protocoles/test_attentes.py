"""Ce que les protocoles attendent de chacun : qui le doit, depuis quand, pour quand; jamais qui est d'ailleurs."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from alliances.models import Organisme, Role
from projets.attentes.etude import taches
from projets.models.reponses import envoyer
from projets.protocoles.attentes.cibles import CIBLES, ETAPES
from projets.protocoles.attentes.suivi import GESTES
from projets.protocoles.models import (
    ChangementDemande,
    ClausesAlliance,
    Protocole,
    RapportRecu,
    Remboursement,
)
from socle.models import Utilisateur
from socle.valeurs.horloge import a_l_instant, aujourd_hui
from tests import fabriques
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f
from tests.projets.test_decisions import prendre

pytestmark = pytest.mark.django_db
RAPPORT = date(2027, 1, 31)
DES_PROTOCOLES = [geste for geste, _ in GESTES.values()]


@pytest.fixture
def tous(agente, signataire, lectrice, equipe, mess, etrangere, cadre):
    """{nom: personne} de qui agit, de qui lit et de qui est d'ailleurs."""
    ailleurs = fabriques.personne("finances", cadre.lanaudiere)
    noms = ("agente", "signataire", "lectrice", "redige", "engage", "mess", "etrangere", "ailleurs")
    return dict(zip(noms, (agente, signataire, lectrice, *equipe, mess, etrangere, ailleurs), strict=True))


def lues(personne, jour=None):
    """Celles des protocoles, un jour donné."""
    moment = timezone.make_aware(datetime.combine(jour, time(12))) if jour else timezone.now()
    with a_l_instant(moment):
        siennes = taches(Utilisateur.objects.get(pk=personne.pk))
    return [a for a in siennes if a.geste in DES_PROTOCOLES]


def attendus(tous, jour=None):
    """{nom: [titres]} de ceux que quelque chose attend."""
    titres = {nom: [a.titre for a in lues(personne, jour)] for nom, personne in tous.items()}
    return {nom: siens for nom, siens in titres.items() if siens}


def test_chaque_geste_a_sa_cible_sauf_ce_qui_a_sa_date():
    assert set(ETAPES.values()) == set(CIBLES)
    assert GESTES.keys() - ETAPES.keys() == {"remettre-rapport", "relancer"}


def test_des_clauses_ecrites_attendent_la_signature_tant_qu_elles_changent_quelque_chose(
    cadre, tous, agente, signataire
):
    usuelles = f.clauses_approuvees(cadre.bsl, signataire).textes()
    ouvertes = ClausesAlliance.ouvrir(cadre.bsl, par=agente)
    assert attendus(tous) == {}
    for revision, textes in enumerate(([*usuelles[:-1]], [*usuelles, ("De plus", "Un article.")]), start=1):
        ouvertes.ecrire(textes, par=agente, revision=revision)
        assert attendus(tous) == {"signataire": ["Approuver les clauses des protocoles"]}
    (attente,) = lues(signataire)
    assert attente.lien == reverse("protocoles:clauses_approbation", args=[ouvertes.pk])
    assert (attente.objet, attente.echeance) == (cadre.bsl.nom, aujourd_hui() + timedelta(days=15))
    ouvertes.ecrire(usuelles, par=agente, revision=3)
    assert attendus(tous) == {}


def test_les_premieres_clauses_attendent_telles_quelles(cadre, tous, agente, signataire):
    premieres = ClausesAlliance.ouvrir(cadre.bsl, par=agente)
    assert attendus(tous) == {"signataire": ["Approuver les clauses des protocoles"]}
    premieres.approuver(par=signataire, revision=1)
    assert attendus(tous) == {}


def test_qui_signe_va_de_ses_appels_aux_clauses(cadre, signataire, lectrice, client_de):
    clauses = reverse("protocoles:clauses", args=[cadre.bsl.slug])
    assert clauses in client_de(signataire).get(reverse("projets:appels")).text
    assert clauses not in client_de(lectrice).get(reverse("projets:appels")).text


def test_acceptee_et_repondue_elle_attend_son_protocole(acceptee, tous, agente):
    assert attendus(tous) == {"agente": ["Préparer le protocole"]}
    (attente,) = lues(agente)
    assert attente.lien == reverse("projets:initiative", args=[acceptee.pk])
    assert (attente.montant, attente.depuis) == (D("18000.01"), aujourd_hui())
    assert attente.echeance == aujourd_hui() + timedelta(days=15)


def test_avant_la_reponse_rien_ne_se_prepare(prete_a_decider, signataire, enveloppes, tous):
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: D("9000")})
    assert attendus(tous) == {}


def test_la_reservation_qui_finit_avant_la_cible_presse(acceptee, agente):
    bientot = aujourd_hui() + timedelta(days=3)
    type(acceptee).objects.filter(pk=acceptee.pk).update(reservee_jusqu_au=bientot)
    assert [a.echeance for a in lues(agente)] == [bientot]


def test_de_la_preparation_a_la_derniere_signature(acceptee, tous, agente, signataire, equipe):
    f.avec_echeancier(f.prepare(acceptee, agente), agente)
    assert attendus(tous) == {"agente": ["Transmettre le protocole"]}
    protocole = protocole_de(acceptee).transmettre(par=agente, revision=2)
    signer = ["Signer ou refuser le protocole"]
    assert attendus(tous) == {"signataire": signer, "engage": signer}
    f.signer(protocole, "alliance", signataire)
    assert attendus(tous) == {"engage": signer}
    f.signer(protocole, "organisme", equipe[1])
    assert attendus(tous) == {"lectrice": ["Verser à un organisme"]}


def protocole_de(initiative):
    return Protocole.objects.vivants().get(initiative=initiative)


def test_refuse_il_revient_a_qui_le_prepare(transmis, tous, agente, equipe):
    transmis.refuser("organisme", par=equipe[1], motif="Le montant n’est pas le bon.")
    assert attendus(tous) == {"agente": ["Revoir un protocole refusé"]}
    (attente,) = lues(agente)
    assert attente.lien == reverse("protocoles:protocole", args=[transmis.pk])


def test_qui_a_signe_pour_l_organisme_ne_signe_pas_pour_l_alliance(transmis, equipe):
    f.signer(transmis, "organisme", equipe[1])
    fabriques.mandater(equipe[1], "signature", alliance=transmis.initiative.alliance)
    assert lues(equipe[1]) == []


def test_la_part_d_un_territoire_se_signe_et_se_paie_par_lui(
    prete_a_decider, enveloppes, signataire, agente, equipe
):
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: D("9000")})
    envoyer(prete_a_decider.appel, par=signataire)
    f.clauses_approuvees(prete_a_decider.alliance, signataire)
    protocole = f.transmis(p.relire(prete_a_decider), agente)
    ici, ailleurs = (prete_a_decider.alliance.territoires.get(code=code) for code in ("07", "08"))
    signent = [fabriques.personne("sign_territoire", territoire) for territoire in (ici, ailleurs)]
    assert [len(lues(qui)) for qui in signent] == [1, 0]
    f.signe(protocole, signataire, equipe[1])
    paient = [fabriques.personne("fin_territoire", territoire) for territoire in (ici, ailleurs)]
    assert [[a.titre for a in lues(qui)] for qui in paient] == [["Verser à un organisme"], []]


def test_la_signature_d_un_territoire_n_attend_pas_ce_que_la_table_garde(transmis):
    territoire = transmis.initiative.alliance.territoires.get(code="07")
    assert lues(fabriques.personne("sign_territoire", territoire)) == []


def test_un_versement_libere_dit_ce_qui_en_reste(signe, lectrice):
    attente, *autres = lues(lectrice)
    dues = signe.tranches.filter(etat="liberee")
    assert (attente.montant, autres) == (sum(t.montant for t in dues), [])
    f.payer(dues.get(rang=1), lectrice, montant=D("400"))
    assert lues(lectrice)[0].montant == attente.montant - 400
    f.payer(dues.get(rang=1), lectrice, montant=D("8000"), reference="V-1b")
    f.payer(dues.get(rang=2), lectrice)
    assert lues(lectrice) == []


def test_qui_est_de_l_organisme_ne_le_paie_pas(signe, lectrice):
    fabriques.mandater(lectrice, "porteur", organisme=signe.initiative.organisme)
    assert lues(lectrice) == []


def test_un_rapport_attend_son_organisme_un_mois_avant_puis_la_table_le_cherche(signe, tous, equipe):
    verser = {"lectrice": ["Verser à un organisme"]}
    remettre = dict.fromkeys(("redige", "engage"), ["Remettre un rapport à la Table"])
    relancer = {"agente": ["Obtenir un rapport en retard"]}
    assert attendus(tous, RAPPORT - timedelta(days=31)) == verser
    assert attendus(tous, RAPPORT) == verser | remettre
    assert attendus(tous, RAPPORT + timedelta(days=1)) == verser | remettre | relancer
    (attente,) = lues(equipe[0], RAPPORT)
    retenues = signe.tranches.filter(condition="rapport")
    assert (attente.echeance, attente.montant) == (RAPPORT, sum(t.montant for t in retenues))
    assert attente.depuis == signe.signe_le


def test_un_rapport_inscrit_attend_une_autre_personne(signe, tous, agente, signataire):
    rapport = RapportRecu.inscrire(
        f.a_terme(signe),
        par=agente,
        attendu_le=RAPPORT,
        quoi="Rapport final",
        recu_le=aujourd_hui(),
        depense=D("18000"),
    )
    attendues = attendus(tous, RAPPORT + timedelta(days=1))
    assert attendues == {"lectrice": ["Verser à un organisme"], "signataire": ["Accepter un rapport reçu"]}
    assert [a.montant for a in lues(signataire)] == [D("18000")]
    rapport.accepter(par=signataire)
    assert "signataire" not in attendus(tous, RAPPORT)


def test_un_changement_demande_attend_la_table(signe, tous, equipe, agente):
    changement = ChangementDemande.demander(signe, par=equipe[0], nature="dates", demande="Un mois de plus.")
    repondre = dict.fromkeys(("agente", "signataire"), ["Répondre à un changement demandé"])
    assert attendus(tous) == repondre | {"lectrice": ["Verser à un organisme"]}
    (attente,) = lues(agente)
    assert (attente.lien, attente.montant) == (reverse("protocoles:suivi", args=[signe.pk]), None)
    assert (attente.depuis, attente.echeance) == (aujourd_hui(), aujourd_hui() + timedelta(days=10))
    changement.repondre(par=agente, issue="refuse", reponse="La convention finit avant.")
    assert attendus(tous) == {"lectrice": ["Verser à un organisme"]}


def test_accorde_il_attend_son_avenant_jusqu_a_ce_qu_il_soit_ouvert(signe, tous, equipe, agente):
    def accorder(nature):
        demande = {"nature": nature, "demande": "Un mois de plus."}
        changement = ChangementDemande.demander(f.relire(signe), par=equipe[0], **demande)
        return changement.repondre(par=agente, issue="accorde", reponse="Bien sûr.")

    accorder("autre")
    assert "agente" not in attendus(tous), "ce qu’aucun avenant ne porte n’en attend pas"
    accorde = accorder("dates")
    attente = ["Préparer l’avenant d’un changement accordé"]
    assert attendus(tous) == {"agente": attente, "lectrice": ["Verser à un organisme"]}
    assert lues(agente)[0].lien == reverse("protocoles:changement_avenant", args=[accorde.pk])
    avenant = f.avenant(f.relire(signe), agente)
    assert "agente" not in attendus(tous)
    avenant.abandonner(par=agente, motif="Une erreur.")
    assert attendus(tous)["agente"] == attente
    f.avenant_transmis(f.relire(signe), agente, valeurs={"date/fin": "2027-01-15"})
    assert "agente" not in attendus(tous)


def test_un_beneficiaire_qui_a_change_attend_la_table_et_plus_les_finances(signe, tous, agente):
    assert attendus(tous)["lectrice"] == ["Verser à un organisme"]
    Organisme.objects.filter(pk=signe.initiative.organisme_id).update(nom="Compte du pirate")
    assert attendus(tous) == {"agente": ["Régler un bénéficiaire qui a changé"]}
    f.avenant(f.relire(signe), agente)
    assert "agente" not in attendus(tous)


def test_suspendue_elle_n_attend_que_de_reprendre(signe, tous, signataire):
    signe.suspendre(par=signataire, motif="La salle est inondée.")
    assert attendus(tous, RAPPORT + timedelta(days=1)) == {}


def test_tout_verse_et_fini_il_reste_a_clore(signe, tous, signataire):
    for tranche in signe.tranches.en_chemin():
        tranche.annuler(par=signataire, **f.appui(), motif="Le coût réel est moindre.")
    assert attendus(tous, signe.fin) == {}
    remettre = dict.fromkeys(("redige", "engage"), ["Remettre un rapport à la Table"])
    assert attendus(tous, signe.fin + timedelta(days=1)) == remettre
    relancer = remettre | {"agente": ["Obtenir un rapport en retard"]}
    assert attendus(tous, signe.rapport_final_le + timedelta(days=1)) == relancer
    f.pret_a_clore(signe, signataire)
    assert attendus(tous) == {"signataire": ["Clore un protocole fini"]}


def test_ce_qui_est_a_recuperer_attend_l_organisme_et_les_finances(signe, tous, lectrice, signataire):
    f.payer(signe.tranches.select_related("affectation__enveloppe").get(rang=1), lectrice)
    affectation = signe.tranches.get(rang=1).affectation_id
    signe.resilier(
        par=signataire,
        motif="Elle cesse.",
        demandee="organisme",
        **f.appui(),
        a_recuperer={affectation: D("1000")},
    )
    rembourser = dict.fromkeys(("redige", "engage"), ["Rembourser la Table"])
    assert attendus(tous) == rembourser | {"lectrice": ["Récupérer une somme d’un organisme"]}
    ligne = signe.releve.get(affectation=affectation)
    Remboursement.inscrire(
        par=lectrice, ligne=ligne, montant=D("600"), faite_le=aujourd_hui(), reference="R-1"
    )
    assert [a.montant for a in lues(lectrice)] == [D("400")]
    Remboursement.inscrire(
        par=lectrice, ligne=ligne, montant=D("400"), faite_le=aujourd_hui(), reference="R-2"
    )
    assert attendus(tous) == {}


def test_un_avenant_transmis_attend_chaque_cote_jusqu_a_sa_reponse(signe, tous, agente, signataire, equipe):
    def a_signer():
        lus = attendus(tous)
        return {nom for nom, titres in lus.items() if "Signer ou refuser un avenant" in titres}

    avenant = f.avenant(signe, agente, valeurs={"date/fin": "2027-01-15"})
    assert a_signer() == set()
    avenant.transmettre(par=agente)
    assert a_signer() == {"signataire", "engage"}
    f.signer(f.relire_avenant(avenant), "alliance", signataire)
    assert a_signer() == {"engage"}
    f.signer(f.relire_avenant(avenant), "organisme", equipe[1])
    assert a_signer() == set()


def test_qui_tient_plusieurs_roles_lit_une_fois_ce_qui_attend_chacun(signe, tous, equipe, agente):
    ChangementDemande.demander(signe, par=equipe[0], nature="dates", demande="Un mois de plus.")
    ChangementDemande.demander(signe, par=equipe[0], nature="budget", demande="Un poste de plus.")
    jour = RAPPORT + timedelta(days=1)
    lus = attendus(tous, jour)
    chacun = {titre for nom in ("agente", "signataire", "lectrice") for titre in lus[nom]}
    for role in ("signature", "finances"):
        fabriques.mandater(agente, role, alliance=signe.initiative.alliance)
    siennes = lues(agente, jour)
    assert sorted(a.titre for a in siennes) == sorted(chacun)
    (relance,) = [a for a in siennes if a.titre == "Obtenir un rapport en retard"]
    assert relance.montant == sum(t.montant for t in signe.tranches.filter(condition="rapport"))


def test_deux_requetes_quels_que_soient_les_roles(signe, agente, django_assert_num_queries):
    for role in ("signature", "finances"):
        fabriques.mandater(agente, role, alliance=signe.initiative.alliance)
    relue = Utilisateur.objects.get(pk=agente.pk)
    taches(relue)
    with django_assert_num_queries(2):
        taches(relue)


def test_une_personne_sans_role_ici_ne_demande_rien_a_la_base(django_assert_num_queries):
    observe = fabriques.personne(str(Role.OBSERVATION))
    taches(observe)
    with django_assert_num_queries(0):
        assert taches(observe) == []
