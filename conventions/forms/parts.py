"""Ce qui reste d'un exercice : un montant par enveloppe, à reporter ou à récupérer."""

from decimal import Decimal

from django import forms

from conventions.forms.repartitions import AdoptionRepartitionForm
from conventions.models import Recuperation
from conventions.regles.plus_fort_reste import repartir
from socle.formulaires.champs import DateSouple
from socle.formulaires.disposition import Formulaire, Layout
from socle.formulaires.revision import AvecRevision
from socle.valeurs.argent import ZERO, SaisieMontant, en_dollars
from socle.valeurs.horloge import aujourd_hui


class UnMontantParEnveloppe(Formulaire):
    """Base : `enveloppes`, avec leurs soldes, ont chacune leur champ; le gabarit en fait un tableau."""

    def __init__(self, *args, enveloppes, proposes, **options):
        self.enveloppes = enveloppes
        super().__init__(*args, **options)
        for enveloppe in enveloppes:
            self.fields[f"part_{enveloppe.pk}"] = SaisieMontant(
                label=f"Montant, {enveloppe}, {enveloppe.exercice}",
                required=False,
                initial=proposes.get(enveloppe, ZERO),
            )

    def clean(self):
        """La différence se dit à côté du champ, avant que le modèle refuse."""
        donnees = super().clean()
        for enveloppe, champ in ((e, f"part_{e.pk}") for e in self.enveloppes):
            libre, part = enveloppe.solde.restant, donnees.get(champ) or ZERO
            if part > libre:
                self.add_error(
                    champ, f"Il manque {en_dollars(part - libre)}\xa0: il n’en reste que {en_dollars(libre)}."
                )
        return donnees

    @property
    def remis(self):
        """Un territoire garde en main de quoi rendre : le tableau en montre la colonne."""
        return any(enveloppe.solde.remis for enveloppe in self.enveloppes)

    def rangees(self):
        """(enveloppe, champ) de chaque rangée du tableau."""
        for enveloppe in self.enveloppes:
            yield enveloppe, self[f"part_{enveloppe.pk}"]

    def parts(self):
        """{enveloppe: dollars} de ce qui est écrit."""
        return {e: self.cleaned_data[f"part_{e.pk}"] or Decimal(0) for e in self.enveloppes}


def au_prorata(enveloppes, montant):
    """{enveloppe: sa part de ce montant}, selon son disponible; tout, si le montant le dépasse."""
    libres = [e.solde.disponible for e in enveloppes]
    montant = min(montant, sum(libres, ZERO))
    return dict(zip(enveloppes, repartir(montant, libres), strict=True)) if montant else {}


class ProrataForm(Formulaire):
    """Le montant rendu, à partager entre les enveloppes avant de relire : une lecture, rien ne s'écrit."""

    exercice = forms.IntegerField(widget=forms.HiddenInput)
    montant = SaisieMontant(label="Montant rendu")
    mention = False


class RecuperationForm(UnMontantParEnveloppe):
    """Une somme rendue au Ministère, reprise aux enveloppes que l'on choisit."""

    recue_le = DateSouple(label="Date de réception")
    reference = forms.CharField(label="Référence comptable", max_length=60)
    motif = forms.CharField(label="Motif", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    disposition = Layout("recue_le", "reference", "motif")

    def __init__(self, *args, convention, an, rendu=ZERO, **options):
        self.convention, self.an, self.rendu = convention, an, rendu
        super().__init__(*args, **options)

    def clean_recue_le(self):
        jour = self.cleaned_data["recue_le"]
        if jour > aujourd_hui():
            raise forms.ValidationError("La date de réception ne peut pas être dans le futur.")
        return jour

    def clean(self):
        donnees = super().clean()
        if not self.errors:
            parts = self.parts()
            if not any(parts.values()):
                raise forms.ValidationError(
                    "Écrivez ce que rend chaque enveloppe, ou partagez d’abord le montant rendu."
                )
            for phrase in Recuperation.empechements_de_montant(self.convention, self.an, parts):
                self.add_error(None, phrase)
            if self.rendu and sum(parts.values(), ZERO) != self.rendu:
                self.add_error(None, self._ecart(sum(parts.values(), ZERO)))
        return donnees

    def _ecart(self, total):
        return (
            f"Les enveloppes rendent {en_dollars(total)} en tout, mais le montant rendu est de "
            f"{en_dollars(self.rendu)}."
        )

    def saisie(self):
        return {nom: self.cleaned_data[nom] for nom in ("recue_le", "reference", "motif")} | {
            "parts": self.parts()
        }


class ReportForm(UnMontantParEnveloppe, AvecRevision):
    """Ce que chaque enveloppe passerait à l'exercice suivant."""

    motif = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Il reste au grand livre et au journal.",
    )
    disposition = Layout("motif")

    def __init__(self, *args, brouillon, **options):
        self.brouillon = brouillon
        super().__init__(*args, **options)
        self.initial.setdefault("motif", brouillon.motif if brouillon else "")

    def revision_actuelle(self):
        return self.brouillon.revision if self.brouillon else 0

    def saisie(self):
        return {
            "montants": self.parts(),
            "motif": self.cleaned_data["motif"],
            "revision": self.cleaned_data["revision"],
        }


class AdoptionReportForm(AdoptionRepartitionForm):
    """La résolution de la Table, après la fin de l'exercice."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["adoptee_le"].help_text = "Le jour de la rencontre, après le 31 mars."
        self.fields["adoptee_le"].error_messages["required"] = (
            "Indiquez la date de la rencontre où le report a été adopté."
        )
