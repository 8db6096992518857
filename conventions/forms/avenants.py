"""Les formulaires d'un avenant : un par sorte de changement, tous faits sur le même patron.

Chacun montre la convention telle que l'avenant la propose et rend `propositions()` : {clé de terme: valeur}.
"""

from itertools import chain

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from alliances.models import Organisme, Territoire
from conventions import comparaison
from conventions.models import Convention, EcheanceVersement, PartieConvention
from conventions.models.application import est_fige
from conventions.models.echeances import CONDITIONS_A_CHOISIR
from socle.formulaires.champs import DateSouple, MontantField, PieceField
from socle.formulaires.disposition import Formulaire, Groupe, Layout
from socle.formulaires.motif import MotifForm
from socle.formulaires.revision import AvecRevision
from socle.valeurs.exercice import Exercice

EXERCICES_DE_PLUS, VERSEMENTS_DE_PLUS = 2, 2
ROLES_AJOUTABLES = [choix for choix in PartieConvention.Role.choices if choix[0] != "ministre"]


class OuvertureForm(MotifForm):
    """Pourquoi cet avenant."""

    def __init__(self, *args, **options):
        super().__init__(*args, libelle="Motif de l’avenant", aide="Chaque partie le lira.", **options)


class ChangementForm(AvecRevision):
    """Le patron : la révision, les termes proposés, les groupes de champs de la page."""

    sorte = ""

    def __init__(self, *args, avenant, **options):
        self.avenant = avenant
        super().__init__(*args, **options)
        self.base = comparaison.de_sorte(avenant.base, self.sorte)
        self.proposes = comparaison.de_sorte(avenant.termes_proposes(), self.sorte)
        self.noms_des_groupes = {}
        self.batir()

    def ajouter(self, groupe, nom, champ, initial=None):
        champ.initial = initial
        self.fields[nom] = champ
        self.noms_des_groupes.setdefault(groupe, []).append(nom)

    @property
    def disposition(self):
        """Un groupe par légende, dans l'ordre de la page; sans légende, les champs vont seuls."""
        groupes = self.noms_des_groupes.items()
        blocs = ([Groupe(legende, *noms)] if legende else noms for legende, noms in groupes)
        return Layout(*chain.from_iterable(blocs))

    def ajouter_de_la_convention(self, noms, **options):
        """Les champs mêmes de la préparation, avec leurs aides; leurs bornes aussi."""
        for champ, saisie in forms.fields_for_model(Convention, noms, **options).items():
            saisie.label = saisie.label[:1].upper() + saisie.label[1:]
            self.ajouter("", champ, saisie, saisie.to_python(self.proposes.get(champ)))

    def propositions(self):
        """Ce qui est saisi : {clé de terme: valeur}."""
        return {f"{self.sorte}/{cle}": valeur for cle, valeur in self.valeurs(self.cleaned_data).items()}

    def revision_actuelle(self):
        return self.avenant.revision

    def saisie(self):
        revision = self.cleaned_data["revision"]
        return {"sorte": self.sorte, "valeurs": self.propositions(), "revision": revision}

    def valeurs(self, donnees):
        raise NotImplementedError

    def batir(self):
        raise NotImplementedError


class DatesForm(ChangementForm):
    sorte = "date"

    def batir(self):
        aides = {"fin_realisation": "Dernier jour où une initiative peut se réaliser; au plus tard à la fin."}
        for champ, libelle in comparaison.DATES.items():
            self.ajouter(
                "", champ, DateSouple(label=libelle, help_text=aides.get(champ, "")), self.proposes[champ]
            )

    def valeurs(self, donnees):
        return {champ: donnees[champ].isoformat() for champ in comparaison.DATES}


class ParametresForm(ChangementForm):
    sorte = "parametre"

    def batir(self):
        for champ, libelle in comparaison.PARAMETRES.items():
            self.ajouter("", champ, self._champ(champ, libelle), self.proposes[champ])

    @staticmethod
    def _champ(champ, libelle):
        if champ == "participation_etat":
            return forms.CharField(label=libelle, required=False, max_length=2000, widget=forms.Textarea)
        bornes = [
            MinValueValidator(0, "Un pourcentage va de 0 à 100."),
            MaxValueValidator(100, "Un pourcentage va de 0 à 100."),
        ]
        return forms.DecimalField(
            label=f"{libelle} (%)", required=False, max_digits=5, decimal_places=2, validators=bornes
        )

    def valeurs(self, donnees):
        lues = {champ: donnees[champ] for champ in comparaison.PARAMETRES}
        return {c: v if isinstance(v, str) or v is None else f"{v:.2f}" for c, v in lues.items()}


class LiberationForm(ChangementForm):
    sorte = "liberation"

    def batir(self):
        self.ajouter_de_la_convention(comparaison.LIBERATION)

    def valeurs(self, donnees):
        return {champ: donnees[champ] for champ in comparaison.LIBERATION}


