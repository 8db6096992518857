"""Ce que la base refuse des appels et des initiatives, écrit sans aucun geste : une preuve par contrainte."""

from datetime import date

import pytest
from django.utils import timezone

from conventions.models import Ecriture
from projets.models import (
    Affectation,
    AppelProjets,
    AvisInitiative,
    Decision,
    DemandeDeRevision,
    EnveloppeAppel,
    ImportDInitiatives,
    Initiative,
    InitiativeReprise,
    JournalProjets,
    MontantPropose,
    MontantRepris,
    NoteCritere,
    PersonnesPrevues,
    PieceRecue,
    PresenceDemande,
    PropositionDecision,
    Reponse,
    SourcePrevue,
)
from projets.models.bornes import BORNES, TAUX
from projets.models.evaluations import DeclarationInteret
from projets.models.grilles import CritereAppel
from projets.models.montage import LigneDepense, ObjectifInitiative
from socle.models import Document
from tests.outils.contraintes import contraintes_de, refuse_par

pytestmark = pytest.mark.django_db
JOUR = date(2026, 1, 15)


def appel(i, **champs):
    AppelProjets.objects.filter(pk=i.appel_id).update(**champs)


def forcer(i, **champs):
    Initiative.objects.filter(pk=i.pk).update(**champs)


def deux_fois(modele, **champs):
    """La même rangée, deux fois, sans aucune garde de Python."""
    return lambda i: modele.objects.bulk_create([modele(**_pour(i, champs)) for _ in range(2)])


def une(modele, **champs):
    return lambda i: modele.objects.bulk_create([modele(**_pour(i, champs))])


def _pour(i, champs):
    """Une valeur qui dépend de l'initiative s'écrit en fonction d'elle."""
    return {c: v(i) if callable(v) else v for c, v in champs.items()}


def elle(i):
    return i


def qui(i):
    return i.deposee_par


def maintenant(i):
    return timezone.now()


def enveloppe(i):
    return i.appel.enveloppes.get().enveloppe


def critere(i):
    return CritereAppel.objects.create(
        appel=i.appel, nom="Le besoin", poids=20, **{f"niveau_{n}": "…" for n in range(5)}
    )


def proposition(i):
    return PropositionDecision.objects.get_or_create(
        initiative=i, defaults={"sens": "acceptee", "modifiee_le": timezone.now(), "par": qui(i)}
    )[0]


def a_juger(i):
    """Ses réponses d'admissibilité, le jugement à reprendre : elles changent encore."""
    forcer(i, etat="deposee", etat_annonce="deposee", jugee_le=None, jugee_par=None)
    return i.reponses_d_admissibilite


def decidee(montant):
    """Elle, acceptée pour ce montant : la dernière écriture du grand livre le réserve."""

    def accepter(i):
        ligne = {"nature": "reservation", "par": qui(i), "objet": "R-1"}
        for passe in sorted({1, montant}, reverse=True):
            (ecriture,) = Ecriture.passer(
                enveloppe(i).convention, [(enveloppe(i), "reserve", passe)], **ligne
            )
        acceptee = DECISION | {"sens": "acceptee", "resolution": "R-1", "mouvement": ecriture.mouvement}
        une(Decision, **acceptee)(i)
        return i

    return accepter


def memes(modele, **champs):
    """Deux rangées sur les mêmes objets liés, lus une seule fois."""

    def ecrire(i):
        lus = _pour(i, champs)
        modele.objects.bulk_create([modele(**lus), modele(**lus)])

    return ecrire


def un_import(i, **champs):
    communs = {"alliance": i.alliance, "fichier": "a.xlsx", "nombre": 1, "importe_par": qui(i)}
    return ImportDInitiatives.objects.create(**communs | {"importe_le": timezone.now()} | champs)


def une_reprise(i, **champs):
    communs = {"alliance": i.alliance, "organisme": i.organisme, "reference": "R-1", "titre": "Cuisines"}
    communs |= {"debut": JOUR, "fin": JOUR, "etat": "terminee"}
    return InitiativeReprise.objects.create(origine=un_import(i), **communs | champs)


