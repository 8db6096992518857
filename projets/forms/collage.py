"""Coller un tableau d'un tableur dans les dépenses : poste, un montant par exercice; relu avant de s'écrire."""

import csv
import hashlib
import io
import re
from dataclasses import dataclass

from django import forms

from projets.forms.montage import RIEN, DepensesForm
from projets.models import LigneDepense
from projets.regles.postes import poste_de, se_lit_dans
from socle.formulaires.revision import AvecRevision
from socle.formulaires.tableaux import TOTAL
from socle.valeurs.alphabet import normaliser
from socle.valeurs.argent import ZERO, SaisieMontant

POSTES = dict(LigneDepense.Poste.choices)
EN_TETE = ("", "poste", "postes", "poste budgetaire", "depense", "depenses", "categorie")
RIEN_D_ECRIT = ("", "-", "–", "—")  # ce qu'un tableur montre d'un montant nul


@dataclass(frozen=True)
class LigneCollee:
    """Une ligne lue : le poste qu'elle nomme, ou « » s'il reste à choisir, et ses montants par exercice."""

    poste: str
    precision: str
    montants: dict  # {an: montant}

    @property
    def depense(self):
        """Ce que la page montre; sans poste, les mots de la ligne."""
        return LigneDepense(poste=self.poste, precision=self.precision) if self.poste else self.precision

    @property
    def total(self):
        return sum(self.montants.values(), ZERO)


class CollageForm(AvecRevision):
    """Envoyé une fois, il se relit; renvoyé tel quel avec « confirmer », il ajoute ses lignes aux dépenses.

    Une ligne dont aucun poste ne se reconnaît, ou plusieurs, garde ses mots : on choisit son poste à la relecture.
    """

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
        self.a_choisir = dict(self._inconnues())
        for numero, nom in list(self.a_choisir.items())[: DepensesForm.AU_PLUS]:
            self.fields[_champ(numero)] = forms.ChoiceField(
                label=f"Ligne {numero}, «\xa0{nom}\xa0»\xa0: quel poste?",
                choices=[("", "Choisir"), *LigneDepense.Poste.choices],
                required=False,
            )
        self.order_fields([*map(_champ, self.a_choisir), "tableau", "revision"])

    def _inconnues(self):
        """(numéro, nom) de chaque ligne dont le poste ne se reconnaît pas."""
        for numero, cases in _lignes(self.data.get("tableau", "")[: self.base_fields["tableau"].max_length]):
            libelle = _nom_et_precision(cases)[0]
            if libelle and poste_de(libelle, POSTES) is None:
                yield numero, libelle

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

    @property
    def se_confirme(self):
        """Lu sans faute, à un poste près."""
        return bool(self.lues) and not self.errors.keys() - set(map(_champ, self.a_choisir))

    def clean(self):
        donnees = super().clean()
        if not self.errors and not self.essai:
            for champ in map(_champ, self.a_choisir):
                if not donnees.get(champ):
                    self.add_error(champ, "Choisissez le poste de cette ligne.")
        return donnees

    def clean_tableau(self):
        texte = self.cleaned_data["tableau"]
        fautes = []
        for numero, cases in _lignes(texte):
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
        exercices, fautes, montants = self.initiative.exercices, [], {}
        libelle, precision = _nom_et_precision(cases)
        poste = poste_de(libelle, POSTES) or self.cleaned_data.get(_champ(numero), "")
        if not libelle:
            fautes.append(f"Ligne {numero}\xa0: elle ne nomme aucun poste.")
        if len(cases) == 1:
            fautes.append(f"Ligne {numero}\xa0: aucun montant ne la suit.")
        if not poste or not se_lit_dans(libelle, POSTES[poste]):
            precision = ", ".join(filter(None, (libelle, precision)))
        if len(precision) > LigneDepense._meta.get_field("precision").max_length:
            fautes.append(f"Ligne {numero}\xa0: la précision est trop longue.")
        if any(cases[len(exercices) + 1 :]):
            fautes.append(
                f"Ligne {numero}\xa0: elle a plus de montants que le projet n’a d’exercices. Nommez «\xa0Total\xa0», en"
                " tête, la colonne qui les additionne\xa0: elle ne se lira pas."
            )
        for exercice, case in zip(exercices, cases[1:], strict=False):
            try:
                montants[exercice.an] = _montant(case)
            except forms.ValidationError as erreur:
                fautes += [f"Ligne {numero}, {exercice}\xa0: «\xa0{case}\xa0». {m}" for m in erreur.messages]
        if not fautes:
            self.lues.append(LigneCollee(poste, precision, montants))
        return fautes

    @property
    def postes(self):
        return POSTES.values()

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
                initiative.depenses.create(
                    rang=rang, an=an, montant=montant, poste=collee.poste, precision=collee.precision
                )

    def saisie(self):
        return {"revision": self.cleaned_data["revision"], "ecrire": self.ecrire}


def _champ(numero):
    return f"poste_{numero}"


def _lignes(texte):
    """(numéro, cellules) de chaque ligne de dépense, sans la colonne que l'en-tête dit être le total.

    Un tableur les sépare par des tabulations, un CSV par « ; ».
    """
    separateur = "\t" if "\t" in texte else ";"
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur)
    totaux = set()
    for numero, ligne in enumerate(lecteur, start=1):
        cases = [case.strip() for case in ligne]
        if _est_du_cadre(numero, cases):
            totaux |= {
                rang for rang, case in enumerate(cases) if numero == 1 and rang and _est_un_total(case)
            }
        elif any(cases):
            yield numero, [case for rang, case in enumerate(cases) if rang not in totaux]


def _nom_et_precision(cases):
    nom, _, precision = (mot.strip() for mot in cases[0].partition(":"))
    return nom, precision


def _montant(case):
    """Un tiret, ou rien, vaut zéro; entre parenthèses, un tableur montre un montant négatif."""
    if case.strip(" $\xa0\u202f") in RIEN_D_ECRIT:
        return ZERO
    negatif = re.fullmatch(r"\((.*)\)\s*\$?", case)
    return SaisieMontant(required=False).clean(f"-{negatif[1]}" if negatif else case)


def _est_du_cadre(numero, cases):
    """L'en-tête, ou la ligne du total : pas une dépense."""
    tete = normaliser(cases[0])
    return (numero == 1 and tete in EN_TETE) or _est_un_total(cases[0])


def _est_un_total(case):
    return normaliser(case).startswith(normaliser(TOTAL))
