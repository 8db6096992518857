"""Les formulaires des gestes de l'Alliance : adopter, rouvrir, déposer, retirer, modifier, reprendre, joindre."""

from django import forms

from alliances.plans.models import VersionPlan
from socle.formulaires.champs import DateSouple, PieceField
from socle.formulaires.disposition import Formulaire
from socle.formulaires.revision import SurCeQuiEstVu, SurUneEmpreinte

CERTIFICATION = (
    "Je certifie que je suis une personne autorisée à déposer ce plan, que la Table l’a adopté et que, à ma "
    "connaissance, les renseignements qu’il contient sont exacts et complets."
)
CERTIFICATION_DES_CORRECTIONS = (
    "Je certifie que les corrections demandées sont faites, que je suis une personne autorisée à déposer ce "
    "plan et que, à ma connaissance, les renseignements qu’il contient sont exacts et complets."
)


class SurLeTexte(SurUneEmpreinte):
    """Abstrait. On adopte, puis on dépose, le plan tel qu'il était quand la page s'est ouverte."""

    def __init__(self, *args, version, **options):
        self.version = version
        super().__init__(*args, vue=version.empreinte_du_texte(), **options)


class AdoptionForm(SurLeTexte):
    """L'adoption par la Table. Un formulaire refusé ne garde pas le fichier : il le redemande."""

    si_perime = SurCeQuiEstVu.si_perime
    adoptee_le = DateSouple(
        label="Date de l’adoption",
        help_text="Le jour de la rencontre, par exemple 2025-02-13.",
        error_messages={"required": "Indiquez la date de la rencontre où la Table a adopté le plan."},
    )
    resolution = forms.CharField(
        label="Numéro de la résolution",
        max_length=60,
        help_text="Tel qu’il paraît au procès-verbal.",
        error_messages={"required": "Inscrivez le numéro de la résolution."},
    )
    mode = forms.ChoiceField(
        label="Comment la Table a-t-elle adopté le plan?",
        choices=VersionPlan.ModeAdoption.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si la Table a adopté le plan par consensus ou par vote."},
    )
    detail = forms.CharField(
        label="Résultat du vote",
        max_length=200,
        required=False,
        help_text="S’il y a eu un vote : le nombre de voix pour, contre et d’abstentions.",
    )
    piece = PieceField(
        label="Résolution signée", error_messages={"required": "Joignez la résolution signée."}
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["adoptee_le"].widget.attrs["class"] = "taille-md"
        self.fields["resolution"].widget.attrs["class"] = "taille-md"

    def clean_adoptee_le(self):
        jour = self.cleaned_data["adoptee_le"]
        if empechements := self.version.empechements_de_date_d_adoption(jour):
            raise forms.ValidationError(empechements)
        return jour

    def clean(self):
        donnees = super().clean()
        if donnees.get("mode") == VersionPlan.ModeAdoption.VOTE and not donnees.get("detail"):
            self.add_error("detail", "Résultat du vote\xa0: inscrivez le nombre de voix.")
        if self.errors and (piece := donnees.get("piece")):
            self.add_error(
                "piece", f"Choisissez de nouveau «\xa0{piece.name}\xa0»\xa0: le fichier n’a pas été gardé."
            )
        return donnees


class DepotForm(SurLeTexte):
    """La certification; sans elle, rien ne part."""

    certifie = forms.BooleanField(
        label=CERTIFICATION, error_messages={"required": "Cochez la certification avant de déposer."}
    )

    si_perime = "Relisez le plan avant de le déposer."

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if self.version.etat == VersionPlan.Etat.A_CORRIGER:
            self.fields["certifie"].label = CERTIFICATION_DES_CORRECTIONS


class AnnexeForm(Formulaire):
    piece = PieceField(label="Fichier à joindre")

    def saisie(self):
        return {"fichier": self.cleaned_data["piece"]}


class RepriseForm(Formulaire):
    """D'où reprendre, et quoi. Seules les sections encore vides se remplissent."""

    source = forms.ModelChoiceField(
        label="Reprendre de", queryset=None, widget=forms.RadioSelect, empty_label=None
    )
    sections = forms.MultipleChoiceField(
        label="Sections à remplir",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Seules les sections encore vides sont offertes : rien de ce qui est écrit ne sera remplacé.",
    )
    priorites = forms.BooleanField(
        label="Reprendre aussi les priorités, objectifs, moyens et indicateurs",
        required=False,
        help_text="Ils s’ajoutent à la suite des vôtres; ceux que vous avez déjà ne sont pas doublés.",
    )
    annexes = forms.BooleanField(
        label="Reprendre aussi les annexes",
        required=False,
        help_text="Les fichiers déjà joints ne sont pas doublés. La résolution d’adoption, elle, est à refaire.",
    )

    def __init__(self, *args, sources, vides, **options):
        super().__init__(*args, **options)
        self.fields["source"].queryset = sources
        self.fields["source"].label_from_instance = nommer
        self.fields["sections"].choices = vides
        self.initial.setdefault("sections", [code for code, _ in vides])
        if not vides:
            del self.fields["sections"]

    def clean(self):
        donnees = super().clean()
        if not self.errors and not any(donnees.get(nom) for nom in ("sections", "priorites", "annexes")):
            raise forms.ValidationError("Choisissez au moins une section, les priorités ou les annexes.")
        return donnees


def nommer(version):
    """« Alliance – Bas-Saint-Laurent, 2024-2029, version 1 »."""
    return f"{version.plan.alliance.nom}, {version.plan.alliance.cycle.code}, version {version.numero}"
