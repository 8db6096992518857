"""Qui vide la file de travaux, et ce qu'il a laissé en plan."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django_tasks import TaskResultStatus, task_backends
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult

SILENCE = timedelta(minutes=5)  # sans signe de vie d'aucun ouvrier, la maison le dit
MORT = timedelta(minutes=2)  # sans signe de vie de l'un d'eux, son travail est à refaire
TROP_LONG = timedelta(minutes=30)  # aucun travail ne dure autant
TENTATIVES = 3  # après quoi un travail qui tue son ouvrier n'est plus repris


class RequeteDOuvriers(models.QuerySet):
    def vivants(self, depuis=MORT):
        return self.filter(vivant_le__gte=timezone.now() - depuis)

    def battre(self, identifiant):
        """Dit qu'il vit; oublie ceux qui se taisent depuis longtemps."""
        self.update_or_create(identifiant=identifiant, defaults={"vivant_le": timezone.now()})
        self.filter(vivant_le__lt=timezone.now() - timedelta(days=1)).delete()

    def manquent(self):
        """La file a besoin d'un ouvrier et aucun n'a vécu depuis cinq minutes."""
        return isinstance(task_backends["default"], DatabaseBackend) and not self.vivants(SILENCE).exists()

    def reprendre_les_travaux(self):
        """Échoue et remet en file ce qui court sans ouvrier vivant, ou depuis trop longtemps; retourne le nombre."""
        maintenant = timezone.now()
        vivants = set(self.vivants().values_list("identifiant", flat=True))
        en_cours = DBTaskResult.objects.running().filter(started_at__lt=maintenant - MORT)
        abandonnes = [
            travail
            for travail in en_cours
            if travail.started_at < maintenant - TROP_LONG or not vivants & set(travail.worker_ids[-1:])
        ]
        return sum(_reprendre(travail) for travail in abandonnes)


def _reprendre(travail):
    """Deux ouvriers peuvent le voir : le premier qui l'échoue est le seul qui le remet en file."""
    echoue = DBTaskResult.objects.filter(pk=travail.pk, status=TaskResultStatus.RUNNING).update(
        status=TaskResultStatus.FAILED,
        finished_at=timezone.now(),
        traceback="L’ouvrier n’a pas fini ce travail.",
    )
    if not echoue or len(travail.worker_ids) >= TENTATIVES:
        return 0
    DBTaskResult.objects.create(
        args_kwargs=travail.args_kwargs,
        priority=travail.priority,
        task_path=travail.task_path,
        queue_name=travail.queue_name,
        backend_name=travail.backend_name,
        run_after=timezone.now(),
        worker_ids=travail.worker_ids,
        exception_class_path="",
        traceback="",
    )
    return 1


class Ouvrier(models.Model):
    """Un processus qui vide la file, et son dernier signe de vie."""

    identifiant = models.CharField("identifiant", max_length=64, unique=True)
    vivant_le = models.DateTimeField("vivant le")

    objects = RequeteDOuvriers.as_manager()

    class Meta:
        verbose_name = "ouvrier"
        verbose_name_plural = "ouvriers"
        ordering = ["-vivant_le"]

    def __str__(self):
        return self.identifiant
