"""Le grand livre : des lignes qui s'ajoutent, chaînées comme le journal; une erreur se contrepasse, une fois.

Un mouvement est un groupe de lignes écrites ensemble (un transfert en a deux). La tête de la chaîne de la
convention est le premier verrou que prend tout mouvement, les soldes le second, dans l'ordre : deux mouvements
ne s'étreignent pas.
"""

import uuid
from collections import defaultdict

from django.db import models, transaction
from django.db.models import Q

from conventions.models.conventions import Convention, ExerciceConvention
from conventions.models.enveloppes import Enveloppe, Solde
from socle.argent import ZERO, MontantField, arrondir, en_dollars
from socle.erreurs import PlafondDepasse, TransitionInterdite
from socle.models import ChaineJournal, LigneChainee
from socle.models.chaines import RequeteDeChaine


class Compte(models.TextChoices):
    CONVENU = "convenu", "Convenu"
    RECU = "recu", "Reçu du Ministère"
    ALLOUE = "alloue", "Alloué"
    RESERVE = "reserve", "Réservé"
    ENGAGE = "engage", "Engagé"
    VERSE = "verse", "Versé"


class Nature(models.TextChoices):
    ALLOCATION = "allocation", "Allocation"
    REPARTITION = "repartition", "Répartition"
    TRANSFERT = "transfert", "Transfert"
    REPORT = "report", "Report à l’exercice suivant"
    RESERVATION = "reservation", "Réservation"
    ENGAGEMENT = "engagement", "Engagement"
    VERSEMENT = "versement", "Versement"
    LIBERATION = "liberation", "Libération"
    RECUPERATION = "recuperation", "Récupération"
    CONTREPASSATION = "contrepassation", "Contrepassation"


class EcritureQuerySet(RequeteDeChaine):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "convention__"))


class Ecriture(LigneChainee):
    """Une ligne du grand livre : tant de dollars, en plus ou en moins, à un compte d'une enveloppe."""

    NOM = "Une écriture du grand livre"
    Compte = Compte
    Nature = Nature

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="ecritures"
    )
    enveloppe = models.ForeignKey(
        Enveloppe, models.PROTECT, verbose_name="enveloppe", related_name="ecritures"
    )
    mouvement = models.UUIDField("mouvement", db_index=True, editable=False)
    nature = models.CharField("nature", max_length=15, choices=Nature.choices)
    compte = models.CharField("compte", max_length=8, choices=Compte.choices)
    montant = MontantField("montant", negatif=True)
    objet = models.CharField("objet", max_length=200)
    reference = models.CharField("référence", max_length=60, blank=True)
    motif = models.TextField("motif", blank=True)
    contrepasse = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name="contrepasse",
        related_name="contrepassee_par",
        null=True,
        blank=True,
    )

    objects = EcritureQuerySet.as_manager()

    class Meta(LigneChainee.Meta):
        verbose_name = "écriture"
        ordering = ["convention", "rang"]
        constraints = [
            *LigneChainee.Meta.constraints,
            models.CheckConstraint(
                name="ecriture_montant_non_nul",
                condition=~Q(montant=0),
                violation_error_message="Une écriture change quelque chose.",
            ),
            models.CheckConstraint(
                name="ecriture_contrepassation_motivee",
                condition=Q(
                    contrepasse__isnull=True, nature__in=[n for n in Nature.values if n != "contrepassation"]
                )
                | (Q(contrepasse__isnull=False, nature="contrepassation") & ~Q(motif="")),
                violation_error_message="Une contrepassation nomme l’écriture qu’elle annule, et son motif.",
            ),
        ]

    def __str__(self):
        return f"{self.get_nature_display()}, {en_dollars(self.montant)}"

    def contenu(self):
        return {
            "convention": self.convention_id,
            "enveloppe": self.enveloppe_id,
            "mouvement": str(self.mouvement),
            "nature": self.nature,
            "compte": self.compte,
            "montant": str(arrondir(self.montant)),
            "objet": self.objet,
            "reference": self.reference,
            "motif": self.motif,
            "contrepasse": self.contrepasse_id,
        }

    @classmethod
    @transaction.atomic
    def passer(cls, convention, lignes, *, nature, par, objet, reference="", motif="", le=None):
        """Écrit un mouvement : `lignes` est une suite de (enveloppe, compte, montant). Retourne ses écritures.

        Lève `PlafondDepasse` si un solde descendrait sous zéro ou si les fonds manquent, `TransitionInterdite` si
        l'exercice est clos. Rien n'est écrit dans ces cas.
        """
        lignes = [(enveloppe, compte, montant, None) for enveloppe, compte, montant in lignes if montant]
        return cls._ecrire(
            convention, lignes, nature=nature, par=par, objet=objet, reference=reference, motif=motif, le=le
        )

    @classmethod
    @transaction.atomic
    def contrepasser(cls, mouvement, *, par, motif, le=None):
        """Annule un mouvement par son contraire, relu de la base. Une seule fois."""
        if not motif.strip():
            raise TransitionInterdite("Une contrepassation a un motif.")
        annulees = list(
            cls.objects.filter(mouvement=mouvement)
            .select_related("enveloppe", "convention")
            .order_by("-rang")
        )
        convention = annulees[0].convention
        ChaineJournal.verrouiller(cls.nom_de_chaine(f"convention-{convention.pk}"))
        if cls.objects.filter(contrepasse__in=annulees).exists():
            raise TransitionInterdite("Ce mouvement est déjà contrepassé.")
        if annulees[0].nature == Nature.CONTREPASSATION:
            raise TransitionInterdite("Une contrepassation ne se contrepasse pas : refaites le mouvement.")
        return cls._ecrire(
            convention,
            [(e.enveloppe, e.compte, -e.montant, e) for e in annulees],
            nature=Nature.CONTREPASSATION,
            par=par,
            objet=annulees[0].objet,
            reference=annulees[0].reference,
            motif=motif.strip(),
            le=le,
        )

    @classmethod
    def _ecrire(cls, convention, lignes, *, nature, par, **champs):
        tete = ChaineJournal.verrouiller(cls.nom_de_chaine(f"convention-{convention.pk}"))
        _refuser_les_exercices_clos(convention, lignes)
        _refuser_les_depassements(lignes)
        mouvement = uuid.uuid4()
        return [
            cls.ajouter(
                tete,
                par=par,
                convention=convention,
                enveloppe=enveloppe,
                mouvement=mouvement,
                nature=nature,
                compte=compte,
                montant=montant,
                contrepasse=annulee,
                **champs,
            )
            for enveloppe, compte, montant, annulee in sorted(lignes, key=_moins_d_abord)
        ]


