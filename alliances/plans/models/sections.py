"""Une section narrative du plan : un texte riche, une révision, « terminée » ou non."""

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from alliances.plans.models.journal import JournalPlan
from alliances.plans.models.versions import VersionPlan
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite, VersionPerimee


class SectionPlanQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(version__in=VersionPlan.objects.au_texte_visible_par(utilisateur))


class SectionPlan(models.Model):
    """Une section du canevas. `texte` est du HTML assaini; `revision` augmente à chaque enregistrement."""

    version = models.ForeignKey(VersionPlan, models.CASCADE, verbose_name="version", related_name="sections")
    code = models.CharField("code", max_length=4)
    texte = models.TextField("texte", blank=True)
    terminee = models.BooleanField("terminée", default=False)
    repris_de = models.CharField("repris de", max_length=150, blank=True, editable=False)
    revision = models.PositiveIntegerField("révision", default=1, editable=False)
    modifiee_le = models.DateTimeField("modifiée le", null=True, editable=False)
    modifiee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="modifiée par",
        null=True,
        editable=False,
        related_name="+",
    )

    objects = SectionPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "section du plan"
        verbose_name_plural = "sections du plan"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="section_code_unique")]

    def __str__(self):
        return f"Section {self.code}"

    def save(self, *args, **options):
        super().save(*args, **options)
        self.version.marquer()

    @transaction.atomic
    def enregistrer(self, *, par, revision, texte, terminee=None, repris_de=""):
        """Enregistre le texte écrit à partir d'une révision.

        Lève `VersionPerimee` si quelqu'un a enregistré depuis, `TransitionInterdite` si la section est
        fermée. Réenregistrer le même texte ne fait rien : un double clic est sans effet.
        """
        version = VersionPlan.objects.select_for_update(of=("self",)).get(pk=self.version_id)
        section = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        if empechements := version.empechements_a_modifier(("section", section.code)):
            raise TransitionInterdite(empechements)
        terminee = section.terminee if terminee is None else terminee
        if (section.texte, section.terminee) == (texte, terminee):
            self.revision, self.texte, self.terminee = section.revision, texte, terminee
            return section
        if section.revision != revision:
            raise VersionPerimee("Quelqu’un a enregistré cette section depuis que vous l’avez ouverte.")
        if section.terminee != terminee:
            JournalPlan.noter(
                version,
                "terminer-section" if terminee else "rouvrir-section",
                par=par,
                objet=f"Section {section.code}",
                avant={"terminee": section.terminee},
                apres={"terminee": terminee},
            )
        section.texte, section.terminee, section.repris_de = texte, terminee, repris_de
        section.revision += 1
        section.modifiee_le, section.modifiee_par = timezone.now(), par
        section.save()
        version.rafraichir()
        for champ in ("texte", "terminee", "repris_de", "revision", "modifiee_le", "modifiee_par"):
            setattr(self, champ, getattr(section, champ))
        return section
