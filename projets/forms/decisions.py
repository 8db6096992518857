"""Inscrire un avis, celui des personnes, puis la décision et les enveloppes d'où vient l'argent."""

from django import forms

from projets.models.avis import AvisInitiative
from projets.models.decisions import Raison, Sens, s_ecarte
from socle.formulaires.champs import DateSouple, EntierField, PieceField
from socle.formulaires.disposition import Formulaire, Groupe, Layout, Morceau, Rangee
from socle.valeurs.argent import ZERO, SaisieMontant, en_dollars
from socle.valeurs.horloge import aujourd_hui


class AvisForm(Formulaire):
    sens = forms.ChoiceField(label="Avis", choices=AvisInitiative.Sens.choices, widget=forms.RadioSelect)
    texte = forms.CharField(label="Ce qu’il dit", max_length=2000, widget=forms.Textarea)
    rendu_le = DateSouple(label="Rendu le", initial=aujourd_hui)
    resolution = forms.CharField(label="Numéro de résolution", required=False, max_length=60)
    disposition = Layout("sens", "texte", Rangee("rendu_le", "resolution"))


class AvisDesPersonnesForm(Formulaire):
    groupe = forms.CharField(label="Groupe", max_length=150, help_text="Sans nom de personne.")
    personnes = EntierField(label="Nombre de personnes", min_value=1, max_value=1000)
    sens = forms.ChoiceField(label="Avis", choices=AvisInitiative.Sens.choices, widget=forms.RadioSelect)
    texte = forms.CharField(
        label="Ce qu’elles disent", max_length=2000, widget=forms.Textarea, help_text="Dans leurs mots."
    )
    rendu_le = DateSouple(label="Rendu le", initial=aujourd_hui)
    disposition = Layout(Rangee("groupe", "personnes"), "sens", "texte", "rendu_le")


class DecisionForm(Formulaire):
    """Une décision et, si elle accepte, un montant par enveloppe; ce qui resterait se voit avant d'écrire."""

    sens = forms.ChoiceField(label="Décision", choices=Sens.choices, widget=forms.RadioSelect)
    prise_le = DateSouple(label="Prise le", initial=aujourd_hui)
    resolution = forms.CharField(label="Numéro de résolution", max_length=60)
    piece = PieceField(label="La résolution")
    raison = forms.ChoiceField(
        label="Raison",
        choices=[("", "Choisir"), *Raison.choices],
        required=False,
        help_text="D’un refus ou d’une attente.",
    )
    motif = forms.CharField(
        label="En une phrase",
        max_length=2000,
        required=False,
        widget=forms.Textarea,
        help_text="L’organisme la lira.",
    )
    ecart = forms.CharField(
        label="Pourquoi la décision s’écarte d’un avis",
        max_length=2000,
        required=False,
        widget=forms.Textarea,
    )
    conditions = forms.CharField(label="Conditions", max_length=2000, required=False, widget=forms.Textarea)

    def __init__(self, *args, initiative, **options):
        super().__init__(*args, **options)
        self.initiative = initiative
        ans = {exercice.an for exercice in initiative.exercices}
        self.enveloppes = [e for e in initiative.appel.enveloppes_possibles() if e.an in ans]
        for enveloppe in self.enveloppes:
            self.fields[f"montant_{enveloppe.pk}"] = SaisieMontant(
                label=f"{enveloppe}, {enveloppe.exercice}",
                required=False,
                help_text=f"Disponible\xa0: {en_dollars(enveloppe.solde.disponible)}.",
            )

    @property
    def disposition(self):
        montants = Rangee(*(f"montant_{e.pk}" for e in self.enveloppes), classe="saisie-serree")
        return Layout(
            "sens",
            Groupe("L’argent, si elle est acceptée", montants, Morceau("projets/decisions/_effet.html")),
            Groupe("La raison, sinon", "raison", "motif"),
            "ecart",
            "conditions",
            Rangee("prise_le", "resolution"),
            "piece",
        )

    @property
    def montants(self):
        """{enveloppe: dollars} de ce qui est tapé et se lit."""
        donnees = getattr(self, "cleaned_data", {})
        lus = {e: donnees.get(f"montant_{e.pk}") for e in self.enveloppes}
        return {enveloppe: montant for enveloppe, montant in lus.items() if montant}

    @property
    def effets(self):
        """[(enveloppe, avant, après)] de ce que la décision laisserait à chaque enveloppe."""
        return [
            (e, e.solde.disponible, e.solde.disponible - self.montants.get(e, ZERO)) for e in self.enveloppes
        ]

    @property
    def essai(self):
        """On regarde l'effet : rien ne s'écrit."""
        return "essayer" in self.data

    def clean(self):
        donnees = super().clean()
        if self.essai:
            self._errors = {}
            return donnees
        sens = donnees.get("sens")
        if sens == Sens.ACCEPTEE and not self.montants:
            self.add_error(None, "Dites de quelles enveloppes vient l’argent.")
        if sens and sens != Sens.ACCEPTEE and not donnees.get("raison"):
            self.add_error("raison", "Choisissez la raison.")
        if sens and sens != Sens.ACCEPTEE and not donnees.get("motif"):
            self.add_error("motif", "Écrivez la raison en une phrase\xa0: l’organisme la lira.")
        if sens and (avis := s_ecarte(self.initiative, sens)) and not donnees.get("ecart"):
            self.add_error("ecart", f"La décision s’écarte d’un avis ({avis})\xa0: écrivez pourquoi.")
        for enveloppe, montant in self.montants.items():
            if montant > enveloppe.solde.disponible:
                reste = en_dollars(enveloppe.solde.disponible)
                self.add_error(f"montant_{enveloppe.pk}", f"Il n’y a que {reste} de disponible.")
        return donnees

    def saisie(self):
        donnees = self.cleaned_data
        acceptee = donnees["sens"] == Sens.ACCEPTEE
        return {
            champ: donnees[champ]
            for champ in ("sens", "prise_le", "resolution", "piece", "ecart", "conditions")
        } | {
            "raison": "" if acceptee else donnees["raison"],
            "motif": "" if acceptee else donnees["motif"],
            "affectations": self.montants if acceptee else {},
        }
