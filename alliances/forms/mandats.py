"""Confier, terminer et remettre des mandats."""

from django import forms

from alliances.models import Alliance, InstanceGouvernance, Mandat, Organisme, Region, Role, Territoire
from alliances.models.roles import DE_L_INSTANCE, ROLES_PAR_PORTEE
from socle.formulaires.champs import DateSouple, PieceField
from socle.formulaires.disposition import Formulaire
from socle.models import Utilisateur
from socle.models.utilisateurs import sans_chevrons


class PersonneForm(Formulaire):
    """Une personne par son courriel; son nom ne sert que si elle n'a pas encore de compte."""

    courriel = forms.EmailField(label="Adresse courriel", max_length=254)
    prenom = forms.CharField(label="Prénom", max_length=80, validators=[sans_chevrons])
    nom = forms.CharField(label="Nom", max_length=80, validators=[sans_chevrons])

    def clean_courriel(self):
        return self.cleaned_data["courriel"].lower()


def portee_du_role(role):
    """Le nom du champ de portée qu'exige le rôle; vide pour un rôle national."""
    if role == Role.OBSERVATION:
        return "region"
    return next((portee for portee, roles in ROLES_PAR_PORTEE.items() if role in roles), "")


class InvitationForm(PersonneForm):
    """La personne, et la portée parmi celles que gère qui invite."""

    portee = forms.ModelChoiceField(label="Portée", queryset=Mandat.objects.none(), empty_label="Choisir")

    def __init__(self, *args, role, gestion, **options):
        super().__init__(*args, **options)
        self.role, self.champ = role, portee_du_role(role)
        if not self.champ:
            del self.fields["portee"]
            return
        champ = self.fields["portee"]
        champ.queryset = self._portees(gestion)
        champ.label = Mandat._meta.get_field(self.champ).verbose_name
        if role == Role.OBSERVATION:
            champ.required, champ.empty_label = False, "Tout le Québec"
        elif role in DE_L_INSTANCE:
            champ.label_from_instance = lambda instance: f"{instance} ({instance.alliance})"
        elif len(champ.queryset[:2]) == 1:
            champ.initial = champ.queryset[0].pk
            champ.empty_label = None

    def _portees(self, gestion):
        if self.champ == "alliance":
            alliances = Alliance.objects.all()
            return alliances if gestion.tous else alliances.filter(pk__in=gestion.admises(self.role))
        if self.champ == "region":
            regions = Region.objects.all()
            toutes = gestion.tous or self.role == Role.OBSERVATION
            return regions if toutes else regions.filter(pk__in=gestion.regions)
        if self.champ == "territoire":
            territoires = Territoire.objects.all()
            return territoires if gestion.tous else territoires.filter(pk__in=gestion.territoires)
        if self.champ == "instance_gouvernance":
            instances = InstanceGouvernance.objects.select_related("alliance")
            return instances if gestion.tous else instances.filter(alliance__in=gestion.alliances)
        organismes = Organisme.objects.all()
        return organismes if gestion.tous else organismes.filter(territoire__in=gestion.territoires)

    def saisie(self):
        """La personne, et la portée choisie telle que le mandat la range : {"alliance": …}, ou rien."""
        personne = self.cleaned_data.copy()
        choisie = personne.pop("portee", None)
        return personne | ({self.champ: choisie} if choisie else {})


class ResolutionForm(Formulaire):
    """La résolution qui nomme la personne : numéro, date et fichier."""

    resolution = forms.CharField(label="Numéro de la résolution", max_length=60)
    resolution_le = DateSouple(label="Date de la résolution")
    piece = PieceField(label="Résolution")

    def clean_resolution_le(self):
        jour = self.cleaned_data["resolution_le"]
        if empechements := Mandat.empechements_de_resolution(jour):
            raise forms.ValidationError(empechements)
        return jour


class FinForm(Formulaire):
    motif = forms.CharField(
        label="Motif",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Par exemple\u00a0: départ, changement de fonction. Il est gardé au journal.",
    )


class RelaisForm(PersonneForm):
    """Qui part, qui arrive, pourquoi."""

    sortante = forms.ModelChoiceField(
        label="Personne qui part", queryset=Utilisateur.objects.none(), empty_label="Choisir"
    )
    motif = forms.CharField(
        label="Motif", required=False, max_length=500, help_text="Facultatif; il est gardé au journal."
    )
    field_order = ["sortante", "courriel", "prenom", "nom", "motif"]

    def __init__(self, *args, alliance, **options):
        super().__init__(*args, **options)
        ouverts = Mandat.objects.en_vigueur().filter(alliance=alliance, fin=None)
        self.fields["sortante"].queryset = Utilisateur.objects.filter(pk__in=ouverts.values("utilisateur"))
        self.fields["courriel"].label = "Adresse courriel de la personne qui arrive"
        self.fields["prenom"].label = "Son prénom"
        self.fields["nom"].label = "Son nom"

    def clean(self):
        donnees = super().clean()
        sortante = donnees.get("sortante")
        if sortante and sortante.courriel == donnees.get("courriel"):
            self.add_error("courriel", "La personne qui part et celle qui arrive sont la même.")
        return donnees


class ContexteForm(Formulaire):
    """Un choix parmi ses mandats d'aujourd'hui."""

    mandat = forms.TypedChoiceField(label="Travailler en qualité de", widget=forms.RadioSelect)

    def __init__(self, *args, mandats, courant, **options):
        super().__init__(*args, **options)
        par_cle = {str(mandat.pk): mandat for mandat in mandats}
        champ = self.fields["mandat"]
        champ.choices = [(cle, f"{m} ({m.interim})" if m.interim else str(m)) for cle, m in par_cle.items()]
        champ.coerce = par_cle.get
        if courant:
            champ.initial = str(courant.pk)
