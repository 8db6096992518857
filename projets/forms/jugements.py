"""Juger l'admissibilité, critère par critère; fixer le palier autrement que la règle."""

from django import forms

from alliances.models.gouvernance import Palier
from projets.models.jugements import Critere
from socle.formulaires.disposition import Formulaire, Groupe, Layout
from socle.formulaires.motif import MotifForm
from socle.formulaires.revision import AvecRevision

OUI_OU_NON = (("oui", "Oui"), ("non", "Non"))


class JugementForm(Formulaire):
    """Un oui ou un non par critère, et une précision quand c'est non."""

    def __init__(self, *args, initiative, **options):
        super().__init__(*args, **options)
        deja = {r.critere: r for r in initiative.reponses_d_admissibilite.all()}
        for critere in Critere:
            reponse = deja.get(critere)
            self.fields[critere.value] = forms.ChoiceField(
                label=critere.label,
                choices=OUI_OU_NON,
                widget=forms.RadioSelect,
                initial=("oui" if reponse.convient else "non") if reponse else None,
            )
            self.fields[f"{critere.value}_precision"] = forms.CharField(
                label="Précision", required=False, max_length=300, initial=reponse and reponse.precision
            )

    @property
    def disposition(self):
        return Layout(*(Groupe(c.label, c.value, f"{c.value}_precision") for c in Critere))

    def clean(self):
        donnees = super().clean()
        for critere in Critere:
            champ = f"{critere.value}_precision"
            if donnees.get(critere.value) == "non" and not donnees.get(champ, "").strip():
                self.add_error(champ, "Dites pourquoi ce critère ne convient pas\xa0: l’organisme le lira.")
        return donnees

    def saisie(self):
        donnees = self.cleaned_data
        return {
            "reponses": {c: (donnees[c.value] == "oui", donnees[f"{c.value}_precision"]) for c in Critere}
        }


class PalierForm(MotifForm, AvecRevision):
    """Le palier, sur la demande telle qu'on la lisait : si quelqu'un l'a fixé depuis, on le relit d'abord."""

    palier = forms.ChoiceField(label="L’initiative est", choices=Palier.choices, widget=forms.RadioSelect)
    field_order = ["palier", "motif"]

    def __init__(self, *args, initiative, **options):
        self.initiative = initiative
        super().__init__(*args, initial={"palier": initiative.palier}, **options)

    def revision_actuelle(self):
        return self.initiative.revision
