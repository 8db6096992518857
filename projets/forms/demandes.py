"""Commencer une demande, puis attester et déposer."""

from django import forms
from django.db.models import F, Q

from alliances.models import Organisme
from projets.models import Initiative
from socle.formulaires.disposition import Formulaire


class CommencerForm(Formulaire):
    organisme = forms.ModelChoiceField(
        Organisme.objects.none(),
        label="Au nom de quel organisme?",
        widget=forms.RadioSelect,
        empty_label=None,
    )

    reprise_de = forms.ModelChoiceField(
        Initiative.objects.none(),
        label="Reprendre une demande précédente",
        required=False,
        empty_label="Partir d’une page blanche",
        help_text="Ses textes et ses lignes de budget, à relire; ni ses dates, ni ses engagements, ni ses pièces.",
    )

    def __init__(self, *args, organismes, **options):
        super().__init__(*args, **options)
        champ = self.fields["organisme"]
        champ.queryset = organismes
        if len(organismes) == 1:
            champ.initial = organismes[0]
        arretees = Q(retiree_le=F("appel__retire_le"))  # le retrait de l'appel les a laissées en brouillon
        siennes = Initiative.objects.filter(Q(deposee_le__isnull=False) | arretees, organisme__in=organismes)
        reprises = siennes.select_related("organisme").order_by("-commencee_le", "-pk")
        if not reprises:
            del self.fields["reprise_de"]
            return
        self.fields["reprise_de"].queryset = reprises
        self.fields["reprise_de"].label_from_instance = lambda i: (
            f"{i.numero or 'Brouillon'}, {i} ({i.organisme})"
        )

    def clean(self):
        donnees = super().clean()
        organisme, precedente = donnees.get("organisme"), donnees.get("reprise_de")
        if organisme and precedente and precedente.organisme_id != organisme.pk:
            self.add_error("reprise_de", "Cette demande est d’un autre organisme.")
        return donnees


class DepotForm(Formulaire):
    """L'attestation; le dépôt n'a rien d'autre à demander."""

    atteste = forms.BooleanField(
        label="J’atteste que les renseignements sont exacts et que le conseil de mon organisme autorise cette demande.",
        error_messages={"required": "Cochez l’attestation pour déposer."},
    )

    def saisie(self):
        return {}
