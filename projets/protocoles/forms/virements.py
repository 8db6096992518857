"""Inscrire un virement déjà parti quand son versement a été arrêté."""

from django import forms

from conventions.models.versements import REFERENCE_LONGUE
from projets.protocoles.models import Paiement
from socle.formulaires.champs import DateSouple, PieceField
from socle.formulaires.disposition import Formulaire, Layout, Rangee
from socle.valeurs.argent import SOU, SaisieMontant


class VirementPartiForm(Formulaire):
    """Quand la banque le date, combien, sous quelle référence, et comment on l'a appris; chaque faute à son champ."""

    faite_le = DateSouple(label="Date de la banque")
    montant = SaisieMontant(label="Montant versé", minimum=SOU)
    reference = forms.CharField(label="Référence comptable", max_length=REFERENCE_LONGUE)
    motif = forms.CharField(
        label="Comment on l’a appris",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="L’organisme peut le lire au journal.",
    )
    piece = PieceField(
        label="Preuve du virement",
        help_text="Le relevé de la banque\xa0: une somme arrêtée ne se verse pas sur une seule parole.",
        error_messages={"required": "Joignez la preuve du virement, tirée de la banque."},
    )
    disposition = Layout(Rangee("faite_le", "montant", "reference"), "motif", "piece")

    def __init__(self, *args, tranche, **options):
        super().__init__(*args, **options)
        self.tranche = tranche

    def clean(self):
        super().clean()
        if self.errors or not self.tranche.arret:
            return self.cleaned_data
        saisie = {nom: self.cleaned_data[nom] for nom in ("faite_le", "montant", "reference", "motif")}
        saisie |= {"tranche": self.tranche, "parti_avant": self.tranche.arret[0]}
        for champ, phrase in Paiement.fautes_d_une_saisie(enveloppe=self.tranche.enveloppe, **saisie):
            self.add_error(champ if champ in self.fields else None, phrase)
        return self.cleaned_data

    def saisie(self):
        return self.cleaned_data | {"tranche": self.tranche}
