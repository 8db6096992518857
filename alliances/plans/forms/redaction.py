"""Les formulaires de la rédaction. L'aide de chaque champ vient du canevas."""

from functools import cache

from crispy_forms.layout import HTML
from django import forms
from django.utils.html import format_html

from alliances.forms.suivi import FormulaireSuivi
from alliances.models import Contact, Territoire
from alliances.plans import canevas
from alliances.plans.models import IndicateurPlan, Moyen, Objectif, Priorite
from alliances.plans.models.redaction import COORDONNEES
from socle.formulaires.champs import DateSouple, EntierField, TelephoneField
from socle.formulaires.disposition import Formulaire, FormulaireDeModele, Layout, Morceau
from socle.formulaires.revision import AvecRevision
from socle.formulaires.widgets import TexteRicheField
from socle.texte.typographie import date_longue
from socle.valeurs.alphabet import par_nom

TERMINEE = (("oui", "Oui, elle est prête à être lue"), ("non", "Non, j’y reviendrai"))


@cache
def _aides(objet):
    """{champ: (libellé, aide, aide et exemple)} d'un objet du canevas, balisés une fois."""
    aides = {}
    for aide in canevas.CHAMPS[objet]:
        texte = avec_exemple = format_html("{} {}", aide.aide, aide.a_eviter)
        if aide.exemple:
            avec_exemple = format_html("{}<br>Par exemple\xa0: {}", texte, aide.exemple)
        aides[aide.code] = aide.libelle, texte, avec_exemple
    return aides


def aider(formulaire, objet):
    """Donne aux champs le libellé, l'aide et l'exemple du canevas; un choix n'a pas besoin d'exemple."""
    for code, (libelle, aide, avec_exemple) in _aides(objet).items():
        if champ := formulaire.fields.get(code):
            au_choix = isinstance(champ, forms.ModelMultipleChoiceField | forms.ChoiceField)
            champ.label, champ.help_text = libelle, aide if au_choix else avec_exemple


class SectionForm(AvecRevision):
    """Le texte d'une section, la révision d'où il part, et ce qu'en dit la personne qui rédige."""

    texte = TexteRicheField(label="Votre texte", required=False)
    terminee = forms.ChoiceField(
        label="Avez-vous terminé cette section?", choices=TERMINEE, widget=forms.RadioSelect, initial="non"
    )
    mention = False
    disposition = Layout(
        "texte", HTML('<p class="sauvegarde" role="status" data-sauvegarde-etat></p>'), "terminee"
    )

    def __init__(self, *args, section, **options):
        self.section = section
        enregistre = {"texte": section.texte, "terminee": "oui" if section.terminee else "non"}
        super().__init__(*args, **{"initial": enregistre} | options)

    def revision_actuelle(self):
        return self.section.revision

    def saisie(self):
        return self.cleaned_data | {"terminee": self.cleaned_data["terminee"] == "oui"}


class BrouillonForm(Formulaire):
    """Ce qu'accepte l'enregistrement automatique : un texte inachevé, et la réponse « terminée » si elle est donnée."""

    texte = TexteRicheField(label="Votre texte", required=False)
    terminee = forms.ChoiceField(choices=TERMINEE, required=False)
    revision = forms.IntegerField(min_value=1)


class CorrectionsForm(Formulaire):
    """Pour chaque demande de correction : « faite », et un mot de réponse.

    `vue` et `etait` gardent ce que l'écran montrait : une page qui n'y a pas touché n'efface pas la réponse d'une
    autre, ni ne défait ce qu'une autre a marqué comme fait.
    """

    disposition = Layout(Morceau("plans/redaction/_corrections.html"))
    mention = False

    def __init__(self, *args, demandes, **options):
        super().__init__(*args, **options)
        self.demandes = list(demandes)
        for demande in self.demandes:
            self.fields[f"faite_{demande.pk}"] = forms.BooleanField(
                label="La correction demandée est faite",
                required=False,
                initial=demande.traitee_le is not None,
            )
            self.fields[f"reponse_{demande.pk}"] = forms.CharField(
                label="Votre réponse",
                help_text="En une phrase ou deux; Services Québec la lira une fois la correction marquée comme faite.",
                required=False,
                max_length=3000,
                initial=demande.reponse,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"vue_{demande.pk}"] = forms.CharField(
                required=False, initial=demande.reponse, widget=forms.HiddenInput
            )
            self.fields[f"etait_{demande.pk}"] = forms.CharField(
                required=False, initial="faite" if demande.traitee_le else "", widget=forms.HiddenInput
            )

    def lignes(self):
        """(demande, champs « faite » et « réponse »), pour les montrer ensemble."""
        champs = ("faite", "reponse")
        return [(d, *(self[f"{champ}_{d.pk}"] for champ in champs)) for d in self.demandes]

    def changements(self):
        """(demande, faite, réponse, celle que la page montrait) de chaque demande dont la réponse change."""
        for demande in self.demandes:
            champs = ("faite", "reponse", "vue", "etait")
            faite, reponse, vue, etait = (self.cleaned_data[f"{champ}_{demande.pk}"] for champ in champs)
            if faite != bool(etait) or (faite and reponse.split() != vue.split()):
                yield demande, faite, reponse, vue

    def ebauches(self):
        """(demande, réponse) de chaque réponse changée dans cette page à une demande encore à traiter."""
        for demande in self.demandes:
            reponse, vue = (self.cleaned_data[f"{champ}_{demande.pk}"] for champ in ("reponse", "vue"))
            if demande.est_ouverte and reponse.split() != vue.split():
                yield demande, reponse


