"""L'admissibilité d'une demande : chaque critère répondu par une personne, gardé et daté; rien ne se constate seul."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from projets.models.appels import AppelProjets
from projets.models.gardiens import REPONSES_DU_JUGEMENT
from projets.models.initiatives import Initiative
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite


class Critere(models.TextChoices):
    """Ce que la Table vérifie avant toute note (normes du FQIS; le registre se consulte, il ne s'interroge pas)."""

    FORME = "forme", "L’organisme est d’une forme admissible"
    REGISTRE = "registre", "Il est en règle au registre des entreprises"
    TERRITOIRE = "territoire", "L’activité se passe sur le territoire de l’appel"
    PROJET = "projet", "C’est un projet daté, pas le fonctionnement courant"
    DEPENSES = "depenses", "Aucune dépense n’est exclue ni déjà engagée"
    PRIORITE = "priorite", "L’initiative répond à une priorité du plan"


class ReponseAdmissibilite(models.Model):
    """La réponse à un critère : oui ou non, une précision, par qui et quand."""

    Critere = Critere
    declencheurs = REPONSES_DU_JUGEMENT

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, verbose_name="initiative", related_name="reponses_d_admissibilite"
    )
    critere = models.CharField("critère", max_length=15, choices=Critere.choices)
    convient = models.BooleanField("convient")
    precision = models.CharField("précision", max_length=300, blank=True)
    le = models.DateTimeField("répondu le")
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="répondu par", related_name="+"
    )

    objects = RequeteProtegee.as_manager()

    class Meta:
        verbose_name = "réponse d’admissibilité"
        verbose_name_plural = "réponses d’admissibilité"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "critere"], name="admissibilite_une_reponse_par_critere"
            ),
            models.CheckConstraint(
                name="admissibilite_refus_precise",
                condition=Q(convient=True) | ~Q(precision=""),
                violation_error_message="Un critère qui ne convient pas se précise.",
            ),
        ]

    def __str__(self):
        return f"{self.get_critere_display()}\xa0: {'oui' if self.convient else 'non'}"


def empechements_a_juger(initiative):
    """Pourquoi l'admissibilité ne se juge pas maintenant."""
    if initiative.etat != Initiative.Etat.DEPOSEE:
        return [f"La demande n’attend pas ce jugement\xa0: elle est {initiative.get_etat_display().lower()}."]
    if initiative.appel.mode == AppelProjets.Mode.APPEL and not initiative.appel.est_clos():
        return ["L’appel est encore ouvert\xa0: ses demandes se comparent une fois toutes déposées."]
    if not initiative.circuit:
        return [f"Le parcours n’est pas connu. {initiative.circuit_raison}"]
    return []


@transaction.atomic
def juger(initiative, *, par, reponses, le=None):
    """Admissible si tous les critères conviennent; `reponses` : {critère: (convient, précision)}.

    Lève `TransitionInterdite` si l'un n'est pas répondu, ou s'il ne convient pas sans qu'on dise pourquoi.
    """
    initiative, le = initiative.verrouiller_avec_l_appel(), le or timezone.now()
    refus = empechements_a_juger(initiative) or list(_fautes(reponses))
    if refus:
        raise TransitionInterdite(refus)
    initiative.reponses_d_admissibilite.all().delete()
    for critere, (convient, precision) in reponses.items():
        initiative.reponses_d_admissibilite.create(
            critere=critere, convient=convient, precision=precision.strip(), le=le, par=par
        )
    non = [Critere(critere).label for critere, (convient, _) in reponses.items() if not convient]
    initiative.etat = Initiative.Etat.NON_ADMISSIBLE if non else Initiative.Etat.ADMISSIBLE
    initiative.jugee_le, initiative.jugee_par = le, par
    initiative.save()
    motif = "; ".join(precision.strip() for convient, precision in reponses.values() if not convient)
    initiative.noter("juger", par=par, le=le, apres={"état": initiative.get_etat_display()}, motif=motif)
    initiative.appel.suivre_ses_demandes(par=par, le=le)
    return initiative


def _fautes(reponses):
    for critere in Critere:
        if critere not in reponses:
            yield f"Répondez\xa0: {critere.label.lower()}."
        elif not reponses[critere][0] and not reponses[critere][1].strip():
            yield f"Dites pourquoi ce critère ne convient pas\xa0: {critere.label.lower()}."


def empechements_a_revoir(initiative):
    """Revenir sur un jugement : tant que rien n'est rendu à une étape; un avis des personnes, lui, n'en dépend pas."""
    if initiative.etat not in (Initiative.Etat.ADMISSIBLE, Initiative.Etat.NON_ADMISSIBLE):
        return ["L’admissibilité de cette demande n’est pas jugée, ou sa décision est prise."]
    if (demandee := getattr(initiative, "revision_demandee", None)) and not demandee.issue:
        return ["Son organisme en demande la révision\xa0: la signature y répond."]
    if any(avis.etape_id and not avis.retire_le for avis in initiative.avis.all()):
        return ["Un avis s’appuie sur ce jugement\xa0: retirez-le d’abord."]
    return []


@transaction.atomic
def revoir(initiative, *, par, motif, le=None):
    """Le jugement est repris, avec un motif; ses réponses restent, à relire."""
    initiative, le = initiative.verrouiller_avec_l_appel(), le or timezone.now()
    refus = empechements_a_revoir(initiative) or ([] if motif.strip() else ["Écrivez pourquoi on y revient."])
    if refus:
        raise TransitionInterdite(refus)
    avant = initiative.get_etat_display()
    initiative.etat, initiative.jugee_le, initiative.jugee_par = Initiative.Etat.DEPOSEE, None, None
    initiative.save()
    initiative.eteindre_la_proposition()
    initiative.noter("revoir-jugement", par=par, le=le, avant={"état": avant}, motif=motif.strip())
    initiative.appel.suivre_ses_demandes(par=par, le=le)
    return initiative
