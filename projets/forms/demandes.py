"""Commencer une demande, puis attester et déposer."""

from django import forms

from alliances.models import Organisme
from socle.formulaires.disposition import Formulaire


class CommencerForm(Formulaire):
    organisme = forms.ModelChoiceField(
        Organisme.objects.none(),
        label="Au nom de quel organisme?",
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args, organismes, **options):
        super().__init__(*args, **options)
        champ = self.fields["organisme"]
        champ.queryset = organismes
        if len(organismes) == 1:
            champ.initial = organismes[0]


class DepotForm(Formulaire):
    """L'attestation; le dépôt n'a rien d'autre à demander."""

    atteste = forms.BooleanField(
        label="J’atteste que les renseignements sont exacts et que le conseil de mon organisme autorise cette demande.",
        error_messages={"required": "Cochez l’attestation pour déposer."},
    )

    def saisie(self):
        return {}
