"""La date limite de dépôt du premier plan."""

from alliances.plans.regles.constat import ECHEANCE, avertissement
from alliances.plans.regles.redaction import accorder, en_lettres

JOURS_D_AVIS = 30
SOURCE = "Guide 2024-2029, §4.2"


def echeance_de_depot(plan):
    """L’échéance approche ou elle est passée; un dépôt tardif reste permis.

    Une modification d’un plan approuvé (version 2 et suivantes) se dépose n’importe quand.
    """
    if not (plan.aujourdhui and plan.echeance) or plan.deposee_le or plan.numero_version > 1:
        return
    reste = (plan.echeance - plan.aujourdhui).days
    date_limite = en_lettres(plan.echeance)
    if reste < 0:
        retard = accorder(-reste, "jour", "jours")
        yield avertissement(
            f"La date limite du {date_limite} est passée depuis {retard}. Vous pouvez encore déposer le "
            "plan; il sera indiqué comme tardif.",
            ECHEANCE,
            source=SOURCE,
        )
    elif reste <= JOURS_D_AVIS:
        delai = f"dans {accorder(reste, 'jour', 'jours')}" if reste else "aujourd’hui"
        yield avertissement(
            f"Le plan doit être déposé au plus tard le {date_limite} : c’est {delai}.",
            ECHEANCE,
            source=SOURCE,
        )