AVIS = {"initiative": elle, "sens": "favorable", "rendu_le": JOUR, "inscrit_le": maintenant, "par": qui}
GROUPE = {"groupe": "Comité des personnes", "personnes": 6}
DECISION = {
    "initiative": elle,
    "instance": "Table",
    "prise_le": JOUR,
    "inscrite_le": maintenant,
    "par": qui,
}
LIGNE = {"initiative": elle, "rang": 50, "an": 2026, "montant": 1}
REVISION = {"initiative": elle, "demandee_le": maintenant, "demandee_par": qui}
NOTE = {"initiative": elle, "critere": critere, "personne": qui, "le": maintenant}

# Par contrainte, une écriture brute qu'elle doit refuser; chacune reçoit une initiative admissible, prête à décider.
REFUS = {
    "appel_ouvre_avant_de_fermer": lambda i: appel(i, ouvre_le=i.appel.ferme_le),
    "appel_plancher_sous_le_plafond": lambda i: appel(i, plancher=2, plafond=1),
    "appel_debut_avant_fin": lambda i: appel(i, debut_au_plus_tot=JOUR, fin_au_plus_tard=JOUR),
    **{f"appel_{t}_en_pourcentage": lambda i, t=t: appel(i, **{t: 101}) for t in TAUX},
    **{
        f"appel_{champ}_borne": lambda i, c=champ, n=haut: appel(i, **{c: n + 1})
        for champ, (_, haut, _) in BORNES.items()
    },
    "appel_publie_date": lambda i: appel(i, publie_par=None),
    "appel_retire_motive": lambda i: appel(
        i, etat="retire", retire_le=timezone.now(), retire_par=i.deposee_par
    ),
    "appel_enveloppe_unique": memes(EnveloppeAppel, appel=lambda i: i.appel, enveloppe=enveloppe, montant=1),
    "appel_enveloppe_positive": lambda i: i.appel.enveloppes.update(montant=0),
    "critere_poids_de_1_a_100": lambda i: CritereAppel.objects.filter(pk=critere(i).pk).update(poids=101),
    "initiative_numero_unique": lambda i: Initiative.objects.bulk_create([_jumelle(i)]),
    "initiative_deposee_datee": lambda i: forcer(i, deposee_par=None),
    "initiative_retiree_datee": lambda i: forcer(i, retiree_le=timezone.now()),
    "initiative_jugee_datee": lambda i: forcer(i, jugee_par=None),
    "initiative_reservee_si_acceptee": lambda i: forcer(i, reservee_jusqu_au=JOUR),
    "initiative_decidee_avant_d_etre_annoncee": lambda i: forcer(i, etat_annonce="deposee"),
    "initiative_debut_avant_fin": lambda i: forcer(i, debut=date(2028, 1, 2), fin=date(2028, 1, 1)),
    "initiative_recue_avant_d_etre_inscrite": lambda i: forcer(i, mode_reception="papier"),
    "initiative_confirmee_par_une_autre": lambda i: forcer(i, confirmee_par=qui(i)),
    "initiative_confirmee_avant_d_etre_decidee": lambda i: forcer(
        i, mode_reception="papier", recue_le=i.commencee_le, etat="refusee"
    ),
    "piece_recue_une_par_nature": memes(
        PieceRecue, initiative=elle, nature="document", taille=1, televersee_par=qui
    ),
    "partie_demande_unique": lambda i: i.parties.filter(code="projet").update(code="besoin"),
    "personnes_prevues_une_fois_par_exercice": deux_fois(
        PersonnesPrevues, initiative=elle, an=2031, nombre=1, nouvelles=0
    ),
    "personnes_nouvelles_parmi_toutes": une(
        PersonnesPrevues, initiative=elle, an=2031, nombre=1, nouvelles=2
    ),
    "population_visee_unique": lambda i: i.populations.create(population="familles"),
    "depense_prevue_une_fois_par_exercice": deux_fois(LigneDepense, poste="salaires", **LIGNE),
    "source_prevue_une_fois_par_exercice": deux_fois(SourcePrevue, source="propre", **LIGNE),
    "source_du_fonds_en_especes": une(SourcePrevue, source="fqis", forme="nature", **LIGNE),
    "benevolat_en_nature": une(SourcePrevue, source="benevolat", forme="especes", **LIGNE),
    "objectif_initiative_cible_positive": une(
        ObjectifInitiative, initiative=elle, objectif="Nourrir", cible=0, unite="repas"
    ),
    "objectif_initiative_cible_mesuree": une(
        ObjectifInitiative, initiative=elle, objectif="Nourrir", cible=5, unite=""
    ),
    "presence_demande_unique": deux_fois(
        PresenceDemande, partie=lambda i: i.parties.first(), utilisateur=qui, vue_le=maintenant
    ),
    "etape_initiative_rang_unique": lambda i: i.etapes.update(rang=1),
    "etape_initiative_une_seule_decision": lambda i: i.etapes.update(acte="decision"),
    "admissibilite_une_reponse_par_critere": lambda i: a_juger(i).update(critere="forme"),
    "admissibilite_refus_precise": lambda i: a_juger(i).update(convient=False, precision=""),
    "avis_un_par_etape": lambda i: AvisInitiative.objects.bulk_create(
        [AvisInitiative(etape=i.avis.first().etape, texte="Oui.", **_pour(i, AVIS))]
    ),
    "avis_d_une_etape_ou_d_un_groupe": une(AvisInitiative, texte="Oui.", **AVIS),
    "avis_ecrit": une(AvisInitiative, texte="", **AVIS, **GROUPE),
    "declaration_une_par_personne": deux_fois(
        DeclarationInteret, initiative=elle, personne=qui, conflit=False, le=maintenant
    ),
    "note_une_par_critere_et_personne": memes(NoteCritere, niveau=3, **NOTE),
    "note_de_zero_a_quatre": une(NoteCritere, niveau=5, **NOTE),
    "affectation_une_par_enveloppe": memes(
        Affectation, initiative=decidee(1), enveloppe=enveloppe, montant=1
    ),
    "affectation_positive": une(Affectation, initiative=decidee(-1), enveloppe=enveloppe, montant=-1),
    "decision_par_resolution": une(
        Decision, sens="refusee", raison="besoin", motif="Non.", resolution="", **DECISION
    ),
    "decision_motivee": une(Decision, sens="refusee", resolution="R-1", **DECISION),
    "decision_reserve_si_acceptee": une(Decision, sens="acceptee", resolution="R-1", **DECISION),
    "reponse_d_une_decision_ou_d_un_jugement": lambda i: Reponse._base_manager.bulk_create(
        [
            Reponse(
                contenu={},
                empreinte="0" * 64,
                document=Document.objects.create(cle="0" * 64, nom="vide.pdf"),
                envoyee_le=i.deposee_le,
                par=qui(i),
            )
        ]
    ),
    "revision_motivee": une(DemandeDeRevision, motif="", **REVISION),
    "revision_repondue_complete": une(DemandeDeRevision, motif="Oui.", issue="maintenue", **REVISION),
    "montant_propose_un_par_enveloppe": memes(
        MontantPropose, proposition=proposition, enveloppe=enveloppe, montant=1
    ),
    "montant_propose_positif": une(MontantPropose, proposition=proposition, enveloppe=enveloppe, montant=0),
    "import_d_initiatives_defait_complet": lambda i: un_import(i, defait_motif="Erreur."),
    "import_d_initiatives_pas_vide": lambda i: un_import(i, nombre=0),
    "initiative_reprise_reference_unique": lambda i: [une_reprise(i), une_reprise(i)],
    "initiative_reprise_debut_avant_fin": lambda i: une_reprise(i, debut=date(2026, 1, 16)),
    "initiative_reprise_nommee": lambda i: une_reprise(i, titre=""),
    "montant_repris_un_par_exercice": memes(MontantRepris, reprise=une_reprise, an=2021, accorde=1),
    "montant_repris_dans_l_ordre": une(MontantRepris, reprise=une_reprise, an=2021, accorde=1, verse=2),
    "journalprojets_chaine_rang_unique": lambda i: JournalProjets._base_manager.bulk_create(
        [_copie(JournalProjets.objects.first())]
    ),
    "journal_projets_porte_sur_quelque_chose": lambda i: JournalProjets.inscrire(
        cle="essai", par=qui(i), geste="corriger", objet="rien", alliance=i.alliance
    ),
}


def _jumelle(i):
    return _copie(Initiative.objects.get(pk=i.pk))


def _copie(ligne):
    ligne.pk = None
    return ligne


@pytest.mark.parametrize("nom", REFUS)
def test_la_base_refuse(prete_a_decider, nom):
    with refuse_par(nom, "projets"):
        REFUS[nom](prete_a_decider)


def test_chaque_contrainte_de_la_piece_a_sa_preuve():
    assert set(contraintes_de("projets")) == set(REFUS)
