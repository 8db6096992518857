"""L'avenant : ce qui change à une convention signée, une fois que toutes les parties l'ont signé.

Il garde les termes d'où il part (`base`) et ceux qu'il propose. Si la convention a changé entre-temps, il ne
s'applique pas : on le compare et on le reprend, ou on l'abandonne.
"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max, Q
from django.utils import timezone

from alliances.models import Role
from alliances.models.mandats import DE_L_ETAT, vues_selon
from conventions import comparaison
from conventions.models.adhesion import BASE_BOUGEE, Adhesion
from conventions.models.contenu import termes_lus
from conventions.models.conventions import MEMBRES, Convention
from conventions.models.conventions import Etat as EtatConvention
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.models import Document


class Etat(models.TextChoices):
    PREPARATION = "preparation", "En préparation"
    TRANSMIS = "transmis", "Transmis aux parties"
    APPLIQUE = "applique", "En vigueur"
    ABANDONNE = "abandonne", "Abandonné"


OUVERTS = (Etat.PREPARATION, Etat.TRANSMIS)


class AvenantQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """L'État voit tout; l'Alliance, ce qui lui fut transmis; l'observation, ce qui est en vigueur."""
        volets = (
            (DE_L_ETAT | {Role.ADMINISTRATION}, Q()),
            (MEMBRES, Q(transmis_le__isnull=False)),
            (frozenset({Role.OBSERVATION}), Q(etat=Etat.APPLIQUE)),
        )
        return self.filter(vues_selon(utilisateur, "convention__alliance", *volets))

    def ouverts(self):
        """En préparation, ou transmis aux parties."""
        return self.filter(etat__in=OUVERTS)


def _personne(libelle):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=libelle, null=True, related_name="+"
    )


def _va_avec(etats, *champs):
    """Ces champs sont remplis dans ces états et vides dans les autres."""
    pleins, vides = Q(etat__in=etats), ~Q(etat__in=etats)
    for champ in champs:
        pleins &= Q(**{f"{champ}__isnull": False})
        vides &= Q(**{f"{champ}__isnull": True})
    return pleins | vides


