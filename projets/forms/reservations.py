"""Prolonger l'argent réservé à une initiative acceptée."""

from socle.formulaires.champs import DateSouple
from socle.formulaires.motif import MotifForm


class ProlongationDeReservationForm(MotifForm):
    jusqu_au = DateSouple(label="Réserver jusqu’au")
    field_order = ["jusqu_au", "motif"]
