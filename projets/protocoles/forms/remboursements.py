"""Inscrire ce qu'un organisme rend; filtrer ce qui est à récupérer."""

from django import forms
from django.db.models import F

from conventions.models.versements import REFERENCE_LONGUE
from projets.protocoles.models import Remboursement
from socle.formulaires.champs import DateSouple, PieceField
from socle.formulaires.disposition import Formulaire, Layout, Rangee
from socle.pages.filtres import FiltreChoix, FiltreExercice, FiltreRecherche, Filtres
from socle.valeurs.argent import SOU, SaisieMontant
from socle.valeurs.horloge import aujourd_hui


class RemboursementForm(Formulaire):
    """Quand, combien, sous quelle référence; chaque faute va à son champ."""

    faite_le = DateSouple(label="Reçu le", initial=aujourd_hui)
    montant = SaisieMontant(label="Montant reçu", minimum=SOU)
    reference = forms.CharField(label="Référence comptable", max_length=REFERENCE_LONGUE)
    piece = PieceField(label="Preuve du virement", required=False)
    disposition = Layout(Rangee("faite_le", "montant", "reference"), "piece")

    def __init__(self, *args, ligne, **options):
        super().__init__(*args, **options)
        self.ligne = ligne

    def clean(self):
        super().clean()
        if self.errors:
            return self.cleaned_data
        saisie = {nom: self.cleaned_data[nom] for nom in ("faite_le", "montant", "reference")}
        enveloppe = self.ligne.affectation.enveloppe
        fautes = Remboursement.fautes_d_une_saisie(ligne=self.ligne, enveloppe=enveloppe, **saisie)
        for champ, phrase in fautes:
            self.add_error(champ if champ in self.fields else None, phrase)
        return self.cleaned_data

    def saisie(self):
        return self.cleaned_data | {"ligne": self.ligne}


class FiltresARecuperer(Filtres):
    ETATS = (("reste", "À récupérer"), ("rendu", "Tout est rendu"))

    etat = FiltreChoix(label="État", choices=ETATS, method="a_l_etat")
    exercice = FiltreExercice("affectation__enveloppe__an")
    q = FiltreRecherche(
        "protocole__initiative__titre",
        "protocole__initiative__numero",
        "protocole__initiative__organisme__nom",
        label="Initiative ou organisme",
    )

    def a_l_etat(self, lignes, nom, etat):
        doit = {"a_recuperer__gt": F("deja_rendu")}
        return lignes.filter(**doit) if etat == "reste" else lignes.exclude(**doit)
