"""Le report : ce qui reste d'un exercice terminé passe au suivant, enveloppe par enveloppe, quand la Table l'adopte."""

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from conventions.models.adoptions import ActeAdopte, ActeQuerySet
from conventions.models.arbres import empechements_d_exercice, en_profondeur
from conventions.models.ecritures import Ecriture
from conventions.models.enveloppes import Enveloppe, du_restant, manques
from conventions.models.gardiens import LIGNES_DE_REPORT_FIGEES, REPORT_FIGE
from socle.erreurs import TransitionInterdite
from socle.texte.typographie import date_longue
from socle.valeurs.argent import ZERO, MontantField, en_dollars
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui


class ReportQuerySet(ActeQuerySet):
    def en_vigueur(self):
        """Adoptés, et que rien n'a défaits."""
        contraires = Ecriture.objects.filter(contrepasse__mouvement=OuterRef("mouvement"))
        return self.filter(etat="adoptee").exclude(Exists(contraires))

    def suite(self, an):
        """L'exercice, puis ceux où ses soldes ont été reportés, de proche en proche."""
        reportes, ans = set(self.en_vigueur().order_by().values_list("an", flat=True)), [an]
        while ans[-1] in reportes:
            ans.append(ans[-1] + 1)
        return ans


class Report(ActeAdopte):
    """Des soldes disponibles d'un exercice, passés aux mêmes enveloppes du suivant."""

    declencheurs = REPORT_FIGE

    motif = models.TextField("motif", max_length=2000)

    objects = ReportQuerySet.as_manager()

    class Meta(ActeAdopte.Meta):
        verbose_name = "report"
        constraints = [
            *ActeAdopte.Meta.constraints,
            models.CheckConstraint(
                name="report_motive",
                condition=~Q(motif=""),
                violation_error_message="Un report a un motif.",
            ),
        ]

    def __str__(self):
        return f"Report de {Exercice(self.an)} à {Exercice(self.an + 1)}"

    @property
    def montant(self):
        return sum((ligne.montant for ligne in self.lignes.all()), ZERO)

    @staticmethod
    def soldes_a_reporter(convention, an):
        """[(enveloppe, dollars)] de ce qui reste à reporter, remis à un territoire ou non."""
        arbre = Enveloppe.objects.de_l_arbre(convention, an).avec_soldes().select_related("parent")
        return [(e, e.solde.restant) for e, _ in en_profondeur(arbre) if e.solde.restant]

    @classmethod
    def empechements_a_reporter(cls, convention, an):
        """Pourquoi rien ne se reporte de cet exercice : en cours, clos, sans suite, ou vide."""
        if empechements := empechements_d_exercice(convention, an):
            return empechements
        fin = Exercice(an).fin
        if aujourd_hui() <= fin:
            return [
                f"L’exercice {Exercice(an)} n’est pas terminé\xa0: ses soldes se reportent après le {date_longue(fin)}."
            ]
        if Enveloppe.racine(convention, an + 1) is None:
            return [
                f"La convention n’a pas d’exercice {Exercice(an + 1)}\xa0: un avenant doit d’abord l’ajouter, ou les "
                "sommes sont à récupérer."
            ]
        if empechements := empechements_d_exercice(convention, an + 1):
            return empechements
        return [] if cls.soldes_a_reporter(convention, an) else ["Rien n’est disponible dans cet exercice."]

    @classmethod
    @transaction.atomic
    def preparer(cls, convention, an, montants, *, motif, revision, par, le=None):
        """Garde le brouillon : `montants` dit, par enveloppe, ce qui passerait au suivant."""
        convention = convention.verrouiller()
        empechements = cls.empechements_a_reporter(convention, an)
        empechements = empechements or cls._empechements_de_montant(convention, an, montants)
        if not motif.strip():
            empechements.append("Écrivez le motif du report.")
        if empechements:
            raise TransitionInterdite(empechements)
        brouillon = cls.brouillon(convention, an) or cls(convention=convention, an=an)
        brouillon.motif = motif.strip()
        brouillon._avancer(revision, par=par)
        LigneReport.objects.bulk_create(
            LigneReport(report=brouillon, enveloppe=enveloppe, montant=montant)
            for enveloppe, montant in montants.items()
            if montant
        )
        convention.noter("preparer-report", par=par, le=le, objet=brouillon, motif=brouillon.motif)
        return brouillon

    @classmethod
    def _empechements_de_montant(cls, convention, an, montants):
        """Un report prend une part de ce qui reste à chaque enveloppe; la différence est dite."""
        if not any(montants.values()):
            return ["Choisissez au moins une enveloppe à reporter."]
        soldes = {e.pk: e.solde for e, _ in cls.soldes_a_reporter(convention, an)}
        return list(manques(montants, soldes, "reporter"))

    def montants(self):
        """{enveloppe: dollars} de ses lignes, dans l'ordre de l'arbre."""
        lignes = self.lignes.select_related(
            "enveloppe__territoire", "enveloppe__parent", "enveloppe__convention"
        )
        return {ligne.enveloppe: ligne.montant for ligne in lignes}

    def empechements_a_adopter(self):
        if self.etat != self.Etat.BROUILLON:
            return ["Ce report est déjà adopté."]
        return self.empechements_a_reporter(self.convention, self.an) or self._empechements_de_montant(
            self.convention, self.an, self.montants()
        )

    def empechements_de_date(self, jour):
        """La Table constate ce qui reste une fois l'exercice fini; jamais demain."""
        if jour <= self.exercice.fin:
            return [f"L’adoption suit la fin de l’exercice, le {date_longue(self.exercice.fin)}."]
        return super().empechements_de_date(jour)

    @transaction.atomic
    def adopter(self, *, par, adoptee_le, resolution, piece, revision=None, le=None):
        """La Table adopte : chaque somme passe à la même enveloppe du suivant; celle qui manque y est créée.

        Ce qu'un territoire garde en main le suit : remis dans l'une, il l'est dans l'autre.
        """
        convention = self.convention.verrouiller()
        Ecriture.verrouiller(convention)
        report = type(self).objects.select_related("convention__alliance").get(pk=self.pk)
        report._exiger_la_revision(revision)
        empechements = report.empechements_a_adopter() + report._empechements_d_adoption(
            adoptee_le, resolution
        )
        if empechements:
            raise TransitionInterdite(empechements)
        parties = du_restant(report.montants())
        ecritures = Ecriture.passer(
            convention,
            [
                *((e, compte, -montant) for e, compte, montant in parties),
                *((e.homologue(self.an + 1), compte, montant) for e, compte, montant in parties),
            ],
            nature=Ecriture.Nature.REPORT,
            par=par,
            objet=str(report),
            reference=resolution.strip(),
            motif=report.motif,
            le=le,
        )
        report._ranger(
            par=par,
            adoptee_le=adoptee_le,
            resolution=resolution,
            piece=piece,
            mouvement=ecritures[0].mouvement,
            le=le,
        )
        apres = {"resolution": report.resolution, "montant": en_dollars(report.montant)}
        convention.noter("adopter-report", par=par, le=le, objet=report, motif=report.motif, apres=apres)
        return report


class LigneReport(models.Model):
    """Ce qui passe d'une enveloppe à la même de l'exercice suivant, en dollars."""

    declencheurs = LIGNES_DE_REPORT_FIGEES

    report = models.ForeignKey(Report, models.CASCADE, verbose_name="report", related_name="lignes")
    enveloppe = models.ForeignKey(Enveloppe, models.PROTECT, verbose_name="enveloppe", related_name="+")
    montant = MontantField("montant")

    class Meta:
        verbose_name = "ligne de report"
        verbose_name_plural = "lignes de report"
        ordering = ["report", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "enveloppe"],
                name="ligne_report_unique",
                violation_error_message="Cette enveloppe est déjà dans le report.",
            ),
            models.CheckConstraint(
                name="ligne_report_positive",
                condition=Q(montant__gt=0),
                violation_error_message="Une somme reportée est de plus de zéro dollar.",
            ),
        ]

    def __str__(self):
        return f"{self.enveloppe} – {en_dollars(self.montant)}"
