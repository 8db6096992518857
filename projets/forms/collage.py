"""Coller un tableau d'un tableur dans les dépenses : poste, un montant par exercice; relu avant de s'écrire."""

import csv
import hashlib
import io
from dataclasses import dataclass

from django import forms

from projets.forms.montage import RIEN, DepensesForm
from projets.models import LigneDepense
from socle.formulaires.revision import AvecRevision
from socle.formulaires.tableaux import TOTAL, sans_accent
from socle.valeurs.argent import ZERO, SaisieMontant

POSTES = {sans_accent(nom): poste.value for poste in LigneDepense.Poste for nom in (poste.value, poste.label)}
EN_TETE = ("poste", "depense")


@dataclass(frozen=True)
class LigneCollee:
    """Une ligne lue : la dépense qu'elle nomme, et ses montants par exercice."""

    depense: LigneDepense
    montants: dict  # {an: montant}

    @property
    def total(self):
        return sum(self.montants.values(), ZERO)


class CollageForm(AvecRevision):
    """Envoyé une fois, il se relit; renvoyé tel quel avec « confirmer », il ajoute ses lignes aux dépenses."""

    tableau = forms.CharField(
        label="Votre tableau",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Copiez les cellules du tableur et collez-les ici\xa0: le poste, puis un montant par exercice. "
        "Une précision suit le poste après deux points\xa0: «\xa0Honoraires\xa0: diététiste\xa0».",
    )

    def __init__(self, *args, initiative, avancement, **options):
        self.initiative, self.avancement, self.lues = initiative, avancement, []
        super().__init__(*args, **options)

    def revision_actuelle(self):
        return self.avancement.revision

    @classmethod
    def empechements(cls, initiative):
        return [] if initiative.exercices else [RIEN]

    @property
    def empreinte(self):
        """De ce que la page a montré : un texte changé depuis se relit avant de s'écrire."""
        return hashlib.sha256(self.cleaned_data.get("tableau", "").encode()).hexdigest()

    @property
    def essai(self):
        return self.data.get("etape") != "confirmer" or self.data.get("lu") != self.empreinte

    def clean_tableau(self):
        texte = self.cleaned_data["tableau"]
        fautes = []
        for numero, cases in enumerate(_cases(texte), start=1):
            if any(cases) and not _est_du_cadre(numero, cases):
                fautes += self._lire(numero, cases)
        if not self.lues and not fautes:
            fautes = ["Aucune dépense ne s’y lit."]
        deja = len({depense.rang for depense in self.initiative.depenses.all()})
        if deja + len(self.lues) > DepensesForm.AU_PLUS:
            fautes.append(
                f"Cela ferait {deja + len(self.lues)} dépenses\xa0: la demande en a {DepensesForm.AU_PLUS} au plus."
            )
        if fautes:
            raise forms.ValidationError(fautes)
        return texte

    def _lire(self, numero, cases):
        """Retient la ligne; rend ses fautes, nommées."""
        nom, exercices = cases[0], self.initiative.exercices
        libelle, _, precision = (mot.strip() for mot in nom.partition(":"))
        poste, fautes, montants = POSTES.get(sans_accent(libelle)), [], {}
        if poste is None:
            connus = ", ".join(LigneDepense.Poste.labels)
            fautes.append(
                f"Ligne {numero}\xa0: «\xa0{nom}\xa0» n’est pas un poste. Les postes\xa0: {connus}."
            )
        if len(precision) > LigneDepense._meta.get_field("precision").max_length:
            fautes.append(f"Ligne {numero}\xa0: la précision est trop longue.")
        if any(cases[len(exercices) + 1 :]):
            fautes.append(f"Ligne {numero}\xa0: elle a plus de montants que le projet n’a d’exercices.")
        for exercice, case in zip(exercices, cases[1:], strict=False):
            try:
                montants[exercice.an] = SaisieMontant(required=False).clean(case) or ZERO
            except forms.ValidationError as erreur:
                fautes += [f"Ligne {numero}, {exercice}\xa0: «\xa0{case}\xa0». {m}" for m in erreur.messages]
        if not fautes:
            self.lues.append(LigneCollee(LigneDepense(poste=poste, precision=precision), montants))
        return fautes

    @property
    def rangees(self):
        """[(dépense, [(exercice, montant)], total)] de ce qui s'ajouterait."""
        exercices = self.initiative.exercices
        return [
            (e.depense, [(exercice, e.montants.get(exercice.an)) for exercice in exercices], e.total)
            for e in self.lues
        ]

    def ecrire(self, initiative):
        """À la suite de ce qui est déjà là : coller n'efface rien."""
        depuis = max((depense.rang for depense in initiative.depenses.all()), default=-1) + 1
        premier = self.initiative.exercices[0].an
        for rang, collee in enumerate(self.lues, start=depuis):
            pleins = {an: montant for an, montant in collee.montants.items() if montant} or {premier: ZERO}
            for an, montant in pleins.items():
                depense = collee.depense
                initiative.depenses.create(
                    rang=rang, an=an, montant=montant, poste=depense.poste, precision=depense.precision
                )

    def saisie(self):
        return {"revision": self.cleaned_data["revision"], "ecrire": self.ecrire}


def _cases(texte):
    """Les cellules de chaque ligne; un tableur les sépare par des tabulations, un CSV par des points-virgules."""
    separateur = "\t" if "\t" in texte else ";"
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur)
    return [[case.strip() for case in ligne] for ligne in lecteur]


def _est_du_cadre(numero, cases):
    """L'en-tête, ou la ligne du total : pas une dépense."""
    tete = sans_accent(cases[0])
    return (numero == 1 and tete in EN_TETE) or tete.startswith(sans_accent(TOTAL))
