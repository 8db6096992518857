"""Ce que la Table elle-même dépense d'une enveloppe : coordonner, mobiliser, faire participer. Pas les projets.

Une MRC qui gère sa part y inscrit de même ses dépenses, sur ce qui lui a été remis (docs/adr/0019).
"""

from django.db import models, transaction
from django.db.models import Q

from conventions.models.enveloppes import Solde
from conventions.models.gardiens import sortie_ecrite
from conventions.models.pieces_de_sortie import PieceDeSortie
from conventions.models.sorties import Sortie, SortieQuerySet
from socle.declencheurs import IMMUABLE
from socle.valeurs.argent import en_dollars


class Poste(models.TextChoices):
    SALAIRES = "salaires", "Salaires et avantages"
    DEPLACEMENTS = "deplacements", "Déplacements"
    COMMUNICATIONS = "communications", "Communications"
    LOCAUX = "locaux", "Locaux et matériel"
    HONORAIRES = "honoraires", "Honoraires"
    PARTICIPATION = "participation", "Soutien à la participation"
    AUTRE = "autre", "Autre"


class Depense(Sortie):
    """Une dépense : son poste, sa date, sa référence, et à qui ou pourquoi."""

    declencheurs = (*IMMUABLE, sortie_ecrite("conventions_depense", "depense"))

    NOM = "Une dépense"
    IDENTITE = (*Sortie.IDENTITE, "poste")
    NATURE = COMPTE = "depense"
    GESTE = "depenser"
    SEULEMENT = (
        "On ne dépense que la coordination, la participation, ou la part d’un territoire qui la gère, dans un exercice "
        "ouvert."
    )
    Poste = Poste

    poste = models.CharField("poste", max_length=15, choices=Poste.choices)
    precision = models.CharField("précision", max_length=120, blank=True)
    objet = models.CharField("fournisseur ou objet", max_length=150, blank=True)

    objects = SortieQuerySet.as_manager()

    class Meta(Sortie.Meta):
        verbose_name = "dépense"
        constraints = [
            *Sortie.Meta.constraints,
            models.CheckConstraint(
                name="depense_autre_precisee",
                condition=~Q(poste="autre") | ~Q(precision=""),
                violation_error_message="Précisez le poste «\xa0Autre\xa0».",
            ),
            models.CheckConstraint(
                name="depense_poste_connu",
                condition=Q(poste__in=Poste.values),
                violation_error_message="Choisissez un poste de la liste.",
            ),
        ]

    @property
    def poste_en_mots(self):
        """« Salaires et avantages », « Autre : assurances »."""
        libelle = self.get_poste_display()
        return f"{libelle}\xa0: {self.precision}" if self.precision else libelle

    def contenu(self):
        return super().contenu() | {
            "poste": self.poste,
            "precision": self.precision,
            "objet": self.objet,
        }

    @staticmethod
    def admet(enveloppe):
        return enveloppe.se_depense

    def objet_au_livre(self):
        return ", ".join(filter(None, (self.poste_en_mots, self.objet)))

    @property
    def sur_ce_qui_est_remis(self):
        """Dans une part que gère son territoire, on ne dépense que ce qui lui est remis."""
        return self.enveloppe.territoire_gestionnaire is not None

    def mouvement(self):
        remis = [(self.enveloppe, "remis", -self.montant)] if self.sur_ce_qui_est_remis else []
        return [*super().mouvement(), *remis]

    def reste(self):
        return Solde.objects.get(pk=self.enveloppe_id).remis if self.sur_ce_qui_est_remis else super().reste()

    def manque(self):
        if not self.sur_ce_qui_est_remis:
            return super().manque()
        return (
            f"De ce qui est remis à «\xa0{self.enveloppe}\xa0», il ne reste que {en_dollars(self.reste())}."
        )

    def fautes_propres(self):
        if self.poste == Poste.AUTRE and not self.precision:
            yield "precision", "Précisez le poste «\xa0Autre\xa0»."

    @classmethod
    @transaction.atomic
    def inscrire_avec_piece(cls, *, par, piece=None, **saisie):
        """La dépense et, s'il y en a une, sa pièce; la même dépense répétée garde celle qu'elle a."""
        depense = cls.inscrire(par=par, **saisie)
        if piece and not depense.pieces.exists():
            PieceDepense.televerser(piece, par=par, sortie=depense)
        return depense


class PieceDepense(PieceDeSortie):
    """La facture, le reçu ou l'état de compte d'une dépense."""

    sortie = models.ForeignKey(Depense, models.PROTECT, verbose_name="dépense", related_name="pieces")

    class Meta(PieceDeSortie.Meta):
        verbose_name = "pièce d’une dépense"
        verbose_name_plural = "pièces des dépenses"
