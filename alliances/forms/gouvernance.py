"""Décrire comment une Alliance fonctionne : profil, instances, sièges, circuit, parties, contacts."""

from django import forms

from alliances.forms.suivi import FormulaireSuivi
from alliances.models import (
    Contact,
    EtapeDecision,
    InstanceGouvernance,
    Organisme,
    PartieAlliance,
    ProfilGouvernance,
    SecteurActeur,
    Siege,
)
from socle.formulaires.champs import TelephoneField
from socle.valeurs.alphabet import par_nom


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


class EtapeForm(FormulaireSuivi):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["instance_gouvernance"].queryset = self.instance.profil.alliance.instances.all()

    class Meta:
        model = EtapeDecision
        fields = ["instance_gouvernance", "acte"]
        widgets = {"acte": forms.RadioSelect}


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
