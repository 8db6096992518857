"""Le tableau de la répartition et son adoption. Ce qui est tapé ne se perd jamais, même refusé."""

from django import forms

from alliances.models import IndiceTerritoire
from conventions.models import Repartition
from conventions.regles.repartition import ClesInvalides, Methode, calculer
from socle.formulaires.champs import DateSouple, PieceField
from socle.formulaires.disposition import Formulaire, Layout, Morceau
from socle.formulaires.revision import AvecRevision
from socle.valeurs.argent import ZERO, SaisieMontant

DECIMALES = {
    Methode.EGALES: (4, "Une clé a au plus quatre décimales."),
    Methode.POURCENTAGES: (2, "Un pourcentage a au plus deux décimales."),
    Methode.POPULATION: (0, "Un nombre de personnes n’a pas de décimale."),
    Methode.FAIBLE_REVENU: (0, "Un nombre de personnes n’a pas de décimale."),
    Methode.IDMS: (4, "Un indice a au plus quatre décimales."),
}


class RepartitionForm(AvecRevision):
    """Un montant par enveloppe; celles que l'on coche se partagent ce que les autres laissent."""

    methode = forms.ChoiceField(
        label="Calculer les enveloppes cochées",
        choices=Repartition.Methode.choices,
        help_text="Elles se partagent, au sou près, ce que les autres laissent.",
    )
    disposition = Layout("methode", Morceau("conventions/enveloppes/_table_du_partage.html"))

    def __init__(self, *args, enveloppes, brouillon, total, **options):
        self.enveloppes, self.total, self.brouillon = enveloppes, total, brouillon
        super().__init__(*args, **options)
        lignes = {li.enveloppe_id: li for li in brouillon.lignes.all()} if brouillon else {}
        self.initial["methode"] = brouillon.methode if brouillon else Methode.EGALES
        for enveloppe in enveloppes:
            self._ajouter(enveloppe, lignes.get(enveloppe.pk), neuf=brouillon is None)

    def _ajouter(self, enveloppe, ligne, *, neuf):
        nom, cle = str(enveloppe), enveloppe.pk
        self.fields[f"montant_{cle}"] = SaisieMontant(
            label=f"Montant, {nom}",
            required=False,
            initial=ligne.montant if ligne else enveloppe.solde.alloue,
        )
        self.fields[f"calculer_{cle}"] = forms.BooleanField(
            label=f"Calculer, {nom}",
            required=False,
            initial=ligne.calculee
            if ligne
            else neuf and enveloppe.territoire_id and not enveloppe.montant_fixe,
        )
        self.fields[f"cle_{cle}"] = forms.DecimalField(
            label=f"Clé, {nom}",
            required=False,
            max_digits=14,
            initial=ligne.cle.normalize() if ligne and ligne.cle is not None else None,
        )

    def rangees(self):
        """(enveloppe, montant, case, clé) de chaque rangée du tableau."""
        for e in self.enveloppes:
            yield e, self[f"montant_{e.pk}"], self[f"calculer_{e.pk}"], self[f"cle_{e.pk}"]

    def clean(self):
        donnees = super().clean()
        places, phrase = DECIMALES.get(donnees.get("methode"), (4, ""))
        for enveloppe in self.enveloppes:
            cle = donnees.get(f"cle_{enveloppe.pk}")
            if cle is not None and -cle.normalize().as_tuple().exponent > places:
                self.add_error(f"cle_{enveloppe.pk}", phrase)
        if "calculer" in self.data and not self.errors:
            self._calculer()
        return donnees

    def _calculer(self):
        """Remplit les montants des enveloppes cochées, ou dit une phrase à côté de chaque champ fautif."""
        donnees = self.cleaned_data
        choisies = [e for e in self.enveloppes if donnees[f"calculer_{e.pk}"]]
        autres = sum((self._montant(e) for e in self.enveloppes if e not in choisies), ZERO)
        methode = donnees["methode"]
        if methode == Methode.IDMS:
            self._tirer_les_indices(choisies)
        try:
            parts = calculer(methode, self.total - autres, [donnees[f"cle_{e.pk}"] for e in choisies])
        except ClesInvalides as refus:
            if refus.generale:
                self.add_error("methode", refus.generale)
            for rang, phrase in refus.par_ligne.items():
                self.add_error(f"cle_{choisies[rang].pk}", phrase)
        else:
            donnees |= {f"montant_{e.pk}": part for e, part in zip(choisies, parts, strict=True)}

    def _tirer_les_indices(self, choisies):
        """Une clé laissée vide prend le dernier IDMS inscrit pour le territoire, s'il y en a un."""
        indices = indices_de(choisies)
        for e in choisies:
            if self.cleaned_data[f"cle_{e.pk}"] is None:
                self.cleaned_data[f"cle_{e.pk}"] = indices.get(e.territoire_id)

    def _montant(self, enveloppe):
        return self.cleaned_data[f"montant_{enveloppe.pk}"] or ZERO

    def revision_actuelle(self):
        return self.brouillon.revision if self.brouillon else 0

    def saisie(self):
        """Ce que garde le brouillon; par enveloppe : (montant, calculée, clé)."""
        donnees = self.cleaned_data
        lignes = {
            e: (self._montant(e), donnees[f"calculer_{e.pk}"], donnees[f"cle_{e.pk}"])
            for e in self.enveloppes
        }
        return {"lignes": lignes, "methode": donnees["methode"], "revision": donnees["revision"]}


def indices_de(enveloppes):
    """{territoire: dernier IDMS inscrit} des territoires de ces enveloppes."""
    territoires = [e.territoire_id for e in enveloppes if e.territoire_id]
    indices = IndiceTerritoire.objects.filter(territoire__in=territoires, indice="idms", valeur__isnull=False)
    return {i.territoire_id: i.valeur for i in indices.order_by("an")}


class AdoptionRepartitionForm(Formulaire):
    """La résolution de la Table, sa date et sa pièce."""

    adoptee_le = DateSouple(
        label="Date de l’adoption",
        help_text="Le jour de la rencontre, par exemple 2025-06-12.",
        error_messages={"required": "Indiquez la date de la rencontre où la répartition a été adoptée."},
    )
    resolution = forms.CharField(
        label="Numéro de la résolution",
        max_length=60,
        help_text="Tel qu’il paraît au procès-verbal.",
        error_messages={"required": "Inscrivez le numéro de la résolution."},
    )
    piece = PieceField(label="Résolution", error_messages={"required": "Joignez la résolution."})

    acte = Repartition

    def clean_adoptee_le(self):
        jour = self.cleaned_data["adoptee_le"]
        if empechements := self.acte.empechements_de_date(jour):
            raise forms.ValidationError(empechements)
        return jour

    def clean(self):
        donnees = super().clean()
        if self.errors and (piece := donnees.get("piece")):
            self.add_error(
                "piece", f"Choisissez de nouveau «\xa0{piece.name}\xa0»\xa0: le fichier n’a pas été gardé."
            )
        return donnees
