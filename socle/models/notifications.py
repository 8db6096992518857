"""Ce qu'une personne doit savoir : sur le site, par courriel, selon ce qu'elle a choisi."""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from socle.acces import RequeteProtegee

DELAIS = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 480))  # avant le 2e essai, le 3e…
EN_SOUFFRANCE = timedelta(minutes=10)  # un courriel qui attend plus longtemps se montre
RENVOI_AU_PLUS = timedelta(days=7)  # après, seule une personne le renvoie : la nouvelle a vieilli


class Envoi(models.TextChoices):
    """Comment une nouvelle parvient à une personne; elle est toujours sur le site."""

    MAINTENANT = "maintenant", "Tout de suite, par courriel"
    RESUME = "resume", "Dans un résumé quotidien, par courriel"
    SITE = "site", "Sur le site seulement"


class RequeteDeNotifications(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(destinataire=utilisateur.pk)

    def non_lues(self):
        return self.filter(lue_le=None)

    def a_resumer(self):
        """Ce qu'un prochain résumé quotidien dira; lue sur le site, une nouvelle n'a plus à y être."""
        return self.filter(envoi=Envoi.RESUME, courriel=None, lue_le=None)


class RequeteDeCourriels(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(destinataire=utilisateur.pk)

    def a_envoyer(self):
        return self.filter(envoye_le=None, destinataire__is_active=True)

    def en_souffrance(self):
        """Ce qui aurait dû partir : un essai a échoué, ou personne n'a essayé."""
        tard = models.Q(cree_le__lt=timezone.now() - EN_SOUFFRANCE)
        return self.a_envoyer().filter(tard | ~models.Q(echec=""))

    @transaction.atomic
    def prendre(self, pk):
        """Le courriel, pour un essai; `None` s'il est parti ou si un autre ouvrier l'essaie.

        Le prochain essai s'inscrit avant celui-ci : aucun verrou n'est tenu pendant qu'un serveur répond.
        """
        libres = self.a_envoyer().filter(pk=pk, prochain_essai_le__lte=timezone.now())
        courriel = libres.select_for_update(of=("self",)).select_related("destinataire").first()
        if courriel:
            courriel.prochain_essai_le = timezone.now() + DELAIS[min(courriel.essais, len(DELAIS) - 1)]
            courriel.essais += 1
            courriel.save(update_fields=["prochain_essai_le", "essais"])
        return courriel


class Courriel(models.Model):
    """Un message à envoyer, essayé jusqu'à ce qu'il parte.

    Il n'a pas de texte : `genre` dit qui le compose, au moment de l'envoi. Ainsi une clé ne s'écrit nulle part.
    """

    destinataire = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="destinataire", related_name="+"
    )
    genre = models.CharField("genre", max_length=50)
    adresse = models.EmailField("adresse", blank=True, help_text="Vide\u00a0: celle du compte.")
    cree_le = models.DateTimeField("créé le", default=timezone.now, editable=False)
    envoye_le = models.DateTimeField("envoyé le", null=True, editable=False)
    essais = models.PositiveSmallIntegerField("essais", default=0, editable=False)
    prochain_essai_le = models.DateTimeField("prochain essai", default=timezone.now, editable=False)
    echec = models.CharField("dernier échec", max_length=300, blank=True, editable=False)

    objects = RequeteDeCourriels.as_manager()

    class Meta:
        verbose_name = "courriel"
        verbose_name_plural = "courriels"
        ordering = ["-cree_le", "-pk"]

    def __str__(self):
        return f"{self.genre} à {self.adresse or self.destinataire.courriel}"

    @property
    def se_reessaie(self):
        """Il reste des délais; après le dernier, la commande quotidienne ou une personne le renvoie."""
        return self.essais <= len(DELAIS)

    def noter_l_envoi(self):
        self.envoye_le, self.echec = timezone.now(), ""
        self.save(update_fields=["envoye_le", "echec"])

    def noter_l_echec(self, echec):
        self.echec = f"{type(echec).__name__}\u00a0: {echec}"[: self._meta.get_field("echec").max_length]
        self.save(update_fields=["echec"])


class Notification(models.Model):
    """Ce qu'une personne doit savoir, avec le lien où agir; aucun renseignement personnel.

    `cle` désigne l'événement : la même personne n'est prévenue qu'une fois du même événement.
    """

    Envoi = Envoi

    destinataire = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="destinataire", related_name="notifications"
    )
    cle = models.CharField("événement", max_length=150)
    famille = models.CharField("famille", max_length=20, blank=True)
    titre = models.CharField("titre", max_length=200)
    texte = models.TextField("texte", blank=True)
    lien = models.CharField("lien", max_length=300, blank=True)
    a_suivre = models.BooleanField("attend une action", default=False)
    creee_le = models.DateTimeField("créée le", default=timezone.now, editable=False)
    lue_le = models.DateTimeField("lue le", null=True, editable=False)
    envoi = models.CharField("envoi", max_length=10, choices=Envoi.choices, default=Envoi.MAINTENANT)
    courriel = models.ForeignKey(
        Courriel,
        models.SET_NULL,
        verbose_name="courriel",
        null=True,
        editable=False,
        related_name="notifications",
    )

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


class RequeteDePreferences(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(utilisateur=utilisateur.pk)


class Preference(models.Model):
    """Comment une personne veut apprendre les nouvelles d'une famille; sans ligne, tout de suite."""

    utilisateur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="personne", related_name="+"
    )
    famille = models.CharField("famille", max_length=20)
    envoi = models.CharField("envoi", max_length=10, choices=Envoi.choices)

    objects = RequeteDePreferences.as_manager()

    class Meta:
        verbose_name = "préférence"
        verbose_name_plural = "préférences"
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "famille"],
                name="preference_une_par_famille",
                violation_error_message="Cette personne a déjà choisi pour cette famille.",
            )
        ]

    def __str__(self):
        return f"{self.famille}\u00a0: {self.get_envoi_display()}"
