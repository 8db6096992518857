"""Inscrire un rapport reçu hors du service, puis l'accepter."""

from django import forms

from socle.formulaires.champs import DateSouple, PieceField
from socle.formulaires.disposition import Formulaire, Layout, Rangee
from socle.formulaires.revision import SurUneEmpreinte
from socle.texte.typographie import date_longue
from socle.valeurs.argent import ZERO, SaisieMontant, en_dollars
from socle.valeurs.horloge import aujourd_hui


class RapportForm(Formulaire):
    """`attendus` : {date: les versements que le rapport de cette date libérera}."""

    attendu_le = forms.TypedChoiceField(label="Le rapport attendu", widget=forms.RadioSelect)
    quoi = forms.CharField(
        label="Ce qui est reçu", max_length=150, help_text="Par exemple\xa0: rapport final, par courriel."
    )
    recu_le = DateSouple(label="Reçu le", initial=aujourd_hui)
    depense = SaisieMontant(
        label="Dépensé, selon le rapport", help_text="Depuis le début, à même l’aide de l’Alliance."
    )
    fichier = PieceField(label="Le rapport", required=False)
    disposition = Layout("attendu_le", "quoi", Rangee("recu_le", "depense"), "fichier")

    def __init__(self, *args, attendus, signe_le, **options):
        super().__init__(*args, **options)
        self.signe_le, dates = signe_le, {jour.isoformat(): jour for jour in attendus}
        champ = self.fields["attendu_le"]
        champ.choices = [(jour.isoformat(), _en_mots(jour, siennes)) for jour, siennes in attendus.items()]
        champ.coerce = dates.get
        if len(dates) == 1:
            champ.initial = next(iter(dates))

    def clean_recu_le(self):
        jour = self.cleaned_data["recu_le"]
        if jour > aujourd_hui():
            raise forms.ValidationError("La date de réception est à venir.")
        if self.signe_le and jour < self.signe_le:
            raise forms.ValidationError(f"Le protocole est signé du {date_longue(self.signe_le)}.")
        return jour

    def saisie(self):
        return self.cleaned_data | {"fichier": self.cleaned_data["fichier"] or None}


class AcceptationForm(SurUneEmpreinte):
    """Rien à saisir : ce que la page dit qui se libère est ce qui est accepté."""

    def saisie(self):
        return {"vu": self.cleaned_data["revision"]}


def _en_mots(jour, tranches):
    total = sum((tranche.montant for tranche in tranches), ZERO)
    if not tranches:
        return f"Rapport final, attendu le {date_longue(jour)}"
    return f"Attendu le {date_longue(jour)}\xa0: accepté, il libère {en_dollars(total)}"
