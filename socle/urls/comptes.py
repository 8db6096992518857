"""Les adresses du compte : les vues d'allauth que la maison sert, en français; aucune autre n'existe.

Les noms sont ceux d'allauth, qui les cherche lui-même. L'inscription mène à la page qui dit à qui demander une
invitation, sauf à qui vient d'un appel ouvert (`socle.service.inscription`). Une clé de sécurité est une seconde
étape, jamais une connexion sans mot de passe; la connexion par code et les téléphones n'ont pas d'adresse.
"""

from allauth.account import views as compte
from allauth.mfa.base import views as deux_etapes
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as application
from allauth.mfa.webauthn import views as cles
from allauth.socialaccount import views as identite
from allauth.socialaccount.providers.openid_connect.views import callback
from django.urls import path, re_path

from socle.views import compte as maison

urlpatterns = [
    path("connexion/", maison.Connexion.as_view(), name="account_login"),
    path("deconnexion/", compte.logout, name="account_logout"),
    path("inscription/", compte.signup, name="account_signup"),
    path("desactive/", compte.account_inactive, name="account_inactive"),
    path("confirmation/", compte.reauthenticate, name="account_reauthenticate"),
    path("courriel/", compte.email, name="account_email"),
    path(
        "courriel/verification/", maison.VerificationEnvoyee.as_view(), name="account_email_verification_sent"
    ),
    re_path(r"^courriel/verification/(?P<key>[-:\w]+)/$", compte.confirm_email, name="account_confirm_email"),
    path("mot-de-passe/", compte.password_change, name="account_change_password"),
    path("mot-de-passe/choix/", compte.password_set, name="account_set_password"),
    path("mot-de-passe/oubli/", compte.password_reset, name="account_reset_password"),
    path("mot-de-passe/oubli/envoi/", compte.password_reset_done, name="account_reset_password_done"),
    path(
        "mot-de-passe/enregistre/",
        compte.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^mot-de-passe/cle/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        compte.PasswordResetFromKeyView.as_view(reset_url_key="choix"),
        name="account_reset_password_from_key",
    ),
    path("deux-etapes/", deux_etapes.index, name="mfa_index"),
    path("deux-etapes/code/", deux_etapes.authenticate, name="mfa_authenticate"),
    path("deux-etapes/confirmation/", deux_etapes.reauthenticate, name="mfa_reauthenticate"),
    path("deux-etapes/activation/", application.activate_totp, name="mfa_activate_totp"),
    path("deux-etapes/desactivation/", application.deactivate_totp, name="mfa_deactivate_totp"),
    path("deux-etapes/secours/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("deux-etapes/secours/nouveaux/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("deux-etapes/secours/fichier/", maison.telecharger_codes, name="mfa_download_recovery_codes"),
    path("deux-etapes/cles/", cles.list_webauthn, name="mfa_list_webauthn"),
    path("deux-etapes/cles/ajout/", cles.add_webauthn, name="mfa_add_webauthn"),
    path("deux-etapes/cles/<int:pk>/retrait/", cles.remove_webauthn, name="mfa_remove_webauthn"),
    path("deux-etapes/cles/confirmation/", cles.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("seances/", maison.Seances.as_view(), name="usersessions_list"),
    # L'adresse de retour se déclare chez le fournisseur d'identité : elle garde la forme que donne allauth.
    path("oidc/<slug:provider_id>/login/", maison.connexion_externe, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", callback, name="openid_connect_callback"),
    path("oidc/annulation/", identite.login_cancelled, name="socialaccount_login_cancelled"),
]
