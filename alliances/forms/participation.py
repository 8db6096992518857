"""La participation des personnes : des nombres, jamais de noms; trois axes qui ne s'additionnent pas."""

from django import forms

from alliances.forms.suivi import FormulaireSuivi, nommer_le_vide
from alliances.models import ParticipationPersonnes
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui


class _Participation(FormulaireSuivi):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["exercice"].widget = forms.Select(choices=_exercices(self.instance))
        if self.neuf and not self.instance.exercice:
            self.initial["exercice"] = str(Exercice.de(aujourd_hui()))


def _exercices(participation):
    """Les exercices que touche le cycle de l'Alliance, et celui de la ligne s'il n'en est pas."""
    cycle = participation.alliance.cycle
    libelles = {str(e) for e in Exercice.entre(cycle.debut, cycle.fin)} | {participation.exercice} - {""}
    return [(libelle, libelle) for libelle in sorted(libelles)]


class MecanismeForm(_Participation):
    etapes = forms.MultipleChoiceField(
        label="étapes de la démarche",
        choices=ParticipationPersonnes.Etape.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        alliance = self.instance.alliance
        self.fields["territoire"].queryset = alliance.territoires.all()
        self.fields["instance_gouvernance"].queryset = alliance.instances.all()
        for nom in ("palier", "forme", "niveau"):
            self.fields[nom].required = True
            nommer_le_vide(self.fields[nom])

    class Meta:
        model = ParticipationPersonnes
        fields = [
            "exercice",
            "axe",
            "palier",
            "territoire",
            "forme",
            "instance_gouvernance",
            "etapes",
            "niveau",
            "personnes",
            "rencontres",
            "accompagnement",
            "dedommagement",
        ]
        widgets = {"axe": forms.RadioSelect, "palier": forms.RadioSelect}
        help_texts = {
            "territoire": "Où le mécanisme se tient, s’il appartient à un territoire.",
            "instance_gouvernance": "L’instance où ces personnes siègent, s’il y en a une.",
            "axe": "Chaque axe se compte à part\u00a0: une même personne peut figurer dans plus d’un.",
            "personnes": "Personnes distinctes\u00a0: chacune compte une seule fois. N’inscrivez aucun nom.",
        }


class AucuneActionForm(_Participation):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["aucune_action_motif"].required = True

    class Meta:
        model = ParticipationPersonnes
        fields = ["exercice", "axe", "aucune_action_motif"]
        labels = {"aucune_action_motif": "motif"}
        widgets = {"axe": forms.RadioSelect}
        help_texts = {
            "aucune_action_motif": "Pourquoi rien n’a eu lieu. Si votre milieu a sa propre manière de faire, décrivez "
            "plutôt une modalité propre. N’inscrivez aucun renseignement sur une personne."
        }


class ModaliteForm(_Participation):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["modalite_propre"].required = True
        self.fields["territoire"].queryset = self.instance.alliance.territoires.all()

    class Meta:
        model = ParticipationPersonnes
        fields = ["exercice", "axe", "territoire", "modalite_propre"]
        widgets = {"axe": forms.RadioSelect}
        help_texts = {
            "modalite_propre": "Comment les personnes prennent part aux décisions chez vous, selon vos usages\u00a0: "
            "conseil des aînées et aînés, assemblée, cercle de parole. N’inscrivez rien sur une personne."
        }
