"""Inscrire ou corriger un incident de confidentialité."""

from django import forms

from alliances.forms.suivi import FormulaireSuivi
from alliances.models import IncidentDeConfidentialite


class IncidentForm(FormulaireSuivi):
    class Meta:
        model = IncidentDeConfidentialite
        fields = [
            "survenu_le",
            "nature",
            "renseignements",
            "personnes",
            "risque",
            "mesures",
            "avis_commission_le",
            "avis_personnes_le",
        ]
        widgets = {"nature": forms.RadioSelect, "risque": forms.RadioSelect}
        help_texts = {
            "renseignements": "Leur sorte, jamais leur contenu\u00a0: «\u00a0adresses courriel\u00a0», et non les "
            "adresses. Ne nommez personne.",
            "personnes": "Leur nombre, ou vide s’il n’est pas encore connu.",
            "avis_commission_le": "Un risque de préjudice sérieux se signale à la Commission d’accès à l’information.",
        }
