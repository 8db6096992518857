"""Défaire à deux : une personne demande, une autre approuve, et alors seulement le mouvement se contrepasse.

Ce qui a pris deux personnes à faire en prend deux à défaire : une répartition, un transfert, un report, une
récupération, la confirmation d'un virement; et la clôture d'un exercice, qui se rouvre de la même façon.
"""

from django.db import models, transaction
from django.db.models import Min, Q
from django.utils import timezone

from conventions.models.conventions import Convention, ExerciceConvention
from conventions.models.ecritures import Ecriture
from conventions.models.versements import Versement
from socle.erreurs import TransitionInterdite
from socle.models.demandes import DemandeADeux, DemandeADeuxQuerySet


class Nature(models.TextChoices):
    REPARTITION = "repartition", "Répartition"
    TRANSFERT = "transfert", "Transfert"
    REPORT = "report", "Report"
    RECUPERATION = "recuperation", "Récupération"
    VERSEMENT = "versement", "Confirmation d’un virement"
    REOUVERTURE = "reouverture", "Réouverture d’un exercice"


class Etat(models.TextChoices):
    DEMANDEE = "demandee", "Demandée"
    APPROUVEE = "approuvee", "Approuvée"
    REFUSEE = "refusee", "Refusée"
    RETIREE = "retiree", "Retirée"
    FERMEE = "fermee", "Fermée avec la convention"


# Le droit de demander, celui d'approuver ou de refuser : à la Table ce qui est à elle, au Ministère ce qu'il a fait.
DROITS = {
    Nature.RECUPERATION: ("annuler-recuperation", "approuver-annulation-recuperation"),
    Nature.VERSEMENT: ("annuler-confirmation", "approuver-annulation-confirmation"),
    Nature.REOUVERTURE: ("rouvrir-exercice", "approuver-reouverture"),
}
DROITS_DE_LA_TABLE = ("demander-annulation", "approuver-annulation")


class DemandeAnnulationQuerySet(DemandeADeuxQuerySet):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "convention__"))

    def du_mouvement(self, mouvement):
        """La demande qui compte pour ce mouvement : en attente, ou approuvée."""
        comptent = self.filter(mouvement=mouvement, etat__in=(Etat.DEMANDEE, Etat.APPROUVEE))
        return comptent.select_related("demandee_par", "decidee_par").first() if mouvement else None

    def a_dire(self, exercice):
        """Ce que la page d'un exercice en dit : celles qui attendent, et celles qui l'ont rouvert."""
        rouvrent = Q(exercice=exercice, etat=Etat.APPROUVEE)
        attendent = Q(convention=exercice.convention_id, etat=Etat.DEMANDEE)
        return self.filter(rouvrent | attendent).select_related("demandee_par", "decidee_par")


