"""Proposer un relevé rectificatif : de chaque somme versée, ce qui est à récupérer et ce qui ne le sera jamais."""

from django import forms

from socle.formulaires.disposition import Groupe, Layout, Rangee
from socle.formulaires.revision import SurUneEmpreinte
from socle.valeurs.argent import ZERO, SaisieMontant, en_dollars


class RectificatifForm(SurUneEmpreinte):
    """Deux montants par somme versée, remplis de ce que le relevé dit; chaque faute se lit au sommaire."""

    motif = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ce que l’on a appris depuis la fin. L’organisme le lira.",
    )

    def __init__(self, *args, protocole, lignes, **options):
        self.lignes = {ligne.pk: ligne for ligne in lignes if ligne.decide != ligne.libere}
        super().__init__(*args, vue=protocole.empreinte_des_sommes_dues(), **options)
        for ligne in self.lignes.values():
            self._demander(ligne, protocole.rendus_lus.get(ligne.pk) or ZERO)

    def _demander(self, ligne, rendu):
        verse = ligne.decide - ligne.libere
        aide = f"Versé\xa0: {en_dollars(verse)}; déjà rendu\xa0: {en_dollars(rendu)}."
        self.fields[f"du_{ligne.pk}"] = SaisieMontant(
            label="À récupérer en tout", maximum=verse, initial=ligne.a_recuperer, help_text=aide
        )
        self.fields[f"radie_{ligne.pk}"] = SaisieMontant(
            label="Radié",
            maximum=verse,
            initial=ligne.radie,
            help_text="Dû, et qui ne se récupérera jamais.",
        )

    @property
    def disposition(self):
        groupes = (
            Groupe(
                f"{ligne.affectation.enveloppe}, {ligne.affectation.enveloppe.exercice}",
                Rangee(f"du_{pk}", f"radie_{pk}"),
            )
            for pk, ligne in self.lignes.items()
        )
        return Layout(*groupes, "motif")

    def saisie(self):
        lus = self.cleaned_data
        sommes = {pk: {"a_recuperer": lus[f"du_{pk}"], "radie": lus[f"radie_{pk}"]} for pk in self.lignes}
        return {"motif": lus["motif"], "sommes": sommes, "vu": lus["revision"]}
