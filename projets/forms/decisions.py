"""Inscrire un avis, celui des personnes, puis la décision et les enveloppes d'où vient l'argent."""

from django import forms
from django.forms.utils import ErrorDict
from django.utils.functional import cached_property

from projets.models.avis import AvisInitiative
from projets.models.choix import dessert
from projets.models.decisions import Raison, Sens
from projets.models.ecarts import a_motiver
from projets.models.propositions import (
    MOTIFS,
    PropositionDecision,
    avertissements,
    empreinte_des,
    jauges,
    montants_proposes,
    reserves_tues,
)
from projets.models.reservations import ce_que_prendrait
from socle.formulaires.champs import DateSouple, EntierField, PieceField
from socle.formulaires.disposition import Formulaire, Groupe, Layout, Morceau, Rangee
from socle.formulaires.revision import AvecRevision, SurUneEmpreinte
from socle.valeurs.argent import ZERO, SaisieMontant, en_dollars
from socle.valeurs.horloge import aujourd_hui

HORS_DE_L_APPEL = (
    "D’enveloppes que l’appel ne met pas en commun",
    "Si elles paient, écrivez plus bas pourquoi la décision s’écarte de l’appel.",
)
D_AILLEURS = ("D’enveloppes d’un autre territoire", "L’initiative ne s’y passe pas.")


class AvisForm(SurUneEmpreinte):
    sens = forms.ChoiceField(label="Avis", choices=AvisInitiative.Sens.choices, widget=forms.RadioSelect)
    texte = forms.CharField(label="Ce qu’il dit", max_length=2000, widget=forms.Textarea)
    rendu_le = DateSouple(label="Rendu le", initial=aujourd_hui)
    resolution = forms.CharField(label="Numéro de résolution", required=False, max_length=60)
    disposition = Layout("sens", "texte", Rangee("rendu_le", "resolution"))

    def saisie(self):
        return _sur_ce_qui_est_vu(self)


class AvisDesPersonnesForm(SurUneEmpreinte):
    groupe = forms.CharField(label="Groupe", max_length=150, help_text="Sans nom de personne.")
    personnes = EntierField(label="Nombre de personnes", min_value=1, max_value=1000)
    sens = forms.ChoiceField(label="Avis", choices=AvisInitiative.Sens.choices, widget=forms.RadioSelect)
    texte = forms.CharField(
        label="Ce qu’elles disent", max_length=2000, widget=forms.Textarea, help_text="Dans leurs mots."
    )
    rendu_le = DateSouple(label="Rendu le", initial=aujourd_hui)
    disposition = Layout(Rangee("groupe", "personnes"), "sens", "texte", "rendu_le")

    def saisie(self):
        return _sur_ce_qui_est_vu(self)


def _sur_ce_qui_est_vu(form):
    donnees = dict(form.cleaned_data)
    return {"vu": donnees.pop("revision")} | donnees


def deja_propose(proposition):
    """Les champs que remplit cette proposition; aucun si rien n'est proposé."""
    if proposition is None:
        return {}
    champs = {champ: getattr(proposition, champ) for champ in ("sens", *MOTIFS)}
    return champs | {f"montant_{e.pk}": montant for e, montant in proposition.affectations.items()}


