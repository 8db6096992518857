"""Les actes qui lient : qui les pose, combien de personnes ils demandent, et ce qui le tient.

Une seule source : la page d'aide et `docs/actes_qui_lient.md` la rendent, `tests/test_actes_qui_lient.py` la compare au
code : `roles` est la table des rôles de la pièce, `tenu_par` une contrainte, un déclencheur ou une méthode qui existe.
"""

from pilotage.actes import alliance, initiative

TITRES = ("Acte", "Qui le pose", "Personnes", "À quelle condition", "Tenu par")
ACTES = (*alliance.ACTES, *initiative.ACTES)


def en_lignes():
    """Le tableau, une ligne de mots par acte."""
    return [(a.nom, a.qui, str(a.personnes), a.condition, ", ".join(a.tenu_par)) for a in ACTES]


def en_markdown():
    """Le tableau de `docs/actes_qui_lient.md`."""
    lignes = [TITRES, ("---",) * len(TITRES)]
    lignes += [
        (*mots, ", ".join(f"`{nom}`" for nom in preuves.split(", "))) for *mots, preuves in en_lignes()
    ]
    return "\n".join(f"| {' | '.join(ligne)} |" for ligne in lignes)
