"""Les partenaires, les dépenses et les sources d'une demande : des rangées, un montant par exercice."""

from itertools import chain

from django import forms
from django.template.loader import render_to_string

from alliances.models import SecteurActeur
from projets.forms.parties import PartieForm
from projets.forms.rangees import Rangees
from projets.models import LigneDepense, SourcePrevue
from projets.regles.lecture import montage_de
from projets.regles.montage import Ligne
from socle.formulaires.disposition import Groupe, Layout, Morceau
from socle.texte.typographie import argent
from socle.valeurs.argent import ZERO, SaisieMontant
from socle.valeurs.exercice import Exercice

RIEN = "Donnez d’abord les dates du projet (partie 3)\xa0: les exercices à remplir en dépendent."


class PartenairesForm(PartieForm):
    code = "partenaires"
    AU_PLUS, EN_ABREGE = 10, 4

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        apport = {"max_length": 200}
        self.rangees = Rangees(
            self,
            self.instance.partenaires,
            {
                "nom": lambda: forms.CharField(label="Organisme", max_length=200),
                "secteur": lambda: forms.ModelChoiceField(
                    SecteurActeur.objects.all(), label="Secteur", empty_label="Choisir"
                ),
                "humain": lambda: forms.CharField(
                    label="Ce qu’il apporte en personnes", help_text="Diététiste, 30 h par an.", **apport
                ),
                "materiel": lambda: forms.CharField(
                    label="en matériel ou en locaux", help_text="Une salle, une chambre froide.", **apport
                ),
                "financier": lambda: forms.CharField(
                    label="en argent", help_text="2 500 $ par an; inscrivez-le aussi aux sources.", **apport
                ),
                "confirme": lambda: forms.BooleanField(label="C’est confirmé"),
            },
            au_plus=self.rangees_offertes,
            nom="partenaire",
        )

    @property
    def disposition(self):
        return Layout(*self.rangees.groupes("Partenaire", ("nom", "secteur")), "termine")

    def clean(self):
        donnees = super().clean()
        self.rangees.verifier(donnees)
        for rang, ligne in self.rangees.remplies(donnees):
            if not (ligne["humain"] or ligne["materiel"] or ligne["financier"]):
                self.add_error(self.rangees.champ(rang, "humain"), "Dites ce que ce partenaire apporte.")
        return donnees

    def ecrire_les_rangees(self, initiative):
        self.rangees.ecrire(initiative.partenaires, self.cleaned_data)


