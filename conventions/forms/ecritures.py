"""Les filtres du grand livre et de la position nationale; ils vivent dans l'adresse."""

from alliances.forms.perimetre import FiltresDuPerimetre
from conventions.models import Ecriture, Enveloppe
from conventions.models.arbres import en_profondeur
from conventions.models.ecritures import DISPONIBLE
from socle.pages.filtres import FiltreChoix, FiltreJour, Filtres
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui


class FiltresDuGrandLivre(Filtres):
    """Une enveloppe comprend celles qui en font partie, sauf si l'adresse dit `seule`."""

    exercice = FiltreChoix("enveloppe__an", label="Exercice")
    du = FiltreJour("inscrite_le", label="Inscrite à partir du", lookup_expr="date__gte")
    au = FiltreJour("inscrite_le", label="Inscrite jusqu’au", lookup_expr="date__lte")
    enveloppe = FiltreChoix(label="Enveloppe", tous="Toutes", method="sous")
    compte = FiltreChoix(
        label="Compte", choices=[*Ecriture.Compte.choices, (DISPONIBLE, "Disponible")], method="du_compte"
    )
    nature = FiltreChoix(label="Nature", tous="Toutes", choices=Ecriture.Nature.choices)

    @property
    def seule(self):
        return self.data.get("seule") == "1"

    def sous(self, ecritures, nom, enveloppe):
        if self.seule:
            return ecritures.filter(enveloppe=enveloppe)
        return ecritures.filter(enveloppe__in=Enveloppe.objects.sous(enveloppe))

    def du_compte(self, ecritures, nom, compte):
        return ecritures.du_compte(compte)


def choix_d_enveloppes(enveloppes):
    """Les exercices et les enveloppes d'une convention, pour `FiltresDuGrandLivre`."""
    ans = dict.fromkeys(e.an for e in enveloppes)
    return {
        "exercice": [(an, str(Exercice(an))) for an in ans],
        "enveloppe": dans_l_ordre(enveloppes),
    }


def dans_l_ordre(enveloppes):
    """[(clé, nom)] de celles de toute une convention, comme l'arbre se lit : un territoire suit son volet."""
    return [(e.pk, nommer(e)) for e, _ in en_profondeur(enveloppes)]


def nommer(enveloppe):
    """« 2025-2026 : La Matapédia », pour choisir parmi celles de toute la convention."""
    if enveloppe.parent_id is None:
        return f"{enveloppe.exercice}\xa0: tout l’exercice"
    return f"{enveloppe.exercice}\xa0: {enveloppe}"


TOUS = "tous"


class FiltresDeLaPosition(FiltresDuPerimetre):
    """L'exercice ne retire aucune convention : il dit duquel on lit les sommes. La page lit l'état."""

    chemin = "alliance__"
    cycle = None
    etat = FiltreChoix(label="État", tous="En vigueur ou closes", method="sans_effet")
    exercice = FiltreChoix(label="Exercice", tous="Celui en cours", method="sans_effet")

    def sans_effet(self, conventions, nom, valeur):
        return conventions

    @property
    def an(self):
        """L'exercice choisi, ou celui en cours; `None` pour tous."""
        choisi = self.choisi("exercice") or Exercice.de(aujourd_hui()).an
        return None if choisi == TOUS else int(choisi)
