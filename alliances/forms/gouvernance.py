"""Décrire comment une Alliance fonctionne : profil, instances, sièges, circuits, parties, contacts."""

from django import forms

from alliances.forms.suivi import FormulaireSuivi
from alliances.models import (
    CircuitDecision,
    Contact,
    EtapeDecision,
    InstanceGouvernance,
    Organisme,
    PartieAlliance,
    ProfilGouvernance,
    SecteurActeur,
    Siege,
)
from alliances.models.gouvernance import Palier
from alliances.regles.circuits import choisir
from socle.formulaires.champs import TelephoneField
from socle.formulaires.disposition import Formulaire, Groupe, Layout, Rangee
from socle.valeurs.alphabet import par_nom
from socle.valeurs.argent import SaisieMontant


class ProfilForm(FormulaireSuivi):
    class Meta:
        model = ProfilGouvernance
        fields = [
            "gestion",
            "decision_regionale",
            "decision_locale",
            "pouvoir_table",
            "demarche",
            "partenaires_sectoriels",
            "concertations_au_regional",
            "part_regionale",
            "territoires_d_un_projet_regional",
            "population_d_un_projet_regional",
            "liaison",
            "modalite_propre",
        ]
        help_texts = {
            "gestion": "Qui lance les appels, signe les protocoles et suit les dépenses.",
            "part_regionale": "Part de l’enveloppe des projets réservée aux projets régionaux. Laissez vide si "
            "elle n’est pas fixée.",
        }


class InstanceForm(FormulaireSuivi):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        territoires = self.instance.alliance.territoires.all()
        self.fields["territoire"].queryset = territoires
        self.fields["territoire"].choices = [
            ("", "Toute l’Alliance"),
            *((t.pk, t.nom) for t in par_nom(territoires)),
        ]

    class Meta:
        model = InstanceGouvernance
        fields = ["nom", "palier", "nature", "territoire", "mandat", "rang"]
        labels = {"rang": "ordre d’affichage"}
        help_texts = {
            "territoire": "Pour une instance locale propre à un seul territoire.",
            "rang": "Les plus petits nombres viennent en premier.",
        }


class SiegeForm(FormulaireSuivi):
    class Meta:
        model = Siege
        fields = ["secteur", "libelle", "prevus", "pourvus", "droit"]
        widgets = {"droit": forms.RadioSelect}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["secteur"].queryset = SecteurActeur.objects.all()


class CircuitForm(FormulaireSuivi):
    """Le nom, la condition et l'instance qui décide; les étapes d'avant s'ajoutent ensuite."""

    disposition = Layout(
        "nom",
        Groupe(
            "Quelles initiatives suivent ce circuit",
            "palier",
            "origine",
            Rangee("a_partir_de", "moins_de"),
            "territoires",
            aide="Ce qui reste vide n’écarte aucune initiative.",
        ),
        "decide",
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        alliance = self.instance.alliance
        self.fields["palier"].choices = [("", "Les deux paliers"), *Palier.choices]
        self.fields["origine"].choices = [("", "Toutes"), *CircuitDecision.Origine.choices]
        self.fields["decide"].queryset = alliance.instances.all()
        territoires = self.fields["territoires"]
        territoires.queryset = alliance.territoires.all()
        territoires.choices = [(t.pk, t.nom) for t in par_nom(territoires.queryset)]

    def enregistrer(self, *, par, **saisie):
        self.instance.territoires_saisis = list(self.cleaned_data["territoires"])
        return super().enregistrer(par=par, **saisie)

    class Meta:
        model = CircuitDecision
        fields = ["nom", "palier", "origine", "a_partir_de", "moins_de", "territoires", "decide"]
        widgets = {"territoires": forms.CheckboxSelectMultiple}
        help_texts = {
            "nom": "Par exemple\u00a0: «\u00a0Petites demandes locales\u00a0».",
            "a_partir_de": "Montant demandé, ce montant compris.",
            "moins_de": "Ce montant n’est pas compris.",
            "territoires": "L’initiative se tient tout entière dans ceux-ci. Aucun choix\u00a0: tous les territoires.",
            "decide": "Une seule instance décide, en dernier. Ce qui vient avant s’ajoute ensuite.",
        }


class EtapeForm(FormulaireSuivi):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["instance_gouvernance"].queryset = self.instance.circuit.alliance.instances.all()

    class Meta:
        model = EtapeDecision
        fields = ["instance_gouvernance", "acte"]
        widgets = {"acte": forms.RadioSelect}


class EssaiForm(Formulaire):
    """« Quel circuit suivrait… » : une initiative imaginée. Rien ne s'enregistre."""

    mention = False
    disposition = Layout(Rangee("palier", "origine", "montant"), "territoires")

    palier = forms.ChoiceField(
        label="Palier", required=False, choices=[("", "D’après ses territoires"), *Palier.choices]
    )
    origine = forms.ChoiceField(label="Origine", choices=CircuitDecision.Origine.choices)
    montant = SaisieMontant(label="Montant demandé")
    territoires = forms.ModelMultipleChoiceField(
        None, label="Territoires", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, territoires, **options):
        super().__init__(*args, **options)
        champ = self.fields["territoires"]
        champ.queryset = territoires
        champ.choices = [(t.pk, t.nom) for t in par_nom(territoires)]

    def essayer(self, profil, circuits):
        """Le palier calculé (`None` s'il est saisi) et le choix (`None` si le palier ne se conclut pas)."""
        palier, origine, montant, territoires = (
            self.cleaned_data[champ] for champ in ("palier", "origine", "montant", "territoires")
        )
        calcule = None if palier else profil.palier_de(territoires)
        if not (palier := palier or calcule.palier):
            return {"palier": calcule, "choix": None}
        lieux = {territoire.code: territoire.nom for territoire in territoires}
        choix = choisir(circuits, palier=palier, territoires=lieux, origine=origine, montant=montant)
        return {"palier": calcule, "choix": choix}


class PartieForm(FormulaireSuivi):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["organisme"].queryset = Organisme.objects.all()

    class Meta:
        model = PartieAlliance
        fields = ["organisme", "qualite", "resolution", "resolution_le"]
        help_texts = {
            "organisme": "L’organisme doit être au répertoire; ajoutez-le d’abord s’il n’y est pas.",
            "resolution": "Résolution par laquelle le conseil accepte cette qualité, s’il y a lieu.",
        }


class ContactForm(FormulaireSuivi):
    class Meta:
        model = Contact
        fields = ["nom", "fonction", "courriel", "telephone", "principal"]
        field_classes = {"telephone": TelephoneField}
        help_texts = {"principal": "Ses coordonnées s’impriment en tête du plan."}
