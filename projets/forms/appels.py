"""Préparer un appel : ce qu'il est, quand, combien, et ce que la région ajoute."""

from django import forms

from alliances.forms.suivi import nommer_le_vide
from alliances.plans.models import Priorite
from projets.models import AppelProjets
from projets.models.appels import MOMENTS
from projets.models.publication import POUR_PUBLIER
from socle.formulaires.champs import DateSouple, MomentField
from socle.formulaires.disposition import Formulaire, FormulaireDeModele, Layout, Rangee, Section
from socle.formulaires.motif import MotifForm
from socle.formulaires.revision import AvecRevision
from socle.valeurs.alphabet import normaliser, par_nom
from socle.valeurs.argent import SaisieMontant, en_dollars
from socle.valeurs.exercice import Exercice

DATES = ("decision_promise_le", "debut_au_plus_tot", "fin_au_plus_tard")
SECTIONS = (
    ("Ce qu’est l’appel", "", ("titre", "presentation", "mode")),
    (
        "Quand",
        "À la seconde de la fermeture, on ne dépose plus; la page publique montre le jour et l’heure.",
        ("ouvre_le", "ferme_le", "grace", "inscription_jours", "decision_promise_le", "embargo_le"),
    ),
    ("La rencontre d’information", "", ("rencontre",)),
    ("Quand se réalise une initiative", "", ("debut_au_plus_tot", "fin_au_plus_tard", "duree_maximale")),
    (
        "Combien, par initiative",
        "Ce qui reste vide ne limite rien.",
        ("plancher", "plafond", "seuil_abrege", "reservation_jours"),
    ),
    (
        "Le montage financier",
        "Des pourcentages du coût total. Une demande qui les dépasse ne se dépose pas.",
        ("part_maximale", "apport_minimal", "cumul_maximal", "administration_maximale", "cumul_avec_nature"),
    ),
    ("Le choix", "", ("seuil_de_note", "revision_jours", "intention")),
    (
        "Les questions de la région",
        "Trois au plus, en plus de celles que toute demande pose.",
        ("question_1", "question_2", "question_3"),
    ),
    ("Les priorités visées", "", ("priorites",)),
    (
        "Les pièces",
        "Celles de l’organisme restent à son dossier\xa0: elles ne se redemandent pas tant qu’elles valent.",
        ("pieces_demandees",),
    ),
)
MODES = "<br>".join(
    (
        "Appel d’initiatives\xa0: tout organisme dépose avant la fermeture, puis les demandes se comparent.",
        "Initiative bâtie en concertation\xa0: la Table inscrit la demande que des partenaires ont montée ensemble,"
        " sans page publique, et la juge sans attendre la fermeture.",
        "Reconduction\xa0: la Table inscrit, de la même façon, la demande d’une initiative déjà soutenue qui continue.",
    )
)
DEMANDE = "Demandé pour publier."
SAISIS = tuple(champ for _, _, champs in SECTIONS for champ in champs)
COLONNES = tuple(champ for champ in SAISIS if champ != "priorites")
SEULS = {
    *("pieces_demandees", "priorites", "titre", "presentation", "mode", "rencontre"),
    *("question_1", "question_2", "question_3"),
}


class OuvertureForm(FormulaireDeModele):
    """Le premier pas : un titre, un mode, une portée. Le reste vient à la page de l'appel."""

    class Meta:
        model = AppelProjets
        fields = ["titre", "mode", "territoire"]

    def __init__(self, *args, alliance, territoires, partout, **options):
        """`territoires` : ceux pour qui la personne peut ouvrir un appel; `partout` : toute l'Alliance aussi."""
        super().__init__(*args, instance=AppelProjets(alliance=alliance), **options)
        champ = self.fields["territoire"]
        champ.queryset, champ.required = territoires, not partout
        if not partout:
            champ.help_text = "Le vôtre\xa0: l’appel ne reçoit que des initiatives de ce territoire."
        self.fields["mode"].help_text = MODES
        choix = [(t.pk, t.nom) for t in par_nom(territoires)]
        champ.choices = [("", "Toute l’Alliance"), *choix] if partout else choix

    def saisie(self):
        return dict(self.cleaned_data)


