"""Écrire un avenant : son bénéficiaire, ses dates, ses versements, ses textes; chacun à côté de ce qu’il remplace."""

from datetime import date
from decimal import Decimal

from django import forms

from alliances.models import Organisme
from alliances.models.organismes import epurer_neq
from projets.protocoles.forms.preparation import EcheancierForm
from projets.protocoles.models.termes import identite_de, noms_de
from projets.protocoles.regles import avenants as regles
from projets.protocoles.regles.dates import fautes_de_dates
from projets.protocoles.regles.echeancier import ranger
from socle.formulaires.champs import DateSouple
from socle.formulaires.disposition import Layout, Section
from socle.formulaires.motif import MotifForm
from socle.formulaires.revision import AvecRevision
from socle.texte.typographie import date_longue
from socle.valeurs.argent import ZERO, SaisieMontant, en_dollars

DATES = tuple(regles.DATES)


class OuvertureForm(MotifForm):
    """Pourquoi le protocole change : les deux parties le liront. `initial` : ce que l'organisme a demandé."""

    def __init__(self, donnees=None, **options):
        super().__init__(
            donnees,
            libelle="Pourquoi le protocole change",
            aide="Les deux parties le liront, et l’avenant le dira.",
            **options,
        )


class DUnAvenant(AvecRevision):
    """Ce qui s'enregistre d'un avenant part de la révision que la page montrait."""

    def __init__(self, *args, avenant, **options):
        self.avenant = avenant
        super().__init__(*args, **options)

    def revision_actuelle(self):
        return self.avenant.revision


class DatesForm(DUnAvenant):
    """Les deux dates, jugées comme au protocole; la faute est à côté de la sienne."""

    fin = DateSouple(label="Fin du protocole")
    rapport_final_le = DateSouple(label="Rapport final attendu le")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        termes = self.avenant.termes_proposes()
        for nom in DATES:
            champ, avant = self.fields[nom], date.fromisoformat(self.avenant.base[f"date/{nom}"])
            champ.help_text = f"Avant\xa0: {date_longue(avant)}."
            champ.initial = date.fromisoformat(termes[f"date/{nom}"])

    def clean(self):
        donnees = super().clean()
        if not self.errors:
            avenant, jours = self.avenant, (donnees[nom] for nom in DATES)
            bornes = {"convention": avenant.convention, "cycle": avenant.initiative.alliance.cycle}
            for champ, phrase in fautes_de_dates(avenant.protocole.debut, *jours, **bornes):
                self.add_error(champ, phrase)
        return donnees

    def saisie(self):
        valeurs = {f"date/{nom}": self.cleaned_data[nom].isoformat() for nom in DATES}
        return {"revision": self.cleaned_data["revision"], "valeurs": valeurs}


class BeneficiaireForm(DUnAvenant):
    """À qui l'argent ira : le même organisme tel qu'il est aujourd'hui, ou un autre, du répertoire, qui le reprend."""

    qui = forms.ChoiceField(label="Qui recevra l’argent", widget=forms.RadioSelect)
    neq = forms.CharField(
        label="NEQ de l’organisme qui reprend",
        max_length=20,
        required=False,
        help_text="À une fusion seulement. S’il n’est pas au répertoire, la coordination l’y inscrit d’abord.",
    )
    disposition = Layout("qui", "neq")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.organisme, repreneur = self.avenant.initiative.organisme, self.avenant.repreneur
        dit = identite_de(self.organisme)["dit"]
        self.fields["qui"].choices = [
            ("meme", f"Le même organisme, sous son identité d’aujourd’hui\xa0: {dit}"),
            ("autre", "Un autre organisme, qui reprend le protocole"),
        ]
        self.fields["qui"].initial = "autre" if repreneur else "meme"
        self.fields["neq"].initial = repreneur.neq if repreneur else ""

    def clean(self):
        donnees = super().clean()
        self.choisi = self.organisme
        if donnees.get("qui") == "autre":
            neq = epurer_neq(donnees.get("neq", ""))
            self.choisi = neq and Organisme.objects.filter(neq=neq).first()
            if not self.choisi:
                self.add_error("neq", "Aucun organisme du répertoire n’a ce NEQ.")
        return donnees

    def saisie(self):
        return {"revision": self.cleaned_data["revision"], "beneficiaire": self.choisi}


class VersementsForm(EcheancierForm):
    """Les versements que rien n'a entamés; le bilan dit ce qui retournerait à chaque enveloppe."""

    gabarit_du_bilan = "protocoles/avenants/_bilan.html"

    def __init__(self, *args, avenant, **options):
        self.avenant = avenant
        super().__init__(*args, protocole=avenant.protocole, proposees=avenant.prevues(), **options)

    def revision_actuelle(self):
        return self.avenant.revision

    @property
    def bilan(self):
        """De chaque somme : ce qui en est promis et que rien n'a entamé, ce que la page en fait, et l'écart."""
        promises = [
            regles.en_prevue(valeur)
            for valeur in regles.tranches_de(self.avenant.base).values()
            if not regles.est_entamee(valeur)
        ]
        for somme in self.sommes:
            avant, apres = (
                sum((p.montant for p in lues if p.part == somme.pk), ZERO)
                for lues in (promises, self.prevues())
            )
            ecart = avant - apres
            yield {
                "somme": somme,
                "avant": avant,
                "apres": apres,
                "libere": max(ecart, ZERO),
                "hausse": max(-ecart, ZERO),
            }

    def saisie(self):
        return {"revision": self.cleaned_data["revision"], "tranches": ranger(self.prevues())}


class TextesForm(DUnAvenant):
    """Les objectifs, les activités et les dépenses; la demande déposée reste telle qu'elle est."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.noms = noms_de(self.avenant.protocole)
        self.cles, termes = {}, self.avenant.termes_proposes()
        for cle, avant in self.avenant.base.items():
            if regles.sorte_de(cle) in ("objectif", "depense"):
                nom = cle.replace("/", "_")
                self.cles[nom], self.fields[nom] = cle, self._champ(cle, avant, termes[cle])

    def _champ(self, cle, avant, actuel):
        if cle.endswith("/montant"):
            options = {"label": self.noms[cle], "minimum": ZERO, "initial": Decimal(actuel)}
            return SaisieMontant(**options, help_text=f"Avant\xa0: {en_dollars(Decimal(avant))}.")
        long = cle.endswith("/activites")
        return forms.CharField(
            label=self.noms[cle],
            max_length={"objectif": 200, "activites": 600, "precision": 120}[cle.split("/")[2]],
            required=cle.endswith("/objectif"),
            initial=actuel,
            help_text=f"Avant\xa0: {avant}" if avant else "",
            widget=forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput(),
        )

    @property
    def disposition(self):
        titres = {"objectif": "Les objectifs et les activités", "depense": "Les dépenses prévues"}
        return Layout(
            *(
                Section(titre, *(nom for nom, cle in self.cles.items() if regles.sorte_de(cle) == sorte))
                for sorte, titre in titres.items()
            )
        )

    def saisie(self):
        valeurs = {cle: self._valeur(cle, self.cleaned_data[nom]) for nom, cle in self.cles.items()}
        return {"revision": self.cleaned_data["revision"], "valeurs": valeurs}

    def _valeur(self, cle, saisi):
        return regles.en_sous(saisi) if cle.endswith("/montant") else saisi
