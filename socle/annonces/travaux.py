"""Les travaux d'arrière-plan du socle : les courriels des notifications et celui du mot de passe oublié."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from socle.models import Notification, Utilisateur


@task(priority=50)  # un courriel passe avant un document
def envoyer_courriels(ids):
    """Envoie le courriel de chaque notification, une fois; relancer le travail n'en renvoie aucun."""
    for pk in ids:
        with transaction.atomic():
            notification = (
                Notification.objects.select_for_update(of=("self",))
                .select_related("destinataire")
                .filter(pk=pk, envoyee_le=None, destinataire__is_active=True)
                .first()
            )
            if notification is None:
                continue
            corps = render_to_string(
                "socle/courriel.txt",
                {
                    "notification": notification,
                    "adresse": f"{settings.ADRESSE_PUBLIQUE}{notification.lien}",
                    "service": settings.IDENTITE_NOM,
                },
            )
            EmailMessage(notification.titre, corps, to=[notification.destinataire.courriel]).send()
            notification.envoyee_le = timezone.now()
            notification.save(update_fields=["envoyee_le"])


@task(priority=50)  # quelqu'un attend devant sa messagerie : avant les documents
def envoyer_cle(utilisateur_id, courriel):
    """Envoie le lien où choisir un nouveau mot de passe. La clé naît ici : elle ne s'écrit nulle part."""
    utilisateur = Utilisateur.objects.get(pk=utilisateur_id)
    cle = {"uidb36": user_pk_to_url_str(utilisateur), "key": default_token_generator.make_token(utilisateur)}
    contexte = {
        "service": settings.IDENTITE_NOM,
        "password_reset_url": (
            f"{settings.ADRESSE_PUBLIQUE}{reverse('account_reset_password_from_key', kwargs=cle)}"
        ),
    }
    get_adapter().render_mail("account/email/password_reset_key", courriel, contexte).send()
