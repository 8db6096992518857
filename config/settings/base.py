"""Réglages communs. Ce qui change d’un milieu à l’autre vient de l’environnement (voir `.env.example`)."""

import os
from email.utils import formataddr, parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

RACINE = Path(__file__).resolve().parent.parent.parent
VAR = RACINE / "var"
env = environ.Env()
# Les essais ne dépendent jamais du fichier .env du poste qui les lance.
if os.environ.get("DJANGO_SETTINGS_MODULE") != "config.settings.test":
    env.read_env(RACINE / ".env")

DEBUG = False
DEMONSTRATION = False  # Comptes et données fictives : permis sur un poste, jamais en production.
SECRET_KEY = env("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])

PIECES_DE_LA_MAISON = [
    "socle",
    "alliances",
    "alliances.plans",
    "conventions",
    "projets",
    "projets.protocoles",
    "reddition",
    "pilotage",
    "demonstration",
    "mesures",
]
INSTALLED_APPS = [
    *PIECES_DE_LA_MAISON,  # En tête : nos commandes et nos gabarits l’emportent.
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "config.apps.AdministrationConfig",
    "django.forms",  # Les gabarits de commandes de Django, que le rendu de la maison complète.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "crispy_forms",
    "django_filters",
    "django_tables2",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "socle.service.entetes.EntetesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "socle.service.entetes.VivantMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "socle.service.entetes.SeanceGlissanteMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "socle.service.session.ConnexionObligatoireMiddleware",
    "alliances.contexte.MandatMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "alliances.deux_facteurs.DeuxFacteursMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "socle.formulaires.envois.EnvoiUniqueMiddleware",  # En dernier : il appelle la vue lui-même.
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [RACINE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "socle.service.contexte.identite",
                "pilotage.contexte.maison",
            ],
            "builtins": [
                "crispy_forms.templatetags.crispy_forms_tags",
                "django.templatetags.static",
                "socle.templatetags.composants",
                "socle.templatetags.typographie",
            ],
        },
    }
]

# --- Base de données : SQLite sur un poste, PostgreSQL en production -------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'alliances.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    VAR.mkdir(exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # Sans quoi deux personnes qui écrivent se bloquent (docs/adr/0001).
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "PRAGMA recursive_triggers=ON;"  # Sans quoi REPLACE efface sans éveiller les déclencheurs.
        ),
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://alliances")}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- Langue, heure, écriture --------------------------------------------------------------------------
LANGUAGE_CODE = "fr-ca"
LANGUAGES = [("fr-ca", "Français (Canada)")]
TIME_ZONE = "America/Toronto"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # Il écrirait « 2 026 » pour une année : nos filtres s’en chargent.
FORMAT_MODULE_PATH = ["config.formats"]
LOCALE_PATHS = [RACINE / "locale"]

# --- Fichiers -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = RACINE / "staticfiles"
STATICFILES_DIRS = [RACINE / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env("DEPOT_PRIVE", default=str(VAR / "pieces"))},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_URL = ""  # Aucune pièce n’a d’adresse publique : elles passent par une vue qui vérifie les droits.

CRISPY_ALLOWED_TEMPLATE_PACKS = ("sdg",)
CRISPY_TEMPLATE_PACK = "sdg"
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Courriel -----------------------------------------------------------------------------------------
IDENTITE_NOM = env("IDENTITE_NOM", default="Alliances pour la solidarité")
SERVER_EMAIL = env("COURRIEL_EXPEDITEUR", default="alliances@alliances.example")
# Le nom du service s’affiche, à moins que l’adresse dise déjà le sien : « Alliances <adresse@…> ».
DEFAULT_FROM_EMAIL = SERVER_EMAIL if parseaddr(SERVER_EMAIL)[0] else formataddr((IDENTITE_NOM, SERVER_EMAIL))
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))

# --- Comptes (django-allauth) -------------------------------------------------------------------------
AUTH_USER_MODEL = "socle.Utilisateur"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("courriel", "prenom", "nom")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60

