"""La fin d'un exercice : reporter ce qui n'a pas été employé, puis clore."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from conventions.models.arbres import empechements_d_exercice
from conventions.models.conventions import Convention
from conventions.models.ecritures import Ecriture
from conventions.models.enveloppes import Enveloppe
from conventions.models.transferts import Transfert
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite
from socle.valeurs.argent import ZERO, MontantField, en_dollars
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui


class ReportQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "convention__"))


class Report(models.Model):
    """Les soldes disponibles d'un exercice, passés à l'exercice suivant, enveloppe par enveloppe."""

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="reports"
    )
    an = models.PositiveSmallIntegerField("exercice reporté", help_text="L’an de son 1er avril.")
    montant = MontantField("montant")
    motif = models.TextField("motif", max_length=2000)
    fait_le = models.DateTimeField("fait le", auto_now_add=True)
    fait_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="fait par", related_name="+"
    )
    mouvement = models.UUIDField("mouvement au grand livre", editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "report"
        ordering = ["convention", "-fait_le"]
        constraints = [
            models.CheckConstraint(
                name="report_motive",
                condition=~Q(motif="") & Q(montant__gt=0),
                violation_error_message="Un report a un montant et un motif.",
            )
        ]

    def __str__(self):
        return f"Report de {en_dollars(self.montant)}, de {Exercice(self.an)} à {Exercice(self.an + 1)}"

    @staticmethod
    def soldes_a_reporter(convention, an):
        """[(enveloppe, disponible)] de ce qui reste à reporter."""
        arbre = Enveloppe.objects.de_l_arbre(convention, an).avec_soldes()
        return [(e, e.solde.disponible) for e in arbre.select_related("parent") if e.solde.disponible]

    @classmethod
    def empechements_a_reporter(cls, convention, an):
        empechements = empechements_d_exercice(convention, an)
        if not empechements and Enveloppe.racine(convention, an + 1) is None:
            empechements.append(
                f"La convention n’a pas d’exercice {Exercice(an + 1)}\xa0: un avenant doit d’abord l’ajouter, ou les "
                "sommes sont à récupérer."
            )
        elif not empechements:
            empechements = empechements_d_exercice(convention, an + 1)
        if not empechements and not cls.soldes_a_reporter(convention, an):
            empechements.append("Rien n’est disponible dans cet exercice.")
        return empechements

    @classmethod
    @transaction.atomic
    def reporter(cls, convention, an, *, par, motif):
        """Passe tout le disponible d'un exercice aux mêmes enveloppes du suivant; celles qui manquent y sont créées."""
        convention = convention.verrouiller()
        Ecriture.verrouiller(convention)
        empechements = cls.empechements_a_reporter(convention, an)
        if not motif.strip():
            empechements.append("Écrivez le motif du report.")
        if empechements:
            raise TransitionInterdite(empechements)
        soldes = cls.soldes_a_reporter(convention, an)
        lignes = [(e, "alloue", -reste) for e, reste in soldes]
        lignes += [(e.homologue(an + 1), "alloue", reste) for e, reste in soldes]
        ecritures = Ecriture.passer(
            convention,
            lignes,
            nature=Ecriture.Nature.REPORT,
            par=par,
            objet=f"Report de {Exercice(an)} à {Exercice(an + 1)}",
            motif=motif.strip(),
        )
        report = cls.objects.create(
            convention=convention,
            an=an,
            montant=sum((reste for _, reste in soldes), ZERO),
            motif=motif.strip(),
            fait_par=par,
            mouvement=ecritures[0].mouvement,
        )
        convention.noter("reporter-soldes", par=par, objet=report, motif=report.motif)
        return report


def empechements_a_clore(exercice):
    """Pourquoi un exercice de la convention ne peut pas se clore."""
    convention, an = exercice.convention, exercice.an
    if empechements := empechements_d_exercice(convention, an):
        return empechements
    if aujourd_hui() <= exercice.exercice.fin:
        empechements.append(f"L’exercice {exercice} n’est pas terminé.")
    if Transfert.objects.demandes().filter(convention=convention, an=an).exists():
        empechements.append("Un transfert de cet exercice attend encore une réponse.")
    # Clos, l'exercice ne paierait plus ce qui est déjà en chemin, et la convention ne pourrait plus se clore.
    en_chemin = convention.echeances.a_regler().filter(an=an).order_by("rang").a_montrer()
    empechements += [echeance.reste_en_mots() for echeance in en_chemin]
    soldes = [e.solde for e in Enveloppe.objects.de_l_arbre(convention, an).avec_soldes()]
    promis = sum((s.reserve + s.engage for s in soldes), ZERO)
    if promis:
        empechements.append(
            f"{en_dollars(promis)} sont encore réservés ou engagés\xa0: ils doivent être versés ou libérés."
        )
    return empechements


def avertissements_a_clore(exercice):
    """Ce qui restera figé à la clôture."""
    arbre = list(Enveloppe.objects.de_l_arbre(exercice.convention, exercice.an).avec_soldes())
    disponible = sum((e.solde.disponible for e in arbre), ZERO)
    a_recevoir = sum((e.solde.a_recevoir for e in arbre), ZERO)
    phrases = []
    if disponible:
        phrases.append(
            f"{en_dollars(disponible)} disponibles ne sont pas reportés et ne pourront plus l’être."
        )
    if a_recevoir:
        phrases.append(
            f"{en_dollars(a_recevoir)} convenus n’ont pas été versés par le Ministère et ne le seront plus."
        )
    return phrases


@transaction.atomic
def clore(exercice, *, par, le=None):
    """Clôt un exercice de la convention : le grand livre n'y reçoit plus d'écriture."""
    convention = exercice.convention.verrouiller()
    Ecriture.verrouiller(convention)
    exercice = convention.exercices.select_related("convention").get(pk=exercice.pk)
    if empechements := empechements_a_clore(exercice):
        raise TransitionInterdite(empechements)
    exercice.clos_le, exercice.clos_par = le or aujourd_hui(), par
    exercice.save(update_fields=["clos_le", "clos_par"])
    convention.noter("clore-exercice", par=par, objet=f"Exercice {exercice}")
    return exercice
