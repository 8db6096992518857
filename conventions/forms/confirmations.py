"""Confirmer des virements : un par un ou en lot à l'écran, ou par le relevé du système comptable."""

import re
from operator import itemgetter

from django import forms

from conventions.models import EcheanceVersement, lots
from conventions.models.versements import REFERENCE_LONGUE, en_reference
from socle.formulaires.champs import DateSouple
from socle.formulaires.disposition import Formulaire, Layout, Rangee
from socle.formulaires.revision import SurCeQuiEstVu
from socle.formulaires.tableaux import DATES, DE_WINDOWS, UTF_8, fautes_de, lire_le_tableau, nommer
from socle.valeurs.argent import SOU, SaisieMontant
from socle.valeurs.entiers import CHIFFRES_AU_PLUS, entier
from socle.valeurs.horloge import aujourd_hui

LIGNES_AU_PLUS = 200
NOMS = {
    "convention": "Convention",
    "versement": "Versement",
    "montant": "Montant",
    "verse_le": "Date",
    "reference": "Référence",
}


class VirementForm(Formulaire):
    """Un virement fait : l'échéance, le montant, la date (vide, celle de tous), la référence."""

    echeance = forms.IntegerField(widget=forms.HiddenInput, max_value=10**CHIFFRES_AU_PLUS - 1)
    vu = forms.CharField(widget=forms.HiddenInput, required=False)
    montant = SaisieMontant(label="Montant versé", minimum=SOU)
    verse_le = DateSouple(label="Date, si elle diffère", required=False)
    reference = forms.CharField(label="Référence comptable", max_length=REFERENCE_LONGUE)
    mention = False
    disposition = Layout(Rangee("montant", "verse_le", "reference"))

    def __init__(self, *args, commune=None, **options):
        super().__init__(*args, **options)
        self.commune = commune

    def clean_verse_le(self):
        jour = self.cleaned_data["verse_le"] or self.commune
        if jour is None:
            raise forms.ValidationError("Indiquez la date de ce versement, ou celle de tous, en tête.")
        return jour

    def virement(self, echeances):
        """(échéance, montant, date, référence), comme `verser_en_lot` les veut."""
        d = self.cleaned_data
        return echeances[d["echeance"]], d["montant"], d["verse_le"], en_reference(d["reference"])


class DateCommune(Formulaire):
    """La date de tous les virements, en tête du lot."""

    verse_le = DateSouple(
        label="Date des versements", required=False, help_text="Chacun peut avoir la sienne."
    )
    mention = False


