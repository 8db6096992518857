"""L'avenant d'un protocole : ce qui change à un protocole signé, une fois que les deux parties l'ont signé.

Il garde les termes d'où il part (`base`) et ceux qu'il propose. Un versement fait, une tranche annulée, un autre
avenant : la base a bougé, et il ne se transmet ni ne se signe qu'une fois repris. Ses gestes sont à côté
(`gestes_avenant`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from alliances.models.mandats import droits_de
from alliances.models.roles import DE_L_ORGANISME
from projets.models import Initiative
from projets.protocoles.models.beneficiaire_avenant import BeneficiaireDAvenant
from projets.protocoles.models.gardiens import AVENANT_TRANSMIS
from projets.protocoles.models.gestes_avenant import GestesDAvenant
from projets.protocoles.models.protocoles import Protocole
from socle.acces import RequeteProtegee
from socle.valeurs.contenus import ContenuField


class Etat(models.TextChoices):
    PREPARATION = "preparation", "En préparation"
    TRANSMIS = "transmis", "Transmis aux deux parties"
    SIGNE = "signe", "En vigueur"
    REFUSE = "refuse", "Refusé"
    ABANDONNE = "abandonne", "Abandonné"


OUVERTS = (Etat.PREPARATION, Etat.TRANSMIS)
FINIS_SANS_EFFET = (Etat.REFUSE, Etat.ABANDONNE)


class AvenantQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """La Table et l'État, comme l'étude; l'organisme, et celui qui le reprendrait, ce qui leur fut transmis."""
        etude = Initiative.objects.condition_de_l_etude(utilisateur, "protocole__initiative__")
        vue = Initiative.objects.condition_de_vue(utilisateur, "protocole__initiative__")
        siens = {m.organisme_id for m in droits_de(utilisateur).mandats if m.role in DE_L_ORGANISME}
        repris = Q(repreneur__in=siens, etat__in=(Etat.TRANSMIS, Etat.SIGNE))
        return self.filter(etude | vue & Q(transmis_le__isnull=False) | repris)

    def ouverts(self):
        return self.filter(etat__in=OUVERTS)

    def signes(self):
        return self.filter(etat=Etat.SIGNE)


def _personne(libelle):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=libelle,
        null=True,
        editable=False,
        related_name="+",
    )


def _va_avec(etats, *champs):
    """Ces champs sont remplis dans ces états et vides dans les autres."""
    pleins = Q(**{f"{champ}__isnull": False for champ in champs})
    vides = Q(**{f"{champ}__isnull": True for champ in champs})
    return Q(etat__in=etats) & pleins | ~Q(etat__in=etats) & vides


_TRANSMIS = Q(transmis_le__isnull=False, transmis_par__isnull=False, contenu__isnull=False) & ~Q(empreinte="")
_PAS_TRANSMIS = Q(transmis_le__isnull=True, transmis_par__isnull=True, contenu__isnull=True, empreinte="")
CONTRAINTES = [
    models.UniqueConstraint(fields=["protocole", "rang"], name="avenant_protocole_rang_unique"),
    models.UniqueConstraint(
        fields=["protocole"],
        condition=Q(etat__in=OUVERTS),
        name="avenant_protocole_un_seul_ouvert",
        violation_error_message="Un avenant est déjà en route pour ce protocole.",
    ),
    models.CheckConstraint(
        name="avenant_protocole_motif_present",
        condition=~Q(motif=""),
        violation_error_message="Un avenant a un motif.",
    ),
    models.CheckConstraint(
        name="avenant_protocole_transmission_complete",
        condition=Q(etat__in=(Etat.PREPARATION, Etat.ABANDONNE)) & _PAS_TRANSMIS
        | ~Q(etat=Etat.PREPARATION) & _TRANSMIS,
        violation_error_message="Un avenant transmis a sa date, sa personne et son texte scellé.",
    ),
    models.CheckConstraint(
        name="avenant_protocole_signature_complete",
        condition=_va_avec((Etat.SIGNE,), "signe_le", "signe_par"),
        violation_error_message="Un avenant en vigueur a sa date et la personne de la dernière signature.",
    ),
    models.CheckConstraint(
        name="avenant_protocole_fin_complete",
        condition=Q(etat__in=FINIS_SANS_EFFET, fini_le__isnull=False) & ~Q(fin_motif="")
        | ~Q(etat__in=FINIS_SANS_EFFET) & Q(fini_le__isnull=True, fini_par__isnull=True, fin_motif=""),
        violation_error_message="Un avenant refusé ou abandonné a sa date et son motif.",
    ),
]


class AvenantProtocole(BeneficiaireDAvenant, GestesDAvenant):
    """`propositions` est {terme: valeur}, `None` pour un versement qui ne se fera pas (`regles/avenants.py`)."""

    declencheurs = AVENANT_TRANSMIS

    Etat = Etat

    protocole = models.ForeignKey(
        Protocole, models.PROTECT, verbose_name="protocole", related_name="avenants"
    )
    rang = models.PositiveSmallIntegerField("numéro")
    etat = models.CharField("état", max_length=12, choices=Etat.choices, default=Etat.PREPARATION)
    motif = models.TextField("motif", max_length=2000)
    base = models.JSONField("termes de départ", editable=False)
    propositions = models.JSONField("termes proposés", default=dict, editable=False)
    revision = models.PositiveIntegerField("révision", default=1, editable=False)
    tour = models.PositiveSmallIntegerField("nombre de transmissions", default=0, editable=False)
    cree_le = models.DateTimeField("ouvert le", editable=False)
    cree_par = _personne("ouvert par")
    contenu = ContenuField("texte scellé", null=True, editable=False)
    empreinte = models.CharField("SHA-256 du texte", max_length=64, blank=True, editable=False)
    transmis_le = models.DateTimeField("transmis le", null=True, editable=False)
    transmis_par = _personne("transmis par")
    signe_le = models.DateField(
        "en vigueur le", null=True, editable=False, help_text="Dernière des signatures."
    )
    signe_par = _personne("dernière signature inscrite par")
    fini_le = models.DateTimeField("refusé ou abandonné le", null=True, editable=False)
    fini_par = _personne("refusé ou abandonné par")
    fin_motif = models.TextField(
        "motif du refus ou de l’abandon", blank=True, max_length=2000, editable=False
    )

    objects = AvenantQuerySet.as_manager()

    class Meta:
        verbose_name = "avenant au protocole"
        verbose_name_plural = "avenants aux protocoles"
        ordering = ["protocole", "rang"]
        constraints = CONTRAINTES

    def __str__(self):
        return f"Avenant {self.rang}"

    @property
    def est_ouvert(self):
        return self.etat in OUVERTS

    @property
    def initiative(self):
        return self.protocole.initiative

    @property
    def convention(self):
        return self.protocole.convention

    def territoire_gestionnaire(self):
        return self.protocole.territoire_gestionnaire()

    @property
    def empreinte_du_texte(self):
        return self.empreinte

    def verrouiller(self):
        """L'initiative, le protocole, puis l'avenant, relus sous verrou."""
        protocole = self.protocole.verrouiller()
        avenant = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        avenant.protocole = protocole
        return avenant

    def noter(self, geste, *, par, apres=None, **champs):
        """Dans l'histoire du protocole, où chaque ligne nomme l'avenant."""
        return self.protocole.noter(geste, par=par, apres={"avenant": self.rang} | (apres or {}), **champs)
