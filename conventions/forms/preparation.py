"""Préparer une convention : ses dates, ses montants, ses paramètres et ses parties, en sections."""

from django import forms

from alliances.forms.suivi import nommer_le_vide
from alliances.models import Organisme
from conventions.models import Convention, PartieConvention
from conventions.models.preparation import SAISIS
from socle.formulaires.champs import DateSouple
from socle.formulaires.disposition import FormulaireDeModele, Layout, Morceau, Rangee, Section
from socle.formulaires.revision import AvecRevision
from socle.valeurs.alphabet import par_nom
from socle.valeurs.argent import SaisieMontant
from socle.valeurs.exercice import Exercice

DATES = ("debut", "fin", "fin_realisation", "echeance_plan_au_plus_tard", "bilan_le")
TOTAL = Morceau("conventions/_total_prepare.html")
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
    (
        "Versements du Ministère",
        "L’échéancier s’établit à sa propre page.",
        ("jours_d_avance", "avant_le_plan"),
    ),
    ("Participation de l’État à la gouvernance", "", ("participation_etat",)),
)


class DeLaConvention(AvecRevision):
    """Base : une saisie qui part de la révision de la convention."""

    def __init__(self, *args, convention, **options):
        self.convention = convention
        super().__init__(*args, **options)
        for champ in self.fields.values():
            nommer_le_vide(champ)

    def revision_actuelle(self):
        return self.convention.revision


class PreparationForm(DeLaConvention, FormulaireDeModele):
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

    @property
    def disposition(self):
        """Une section par sorte de terme; celle des montants a un champ par exercice."""
        return Layout(*(self._section(*section) for section in SECTIONS))

    def _section(self, titre, aide, noms):
        suite = () if noms else ("montants_fictifs", TOTAL)
        noms = noms or [f"montant_{an}" for an in self.ans]
        return Section(titre, Rangee(*noms, classe="saisie-serree"), *suite, aide=aide)

    def saisie(self):
        donnees = self.cleaned_data
        return {
            "valeurs": {champ: donnees[champ] for champ in SAISIS},
            "montants": {an: donnees[f"montant_{an}"] for an in self.ans},
            "revision": donnees["revision"],
        }


class PartieForm(DeLaConvention, FormulaireDeModele):
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

    def saisie(self):
        donnees = self.cleaned_data
        territoires = donnees.get("territoires", ())
        return {"partie": self.instance, "territoires": territoires, "revision": donnees["revision"]}