class VirementsDeBase(forms.BaseFormSet):
    """Les échéances se lisent en une requête; celles que la personne ne voit pas sont refusées.

    `vu`, dans chaque ligne, dit ce que la page montrait de son échéance : changée depuis, la saisie revient à l'écran.
    """

    si_perime = SurCeQuiEstVu.si_perime
    refuse = False
    lots = lots  # ce qui les joue

    @classmethod
    def des(cls, echeances, **options):
        """De quoi confirmer ce qu'il reste à verser de chacune, toutes aujourd'hui."""
        initial = [{"echeance": e.pk, "vu": e.empreinte_a_verser(), "montant": e.reste()} for e in echeances]
        return cls.remplis(initial, {e.pk: e for e in echeances}, **options)

    @classmethod
    def remplis(cls, initial, echeances, **options):
        virements = cls(initial=initial, prefix="v", **options)
        virements.min_num, virements.echeances = 0, echeances
        return virements

    def __init__(self, *args, utilisateur, **options):
        super().__init__(*args, **options)
        self.utilisateur, self.echeances = utilisateur, {}
        donnees = self.data if self.is_bound else None
        self.commune = DateCommune(donnees, prefix=self.prefix, initial={"verse_le": aujourd_hui()})

    def get_form_kwargs(self, index):
        jour = self.commune.cleaned_data.get("verse_le") if self.commune.is_valid() else None
        return super().get_form_kwargs(index) | {"commune": jour}

    def lignes(self):
        """[(échéance, son formulaire)]"""
        lignes = [(self.echeances.get(entier(form["echeance"].value())), form) for form in self.forms]
        return [(echeance, form) for echeance, form in lignes if echeance]

    def add_error(self, _, phrase):
        """Un refus du geste se dit en tête."""
        self.non_form_errors().append(phrase)

    def saisie(self):
        return {"virements": self.virements(), "vus": self._vus(self.forms)}

    def _vus(self, formulaires):
        return {form.cleaned_data["echeance"]: form.cleaned_data["vu"] for form in formulaires}

    def reprendre(self):
        """La page qui revient garde la saisie et montre ce qui vaut maintenant."""
        self.data = self.data.copy()
        for echeance, form in self.lignes():
            form.data = self.data
            self.data[form.add_prefix("vu")] = echeance.empreinte_a_verser()

    def clean(self):
        pks = [f.cleaned_data["echeance"] for f in self.forms if f.cleaned_data.get("echeance")]
        self.echeances = {echeance.pk: echeance for echeance in self.lire(pks)}
        if not self.commune.is_valid():
            raise forms.ValidationError(self.commune["verse_le"].messages_erreur)
        if set(pks) - self.echeances.keys():
            raise forms.ValidationError("Un de ces versements n’existe plus. Reprenez depuis la liste.")
        self._nommer_et_juger_les_doubles()
        if essai := self._essayer():
            raise forms.ValidationError(essai)

    def lire(self, pks):
        """Celles que la personne voit, avec ce que la page en montre."""
        visibles = EcheanceVersement.objects.visibles_par(self.utilisateur).avec_convention()
        return visibles.filter(pk__in=pks).a_montrer()

    def _nommer_et_juger_les_doubles(self):
        """Le sommaire nomme le versement de chaque faute; une référence ne sert qu'une fois dans le lot."""
        vues = {}
        for echeance, form in self.lignes():
            form.designation = echeance.nom_complet
            reference = en_reference(form.cleaned_data.get("reference", ""))
            premiere = vues.setdefault(reference, echeance) if reference else echeance
            if premiere is not echeance and not self.sur_un_meme_cheque(premiere, echeance):
                phrase = f"La référence «\u00a0{reference}\u00a0» sert déjà plus haut\u00a0: {premiere.nom_complet}."
                form.add_error("reference", phrase)

    @staticmethod
    def sur_un_meme_cheque(echeance, autre):
        """Un virement du Ministère a sa référence à lui."""
        return False

    def virements(self):
        return [form.virement(self.echeances) for form in self.forms]

    def _essayer(self):
        """Joue sans rien garder les virements qui se lisent : chaque refus va à son champ, le reste en tête."""
        generales, lisibles = [], [form for form in self.forms if not form.errors]
        virements = [form.virement(self.echeances) for form in lisibles]
        if perimes := self.lots.perimes(virements, self._vus(lisibles)):
            self.refuse = True
            self.reprendre()
            return [f"{perimes} {self.si_perime}"]
        fautes = self.lots.essayer_en_lot(virements, par=self.utilisateur)
        for form, siennes in zip(lisibles, fautes, strict=True):
            echeance = self.echeances[form.cleaned_data["echeance"]]
            for champ, phrase in siennes:
                if champ == "echeance":
                    generales.append(f"{echeance.nom_complet}\u00a0: {phrase}")
                else:
                    form.add_error(champ, phrase)
        return generales


def en_lot(base):
    """Les formulaires d'un lot : un virement au moins."""
    return forms.formset_factory(
        VirementForm,
        formset=base,
        extra=0,
        min_num=1,
        validate_min=True,
        max_num=LIGNES_AU_PLUS,
        absolute_max=LIGNES_AU_PLUS,
        validate_max=True,
    )


Virements = en_lot(VirementsDeBase)


class LigneDeReleve(Formulaire):
    """Une ligne du relevé, avant de savoir de quelle échéance elle parle."""

    convention = forms.CharField()
    versement = forms.CharField()
    montant = SaisieMontant(minimum=SOU)
    verse_le = DateSouple(input_formats=DATES)
    reference = forms.CharField(max_length=REFERENCE_LONGUE)


