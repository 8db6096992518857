"""Une histoire qui ne se réécrit pas : ce que la base refuse d'une étude et de sa décision, écrit en SQL."""

from decimal import Decimal as D

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from projets.models import (
    AppelProjets,
    AvisInitiative,
    DeclarationInteret,
    DemandeDeRevision,
    Initiative,
    NoteCritere,
)
from projets.models.avis import entendre
from projets.models.grilles import CritereAppel
from projets.models.jugements import Critere, juger, revoir
from projets.models.reponses import envoyer
from projets.models.revisions import demander_la_revision
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.projets import fabriques as p
from tests.projets.test_decisions import prendre

pytestmark = pytest.mark.django_db
REFUS = {"sens": "refusee", "raison": "fonds", "motif": "L’enveloppe est vide.", "ecart": "Sans fonds."}
ATTENTE = REFUS | {"sens": "en_attente"}


def executer(phrase, *valeurs):
    """Le nombre de lignes touchées."""
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(phrase, valeurs)
        return curseur.rowcount


def refuse(dit, phrase, *valeurs):
    with pytest.raises(DatabaseError, match=dit):
        executer(phrase, *valeurs)


def affecter(initiative, enveloppe, montant):
    """Une affectation glissée en SQL; `montant` est en sous."""
    colonnes = "INSERT INTO projets_affectation (initiative_id, enveloppe_id, montant) VALUES (%s, %s, %s)"
    refuse("ce que la décision d’accepter réserve", colonnes, initiative.pk, enveloppe.pk, montant)


def brouillon(initiative, par):
    """Une autre demande du même organisme, au même appel."""
    return Initiative.ouvrir(initiative.appel, initiative.organisme, par=par, le=timezone.now())


@pytest.fixture
def acceptee(prete_a_decider, enveloppes, signataire):
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: D(15_000)})
    return p.relire(prete_a_decider)


@pytest.mark.parametrize(
    ("table", "champ"),
    [
        ("projets_decision", "motif = 'Autre chose.'"),
        ("projets_decision", "sens = 'en_attente'"),
        ("projets_affectation", "montant = montant + 1"),
        ("projets_piecedecision", "sha256 = 'x'"),
    ],
)
def test_une_decision_son_argent_et_sa_piece_ne_se_reecrivent_pas(acceptee, table, champ):
    refuse(f"{table} est immuable", f"UPDATE {table} SET {champ}")
    refuse(f"{table} est immuable", f"DELETE FROM {table}")


def test_rien_ne_s_affecte_avant_la_decision(prete_a_decider, enveloppes):
    affecter(prete_a_decider, enveloppes["La Matapédia"], 100)


@pytest.mark.parametrize("champs", [REFUS, ATTENTE])
def test_rien_ne_s_affecte_a_une_demande_refusee_ou_en_attente(
    prete_a_decider, enveloppes, signataire, champs
):
    prendre(prete_a_decider, signataire, **champs)
    affecter(prete_a_decider, enveloppes["La Matapédia"], 100)


def test_rien_ne_s_ajoute_a_ce_qu_une_decision_a_reserve(acceptee, enveloppes, signataire):
    """Ni une autre enveloppe, ni un autre montant, que la réponse soit partie ou pas."""
    for sortir in (lambda: None, lambda: envoyer(acceptee.appel, par=signataire)):
        sortir()
        affecter(acceptee, enveloppes["Projets régionaux"], 1_500_000)
        affecter(acceptee, enveloppes["La Matapédia"], 1_500_001)


def test_l_affectation_d_une_autre_initiative_ne_se_prete_pas(acceptee, enveloppes, agente):
    autre = brouillon(acceptee, agente)
    affecter(autre, enveloppes["La Matapédia"], 1_500_000)


# --- Ce qui n'attend qu'une suite -----------------------------------------------------------------------------


def retrait(le="2026-06-01 12:00:00+00:00", motif="Inscrit deux fois."):
    return f"retire_le = '{le}', retrait_motif = '{motif}'"