class ChoixForm(Formulaire):
    """Un sens et, s'il accepte, un montant par enveloppe; ce qui resterait se voit avant d'écrire."""

    libre_en_mots = "Disponible à l’enveloppe"
    sens = forms.ChoiceField(label="Décision", choices=Sens.choices, widget=forms.RadioSelect)
    raison = forms.ChoiceField(
        label="Raison",
        choices=[("", "Choisir"), *Raison.choices],
        required=False,
        help_text="D’un refus ou d’une attente.",
    )
    motif = forms.CharField(
        label="En une phrase",
        max_length=2000,
        required=False,
        widget=forms.Textarea,
        help_text="L’organisme la lira.",
    )
    ecart = forms.CharField(
        label="Pourquoi la décision s’écarte d’un avis, de l’appel, de la demande ou de la liste d’attente",
        max_length=2000,
        required=False,
        widget=forms.Textarea,
    )
    conditions = forms.CharField(label="Conditions", max_length=2000, required=False, widget=forms.Textarea)

    def __init__(self, *args, initiative, par, **options):
        super().__init__(*args, **options)
        self.initiative, self.par = initiative, par
        self.permises = initiative.appel.enveloppes_ou_puiser(par)
        ans = {exercice.an for exercice in initiative.exercices}
        lus = [(e, libre) for e, libre in self.libre_par_enveloppe() if e.an in ans]
        self.libres = {e: libre for e, libre in lus if libre or self._dit(f"montant_{e.pk}")}
        self.enveloppes = list(self.libres)
        if not self.initial.get("sens"):
            self.initial = {**self.initial, **self._demandes()}
        for enveloppe in self.enveloppes:
            self.fields[f"montant_{enveloppe.pk}"] = SaisieMontant(
                label=f"{enveloppe}, {enveloppe.exercice}",
                required=False,
                help_text=f"{self.libre_en_mots}\xa0: {en_dollars(self.libres[enveloppe])}.",
            )

    def _demandes(self):
        """{champ: dollars} de ce que la demande prendrait de la part de l'appel, aux enveloppes qui la touchent."""
        siennes = [
            (e, min(libre, self.permises[e])) for e, libre in self.libres.items() if self._rang(e) == 0
        ]
        return {f"montant_{e.pk}": m for e, m in ce_que_prendrait(self.initiative, siennes).items()}

    def _rang(self, enveloppe):
        """0 : de l'appel, elle touche l'initiative; 1 : de l'appel, pour un autre territoire; 2 : hors de l'appel."""
        if self.permises[enveloppe] is None:
            return 2
        return 0 if dessert(enveloppe, self.initiative) else 1

    def _dit(self, champ):
        """Une enveloppe vide se tait, sauf si l'on y a déjà écrit un montant."""
        return self.initial.get(champ) or self.data.get(champ)

    def libre_par_enveloppe(self):
        """[(enveloppe, ce qui peut encore s'y prendre)]."""
        return [(e, e.solde.disponible) for e in self.permises]

    @property
    def disposition(self):
        return Layout(*self._choix())

    def _choix(self):
        return (
            "sens",
            *self._argent(),
            Groupe("La raison, sinon", "raison", "motif"),
            "ecart",
            "conditions",
        )

    def _argent(self):
        """Les enveloppes de l'appel qui touchent l'initiative, puis les autres, repliées; enfin, l'effet."""
        groupes = (("L’argent, si elle est acceptée", ""), D_AILLEURS, HORS_DE_L_APPEL)
        for rang, (legende, aide) in enumerate(groupes):
            siennes = [f"montant_{e.pk}" for e in self.enveloppes if self._rang(e) == rang]
            if siennes:
                champs = Rangee(*siennes, classe="saisie-serree")
                yield Groupe(legende, champs, aide=aide, replie=rang > 0)
        yield Morceau("projets/decisions/_effet.html")

    @property
    def montants(self):
        """{enveloppe: dollars} de ce qui est tapé et se lit ou, à l'ouverture, de ce qui est déjà rempli."""
        donnees = getattr(self, "cleaned_data", self.initial)
        lus = {e: donnees.get(f"montant_{e.pk}") for e in self.enveloppes}
        return {enveloppe: montant for enveloppe, montant in lus.items() if montant}

    @property
    def effets(self):
        """[(enveloppe, avant, après)] de ce que la décision laisserait aux enveloppes qu'elle touche."""
        pris = self.montants
        touchees = [(e, libre) for e, libre in self.libres.items() if e in pris or self._rang(e) == 0]
        return [(e, libre, libre - pris.get(e, ZERO)) for e, libre in touchees]

    @property
    def essai(self):
        """On regarde l'effet : rien ne s'écrit."""
        return "essayer" in self.data

    def full_clean(self):
        """Essayer ne juge que les montants : la page dit l'effet de ceux qui se lisent, et garde ce qui est tapé."""
        super().full_clean()
        if self.essai:
            montants = {champ: e for champ, e in self._errors.items() if champ.startswith("montant_")}
            self._errors = ErrorDict(montants)

    def saisie(self):
        donnees = self.cleaned_data
        acceptee = donnees["sens"] == Sens.ACCEPTEE
        return {champ: donnees[champ] for champ in ("sens", "ecart", "conditions")} | {
            "raison": "" if acceptee else donnees["raison"],
            "motif": "" if acceptee else donnees["motif"],
            "affectations": self.montants if acceptee else {},
        }


