"""Ce que la maison change au comportement de django-allauth."""

from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.shortcuts import redirect
from django.utils import timezone

from socle.annonces.travaux import envoyer_courriel
from socle.models import Courriel, Utilisateur
from socle.models.utilisateurs import boite_de
from socle.service import inscription

DEJA_UN_COMPTE, ENTRE_DEUX_AVIS = "compte_existant", timedelta(minutes=3)

CODE_INCORRECT = (
    "Ce code n’est pas le bon. Attendez le suivant, vérifiez l’heure de votre téléphone, puis réessayez."
)


class AdaptateurDeCompte(DefaultAccountAdapter):
    """Une personne est invitée; elle n'ouvre un compte elle-même que par la page d'un appel (`inscription`)."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "Ce compte est désactivé.",
        "duplicate_email": "Cette adresse est déjà celle de votre compte.",
        "email_password_mismatch": "L’adresse courriel ou le mot de passe n’est pas le bon.",
        "email_taken": "Cette adresse ne peut pas être utilisée. Choisissez-en une autre.",
        "enter_current_password": "Le mot de passe actuel n’est pas le bon.",
        "incorrect_code": CODE_INCORRECT,
        "incorrect_password": "Le mot de passe n’est pas le bon.",
        "invalid_password_reset": "Ce lien n’est plus valable.",
        "max_email_addresses": "Un changement d’adresse est déjà en cours. Annulez-le d’abord.",
        "too_many_login_attempts": "Trop de tentatives. Attendez cinq minutes, puis réessayez.",
        "rate_limited": "Trop de tentatives. Attendez quelques minutes, puis réessayez.",
        "same_as_current": "C’est déjà votre adresse.",
        "unverified_primary_email": "Vérifiez d’abord votre adresse courriel.",
    }

    def is_open_for_signup(self, request):
        return inscription.est_ouverte(request)

    def save_user(self, request, user, form, commit=True):
        user.prenom, user.nom = form.cleaned_data["prenom"], form.cleaned_data["nom"]
        return super().save_user(request, user, form, commit)

    def get_login_redirect_url(self, request):
        return inscription.retour_de(request) or super().get_login_redirect_url(request)

    def send_account_already_exists_mail(self, email):
        """À l'adresse du compte, pas à celle qu'on a tapée; un nouvel essai, tout de suite, n'en envoie pas d'autre."""
        personne = Utilisateur.objects.filter(boite=boite_de(email)).first()
        recents = Courriel.objects.filter(genre=DEJA_UN_COMPTE, cree_le__gt=timezone.now() - ENTRE_DEUX_AVIS)
        if personne and not recents.filter(destinataire=personne).exists():
            self._expedier(DEJA_UN_COMPTE, personne, "")

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Le compte et l'adresse d'où l'on essaie : se tromper ailleurs n'en ferme pas la porte à sa propriétaire."""
        cle = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{cle}:{self.get_client_ip(request)}"

    def send_password_reset_mail(self, user, email, context):
        """En arrière-plan : la réponse ne tarde pas plus, et ne tombe pas, quand le compte existe."""
        self._expedier("cle", user, email)

    def send_confirmation_mail(self, request, emailconfirmation, signup):
        adresse = emailconfirmation.email_address
        self._expedier("verification", adresse.user, adresse.email)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """Un avis de sécurité; son gabarit est son genre."""
        self._expedier(template_prefix, user, email or EmailAddress.objects.get_primary_email(user))

    def _expedier(self, genre, utilisateur, adresse):
        courriel = Courriel.objects.create(destinataire=utilisateur, genre=genre, adresse=adresse or "")
        envoyer_courriel.enqueue(pk=courriel.pk)


class AdaptateurDeuxEtapes(DefaultMFAAdapter):
    """La validation en deux étapes, dite en français."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_generate_recovery_codes": "Activez d’abord la validation en deux étapes.",
        "incorrect_code": CODE_INCORRECT,
        "unverified_email": "Vérifiez d’abord votre adresse courriel.",
    }

    def get_totp_issuer(self):
        return settings.IDENTITE_NOM

    def get_public_key_credential_rp_entity(self):
        return super().get_public_key_credential_rp_entity() | {"name": settings.IDENTITE_NOM}

    def generate_authenticator_name(self, user, type):
        nombre = Authenticator.objects.filter(user=user, type=type).count()
        return f"Clé {nombre + 1}"


class AdaptateurDIdentite(DefaultSocialAccountAdapter):
    """Un fournisseur d'identité ouvre les comptes invités à la même adresse; il n'en crée aucun."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def authenticate_by_email(self, sociallogin):
        """Seule compte l'adresse même du compte, vérifiée par le fournisseur; pas une adresse en attente."""
        trouve = super().authenticate_by_email(sociallogin)
        return trouve if trouve and trouve[0].courriel == trouve[1].lower() else None

    def pre_social_login(self, request, sociallogin):
        """Refuse de rattacher une autre identité à un compte; l'adresse que le fournisseur garantit est vérifiée."""
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            raise ImmediateHttpResponse(redirect("account_email"))
        if sociallogin.is_existing:
            garanties = [adresse.email.lower() for adresse in sociallogin.email_addresses if adresse.verified]
            EmailAddress.objects.filter(
                user=sociallogin.user, email=sociallogin.user.courriel, email__in=garanties, verified=False
            ).update(verified=True, primary=True)
