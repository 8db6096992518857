"""Le texte d'un protocole, scellé ou sur le point de l'être, tel qu'un gabarit le lit (`protocoles/_texte.html`)."""

from datetime import date
from decimal import Decimal


def en_lecture(contenu):
    """Le contenu d'un instantané, ses dates et ses sommes redevenues des dates et des sommes."""
    return contenu | {
        "parties": [contenu["partenaire"], contenu["organisme"]],
        "debut": _jour(contenu["debut"]),
        "fin": _jour(contenu["fin"]),
        "rapport_final_le": _jour(contenu["rapport_final_le"]),
        "montant": Decimal(contenu["montant"]),
        "decision": contenu["decision"] | {"prise_le": _jour(contenu["decision"]["prise_le"])},
        "montants": [m | {"montant": Decimal(m["montant"])} for m in contenu["montants"]],
        "tranches": [
            t | {"montant": Decimal(t["montant"]), "prevue_le": _jour(t["prevue_le"])}
            for t in contenu["tranches"]
        ],
    }


_jour = date.fromisoformat
