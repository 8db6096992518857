"""Un formulaire par partie de la demande. Un brouillon s'enregistre toujours; ce qui manque se dit à la vérification.

Chacun sait `ecrire(initiative)` : poser ses champs et ses rangées sur l'initiative relue sous verrou.
"""

from django import forms

from alliances.plans.models import Priorite
from projets.canevas import partie
from projets.forms.conflits import Comparable
from projets.forms.rangees import Rangees
from projets.models import Initiative, PopulationVisee
from projets.models.contenu import Nature
from projets.models.deja_su import deja_su
from projets.regles.admissibilite import QUESTIONS
from projets.regles.completude import manques_de_la_partie
from projets.regles.dates import bornes_de_l_appel, hors_des_dates
from projets.regles.lecture import est_abregee
from socle.formulaires.champs import DateSouple, EntierField
from socle.formulaires.disposition import FormulaireDeModele, Groupe, Layout, Morceau, Rangee
from socle.formulaires.revision import AvecRevision

COURT = 600  # signes : sa zone s'ouvre basse et grandit avec ce qu'on y tape
OUI_OU_NON = (("oui", "Oui"), ("non", "Non"))


class PartieForm(Comparable, AvecRevision, FormulaireDeModele):
    """Base : les champs de la partie, ce que la page y propose, sa révision.

    Complète, une partie enregistrée est terminée, sauf si l'on dit, cette fois-là, qu'on y reviendra.
    """

    code = ""
    AU_PLUS = EN_ABREGE = None  # les rangées qu'offre la partie, quand elle en a
    agrandissable = False  # on peut y demander une rangée de plus
    empeche_de_deposer = False  # une réponse valide, mais qui ne convient pas
    a_revoir = forms.BooleanField(label="Je reviendrai à cette partie", required=False)
    vues = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Initiative
        fields = ()

    def __init__(self, *args, initiative, avancement, rangees_voulues=0, **options):
        """`rangees_voulues` : combien la page en montre au moins, quand on vient d'en demander une de plus."""
        self.avancement, self.rangees_voulues = avancement, rangees_voulues
        super().__init__(*args, instance=initiative, **options)
        self.en_abrege = self.EN_ABREGE if self.EN_ABREGE and est_abregee(initiative) else None
        self.manques = manques_de_la_partie(initiative, self.code)
        self._proposer()
        for champ in self.fields.values():
            champ.required = False
            if isinstance(champ.widget, forms.Textarea) and champ.max_length <= COURT:
                champ.widget.attrs["rows"] = 2
        self.order_fields([*(nom for nom in self.fields if nom != "a_revoir"), "a_revoir"])

    def _proposer(self):
        """Ce qu'on sait déjà se lit au lieu de se taper, tant que personne n'a enregistré la partie."""
        if not self.avancement.modifiee_le:
            for champ, valeur in deja_su(self.instance, self.code).items():
                self.initial[champ] = self.initial.get(champ) or valeur

    def revision_actuelle(self):
        return self.avancement.revision

    def relu(self, saisie=None):
        initiative = Initiative.objects.select_related("appel__alliance").get(pk=self.instance.pk)
        return type(self)(saisie, initiative=initiative, avancement=initiative.parties.get(code=self.code))

    def fragments(self):
        """{id: HTML} de ce que la page recalcule à chaque enregistrement."""
        return {}

    @property
    def rangees_offertes(self):
        return self.en_abrege or self.AU_PLUS

    def ecrire(self, initiative):
        """Pose sur l'initiative, relue sous verrou, les champs de cette partie."""
        for champ in partie(self.code).champs:
            setattr(initiative, champ, self.cleaned_data[champ])
        self.ecrire_les_rangees(initiative)

    def ecrire_les_rangees(self, initiative):
        """Ce qui n'est pas une colonne de l'initiative."""

    def saisie(self):
        donnees = self.cleaned_data
        return {"revision": donnees["revision"], "terminee": not donnees["a_revoir"], "ecrire": self.ecrire}

    def saisie_en_cours(self):
        """Ce que le script enregistre pendant qu'on écrit : rien n'y est terminé avant qu'on continue."""
        saisie = self.saisie()
        return saisie | {"terminee": saisie["terminee"] and None}


class OrganismeForm(PartieForm):
    code = "organisme"

    class Meta(PartieForm.Meta):
        fields = ("personne_ressource", "signataire")
        help_texts = {
            "personne_ressource": "Prénom, nom, fonction, courriel et téléphone\xa0: la Table la joindra.",
            "signataire": "La personne que nomme la résolution de votre conseil.",
        }