ACCOUNT_ADAPTER = (
    "socle.service.adaptateurs.AdaptateurDeCompte"  # On est invité, ou l’on vient d’un appel ouvert.
)
ACCOUNT_USER_MODEL_EMAIL_FIELD = "courriel"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""  # Chaque objet se suffit; le nom du service est dans le message.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # Changer d’adresse demande de redire son mot de passe.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_FORMS = {
    "login": "socle.forms.comptes.ConnexionForm",
    "signup": "socle.forms.comptes.InscriptionForm",
    "add_email": "socle.forms.comptes.CourrielForm",
    "change_password": "socle.forms.comptes.MotDePasseForm",
    "set_password": "socle.forms.comptes.PremierMotDePasseForm",
    "reset_password": "socle.forms.comptes.OubliForm",
    "reset_password_from_key": "socle.forms.comptes.MotDePasseParCleForm",
    "reauthenticate": "socle.forms.comptes.ConfirmationForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reset_password": "10/m/ip,3/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
    "confirm_email": "1/3m/key",
    "signup": "20/m/ip,100/d/ip",
}
# Mandataires de confiance devant l’application : l’adresse qui compte pour les limites en dépend.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("MANDATAIRES_DE_CONFIANCE", default=0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "socle.service.adaptateurs.AdaptateurDeuxEtapes"
MFA_FORMS = {
    "authenticate": "socle.forms.comptes.CodeForm",
    "reauthenticate": "socle.forms.comptes.ConfirmationParCodeForm",
    "activate_totp": "socle.forms.comptes.ActivationForm",
    "add_webauthn": "socle.forms.comptes.CleForm",
}
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_COUNT = 10
USERSESSIONS_TRACK_ACTIVITY = False  # Une écriture à chaque page serait le prix de la dernière visite.

# OpenID Connect : un fournisseur seulement si l’environnement en décrit un.
OIDC_SERVEUR = env("OIDC_SERVEUR", default="")
SOCIALACCOUNT_ADAPTER = (
    "socle.service.adaptateurs.AdaptateurDIdentite"  # Aucun compte créé : il faut être invité.
)
SOCIALACCOUNT_EMAIL_AUTHENTICATION = bool(OIDC_SERVEUR)
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = bool(OIDC_SERVEUR)
SOCIALACCOUNT_PROVIDERS = {}
if OIDC_SERVEUR:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        # Vrai si le fournisseur n’émet que des adresses dont il répond, sans le dire (`email_verified`).
        "VERIFIED_EMAIL": env.bool("OIDC_COURRIEL_FIABLE", default=False),
        "APPS": [
            {
                "provider_id": env("OIDC_CODE", default="ministere"),
                "name": env("OIDC_NOM", default="compte du Ministère"),
                "client_id": env("OIDC_CLIENT"),
                "secret": env("OIDC_SECRET"),
                "settings": {"server_url": OIDC_SERVEUR},
            }
        ],
    }

# Jours avant qu’un compte neuf confirme un mandat, ou signe sur la foi d’une résolution (docs/adr/0017).
JOURS_DE_CONFIANCE = env.int("JOURS_DE_CONFIANCE", default=1)

# --- Séance et protection -----------------------------------------------------------------------------
SESSION_COOKIE_AGE = 60 * 60  # 60 minutes sans activité (voir SeanceGlissanteMiddleware).
SEANCE_AU_PLUS = 12 * 60 * 60  # Secondes après la connexion, travail ou non.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "socle.service.session.jeton_refuse"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        # Le navigateur applique form-action jusqu’à la redirection vers le fournisseur d’identité.
        "form-action": [SELF, *([f"https://{urlsplit(OIDC_SERVEUR).netloc}"] if OIDC_SERVEUR else [])],
    }
}

# --- Identité affichée : un mot-symbole neutre, remplacé par l’organisme qui déploie -------------------
ADRESSE_PUBLIQUE = env("ADRESSE_PUBLIQUE", default="http://127.0.0.1:8000")  # des liens des courriels
IDENTITE_LOGO = env("IDENTITE_LOGO", default="")
IDENTITE_LOGO_TEXTE = env("IDENTITE_LOGO_TEXTE", default="")
IDENTITE_NOUS_JOINDRE = env("IDENTITE_NOUS_JOINDRE", default="")
IDENTITE_PROTOTYPE = env.bool("IDENTITE_PROTOTYPE", default=True)  # Faux si le ministère l’autorise.
PREFIXE_360GIVING = env("PREFIXE_360GIVING", default="360G-fqis")  # que 360Giving attribue à qui publie

FORM_RENDERER = "socle.formulaires.champs.RenduSdg"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env("NIVEAU_DES_TRACES", default="INFO")},
}
