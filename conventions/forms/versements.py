"""Les filtres et les formulaires des versements : recommandation, récupération."""

from django import forms
from django.db.models import Q

from alliances.forms.perimetre import FiltresDuPerimetre
from alliances.models.charge import confies_a
from conventions.attentes.cibles import en_retard
from conventions.attentes.versements import attend_un_geste_de
from conventions.models import Convention, EcheanceVersement
from socle.formulaires.champs import DateSouple
from socle.formulaires.disposition import Formulaire
from socle.pages.filtres import FiltreChoix, FiltreExercice
from socle.valeurs.argent import SOU, SaisieMontant
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui


class FiltresDesVersements(FiltresDuPerimetre):
    chemin = "convention__alliance__"
    cycle = None
    etat = FiltreChoix(label="État", choices=EcheanceVersement.Etat.choices)
    exercice = FiltreExercice("an")
    condition = FiltreChoix(label="Condition", tous="Toutes", choices=EcheanceVersement.Condition.choices)

    delai = FiltreChoix(label="Délai", choices=[("retard", "En retard")], method="selon_le_delai")

    def selon_le_delai(self, echeances, nom, valeur):
        return echeances.filter(en_retard())

    def les_miens(self, echeances, utilisateur):
        """Ceux d'une convention confiée à la personne, ou à qui elle remplace; ceux qui attendent un geste d'elle."""
        en_vigueur = Q(convention__etat=Convention.Etat.SIGNEE)
        attendus = en_vigueur & attend_un_geste_de(utilisateur)
        return echeances.filter(confies_a(utilisateur, "convention__") | attendus)


class RecommandationForm(Formulaire):
    note = forms.CharField(
        label="Note de recommandation",
        help_text="Ce qui appuie le versement. Le Ministère et l’Alliance la lisent.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RecuperationForm(Formulaire):
    """Une somme rendue au Ministère."""

    an = forms.TypedChoiceField(label="Exercice", coerce=int)
    montant = SaisieMontant(label="Montant récupéré", minimum=SOU)
    recue_le = DateSouple(label="Date de réception")
    reference = forms.CharField(label="Référence comptable", max_length=60)
    motif = forms.CharField(label="Motif", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, exercices, **options):
        super().__init__(*args, **options)
        self.fields["an"].choices = [(an, str(Exercice(an))) for an in exercices]

    def clean_recue_le(self):
        jour = self.cleaned_data["recue_le"]
        if jour > aujourd_hui():
            raise forms.ValidationError("La date de réception n’est pas dans le futur.")
        return jour
