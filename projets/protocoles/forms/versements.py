"""Verser aux organismes : en lot à l'écran, ou par le relevé du système comptable; filtrer ce qui est dû."""

import re

from django import forms
from django_filters import ModelChoiceFilter

from alliances.models import Organisme
from conventions.forms.confirmations import ReleveForm, VirementsDeBase, en_lot
from conventions.forms.depenses import FiltresDesSorties
from conventions.models import Enveloppe
from conventions.models.versements import REFERENCE_LONGUE
from projets.protocoles.models import Tranche, dus, lots
from projets.protocoles.permissions import refus_de_payer
from socle.formulaires.champs import DateSouple
from socle.formulaires.disposition import Formulaire
from socle.formulaires.tableaux import DATES, sans_accent
from socle.pages.filtres import FiltreChoix, FiltreRecherche, Filtres
from socle.valeurs.argent import SOU, SaisieMontant

NOMS = {"versement": "Versement", "montant": "Montant", "verse_le": "Date", "reference": "Référence"}
DU_BENEFICIAIRE = {
    "nom": "Bénéficiaire",
    "neq": "NEQ",
    "fournisseur": "N° de fournisseur",
}  # comme il a signé
ENVELOPPE = "affectation__enveloppe"
A_REGLER = ("a_regler", "En retard, à verser ou bloqué")


class PaiementsDeBase(VirementsDeBase):
    """Les versements d'un lot, d'une même convention."""

    lots, sur_un_meme_cheque = lots, staticmethod(lots.sur_un_meme_cheque)

    def __init__(self, *args, convention, **options):
        super().__init__(*args, **options)
        self.convention = convention

    def lire(self, pks):
        lues = dus.lire(self.utilisateur, self.convention, pks)
        return [t for t, refus in refus_de_payer(self.utilisateur, "payer", lues) if refus is None]


Paiements = en_lot(PaiementsDeBase)


class LigneDePaiement(Formulaire):
    """Une ligne du fichier, avant de savoir de quel versement elle parle."""

    versement = forms.CharField()
    montant = SaisieMontant(minimum=SOU)
    verse_le = DateSouple(input_formats=DATES)
    reference = forms.CharField(max_length=REFERENCE_LONGUE)


class PaiementsImportes(ReleveForm):
    """Le fichier des versements faits : tout ou rien; une ligne déjà inscrite ne se refait pas."""

    lots, noms, ligne = lots, NOMS | DU_BENEFICIAIRE, LigneDePaiement
    sur_un_meme_cheque = staticmethod(lots.sur_un_meme_cheque)
    facultatives = tuple(DU_BENEFICIAIRE)

    def __init__(self, *args, convention, **options):
        super().__init__(*args, **options)
        self.convention = convention
        self.fields["fichier"].label = "Fichier des versements faits (Excel ou CSV)"
        self.fields["fichier"].help_text = (
            "Colonnes\u00a0: Versement (« INI-2026-01-0007/2 »), Montant, Date, Référence. Le fichier Excel de cette "
            "page, rempli, convient."
        )

    def connues(self, lignes):
        codes = {self.cle(ligne) for ligne in lignes}
        numeros = {code.rpartition("/")[0] for code in codes}
        siennes = dus.dus_de(self.utilisateur, self.convention).filter(
            protocole__initiative__numero__in=numeros
        )
        lues = dus.avec_ce_qu_on_en_montre(siennes).order_by("pk")
        visees = [tranche for tranche in lues if tranche.code.upper() in codes]
        juges = refus_de_payer(self.utilisateur, "payer", visees)
        return {t.code.upper(): t for t, refus in juges if refus is None}

    @staticmethod
    def cle(ligne):
        """« INI-2026-01-0007/2 » et « INI-2026-01-0007, versement 2 », comme la liste l'écrit, disent le même."""
        dit = re.fullmatch(
            r"(.+?)\s*(?:/|,\s*VERSEMENT)\s*(\d{1,4})", ligne.get("versement", "").strip().upper()
        )
        return f"{dit[1]}/{int(dit[2])}" if dit else ""

    @staticmethod
    def contredits(ligne, tranche, *, essaye):
        """Un autre bénéficiaire que celui qui a signé; d'une ligne qui ne se joue pas, ce qui retient son versement."""
        for champ, signe in zip(DU_BENEFICIAIRE, tranche.protocole.identite_signee(), strict=True):
            dit = ligne.get(champ, "")
            if dit and _comparable(dit) != _comparable(signe):
                yield (
                    champ,
                    f"«\u00a0{dit}\u00a0» n’est pas ce qui est signé, «\u00a0{signe or 'rien'}\u00a0».",
                )
        if not essaye:
            yield from (("echeance", phrase) for phrase in dus.ce_qui_retient(tranche))

    def _essayer(self, numerotes):
        tranches = {numero: tranche for numero, (tranche, *_) in numerotes}
        return [(n, _mieux_dites(tranches[n], siennes)) for n, siennes in super()._essayer(numerotes)]

    @staticmethod
    def inconnue(ligne, connues):
        code = ligne.get("versement", "").strip()
        return (
            "versement",
            f"aucun versement que vous puissiez inscrire ici n’a le code «\u00a0{code}\u00a0».",
        )


def _mieux_dites(tranche, fautes):
    """La raison qui retient le versement, comme sur sa page; versé, elle suffit."""
    if not any(champ == "echeance" for champ, _ in fautes):
        return fautes
    raisons = [("echeance", phrase) for phrase in dus.ce_qui_retient(tranche)]
    autres = [] if tranche.etat == Tranche.Etat.VERSEE else [f for f in fautes if f[0] != "echeance"]
    return [*raisons, *autres] if raisons else fautes


def _comparable(texte):
    """Sans casse, accents ni espaces de trop; un tableur ôte les zéros de tête d'un numéro."""
    return " ".join(sans_accent(texte).split()).lstrip("0")


def _organismes(request):
    """Ceux à qui la personne voit un versement prévu."""
    vues = Tranche.objects.visibles_par(request.user).order_by().values("protocole__initiative__organisme")
    return Organisme.objects.filter(pk__in=vues).only("nom").order_by("nom_normalise")


class FiltresDesDus(Filtres):
    etat = FiltreChoix(
        label="État",
        choices=[A_REGLER, *((g.name.lower(), g.label) for g in dus.Groupe)],
        method="du_groupe",
    )
    exercice = FiltreChoix(f"{ENVELOPPE}__an", label="Exercice")
    enveloppe = FiltreChoix(label="Enveloppe", tous="Toutes", method="sous")
    territoire = FiltreChoix("protocole__initiative__territoires", label="Territoire desservi")
    organisme = ModelChoiceFilter(
        "protocole__initiative__organisme", label="Organisme", queryset=_organismes, empty_label="Tous"
    )
    q = FiltreRecherche(
        "protocole__initiative__titre", "protocole__initiative__numero", label="Titre ou numéro"
    )

    def du_groupe(self, tranches, nom, etat):
        return tranches.filter(groupe__in=self.groupes_de(etat))

    @staticmethod
    def groupes_de(etat):
        return dus.A_REGLER if etat == A_REGLER[0] else [dus.Groupe[etat.upper()]]

    def sous(self, tranches, nom, enveloppe):
        return tranches.filter(**{f"{ENVELOPPE}__in": Enveloppe.objects.sous(enveloppe)})


class FiltresDesPaiements(FiltresDesSorties):
    q = FiltreRecherche("nom_fige", label="Organisme")
