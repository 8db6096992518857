"""Écrire une note de suivi; demander un changement, y répondre."""

from django import forms

from projets.protocoles.models import ChangementDemande
from socle.formulaires.champs import DateSouple, PieceField
from socle.formulaires.disposition import Formulaire, Layout, Rangee


class NoteForm(Formulaire):
    texte = forms.CharField(
        label="La note",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Quelques lignes\xa0: ce qui s’est fait, ce qui change, une question.",
    )
    objectif = forms.ModelChoiceField(
        label="Objectif dont parle la note (facultatif)",
        queryset=None,
        required=False,
        empty_label="Aucun en particulier",
    )
    atteint_le = DateSouple(
        label="Atteint le", required=False, help_text="Seulement si l’objectif est atteint."
    )
    fichier = PieceField(label="Photo ou document", required=False)
    disposition = Layout("texte", Rangee("objectif", "atteint_le"), "fichier")

    def __init__(self, *args, objectifs, **options):
        super().__init__(*args, **options)
        self.fields["objectif"].queryset = objectifs
        self.fields["objectif"].label_from_instance = lambda objectif: objectif.objectif


class ChangementForm(Formulaire):
    nature = forms.ChoiceField(
        label="Ce qui changerait", choices=ChangementDemande.Nature.choices, widget=forms.RadioSelect
    )
    demande = forms.CharField(
        label="Ce que vous demandez, et pourquoi",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Ce qui est prévu, ce qui le remplacerait, et ce que cela change à l’argent ou aux dates.",
    )


class ReponseAuChangementForm(Formulaire):
    issue = forms.ChoiceField(
        label="La réponse", choices=ChangementDemande.Issue.choices, widget=forms.RadioSelect
    )
    reponse = forms.CharField(
        label="Un mot à l’organisme", max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