class LignesForm(PartieForm):
    """Base : des lignes nommées, un montant par exercice.

    Une ligne nommée sans montant se garde, à zéro : ce qui est écrit ne s'efface que vidé par qui l'a écrit. Un montant
    d'un exercice que les dates ne couvrent plus reste à l'écran.
    """

    modele, accesseur = None, ""
    AU_PLUS, EN_ABREGE = 15, 6
    VIDES = 2

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.lues = {}
        for ligne in getattr(self.instance, self.accesseur).all():
            self.lues.setdefault(ligne.rang, []).append(ligne)
        couverts = {exercice.an for exercice in self.instance.exercices}
        self.exercices = [
            Exercice(an) for an in sorted(couverts | {e.an for e in chain(*self.lues.values())})
        ]
        self.hors_des_dates = {e.an for e in self.exercices} - couverts
        self.rangs = range(self._combien())
        for rang in self.rangs:
            self._ajouter(rang, self.lues.get(rang, []))

    def _combien(self):
        envoyes = [c.split("_")[1] for c in self.data if c.startswith("ligne_")]
        envoyees = max((int(rang) + 1 for rang in envoyes if rang.isdecimal()), default=0)
        lues = max(self.lues, default=-1) + 1
        au_plus = self.rangees_offertes
        return max(lues, min(au_plus, max(lues + self.VIDES, self.MINIMUM)), min(envoyees, self.AU_PLUS))

    def _ajouter(self, rang, lignes):
        premiere = lignes[0] if lignes else None
        for nom, champ in self.decrire(rang).items():
            champ.required, champ.initial = False, getattr(premiere, nom) if premiere else champ.initial
            self.fields[self.champ(rang, nom)] = champ
        montants = {ligne.an: ligne.montant for ligne in lignes}
        for exercice in self.exercices:
            hors = " (hors de vos dates)" if exercice.an in self.hors_des_dates else ""
            self.fields[self.champ(rang, exercice.an)] = SaisieMontant(
                label=f"En {exercice}{hors}", required=False, initial=montants.get(exercice.an) or None
            )

    @staticmethod
    def champ(rang, nom):
        return f"ligne_{rang}_{nom}"

    def decrire(self, rang):
        """{nom: champ} de ce qui nomme une ligne; le premier dit si elle est remplie."""
        raise NotImplementedError

    @property
    def disposition(self):
        if not self.exercices:
            return Layout(Groupe(self.legende, aide=RIEN), "termine")
        return Layout(
            Morceau("projets/demande/_lignes.html"), Morceau("projets/demande/_montage.html"), "termine"
        )

    @property
    def rangees(self):
        """Ce que la page montre de chaque ligne : son numéro, ses champs, ses montants, son total."""
        for rang, _, montants in self.lignes(self.donnees_lues()):
            yield {
                "rang": rang,
                "numero": rang + 1,
                "mots": [[self[self.champ(rang, nom)] for nom in noms] for noms in self.COLONNES.values()],
                "montants": [self[self.champ(rang, exercice.an)] for exercice in self.exercices],
                "total": sum(montants.values(), ZERO),
            }

    def fragments(self):
        if not self.exercices:
            return {}
        totaux = {f"total-{rangee['rang']}": argent(rangee["total"]) for rangee in self.rangees}
        return totaux | {"calcul": render_to_string("projets/demande/_bilan.html", {"m": self.montage})}

    def donnees_lues(self):
        """Ce qui est tapé, s'il se lit; sinon ce qui est enregistré."""
        if self.is_bound and hasattr(self, "cleaned_data"):
            return self.cleaned_data
        return {nom: champ.initial for nom, champ in self.fields.items()}

    def lignes(self, donnees):
        """[(rang, {nom: valeur}, {an: montant})] de toutes; un montant nul n'y est pas."""
        for rang in self.rangs:
            nommee = {nom: donnees.get(self.champ(rang, nom)) for nom in self.decrire(rang)}
            montants = {e.an: donnees.get(self.champ(rang, e.an)) for e in self.exercices}
            yield rang, nommee, {an: montant for an, montant in montants.items() if montant}

    def _dite(self, rang, nommee):
        """Une ligne où quelqu'un a écrit des mots : autre chose que ce que la page propose d'elle-même."""
        return any(nommee[nom] and nommee[nom] != champ.initial for nom, champ in self.decrire(rang).items())

    def clean(self):
        donnees = super().clean()
        for rang, nommee, montants in self.lignes(donnees):
            tete = self.champ(rang, next(iter(nommee)))
            if not donnees.get(tete) and tete not in self.errors and (montants or self._dite(rang, nommee)):
                self.add_error(tete, "Nommez cette ligne, ou videz-la.")
        return donnees

    def ecrire_les_rangees(self, initiative):
        if not self.exercices:
            return
        relation = getattr(initiative, self.accesseur)
        relation.all().delete()
        gardees = [
            (nommee, montants or {self.exercices[0].an: ZERO})
            for rang, nommee, montants in self.lignes(self.cleaned_data)
            if montants or self._dite(rang, nommee)
        ]
        for rang, (nommee, montants) in enumerate(gardees):
            for an, montant in montants.items():
                relation.create(rang=rang, an=an, montant=montant, **nommee)

    @property
    def montage(self):
        """Le montage tel qu'il est tapé, jugé par la règle de l'appel."""
        if not (self.is_bound and hasattr(self, "cleaned_data")):
            return montage_de(self.instance)
        return montage_de(self.instance, **{self.accesseur: list(self._tapees(self.cleaned_data))})

    def _tapees(self, donnees):
        for _, nommee, montants in self.lignes(donnees):
            for an, montant in montants.items():
                yield self.en_regle({nom: valeur or "" for nom, valeur in nommee.items()}, an, montant)


class DepensesForm(LignesForm):
    code, accesseur, legende = "depenses", "depenses", "Dépense"
    COLONNES = {"Poste": ("poste", "precision")}
    MINIMUM = 3

    def decrire(self, rang):
        return {
            "poste": forms.ChoiceField(label="Poste", choices=[("", "Choisir"), *LigneDepense.Poste.choices]),
            "precision": forms.CharField(label="Précision", max_length=120),
        }

    def en_regle(self, nommee, an, montant):
        return Ligne(nommee["poste"], an, montant, nom=str(LigneDepense(**nommee)))


class SourcesForm(LignesForm):
    code, accesseur, legende = "sources", "sources", "Source"
    COLONNES = {"Source": ("source", "nom"), "Forme et certitude": ("forme", "certitude")}
    MINIMUM = 3

    def decrire(self, rang):
        return {
            "source": forms.ChoiceField(
                label="Source",
                choices=[("", "Choisir"), *SourcePrevue.Source.choices],
                initial="" if rang else "fqis",
            ),
            "nom": forms.CharField(label="De qui", max_length=120),
            "forme": forms.ChoiceField(label="Forme", choices=SourcePrevue.Forme.choices, initial="especes"),
            "certitude": forms.ChoiceField(
                label="Certitude", choices=SourcePrevue.Certitude.choices, initial="demandee"
            ),
        }

    def clean(self):
        donnees = super().clean()
        for rang, nommee, montants in self.lignes(donnees):
            if not (montants or self._dite(rang, nommee)):
                continue
            if nommee["source"] == "fqis" and (nommee["forme"], nommee["certitude"]) != (
                "especes",
                "demandee",
            ):
                self.add_error(self.champ(rang, "forme"), "Le Fonds se demande, en espèces.")
            if nommee["source"] == "benevolat" and nommee["forme"] != "nature":
                self.add_error(self.champ(rang, "forme"), "Le bénévolat est une contribution en nature.")
        return donnees

    def en_regle(self, nommee, an, montant):
        return Ligne(
            nommee["source"],
            an,
            montant,
            nom=str(SourcePrevue(**nommee)),
            nature=nommee["forme"] == "nature",
            confirmee=nommee["certitude"] == "confirmee",
        )
