"""La conformité d’un plan : une règle, un fichier, une fonction et un essai du même nom.

Une règle reçoit un `PlanLu` et rend les constats qu’elle fait; elle n’écrit rien, n’importe aucun modèle et
ne lève jamais. Ce que le guide dit que le plan « doit préciser » (§4.2) et ce qui ne peut pas être vrai
(dates, nombres) bloquent le dépôt; le reste avertit ou conseille.

La même liste sert trois fois : pendant la rédaction, comme garde au dépôt, et pour l’analyse.
"""

from collections import Counter
from dataclasses import replace

from alliances.plans.regles.adoption_avant_le_texte import adoption_avant_le_texte
from alliances.plans.regles.aucune_priorite import aucune_priorite
from alliances.plans.regles.avancement import Avancement, avancement, prochaine_etape
from alliances.plans.regles.cible_negative import cible_negative
from alliances.plans.regles.cible_sous_le_depart import cible_sous_le_depart
from alliances.plans.regles.collaborateur_sans_contribution import collaborateur_sans_contribution
from alliances.plans.regles.constat import (
    ADOPTION,
    CONTACT,
    ECHEANCE,
    ELEMENTS,
    GOUVERNANCE,
    INSTANCES,
    PARTICIPATION,
    PRIORITES,
    Ancre,
    Constat,
    Genre,
)
from alliances.plans.regles.contact_incomplet import contact_incomplet
from alliances.plans.regles.echeance_de_depot import echeance_de_depot
from alliances.plans.regles.elements_sans_reponse import elements_sans_reponse
from alliances.plans.regles.gouvernance_incomplete import gouvernance_incomplete
from alliances.plans.regles.indicateur_hors_cycle import indicateur_hors_cycle
from alliances.plans.regles.indicateur_incomplet import indicateur_incomplet
from alliances.plans.regles.lecture import lire
from alliances.plans.regles.moyen_apres_realisation import moyen_apres_realisation
from alliances.plans.regles.moyen_dates_inversees import moyen_dates_inversees
from alliances.plans.regles.moyen_hors_cycle import moyen_hors_cycle
from alliances.plans.regles.moyen_hors_territoire import moyen_hors_territoire
from alliances.plans.regles.moyen_sans_calendrier import moyen_sans_calendrier
from alliances.plans.regles.moyen_sans_collaborateur import moyen_sans_collaborateur
from alliances.plans.regles.moyen_sans_description import moyen_sans_description
from alliances.plans.regles.moyen_sans_indicateur import moyen_sans_indicateur
from alliances.plans.regles.moyen_sans_personnes_visees import moyen_sans_personnes_visees
from alliances.plans.regles.moyen_sans_population import moyen_sans_population
from alliances.plans.regles.moyen_sans_responsable import moyen_sans_responsable
from alliances.plans.regles.moyen_sans_resultat import moyen_sans_resultat
from alliances.plans.regles.moyen_sans_territoire import moyen_sans_territoire
from alliances.plans.regles.objectif_sans_moyen import objectif_sans_moyen
from alliances.plans.regles.objectif_sans_titre import objectif_sans_titre
from alliances.plans.regles.participation_sans_mecanisme import participation_sans_mecanisme
from alliances.plans.regles.personnes_au_dela_du_total import personnes_au_dela_du_total
from alliances.plans.regles.personnes_negatives import personnes_negatives
from alliances.plans.regles.priorite_locale_sans_territoire import priorite_locale_sans_territoire
from alliances.plans.regles.priorite_sans_articulation import priorite_sans_articulation
from alliances.plans.regles.priorite_sans_changement import priorite_sans_changement
from alliances.plans.regles.priorite_sans_objectif import priorite_sans_objectif
from alliances.plans.regles.priorite_sans_raison import priorite_sans_raison
from alliances.plans.regles.priorite_sans_thematique import priorite_sans_thematique
from alliances.plans.regles.priorite_sans_titre import priorite_sans_titre
from alliances.plans.regles.priorites_en_double import priorites_en_double
from alliances.plans.regles.rapport import Etat, Lieu, Reponse, reponses
from alliances.plans.regles.secteurs_absents import secteurs_absents
from alliances.plans.regles.secteurs_sans_siege import secteurs_sans_siege
from alliances.plans.regles.section_non_terminee import section_non_terminee
from alliances.plans.regles.section_trop_breve import section_trop_breve
from alliances.plans.regles.section_vide import section_vide
from alliances.plans.regles.sieges_vecu import sieges_vecu
from alliances.plans.regles.sieges_vides import sieges_vides
from alliances.plans.regles.table_sans_fiduciaire import table_sans_fiduciaire
from alliances.plans.regles.territoires_sans_moyen import territoires_sans_moyen
from alliances.plans.regles.texte_change_sous_la_meme_resolution import texte_change_sous_la_meme_resolution
from alliances.plans.regles.texte_provisoire import texte_provisoire
from alliances.plans.regles.thematiques_non_abordees import thematiques_non_abordees
from alliances.plans.regles.vecu_absent import vecu_absent
from socle.valeurs.memoire import par_contenu

