"""Une notification : un événement, une personne, un courriel; aucun renseignement personnel."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from socle.acces import RequeteProtegee


class RequeteDeNotifications(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(destinataire=utilisateur.pk)

    def non_lues(self):
        return self.filter(lue_le=None)


class Notification(models.Model):
    """Ce qu'une personne doit savoir, avec le lien où agir.

    `cle` désigne l'événement : la même personne n'est prévenue qu'une fois du même événement.
    """

    destinataire = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="destinataire", related_name="notifications"
    )
    cle = models.CharField("événement", max_length=150)
    titre = models.CharField("titre", max_length=200)
    texte = models.TextField("texte", blank=True)
    lien = models.CharField("lien", max_length=300, blank=True)
    a_suivre = models.BooleanField("attend un geste", default=False)
    creee_le = models.DateTimeField("créée le", default=timezone.now, editable=False)
    envoyee_le = models.DateTimeField("courriel envoyé le", null=True, editable=False)
    lue_le = models.DateTimeField("lue le", null=True, editable=False)

    objects = RequeteDeNotifications.as_manager()

    class Meta:
        ordering = ["-creee_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["destinataire", "cle"],
                name="notification_une_seule_fois",
                violation_error_message="Cette personne a déjà été prévenue de cet événement.",
            )
        ]

    def __str__(self):
        return self.titre
