"""Quitter son organisme quand on en est la dernière personne; annuler une invitation."""

from django import forms

from socle.formulaires.disposition import Formulaire


class DepartForm(Formulaire):
    derniere = forms.BooleanField(
        label="Je suis la dernière personne de cet organisme, et je le quitte.",
        error_messages={"required": "Cochez pour quitter l’organisme."},
    )


class InvitationAAnnulerForm(Formulaire):
    courriel = forms.ChoiceField(label="Adresse invitée")

    def __init__(self, *args, adresses, **options):
        super().__init__(*args, **options)
        self.fields["courriel"].choices = [(adresse, adresse) for adresse in adresses]