class PropositionForm(AvecRevision, ChoixForm):
    """Un brouillon de séance : il se garde incomplet. Les autres propositions comptent déjà dans ce qui reste."""

    libre_en_mots = "Reste après les autres propositions"

    def __init__(self, *args, initiative, proposition, **options):
        self.proposition = proposition
        initial = deja_propose(proposition) | {"revision": getattr(proposition, "revision", 0)}
        super().__init__(*args, initiative=initiative, initial=initial, **options)

    def libre_par_enveloppe(self):
        appel = self.initiative.appel
        autres = montants_proposes(appel, sauf=self.initiative, par=self.par)
        return [
            (e, reste) for e, _, _, reste in jauges(appel, autres, self.permises, reserves_tues(self.par))
        ]

    @cached_property
    def avertissements(self):
        """Ce qui empêcherait d'adopter ce qui est tapé ou, à l'ouverture, ce qui est enregistré."""
        lus = self.cleaned_data if self.is_bound else self.initial
        if not (sens := lus.get("sens")):
            return []
        enregistres = self.proposition.affectations if self.proposition else {}
        montants = self.montants if self.is_bound else enregistres
        motifs = {champ: lus.get(champ, "") for champ in MOTIFS}
        affectations = montants if sens == Sens.ACCEPTEE else {}
        return avertissements(self.initiative, sens, affectations, motifs, self.permises, self.libres)

    def revision_actuelle(self):
        revisions = PropositionDecision.objects.filter(initiative=self.initiative)
        return revisions.values_list("revision", flat=True).first() or 0

    def saisie(self):
        return super().saisie() | {"revision": self.cleaned_data["revision"]}


class AdoptionForm(AvecRevision):
    """La résolution d'une séance : un numéro, une date, un fichier, pour toutes les propositions choisies."""

    revision = forms.CharField(widget=forms.HiddenInput)
    si_perime = "Relisez les propositions; un fichier choisi est à choisir de nouveau."
    prise_le = DateSouple(label="Prise le", initial=aujourd_hui)
    resolution = forms.CharField(label="Numéro de résolution", max_length=60)
    piece = PieceField(label="La résolution")
    disposition = Layout(Rangee("prise_le", "resolution"), "piece")

    def __init__(self, *args, propositions, **options):
        self.propositions = propositions
        super().__init__(*args, **options)

    def revision_actuelle(self):
        return empreinte_des(self.propositions)

    def saisie(self):
        return _sur_ce_qui_est_vu(self)


class DecisionForm(ChoixForm):
    """Une décision, par résolution."""

    prise_le = DateSouple(label="Prise le", initial=aujourd_hui)
    resolution = forms.CharField(label="Numéro de résolution", max_length=60)
    piece = PieceField(label="La résolution")

    @property
    def disposition(self):
        return Layout(*self._choix(), Rangee("prise_le", "resolution"), "piece")

    def clean(self):
        donnees = super().clean()
        if self.essai:
            return donnees
        sens = donnees.get("sens")
        if sens == Sens.ACCEPTEE and not self.montants:
            self.add_error(None, "Dites de quelles enveloppes vient l’argent.")
        if sens and sens != Sens.ACCEPTEE and not donnees.get("raison"):
            self.add_error("raison", "Choisissez la raison.")
        if sens and sens != Sens.ACCEPTEE and not donnees.get("motif"):
            self.add_error("motif", "Écrivez la raison en une phrase\xa0: l’organisme la lira.")
        if sens and not donnees.get("ecart"):
            for phrase in a_motiver(self.initiative, sens, self.montants, self.permises):
                self.add_error("ecart", phrase)
        for enveloppe, montant in self.montants.items():
            if montant > self.libres[enveloppe]:
                reste = en_dollars(self.libres[enveloppe])
                self.add_error(f"montant_{enveloppe.pk}", f"Il n’y a que {reste} de disponible.")
        return donnees

    def saisie(self):
        par_resolution = {champ: self.cleaned_data[champ] for champ in ("prise_le", "resolution", "piece")}
        return super().saisie() | par_resolution
