"""Déclarer ses intérêts, puis noter : un niveau nommé par critère, jamais un chiffre nu."""

from django import forms

from projets.models.evaluations import NoteCritere
from socle.formulaires.disposition import Formulaire, Groupe, Layout, Morceau

REPONSES = (("non", "Non, aucun"), ("oui", "Oui, j’ai un intérêt"))
LEQUEL = "Dites en quelques mots quel est cet intérêt."


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
            self.add_error("precision", LEQUEL)
        return donnees

    def saisie(self):
        return {"conflit": self.cleaned_data["conflit"] == "oui", "precision": self.cleaned_data["precision"]}


class ConflitReconnuForm(Formulaire):
    precision = forms.CharField(
        label="Quel est cet intérêt, en quelques mots", max_length=300, error_messages={"required": LEQUEL}
    )


class NotesForm(Formulaire):
    """Un critère laissé sans niveau n'est pas noté; la note compte quand tous le sont."""

    def __init__(self, *args, initiative, personne, **options):
        super().__init__(*args, **options)
        self.criteres = list(initiative.appel.criteres.all())
        deja = NoteCritere.objects.filter(initiative=initiative, personne=personne)
        self.deja = {note.critere_id: note for note in deja}
        for critere in self.criteres:
            note = self.deja.get(critere.pk)
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
                label="Pourquoi",
                required=False,
                max_length=600,
                widget=forms.Textarea(attrs={"rows": 3}),
                initial=note and note.commentaire,
            )

    @property
    def disposition(self):
        return Layout(*(Groupe(str(c), *self._champs(c)) for c in self.criteres))

    def _champs(self, critere):
        bouton = Morceau(
            "projets/evaluations/_enregistrer.html", critere=critere, note=self.deja.get(critere.pk)
        )
        return f"niveau_{critere.pk}", f"commentaire_{critere.pk}", bouton

    @property
    def notes(self):
        return [self.deja[c.pk] for c in self.criteres if c.pk in self.deja]

    @property
    def revision(self):
        """L'instant de ses dernières notes : ce que l'appareil garde de plus ancien est arrivé."""
        return max((int(note.le.timestamp() * 1000) for note in self.notes), default=0)

    def clean(self):
        """Un commentaire sans niveau ne s'enregistrerait pas : on le demande plutôt que de le perdre."""
        donnees = super().clean()
        for critere in self.criteres:
            seul = donnees.get(f"commentaire_{critere.pk}") and donnees.get(f"niveau_{critere.pk}") is None
            if seul and f"niveau_{critere.pk}" not in self.errors:
                self.add_error(
                    f"niveau_{critere.pk}",
                    f"{critere}\xa0: choisissez un niveau, sans quoi votre commentaire ne s’enregistre pas.",
                )
        return donnees

    def saisie(self):
        lues = {
            c: (self.cleaned_data[f"niveau_{c.pk}"], self.cleaned_data[f"commentaire_{c.pk}"])
            for c in self.criteres
        }
        return {"notes": {critere: note for critere, note in lues.items() if note[0] is not None}}
