"""Le formulaire d'une demande de transfert."""

from django import forms

from conventions.models import Enveloppe, Transfert
from conventions.permissions import peut_transferer
from socle.formulaires.disposition import Formulaire
from socle.valeurs.argent import SaisieMontant, en_dollars


class _ChoixDEnveloppe(forms.ModelChoiceField):
    def label_from_instance(self, enveloppe):
        return f"{enveloppe} – {en_dollars(enveloppe.solde.disponible)} disponibles"


class TransfertForm(Formulaire):
    """D'où, vers où, combien et pourquoi."""

    de = _ChoixDEnveloppe(label="De l’enveloppe", queryset=Enveloppe.objects.none(), empty_label="Choisir")
    vers = _ChoixDEnveloppe(
        label="Vers l’enveloppe", queryset=Enveloppe.objects.none(), empty_label="Choisir"
    )
    montant = SaisieMontant(label="Montant")
    motif = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Qui le lira\xa0: la personne qui approuve, l’Alliance, Services Québec et le Ministère.",
    )

    def __init__(self, *args, convention, an, utilisateur, **options):
        super().__init__(*args, **options)
        self.utilisateur = utilisateur
        arbre = Enveloppe.objects.filter(convention=convention, an=an).avec_soldes()
        arbre = arbre.select_related("solde", "territoire", "convention__alliance")
        rangees = [enveloppe for enveloppe in arbre.en_arbre() if enveloppe.parent_id]
        siennes = [enveloppe for enveloppe in rangees if peut_transferer(utilisateur, enveloppe) is None]
        for champ, offertes in ((self.fields["de"], siennes), (self.fields["vers"], rangees)):
            champ.queryset = arbre.filter(parent__isnull=False)
            champ.choices = [
                ("", champ.empty_label),
                *((e.pk, champ.label_from_instance(e)) for e in offertes),
            ]

    def clean_de(self):
        enveloppe = self.cleaned_data["de"]
        if refus := peut_transferer(self.utilisateur, enveloppe):
            raise forms.ValidationError(str(refus))
        return enveloppe

    def clean(self):
        donnees = super().clean()
        de, vers, montant = (donnees.get(nom) for nom in ("de", "vers", "montant"))
        if de and vers and montant is not None:
            for phrase in Transfert.empechements_a_demander(de, vers, montant):
                self.add_error("vers" if "deux enveloppes" in phrase else "montant", phrase)
        return donnees
