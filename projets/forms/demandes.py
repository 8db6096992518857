"""Commencer une demande, puis attester et déposer."""

from django import forms

from alliances.models import Organisme
from projets.models import Initiative, InitiativeReprise
from socle.formulaires.disposition import Formulaire
from socle.formulaires.revision import SurUneEmpreinte


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
        help_text="Au même appel, tout revient, à relire. À un autre, ses textes, ses populations et ses lignes de "
        "budget; l’admissibilité, la signature, les dates, les territoires, les priorités et les pièces de la demande "
        "se refont.",
    )
    suite_de = forms.ModelChoiceField(
        InitiativeReprise.objects.none(),
        label="Continuer une initiative d’avant",
        required=False,
        empty_label="Aucune",
        help_text="Reprise d’un autre cycle ou d’un tableur\xa0: son titre et son résumé reviennent, à relire.",
    )
    un_autre = forms.BooleanField(label="Commencer un autre brouillon à cet appel", required=False)

    def __init__(self, *args, organismes, brouillons=(), **options):
        super().__init__(*args, **options)
        self.commences = {brouillon.organisme_id for brouillon in brouillons}
        if not brouillons:
            del self.fields["un_autre"]
        champ = self.fields["organisme"]
        champ.queryset = organismes
        if len(organismes) == 1:
            champ.initial = organismes[0]
        siennes = Initiative.objects.filter(organisme__in=organismes).select_related("organisme")
        self._offrir(
            "reprise_de",
            siennes.reprenables().order_by("-commencee_le", "-pk"),
            lambda i: f"{i.numero or 'Brouillon'}, {i} ({i.organisme})",
        )
        self._offrir(
            "suite_de",
            InitiativeReprise.objects.filter(organisme__in=organismes).select_related("organisme"),
            lambda r: f"{r.reference}, {r} ({r.organisme})",
        )

    def _offrir(self, nom, offertes, en_mots):
        """Lues une fois : la page, qui les montre, ne les redemande pas; le champ se tait s'il n'y en a pas."""
        if not offertes:
            del self.fields[nom]
            return
        champ = self.fields[nom]
        champ.queryset = offertes
        champ.choices = [("", champ.empty_label), *((o.pk, en_mots(o)) for o in offertes)]

    def clean(self):
        donnees = super().clean()
        organisme, precedente = donnees.get("organisme"), donnees.get("reprise_de")
        if organisme and precedente and precedente.organisme_id != organisme.pk:
            self.add_error("reprise_de", "Cette demande est d’un autre organisme.")
        if organisme and organisme.pk in self.commences and not donnees["un_autre"]:
            self.add_error(
                "un_autre",
                "Un brouillon existe déjà à cet appel\xa0: continuez-le, ou cochez ici pour en commencer un autre.",
            )
        return donnees

    def saisie(self):
        return {
            nom: self.cleaned_data[nom]
            for nom in ("organisme", "reprise_de", "suite_de")
            if nom in self.fields
        }


class AttestationForm(SurUneEmpreinte):
    """Base : on atteste ce que la page montre. Changé depuis, cela se relit et s'atteste de nouveau."""

    si_perime = "Relisez-la ci-dessous, puis cochez de nouveau l’attestation."

    def saisie(self):
        return {"vu": self.cleaned_data["revision"]}

    def reprendre(self):
        super().reprendre()
        self.data.pop("atteste", None)


class DepotForm(AttestationForm):
    """L'attestation; le dépôt n'a rien d'autre à demander."""

    atteste = forms.BooleanField(
        label="J’atteste que les renseignements sont exacts et que le conseil de mon organisme autorise cette demande.",
        error_messages={"required": "Cochez l’attestation pour déposer."},
    )