class AdmissibiliteForm(PartieForm):
    """Les six questions de la page publique; la réponse se range dans le sens où « oui » convient."""

    code = "admissibilite"

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for question in QUESTIONS:
            convient = getattr(self.instance, question.champ)
            self.fields[question.champ] = forms.ChoiceField(
                label=question.texte,
                help_text=question.precision,
                choices=OUI_OU_NON,
                widget=forms.RadioSelect,
                required=False,
                initial=question.reponse(convient),
            )
            if convient is False:
                phrases = f"Cette réponse empêche de déposer. {question.si_non} {question.precision}"
                self.fields[question.champ].help_text = phrases.rstrip()
        self.order_fields([*(q.champ for q in QUESTIONS), "a_revoir"])

    def clean(self):
        donnees = super().clean()
        for question in QUESTIONS:
            donnee = donnees.get(question.champ, "")
            donnees[question.champ] = donnee == question.convient if donnee else None
        return donnees

    def tape(self, nom):
        """« oui » ou « non » : ce qui est rangé dit seulement si cela convient."""
        return self[nom].value()

    @property
    def empeche_de_deposer(self):
        return any(self.cleaned_data[question.champ] is False for question in QUESTIONS)


class ProjetForm(PartieForm):
    code = "projet"
    nature = forms.ChoiceField(label="Nature", choices=Nature.choices, widget=forms.RadioSelect)
    disposition = Layout("titre", "resume", Rangee("debut", "fin"), "nature", "consensus", "a_revoir")

    class Meta(PartieForm.Meta):
        fields = ("titre", "resume", "debut", "fin", "nature", "consensus")
        field_classes = {"debut": DateSouple, "fin": DateSouple}
        help_texts = {
            "consensus": "Pour un maintien\xa0: qui, dans le milieu, convient que ce projet continue, et depuis quand."
        }

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for champ, phrase in bornes_de_l_appel(self.instance.appel).items():
            self.fields[champ].help_text = phrase

    def clean(self):
        donnees = super().clean()
        jours = {champ: donnees.get(champ) for champ in ("debut", "fin")}
        fautes = hors_des_dates(self.instance.alliance.cycle, self.instance.appel, **jours)
        for champ, phrase in fautes.items():
            self.add_error(champ, phrase)
        return donnees