class ReponseForm(Formulaire):
    """La réponse à une demande de correction, seule."""

    reponse = forms.CharField(
        label="Votre réponse", required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ContactForm(FormulaireSuivi):
    """La personne à joindre au sujet du plan, datée par les coordonnées que l'écran montrait."""

    class Meta:
        model = Contact
        fields = COORDONNEES
        field_classes = {"telephone": TelephoneField}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        aider(self, "contact")
        self.fields["courriel"].required = self.fields["telephone"].required = True
        self.fields["telephone"].widget.attrs["class"] = "taille-md"

    def saisie(self):
        return {"contact": self.instance, "vu": self.cleaned_data["revision"]}


class CarteForm(AvecRevision, FormulaireDeModele):
    """Base des cartes : la révision d'où part la saisie, l'aide du canevas, les bornes du cycle."""

    OBJET = ""
    si_perime = ""  # la page de comparaison le dit mieux
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args, alliance, siens=None, **options):
        super().__init__(*args, **options)
        self.alliance, self.siens = alliance, siens
        aider(self, self.OBJET)
        if "territoires" in self.fields:
            self._preparer_les_territoires()

    def revision_actuelle(self):
        return self.instance.revision

    def reprendre(self):
        self.instance.refresh_from_db(fields=["revision"])
        super().reprendre()

    def saisie(self):
        """Ce que reçoit le geste d'une carte qui existe; une carte neuve ne part de rien."""
        return {} if self.instance._state.adding else {"revision": self.cleaned_data["revision"] or 0}

    def _preparer_les_territoires(self):
        """Les cases des territoires de l'Alliance, et d'elle seule; « tous » quand il y en a plusieurs."""
        territoires = self.fields["territoires"]
        territoires.queryset = self.alliance.territoires.order_by()  # les cases se rangent par nom
        noms = territoires.queryset.values_list("pk", "nom", named=True)
        territoires.widget = forms.CheckboxSelectMultiple(choices=lambda: list(map(tuple, par_nom(noms))))
        if not self.instance._state.adding:
            self.initial.setdefault("territoires", _coches(self.instance))
        self.fields["tous"] = forms.BooleanField(label="Tous les territoires de l’Alliance", required=False)
        ordre = list(self.fields)
        ordre.insert(ordre.index("territoires"), ordre.pop(ordre.index("tous")))
        self.order_fields(ordre)

    def clean(self):
        donnees = super().clean()
        if donnees.get("tous"):
            donnees["territoires"] = self.fields["territoires"].queryset
            self.errors.pop("territoires", None)
        for nom in ("debut", "fin", "echeance"):
            self._verifier_le_cycle(nom, donnees.get(nom))
        return donnees

    def _verifier_le_cycle(self, nom, jour):
        cycle = self.alliance.cycle
        if jour and not cycle.debut <= jour <= cycle.fin:
            bornes = f"du {date_longue(cycle.debut)} au {date_longue(cycle.fin)}"
            self.add_error(
                nom, f"{self.fields[nom].label}\xa0: la date doit tomber pendant le cycle, {bornes}."
            )

    def relations(self):
        """Ce qu'il faut écrire à côté des champs, dans la transaction du geste."""
        if "territoires" in self.fields:
            self.instance.territoires.set(self.cleaned_data["territoires"])


def _coches(element):
    """Les territoires d'une priorité ou d'un moyen, par le lien seul."""
    liens = element.territoires.through.objects.filter(**{element._meta.model_name: element})
    return list(liens.values_list("territoire", flat=True))


class TerritoiresField(forms.ModelMultipleChoiceField):
    """Les territoires d'une carte, hors des champs du modèle : Django les lirait entiers pour les cocher."""

    def __init__(self):
        super().__init__(Territoire.objects.none(), required=False, label="Territoires")


