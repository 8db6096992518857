"""Les filtres et les formulaires des versements et de leur recommandation."""

from django import forms
from django.db.models import Q

from alliances.forms.perimetre import FiltresDuPerimetre
from alliances.models.charge import confies_a
from conventions.attentes.cibles import en_retard
from conventions.attentes.versements import attend_un_geste_de, qui_attendent
from conventions.models import EcheanceVersement
from socle.formulaires.disposition import Formulaire
from socle.models import CibleDeService
from socle.pages.filtres import FiltreCase, FiltreChoix, FiltreExercice


class FiltresDesVersements(FiltresDuPerimetre):
    chemin = "convention__alliance__"
    cycle = None
    etat = FiltreChoix(label="État", choices=EcheanceVersement.Etat.choices)
    exercice = FiltreExercice("an")
    condition = FiltreChoix(label="Condition", tous="Toutes", choices=EcheanceVersement.Condition.choices)
    delai = FiltreChoix(label="Délai", choices=[("retard", "En retard")], method="selon_le_delai")
    attente = FiltreCase(label="Seulement ce qui m’attend", method="qui_m_attendent")

    def selon_le_delai(self, echeances, nom, valeur):
        return echeances.filter(en_retard(CibleDeService.toutes()))

    def qui_m_attendent(self, echeances, nom, coche):
        """Ceux que l'accueil compte : ni arrêtés par une obligation, ni déjà passés par cette personne."""
        siens = qui_attendent(self.request.user).order_by().values("pk")
        return echeances.filter(pk__in=siens) if coche else echeances

    def les_miens(self, echeances, utilisateur):
        """Ceux d'une convention confiée à la personne, ou à qui elle remplace; ceux qui attendent un geste d'elle."""
        attendus = echeances.qui_se_paient().filter(attend_un_geste_de(utilisateur)).order_by().values("pk")
        return echeances.filter(confies_a(utilisateur, "convention__") | Q(pk__in=attendus))


class RecommandationForm(Formulaire):
    note = forms.CharField(
        label="Note de recommandation",
        help_text="Ce qui appuie le versement. Le Ministère et l’Alliance la lisent.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