class BesoinForm(PartieForm):
    code = "besoin"
    populations = forms.MultipleChoiceField(
        label="Qui visez-vous?",
        choices=PopulationVisee.Population.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta(PartieForm.Meta):
        fields = ("besoin", "preuves", "place", "en_conception", "en_realisation", "au_suivi", "soutien")
        labels = {
            "besoin": "À quel besoin répondez-vous?",
            "preuves": "D’où le savez-vous?",
            "place": "Quelle place les personnes prennent-elles?",
        }
        help_texts = {
            "besoin": "Des faits de chez vous\xa0: qui, combien, depuis quand. Les mots des personnes comptent autant "
            "que les chiffres.",
            "place": "Dites ce qui les y aide\xa0: transport, garde, repas, dédommagement.",
        }

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.initial["populations"] = [p.population for p in self.instance.populations.all()]
        prevues = {p.an: p for p in self.instance.personnes_prevues.all()}
        for exercice in self.instance.exercices:
            self._compter(exercice, prevues.get(exercice.an))

    def _compter(self, exercice, prevue):
        self.fields[f"nombre_{exercice.an}"] = EntierField(
            label=f"Personnes distinctes en {exercice}",
            required=False,
            min_value=0,
            max_value=1_000_000,
            initial=prevue and prevue.nombre,
        )
        self.fields[f"nouvelles_{exercice.an}"] = EntierField(
            label=f"dont nouvelles en {exercice}",
            required=False,
            min_value=0,
            max_value=1_000_000,
            initial=prevue and prevue.nouvelles,
        )

    @property
    def disposition(self):
        comptes = [Rangee(f"nombre_{e.an}", f"nouvelles_{e.an}") for e in self.instance.exercices]
        definition = (
            "Une personne distincte se compte une seule fois par exercice, qu’elle vienne une fois ou trente. Ni les "
            "visiteurs d’une page, ni le public d’une publicité, ni les personnes qui interviennent."
        )
        if not comptes:
            definition = "Donnez d’abord les dates du projet\xa0: les exercices à remplir en dépendent."
        return Layout(
            "besoin",
            "preuves",
            "populations",
            Groupe("Combien de personnes distinctes?", *comptes, aide=definition),
            "place",
            Groupe("Elles prennent part", "en_conception", "en_realisation", "au_suivi", "soutien"),
            "a_revoir",
        )

    def clean(self):
        donnees = super().clean()
        for exercice in self.instance.exercices:
            nombre, nouvelles = (donnees.get(f"{nom}_{exercice.an}") for nom in ("nombre", "nouvelles"))
            if nouvelles is not None and nouvelles > (nombre or 0):
                self.add_error(
                    f"nouvelles_{exercice.an}", "Les personnes nouvelles sont parmi les personnes distinctes."
                )
        return donnees

    def ecrire_les_rangees(self, initiative):
        initiative.populations.all().delete()
        for population in self.cleaned_data["populations"]:
            initiative.populations.create(population=population)
        initiative.personnes_prevues.all().delete()
        for exercice in self.instance.exercices:
            nombre, nouvelles = (self.cleaned_data[f"{nom}_{exercice.an}"] for nom in ("nombre", "nouvelles"))
            if nombre is not None:
                initiative.personnes_prevues.create(an=exercice.an, nombre=nombre, nouvelles=nouvelles or 0)


class TerritoiresForm(PartieForm):
    code = "territoires"

    class Meta(PartieForm.Meta):
        fields = ("territoires",)
        widgets = {"territoires": forms.CheckboxSelectMultiple}
        labels = {"territoires": "Où se passe l’initiative?"}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["territoires"].queryset = self.instance.appel.territoires_possibles()
        self.palier, self.raison = self.instance.palier_calcule()

    @property
    def disposition(self):
        return Layout("territoires", Morceau("projets/demande/_palier.html"), "a_revoir")

    def ecrire_les_rangees(self, initiative):
        initiative.territoires.set(self.cleaned_data["territoires"])


class PrioritesForm(PartieForm):
    code = "priorites"

    class Meta(PartieForm.Meta):
        fields = ("priorites", "lien", "reponse_1", "reponse_2", "reponse_3")
        widgets = {"priorites": forms.CheckboxSelectMultiple}
        labels = {
            "priorites": "À quelles priorités du plan répondez-vous?",
            "lien": "Comment votre initiative y répond-elle?",
        }

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        servies = self.instance.appel.priorites_servies()
        self.fields["priorites"].queryset = servies.prefetch_related("territoires")
        self.fields["priorites"].label_from_instance = Priorite.avec_ses_lieux
        # Choisies dans une version d'avant, elles se retrouvent dans celle d'aujourd'hui par leur clé.
        self.initial["priorites"] = list(servies.filter(cle__in=self.instance.priorites.values("cle")))
        questions = dict(self.instance.appel.questions)
        for champ in ("reponse_1", "reponse_2", "reponse_3"):
            if champ in questions:
                self.fields[champ].label = questions[champ]
            else:
                del self.fields[champ]

    def ecrire(self, initiative):
        for champ in self.fields.keys() & set(partie(self.code).champs):
            setattr(initiative, champ, self.cleaned_data[champ])
        initiative.priorites.set(self.cleaned_data["priorites"])


class ObjectifsForm(PartieForm):
    code = "objectifs"
    AU_PLUS, EN_ABREGE = 4, 2

    class Meta(PartieForm.Meta):
        fields = ("apres",)
        labels = {"apres": "Que restera-t-il après le financement?"}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.rangees = Rangees(
            self,
            self.instance.objectifs.all(),
            {
                "objectif": lambda: forms.CharField(label="Objectif", max_length=200),
                "activites": lambda: forms.CharField(
                    label="Activités", max_length=600, widget=forms.Textarea({"rows": 2})
                ),
                "cible": lambda: EntierField(label="Cible", min_value=1, max_value=10_000_000),
                "unite": lambda: forms.CharField(
                    label="Ce qu’on compte", max_length=120, help_text="Portions par an, personnes…"
                ),
                "pour_le": lambda: DateSouple(label="Pour le", initial=self.instance.fin),
            },
            au_plus=self.rangees_offertes,
            nom="objectif",
        )
        self.agrandissable = self.rangees.nombre < self.rangees_offertes

    @property
    def disposition(self):
        return Layout(*self.rangees.groupes("Objectif", ("cible", "unite", "pour_le")), "apres", "a_revoir")

    def clean(self):
        donnees = super().clean()
        self.rangees.verifier(donnees)
        for rang, ligne in self.rangees.remplies(donnees):
            if ligne["cible"] and not ligne["unite"]:
                self.add_error(self.rangees.champ(rang, "unite"), "Dites ce que compte la cible.")
            for champ, phrase in self.instance.hors_du_cycle(pour_le=ligne["pour_le"]).items():
                self.add_error(self.rangees.champ(rang, champ), phrase)
        return donnees

    def ecrire_les_rangees(self, initiative):
        self.rangees.ecrire(initiative.objectifs, self.cleaned_data)
