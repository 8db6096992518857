"""Les versements prévus, et ceux à payer, pour un tableur."""

from socle.pages.tableur import en_xlsx

COLONNES = (
    "Alliance",
    "Convention",
    "Versement",
    "Exercice",
    "Montant",
    "Versé",
    "Reste",
    "Condition",
    "Prévu le",
    "État",
    "Attend",
    "Obligation en retard",
    "Dérogation",
)
A_PAYER = (
    "Convention",
    "Versement",
    "Alliance",
    "Bénéficiaire",
    "NEQ",
    "Exercice",
    "Montant",
    "Autorisé le",
    "Date",
    "Référence",
)


def cellules(echeance):
    """Les valeurs d'une ligne, dans l'ordre de `COLONNES`."""
    return [
        echeance.convention.alliance.nom,
        echeance.convention.numero,
        echeance.rang,
        str(echeance.exercice),
        echeance.montant,
        echeance.deja_verse,
        echeance.montant - echeance.deja_verse,
        echeance.condition_en_mots,
        echeance.prevue_le,
        echeance.get_etat_display(),
        echeance.attend(),
        _oui(echeance.en_retard),
        _oui(echeance.a_une_derogation),
    ]


def _oui(vrai):
    return "Oui" if vrai else "Non"


def exporter(echeances, en_fichier):
    """Le fichier de ces versements; `en_fichier` est `en_csv` ou `en_xlsx`, de `socle.pages.tableur`."""
    return en_fichier("versements", "Versements", COLONNES, map(cellules, echeances))


def a_payer_xlsx(echeances, beneficiaires):
    """Une ligne par versement autorisé; Date et Référence se remplissent, puis le fichier revient en CSV."""
    lignes = []
    for echeance in echeances:
        organisme = beneficiaires.get(echeance.convention_id)
        lignes.append(
            [
                echeance.convention.numero,
                echeance.rang,
                echeance.convention.alliance.nom,
                str(organisme or ""),
                organisme.neq if organisme else "",
                str(echeance.exercice),
                echeance.montant - echeance.deja_verse,
                echeance.autorisee_le,
                None,
                None,
            ]
        )
    return en_xlsx("versements-a-payer", "À payer", A_PAYER, lignes)
