"""L'export comptable : lu puis essayé à blanc, chaque ligne avec toutes ses fautes; il s'écrit une fois confirmé."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django import forms
from django.core import signing

from conventions.models import Depense
from conventions.models.versements import REFERENCE_LONGUE, en_reference
from socle.formulaires.champs import DateSouple
from socle.formulaires.disposition import Formulaire
from socle.formulaires.tableaux import DATES, DE_WINDOWS, UTF_8, fautes_de, lire_le_tableau, sans_accent
from socle.valeurs.argent import SOU, ZERO, SaisieMontant
from socle.valeurs.exercice import Exercice

LIGNES_AU_PLUS = 500
NOMS = {
    "faite_le": "Date",
    "enveloppe": "Enveloppe",
    "poste": "Poste",
    "montant": "Montant",
    "reference": "Référence",
    "objet": "Objet",
    "precision": "Précision",
}
FACULTATIVES = ("objet", "precision")
POSTES = {sans_accent(nom): poste.value for poste in Depense.Poste for nom in (poste.value, poste.label)}


@dataclass
class LigneLue:
    """Une ligne du fichier : ce qu'elle dit, ce qui s'inscrira, et ce qui ne va pas."""

    numero: int
    texte: dict
    saisie: dict | None = None
    deja: bool = False
    fautes: list = field(default_factory=list)

    @property
    def cases(self):
        return {champ: self.texte.get(champ, "") for champ in NOMS}

    @property
    def phrases(self):
        """« Montant : entrez un montant… », chaque faute de la ligne."""
        return [f"{NOMS[champ]}\u00a0: {phrase[:1].lower()}{phrase[1:]}" for champ, phrase in self.fautes]


class LigneForm(Formulaire):
    """Une ligne, jugée seule; `enveloppes` : {(exercice, nom sans accent): [enveloppes]}."""

    faite_le = DateSouple(input_formats=DATES)
    enveloppe = forms.CharField()
    poste = forms.CharField()
    montant = SaisieMontant(minimum=SOU)
    reference = forms.CharField(max_length=REFERENCE_LONGUE)
    objet = forms.CharField(required=False, max_length=150)
    precision = forms.CharField(required=False, max_length=120)

    def __init__(self, *args, enveloppes, **options):
        super().__init__(*args, **options)
        self.enveloppes = enveloppes

    def clean_poste(self):
        if poste := POSTES.get(sans_accent(self.cleaned_data["poste"])):
            return poste
        connus = ", ".join(Depense.Poste.labels)
        raise forms.ValidationError(f"Ce poste n’existe pas. Les postes\u00a0: {connus}.")

    def clean(self):
        donnees = super().clean()
        nom, jour = donnees.get("enveloppe"), donnees.get("faite_le")
        if not nom or not jour:
            return donnees
        exercice = Exercice.de(jour)
        trouvees = self.enveloppes.get((exercice.an, sans_accent(nom)), ())
        if len(trouvees) == 1:
            [donnees["enveloppe"]] = trouvees
        else:
            self.add_error("enveloppe", self._laquelle(exercice, trouvees))
        return donnees

    def _laquelle(self, exercice, trouvees):
        """Pourquoi ce nom ne désigne pas une enveloppe, et ceux qui le feraient."""
        if trouvees:
            return f"Plusieurs enveloppes portent ce nom dans l’exercice {exercice}."
        connues = [
            str(e) for (an, _), siennes in self.enveloppes.items() if an == exercice.an for e in siennes
        ]
        if not connues:
            return (
                f"Rien ne se dépense dans l’exercice {exercice}\u00a0: il est clos, ou n’a pas d’enveloppe."
            )
        return f"Vous n’en dépensez aucune de ce nom. Celles de l’exercice {exercice}\u00a0: {', '.join(connues)}."


class ImportForm(Formulaire):
    """Le fichier. Valide, `lignes` porte chaque ligne essayée à blanc."""

    fichier = forms.FileField(
        label="Export comptable (CSV ou Excel)",
        help_text="Colonnes\u00a0: Date, Enveloppe, Poste, Montant, Référence; au besoin, Objet et Précision. Les noms "
        "d’enveloppes et de postes sont ceux de l’application.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def __init__(self, *args, enveloppes, utilisateur, **options):
        super().__init__(*args, **options)
        self.utilisateur, self.lignes = utilisateur, []
        self.enveloppes = defaultdict(list)
        for enveloppe in enveloppes:
            self.enveloppes[enveloppe.an, sans_accent(str(enveloppe))].append(enveloppe)

    def clean_fichier(self):
        fichier = self.cleaned_data["fichier"]
        lues = lire_le_tableau(
            fichier, NOMS, encodages=(UTF_8, DE_WINDOWS), excel=True, facultatives=FACULTATIVES
        )
        if not lues:
            raise forms.ValidationError("Ce fichier n’a aucune dépense.")
        if len(lues) > LIGNES_AU_PLUS:
            raise forms.ValidationError(
                f"Un import a au plus {LIGNES_AU_PLUS} lignes\u00a0: celui-ci en a {len(lues)}."
            )
        self.lignes = [self._juger(numero, texte) for numero, texte in lues]
        self._juger_les_doubles()
        self._essayer()
        return fichier

    def _juger(self, numero, texte):
        form, ligne = LigneForm(texte, enveloppes=self.enveloppes), LigneLue(numero, texte)
        if form.is_valid():
            ligne.saisie = form.cleaned_data | {"reference": en_reference(form.cleaned_data["reference"])}
        else:
            ligne.fautes = list(fautes_de(form))
        return ligne

    def _juger_les_doubles(self):
        vues = {}
        for ligne in self.lignes:
            reference = en_reference(ligne.texte.get("reference", ""))
            if reference and reference in vues:
                phrase = f"la référence «\u00a0{reference}\u00a0» est déjà à la ligne {vues[reference]}."
                ligne.fautes.append(("reference", phrase))
            vues.setdefault(reference, ligne.numero)

    def _essayer(self):
        """Joue sans rien garder les lignes qui se lisent; un double ne se joue pas."""
        jouees = [ligne for ligne in self.lignes if ligne.saisie and not ligne.fautes]
        essai = Depense.essayer_en_lot([ligne.saisie for ligne in jouees], par=self.utilisateur)
        for ligne, (deja, fautes) in zip(jouees, essai, strict=True):
            ligne.deja, ligne.fautes = deja, fautes

    @property
    def neuves(self):
        """Ce qui s'inscrira."""
        return [ligne.saisie for ligne in self.lignes if ligne.saisie and not ligne.deja and not ligne.fautes]

    @property
    def deja(self):
        return sum(ligne.deja for ligne in self.lignes)

    @property
    def fautives(self):
        return sum(bool(ligne.fautes) for ligne in self.lignes)

    @property
    def totaux(self):
        """[(enveloppe, dollars)] de ce qui s'inscrira."""
        totaux = Counter()
        for saisie in self.neuves:
            totaux[saisie["enveloppe"]] += saisie["montant"]
        return list(totaux.items())

    @property
    def total(self):
        return sum((saisie["montant"] for saisie in self.neuves), ZERO)


# --- Du fichier lu à sa confirmation --------------------------------------------------------------------


def sceller(saisies, sel):
    """Les lignes relues, telles que la page de confirmation les renvoie."""
    lignes = [
        [s["enveloppe"].pk, str(s["montant"]), s["faite_le"].isoformat(), s["poste"], *_mots(s)]
        for s in saisies
    ]
    return signing.dumps(lignes, salt=sel, compress=True)


def _mots(saisie):
    return saisie["reference"], saisie["objet"], saisie["precision"]


def desceller(jeton, sel, enveloppes):
    """Les saisies d'un jeton; `None` s'il n'est pas le nôtre ou si une enveloppe n'est plus permise."""
    permises = {enveloppe.pk: enveloppe for enveloppe in enveloppes}
    try:
        return [
            {
                "enveloppe": permises[pk],
                "montant": Decimal(montant),
                "faite_le": date.fromisoformat(jour),
                "poste": poste,
                "reference": reference,
                "objet": objet,
                "precision": precision,
            }
            for pk, montant, jour, poste, reference, objet, precision in signing.loads(jeton, salt=sel)
        ]
    except (signing.BadSignature, KeyError):
        return None
