"""Les formulaires des gestes : signer, recevoir, prolonger, clore, résilier, joindre."""

from django import forms

from socle.formulaires.champs import DateSouple, PieceField
from socle.formulaires.disposition import Formulaire
from socle.formulaires.revision import AvecRevision, SurCeQuiEstVu
from socle.valeurs.argent import ZERO, SaisieMontant


class SignatureForm(SurCeQuiEstVu):
    """La signature d'une partie; celle de la ou du ministre n'a pas de résolution."""

    signee_le = DateSouple(
        label="Date de la signature",
        error_messages={"required": "Indiquez la date de la signature."},
    )
    resolution = forms.CharField(
        label="Numéro de la résolution",
        max_length=60,
        help_text="Celle qui autorise la signature, telle qu’elle paraît au procès-verbal.",
        error_messages={"required": "Inscrivez le numéro de la résolution."},
    )
    resolution_le = DateSouple(
        label="Date de la résolution",
        error_messages={"required": "Indiquez la date de la résolution."},
    )
    fichier = PieceField(label="Résolution", error_messages={"required": "Joignez la résolution."})

    def __init__(self, *args, convention, partie, **options):
        self.convention = convention
        super().__init__(*args, **options)
        if not partie.organisme_id:
            del self.fields["resolution"], self.fields["resolution_le"]
            self.fields["fichier"].label, self.fields["fichier"].required = "Exemplaire signé", False

    def revision_actuelle(self):
        return self.convention.revision

    def clean_signee_le(self):
        jour = self.cleaned_data["signee_le"]
        if empechements := self.convention.empechements_de_date(jour):
            raise forms.ValidationError(empechements)
        return jour

    def clean(self):
        donnees = super().clean()
        signee_le, adoptee_le = donnees.get("signee_le"), donnees.get("resolution_le")
        if signee_le and adoptee_le:
            for phrase in self.convention.empechements_de_resolution(adoptee_le, signee_le):
                self.add_error("resolution_le", phrase)
        if self.errors and (fichier := donnees.get("fichier")):
            self.add_error(
                "fichier",
                f"Choisissez de nouveau «\u00a0{fichier.name}\u00a0»\u00a0: le fichier n’a pas été gardé.",
            )
        return donnees


class ReceptionForm(Formulaire):
    le = DateSouple(
        label="Reçu le", error_messages={"required": "Indiquez le jour où le document a été reçu."}
    )
    reference = forms.CharField(
        label="Où se trouve ce qui a été reçu",
        max_length=120,
        help_text="Par exemple\u00a0: un numéro de dossier ou de lettre.",
    )

    def __init__(self, *args, obligation, **options):
        super().__init__(*args, **options)
        self.obligation = obligation

    def clean_le(self):
        jour = self.cleaned_data["le"]
        if empechements := self.obligation.empechements_de_reception(jour):
            raise forms.ValidationError(empechements)
        return jour


class ProlongationForm(Formulaire):
    nouvelle = DateSouple(
        label="Nouvelle échéance", error_messages={"required": "Indiquez la nouvelle échéance."}
    )
    motif = forms.CharField(
        label="Motif",
        max_length=2000,
        help_text="L’Alliance le lira tel quel.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, obligation, **options):
        super().__init__(*args, **options)
        self.obligation = obligation

    def clean_nouvelle(self):
        jour = self.cleaned_data["nouvelle"]
        if empechements := self.obligation.empechements_de_prolongation(jour):
            raise forms.ValidationError(empechements)
        return jour


class Fermeture(Formulaire):
    """Base : la date d'une fermeture."""

    fermee_le = DateSouple(
        label="Date de la fermeture", error_messages={"required": "Indiquez la date de la fermeture."}
    )

    def __init__(self, *args, convention, **options):
        super().__init__(*args, **options)
        self.convention = convention

    def clean_fermee_le(self):
        jour = self.cleaned_data["fermee_le"]
        if empechements := self.convention.empechements_de_date_de_fermeture(jour):
            raise forms.ValidationError(empechements)
        return jour


class ClotureForm(Fermeture):
    motif = forms.CharField(
        label="Mot de la fin",
        required=False,
        max_length=2000,
        help_text="Facultatif.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reglement = forms.CharField(
        label="Règlement",
        max_length=2000,
        help_text="Ce qu’il advient de ce qui reste dans les enveloppes. Les parties le liront tel quel.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    regle = SaisieMontant(widget=forms.HiddenInput)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.soldes = self.convention.soldes_a_regler()
        reste = sum((montant for _, montant in self.soldes), ZERO)
        self.initial["regle"] = reste
        if not reste:
            del self.fields["reglement"], self.fields["regle"]


class ResiliationForm(AvecRevision, Fermeture):
    """Le motif, le règlement, et le sort de chaque somme promise; la révision est l'empreinte des sommes vues."""

    revision = forms.CharField(widget=forms.HiddenInput)
    motif = forms.CharField(
        label="Motif de la résiliation",
        max_length=2000,
        help_text="Les parties le liront tel quel.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    reglement = forms.CharField(
        label="Règlement",
        max_length=2000,
        help_text="Ce qui advient des sommes reçues, des sommes à venir et des rapports encore dus.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    si_perime = "Pour résilier d’après les sommes d’aujourd’hui, envoyez de nouveau."

    def __init__(self, *args, convention, **options):
        self.convention, self.sommes, self.promesses = convention, convention.sommes(), convention.promesses()
        super().__init__(*args, convention=convention, **options)
        for promesse in self.promesses:
            self.fields[f"promesse_{promesse.cle}"] = forms.ChoiceField(
                label=str(promesse),
                choices=[
                    ("garder", "Gardée, à payer selon son engagement"),
                    ("terminer", "Terminée, libérée"),
                ],
                widget=forms.RadioSelect,
                error_messages={"required": "Dites si cette somme est gardée ou terminée."},
            )

    def revision_actuelle(self):
        return self.convention.empreinte_des_sommes(self.sommes, self.promesses)

    def saisie(self):
        donnees = self.cleaned_data
        return {nom: donnees[nom] for nom in ("fermee_le", "motif", "reglement")} | {
            "vu": donnees["revision"],
            "promesses": {p.cle: donnees[f"promesse_{p.cle}"] == "garder" for p in self.promesses},
        }


class DocumentForm(Formulaire):
    fichier = PieceField(label="Document à joindre")
