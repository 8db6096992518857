"""Dire pourquoi : le formulaire de tout geste qui se motive."""

from django import forms

from socle.formulaires.disposition import Formulaire


class MotifForm(Formulaire):
    """Un motif, parfois facultatif."""

    motif = forms.CharField(label="Motif", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, aide="", facultatif=False, libelle="Motif", **options):
        super().__init__(*args, **options)
        champ = self.fields["motif"]
        champ.help_text, champ.required, champ.label = aide, not facultatif, libelle
