"""Les filtres de ce que servent les initiatives; ils vivent dans l'adresse."""

from alliances.forms.perimetre import FiltresDuPerimetre
from projets.models.portraits import CHOIX_D_ETAT, RETENUES
from socle.pages.filtres import FiltreChoix, Filtres

ARGENT, PERSONNES = "argent", "personnes"
SANS_RETENUES = [(code, libelle) for code, libelle in CHOIX_D_ETAT if code != RETENUES]


class _SansEffet:
    """Ces choix disent ce que l'on additionne; la page les lit."""

    def sans_effet(self, lues, nom, valeur):
        return lues

    @property
    def an(self):
        return int(self.choisi("exercice") or 0) or None

    @property
    def etat(self):
        return self.choisi("etat") or RETENUES


class FiltresDeLaMatrice(_SansEffet, Filtres):
    etat = FiltreChoix(label="État", tous=CHOIX_D_ETAT[0][1], choices=SANS_RETENUES, method="sans_effet")
    exercice = FiltreChoix(label="Exercice", tous="Tout le cycle", method="sans_effet")
    mesure = FiltreChoix(
        label="Sous le nombre",
        tous="Argent accordé",
        choices=[(PERSONNES, "Personnes visées")],
        method="sans_effet",
    )

    @property
    def mesure_lue(self):
        return self.choisi("mesure") or ARGENT


class FiltresDuPortrait(_SansEffet, FiltresDuPerimetre):
    """L'état et l'exercice ne retirent aucune Alliance : ils disent ce que l'on additionne."""

    etat = FiltreChoix(label="État", tous=CHOIX_D_ETAT[0][1], choices=SANS_RETENUES, method="sans_effet")
    exercice = FiltreChoix(label="Exercice", tous="Tout le cycle", method="sans_effet")
