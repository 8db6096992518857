"""Saisir des dépenses : une ligne, ou un mois d'un coup; les filtrer. L'import est dans `depenses_importees`."""

from datetime import date
from operator import attrgetter

from django import forms

from conventions.forms.ecritures import dans_l_ordre, nommer
from conventions.models import Depense, Enveloppe, Remise
from conventions.models.versements import REFERENCE_LONGUE
from socle.formulaires.champs import DateSouple, PieceField
from socle.formulaires.disposition import Formulaire, Groupe, Layout, Rangee
from socle.pages.filtres import FiltreChoix, FiltreExercice, FiltreJour, Filtres
from socle.texte.typographie import MOIS
from socle.valeurs.argent import SOU, SaisieMontant, en_dollars
from socle.valeurs.horloge import aujourd_hui

SANS_NOM = "Ne nommez pas une personne qui reçoit un soutien."
Poste = Depense.Poste


class ChoixDEnveloppe(forms.ModelChoiceField):
    """« 2025-2026 : Coordination et mobilisation – 12 000,00 $ »; `enveloppes` viennent de `enveloppes_permises`."""

    def __init__(self, *args, reste="depensable", **options):
        super().__init__(*args, queryset=Enveloppe.objects.none(), empty_label="Choisir", **options)
        self.reste = attrgetter(reste)

    def offrir(self, enveloppes):
        self.queryset = Enveloppe.objects.avec_lignee().filter(pk__in=[e.pk for e in enveloppes])
        rangees = sorted(enveloppes, key=Enveloppe.place)
        self.choices = [("", self.empty_label), *((e.pk, self.label_from_instance(e)) for e in rangees)]

    def label_from_instance(self, enveloppe):
        return f"{nommer(enveloppe)} – {en_dollars(self.reste(enveloppe))}"


class SortieForm(Formulaire):
    """Base : d'où, quand, combien, sous quelle référence. Chaque faute va à son champ."""

    modele = None

    def __init__(self, *args, enveloppes, **options):
        super().__init__(*args, **options)
        self.fields["enveloppe"].offrir(enveloppes)

    def saisie(self):
        return self.cleaned_data

    def clean(self):
        super().clean()
        if not self.errors:
            connus = {f.name for f in self.modele._meta.concrete_fields}
            saisie = {nom: valeur for nom, valeur in self.saisie().items() if nom in connus}
            for champ, phrase in self.modele.fautes_d_une_saisie(**saisie):
                self.add_error(champ, phrase)
        return self.cleaned_data


class DepenseForm(SortieForm):
    modele = Depense

    enveloppe = ChoixDEnveloppe(label="Enveloppe", help_text="Ce qui peut encore s’y dépenser est à côté.")
    poste = forms.ChoiceField(label="Poste", choices=[("", "Choisir"), *Poste.choices])
    precision = forms.CharField(
        label="Précision", required=False, max_length=120, help_text="Pour le poste «\u00a0Autre\u00a0»."
    )
    faite_le = DateSouple(label="Date")
    montant = SaisieMontant(label="Montant", minimum=SOU)
    reference = forms.CharField(label="Référence comptable", max_length=REFERENCE_LONGUE)
    objet = forms.CharField(label="Fournisseur ou objet", required=False, max_length=150, help_text=SANS_NOM)
    piece = PieceField(label="Facture ou reçu", required=False)
    disposition = Layout(
        "enveloppe",
        Rangee("poste", "precision"),
        Rangee("faite_le", "montant", "reference"),
        "objet",
        "piece",
    )