class PrioriteForm(CarteForm):
    OBJET = "priorite"
    field_order = ("titre", "palier", "territoires", "thematique", "autres_thematiques")
    territoires = TerritoiresField()
    raison = TexteRicheField(required=False)
    changement = TexteRicheField(required=False)
    articulation = TexteRicheField(required=False)
    liens = TexteRicheField(required=False)
    autres_thematiques = forms.ModelMultipleChoiceField(
        None, required=False, widget=forms.CheckboxSelectMultiple, label="Autres thématiques"
    )
    personnes_visees = EntierField(required=False, min_value=0, max_value=2_000_000)

    class Meta:
        model = Priorite
        fields = [
            "titre",
            "palier",
            "thematique",
            "liens",
            "raison",
            "changement",
            "articulation",
            "personnes_visees",
        ]
        widgets = {"palier": forms.RadioSelect}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        thematiques = self.alliance.cycle.thematiques.all()
        choix = [
            (thematique.pk, str(thematique)) for thematique in thematiques
        ]  # lues une fois pour deux champs
        for nom, vide in (("thematique", [("", "Choisissez une thématique")]), ("autres_thematiques", [])):
            self.fields[nom].queryset, self.fields[nom].choices = thematiques, [*vide, *choix]
        if not self.instance._state.adding:
            liees = self.instance.autres_thematiques.values_list("pk", flat=True)
            self.initial.setdefault("autres_thematiques", list(liees))
        if self.siens is not None:
            self.fields["palier"].choices = [("local", "Local")]
            self.initial["palier"] = "local"

    def clean(self):
        """Une ressource de territoire n'écrit que des priorités locales qui touchent le sien."""
        donnees = super().clean()
        touches = {territoire.pk for territoire in donnees.get("territoires") or ()}
        if self.siens is not None and not touches & self.siens:
            self.add_error("territoires", "Territoires\xa0: cochez au moins votre territoire.")
        return donnees

    def relations(self):
        super().relations()
        principale = self.cleaned_data.get("thematique")
        autres = self.cleaned_data.get("autres_thematiques", ())
        self.instance.autres_thematiques.set([t for t in autres if t != principale])


class ObjectifForm(CarteForm):
    OBJET = "objectif"

    class Meta:
        model = Objectif
        fields = ["titre"]
        widgets = {"titre": forms.Textarea(attrs={"rows": 2})}


class MoyenForm(CarteForm):
    OBJET = "moyen"
    field_order = ("description", "population", "territoires")
    territoires = TerritoiresField()
    personnes_visees = EntierField(required=False, min_value=0, max_value=2_000_000)
    debut = DateSouple(required=False)
    fin = DateSouple(required=False)

    class Meta:
        model = Moyen
        fields = [
            "description",
            "population",
            "personnes_visees",
            "resultat_attendu",
            "responsable",
            "debut",
            "fin",
        ]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "population": forms.Textarea(attrs={"rows": 2}),
            "resultat_attendu": forms.Textarea(attrs={"rows": 3}),
        }

    def clean(self):
        donnees = super().clean()
        debut, fin = donnees.get("debut"), donnees.get("fin")
        if debut and fin and fin < debut:
            self.add_error("fin", "Fin\xa0: elle doit suivre le début du moyen.")
        return donnees


class IndicateurForm(CarteForm):
    OBJET = "indicateur"
    echeance = DateSouple(required=False)

    class Meta:
        model = IndicateurPlan
        fields = ["nom", "nature", "unite", "depart", "cible", "cible_decrite", "echeance", "precision"]
        widgets = {"nature": forms.RadioSelect, "cible_decrite": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["nature"].required = False

    def clean_nature(self):
        return self.cleaned_data["nature"] or IndicateurPlan.Nature.QUANTITATIF


class CollaborateurForm(Formulaire):
    """Une ligne de collaboration; vide, elle ne compte pas."""

    nom = forms.CharField(required=False, max_length=200)
    secteur = forms.ModelChoiceField(queryset=None, required=False)
    contribution = forms.CharField(required=False, max_length=300)

    def __init__(self, *args, secteurs, choix, **options):
        super().__init__(*args, **options)
        self.fields["secteur"].queryset = secteurs
        self.fields["secteur"].choices = choix
        for aide in canevas.CHAMPS["collaborateur"]:
            self.fields[aide.code].label = aide.libelle

    def clean(self):
        donnees = super().clean()
        if not donnees.get("nom") and (donnees.get("secteur") or donnees.get("contribution")):
            self.add_error("nom", "Organisme\xa0: nommez l’organisme qui apporte cette contribution.")
        return donnees


CARTES = {
    "priorite": PrioriteForm,
    "objectif": ObjectifForm,
    "moyen": MoyenForm,
    "indicateur": IndicateurForm,
}