class Avenant(Adhesion, models.Model):
    """Une modification de la convention. `propositions` est {clé de terme: valeur}, `None` pour un retrait."""

    Etat = Etat

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="avenants"
    )
    numero = models.PositiveSmallIntegerField("numéro")
    etat = models.CharField("état", max_length=12, choices=Etat.choices, default=Etat.PREPARATION)
    motif = models.TextField("motif", max_length=2000)
    base = models.JSONField("termes de départ", editable=False)
    propositions = models.JSONField("termes proposés", default=dict, editable=False)
    revision = models.PositiveIntegerField("révision", default=1, editable=False)
    tour = models.PositiveSmallIntegerField("nombre de transmissions", default=0, editable=False)
    cree_le = models.DateTimeField("créé le", editable=False)
    cree_par = _personne("créé par")
    modifie_par = _personne("modifié par")
    transmis_le = models.DateTimeField("transmis le", null=True, blank=True)
    transmis_par = _personne("transmis par")
    applique_le = models.DateField("en vigueur le", null=True, blank=True, help_text="Dernière signature.")
    applique_par = _personne("dernière signature inscrite par")
    abandonne_le = models.DateTimeField("abandonné le", null=True, blank=True)
    abandonne_par = _personne("abandonné par")
    abandon_motif = models.TextField("motif de l’abandon", blank=True, max_length=2000)
    document = models.ForeignKey(
        Document, models.PROTECT, verbose_name="document", null=True, related_name="+"
    )

    objects = AvenantQuerySet.as_manager()

    class Meta:
        ordering = ["convention", "numero"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "numero"], name="avenant_numero_unique"),
            models.CheckConstraint(
                name="avenant_motif_present",
                condition=~Q(motif=""),
                violation_error_message="Un avenant a un motif.",
            ),
            models.CheckConstraint(
                name="avenant_transmission_complete",
                condition=Q(etat=Etat.PREPARATION, transmis_le__isnull=True, transmis_par__isnull=True)
                | Q(etat=Etat.ABANDONNE, transmis_le__isnull=True, transmis_par__isnull=True)
                | (~Q(etat=Etat.PREPARATION) & Q(transmis_le__isnull=False, transmis_par__isnull=False)),
                violation_error_message="Un avenant transmis a sa date et sa personne.",
            ),
            models.CheckConstraint(
                name="avenant_application_complete",
                condition=_va_avec((Etat.APPLIQUE,), "applique_le", "applique_par", "document"),
                violation_error_message="Un avenant en vigueur a sa date, sa personne et son document.",
            ),
            models.CheckConstraint(
                name="avenant_abandon_complet",
                condition=_va_avec((Etat.ABANDONNE,), "abandonne_le", "abandonne_par")
                & (~Q(etat=Etat.ABANDONNE) | ~Q(abandon_motif="")),
                violation_error_message="Un abandon a sa date, sa personne et son motif.",
            ),
        ]

    def __str__(self):
        return f"Avenant {self.numero}"

    @property
    def reference(self):
        """« FQIS-01-2025, avenant 2 », au grand livre."""
        return f"{self.convention.numero[:45]}, avenant {self.numero}"

    @property
    def est_ouvert(self):
        return self.etat in OUVERTS

    def changements(self):
        """Ce que l'avenant change, avant et après, en phrases."""
        return comparaison.changements(self.base, self.termes_proposes())

    def termes_proposes(self):
        return comparaison.appliquer(self.base, self.propositions)

    def signatures_attendues(self):
        """Celles de la dernière transmission, reçues ou non."""
        return self.signatures.filter(tour=self.tour).select_related("organisme", "signee_par")

    def verrouiller(self):
        """La convention puis l'avenant, relus sous verrou.

        `no_key` : une écriture qui cite la convention n'attend pas ce verrou, et les deux ne s'étreignent pas.
        """
        conventions = Convention.objects.select_for_update(of=("self",), no_key=True)
        convention = conventions.select_related("alliance__cycle", "alliance__table_regionale").get(
            pk=self.convention_id
        )
        avenant = type(self).objects.select_for_update(of=("self",), no_key=True).get(pk=self.pk)
        avenant.convention = convention
        return avenant

    def noter(self, geste, *, par, **champs):
        return self.convention.noter(geste, par=par, objet=self, **champs)

    # --- Préparer -------------------------------------------------------------------------------------------

    @classmethod
    def empechements_a_ouvrir(cls, convention):
        if convention.etat != EtatConvention.SIGNEE:
            return ["Un avenant change une convention en vigueur; celle-ci ne l’est pas."]
        return []

    @classmethod
    @transaction.atomic
    def ouvrir(cls, convention, *, motif, par, le=None):
        """Commence un avenant, qui part des termes d'aujourd'hui."""
        convention = Convention.objects.select_for_update(of=("self",), no_key=True).get(pk=convention.pk)
        if empechements := cls.empechements_a_ouvrir(convention):
            raise TransitionInterdite(empechements)
        dernier = cls.objects.filter(convention=convention).aggregate(dernier=Max("numero"))["dernier"] or 0
        return cls.objects.create(
            convention=convention,
            numero=dernier + 1,
            motif=motif.strip(),
            base=comparaison.termes(termes_lus(convention)),
            cree_le=le or timezone.now(),
            cree_par=par,
            modifie_par=par,
        )

    def empechements_a_preparer(self):
        if self.etat != Etat.PREPARATION:
            return ["Un avenant transmis ne se modifie plus."]
        return [BASE_BOUGEE] if self.base_a_bouge() else []

    @transaction.atomic
    def proposer(self, sorte, valeurs, *, revision, par):
        """Remplace ce qui est proposé pour cette sorte de termes : {clé: valeur}; égal à la base, rien ne change.

        Lève `VersionPerimee` si quelqu'un a enregistré depuis.
        """
        avenant = self.verrouiller()
        if empechements := avenant.empechements_a_preparer():
            raise TransitionInterdite(empechements)
        if avenant.revision != revision:
            raise VersionPerimee("Quelqu’un a modifié cet avenant depuis que la page est ouverte.")
        gardees = {c: v for c, v in avenant.propositions.items() if not c.startswith(f"{sorte}/")}
        neuves = {c: v for c, v in valeurs.items() if v != avenant.base.get(c)}
        avenant.propositions = gardees | neuves
        avenant.revision += 1
        avenant.modifie_par = par
        avenant.save(update_fields=["propositions", "revision", "modifie_par"])
        return avenant

    # --- La base --------------------------------------------------------------------------------------------

    def termes_actuels(self):
        return comparaison.termes(termes_lus(self.convention))

    def base_a_bouge(self, actuels=None):
        """La convention n'est plus celle d'où part l'avenant; `actuels` évite de la relire."""
        return self.base != (actuels or self.termes_actuels())

    def ecarts(self, actuels=None):
        """La base, la convention actuelle et la proposition, terme par terme."""
        return comparaison.ecarts(self.base, actuels or self.termes_actuels(), self.propositions)

    def empechements_a_reprendre(self, actuels=None):
        if not self.est_ouvert:
            return ["Cet avenant n’est plus ouvert."]
        if self.convention.etat != EtatConvention.SIGNEE:
            return ["La convention n’est plus en vigueur."]
        actuels = actuels or self.termes_actuels()
        if not self.base_a_bouge(actuels):
            return ["La convention n’a pas changé depuis : il n’y a rien à reprendre."]
        return [
            f"« {ecart.nom} » a changé dans la convention et change autrement dans l’avenant : "
            "abandonnez celui-ci et préparez-en un autre."
            for ecart in self.ecarts(actuels)
            if ecart.contredit
        ]

    @transaction.atomic
    def reprendre(self, *, par, le=None):
        """Repose les mêmes changements sur la convention actuelle. Transmis, il revient en préparation et les
        signatures reçues sont à refaire : le texte signé partait d'une autre convention."""
        avenant = self.verrouiller()
        actuels, etait = avenant.termes_actuels(), avenant.etat
        if empechements := avenant.empechements_a_reprendre(actuels):
            raise TransitionInterdite(empechements)
        avenant.propositions = comparaison.reprendre(avenant.base, actuels, avenant.propositions)
        avenant.base, avenant.etat, avenant.modifie_par = actuels, Etat.PREPARATION, par
        avenant.transmis_le = avenant.transmis_par = None
        avenant.revision += 1
        avenant.save()
        if etait == Etat.TRANSMIS:
            recues = [s.nom for s in avenant.signatures_attendues() if s.signee_le]
            avenant.noter(
                "reprendre-avenant",
                par=par,
                le=le,
                avant={"etat": etait, "signatures": recues},
                apres={"etat": "preparation"},
            )
        return avenant
