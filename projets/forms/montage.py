"""Les partenaires, les dépenses et les sources d'une demande : des rangées, un montant par exercice."""

from django import forms

from alliances.models import SecteurActeur
from projets.forms.parties import PartieForm
from projets.forms.rangees import Rangees
from projets.models import LigneDepense, SourcePrevue
from projets.regles.lecture import montage_de
from projets.regles.montage import Ligne
from socle.formulaires.disposition import Groupe, Layout, Morceau, Rangee
from socle.valeurs.argent import ZERO, SaisieMontant

RIEN = "Donnez d’abord les dates du projet (partie 3)\xa0: les exercices à remplir en dépendent."


class PartenairesForm(PartieForm):
    code = "partenaires"
    AU_PLUS = 10

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
            au_plus=self.AU_PLUS,
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
    """Base : des lignes nommées, un montant par exercice. Une ligne sans montant ne s'enregistre pas."""

    modele, accesseur = None, ""
    AU_PLUS = 15
    VIDES = 2

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.lues = {}
        for ligne in getattr(self.instance, self.accesseur).all():
            self.lues.setdefault(ligne.rang, []).append(ligne)
        self.rangs = range(self._combien())
        for rang in self.rangs:
            self._ajouter(rang, self.lues.get(rang, []))

    def _combien(self):
        envoyees = [
            int(c.split("_")[1]) + 1
            for c in self.data
            if c.startswith("ligne_") and c.split("_")[1].isdigit()
        ]
        return min(self.AU_PLUS, max(max(self.lues, default=-1) + 1 + self.VIDES, self.MINIMUM, *envoyees, 0))

    def _ajouter(self, rang, lignes):
        premiere = lignes[0] if lignes else None
        for nom, champ in self.decrire(rang).items():
            champ.required, champ.initial = False, getattr(premiere, nom) if premiere else champ.initial
            self.fields[self.champ(rang, nom)] = champ
        montants = {ligne.an: ligne.montant for ligne in lignes}
        for exercice in self.instance.exercices:
            self.fields[self.champ(rang, exercice.an)] = SaisieMontant(
                label=f"En {exercice}", required=False, initial=montants.get(exercice.an)
            )

    @staticmethod
    def champ(rang, nom):
        return f"ligne_{rang}_{nom}"

    def decrire(self, rang):
        """{nom: champ} de ce qui nomme une ligne; le premier dit si elle est remplie."""
        raise NotImplementedError

    @property
    def disposition(self):
        if not self.instance.exercices:
            return Layout(Groupe(self.legende, aide=RIEN), "termine")
        return Layout(
            *(self._groupe(rang) for rang in self.rangs), Morceau("projets/demande/_montage.html"), "termine"
        )

    def _groupe(self, rang):
        noms = [self.champ(rang, nom) for nom in self.decrire(rang)]
        montants = [self.champ(rang, exercice.an) for exercice in self.instance.exercices]
        return Groupe(f"{self.legende} {rang + 1}", Rangee(*noms), Rangee(*montants, classe="saisie-serree"))

    def lignes(self, donnees):
        """[(rang, {nom: valeur}, {an: montant})] de celles qui ont un montant."""
        for rang in self.rangs:
            nommee = {nom: donnees.get(self.champ(rang, nom)) for nom in self.decrire(rang)}
            montants = {e.an: donnees.get(self.champ(rang, e.an)) for e in self.instance.exercices}
            yield rang, nommee, {an: montant for an, montant in montants.items() if montant}

    def clean(self):
        donnees = super().clean()
        for rang, nommee, montants in self.lignes(donnees):
            tete = next(iter(nommee))
            if montants and not nommee[tete] and self.champ(rang, tete) not in self.errors:
                self.add_error(self.champ(rang, tete), "Nommez cette ligne, ou videz ses montants.")
        return donnees

    def ecrire_les_rangees(self, initiative):
        relation = getattr(initiative, self.accesseur)
        relation.all().delete()
        pleines = [(nommee, montants) for _, nommee, montants in self.lignes(self.cleaned_data) if montants]
        for rang, (nommee, montants) in enumerate(pleines):
            for an, montant in montants.items():
                relation.create(rang=rang, an=an, montant=montant, **nommee)

    @property
    def montage(self):
        """Le montage tel qu'il est tapé, jugé par la règle de l'appel."""
        donnees = self.cleaned_data if self.is_bound and hasattr(self, "cleaned_data") else None
        return montage_de(self.instance, **({self.accesseur: list(self._tapees(donnees))} if donnees else {}))

    def _tapees(self, donnees):
        for _, nommee, montants in self.lignes(donnees):
            for an, montant in montants.items():
                yield self.en_regle(nommee, an, montant or ZERO)


class DepensesForm(LignesForm):
    code, accesseur, legende = "depenses", "depenses", "Dépense"
    MINIMUM = 3

    def decrire(self, rang):
        return {
            "poste": forms.ChoiceField(label="Poste", choices=[("", "Choisir"), *LigneDepense.Poste.choices]),
            "precision": forms.CharField(label="Précision", max_length=120),
        }

    def en_regle(self, nommee, an, montant):
        return Ligne(nommee["poste"] or "", an, montant, nom=nommee["precision"] or nommee["poste"] or "")


class SourcesForm(LignesForm):
    code, accesseur, legende = "sources", "sources", "Source"
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
            if (
                montants
                and nommee["source"] == "fqis"
                and (nommee["forme"], nommee["certitude"]) != ("especes", "demandee")
            ):
                self.add_error(self.champ(rang, "forme"), "Le Fonds se demande, en espèces.")
            if montants and nommee["source"] == "benevolat" and nommee["forme"] != "nature":
                self.add_error(self.champ(rang, "forme"), "Le bénévolat est une contribution en nature.")
        return donnees

    def en_regle(self, nommee, an, montant):
        return Ligne(
            nommee["source"] or "",
            an,
            montant,
            nom=nommee["nom"] or dict(SourcePrevue.Source.choices).get(nommee["source"], ""),
            nature=nommee["forme"] == "nature",
            confirmee=nommee["certitude"] == "confirmee",
        )


def _contredit(source, forme, certitude, **_):
    if source == "fqis" and (forme, certitude) != ("especes", "demandee"):
        return "Le Fonds se demande, en espèces."
    return (
        "Le bénévolat est une contribution en nature." if source == "benevolat" and forme != "nature" else ""
    )