class ReleveForm(Formulaire):
    """Le fichier des confirmations, CSV (« ; » ou « , », UTF-8 ou Windows) ou Excel. Tout ou rien.

    Valide, `virements` porte ce qui reste à inscrire, `deja` et `sans_date` le nombre de lignes sans suite.
    """

    fichier = forms.FileField(
        label="Relevé des versements (Excel ou CSV)",
        help_text="Colonnes\u00a0: Convention, Versement, Montant, Date, Référence. Le fichier Excel de cette page, "
        "rempli, convient.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    lots, noms, ligne = lots, NOMS, LigneDeReleve
    facultatives = ()  # ce que le fichier peut ne pas avoir
    lit_un_fichier = True

    def __init__(self, *args, utilisateur, **options):
        super().__init__(*args, **options)
        self.utilisateur = utilisateur
        self.virements, self.deja, self.sans_date = [], 0, 0

    def clean_fichier(self):
        fichier = self.cleaned_data["fichier"]
        options = {"encodages": (UTF_8, DE_WINDOWS), "excel": True, "facultatives": self.facultatives}
        lues = lire_le_tableau(fichier, self.noms, **options)
        remplies = [(n, ligne) for n, ligne in lues if ligne.get("verse_le") or ligne.get("reference")]
        self.sans_date = len(lues) - len(remplies)
        if not remplies:
            raise forms.ValidationError("Ce fichier n’a aucun versement à confirmer.")
        if len(remplies) > LIGNES_AU_PLUS:
            raise forms.ValidationError(
                f"Un relevé a au plus {LIGNES_AU_PLUS} versements\u00a0: celui-ci en a {len(remplies)}."
            )
        if fautes := self._lire(remplies):
            raise forms.ValidationError(fautes)
        return fichier

    def _lire(self, lignes):
        """Remplit `virements`; retourne toutes les fautes, chacune à sa ligne et à sa colonne.

        Ce qui se lit se joue quand même : une case vide ne cache pas un montant trop grand trois lignes plus bas.
        """
        connues = self.connues([ligne for _, ligne in lignes])
        fautes, virements = [], []
        for numero, ligne in lignes:
            form = self.ligne(ligne)
            echeance = connues.get(self.cle(ligne))
            siennes = list(fautes_de(form))
            if echeance is None and not form.errors.keys() & {"convention", "versement"}:
                siennes.append(self.inconnue(ligne, connues))
            elif echeance:
                siennes += self.contredits(ligne, echeance, essaye=not form.errors)
            if siennes:
                fautes.append((numero, siennes))
            if echeance and not form.errors:
                d = form.cleaned_data
                virements.append(
                    (numero, (echeance, d["montant"], d["verse_le"], en_reference(d["reference"])))
                )
        fautes += self._essayer(virements)
        toutes = sorted(fautes, key=itemgetter(0))
        return [phrase for numero, siennes in toutes for phrase in nommer(numero, siennes, self.de_sa_ligne)]

    @staticmethod
    def contredits(ligne, echeance, *, essaye):
        """(champ, phrase) de ce que la ligne dit d'autre que le registre; `essaye` : elle se joue aussi."""
        return []

    @property
    def de_sa_ligne(self):
        """La colonne où se dit chaque faute."""
        return self.noms | {"echeance": self.noms["versement"]}

    def connues(self, lignes):
        """{clé d'une ligne: son échéance} de celles que la personne voit."""
        numeros = {ligne.get("convention", "").strip().upper() for ligne in lignes}
        echeances = EcheanceVersement.objects.visibles_par(self.utilisateur).avec_convention().a_montrer()
        visees = [e for e in echeances if e.convention.numero.upper() in numeros]
        return {(e.convention.numero.upper(), e.rang): e for e in visees}

    @staticmethod
    def cle(ligne):
        """(numéro de convention, rang) : « 2 », « 2e » et « 2e versement, 2025-2026 » disent le même rang."""
        rang = re.match(r"\s*(\d{1,4})", ligne.get("versement", ""))
        return ligne.get("convention", "").strip().upper(), int(rang[1]) if rang else 0

    @staticmethod
    def inconnue(ligne, connues):
        """(champ, phrase) : la convention n'existe pas, ou elle n'a pas ce versement."""
        numero = ligne.get("convention", "").strip()
        if not any(connu == numero.upper() for connu, _ in connues):
            return "convention", f"aucune convention n’a le numéro «\u00a0{numero}\u00a0»."
        rang = ligne.get("versement", "")
        return "versement", f"la convention {numero} n’a pas de versement «\u00a0{rang}\u00a0»."

    sur_un_meme_cheque = staticmethod(VirementsDeBase.sur_un_meme_cheque)

    def _essayer(self, numerotes):
        """Écarte ce qui est déjà inscrit, qu'un fichier réimporté ne refait pas; joue le reste sans rien garder.

        Une référence répétée dans le fichier est une faute.
        """
        doubles = _references_doubles(numerotes, self.sur_un_meme_cheque)
        inscrits = self.lots.deja_inscrits([virement for _, virement in numerotes])
        neufs = [(n, v) for n, v in numerotes if n not in doubles and (v[0].pk, *v[1:]) not in inscrits]
        self.deja = len(numerotes) - len(doubles) - len(neufs)
        self.virements = [v for _, v in neufs]
        essai = self.lots.essayer_en_lot(self.virements, par=self.utilisateur)
        return [*doubles.items(), *zip((n for n, _ in neufs), essai, strict=True)]


def _references_doubles(numerotes, sur_un_meme_cheque):
    """{ligne: sa faute} de chaque référence déjà lue plus haut."""
    vues, fautes = {}, {}
    for numero, (echeance, *_, reference) in numerotes:
        ligne, premiere = vues.setdefault(reference, (numero, echeance))
        if ligne != numero and not sur_un_meme_cheque(premiere, echeance):
            phrase = f"la référence «\u00a0{reference}\u00a0» est déjà à la ligne {ligne}."
            fautes[numero] = [("reference", phrase)]
    return fautes
