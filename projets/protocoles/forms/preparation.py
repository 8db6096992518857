"""Préparer un protocole : ses dates, puis son échéancier, une rangée par versement."""

from django import forms

from projets.forms.rangees import Rangees
from projets.protocoles.models import Protocole, Tranche
from projets.protocoles.regles.dates import JOURS_DU_RAPPORT
from projets.protocoles.regles.echeancier import USUELS, Prevue, Reglages, fautes_de_jour, ranger
from socle.formulaires.champs import DateSouple
from socle.formulaires.disposition import Formulaire, Layout, Morceau, Rangee
from socle.formulaires.revision import AvecRevision, SurUneEmpreinte
from socle.valeurs.argent import SOU, ZERO, SaisieMontant

DATES = ("debut", "fin", "rapport_final_le")
TRANCHES_AU_PLUS = 24


class DatesDuProtocoleForm(Formulaire):
    """Les trois dates, jugées avec la convention et le cycle; la faute est à côté de la sienne."""

    debut = DateSouple(label="Début du protocole")
    fin = DateSouple(label="Fin du protocole")
    rapport_final_le = DateSouple(
        label="Rapport final attendu le",
        help_text=f"Souvent {JOURS_DU_RAPPORT}\xa0jours après la fin. Ce qui est retenu attend son acceptation.",
    )
    disposition = Layout(Rangee(*DATES[:2]), "rapport_final_le")

    def __init__(self, *args, protocole, **options):
        self.protocole = protocole
        super().__init__(*args, **options)

    def clean(self):
        donnees = super().clean()
        if not self.errors:
            dates = {nom: donnees[nom] for nom in DATES}
            essai = Protocole(initiative=self.protocole.initiative, **dates)
            essai.sommes_lues = self.protocole.sommes_lues
            for champ, phrase in essai.fautes_par_date():
                self.add_error(champ, phrase)
        return donnees


class DatesRevuesForm(AvecRevision, DatesDuProtocoleForm):
    """Les mêmes, d'un protocole qui se prépare déjà."""

    def revision_actuelle(self):
        return self.protocole.revision


def _taux(libelle, aide=""):
    return forms.DecimalField(
        label=libelle, min_value=0, max_value=100, decimal_places=2, max_digits=5, help_text=aide
    )


class ReglagesForm(Formulaire):
    """Ce qui propose un échéancier; il vit dans l'adresse, et rien ne s'enregistre."""

    mention = False
    seuil = SaisieMontant(label="Petite somme, jusqu’à")
    petite = _taux("Petite somme\xa0: part versée à la signature, en\xa0%")
    premiere = _taux("Au-delà\xa0: part versée à la signature, en\xa0%")
    retenue = _taux("Sur plusieurs exercices\xa0: retenue finale, en\xa0%")
    disposition = Layout(Rangee("seuil", "petite"), Rangee("premiere", "retenue"))

    def __init__(self, donnees=None):
        usuels = {nom: getattr(USUELS, nom) for nom in self.base_fields}
        super().__init__(donnees if donnees and "seuil" in donnees else None, initial=usuels)

    @property
    def reglages(self):
        """Ceux qu'on demande; les usuels tant qu'on n'en demande pas; rien s'ils ne se lisent pas."""
        if not self.is_bound:
            return USUELS
        return Reglages(**self.cleaned_data) if self.is_valid() else None


