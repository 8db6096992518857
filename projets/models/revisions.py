"""La demande de révision d'un refus ou d'une non-admissibilité : une fois, par l'organisme, dans le délai de l'appel.

La signature y répond avec un motif : la réponse est maintenue, ou le dossier revient à l'étape qui l'a arrêté.
"""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from projets.models.gardiens import REVISION_REPONDUE_UNE_FOIS
from projets.models.initiatives import Initiative
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite
from socle.texte.typographie import date_longue
from socle.valeurs.horloge import aujourd_hui, jour_de

Etat = Initiative.Etat
SE_RELIRAIT = "Vous avez inscrit la réponse contestée\xa0: une autre personne qui signe répond à la révision."
RETOUR = {Etat.REFUSEE: Etat.ADMISSIBLE, Etat.NON_ADMISSIBLE: Etat.DEPOSEE}  # d'où, et à quelle étape


class RevisionQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(Initiative.objects.condition_de_vue(utilisateur, "initiative__"))

    def en_attente(self):
        return self.filter(issue="")


class DemandeDeRevision(models.Model):
    """Ce que l'organisme conteste, et ce que la signature lui répond."""

    class Issue(models.TextChoices):
        MAINTENUE = "maintenue", "Maintenue"
        ROUVERTE = "rouverte", "Le dossier revient à l’étude"

    Issue = Issue
    declencheurs = REVISION_REPONDUE_UNE_FOIS

    initiative = models.OneToOneField(
        Initiative, models.PROTECT, verbose_name="initiative", related_name="revision_demandee"
    )
    motif = models.TextField("motif", max_length=2000)
    demandee_le = models.DateTimeField("demandée le")
    demandee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="demandée par", related_name="+"
    )
    issue = models.CharField("issue", max_length=10, choices=Issue.choices, blank=True)
    issue_motif = models.TextField("motif de l’issue", max_length=2000, blank=True)
    repondue_le = models.DateTimeField("répondue le", null=True)
    repondue_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="répondue par", null=True, related_name="+"
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de révision"
        verbose_name_plural = "demandes de révision"
        ordering = ["demandee_le", "pk"]
        constraints = [
            models.CheckConstraint(
                name="revision_motivee",
                condition=~Q(motif=""),
                violation_error_message="Une demande de révision a son motif.",
            ),
            models.CheckConstraint(
                name="revision_repondue_complete",
                condition=Q(issue="", issue_motif="", repondue_le=None, repondue_par=None)
                | (
                    ~Q(issue="")
                    & ~Q(issue_motif="")
                    & Q(repondue_le__isnull=False, repondue_par__isnull=False)
                ),
                violation_error_message="Une réponse a son issue, son motif, sa date et sa personne.",
            ),
        ]

    def __str__(self):
        return f"Révision, {self.initiative.numero}"


def revision_de(initiative):
    """La demande de révision de cette initiative, ou `None`."""
    return getattr(initiative, "revision_demandee", None)


def limite_de(initiative):
    """Le dernier jour où l'organisme peut demander une révision; `None` s'il n'y a rien à réviser."""
    return _limite(initiative, _apprise_le(initiative))


def _limite(initiative, apprise):
    jours = initiative.appel.revision_jours
    return jour_de(apprise) + timedelta(days=jours) if jours and apprise else None


def _apprise_le(initiative):
    """Quand l'organisme a su : la réponse partie, ou l'admissibilité jugée."""
    if initiative.etat == Etat.NON_ADMISSIBLE:
        return initiative.jugee_le
    if {initiative.etat, initiative.etat_annonce} != {Etat.REFUSEE}:
        return None
    refus = initiative.decisions.filter(reponse__isnull=False).select_related("reponse").first()
    return refus and refus.reponse.envoyee_le