def reponse():
    qui = DemandeDeRevision.objects.get().demandee_par_id
    return (
        "issue = 'maintenue', issue_motif = 'Rien de neuf.', repondue_le = '2026-06-01 12:00:00+00:00', "
        f"repondue_par_id = {qui}"
    )


def autre(champ):
    """Une valeur que ce champ n'a pas."""
    if isinstance(champ, models.DateField):  # un instant en est un
        return "2001-01-01"
    return "autre" if isinstance(champ, models.CharField | models.TextField) else 999


def champs_hors(modele, *suites):
    return [champ for champ in modele._meta.concrete_fields if champ.name not in suites]


@pytest.mark.parametrize(
    "champ", champs_hors(AvisInitiative, "retire_le", "retrait_motif"), ids=lambda champ: champ.name
)
def test_un_avis_se_retire_sans_que_rien_d_autre_ne_change(prete_a_decider, champ):
    phrase = f"UPDATE projets_avisinitiative SET {champ.column} = %s"
    refuse("il se retire une fois", phrase, autre(champ))
    refuse("il se retire une fois", f"{phrase}, {retrait()}", autre(champ))


def test_un_avis_se_retire_une_fois_avec_son_motif_et_ne_s_efface_pas(prete_a_decider):
    table, dit = "projets_avisinitiative", "il se retire une fois"
    refuse(dit, f"UPDATE {table} SET {retrait(motif='')}")
    refuse(dit, f"UPDATE {table} SET retrait_motif = 'Presque.'")
    assert executer(f"UPDATE {table} SET {retrait()}") == prete_a_decider.avis.count()
    refuse(dit, f"UPDATE {table} SET retire_le = NULL, retrait_motif = ''")
    refuse(dit, f"UPDATE {table} SET {retrait(motif='Un autre.')}")
    refuse(dit, f"DELETE FROM {table}")


def test_l_avis_d_un_groupe_se_retire_aussi(admissible, agente):
    """Il n'a pas d'étape : ce qui est vide le reste."""
    dit = {"groupe": "Espace citoyen", "personnes": 9, "texte": "Le samedi, personne ne viendra."}
    entendre(admissible, par=agente, sens="reserves", rendu_le=aujourd_hui(), **dit)
    etape = admissible.etapes.first().pk
    refuse("se retire une fois", f"UPDATE projets_avisinitiative SET etape_id = {etape}, {retrait()}")
    assert executer(f"UPDATE projets_avisinitiative SET {retrait()}") == 1


@pytest.fixture
def contestee(prete_a_decider, signataire, equipe):
    AppelProjets.objects.filter(pk=prete_a_decider.appel_id).update(revision_jours=20)
    prendre(prete_a_decider, signataire, **REFUS)
    envoyer(prete_a_decider.appel, par=signataire)
    refusee = p.relire(prete_a_decider)
    return demander_la_revision(refusee, par=equipe[1], motif="Les faits sont à la page 3.")


@pytest.mark.parametrize(
    "champ",
    champs_hors(DemandeDeRevision, "issue", "issue_motif", "repondue_le", "repondue_par"),
    ids=lambda champ: champ.name,
)
def test_une_revision_recoit_sa_reponse_sans_que_rien_d_autre_ne_change(contestee, champ):
    phrase = f"UPDATE projets_demandederevision SET {champ.column} = %s"
    refuse("elle reçoit une réponse, une fois", phrase, autre(champ))
    refuse("elle reçoit une réponse, une fois", f"{phrase}, {reponse()}", autre(champ))


def test_une_revision_n_a_qu_une_reponse_et_ne_s_efface_pas(contestee):
    table, dit = "projets_demandederevision", "elle reçoit une réponse, une fois"
    assert executer(f"UPDATE {table} SET {reponse()}") == 1
    refuse(dit, f"UPDATE {table} SET issue = 'rouverte'")
    refuse(
        dit, f"UPDATE {table} SET issue = '', issue_motif = '', repondue_le = NULL, repondue_par_id = NULL"
    )
    refuse(dit, f"DELETE FROM {table}")


