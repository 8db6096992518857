"""Choisir l'instant d'un essai."""

from datetime import datetime

from django import forms

from socle.formulaires.champs import MomentField
from socle.formulaires.disposition import Formulaire


class EssaiForm(Formulaire):
    le = MomentField(label="Comme porteur, le")
    vider = forms.BooleanField(label="Repartir d’une page blanche", required=False)

    def __init__(self, *args, appel, gardes, **options):
        """`gardes` : ce que la séance a d'un essai déjà commencé, ou rien."""
        super().__init__(*args, **options)
        self.fields["le"].initial = datetime.fromisoformat(gardes["le"]) if gardes else appel.ouvre_le
        if not gardes:
            del self.fields["vider"]