def ce_qu_il_en_est(initiative):
    """Offerte, délai passé ou pas prévue : la phrase d'une réponse apprise; vide si la révision est déjà demandée."""
    apprise = _apprise_le(initiative)
    if apprise is None or revision_de(initiative):
        return ""
    limite = _limite(initiative, apprise)
    if limite is None:
        return "Cet appel ne prévoit pas de révision."
    if limite < aujourd_hui():
        return f"Le délai pour demander la révision de cette réponse a pris fin le {date_longue(limite)}."
    return (
        "La révision de cette réponse se demande une fois, par la personne qui engage l’organisme, au plus tard le "
        f"{date_longue(limite)}."
    )


def empechements_a_demander(initiative):
    if _apprise_le(initiative) is None:
        return ["Une révision se demande d’un refus ou d’une non-admissibilité, une fois la réponse reçue."]
    if not initiative.appel.revision_jours:
        return ["Cet appel ne prévoit pas de révision."]
    if revision_de(initiative):
        return ["Une révision a déjà été demandée\xa0: elle ne se demande qu’une fois."]
    if (limite := limite_de(initiative)) < aujourd_hui():
        return [f"Le délai a pris fin le {date_longue(limite)}."]
    return []


@transaction.atomic
def demander_la_revision(initiative, *, par, motif, le=None):
    """L'organisme conteste, une fois, par écrit; rien ne change avant la réponse."""
    initiative, le = initiative.verrouiller(), le or timezone.now()
    refus = empechements_a_demander(initiative) or ([] if motif.strip() else ["Écrivez le motif."])
    if refus:
        raise TransitionInterdite(refus)
    demande = DemandeDeRevision.objects.create(
        initiative=initiative, motif=motif.strip(), demandee_le=le, demandee_par=par
    )
    initiative.noter("demander-revision", par=par, le=le, motif=demande.motif)
    return demande


def refusees_par(utilisateur):
    """La condition des initiatives dont cette personne a inscrit le refus, ou jugé la non-admissibilité."""
    jugees = Q(etat=Etat.NON_ADMISSIBLE, jugee_par=utilisateur.pk)
    refus = Initiative.decisions.rel.related_model.objects.filter(sens=Etat.REFUSEE, par=utilisateur.pk)
    return jugees | Q(etat=Etat.REFUSEE, pk__in=refus.order_by().values("initiative"))


def empechements_a_repondre_a_la_revision(initiative, par):
    demande = revision_de(initiative)
    if demande is None or demande.issue:
        return ["Aucune demande de révision n’attend de réponse."]
    if initiative.etat not in RETOUR:
        return ["Le dossier est déjà revenu à l’étude."]
    if Initiative.objects.filter(refusees_par(par), pk=initiative.pk).exists():
        return [SE_RELIRAIT]
    return []


@transaction.atomic
def repondre_a_la_revision(initiative, *, par, issue, motif, le=None):
    """Maintenue, rien ne change; sinon le dossier revient à l'étape qui l'a arrêté, et l'organisme le sait aussitôt."""
    initiative, le = initiative.verrouiller_avec_l_appel(), le or timezone.now()
    refus = empechements_a_repondre_a_la_revision(initiative, par) or list(_fautes(issue, motif))
    if refus:
        raise TransitionInterdite(refus)
    demande = revision_de(initiative)
    demande.issue, demande.issue_motif = issue, motif.strip()
    demande.repondue_le, demande.repondue_par = le, par
    demande.save()
    if issue == DemandeDeRevision.Issue.ROUVERTE:
        _ramener(initiative)
    apres = {"révision": demande.get_issue_display(), "état": initiative.get_etat_display()}
    initiative.noter("repondre-revision", par=par, le=le, motif=demande.issue_motif, apres=apres)
    initiative.appel.suivre_ses_demandes(par=par, le=le)
    demande.initiative = initiative
    return demande


def _fautes(issue, motif):
    if issue not in DemandeDeRevision.Issue.values:
        yield "Choisissez\xa0: maintenue, ou le dossier revient à l’étude."
    if not motif.strip():
        yield "Écrivez le motif\xa0: l’organisme le lira."


def _ramener(initiative):
    if initiative.etat == Etat.NON_ADMISSIBLE:
        initiative.jugee_le = initiative.jugee_par = None
    initiative.etat = RETOUR[initiative.etat]
    initiative.save()
    initiative.eteindre_la_proposition()
