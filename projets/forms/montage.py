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
        secteurs = [("", "Choisir"), *SecteurActeur.objects.values_list("pk", "nom")]
        self.rangees = Rangees(
            self,
            self.instance.partenaires.all(),
            {
                "nom": lambda: forms.CharField(label="Organisme", max_length=200),
                "secteur": lambda: _secteur(secteurs),
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
        self.agrandissable = self.rangees.nombre < self.rangees_offertes

    @property
    def disposition(self):
        return Layout(*self.rangees.groupes("Partenaire", ("nom", "secteur")), "a_revoir")

    def clean(self):
        donnees = super().clean()
        self.rangees.verifier(donnees)
        for rang, ligne in self.rangees.remplies(donnees):
            if not (ligne["humain"] or ligne["materiel"] or ligne["financier"]):
                self.add_error(self.rangees.champ(rang, "humain"), "Dites ce que ce partenaire apporte.")
        return donnees

    def ecrire_les_rangees(self, initiative):
        self.rangees.ecrire(initiative.partenaires, self.cleaned_data)


def _secteur(choix):
    """Les secteurs, lus une fois pour toutes les rangées."""
    champ = forms.ModelChoiceField(SecteurActeur.objects.all(), label="Secteur")
    champ.choices = choix
    return champ


class LignesForm(PartieForm):
    """Base : des lignes nommées, un montant par exercice.

    `TETE` est le champ qui nomme la ligne, `MOTS` celui où l'on écrit. Une ligne nommée sans montant se garde, à zéro :
    ce qui est écrit ne s'efface que vidé par qui l'a écrit; ce que la page propose d'elle-même n'est pas écrit. Un
    montant d'un exercice que les dates ne couvrent plus reste à l'écran.
    """

    accesseur = TETE = MOTS = ""
    AU_PLUS, EN_ABREGE = 15, 6
    PROPOSEES = ()  # ce qui nomme d'avance les lignes encore vides : {nom: valeur}

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
        proposees = self._proposees()
        for rang in self.rangs:
            lignes = self.lues.get(rang, [])
            self._ajouter(rang, lignes, {} if lignes else next(proposees, {}))

    def _combien(self):
        envoyes = [c.split("_")[1] for c in self.data if c.startswith("ligne_")]
        envoyees = max((int(rang) + 1 for rang in envoyes if rang.isdecimal()), default=0)
        lues = max(self.lues, default=-1) + 1
        au_plus = self.rangees_offertes
        return max(lues, min(au_plus, max(lues + 1, len(self.PROPOSEES))), min(envoyees, self.AU_PLUS))

    def _proposees(self):
        """Celles qu'aucune ligne enregistrée ne porte, dans l'ordre."""
        inscrites = {getattr(ligne, self.TETE) for ligne in chain(*self.lues.values())}
        return (proposee for proposee in self.PROPOSEES if proposee[self.TETE] not in inscrites)

    def _ajouter(self, rang, lignes, proposee):
        for nom, champ in self.decrire().items():
            champ.required = False
            champ.initial = getattr(lignes[0], nom) if lignes else proposee.get(nom, champ.initial)
            self.fields[self.champ(rang, nom)] = champ
        montants = {ligne.an: ligne.montant for ligne in lignes}
        for exercice in self.exercices:
            hors = " (hors de vos dates)" if exercice.an in self.hors_des_dates else ""
            self.fields[self.champ(rang, exercice.an)] = SaisieMontant(
                label=f"{self.legende} {rang + 1}, en {exercice}{hors}",
                required=False,
                initial=montants.get(exercice.an) or None,
            )

    @staticmethod
    def champ(rang, nom):
        return f"ligne_{rang}_{nom}"

    def decrire(self):
        """{nom: champ neuf} de ce qui nomme une ligne."""
        raise NotImplementedError

    @property
    def disposition(self):
        if not self.exercices:
            return Layout(Groupe(self.legende, aide=RIEN), "a_revoir")
        return Layout(
            Morceau("projets/demande/_lignes.html"), Morceau("projets/demande/_montage.html"), "a_revoir"
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
            nommee = {nom: donnees.get(self.champ(rang, nom)) for nom in self.decrire()}
            montants = {e.an: donnees.get(self.champ(rang, e.an)) for e in self.exercices}
            yield rang, nommee, {an: montant for an, montant in montants.items() if montant}

    def _dite(self, nommee):
        """Une ligne où quelqu'un a écrit : des mots, ou un nom que la page ne propose pas d'elle-même."""
        proposes = {"", *(proposee[self.TETE] for proposee in self.PROPOSEES)}
        return bool(nommee[self.MOTS]) or (nommee[self.TETE] or "") not in proposes

    def clean(self):
        donnees = super().clean()
        for rang, nommee, montants in self.lignes(donnees):
            tete = self.champ(rang, self.TETE)
            if not donnees.get(tete) and tete not in self.errors and (montants or self._dite(nommee)):
                self.add_error(tete, "Nommez cette ligne, ou videz-la.")
        return donnees

    def ecrire_les_rangees(self, initiative):
        if not self.exercices:
            return
        relation = getattr(initiative, self.accesseur)
        relation.all().delete()
        for rang, (nommee, montants) in enumerate(self._gardees()):
            for an, montant in montants.items():
                relation.create(rang=rang, an=an, montant=montant, **nommee)

    def _gardees(self):
        """[({nom: valeur}, {an: montant})] des lignes écrites, dans l'ordre; à zéro, une ligne nommée sans montant."""
        return [
            (nommee, montants or {self.exercices[0].an: ZERO})
            for _, nommee, montants in self.lignes(self.cleaned_data)
            if montants or self._dite(nommee)
        ]

    def est_deja_enregistre(self):
        """Ligne écrite par ligne écrite : le rang où on la tape n'est pas toujours celui où elle se range."""
        relu = self.relu(self.data)
        enregistrees = [
            ({nom: getattr(lignes[0], nom) for nom in self.decrire()}, {e.an: e.montant for e in lignes})
            for lignes in relu.lues.values()
        ]
        return relu.is_valid() and relu._gardees() == enregistrees

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
    TETE, MOTS = "poste", "precision"
    COLONNES = {"Poste": ("poste", "precision")}
    PROPOSEES = tuple(
        {"poste": poste}
        for poste in ("salaires", "materiel", "deplacements", "participation", "location", "administration")
    )

    def decrire(self):
        return {
            "poste": forms.ChoiceField(label="Poste", choices=[("", "Choisir"), *LigneDepense.Poste.choices]),
            "precision": forms.CharField(label="Précision", max_length=120),
        }

    def en_regle(self, nommee, an, montant):
        return Ligne(nommee["poste"], an, montant, nom=str(LigneDepense(**nommee)))


class SourcesForm(LignesForm):
    """Laissé vide, un montant demandé au Fonds est ce qui manque aux autres sources."""

    code, accesseur, legende = "sources", "sources", "Source"
    TETE, MOTS = "source", "nom"
    COLONNES = {"Source": ("source", "nom"), "Forme et certitude": ("forme", "certitude")}
    PROPOSEES = (
        {"source": "fqis"},
        {"source": "propre", "certitude": "confirmee"},
        {"source": "municipal"},
        {"source": "benevolat", "forme": "nature", "certitude": "confirmee"},
    )

    def decrire(self):
        return {
            "source": forms.ChoiceField(
                label="Source",
                choices=[("", "Choisir"), *SourcePrevue.Source.choices],
            ),
            "nom": forms.CharField(label="De qui", max_length=120),
            "forme": forms.ChoiceField(label="Forme", choices=SourcePrevue.Forme.choices, initial="especes"),
            "certitude": forms.ChoiceField(
                label="Certitude", choices=SourcePrevue.Certitude.choices, initial="demandee"
            ),
        }

    def clean(self):
        donnees = super().clean()
        self._demander_ce_qui_manque(donnees)
        for rang, nommee, montants in self.lignes(donnees):
            if not (montants or self._dite(nommee)):
                continue
            if nommee["source"] == "fqis" and (nommee["forme"], nommee["certitude"]) != (
                "especes",
                "demandee",
            ):
                self.add_error(self.champ(rang, "forme"), "Le Fonds se demande, en espèces.")
            if nommee["source"] == "benevolat" and nommee["forme"] != "nature":
                self.add_error(self.champ(rang, "forme"), "Le bénévolat est une contribution en nature.")
        return donnees

    def _demander_ce_qui_manque(self, donnees):
        rang = next((rang for rang, nommee, _ in self.lignes(donnees) if nommee["source"] == "fqis"), None)
        montage = montage_de(self.instance, sources=list(self._tapees(donnees)))
        for exercice in self.instance.exercices if rang is not None else ():
            champ = self.champ(rang, exercice.an)
            if champ in donnees and donnees[champ] is None:
                donnees[champ] = max(montage.ecart(exercice.an), ZERO) or None

    def en_regle(self, nommee, an, montant):
        return Ligne(
            nommee["source"],
            an,
            montant,
            nom=str(SourcePrevue(**nommee)),
            nature=nommee["forme"] == "nature",
            confirmee=nommee["certitude"] == "confirmee",
        )
