"""Répondre à une demande de révision."""

from django import forms

from projets.models import DemandeDeRevision
from socle.formulaires.motif import MotifForm


class ReponseALaRevisionForm(MotifForm):
    issue = forms.ChoiceField(
        label="La réponse est", choices=DemandeDeRevision.Issue.choices, widget=forms.RadioSelect
    )
    field_order = ["issue", "motif"]
