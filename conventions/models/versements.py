"""Les faits : l'argent versé par le Ministère. Des lignes que rien ne réécrit.

Chacune a une référence comptable unique : le même virement ne s'inscrit pas deux fois, quel que soit le nombre de
clics, de requêtes rejouées ou de fichiers importés; une confirmation annulée rend sa référence. Chacune a son mouvement
au grand livre, au compte `recu` de la racine de son exercice.
"""

import unicodedata

from django.db import models
from django.db.models import Q

from conventions.models.conventions import Convention
from conventions.models.ecritures import Ecriture
from conventions.models.enveloppes import Enveloppe, Volet
from conventions.models.gardiens import VERSEMENT_PERMIS
from socle.declencheurs import IMMUABLE
from socle.models import ChaineJournal, LigneChainee
from socle.models.chaines import RequeteDeChaine
from socle.valeurs.argent import MontantField, arrondir, en_dollars

REFERENCE_LONGUE = 60


def en_reference(texte):
    """Une référence comptable telle qu'on la compare : en majuscules, sans rien qu'on ne voie pas."""
    vus = (c for c in unicodedata.normalize("NFKC", texte) if unicodedata.category(c) != "Cf")
    return " ".join("".join(vus).split()).upper()


def racine_de_l_exercice(convention, an):
    """L'enveloppe d'un exercice, ouverte à la signature; `None` avant."""
    return Enveloppe.objects.filter(convention=convention, an=an, volet=Volet.EXERCICE).first()


class VersementQuerySet(RequeteDeChaine):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "echeance__convention__"))

    def en_vigueur(self):
        """Ceux dont la confirmation n'est pas annulée : eux seuls comptent."""
        return self.filter(annulation__isnull=True)


class Versement(LigneChainee):
    """Un versement fait : tant de dollars pour une échéance, à une date, sous une référence. `par` l'a confirmé."""

    declencheurs = (*IMMUABLE, VERSEMENT_PERMIS)

    NOM = "Un versement"

    echeance = models.ForeignKey(
        "conventions.EcheanceVersement",
        models.PROTECT,
        verbose_name="échéance",
        related_name="versements",
    )
    montant = MontantField("montant")
    verse_le = models.DateField("versé le")
    reference = models.CharField("référence comptable", max_length=REFERENCE_LONGUE)
    annulations_avant = models.PositiveSmallIntegerField(
        "confirmations annulées avant, sous cette référence", default=0, editable=False
    )
    mouvement = models.UUIDField("mouvement au grand livre", editable=False, unique=True)

    objects = VersementQuerySet.as_manager()

    class Meta(LigneChainee.Meta):
        ordering = ["echeance", "verse_le", "pk"]
        constraints = [
            *LigneChainee.Meta.constraints,
            # Une référence ne resert qu'une fois annulée sa confirmation d'avant; un déclencheur tient le compte.
            models.UniqueConstraint(
                fields=["reference", "annulations_avant"],
                name="versement_reference_unique",
                violation_error_message="Cette référence est déjà celle d’un autre versement.",
            ),
            models.CheckConstraint(
                name="versement_montant_positif",
                condition=Q(montant__gt=0),
                violation_error_message="Un versement est de plus de zéro dollar.",
            ),
            models.CheckConstraint(
                name="versement_confirme_par_une_personne",
                condition=Q(par__isnull=False) & ~Q(reference=""),
                violation_error_message="Un versement a sa référence et la personne qui le confirme.",
            ),
        ]

    def __str__(self):
        return f"{en_dollars(self.montant)}, {self.reference}"

    def contenu(self):
        return {
            "echeance": self.echeance_id,
            "montant": str(arrondir(self.montant)),
            "verse_le": self.verse_le.isoformat(),
            "reference": self.reference,
            "mouvement": str(self.mouvement),
        } | ({"annulations_avant": self.annulations_avant} if self.annulations_avant else {})

    @property
    def annulee(self):
        """L'annulation de cette confirmation, ou `None`."""
        return getattr(self, "annulation", None)

    @classmethod
    def inscrire(cls, echeance, *, par, montant, verse_le, reference, le=None):
        """Écrit le mouvement au grand livre et la ligne, dans la transaction du geste (`EcheanceVersement.verser`)."""
        convention = echeance.convention
        [ecriture] = Ecriture.passer(
            convention,
            [(racine_de_l_exercice(convention, echeance.an), "recu", montant)],
            nature="versement",
            par=par,
            objet=str(echeance),
            reference=reference,
            le=le,
        )
        tete = ChaineJournal.verrouiller(cls.nom_de_chaine(f"convention-{convention.pk}"))
        return cls.ajouter(
            tete,
            par=par,
            le=le,
            echeance=echeance,
            montant=montant,
            verse_le=verse_le,
            reference=reference,
            annulations_avant=cls.objects.filter(reference=reference, annulation__isnull=False).count(),
            mouvement=ecriture.mouvement,
        )
