"""Quitter son organisme quand on en est la dernière personne."""

from django import forms

from socle.formulaires.disposition import Formulaire


class DepartForm(Formulaire):
    derniere = forms.BooleanField(
        label="Je suis la dernière personne de cet organisme, et je le quitte.",
        error_messages={"required": "Cochez pour quitter l’organisme."},
    )