# --- Ce que l'étude ferme -------------------------------------------------------------------------------------


@pytest.fixture
def notee(prete_a_decider, agente):
    critere = CritereAppel.objects.create(
        appel=prete_a_decider.appel, nom="Le besoin", poids=100, **{f"niveau_{n}": "…" for n in range(5)}
    )
    champs = {"personne": agente, "le": timezone.now()}
    DeclarationInteret.objects.create(initiative=prete_a_decider, conflit=False, **champs)
    NoteCritere.objects.create(initiative=prete_a_decider, critere=critere, niveau=3, **champs)
    return prete_a_decider


def test_une_declaration_d_interets_ne_change_que_pour_reconnaitre_un_conflit(notee):
    refuse("ne s’efface ni ne se reprend", "UPDATE projets_declarationinteret SET precision = 'Rien'")
    refuse("ne s’efface ni ne se reprend", "DELETE FROM projets_declarationinteret")
    assert executer("UPDATE projets_declarationinteret SET conflit = NOT conflit, precision = 'Ma sœur'") == 1
    refuse("ne s’efface ni ne se reprend", "UPDATE projets_declarationinteret SET conflit = NOT conflit")


def donner(initiative, personne):
    """Une note de plus, en SQL."""
    return (
        "INSERT INTO projets_notecritere (initiative_id, critere_id, personne_id, niveau, commentaire, le) "
        f"SELECT {initiative.pk}, critere_id, {personne.pk}, 4, '', le FROM projets_notecritere LIMIT 1"
    )


def test_pendant_l_etude_une_note_s_ajoute_se_change_et_s_efface(notee, signataire):
    assert executer(donner(notee, signataire)) == 1
    assert executer("UPDATE projets_notecritere SET niveau = 4") == 2
    assert executer("DELETE FROM projets_notecritere") == 2


@pytest.mark.parametrize("champs", [REFUS, ATTENTE])
def test_la_decision_prise_une_note_ne_s_ajoute_ne_change_ni_ne_s_efface(notee, signataire, champs):
    prendre(notee, signataire, **champs)
    dit = "Une note se donne pendant l’étude"
    refuse(dit, donner(notee, signataire))
    refuse(dit, "UPDATE projets_notecritere SET niveau = 4")
    refuse(dit, "DELETE FROM projets_notecritere")


def test_une_note_ne_passe_pas_a_une_demande_qui_ne_s_etudie_pas(notee, agente):
    autre = brouillon(notee, agente)
    refuse("pendant l’étude", f"UPDATE projets_notecritere SET initiative_id = {autre.pk}")


def test_l_admissibilite_jugee_ses_reponses_ne_bougent_plus(admissible):
    table, dit = "projets_reponseadmissibilite", "L’admissibilité est jugée"
    refuse(dit, f"""UPDATE {table} SET "precision" = 'Vu.'""")
    refuse(dit, f"DELETE FROM {table}")
    refuse(
        dit,
        f'INSERT INTO {table} (initiative_id, critere, convient, "precision", le, par_id) '
        f"SELECT initiative_id, 'autre', convient, '', le, par_id FROM {table} LIMIT 1",
    )


def test_le_jugement_revu_on_repond_de_nouveau(admissible, agente):
    revue = revoir(admissible, par=agente, motif="Le registre a changé.")
    non = {c: (c != Critere.REGISTRE, "Radié d’office.") for c in Critere}
    assert juger(revue, par=agente, reponses=non).etat == "non_admissible"
    assert Initiative.objects.get().reponses_d_admissibilite.filter(convient=False).count() == 1


def test_une_piece_recue_est_une_preuve_qui_ne_se_reecrit_pas(admissible, agente):
    admissible.joindre_recue(fabriques.fichier_pdf(), par=agente, nature="document")
    refuse("c’est une preuve", "UPDATE projets_piecerecue SET sha256 = 'x'")
    refuse("c’est une preuve", "DELETE FROM projets_piecerecue")