class AppelForm(AvecRevision, FormulaireDeModele):
    """Les paramètres d'un appel en préparation."""

    class Meta:
        model = AppelProjets
        fields = SAISIS
        field_classes = dict.fromkeys(MOMENTS, MomentField) | dict.fromkeys(DATES, DateSouple)
        widgets = {"priorites": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        possibles = self.instance.priorites_possibles()
        self.fields["priorites"].queryset = possibles.prefetch_related("territoires")
        self.fields["priorites"].label_from_instance = Priorite.avec_ses_lieux
        # Cochées dans une version d'avant, elles se retrouvent dans celle d'aujourd'hui par leur clé.
        self.initial["priorites"] = list(possibles.filter(cle__in=self.instance.priorites.values("cle")))
        for champ in self.fields.values():
            nommer_le_vide(champ)
        self.fields["mode"].help_text = MODES
        for nom in POUR_PUBLIER:
            champ = self.fields[nom]
            champ.help_text = f"{champ.help_text} {DEMANDE}".strip()

    @property
    def disposition(self):
        return Layout(*(self._section(*section) for section in SECTIONS))

    def _section(self, titre, aide, noms):
        seuls = [nom for nom in noms if nom in SEULS]
        courts = [nom for nom in noms if nom not in SEULS]
        return Section(
            titre, *seuls, *([Rangee(*courts, classe="saisie-serree")] if courts else ()), aide=aide
        )

    def revision_actuelle(self):
        return AppelProjets.objects.values_list("revision", flat=True).get(pk=self.instance.pk)

    def saisie(self):
        donnees = self.cleaned_data
        return {
            "champs": {champ: donnees[champ] for champ in COLONNES},
            "priorites": donnees["priorites"],
            "revision": donnees["revision"],
        }


def _ce_qui_reste(disponible, promis, reste):
    if not promis:
        return f"Disponible\xa0: {en_dollars(disponible)}."
    dit = f"Reste à partager, avant cet appel\xa0: {en_dollars(reste)}."
    if reste < 0:
        dit = f"Il n’en reste rien à partager\xa0: il manque déjà {en_dollars(-reste)}."
    return (
        f"Disponible\xa0: {en_dollars(disponible)}. Partagé par d’autres appels en cours\xa0:"
        f" {en_dollars(promis)}. {dit}"
    )


def _a_sa_place(part):
    """Par exercice, ce qui est de la région, puis les territoires par leur nom."""
    enveloppe = part[0]
    return enveloppe.an, enveloppe.territoire_id is not None, normaliser(str(enveloppe))


class EnveloppesForm(AvecRevision):
    """Ce que l'appel met en commun de chaque enveloppe; vide, elle n'y est pas."""

    def __init__(self, *args, appel, **options):
        self.appel = appel
        actuels = dict(appel.enveloppes.values_list("enveloppe", "montant"))
        lus = sorted(appel.restes_a_partager(), key=_a_sa_place)
        restes = [(e, *r) for e, *r in lus if e.solde.disponible or e.pk in actuels]
        self.enveloppes = [e for e, _, _ in restes]
        super().__init__(*args, **options)
        for enveloppe, promis, reste in restes:
            self.fields[f"montant_{enveloppe.pk}"] = SaisieMontant(
                label=f"{enveloppe}, {enveloppe.exercice}",
                required=False,
                initial=actuels.get(enveloppe.pk),
                help_text=_ce_qui_reste(enveloppe.solde.disponible, promis, reste),
            )

    @property
    def disposition(self):
        ans = sorted({e.an for e in self.enveloppes})
        return Layout(
            *(
                Section(
                    f"Exercice {Exercice(an)}",
                    Rangee(
                        *(f"montant_{e.pk}" for e in self.enveloppes if e.an == an), classe="saisie-serree"
                    ),
                )
                for an in ans
            )
        )

    def revision_actuelle(self):
        return self.appel.revision

    def saisie(self):
        montants = {e: self.cleaned_data[f"montant_{e.pk}"] for e in self.enveloppes}
        return {
            "montants": {e: montant for e, montant in montants.items() if montant},
            "revision": self.cleaned_data["revision"],
        }


class CopieForm(Formulaire):
    """Le titre du nouvel appel : deux appels du même nom se confondraient dans les listes."""

    titre = forms.CharField(label="Titre du nouvel appel", max_length=140)

    def __init__(self, *args, appel, **options):
        self.appel = appel
        super().__init__(*args, initial={"titre": appel.titre}, **options)
        self.fields[
            "titre"
        ].help_text = "Un autre que celui de l’appel copié\xa0: une autre année, par exemple."

    def clean_titre(self):
        titre = self.cleaned_data["titre"].strip()
        if titre == self.appel.titre:
            raise forms.ValidationError("Donnez un autre titre\xa0: celui-ci est celui de l’appel copié.")
        return titre

    def saisie(self):
        return {"titre": self.cleaned_data["titre"]}


class ProlongationForm(MotifForm):
    """Une fermeture plus tardive; le motif se lit de tout le monde."""

    ferme_le = MomentField(label="Nouvelle fermeture")
    field_order = ["ferme_le", "motif"]


class CorrectionForm(AvecRevision):
    """Ce qui peut encore changer une fois l'appel publié, et pourquoi : des mots, et ce qui avantage les demandes."""

    CORRIGES = ("presentation", "rencontre", "decision_promise_le")
    presentation = forms.CharField(label="Présentation", widget=forms.Textarea, max_length=3000)
    rencontre = forms.CharField(label="Rencontre d’information", required=False, max_length=200)
    decision_promise_le = DateSouple(label="Réponse promise au plus tard le")
    motif = forms.CharField(
        label="Ce qui change, et pourquoi",
        widget=forms.Textarea,
        max_length=2000,
    )

    def __init__(self, *args, appel, aide, **options):
        self.appel = appel
        initial = {champ: getattr(appel, champ) for champ in self.CORRIGES}
        super().__init__(*args, initial=initial, **options)
        self.fields["motif"].help_text = aide

    def revision_actuelle(self):
        return self.appel.revision
