"""Les versements à payer, pour un tableur."""

from socle.pages.tableur import en_csv, en_xlsx

A_PAYER = (
    "Convention",
    "Versement",
    "Alliance",
    "Bénéficiaire",
    "NEQ",
    "N° de fournisseur",
    "Exercice",
    "Montant",
    "Autorisé le",
    "Date",
    "Référence",
    "Montants fictifs",
)


def a_payer_en(format, echeances):
    """Une ligne par versement autorisé, au bénéficiaire que l'autorisation a figé.

    Date et Référence se remplissent, puis le fichier revient, Excel ou CSV.
    """
    lignes = []
    for echeance in echeances:
        lignes.append(
            [
                echeance.convention.numero,
                echeance.rang,
                echeance.convention.alliance.nom,
                *echeance.copie,
                str(echeance.exercice),
                echeance.montant - echeance.deja_verse,
                echeance.autorisee_le,
                None,
                None,
                "Oui" if echeance.convention.montants_fictifs else "Non",
            ]
        )
    ecrire = en_csv if format == "csv" else en_xlsx
    return ecrire("versements-a-payer", "À payer", A_PAYER, lignes)
