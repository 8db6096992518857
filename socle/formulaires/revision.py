"""Enregistrer sans écraser : un formulaire qui dit d'où il part, et se reprend quand quelqu'un l'a devancé.

    class PartieForm(AvecRevision, FormulaireDeModele):
        def revision_actuelle(self):
            return self.convention.revision

        def saisie(self):
            return {"partie": self.instance, "revision": self.cleaned_data["revision"]}

Le geste reçoit `saisie()` et lève `VersionPerimee` si l'objet n'en est plus là; `socle.pages.gestes` le dit sur le
formulaire (409) et appelle `reprendre`. Le gabarit `layout/saisie.html` envoie le champ caché de lui-même.
"""

from django import forms

from socle.formulaires.disposition import Formulaire
from socle.formulaires.motif import MotifForm


class AvecRevision(Formulaire):
    """Porte, cachée, la révision de ce que la personne avait sous les yeux.

    Ce qui date un objet autrement que par un nombre (une empreinte, ce qu'on en a lu) redéclare `revision`. Une saisie
    redonnée à l'écran (`initial`) garde celle d'où elle part.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput)
    si_perime = "Pour garder votre saisie, enregistrez de nouveau."

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if "revision" not in self.initial:
            self.initial["revision"] = self.revision_actuelle()

    def revision_actuelle(self):
        """Celle de l'objet que montre la page; appelée dès `super().__init__`, donc après ce qu'elle lit."""
        raise NotImplementedError

    def reprendre(self):
        """Après un conflit : la saisie reste, et le même envoi, répété, la fait prévaloir en connaissance de cause."""
        self.data = self.data.copy()
        self.data[self.add_prefix("revision")] = self.revision_actuelle()


class SurCeQuiEstVu(AvecRevision):
    """Pour un acte qui porte sur ce que sa page montre : adopter, signer, décider. Rien n'y est à faire prévaloir."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    si_perime = "Relisez ce que la page montre maintenant; un fichier choisi est à choisir de nouveau."


class SurUneEmpreinte(SurCeQuiEstVu):
    """Le même, quand la vue dit l'empreinte de ce qu'elle montre (`vue`). Sans autre champ, rien n'est à saisir."""

    revision = forms.CharField(required=False, widget=forms.HiddenInput)
    si_perime = "Relisez ce que la page montre maintenant."

    def __init__(self, *args, vue, **options):
        self.vue = vue
        super().__init__(*args, **options)

    def revision_actuelle(self):
        return self.vue


class MotifSurUneEmpreinte(SurUneEmpreinte, MotifForm):
    """Un motif, pour un acte qui porte sur ce que sa page montre."""
