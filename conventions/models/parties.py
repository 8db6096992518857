"""Les parties d'une convention : chacune signe à sa date, avec sa résolution."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from alliances.models import Organisme, Territoire
from conventions.models.conventions import Convention


class Fige(models.Model):
    """Abstraite : le nom légal, le NEQ et le numéro de fournisseur, tels qu'ils étaient au moment de l'acte."""

    nom_fige = models.CharField("bénéficiaire, à l’acte", max_length=200, blank=True, editable=False)
    neq_fige = models.CharField("NEQ, à l’acte", max_length=10, blank=True, editable=False)
    fournisseur_fige = models.CharField(
        "numéro de fournisseur, à l’acte", max_length=20, blank=True, editable=False
    )

    class Meta:
        abstract = True

    @property
    def copie(self):
        return self.nom_fige, self.neq_fige, self.fournisseur_fige


def copie_de(organisme):
    """Les champs à figer d'un organisme; vides sans organisme."""
    if organisme is None:
        return {"nom_fige": "", "neq_fige": "", "fournisseur_fige": ""}
    return {
        "nom_fige": organisme.nom,
        "neq_fige": organisme.neq,
        "fournisseur_fige": organisme.numero_fournisseur,
    }


class PartieConvention(Fige):
    """Un organisme et son rôle; la ou le ministre est la seule partie sans organisme.

    Celles qui signent ont une date; une table ou un gestionnaire peut être nommé sans signer.
    """

    class Role(models.TextChoices):
        MINISTRE = "ministre", "Ministre"
        SIGNATAIRE = "signataire", "Partenaire signataire"
        MANDATAIRE = "mandataire", "Mandataire"
        COSIGNATAIRE = "cosignataire", "MRC cosignataire"
        FIDUCIAIRE = "fiduciaire", "Fiduciaire"
        GESTIONNAIRE = "gestionnaire", "Gestionnaire du FQIS"
        TABLE_REGIONALE = "table_regionale", "Table régionale"

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="parties"
    )
    organisme = models.ForeignKey(
        Organisme, models.PROTECT, verbose_name="organisme", null=True, blank=True, related_name="+"
    )
    role = models.CharField("rôle", max_length=15, choices=Role.choices)
    signe = models.BooleanField("doit signer", default=True)
    territoires = models.ManyToManyField(
        Territoire, verbose_name="territoires couverts", related_name="+", blank=True
    )
    rang = models.PositiveSmallIntegerField("rang", default=0)
    signataire = models.CharField("fonction de la personne qui signe", max_length=120, blank=True)
    signee_le = models.DateField("signée le", null=True, blank=True)
    signee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="signature inscrite par",
        null=True,
        related_name="+",
    )
    resolution = models.CharField("numéro de résolution", max_length=60, blank=True)
    resolution_le = models.DateField("date de la résolution", null=True, blank=True)
    retiree_le = models.DateField("retirée le", null=True, blank=True, help_text="Par un avenant.")

    class Meta:
        verbose_name = "partie à la convention"
        verbose_name_plural = "parties à la convention"
        ordering = ["convention", "rang", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "organisme", "role"],
                name="partie_convention_unique",
                violation_error_message="Cet organisme a déjà ce rôle dans la convention.",
            ),
            models.UniqueConstraint(
                fields=["convention"],
                condition=Q(role="ministre"),
                name="partie_un_seul_ministre",
                violation_error_message="La ou le ministre est partie une seule fois.",
            ),
            models.CheckConstraint(
                name="partie_organisme_sauf_ministre",
                condition=Q(role="ministre", organisme__isnull=True, signe=True)
                | (~Q(role="ministre") & Q(organisme__isnull=False)),
                violation_error_message="Une partie est un organisme, sauf la ou le ministre, qui signe toujours.",
            ),
            models.CheckConstraint(
                name="partie_signature_complete",
                condition=Q(signee_le__isnull=True, signee_par__isnull=True)
                | Q(signee_le__isnull=False, signee_par__isnull=False, signe=True),
                violation_error_message="Une signature a sa date et la personne qui l’inscrit.",
            ),
            models.CheckConstraint(
                name="partie_resolution_si_signee",
                condition=Q(signee_le__isnull=True)
                | Q(role="ministre")
                | (~Q(resolution="") & Q(resolution_le__isnull=False)),
                violation_error_message="La signature d’un organisme s’appuie sur une résolution et sa date.",
            ),
        ]

    def __str__(self):
        return self.nom

    def save(self, *args, **options):
        """L'organisme devient de cette Alliance, qui seule le décrit; sa signature fige son identité."""
        champs = options.get("update_fields")
        if champs is None or "signee_le" in champs:
            copie = copie_de(self.organisme if self.signee_le else None)
            for champ, valeur in copie.items():
                setattr(self, champ, valeur)
            if champs is not None:
                options["update_fields"] = {*champs, *copie}
        super().save(*args, **options)
        if self.organisme_id:
            self.organisme.alliances_liees.add(self.convention.alliance_id)

    def en_mots(self):
        """Ce qui se saisit d'une partie, en mots : ce que garde le journal."""
        return {
            "organisme": self.nom,
            "rôle": self.get_role_display(),
            "signe": "oui" if self.signe else "non",
            "fonction": self.signataire,
            "territoires": ", ".join(sorted(t.nom for t in self.territoires.all())),
        }

    def empechements_a_retirer(self):
        if self.role == self.Role.MINISTRE:
            return ["La ou le ministre est toujours partie à la convention."]
        return []

    @classmethod
    def des_mrc(cls, territoires):
        """La condition « cette partie, ou sa signature, est de la MRC cosignataire d'un de ces territoires »."""
        return Q(role=cls.Role.COSIGNATAIRE, organisme__territoire__in=territoires)

    @property
    def nom(self):
        return (
            str(self.organisme) if self.organisme_id else "Ministre de l’Emploi et de la Solidarité sociale"
        )
