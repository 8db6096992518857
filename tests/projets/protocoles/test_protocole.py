"""Le protocole : préparé d'après la décision, transmis au cent, signé des deux côtés, et l'argent s'engage."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from django.db import DatabaseError, transaction

from alliances.models import InstanceGouvernance, Organisme
from conventions.models import Convention, Ecriture, ExerciceConvention, Solde
from projets.models import Initiative, JournalProjets
from projets.models.reponses import envoyer
from projets.protocoles.models import InstantaneProtocole, Protocole, SignatureProtocole, Tranche
from projets.protocoles.regles.echeancier import USUELS
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.models.chaines import premiere_rupture
from socle.valeurs.horloge import aujourd_hui
from tests.conventions.verite import grand_livre_vrai
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.conftest import PARTS
from tests.projets.test_decisions import prendre

pytestmark = pytest.mark.django_db
TOTAL = sum(PARTS.values())


def soldes(enveloppes, compte):
    return {nom: getattr(Solde.objects.get(pk=enveloppes[nom].pk), compte) for nom in PARTS}


# --- Le préparer ------------------------------------------------------------------------------------------


def test_ses_montants_sont_ceux_de_la_decision(acceptee, agente):
    protocole = f.prepare(acceptee, agente)
    assert (protocole.montant(), protocole.etat) == (TOTAL, "preparation")
    assert {a.enveloppe.libelle: a.montant for a in protocole.affectations()} == PARTS


def test_une_initiative_n_a_qu_un_protocole(acceptee, agente):
    f.prepare(acceptee, agente)
    with pytest.raises(TransitionInterdite, match="déjà son protocole"):
        f.prepare(acceptee, agente)


def test_sans_reponse_envoyee_on_ne_prepare_rien(acceptee, agente):
    Initiative.objects.filter(pk=acceptee.pk).update(etat_annonce="admissible")
    with pytest.raises(TransitionInterdite, match="ne sait pas encore"):
        f.prepare(p.relire(acceptee), agente)


@pytest.mark.parametrize(
    "dates, phrase",
    [
        ({"fin": date(2026, 8, 1)}, "La fin du protocole suit son début"),
        ({"fin": date(2027, 4, 1), "rapport_final_le": date(2027, 4, 1)}, "ne vont pas au-delà"),
        ({"rapport_final_le": date(2027, 4, 1)}, "ne vont pas au-delà"),
        ({"rapport_final_le": date(2026, 12, 1)}, "Le rapport final suit"),
        ({"debut": date(2021, 12, 31)}, "au plus 5 ans"),
        ({"debut": date(2024, 10, 31)}, "dans le cycle"),
    ],
)
def test_ses_dates_restent_dans_la_convention_et_dans_le_cycle(acceptee, agente, dates, phrase):
    with pytest.raises(TransitionInterdite, match=phrase):
        f.prepare(acceptee, agente, **dates)
    assert not Protocole.objects.exists()


def test_deux_mains_sur_un_protocole_la_seconde_l_apprend(acceptee, agente):
    protocole = f.prepare(acceptee, agente)
    f.avec_echeancier(protocole, agente)
    with pytest.raises(VersionPerimee):
        f.avec_echeancier(protocole, agente)


def test_ses_dates_se_changent_et_se_jugent_de_nouveau(acceptee, agente):
    protocole = f.prepare(acceptee, agente)
    change = protocole.enregistrer(par=agente, revision=1, fin=date(2026, 11, 30))
    assert (change.debut, change.fin, change.revision) == (f.DATES["debut"], date(2026, 11, 30), 2)
    with pytest.raises(TransitionInterdite, match="ne vont pas au-delà"):
        change.enregistrer(par=agente, revision=2, rapport_final_le=date(2027, 6, 1))
    assert f.relire(protocole).rapport_final_le == f.DATES["rapport_final_le"]


# --- L'échéancier, au cent --------------------------------------------------------------------------------


def test_l_echeancier_propose_fait_exactement_la_somme_accordee(acceptee, agente):
    protocole = f.avec_echeancier(f.prepare(acceptee, agente), agente)
    assert sum(t.montant for t in protocole.tranches.all()) == TOTAL
    assert [(t.condition, t.retenue) for t in protocole.tranches.all()] == [
        ("signature", False),
        ("signature", False),
        ("rapport", True),
        ("rapport", True),
    ]
    assert protocole.empechements_a_transmettre() == []


@pytest.mark.parametrize("ecart", [D("0.01"), D("-0.01")])
def test_un_cent_de_trop_ou_de_moins_ne_se_transmet_pas(acceptee, agente, ecart):
    protocole = f.prepare(acceptee, agente)
    premiere, *reste = protocole.echeancier_propose(USUELS)
    faussee = replace(premiere, montant=premiere.montant + ecart)
    protocole = f.avec_echeancier(protocole, agente, [faussee, *reste])
    with pytest.raises(TransitionInterdite, match="les versements font"):
        protocole.transmettre(par=agente, revision=protocole.revision)


def test_ce_qui_est_retenu_vient_en_dernier_et_attend_le_rapport_final(acceptee, agente):
    protocole = f.prepare(acceptee, agente)
    *debut, derniere = protocole.echeancier_propose(USUELS)
    tot = replace(derniere, prevue_le=date(2027, 1, 30))
    for tranches, phrase in (([derniere, *debut], "en dernier"), ([*debut, tot], "au plus tôt")):
        protocole = f.avec_echeancier(protocole, agente, tranches)
        with pytest.raises(TransitionInterdite, match=phrase):
            protocole.transmettre(par=agente, revision=protocole.revision)


def test_un_versement_ne_puise_qu_aux_sommes_accordees(acceptee, agente):
    protocole = f.prepare(acceptee, agente)
    intruse = replace(protocole.echeancier_propose(USUELS)[0], part=0)
    with pytest.raises(TransitionInterdite, match="n’est pas accordée"):
        f.avec_echeancier(protocole, agente, [intruse])


# --- Transmettre ------------------------------------------------------------------------------------------


def test_transmis_son_texte_et_son_echeancier_sont_scelles(transmis, agente):
    instantane = transmis.instantane()
    assert instantane.est_intact()
    assert instantane.contenu["montant"] == "18000.01"
    textes = " ".join(article["texte"] for article in instantane.contenu["clauses"]["articles"])
    assert "18\xa0000,01\xa0$" in textes
    assert "{" not in textes
    with pytest.raises(TransitionInterdite, match="ne se modifie plus"):
        f.avec_echeancier(transmis, agente)
    with pytest.raises(DatabaseError, match="ne change plus"), transaction.atomic():
        Tranche.objects.filter(protocole=transmis).update(montant=1)
    with pytest.raises(DatabaseError, match="immuable"), transaction.atomic():
        InstantaneProtocole.objects.update(empreinte="x")


def test_une_nouvelle_version_des_clauses_ne_touche_pas_ce_qui_est_transmis(transmis, signataire):
    avant = transmis.instantane().empreinte
    f.clauses_approuvees(transmis.initiative.alliance, signataire)
    assert f.relire(transmis).clauses.version == 1
    assert f.relire(transmis).instantane().empreinte == avant


def test_ce_qui_est_transmis_se_reprend_avec_un_motif(transmis, agente):
    repris = transmis.reprendre(par=agente, motif="Une date à changer.")
    assert (repris.etat, repris.tour) == ("preparation", 1)
    encore = repris.transmettre(par=agente, revision=repris.revision)
    assert (encore.tour, InstantaneProtocole.objects.count()) == (2, 2)


# --- Signer -----------------------------------------------------------------------------------------------


def test_la_derniere_signature_engage_l_argent_et_met_l_initiative_en_cours(
    transmis, signataire, equipe, enveloppes
):
    avant = soldes(enveloppes, "disponible")
    f.signer(transmis, "organisme", equipe[1])
    assert soldes(enveloppes, "reserve") == PARTS
    signe = f.relire(f.signer(transmis, "alliance", signataire))
    assert soldes(enveloppes, "engage") == PARTS
    assert soldes(enveloppes, "reserve") == dict.fromkeys(PARTS, 0)
    assert soldes(enveloppes, "disponible") == avant
    assert (signe.etat, signe.signe_le) == ("signe", aujourd_hui())
    assert (signe.initiative.etat, signe.initiative.etat_annonce) == ("en_cours", "en_cours")
    assert signe.initiative.reservee_jusqu_au is None
    assert [t.etat for t in signe.tranches.all()] == ["liberee", "liberee", "prevue", "prevue"]
    assert {e.reference for e in Ecriture.objects.filter(nature="engagement")} == {
        signe.promesse["reference"]
    }
    assert premiere_rupture(JournalProjets) is None
    grand_livre_vrai()


def test_l_identite_de_l_organisme_est_figee_a_sa_signature(signe):
    copies = {s.cote: s.copie for s in SignatureProtocole.objects.all()}
    organisme = signe.initiative.organisme
    assert copies["organisme"] == (organisme.nom, organisme.neq, organisme.numero_fournisseur)
    assert copies["alliance"][0] == signe.partenaire().nom


def test_la_signature_de_l_organisme_demande_sa_resolution(transmis, equipe):
    for manque in ({"resolution": ""}, {"resolution_le": None}, {"fichier": None}):
        with pytest.raises(TransitionInterdite, match="demande sa résolution"):
            f.signer(transmis, "organisme", equipe[1], **manque)
    assert not SignatureProtocole.objects.exists()


@pytest.mark.parametrize(
    "saisie, phrase",
    [
        ({"signee_le": date(2099, 1, 1)}, "à venir"),
        ({"signee_le": date(2024, 1, 1)}, "la signature vient après"),
        ({"nom": " "}, "le nom et la fonction"),
        ({"resolution": "R-1"}, "son numéro et sa date"),
        ({"vu": "autre"}, "transmis de nouveau"),
    ],
)
def test_une_signature_mal_saisie_ne_s_inscrit_pas(transmis, signataire, saisie, phrase):
    with pytest.raises((TransitionInterdite, VersionPerimee), match=phrase):
        f.signer(transmis, "alliance", signataire, **saisie)
    assert not SignatureProtocole.objects.exists()


def test_la_meme_personne_ne_signe_pas_des_deux_cotes(transmis, signataire):
    f.signer(transmis, "alliance", signataire)
    with pytest.raises(TransitionInterdite, match="répondu pour l’autre partie"):
        f.signer(transmis, "organisme", signataire)
    with pytest.raises(DatabaseError, match="même personne"), transaction.atomic():
        SignatureProtocole.objects.create(
            protocole=transmis,
            tour=1,
            cote="organisme",
            sens="refuse",
            motif="Non.",
            organisme=transmis.initiative.organisme,
            par=signataire,
            inscrite_le=transmis.transmis_le,
        )


def test_une_personne_de_l_organisme_ne_signe_pas_pour_l_alliance(transmis, equipe):
    for membre in equipe:
        with pytest.raises(TransitionInterdite, match="est de votre organisme"):
            f.signer(transmis, "alliance", membre)


def test_un_refus_ramene_en_preparation_et_l_autre_signature_reste_a_son_tour(
    transmis, agente, signataire, equipe
):
    f.signer(transmis, "alliance", signataire)
    refuse = transmis.refuser("organisme", par=equipe[1], motif="La retenue est trop grande.")
    assert (refuse.etat, refuse.initiative.etat) == ("preparation", "acceptee")
    with pytest.raises(TransitionInterdite, match="n’attend pas de signature"):
        f.signer(transmis, "alliance", signataire)
    encore = refuse.transmettre(par=agente, revision=refuse.revision)
    assert encore.cotes_a_signer() == ["alliance", "organisme"]
    assert [(s.tour, s.cote, s.sens) for s in SignatureProtocole.objects.order_by("pk")] == [
        (1, "alliance", "signe"),
        (1, "organisme", "refuse"),
    ]
    assert f.signe(encore, signataire, equipe[1]).etat == "signe"


def test_apres_un_refus_une_signature_sans_geste_est_refusee_par_la_base(transmis, signataire, equipe):
    transmis.refuser("organisme", par=equipe[1], motif="Non.")
    with pytest.raises(DatabaseError, match="rien n’est transmis"), transaction.atomic():
        SignatureProtocole.objects.create(
            protocole=transmis,
            tour=1,
            cote="alliance",
            sens="signe",
            nom="Qui",
            fonction="Quoi",
            signee_le=aujourd_hui(),
            organisme=transmis.partenaire(),
            par=signataire,
            inscrite_le=transmis.transmis_le,
        )


# --- Ce qui l'arrête à la dernière signature --------------------------------------------------------------


def change(modele, pk, **champs):
    return lambda: modele.objects.filter(pk=pk).update(**champs)


def obstacles(protocole):
    convention, organisme = protocole.convention, protocole.initiative.organisme
    exercice = convention.exercices.get(an=2026)
    ferme = {"etat": "resiliee", "fermee_le": aujourd_hui(), "fermee_par": protocole.prepare_par}
    ferme |= {"fermeture_motif": "x", "fermeture_reglement": "x"}
    return {
        "pas en vigueur": change(Convention, convention.pk, **ferme),
        "est clos": change(
            ExerciceConvention, exercice.pk, clos_le=aujourd_hui(), clos_par=protocole.prepare_par
        ),
        "a changé de nom": change(Organisme, organisme.pk, numero_fournisseur="4021"),
    }


@pytest.mark.parametrize("phrase", ["pas en vigueur", "est clos", "a changé de nom"])
def test_ce_qui_change_en_chemin_arrete_la_signature(phrase, transmis, signataire, equipe, enveloppes):
    f.signer(transmis, "alliance", signataire)
    obstacles(transmis)[phrase]()
    with pytest.raises(TransitionInterdite, match=phrase):
        f.signer(f.relire(transmis), "organisme", equipe[1])
    assert soldes(enveloppes, "engage") == dict.fromkeys(PARTS, 0)
    assert f.relire(transmis).etat == "transmis"


def test_un_organisme_qui_n_est_plus_constitue_ne_se_transmet_rien(acceptee, agente):
    protocole = f.avec_echeancier(f.prepare(acceptee, agente), agente)
    Organisme.objects.filter(pk=acceptee.organisme_id).update(forme="non_constitue", neq="")
    with pytest.raises(TransitionInterdite, match="n’est pas constitué"):
        protocole.transmettre(par=agente, revision=protocole.revision)


def test_une_mrc_qui_porte_ne_decide_pas_elle_meme(acceptee, agente):
    protocole = f.avec_echeancier(f.prepare(acceptee, agente), agente)
    Organisme.objects.filter(pk=acceptee.organisme_id).update(forme="municipal")
    assert protocole.empechements_a_transmettre() == []
    territoire = acceptee.organisme.territoire
    InstanceGouvernance.objects.filter(pk=acceptee.etapes.get(acte="decision").instance_id).update(
        territoire=territoire
    )
    with pytest.raises(TransitionInterdite, match="une autre instance doit décider"):
        protocole.transmettre(par=agente, revision=protocole.revision)


def test_la_mrc_qui_gere_la_part_signe_pour_l_alliance(prete_a_decider, agente, signataire, enveloppes):
    """Toute la somme vient d'une part que la MRC gère : c'est elle, cosignataire, qui s'engage."""
    enveloppe = enveloppes["La Matapédia"]
    mrc = Organisme.objects.create(
        nom="MRC de La Matapédia", forme="municipal", territoire=enveloppe.territoire
    )
    enveloppe.convention.parties.create(role="cosignataire", organisme=mrc, rang=3)
    prendre(prete_a_decider, signataire, affectations={enveloppe: D("9000")})
    envoyer(prete_a_decider.appel, par=signataire)
    f.clauses_approuvees(prete_a_decider.alliance, signataire)
    protocole = f.transmis(p.relire(prete_a_decider), agente)
    assert protocole.partenaire() == mrc
    assert protocole.instantane().contenu["partenaire"]["nom"] == mrc.nom
