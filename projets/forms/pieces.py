"""Joindre une pièce à une demande; celles de l'organisme vont à son dossier, avec leur date."""

from django import forms

from projets.models.appels import NaturePiece
from socle.formulaires.champs import DateSouple, PieceField
from socle.formulaires.disposition import Formulaire, Layout, Rangee


class PieceForm(Formulaire):
    nature = forms.ChoiceField(label="Nature")
    fichier = PieceField(label="Fichier")
    valable_jusqu_au = DateSouple(
        label="Valable jusqu’au",
        required=False,
        help_text="Pour une pièce de l’organisme\xa0: tant qu’elle vaut, on ne la redemande pas.",
    )
    disposition = Layout(Rangee("nature", "valable_jusqu_au"), "fichier")

    def __init__(self, *args, demandees, au_dossier=True, **options):
        """`demandees` : les natures que l'appel demande, d'abord; les autres se joignent aussi.

        Hors du dossier de l'organisme, une pièce ne sert qu'à cette demande : elle n'a pas de fin.
        """
        super().__init__(*args, **options)
        if not au_dossier:
            del self.fields["valable_jusqu_au"]
            self.disposition = Layout("nature", "fichier")
        autres = [nature for nature in NaturePiece if nature not in demandees]
        self.fields["nature"].choices = [(n.value, n.label) for n in (*demandees, *autres)]
