"""Déclarer ses intérêts, puis noter : un niveau nommé par critère, jamais un chiffre nu."""

from django import forms

from projets.models.evaluations import NoteCritere
from socle.formulaires.disposition import Formulaire, Groupe, Layout

REPONSES = (("non", "Non, aucun"), ("oui", "Oui, j’ai un intérêt"))


class DeclarationForm(Formulaire):
    conflit = forms.ChoiceField(
        label="Avez-vous un intérêt dans ce dossier?",
        choices=REPONSES,
        widget=forms.RadioSelect,
        help_text="Vous, vos proches ou votre employeur\xa0: membre, partenaire, fournisseur ou porteur.",
    )
    precision = forms.CharField(label="Lequel, en quelques mots", required=False, max_length=300)

    def clean(self):
        donnees = super().clean()
        if donnees.get("conflit") == "oui" and not donnees.get("precision", "").strip():
            self.add_error("precision", "Dites en quelques mots quel est cet intérêt.")
        return donnees

    def saisie(self):
        return {"conflit": self.cleaned_data["conflit"] == "oui", "precision": self.cleaned_data["precision"]}


class NotesForm(Formulaire):
    """Un critère laissé sans niveau n'est pas noté; la note compte quand tous le sont."""

    def __init__(self, *args, initiative, personne, **options):
        super().__init__(*args, **options)
        self.criteres = list(initiative.appel.criteres.all())
        deja = {n.critere_id: n for n in NoteCritere.objects.filter(initiative=initiative, personne=personne)}
        for critere in self.criteres:
            note = deja.get(critere.pk)
            self.fields[f"niveau_{critere.pk}"] = forms.TypedChoiceField(
                label=f"{critere} ({critere.poids} points)",
                choices=[(n, f"{n}. {phrase}") for n, phrase in critere.niveaux],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
                initial=note and note.niveau,
            )
            self.fields[f"commentaire_{critere.pk}"] = forms.CharField(
                label="Pourquoi", required=False, max_length=600, initial=note and note.commentaire
            )

    @property
    def disposition(self):
        return Layout(*(Groupe(str(c), f"niveau_{c.pk}", f"commentaire_{c.pk}") for c in self.criteres))

    def saisie(self):
        lues = {
            c: (self.cleaned_data[f"niveau_{c.pk}"], self.cleaned_data[f"commentaire_{c.pk}"])
            for c in self.criteres
        }
        return {"notes": {critere: note for critere, note in lues.items() if note[0] is not None}}
