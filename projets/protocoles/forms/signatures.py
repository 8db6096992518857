"""Signer un protocole ou un avenant, ou le refuser : d'un côté, sur le texte que la page montre."""

from django import forms

from projets.protocoles.models import SignatureProtocole
from socle.formulaires.champs import DateSouple, PieceField
from socle.formulaires.disposition import Groupe, Layout, Rangee
from socle.formulaires.revision import SurUneEmpreinte
from socle.valeurs.horloge import aujourd_hui

DE_L_ORGANISME = SignatureProtocole.Cote.ORGANISME


class SignatureForm(SurUneEmpreinte):
    """L'organisme signe par résolution, jointe; l'Alliance, avec ou sans."""

    nom = forms.CharField(label="Nom de la personne qui signe", max_length=150)
    fonction = forms.CharField(
        label="Sa fonction", max_length=120, help_text="Par exemple\xa0: présidence, direction générale."
    )
    signee_le = DateSouple(label="Signé le", initial=aujourd_hui)
    resolution = forms.CharField(label="Numéro de la résolution", max_length=60)
    resolution_le = DateSouple(label="Adoptée le")
    fichier = PieceField(label="La résolution")

    def __init__(self, *args, protocole, cote, **options):
        super().__init__(*args, **options)
        self.protocole, self.par_resolution = protocole, cote == DE_L_ORGANISME
        if not self.par_resolution:
            for nom in ("resolution", "resolution_le", "fichier"):
                self.fields[nom].required = False
            self.fields["fichier"].label = "L’exemplaire signé, ou la résolution"

    @property
    def disposition(self):
        legende, aide = "La résolution qui autorise la signature", "Telle qu’elle paraît au procès-verbal."
        if not self.par_resolution:
            legende, aide = "Résolution ou exemplaire signé, au besoin", ""
        resolution = Rangee("resolution", "resolution_le")
        groupe = Groupe(legende, resolution, "fichier", aide=aide, replie=not self.par_resolution)
        return Layout("nom", "fonction", "signee_le", groupe)

    def clean_signee_le(self):
        jour = self.cleaned_data["signee_le"]
        if self.protocole.transmis_le and (phrases := self.protocole.empechements_de_date(jour)):
            raise forms.ValidationError(phrases)
        return jour

    def clean(self):
        donnees = super().clean()
        signee_le, adoptee_le = donnees.get("signee_le"), donnees.get("resolution_le")
        if bool(donnees.get("resolution")) != bool(adoptee_le) and not self.par_resolution:
            manque = "resolution_le" if donnees.get("resolution") else "resolution"
            self.add_error(manque, "Une résolution a son numéro et sa date.")
        if signee_le and adoptee_le:
            for phrase in self.protocole.convention.empechements_de_resolution(adoptee_le, signee_le):
                self.add_error("resolution_le", phrase)
        return donnees

    def saisie(self):
        donnees = dict(self.cleaned_data)
        return {"vu": donnees.pop("revision"), "fichier": donnees.pop("fichier") or None} | donnees


class RefusForm(SurUneEmpreinte):
    motif = forms.CharField(
        label="Pourquoi",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="L’autre partie le lira\xa0: dites ce qu’il faudrait changer.",
    )

    def saisie(self):
        return {"vu": self.cleaned_data["revision"], "motif": self.cleaned_data["motif"]}
