"""Les travaux d'arrière-plan : l'invitation qui ouvre un compte. Sa clé ne s'écrit nulle part."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django_tasks import task

from alliances.models.invitations import attend_son_mot_de_passe
from socle.models import Utilisateur


@task()
def envoyer_invitation(utilisateur_id):
    """Envoie le lien où choisir un mot de passe, à qui n'en a pas encore; sinon, rien."""
    utilisateur = Utilisateur.objects.get(pk=utilisateur_id)
    if not (utilisateur.is_active and attend_son_mot_de_passe(utilisateur)):
        return
    cle = {"uidb36": user_pk_to_url_str(utilisateur), "key": default_token_generator.make_token(utilisateur)}
    corps = render_to_string(
        "alliances/courriels/invitation.txt",
        {
            "service": settings.IDENTITE_NOM,
            "adresse": f"{settings.ADRESSE_PUBLIQUE}{reverse('account_reset_password_from_key', kwargs=cle)}",
            "oubli": f"{settings.ADRESSE_PUBLIQUE}{reverse('account_reset_password')}",
            "heures": settings.PASSWORD_RESET_TIMEOUT // 3600,
        },
    )
    titre = f"Invitation – {settings.IDENTITE_NOM}"
    EmailMessage(titre, corps, to=[utilisateur.courriel]).send()