def _moins_d_abord(ligne):
    """Les retraits d'emploi, puis les ajouts de fonds, puis le reste : aucun solde intermédiaire n'est faux.

    Réservé, engagé et versé qui baissent libèrent; alloué et convenu qui montent ouvrent; alors seulement on
    emploie ou on retire.
    """
    _, compte, montant, _ = ligne
    fonds = compte in (Compte.ALLOUE, Compte.CONVENU)
    return (montant > 0) != fonds


def _refuser_les_exercices_clos(convention, lignes):
    exercices = {enveloppe.an for enveloppe, *_ in lignes}
    clos = ExerciceConvention.objects.filter(convention=convention, an__in=exercices, clos_le__isnull=False)
    if premier := clos.first():
        raise TransitionInterdite(f"L’exercice {premier} est clos : il ne reçoit plus d’écriture.")


def _refuser_les_depassements(lignes):
    """Relit les soldes sous verrou, dans l'ordre, et dit en français ce que les contraintes refuseraient."""
    enveloppes = {enveloppe.pk: enveloppe for enveloppe, *_ in lignes}
    soldes = Solde.objects.select_for_update(of=("self",)).filter(pk__in=enveloppes).order_by("pk")
    changements = defaultdict(lambda: ZERO)
    for enveloppe, compte, montant, _ in lignes:
        changements[enveloppe.pk, str(compte)] += montant
    refus = []
    for solde in soldes:
        avant = solde.disponible
        for compte in Compte.values:
            setattr(solde, compte, getattr(solde, compte) + changements[solde.pk, compte])
        enveloppe = enveloppes[solde.pk]
        if solde.disponible < 0:
            refus.append(
                f"« {enveloppe} » n’a que {en_dollars(avant)} de disponible; il en faudrait "
                f"{en_dollars(avant - solde.disponible)}."
            )
        elif min(getattr(solde, compte) for compte in Compte.values) < 0:
            refus.append(f"« {enveloppe} » ne peut pas rendre plus que ce qu’elle porte.")
        elif solde.recu > solde.convenu:
            refus.append(
                f"Les versements de l’{str(enveloppe).lower()} dépasseraient ce que la convention prévoit, "
                f"{en_dollars(solde.convenu)}."
            )
    if refus:
        raise PlafondDepasse(refus)