class DemandeAnnulation(DemandeADeux):
    """La demande de défaire un mouvement du grand livre, ou la clôture d'un exercice; et la réponse d'une autre
    personne."""

    Etat, Nature = Etat, Nature
    SUJET = "annulation"

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="demandes_annulation"
    )
    nature = models.CharField("nature", max_length=12, choices=Nature.choices)
    mouvement = models.UUIDField("mouvement à défaire", null=True, editable=False)
    exercice = models.ForeignKey(
        ExerciceConvention, models.PROTECT, verbose_name="exercice à rouvrir", null=True, related_name="+"
    )
    objet = models.CharField("objet", max_length=200)
    etat = models.CharField("état", max_length=10, choices=Etat.choices, default=Etat.DEMANDEE)
    contraire = models.UUIDField("mouvement qui défait", null=True, unique=True, editable=False)

    objects = DemandeAnnulationQuerySet.as_manager()

    class Meta(DemandeADeux.Meta):
        verbose_name = "demande d’annulation"
        verbose_name_plural = "demandes d’annulation"
        constraints = [
            *DemandeADeux.Meta.constraints,
            models.CheckConstraint(
                name="demandeannulation_un_seul_objet",
                condition=Q(nature="reouverture", exercice__isnull=False, mouvement__isnull=True)
                | (~Q(nature="reouverture") & Q(exercice__isnull=True, mouvement__isnull=False)),
                violation_error_message="Une demande vise un mouvement, ou un exercice clos.",
            ),
            models.UniqueConstraint(
                fields=["mouvement"],
                condition=Q(etat__in=("demandee", "approuvee")),
                name="demandeannulation_une_par_mouvement",
                violation_error_message="L’annulation de ce mouvement est déjà demandée.",
            ),
            models.UniqueConstraint(
                fields=["exercice"],
                condition=Q(etat="demandee"),
                name="demandeannulation_une_par_exercice",
                violation_error_message="La réouverture de cet exercice est déjà demandée.",
            ),
            models.CheckConstraint(
                name="demandeannulation_ecrite_si_approuvee",
                condition=Q(contraire__isnull=True) | Q(etat="approuvee", mouvement__isnull=False),
                violation_error_message="Seule une demande approuvée s’écrit au grand livre.",
            ),
        ]

    def __str__(self):
        if self.nature == Nature.REOUVERTURE:
            return f"Réouverture de l’{self.objet[0].lower()}{self.objet[1:]}"
        return f"Annulation\xa0: {self.objet}"

    @property
    def droits(self):
        """(le droit de la demander, celui d'y répondre)."""
        return droits_de(self.nature)

    def virement(self):
        """Le virement dont la confirmation se défait, ou `None`."""
        return _virement(self.mouvement)

    def ligne(self):
        """Le rang de la première ligne qui défait, au grand livre; `None` pour une réouverture."""
        lignes = (
            Ecriture.objects.filter(mouvement=self.contraire) if self.contraire else Ecriture.objects.none()
        )
        return lignes.aggregate(premiere=Min("rang"))["premiere"]

    @classmethod
    def empechements_a_demander(cls, mouvement):
        empechements = _empechements_a_defaire(mouvement)
        if cls.objects.en_attente().filter(mouvement=mouvement).exists():
            return [*empechements, "L’annulation de ce mouvement est déjà demandée."]
        return empechements

    @classmethod
    @transaction.atomic
    def demander(cls, mouvement, *, par, motif):
        """Demande de défaire un mouvement. Rien ne bouge avant l'approbation d'une autre personne."""
        premiere = Ecriture.objects.du_mouvement(mouvement)[0]
        convention = premiere.convention.verrouiller()
        return cls._creer(
            convention,
            cls.empechements_a_demander(mouvement),
            par=par,
            motif=motif,
            nature=premiere.nature,
            mouvement=mouvement,
            objet=premiere.objet,
        )

    @staticmethod
    def empechements_a_rouvrir(exercice):
        if exercice.convention.etat != Convention.Etat.SIGNEE:
            return ["La convention n’est pas en vigueur\xa0: ses exercices ne se rouvrent pas."]
        if not exercice.clos_le:
            return [f"L’exercice {exercice} n’est pas clos."]
        return []

    @classmethod
    def empechements_a_demander_la_reouverture(cls, exercice):
        empechements = cls.empechements_a_rouvrir(exercice)
        if cls.objects.en_attente().filter(exercice=exercice).exists():
            empechements.append("La réouverture de cet exercice est déjà demandée.")
        return empechements

    @classmethod
    @transaction.atomic
    def demander_la_reouverture(cls, exercice, *, par, motif):
        """Demande de rouvrir un exercice clos, pour récupérer ou reporter ce qui y reste."""
        convention = exercice.convention.verrouiller()
        exercice = convention.exercices.select_related("convention").get(pk=exercice.pk)
        return cls._creer(
            convention,
            cls.empechements_a_demander_la_reouverture(exercice),
            par=par,
            motif=motif,
            nature=Nature.REOUVERTURE,
            exercice=exercice,
            objet=f"Exercice {exercice}",
        )

    @classmethod
    def _creer(cls, convention, empechements, *, par, motif, nature, **champs):
        if not motif.strip():
            empechements = [*empechements, "Écrivez le motif de la demande."]
        if empechements:
            raise TransitionInterdite(empechements)
        demande = cls.objects.create(
            convention=convention,
            nature=nature,
            motif=motif.strip(),
            demandee_le=timezone.now(),
            demandee_par=par,
            **champs,
        )
        convention.noter(demande.droits[0], par=par, objet=demande, motif=demande.motif)
        return demande

    def empechements_a_approuver(self):
        if empechements := self.empechements_a_decider():
            return empechements
        if self.exercice_id:
            return self.empechements_a_rouvrir(self.exercice)
        return _empechements_a_defaire(self.mouvement)

    def empechements_a_approuver_par(self, par):
        return self.empechements_a_decider_par(par) or self.empechements_a_approuver()

    @transaction.atomic
    def approuver(self, *, par):
        """Une autre personne approuve : le mouvement se contrepasse, ou l'exercice se rouvre.

        Lève `TransitionInterdite`, ou `PlafondDepasse` si ce qu'il faudrait reprendre n'est plus là.
        """
        demande = self._relire()
        if empechements := demande.empechements_a_approuver_par(par):
            raise TransitionInterdite(empechements)
        return demande._decider(
            demande.droits[1], Etat.APPROUVEE, par=par, contraire=demande._defaire(par=par)
        )

    def _defaire(self, *, par):
        """Le mouvement contraire, ou `None` après avoir rouvert l'exercice."""
        if virement := self.virement():
            return virement.echeance.annuler_confirmation(
                par=par, versement=virement, motif=self.motif
            ).mouvement
        if self.exercice_id is None:
            return Ecriture.contrepasser(self.mouvement, par=par, motif=self.motif)[0].mouvement
        self.exercice.clos_le = self.exercice.clos_par = None
        self.exercice.save(update_fields=["clos_le", "clos_par"])
        return None

    def fermer(self, *, par, motif):
        """La convention prend fin : ce qui attendait une réponse n'en aura pas. Sous le verrou de la convention."""
        return self._decider("fermer-annulation", Etat.FERMEE, par=par, decision_motif=motif)

    def _relire(self):
        self.convention.verrouiller()
        relations = ("convention__alliance", "exercice__convention")
        return type(self).objects.select_related(*relations).get(pk=self.pk)

    def _noter(self, geste, *, par):
        self.convention.noter(geste, par=par, objet=self, motif=self.decision_motif or self.motif)


def droits_de(nature):
    """(le droit de demander de défaire cette nature, celui d'y répondre)."""
    return DROITS.get(nature, DROITS_DE_LA_TABLE)


def _virement(mouvement):
    virements = Versement.objects.select_related("annulation", "echeance__convention__alliance")
    return virements.filter(mouvement=mouvement).first() if mouvement else None


def _empechements_a_defaire(mouvement):
    """Un virement répond de sa confirmation; tout autre mouvement, de ses lignes."""
    if virement := _virement(mouvement):
        return virement.echeance.empechements_a_annuler_la_confirmation(virement)
    return Ecriture.empechements_a_annuler(mouvement)
