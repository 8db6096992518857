"""Le tableau de la répartition et son adoption. Ce qui est tapé ne se perd jamais, même refusé."""

from django import forms

from conventions.models import Repartition
from conventions.regles.repartition import ClesInvalides, Methode, calculer, pourcent
from socle.formulaires.champs import DateSouple, PieceField
from socle.formulaires.disposition import Layout, Morceau
from socle.formulaires.revision import AvecRevision, SurCeQuiEstVu
from socle.valeurs.argent import ZERO, SaisieMontant, en_dollars

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
    source_des_cles = forms.CharField(
        label="D’où viennent les clés tapées",
        required=False,
        max_length=200,
        help_text="Qui publie ces chiffres, et de quelle année ils sont. Les chiffres du service disent la leur.",
    )
    disposition = Layout(
        "methode", Morceau("conventions/enveloppes/_table_du_partage.html"), "source_des_cles"
    )

    def __init__(self, *args, enveloppes, brouillon, total, modele=None, **options):
        """`modele` : une répartition à reprendre; ses montants et ses clés remplissent le tableau."""
        self.enveloppes, self.total, self.brouillon = enveloppes, total, brouillon
        super().__init__(*args, **options)
        depart = modele or brouillon
        if modele:
            lignes = modele.reprises(enveloppes)
        else:
            lignes = {li.enveloppe_id: li for li in brouillon.lignes.all()} if brouillon else {}
        self.initial["methode"] = depart.methode if depart else Methode.EGALES
        self.initial["source_des_cles"] = depart.source_des_cles if depart else ""
        for enveloppe in enveloppes:
            self._ajouter(enveloppe, lignes.get(enveloppe.pk), neuf=depart is None)

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
            initial=ligne.calculee if ligne else neuf and bool(enveloppe.territoire_id),
        )
        if enveloppe.montant_fixe:
            self.fields[f"calculer_{cle}"].disabled = True
            self.fields[f"calculer_{cle}"].initial = False
        self.fields[f"cle_{cle}"] = forms.DecimalField(
            label=f"Clé, {nom}",
            required=False,
            max_digits=14,
            initial=ligne.cle.normalize() if ligne and ligne.cle is not None else None,
        )

    def rangees(self):
        """(enveloppe, montant, case, clé, part de l'exercice) de chaque rangée du tableau."""
        for e in self.enveloppes:
            part = self.part(self.montant_lu(e))
            yield e, self[f"montant_{e.pk}"], self[f"calculer_{e.pk}"], self[f"cle_{e.pk}"], part

    def montant_lu(self, enveloppe):
        """Ce que la page donne à cette enveloppe, en dollars; rien tant que sa case ne se lit pas."""
        nom = f"montant_{enveloppe.pk}"
        lu = self.cleaned_data.get(nom) if self.is_bound else self.fields[nom].initial
        return lu or ZERO

    @property
    def somme(self):
        return sum(map(self.montant_lu, self.enveloppes), ZERO)

    @property
    def reste(self):
        """Ce qui manque à l'exercice, en dollars; négatif quand les montants le dépassent."""
        return self.total - self.somme

    def part(self, montant):
        return pourcent(montant * 100 / self.total) if self.total else ""

    @property
    def part_totale(self):
        return self.part(self.somme)

    @property
    def alloue(self):
        return sum((e.solde.alloue for e in self.enveloppes), ZERO)

    @property
    def employe(self):
        return sum((e.solde.employe for e in self.enveloppes), ZERO)

    @property
    def essai(self):
        """On calcule pour voir : rien ne s'enregistre."""
        return "essayer" in self.data

    def clean(self):
        donnees = super().clean()
        places, phrase = DECIMALES.get(donnees.get("methode"), (4, ""))
        for enveloppe in self.enveloppes:
            cle = donnees.get(f"cle_{enveloppe.pk}")
            if cle is not None and -cle.normalize().as_tuple().exponent > places:
                self.add_error(f"cle_{enveloppe.pk}", phrase)
        coches = any(donnees.get(f"calculer_{e.pk}") for e in self.enveloppes)
        if not self.errors and ("calculer" in self.data or (self.essai and coches)):
            self._calculer()
        return donnees

    def _calculer(self):
        """Remplit les montants des enveloppes cochées, ou dit une phrase à côté de chaque champ fautif."""
        donnees = self.cleaned_data
        choisies = [e for e in self.enveloppes if donnees[f"calculer_{e.pk}"]]
        autres = sum((self._montant(e) for e in self.enveloppes if e not in choisies), ZERO)
        methode = donnees["methode"]
        self._tirer_les_faits(methode, choisies)
        try:
            parts = calculer(methode, self.total - autres, [donnees[f"cle_{e.pk}"] for e in choisies])
        except ClesInvalides as refus:
            if refus.generale:
                self.add_error("methode", refus.generale)
            for rang, phrase in refus.par_ligne.items():
                self.add_error(f"cle_{choisies[rang].pk}", phrase)
        else:
            donnees |= {f"montant_{e.pk}": part for e, part in zip(choisies, parts, strict=True)}
            self._montrer(choisies)

    def _tirer_les_faits(self, methode, choisies):
        """Une clé laissée vide prend le chiffre le plus récent du service pour le territoire, s'il y en a un."""
        faits = Repartition.faits_du_service(choisies)
        for e in choisies:
            fait = faits.get((methode, e.territoire_id))
            if fait and self.cleaned_data[f"cle_{e.pk}"] is None:
                self.cleaned_data[f"cle_{e.pk}"] = fait.valeur

    def _montrer(self, choisies):
        """La page qui revient montre ce qui vient d'être calculé, non ce qui était tapé avant."""
        self.data = self.data.copy()
        for e in choisies:
            cle = self.cleaned_data[f"cle_{e.pk}"]
            self.data[f"montant_{e.pk}"] = en_dollars(self._montant(e)).removesuffix("\xa0$")
            self.data[f"cle_{e.pk}"] = "" if cle is None else f"{cle.normalize():f}".replace(".", ",")

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
        return {"lignes": lignes} | {n: donnees[n] for n in ("methode", "source_des_cles", "revision")}


class AdoptionRepartitionForm(SurCeQuiEstVu):
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

    def __init__(self, *args, acte, **options):
        self.acte = acte
        super().__init__(*args, **options)

    def revision_actuelle(self):
        return self.acte.revision

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