class EcheancierForm(AvecRevision):
    """Une rangée par versement, dans l'ordre de leur date; vidée, elle s'efface. Inachevé, il s'enregistre."""

    disposition = Layout(Morceau("protocoles/_saisie_des_tranches.html"))
    gabarit_du_bilan = "protocoles/_bilan.html"

    def __init__(self, *args, protocole, proposees=None, voulues=0, **options):
        self.protocole, self.rangees_voulues = protocole, voulues
        super().__init__(*args, **options)
        self.sommes = list(protocole.affectations())
        self.montrees = protocole.prevues() if proposees is None else proposees
        self.rangees = Rangees(
            self,
            self.montrees,
            self._fabriques(),
            au_plus=TRANCHES_AU_PLUS,
            nom="tranche",
            designation="Versement",
        )

    def _fabriques(self):
        sommes = [(a.pk, f"{a.enveloppe}, {a.enveloppe.exercice}") for a in self.sommes]
        choix = sommes if len(sommes) == 1 else [("", "Choisir"), *sommes]
        conditions = [("", "Choisir"), *Tranche.Condition.choices]
        return {
            "montant": lambda: SaisieMontant(label="Montant", minimum=SOU),
            "part": lambda: forms.TypedChoiceField(
                label="À même", choices=choix, coerce=int, initial=choix[0][0] or None
            ),
            "condition": lambda: forms.ChoiceField(label="Condition", choices=conditions),
            "prevue_le": lambda: DateSouple(label="Prévu le"),
            "retenue": lambda: forms.BooleanField(label="Retenu jusqu’au rapport final"),
        }

    def revision_actuelle(self):
        return self.protocole.revision

    @property
    def lignes(self):
        """Les champs liés de chaque rangée, pour le tableau."""
        noms = ("part", "montant", "condition", "prevue_le", "retenue")
        return [
            {"numero": rang + 1} | {nom: self[self.rangees.champ(rang, nom)] for nom in noms}
            for rang in range(self.rangees.nombre)
        ]

    def clean(self):
        donnees = super().clean()
        self.rangees.verifier(donnees)
        for rang, ligne in self.rangees.remplies(donnees):
            for nom, phrase in [*_fautes(ligne), *self._fautes_de_jour(ligne)]:
                champ = self.rangees.champ(rang, nom)
                if champ not in self.errors:
                    self.add_error(champ, phrase)
        return donnees

    def _fautes_de_jour(self, ligne):
        """(champ, phrase) d'une date hors du protocole, de la convention ou de l'exercice."""
        enveloppes = {a.pk: a.enveloppe for a in self.sommes}
        if ligne["prevue_le"] and ligne["part"]:
            exercice, bornes = enveloppes[ligne["part"]].exercice, self.protocole
            for phrase in fautes_de_jour(
                ligne["prevue_le"], exercice, debut=bornes.debut, fin=bornes.convention.fin
            ):
                yield "prevue_le", phrase

    def prevues(self):
        """Ce que dit la page : ce qui est tapé s'il se lit, sinon ce qu'elle montrait d'abord."""
        if not self.is_bound:
            return self.montrees
        lignes = [ligne for _, ligne in self.rangees.remplies(self.cleaned_data)]
        completes = [ligne for ligne in lignes if ligne["part"] and ligne["prevue_le"]]
        return [Prevue(**ligne | {"retenue": bool(ligne["retenue"])}) for ligne in completes]

    @property
    def bilan(self):
        """De chaque somme accordée : ce que les versements en font, ce qui y manque ou y est de trop."""
        prevues = self.prevues()
        for a in self.sommes:
            prevu = sum((t.montant for t in prevues if t.part == a.pk), ZERO)
            yield {
                "somme": a,
                "prevu": prevu,
                "manque": max(a.montant - prevu, ZERO),
                "de_trop": max(prevu - a.montant, ZERO),
            }

    def saisie(self):
        return {"revision": self.cleaned_data["revision"], "tranches": ranger(self.prevues())}


def _fautes(ligne):
    """(champ, phrase) de ce qui manque à une rangée qui a son montant."""
    if not ligne["part"]:
        yield "part", "Choisissez la somme accordée où puise ce versement."
    if not ligne["condition"]:
        yield "condition", "Choisissez ce qui libère ce versement."
    elif ligne["retenue"] and ligne["condition"] != Tranche.Condition.RAPPORT:
        yield "condition", "Ce qui est retenu attend le rapport\xa0: choisissez cette condition."
    if not ligne["prevue_le"]:
        yield "prevue_le", "Donnez la date prévue de ce versement."


class TransmissionForm(SurUneEmpreinte):
    """On transmet le texte que la page montrait, à la lettre."""

    def saisie(self):
        return {"vu": self.cleaned_data["revision"]}