class RedditionForm(ChangementForm):
    sorte = "reddition"

    def batir(self):
        self.ajouter_de_la_convention(comparaison.REDDITION, field_classes={"bilan_le": DateSouple})

    def clean(self):
        donnees = super().clean()
        examen, audit = donnees.get("seuil_examen"), donnees.get("seuil_audit")
        if examen is not None and audit is not None and audit < examen:
            self.add_error("seuil_audit", "Le seuil de l’audit n’est pas sous celui de l’examen.")
        return donnees

    def valeurs(self, donnees):
        lues = {champ: donnees[champ] for champ in comparaison.REDDITION}
        bilan = lues["bilan_le"]
        return (
            lues
            | {"bilan_le": bilan and bilan.isoformat()}
            | {champ: f"{lues[champ]:.2f}" for champ in ("seuil_examen", "seuil_audit")}
        )


class MontantsForm(ChangementForm):
    sorte = "exercice"

    def batir(self):
        connus = sorted(int(an) for an in {*self.base, *self.proposes})
        suivants = range(connus[-1] + 1, connus[-1] + 1 + EXERCICES_DE_PLUS) if connus else ()
        for an in (*connus, *suivants):
            nouveau = str(an) not in self.base
            champ = MontantField(
                label=f"Exercice {Exercice(an)}",
                required=not nouveau,
                help_text="Laissez vide : cet exercice n’est pas dans la convention." if nouveau else "",
            )
            self.ajouter("", f"montant_{an}", champ, self._initial(an))

    def _initial(self, an):
        montant = self.proposes.get(str(an))
        return MontantField().to_python(montant) if montant else None

    def valeurs(self, donnees):
        lus = {nom.removeprefix("montant_"): v for nom, v in donnees.items() if nom.startswith("montant_")}
        return {an: f"{v:.2f}" for an, v in lus.items() if v is not None}


class EcheancierForm(ChangementForm):
    sorte = "versement"

    def batir(self):
        echeances = list(self.avenant.convention.echeances.order_by("rang"))
        self.figes = [e for e in echeances if est_fige(e)]
        figes = {str(e.rang) for e in self.figes}
        self.ans = sorted({*comparaison.de_sorte(self.avenant.termes_proposes(), "exercice")}, key=int)
        self.rangs = [r for r in sorted({*self.base, *self.proposes}, key=int) if r not in figes]
        dernier = max([e.rang for e in echeances] + [int(r) for r in self.rangs], default=0)
        for rang in self.rangs:
            self._ligne(rang, f"{comparaison.en_ordinal(rang)} versement", nouveau=rang not in self.base)
        for rang in range(dernier + 1, dernier + 1 + VERSEMENTS_DE_PLUS):
            self.rangs.append(str(rang))
            self._ligne(
                str(rang), f"{comparaison.en_ordinal(rang)} versement, à ajouter au besoin", nouveau=True
            )

    def _ligne(self, rang, groupe, *, nouveau):
        valeur = self.proposes.get(rang) or {}
        conditions = [("", "Choisir"), *CONDITIONS_A_CHOISIR]
        exercices = [("", "Choisir"), *((an, str(Exercice(int(an)))) for an in self.ans)]
        montant = MontantField().to_python(valeur.get("montant") or "")
        champs = {
            "montant": (MontantField(label="Montant", required=False), montant),
            "an": (forms.ChoiceField(label="Exercice", choices=exercices, required=False), valeur.get("an")),
            "condition": (
                forms.ChoiceField(label="Condition", choices=conditions, required=False),
                valeur.get("condition"),
            ),
            "prevue_le": (DateSouple(label="Prévu le", required=False), valeur.get("prevue_le")),
        }
        if not nouveau:
            retire = rang in self.base and rang not in self.proposes
            champs["retirer"] = forms.BooleanField(label="Annuler ce versement prévu", required=False), retire
        for nom, (champ, initial) in champs.items():
            self.ajouter(groupe, f"{nom}_{rang}", champ, initial)

    def clean(self):
        donnees = super().clean()
        for rang in self.rangs:
            ligne = self._lue(donnees, rang)
            if donnees.get(f"retirer_{rang}") or not any(ligne.values()):
                continue
            for champ, valeur in ligne.items():
                if not valeur and f"{champ}_{rang}" not in self.errors:
                    libelle = self.fields[f"{champ}_{rang}"].label.lower()
                    self.add_error(
                        f"{champ}_{rang}",
                        f"{comparaison.en_ordinal(rang)} versement : il manque « {libelle} ».",
                    )
        return donnees

    @staticmethod
    def _lue(donnees, rang):
        return {
            champ: donnees.get(f"{champ}_{rang}") for champ in ("montant", "an", "condition", "prevue_le")
        }

    def valeurs(self, donnees):
        libelles, lues = dict(EcheanceVersement.Condition.choices), {}
        for rang in self.rangs:
            ligne = self._lue(donnees, rang)
            if donnees.get(f"retirer_{rang}") or (not any(ligne.values()) and rang in self.base):
                lues[rang] = None
            elif any(ligne.values()):
                lues[rang] = {
                    "an": int(ligne["an"]),
                    "montant": f"{ligne['montant']:.2f}",
                    "condition": ligne["condition"],
                    "libelle": libelles[ligne["condition"]],
                    "prevue_le": ligne["prevue_le"].isoformat(),
                }
        return lues


