"""Le répertoire des organismes : chercher, ajouter, corriger; avertir avant d'ouvrir une deuxième fiche."""

from django import forms

from alliances.forms.suivi import FormulaireSuivi
from alliances.models import Organisme, Territoire
from alliances.models.changements import IDENTITE_DU_MINISTERE
from alliances.models.organismes import IDENTITE, epurer_neq, valider_neq
from socle.formulaires.champs import TelephoneField
from socle.formulaires.disposition import FormulaireDeModele


class OrganismeForm(FormulaireSuivi):
    neq = forms.CharField(
        label="NEQ",
        required=False,
        max_length=40,
        help_text="Numéro d’entreprise du Québec\u00a0: 10 chiffres, qui commencent par 11, 22, 33 ou 88. Les "
        "espaces sont ignorées. Sa clé de contrôle n’est pas publique\u00a0: seule sa forme est vérifiée. Laissez "
        "vide pour un regroupement non constitué.",
    )
    malgre_doublons = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, avec_identite=True, **options):
        super().__init__(*args, **options)
        self.doublons, self.jumeau = [], None
        self.avec_identite, self.gardes = avec_identite, () if avec_identite else self.instance.gardes
        territoires = Territoire.objects.select_related("region")
        self.fields["territoire"].queryset = territoires
        self.fields["territoire"].label_from_instance = lambda t: f"{t.nom} ({t.region.nom})"
        for champ in self.gardes:
            del self.fields[champ]

    def ce_qui_est_fait(self):
        """La phrase vraie : rien n'a changé, ou ce que cette page ne change pas n'a pas suivi."""
        dit = "L’organisme est modifié." if self.changed_data else "Rien n’a changé."
        return dit if not set(self.gardes) & set(self.data) else f"{dit} {IDENTITE_DU_MINISTERE}"

    def clean_neq(self):
        neq = epurer_neq(self.cleaned_data["neq"])
        if neq:
            valider_neq(neq)
            self.jumeau = Organisme.objects.filter(neq=neq).exclude(pk=self.instance.pk).first()
            if self.jumeau:
                raise forms.ValidationError(f"Ce NEQ est déjà celui de «\u00a0{self.jumeau}\u00a0».")
        return neq

    def hidden_fields(self):
        """Sans `malgre_doublons`, qu'envoie le bouton : il ne vaut que pour un envoi."""
        return [champ for champ in super().hidden_fields() if champ.name != "malgre_doublons"]

    def is_valid(self):
        """Avertit avant d'ouvrir une deuxième fiche du même organisme; « quand même » passe outre."""
        return super().is_valid() and not self._doublons_a_confirmer()

    def _doublons_a_confirmer(self):
        if not self.avec_identite:
            return []
        if not self.cleaned_data["malgre_doublons"] and (self.neuf or "nom" in self.changed_data):
            nom, neq = self.cleaned_data["nom"], self.cleaned_data["neq"]
            doublons = Organisme.objects.doublons_possibles(nom=nom, neq=neq, sauf=self.instance.pk)
            self.doublons = list(doublons.select_related("territoire")[:10])
        return self.doublons

    class Meta:
        model = Organisme
        fields = [
            "nom",
            "neq",
            "forme",
            "adresse",
            "courriel",
            "telephone",
            "territoire",
            "numero_fournisseur",
        ]
        field_classes = {"telephone": TelephoneField}


class IdentiteForm(FormulaireDeModele):
    """Ce que l'Alliance demande de changer à l'identité de l'organisme, et pourquoi."""

    neq = forms.CharField(label="NEQ", required=False, max_length=40)
    motif = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Par exemple\u00a0: un changement de nom au Registraire des entreprises. Le Ministère le lira.",
    )

    def clean_neq(self):
        neq = epurer_neq(self.cleaned_data["neq"])
        if neq:
            valider_neq(neq)
        return neq

    class Meta:
        model = Organisme
        fields = list(IDENTITE)
