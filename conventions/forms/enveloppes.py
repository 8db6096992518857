"""Les formulaires de l'arbre des enveloppes, et de la fin d'un exercice."""

from django import forms

from alliances.forms.suivi import FormulaireSuivi
from alliances.models import Territoire
from conventions.models import Enveloppe
from conventions.models.arbres import PROFONDEUR
from conventions.regles.arbres import LIBELLES, Forme
from socle.formulaires.disposition import Formulaire, FormulaireDeModele

Volet = Enveloppe.Volet


class FormeForm(Formulaire):
    """La forme de l'arbre; reprendre celui de l'exercice précédent s'il y en a un."""

    forme = forms.ChoiceField(
        label="Comment l’enveloppe de l’exercice se partage-t-elle?", widget=forms.RadioSelect
    )

    def __init__(self, *args, precedent, **options):
        super().__init__(*args, **options)
        offertes = [f for f in Forme if precedent or f != Forme.PRECEDENT]
        self.fields["forme"].choices = [(forme.value, LIBELLES[forme]) for forme in offertes]


FIXE = "Il ne change que par une répartition adoptée\xa0: ni l’aide au calcul ni un transfert n’y touchent."


class EnveloppeForm(FormulaireDeModele):
    """Une enveloppe à ajouter dans l'arbre d'un exercice."""

    parent = forms.ModelChoiceField(
        label="Fait partie de", queryset=Enveloppe.objects.none(), empty_label=None
    )
    territoire = forms.ModelChoiceField(
        label="Territoire",
        queryset=Territoire.objects.none(),
        required=False,
        empty_label="Aucun",
        help_text="Pour l’enveloppe d’un territoire.",
    )

    class Meta:
        model = Enveloppe
        fields = ["parent", "volet", "territoire", "nom", "montant_fixe"]
        help_texts = {"montant_fixe": FIXE}

    def __init__(self, *args, arbre, convention, an, **options):
        super().__init__(*args, **options)
        self.instance.convention, self.instance.an = convention, an
        self.fields["parent"].queryset = arbre
        self.fields["territoire"].queryset = convention.alliance.territoires.all()
        self.fields["volet"].choices = [(v, v.label) for v in Volet if v != Volet.EXERCICE]

    def clean_parent(self):
        parent = self.cleaned_data["parent"]
        if parent.etage() >= PROFONDEUR:
            raise forms.ValidationError(
                "L’arbre a déjà tous ses étages\xa0: choisissez une enveloppe plus haute."
            )
        return parent


class NomForm(FormulaireSuivi):
    """Renommer une enveloppe qui n'a pas d'écriture."""

    class Meta:
        model = Enveloppe
        fields = ["nom", "montant_fixe"]
        help_texts = {
            "nom": "Vide, elle porte le nom de son volet.",
            "montant_fixe": FIXE,
        }

    def saisie(self):
        return super().saisie() | {nom: self.cleaned_data[nom] for nom in self._meta.fields}


class RaisonForm(Formulaire):
    """Un motif, que le journal et le grand livre gardent."""

    motif = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Il reste au grand livre et au journal.",
    )
