"""Ce que la base garde elle-même d'une étude : l'argent d'une décision, un avis, une note, une réponse.

Ce qui ne change jamais est `IMMUABLE`, à son modèle.
"""

from socle.declencheurs import Declencheur

# L'écriture au grand livre est immuable, et la décision qui la nomme aussi : rien ne s'ajoute à ce qui est décidé.
ECRITE = (
    "EXISTS (SELECT 1 FROM projets_decision d JOIN conventions_ecriture e ON e.mouvement = d.mouvement "
    "WHERE d.initiative_id = NEW.initiative_id AND d.sens = 'acceptee' AND e.compte = 'reserve' "
    "AND e.enveloppe_id = NEW.enveloppe_id AND e.montant = NEW.montant)"
)
AFFECTATION_DECIDEE = Declencheur(
    "INSERT",
    condition=f"NOT {ECRITE}",
    refus="Affectation refusée\u00a0: elle n’est pas de ce que la décision d’accepter réserve au grand livre.",
)


def _change(*colonnes):
    """L'une d'elles change; vide se compare comme le reste."""
    return " OR ".join(f"OLD.{c} <> NEW.{c} OR (OLD.{c} IS NULL) <> (NEW.{c} IS NULL)" for c in colonnes)


def _jamais(refus):
    return tuple(Declencheur(evenement, refus=refus) for evenement in ("UPDATE", "DELETE"))


PIECE_RECUE_GARDEE = _jamais("Une pièce reçue ne se modifie ni ne s’efface\u00a0: c’est une preuve.")


def _une_seule_suite(refus, quand, motif, fixes):
    """Écrite, la ligne n'attend qu'une suite, datée (`quand`) et motivée; puis plus rien n'y change."""
    autre = f"OLD.{quand} IS NOT NULL OR NEW.{quand} IS NULL OR NEW.{motif} = '' OR {_change(*fixes)}"
    return (Declencheur("UPDATE", condition=autre, refus=refus), Declencheur("DELETE", refus=refus))


AVIS_RETIRE_UNE_FOIS = _une_seule_suite(
    "Un avis ne se modifie ni ne s’efface\u00a0: il se retire une fois, avec son motif.",
    "retire_le",
    "retrait_motif",
    ("id", "initiative_id", "etape_id", "groupe", "personnes", "sens", "texte", "resolution")
    + ("rendu_le", "inscrit_le", "par_id"),
)
REVISION_REPONDUE_UNE_FOIS = _une_seule_suite(
    "Une demande de révision ne se modifie ni ne s’efface\u00a0: elle reçoit une réponse, une fois.",
    "repondue_le",
    "issue_motif",
    ("id", "initiative_id", "motif", "demandee_le", "demandee_par_id"),
)


_DECLAREE = (
    "Une déclaration d’intérêts ne s’efface ni ne se reprend\u00a0: on y reconnaît seulement un conflit."
)
CONFLIT_RECONNU = (
    Declencheur(
        "UPDATE",
        condition=f"OLD.conflit OR NOT NEW.conflit OR {_change('id', 'initiative_id', 'personne_id', 'le')}",
        refus=_DECLAREE,
    ),
    Declencheur("DELETE", refus=_DECLAREE),
)


def _seulement(etat, refus):
    """Rien ne s'ajoute, ne change ni ne s'efface, sauf tant que l'initiative est à cet état."""

    def hors(ligne):
        return (
            f"NOT EXISTS (SELECT 1 FROM projets_initiative i WHERE i.id = {ligne}.initiative_id "
            f"AND i.etat = '{etat}')"
        )

    conditions = {"INSERT": hors("NEW"), "UPDATE": f"{hors('OLD')} OR {hors('NEW')}", "DELETE": hors("OLD")}
    return tuple(Declencheur(evenement, refus, condition) for evenement, condition in conditions.items())


NOTES_DE_L_ETUDE = _seulement(
    "admissible", "Une note se donne pendant l’étude d’une demande admissible\u00a0: elle ne change plus."
)
REPONSES_DU_JUGEMENT = _seulement(
    "deposee", "L’admissibilité est jugée\u00a0: une réponse ne change qu’en revoyant le jugement."
)
