"""L'abonnement au calendrier : une adresse secrète, que l'agenda d'une personne relit sans se connecter."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models, transaction
from django.utils import timezone

from socle.erreurs import TransitionInterdite

SIGNATAIRE = Signer(salt="conventions.abonnement")


class AbonnementCalendrier(models.Model):
    """Une personne, un abonnement. L'adresse se refait de `numero`, signé : la base n'en garde aucun secret.

    Révoqué puis rouvert, il a un autre numéro : l'ancienne adresse ne répond plus jamais.
    """

    utilisateur = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="utilisateur", related_name="+"
    )
    numero = models.PositiveIntegerField("numéro", default=0)
    ouvert_le = models.DateTimeField("ouvert le", null=True, help_text="Vide : révoqué.")

    class Meta:
        verbose_name = "abonnement au calendrier"
        verbose_name_plural = "abonnements au calendrier"

    def __str__(self):
        return f"Calendrier – {self.utilisateur}"

    @property
    def cle(self):
        return SIGNATAIRE.sign_object([self.utilisateur_id, self.numero])

    @classmethod
    def de(cls, utilisateur):
        """Celui de la personne, ou un abonnement fermé qui n'est pas encore écrit."""
        return cls.objects.filter(utilisateur=utilisateur).first() or cls(utilisateur=utilisateur)

    @classmethod
    def trouver(cls, cle):
        """L'abonnement ouvert de cette adresse, si son compte est actif; sinon `None`."""
        try:
            utilisateur, numero = SIGNATAIRE.unsign_object(cle)
        except (BadSignature, ValueError, TypeError):
            return None
        ouverts = cls.objects.filter(ouvert_le__isnull=False, utilisateur__is_active=True)
        return ouverts.select_related("utilisateur").filter(utilisateur=utilisateur, numero=numero).first()

    def empechements_a_ouvrir(self):
        return ["Votre calendrier a déjà une adresse."] if self.ouvert_le else []

    def empechements_a_revoquer(self):
        return [] if self.ouvert_le else ["Votre calendrier n’a pas d’adresse à révoquer."]

    @classmethod
    def _verrouiller(cls, utilisateur):
        cls.objects.get_or_create(utilisateur=utilisateur)
        return cls.objects.select_for_update(of=("self",)).get(utilisateur=utilisateur)

    @transaction.atomic
    def ouvrir(self, *, par):
        """Donne une adresse neuve à qui la demande."""
        abonnement = self._verrouiller(par)
        if refus := abonnement.empechements_a_ouvrir():
            raise TransitionInterdite(refus)
        abonnement.numero, abonnement.ouvert_le = abonnement.numero + 1, timezone.now()
        abonnement.save()
        return abonnement

    @transaction.atomic
    def revoquer(self, *, par):
        """L'adresse ne répond plus."""
        abonnement = self._verrouiller(par)
        if refus := abonnement.empechements_a_revoquer():
            raise TransitionInterdite(refus)
        abonnement.ouvert_le = None
        abonnement.save(update_fields=["ouvert_le"])
        return abonnement
