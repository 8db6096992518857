"""Nommer son organisme : par son NEQ; par son nom, quand il n'en a pas. Puis demander à l'engager."""

from django import forms

from alliances.models import Organisme, Territoire
from alliances.models.organismes import epurer_neq, valider_neq
from socle.formulaires.disposition import Formulaire, Layout, Rangee

SANS_NEQ = (Organisme.Forme.AUTOCHTONE, Organisme.Forme.NON_CONSTITUE)

INCONNU = "Aucun organisme n’est inscrit sous ce NEQ ni ce nom\u00a0: on ne s’y joint pas, continuez pour l’inscrire."


class OrganismeForm(Formulaire):
    """Un organisme déjà inscrit se rejoint; un homonyme se signale. Rien de lui ne se montre que ce qui est tapé ici.

    Deux boutons y répondent, et ne valent que pour un envoi : `rejoindre`, et `autre` (un autre du même nom).
    """

    neq = forms.CharField(
        label="NEQ",
        required=False,
        max_length=40,
        help_text="Numéro d’entreprise du Québec\u00a0: 10 chiffres. Vide pour un conseil de bande ou un regroupement "
        "non constitué, qui n’en ont pas.",
    )
    nom = forms.CharField(label="Nom de l’organisme", required=False, max_length=200)
    forme = forms.ChoiceField(label="Forme juridique", choices=Organisme.Forme.choices)
    territoire = forms.ModelChoiceField(
        Territoire.objects.none(), label="Territoire du siège", required=False, empty_label="Choisir"
    )
    message = forms.CharField(
        label="Qui vous êtes pour cet organisme",
        required=False,
        max_length=600,
        help_text="Votre fonction, par exemple. Si l’organisme est déjà inscrit, qui répondra le lira.",
    )
    disposition = Layout("neq", "nom", Rangee("forme", "territoire"), "message")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.jumeau = self.homonyme = None
        champ = self.fields["territoire"]
        champ.queryset = Territoire.objects.select_related("region")
        champ.label_from_instance = lambda territoire: f"{territoire.nom} ({territoire.region.nom})"

    def clean_neq(self):
        if neq := epurer_neq(self.cleaned_data["neq"]):
            valider_neq(neq)
        return neq

    def clean(self):
        donnees = super().clean()
        if neq := donnees.get("neq"):
            self.jumeau = Organisme.objects.filter(neq=neq).first()
        if self.jumeau is None:
            self._exiger_une_fiche(donnees)
        return donnees

    def _exiger_une_fiche(self, donnees):
        """De quoi inscrire un organisme que personne n'a encore."""
        if "neq" in donnees and not donnees["neq"] and donnees.get("forme") not in SANS_NEQ:
            self.add_error("neq", "Écrivez le NEQ\u00a0: un organisme de cette forme en a un.")
        if not donnees.get("nom"):
            self.add_error("nom", "Écrivez le nom de l’organisme, tel qu’au Registraire.")
        if not donnees.get("territoire"):
            self.add_error("territoire", "Choisissez le territoire de son siège.")

    def is_valid(self):
        return super().is_valid() and not self._reponse_a_attendre()

    def _reponse_a_attendre(self):
        """Le même NEQ ou le même nom est déjà inscrit, et la personne n'a pas encore dit si c'est le sien."""
        if self.jumeau is None:
            homonymes = Organisme.objects.doublons_possibles(nom=self.cleaned_data["nom"])
            ici = homonymes.filter(neq="", territoire=self.cleaned_data["territoire"])
            self.homonyme = ici.first() or homonymes.first()
        if self.rejoint and "rejoindre" in self.data:
            return False
        if "rejoindre" in self.data and not self.homonyme:
            self.add_error(None, INCONNU)
            return True
        return self.jumeau or (self.homonyme and "autre" not in self.data)

    @property
    def rejoint(self):
        """L'organisme à rejoindre. Un homonyme qui a un NEQ ne se rejoint que par lui."""
        return self.jumeau or (self.homonyme if self.homonyme and not self.homonyme.neq else None)

    def saisie(self):
        champs, message = self.cleaned_data.copy(), self.cleaned_data["message"]
        if "rejoindre" in self.data:
            return {"rejoindre": self.rejoint, "message": message}
        del champs["message"]
        return {"organisme": Organisme(**champs)}
