"""Préparer une convention : ses dates, ses montants, ses paramètres et ses parties, en sections."""

from django import forms

from alliances.forms.suivi import nommer_le_vide
from alliances.models import Organisme
from conventions.models import Convention, PartieConvention
from conventions.models.preparation import SAISIS
from socle.formulaires.champs import DateSouple
from socle.valeurs.alphabet import par_nom
from socle.valeurs.argent import SaisieMontant
from socle.valeurs.exercice import Exercice

DATES = ("debut", "fin", "fin_realisation", "echeance_plan_au_plus_tard", "bilan_le")
SECTIONS = (
    ("Identification et dates", "", ("numero", "debut", "fin", "fin_realisation")),
    (
        "Montant de chaque exercice",
        "Laissez vide un exercice que la convention ne finance pas. Les exercices suivent les dates enregistrées.",
        (),
    ),
    (
        "Plan d’action",
        "L’échéance du plan est la plus hâtive des deux.",
        ("mois_pour_le_plan", "echeance_plan_au_plus_tard"),
    ),
    (
        "Règles de l’enveloppe",
        "Ce qui n’est pas fixé reste vide. Un dépassement avertit; il ne bloque pas.",
        ("plafond_administration", "part_nouveaux_projets", "part_regionale", "cumul_maximal", "retenue"),
    ),
    (
        "Reddition de comptes",
        "Les obligations et leurs dates s’en déduisent à la signature.",
        ("mois_pour_le_rapport", "bilan_le", "mois_pour_le_rapport_final", "seuil_examen", "seuil_audit"),
    ),
    ("Participation de l’État à la gouvernance", "", ("participation_etat",)),
)


class AvecRevision(forms.ModelForm):
    """Base : porte la révision de la convention que la personne avait sous les yeux."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, convention, **options):
        super().__init__(*args, **options)
        self.convention = convention
        self.initial["revision"] = convention.revision
        for champ in self.fields.values():
            nommer_le_vide(champ)

    def garder_la_saisie(self):
        """Après un conflit : la saisie reste, et un nouvel envoi la fait prévaloir en connaissance de cause."""
        self.convention.refresh_from_db(fields=["revision"])
        self.data = self.data.copy()
        self.data["revision"] = str(self.convention.revision)


class PreparationForm(AvecRevision):
    class Meta:
        model = Convention
        fields = SAISIS
        field_classes = dict.fromkeys(DATES, DateSouple)
        error_messages = {"numero": {"unique": "Une autre convention porte déjà ce numéro."}}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        montants = {ligne.an: ligne.montant for ligne in self.convention.exercices.all()}
        periode = Exercice.entre(self.convention.debut, self.convention.fin)
        self.ans = sorted({exercice.an for exercice in periode} | set(montants))
        for an in self.ans:
            self.fields[f"montant_{an}"] = SaisieMontant(
                label=f"Exercice {Exercice(an)}", required=False, initial=montants.get(an)
            )

    def sections(self):
        """(titre, aide, champs liés) de chaque section, dans l'ordre de la page."""
        montants = tuple(f"montant_{an}" for an in self.ans)
        return [(titre, aide, [self[nom] for nom in noms or montants]) for titre, aide, noms in SECTIONS]

    def valeurs(self):
        return {champ: self.cleaned_data[champ] for champ in SAISIS}

    def montants(self):
        return {an: self.cleaned_data[f"montant_{an}"] for an in self.ans}


class PartieForm(AvecRevision):
    """Une partie; de la ou du ministre, seule la fonction de la personne qui signe se change."""

    class Meta:
        model = PartieConvention
        fields = ["organisme", "role", "signe", "signataire", "territoires", "rang"]
        labels = {"rang": "ordre d’affichage"}
        help_texts = {
            "organisme": "L’organisme doit être au répertoire; ajoutez-le d’abord s’il n’y est pas.",
            "signe": "Une table ou un gestionnaire peut être nommé sans signer.",
            "signataire": "Par exemple\u00a0: présidence du conseil. Sans nom de personne.",
            "rang": "Les plus petits nombres viennent en premier.",
        }
        widgets = {"territoires": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if self.instance.role == PartieConvention.Role.MINISTRE:
            for nom in ("organisme", "role", "signe", "territoires", "rang"):
                del self.fields[nom]
            return
        self.fields["organisme"].queryset = Organisme.objects.all()
        self.fields["organisme"].required = True
        self.fields["role"].choices = [
            choix for choix in self.fields["role"].choices if choix[0] != PartieConvention.Role.MINISTRE
        ]
        territoires = self.convention.alliance.territoires.all()
        self.fields["territoires"].queryset = territoires
        self.fields["territoires"].choices = [(t.pk, t.nom) for t in par_nom(territoires)]

    def territoires(self):
        return self.cleaned_data.get("territoires", ())