__all__ = [
    "REGLES",
    "Ancre",
    "Avancement",
    "Constat",
    "Etat",
    "Genre",
    "Lieu",
    "Reponse",
    "avancement",
    "bloquants",
    "constats",
    "decompte",
    "elements_repondus",
    "par_gravite",
    "prochaine_etape",
    "regrouper",
]

REGLES = (
    echeance_de_depot,
    adoption_avant_le_texte,
    texte_change_sous_la_meme_resolution,
    elements_sans_reponse,
    contact_incomplet,
    section_vide,
    section_trop_breve,
    section_non_terminee,
    texte_provisoire,
    gouvernance_incomplete,
    table_sans_fiduciaire,
    sieges_vecu,
    vecu_absent,
    secteurs_sans_siege,
    sieges_vides,
    participation_sans_mecanisme,
    aucune_priorite,
    thematiques_non_abordees,
    territoires_sans_moyen,
    secteurs_absents,
    priorite_sans_titre,
    priorites_en_double,
    priorite_sans_thematique,
    priorite_locale_sans_territoire,
    priorite_sans_raison,
    priorite_sans_changement,
    priorite_sans_articulation,
    priorite_sans_objectif,
    objectif_sans_titre,
    objectif_sans_moyen,
    moyen_sans_description,
    moyen_sans_population,
    moyen_sans_personnes_visees,
    moyen_sans_territoire,
    moyen_hors_territoire,
    moyen_sans_resultat,
    moyen_sans_responsable,
    moyen_sans_collaborateur,
    collaborateur_sans_contribution,
    moyen_sans_calendrier,
    moyen_dates_inversees,
    moyen_hors_cycle,
    moyen_apres_realisation,
    personnes_negatives,
    personnes_au_dela_du_total,
    moyen_sans_indicateur,
    indicateur_incomplet,
    cible_negative,
    indicateur_hors_cycle,
    cible_sous_le_depart,
)
GRAVITE = list(Genre)


@par_contenu(places=128)
def constats(contenu, aujourdhui=None):
    """Tous les constats, dans l’ordre du plan; à un même endroit, les erreurs d’abord.

    Sans `aujourdhui` (une date), l’échéance de dépôt n’est pas regardée. Un contenu abîmé ou inachevé donne
    des constats, jamais une exception.
    """
    plan = lire(contenu, aujourdhui)
    trouves = [replace(constat, regle=regle.__name__) for regle in REGLES for constat in regle(plan)]
    rangs = rangs_des_lieux(plan)
    return tuple(sorted(trouves, key=lambda constat: (rangs[constat.ancre], GRAVITE.index(constat.genre))))


def rangs_des_lieux(plan):
    """La place de chaque ancre quand on lit le plan du début à la fin."""
    lieux = [ECHEANCE, ADOPTION, ELEMENTS, CONTACT, Ancre("section", "1a"), GOUVERNANCE, INSTANCES]
    lieux += [Ancre("section", code) for code in ("1b", "1c", "1d")] + [PARTICIPATION]
    lieux += [Ancre("section", code) for code in ("2a", "2b", "2c")] + [PRIORITES]
    for priorite in plan.priorites:
        lieux += [priorite.ancre, *(indicateur.ancre for indicateur in priorite.indicateurs)]
        for objectif in priorite.objectifs:
            lieux += [objectif.ancre, *(indicateur.ancre for indicateur in objectif.indicateurs)]
            for moyen in objectif.moyens:
                lieux.append(moyen.ancre)
                lieux += [indicateur.ancre for indicateur in moyen.indicateurs]
    lieux += [Ancre("section", section.code) for section in plan.canevas.sections_redigees]
    rangs = {}
    for rang, lieu in enumerate(lieux):
        rangs.setdefault(lieu, rang)
    return rangs


def bloquants(trouves):
    """Les erreurs : ce qui empêche le dépôt."""
    return [constat for constat in trouves if constat.genre == Genre.ERREUR]


def par_gravite(trouves):
    """Les mêmes constats, les plus graves d’abord; à gravité égale, dans l’ordre du plan."""
    return sorted(trouves, key=lambda constat: GRAVITE.index(constat.genre))


def decompte(trouves):
    """Le nombre de constats de chaque genre, zéros compris."""
    comptes = Counter(constat.genre for constat in trouves)
    return {genre.value: comptes[genre] for genre in Genre}


def regrouper(trouves):
    """Les constats par lieu : [(ancre, [constats])], dans l’ordre où les lieux apparaissent."""
    groupes = {}
    for constat in trouves:
        groupes.setdefault(constat.ancre, []).append(constat)
    return list(groupes.items())


@par_contenu(places=128)
def elements_repondus(contenu):
    """Le rapport des quinze éléments exigés : une `Reponse` par élément (répondu, partiel ou non)."""
    return tuple(reponses(lire(contenu)))
