"""Le formulaire du partage national : les paramètres, et un tableau collé d'un fichier CSV."""

import csv
from decimal import Decimal

from django import forms

from conventions.regles.partage_national import CRITERES, AlliancePartagee, PartageImpossible, partager
from socle.formulaires.disposition import Formulaire
from socle.valeurs.argent import SaisieMontant

COLONNES = ("Alliance", "Montant précédent", "IDMS", "Densité", "Population")
ENTETE = ";".join(COLONNES)


def _pourcentage(libelle, initial, aide=""):
    return forms.DecimalField(
        label=libelle, min_value=0, max_digits=7, decimal_places=2, initial=initial, help_text=aide
    )


class PartageForm(Formulaire):
    """Les poids de 2017-2023 servent de départ; chacun se change."""

    montant = SaisieMontant(label="Montant national à partager", minimum=Decimal("0.01"))
    majoration = _pourcentage(
        "Majoration du montant précédent (%)", 20, "En 2017-2023\xa0: 20\xa0% (évaluation, §2.1)."
    )
    poids_idms = _pourcentage("Poids de l’IDMS dans le solde (%)", 95)
    poids_densite = _pourcentage("Poids de la densité dans le solde (%)", 5)
    poids_population = _pourcentage("Poids de la part de la population dans le solde (%)", 0)
    tableau = forms.CharField(
        label="Montants précédents et indices",
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 24, "class": "tableau-colle", "spellcheck": "false"}),
        help_text="Collez les lignes d’un fichier CSV\xa0: Alliance; montant précédent; IDMS; densité; population. "
        "Chaque part va en proportion de la colonne\xa0: donnez la valeur qui doit servir de clé. Ce qui manque reste "
        "vide.",
    )

    def __init__(self, *args, annonces, **options):
        super().__init__(*args, **options)
        self.annonces = annonces

    def clean_tableau(self):
        """Les Alliances lues; lève toutes les erreurs ensemble, chacune avec sa ligne et sa colonne."""
        texte = self.cleaned_data["tableau"].strip("\ufeff\n ")
        premiere = texte.splitlines()[0]
        separateur = next((s for s in ("\t", ";") if s in premiere), ",")
        alliances, erreurs, vues = [], [], {}
        for numero, cellules in enumerate(csv.reader(texte.splitlines(), delimiter=separateur), start=1):
            cellules = [cellule.strip() for cellule in cellules]
            if not any(cellules) or (numero == 1 and cellules[0].lower() == "alliance"):
                continue
            alliance = self._lire(numero, cellules, erreurs)
            if alliance.nom and vues.setdefault(alliance.nom.casefold(), numero) != numero:
                premiere = vues[alliance.nom.casefold()]
                erreurs.append(
                    f"Ligne {numero}, {COLONNES[0]}\xa0: «\xa0{alliance.nom}\xa0» est déjà à la ligne {premiere}."
                )
            alliances.append(alliance)
        if erreurs:
            raise forms.ValidationError(erreurs)
        return alliances

    def clean(self):
        """Les parts, dès que tout se lit : un partage impossible se dit au champ qui l'empêche."""
        donnees = super().clean()
        if self.errors:
            return donnees
        poids = [donnees[f"poids_{critere}"] for critere in CRITERES]
        try:
            self.parts = partager(donnees["montant"], donnees["majoration"], poids, donnees["tableau"])
        except PartageImpossible as refus:
            for raison in refus.raisons:
                self.add_error("poids_idms" if "poids" in raison else "tableau", raison)
        return donnees

    def _lire(self, numero, cellules, erreurs):
        if len(cellules) > len(COLONNES):
            erreurs.append(f"Ligne {numero}\xa0: {len(cellules)} valeurs au lieu de {len(COLONNES)}.")
        nom, *valeurs = [*cellules, *[""] * len(COLONNES)][: len(COLONNES)]
        champs = (SaisieMontant(required=False), *(_critere() for _ in CRITERES))
        lues = []
        for colonne, champ, valeur in zip(COLONNES[1:], champs, valeurs, strict=True):
            try:
                lues.append(champ.clean(valeur if isinstance(champ, SaisieMontant) else _nombre(valeur)))
            except forms.ValidationError as refus:
                lues.append(None)
                phrase = " ".join(refus.messages)
                erreurs.append(f"Ligne {numero}, {colonne}\xa0: {phrase[:1].lower()}{phrase[1:]}")
        if not nom:
            erreurs.append(f"Ligne {numero}, {COLONNES[0]}\xa0: le nom manque.")
        return AlliancePartagee(nom, *lues, annonce=self.annonces.get(nom.casefold()))


def _critere():
    return forms.DecimalField(required=False, min_value=0)


def _nombre(valeur):
    return "".join(valeur.split()).replace(",", ".")


def en_tableau(lignes):
    """Le texte de départ du tableau : une ligne par Alliance, avec ce que le service en sait."""
    return "\n".join([ENTETE, *(";".join(map(str, ligne)) for ligne in lignes)])
