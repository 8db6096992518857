"""L'échéancier d'une convention en préparation : les réglages de la proposition, et le tableau à ajuster."""

from django import forms

from conventions.models import EcheanceVersement, echeanciers
from conventions.models.echeances import CONDITIONS_A_CHOISIR
from conventions.models.echeanciers import montants_de
from conventions.regles.echeancier import Prevu, Reglages
from socle.formulaires.champs import DateSouple
from socle.formulaires.disposition import Formulaire, Layout, Rangee
from socle.formulaires.revision import AvecRevision
from socle.valeurs.argent import SOU, SaisieMontant
from socle.valeurs.exercice import Exercice

LIGNES_AU_PLUS = 40


def _part(libelle, initial, aide=""):
    return forms.DecimalField(
        label=libelle, min_value=0, max_value=100, decimal_places=2, initial=initial, help_text=aide
    )


class ReglagesForm(Formulaire):
    """De quoi proposer un échéancier; les défauts sont ceux du cycle précédent."""

    premier = SaisieMontant(label="Premier versement, à la signature", initial=Reglages.premier)
    part_au_plan = _part("Part au plan approuvé (%)", Reglages.part_au_plan, "Du reste du premier exercice.")
    part_du_printemps = _part(
        "Part d’avril (%)", Reglages.part_du_printemps, "Le reste de chaque exercice suit en septembre."
    )
    retenue = _part("Retenue (%)", 0, "Du dernier versement, gardée jusqu’au rapport final.")
    mention = False
    disposition = Layout(Rangee("premier", "part_au_plan", "part_du_printemps", "retenue"))

    def reglages(self):
        return Reglages(**self.cleaned_data)


class LigneForm(Formulaire):
    """Un versement prévu. Sans montant, il prend ce qui reste de son exercice."""

    an = forms.TypedChoiceField(label="Exercice", coerce=int)
    montant = SaisieMontant(label="Montant", minimum=SOU, required=False)
    condition = forms.ChoiceField(label="Condition", choices=[("", "Choisir"), *CONDITIONS_A_CHOISIR])
    rapport_an = forms.TypedChoiceField(label="Rapport attendu", coerce=int, empty_value=None, required=False)
    prevue_le = DateSouple(label="Prévu le")
    mention = False
    disposition = Layout(
        Rangee("an", "montant", "condition", "rapport_an", "prevue_le", "DELETE", classe="rangee par-deux")
    )

    def __init__(self, *args, exercices, **options):
        super().__init__(*args, **options)
        choix = [(an, str(Exercice(an))) for an in exercices]
        self.fields["an"].choices = [("", "Choisir"), *choix]
        self.fields["rapport_an"].choices = [("", "Aucun"), *choix]

    def clean(self):
        donnees = super().clean()
        annuel = donnees.get("condition") == EcheanceVersement.Condition.RAPPORT_ACCEPTE
        if annuel and "rapport_an" in donnees and not donnees["rapport_an"]:
            self.add_error("rapport_an", "Choisissez l’exercice du rapport attendu.")
        elif not annuel:
            donnees["rapport_an"] = None
        return donnees


class Repere(AvecRevision):
    """L'empreinte de l'échéancier et des montants que la page montrait."""

    revision = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, convention, **options):
        self.convention = convention
        super().__init__(*args, **options)

    def revision_actuelle(self):
        return echeanciers.empreinte_de(self.convention)


class LignesDeBase(forms.BaseFormSet):
    """Le tableau, et le repère de ce qu'il montrait : une seule saisie pour la page."""

    si_perime = Repere.si_perime

    def __init__(self, data=None, *, convention, **options):
        exercices = sorted(montants_de(convention))
        super().__init__(data, prefix="l", form_kwargs={"exercices": exercices}, **options)
        self.repere = Repere(data, convention=convention)

    def is_valid(self):
        return self.repere.is_valid() and super().is_valid()

    def hidden_fields(self):
        return [*self.management_form, *self.repere]

    def add_error(self, _, phrase):
        self.non_form_errors().append(phrase)

    def reprendre(self):
        self.repere.reprendre()

    def saisie(self):
        return {"prevus": self.prevus(), "vu": self.repere.cleaned_data["revision"]}

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Retirer"

    def prevus(self):
        """Les lignes remplies et non retirées, dans la forme des règles."""
        return [
            Prevu(d["an"], d.get("montant"), d["condition"], d["prevue_le"], d.get("rapport_an"))
            for form in self.forms
            if form.has_changed() and not (d := form.cleaned_data).get("DELETE")
        ]


Lignes = forms.formset_factory(
    LigneForm,
    formset=LignesDeBase,
    extra=0,
    can_delete=True,
    max_num=LIGNES_AU_PLUS,
    absolute_max=LIGNES_AU_PLUS,
    validate_max=True,
)