class PartiesForm(ChangementForm):
    sorte = "partie"

    def batir(self):
        self.rangees = {cle.replace("/", "_"): cle for cle in {**self.base, **self.proposes}}
        for nom, cle in self.rangees.items():
            partie = self.proposes.get(cle) or self.base[cle]
            groupe = f"{partie['nom']} – {partie['role_libelle']}"
            signataire = forms.CharField(
                label="Fonction de la personne qui signe", max_length=120, required=False
            )
            self.ajouter(groupe, f"signataire_{nom}", signataire, partie["signataire"])
            if cle != "ministre/0":
                retirer = forms.BooleanField(label="Retirer cette partie", required=False)
                self.ajouter(groupe, f"retirer_{nom}", retirer, cle not in self.proposes)
        self._ajout()

    def _ajout(self):
        groupe = "Ajouter une partie"
        territoires = Territoire.objects.filter(alliances=self.avenant.convention.alliance)
        champs = {
            "organisme": forms.ModelChoiceField(
                Organisme.objects.all(), label="Organisme", required=False, empty_label="Choisir"
            ),
            "role": forms.ChoiceField(
                label="Rôle", choices=[("", "Choisir"), *ROLES_AJOUTABLES], required=False
            ),
            "signataire": forms.CharField(
                label="Fonction de la personne qui signe", max_length=120, required=False
            ),
            "territoires": forms.ModelMultipleChoiceField(
                territoires, label="Territoires couverts", required=False, widget=forms.CheckboxSelectMultiple
            ),
            "signe": forms.BooleanField(label="Cette partie signe la convention", required=False),
        }
        for nom, champ in champs.items():
            self.ajouter(groupe, nom, champ, nom == "signe" or None)

    def clean(self):
        donnees = super().clean()
        if donnees.get("organisme") and not donnees.get("role"):
            self.add_error("role", "Choisissez le rôle de la partie à ajouter.")
        if donnees.get("organisme") and f"{donnees.get('role')}/{donnees['organisme'].pk}" in self.proposes:
            self.add_error("organisme", "Cet organisme a déjà ce rôle dans la convention.")
        return donnees

    def valeurs(self, donnees):
        lues = {}
        for nom, cle in self.rangees.items():
            partie = self.proposes.get(cle) or self.base[cle]
            if not donnees.get(f"retirer_{nom}"):
                lues[cle] = partie | {"signataire": donnees[f"signataire_{nom}"]}
            elif cle in self.base:
                lues[cle] = None
        if organisme := donnees.get("organisme"):
            lues[f"{donnees['role']}/{organisme.pk}"] = {
                "nom": str(organisme),
                "role_libelle": dict(ROLES_AJOUTABLES)[donnees["role"]],
                "signe": donnees["signe"],
                "signataire": donnees["signataire"],
                "territoires": sorted(
                    ({"id": t.pk, "nom": t.nom} for t in donnees["territoires"]),
                    key=lambda t: (t["nom"], t["id"]),
                ),
            }
        return lues


FORMULAIRES = {
    form.sorte: form
    for form in (
        DatesForm,
        MontantsForm,
        EcheancierForm,
        PartiesForm,
        ParametresForm,
        RedditionForm,
        LiberationForm,
    )
}


class SignatureForm(Formulaire):
    """La signature d'une partie. Un formulaire refusé ne garde pas le fichier : il le redemande."""

    signee_le = DateSouple(label="Date de la signature")
    resolution = forms.CharField(
        label="Numéro de la résolution", max_length=60, help_text="Tel qu’il paraît au procès-verbal."
    )
    resolution_le = DateSouple(label="Date de la résolution")
    piece = PieceField(label="Résolution ou exemplaire signé")

    def __init__(self, *args, signature, **options):
        super().__init__(*args, **options)
        self.signature = signature
        if signature.est_du_ministre:
            del self.fields["resolution"], self.fields["resolution_le"]
            self.fields["piece"].required = False

    def clean(self):
        donnees = super().clean()
        if signee_le := donnees.get("signee_le"):
            refus = self.signature.avenant.empechements_de_date(signee_le, donnees.get("resolution_le"))
            for phrase in refus:
                self.add_error("signee_le", phrase)
        if self.errors and (piece := donnees.get("piece")):
            self.add_error("piece", f"Choisissez de nouveau « {piece.name} » : le fichier n’a pas été gardé.")
        return donnees


class ConsultationForm(Formulaire):
    """La date à laquelle lire la convention."""

    au = DateSouple(label="Telle qu’en vigueur le", required=False)
