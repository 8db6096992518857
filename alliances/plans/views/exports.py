"""La liste des plans, pour un tableur."""

COLONNES = (
    "Alliance",
    "Région",
    "État",
    "À qui le tour",
    "Depuis",
    "Échéance",
    "En retard",
    "Version",
    "Dépôts",
    "Référence",
    "Déposée le",
)


def exporter(lignes, en_fichier):
    """Le fichier de ces lignes; `en_fichier` est `en_csv` ou `en_xlsx`, de `socle.pages.tableur`."""
    return en_fichier("plans-d-action", "Plans d’action", COLONNES, map(cellules, lignes))


def cellules(ligne):
    """Les valeurs d'une ligne, dans l'ordre de `COLONNES`."""
    version = ligne.version
    return [
        ligne.alliance.nom,
        ligne.regions,
        ligne.etat.libelle,
        ligne.camp,
        ligne.depuis,
        ligne.echeance,
        "Oui" if ligne.en_retard else "Non",
        version.numero if version else "",
        version.tour if version else 0,
        version.reference if version else "",
        version and version.deposee_le,
    ]