class MoisForm(Formulaire):
    """Les dépenses d'un mois, un montant par poste; chaque poste s'inscrit au dernier jour du mois."""

    enveloppe = ChoixDEnveloppe(label="Enveloppe", help_text="Ce qui peut encore s’y dépenser est à côté.")
    mois = forms.TypedChoiceField(label="Mois", coerce=date.fromisoformat, help_text="Un mois terminé.")
    reference = forms.CharField(
        label="Référence comptable",
        max_length=REFERENCE_LONGUE - 3,
        help_text="Chaque poste s’inscrit sous elle, suivie de son rang\u00a0: «\u00a0JE-0625-1\u00a0».",
    )
    objet = forms.CharField(label="Objet", required=False, max_length=150, help_text=SANS_NOM)
    precision = forms.CharField(
        label="Précision", required=False, max_length=120, help_text="Pour le poste «\u00a0Autre\u00a0»."
    )

    def __init__(self, *args, enveloppes, **options):
        super().__init__(*args, **options)
        self.fields["enveloppe"].offrir(enveloppes)
        self.fields["mois"].choices = [("", "Choisir"), *_mois({e.an for e in enveloppes})]
        for poste in Poste:
            self.fields[poste] = SaisieMontant(label=poste.label, minimum=SOU, required=False)

    @property
    def disposition(self):
        postes = Groupe("Montant par poste", *Poste.values, aide="Laissez vide un poste sans dépense.")
        return Layout("enveloppe", Rangee("mois", "reference"), "objet", postes, "precision")

    def saisies(self):
        communs = {nom: self.cleaned_data[nom] for nom in ("enveloppe", "objet")}
        for rang, poste in enumerate(Poste, start=1):
            if montant := self.cleaned_data.get(poste):
                yield communs | {
                    "poste": poste.value,
                    "precision": self.cleaned_data["precision"] if poste == Poste.AUTRE else "",
                    "faite_le": self.cleaned_data["mois"],
                    "montant": montant,
                    "reference": f"{self.cleaned_data['reference'].strip()}-{rang}",
                }

    def saisie(self):
        return {"saisies": list(self.saisies())}

    def clean(self):
        super().clean()
        if self.errors:
            return self.cleaned_data
        saisies = list(self.saisies())
        if not saisies:
            raise forms.ValidationError("Inscrivez le montant d’au moins un poste.")
        for saisie in saisies:
            for champ, phrase in Depense.fautes_d_une_saisie(**saisie):
                ou = {"faite_le": "mois", "montant": saisie["poste"]}.get(champ, champ)
                self.add_error(ou, phrase)
        return self.cleaned_data


def _mois(ans):
    """[(dernier jour, « juin 2025 »)] des mois terminés de ces exercices, du plus récent."""
    for an in sorted(ans, reverse=True):
        for rang in reversed(range(1, 13)):
            suivant = date(an + (rang + 3) // 12, (rang + 3) % 12 + 1, 1)
            dernier = date.fromordinal(suivant.toordinal() - 1)
            if dernier <= aujourd_hui():
                yield dernier.isoformat(), f"{MOIS[dernier.month - 1]} {dernier.year}"


class RemiseForm(SortieForm):
    modele = Remise

    enveloppe = ChoixDEnveloppe(
        label="Part du territoire",
        reste="solde.disponible",
        help_text="Ce qui peut encore lui être remis est à côté.",
    )
    faite_le = DateSouple(label="Date de la remise")
    montant = SaisieMontant(label="Montant", minimum=SOU)
    reference = forms.CharField(label="Référence comptable", max_length=REFERENCE_LONGUE)
    disposition = Layout("enveloppe", Rangee("faite_le", "montant", "reference"))


class ReceptionForm(Formulaire):
    recue_le = DateSouple(label="Reçue le")


class FiltresDesSorties(Filtres):
    """Une enveloppe comprend celles qui en font partie, comme au grand livre."""

    ETATS = (("vigueur", "En vigueur"), ("contrepassees", "Contrepassées"))

    exercice = FiltreExercice("enveloppe__an")
    enveloppe = FiltreChoix(label="Enveloppe", tous="Toutes", method="sous")
    du = FiltreJour("faite_le", lookup_expr="gte", label="Du")
    au = FiltreJour("faite_le", lookup_expr="lte", label="Au")
    etat = FiltreChoix(label="État", choices=ETATS, method="a_l_etat")

    def sous(self, sorties, nom, enveloppe):
        return sorties.filter(enveloppe__in=Enveloppe.objects.sous(enveloppe))

    def a_l_etat(self, sorties, nom, etat):
        return sorties.en_vigueur() if etat == "vigueur" else sorties.exclude(pk__in=sorties.en_vigueur())


class FiltresDesDepenses(FiltresDesSorties):
    poste = FiltreChoix(label="Poste", choices=Poste.choices)


def choix_d_enveloppes(enveloppes):
    return {"enveloppe": dans_l_ordre(enveloppes)}
