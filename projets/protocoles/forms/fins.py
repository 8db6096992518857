"""Clore ou résilier un protocole : de chaque somme versée, ce que l'organisme doit rendre; et annuler un versement."""

from django import forms

from projets.protocoles.models import AvisTransmis, Protocole
from socle.formulaires.champs import DateSouple, PieceField
from socle.formulaires.disposition import Formulaire, Groupe, Layout, Rangee
from socle.formulaires.motif import MotifForm
from socle.formulaires.revision import SurUneEmpreinte
from socle.valeurs.argent import ZERO, SaisieMontant, en_dollars

SOMMES = ("decide", "garde", "a_recuperer", "radie", "libere")


class AvecAvis(Formulaire):
    """La résolution qui appuie le geste, et l'avis que l'organisme a reçu."""

    resolution = forms.CharField(label="Numéro de la résolution", max_length=60)
    resolution_le = DateSouple(label="Adoptée le")
    avis = PieceField(
        label="L’avis transmis à l’organisme",
        error_messages={"required": "Joignez l’avis transmis à l’organisme."},
    )

    def clean_resolution_le(self):
        jour = self.cleaned_data["resolution_le"]
        if phrases := AvisTransmis.fautes_de_date(self.protocole, jour):
            raise forms.ValidationError(phrases)
        return jour

    def appui(self):
        return {nom: self.cleaned_data[nom] for nom in ("resolution", "resolution_le", "avis")}


RESOLUTION = Rangee("resolution", "resolution_le")


class ReleveForm(SurUneEmpreinte):
    """Un montant par enveloppe dont quelque chose est versé; la révision est l'empreinte de ce qui est versé."""

    def __init__(self, *args, protocole, **options):
        self.protocole, self.verses = protocole, protocole.verses()
        super().__init__(*args, vue=protocole.empreinte_du_releve(), **options)
        self.sommes = {f"du_{a.pk}": a for a in protocole.affectations() if self.verses[a.pk]}
        for nom, somme in self.sommes.items():
            self.fields[nom] = self._champ(somme, self.verses[somme.pk])

    @staticmethod
    def _champ(somme, verse):
        champ = SaisieMontant(
            label=f"{somme.enveloppe}, {somme.enveloppe.exercice}",
            maximum=verse,
            required=False,
            help_text=f"Versé\xa0: {en_dollars(verse)}. Vide, l’organisme garde tout.",
        )
        champ.error_messages["max_value"] = f"On ne récupère pas plus que versé\xa0: {en_dollars(verse)}."
        return champ

    a_joindre, relue = (), False  # à la relecture : un fichier ne se renvoie pas d'une page à l'autre

    @property
    def disposition(self):
        return Layout(*self._autres(), *self._montants())

    def montrer_la_relecture(self):
        self.relue = True
        for nom in self.a_joindre:
            self.fields[nom].required = True

    @property
    def renvoyes(self):
        """Ce que la relecture renvoie tel que saisi."""
        return [champ for champ in self if champ.name not in self.a_joindre]

    @property
    def manque_a_la_confirmation(self):
        return False

    def _autres(self):
        return ()

    def _montants(self):
        if self.sommes:
            yield Groupe("Versé, non dépensé, à récupérer de l’organisme", *self.sommes)

    @property
    def essai(self):
        """De la relecture, on revient à la saisie telle qu'on l'avait laissée : rien ne s'écrit."""
        return "corriger" in self.data

    @property
    def a_recuperer(self):
        """{clé d'une somme accordée: dollars} de ce qui est saisi et se lit."""
        lus = getattr(self, "cleaned_data", {})
        return {somme.pk: lus.get(nom) or ZERO for nom, somme in self.sommes.items()}

    @property
    def releve(self):
        """Ce que le relevé écrirait, avec ces montants-là : ses lignes, et leurs totaux."""
        lignes = list(self.protocole.lignes_du_releve(self.a_recuperer))
        return {"lignes": lignes, "totaux": totaux_de(lignes)}

    def saisie(self):
        return {"a_recuperer": self.a_recuperer, "vu": self.cleaned_data["revision"]}


def totaux_de(lignes):
    return {champ: sum((ligne[champ] for ligne in lignes), ZERO) for champ in SOMMES}


class ClotureForm(ReleveForm):
    motif = forms.CharField(
        label="Pourquoi l’organisme garde ce que le rapport final ne dit pas dépensé",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="S’il y a lieu. L’organisme le lira.",
    )

    @property
    def disposition(self):
        return Layout(*self._montants(), "motif")

    def clean(self):
        super().clean()
        if not self.errors:
            motif = self.cleaned_data["motif"].strip()
            for phrase in self.protocole.fautes_de_motif(self.a_recuperer, motif):
                self.add_error("motif", phrase)
        return self.cleaned_data

    def saisie(self):
        return super().saisie() | {"motif": self.cleaned_data["motif"]}


class ResiliationForm(AvecAvis, ReleveForm):
    a_joindre = ("avis",)

    demandee = forms.ChoiceField(
        label="À la demande de", choices=Protocole.Demandeur.choices, widget=forms.RadioSelect
    )
    motif = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="L’organisme le lira.",
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["avis"].required = self._confirme

    @property
    def _confirme(self):
        return self.data.get("etape") == "confirmer" and not self.essai

    @property
    def disposition(self):
        return Layout("avis") if self.relue else super().disposition

    @property
    def manque_a_la_confirmation(self):
        """Seul l'avis y manque : la relecture se remontre, et le dit."""
        return self.is_bound and self._confirme and self.errors.keys() == {"avis"}

    def _autres(self):
        return "demandee", "motif", RESOLUTION

    def saisie(self):
        dits = {nom: self.cleaned_data[nom] for nom in ("demandee", "motif")}
        return super().saisie() | dits | self.appui()


class AnnulationForm(AvecAvis, SurUneEmpreinte, MotifForm):
    disposition = Layout("motif", RESOLUTION, "avis")

    def __init__(self, *args, protocole, **options):
        self.protocole = protocole
        super().__init__(*args, **options)

    def saisie(self):
        vus = {"vu": self.cleaned_data["revision"], "motif": self.cleaned_data["motif"]}
        return vus | self.appui()
