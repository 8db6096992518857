"""Prolonger ou reprendre l'argent réservé à une initiative acceptée."""

from django import forms

from socle.formulaires.champs import DateSouple
from socle.formulaires.motif import MotifForm


class ProlongationDeReservationForm(MotifForm):
    jusqu_au = DateSouple(label="Réserver jusqu’au")
    field_order = ["jusqu_au", "motif"]


class LiberationForm(MotifForm):
    resolution = forms.CharField(
        label="Numéro de résolution",
        required=False,
        max_length=60,
        help_text="Celle qui libère la somme, tant que la réservation n’est pas finie. Sans date de fin, une personne "
        "qui signe pour l’Alliance peut libérer sans résolution.",
    )
    field_order = ["resolution", "motif"]
