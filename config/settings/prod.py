"""Réglages de production : refuse de démarrer plutôt que de démarrer mal."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *
from config.settings.base import CONTENT_SECURITY_POLICY, LOGGING, STORAGES, env

for nom in ("SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "EMAIL_URL"):
    if not env(nom, default=""):
        raise ImproperlyConfigured(f"La variable d’environnement {nom} est obligatoire en production.")
if len(env("SECRET_KEY")) < 50:
    raise ImproperlyConfigured("SECRET_KEY doit compter au moins 50 caractères tirés au hasard.")
if env.bool("DEMONSTRATION", default=False) or env.bool("DEBUG", default=False):
    raise ImproperlyConfigured("DEMONSTRATION et DEBUG sont interdites en production.")

CACHES = {"default": env.cache_url("CACHE_URL", default="dbcache://cache_alliances")}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"

SECURE_SSL_REDIRECT = env.bool("REDIRIGER_VERS_HTTPS", default=True)
SECURE_REDIRECT_EXEMPT = [r"^sante/"]  # Les sondes interrogent le serveur sans passer par le mandataire.
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDES", default=365 * 24 * 60 * 60)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SOUS_DOMAINES", default=True)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRECHARGE", default=False)
# L’inscription à la liste de préchargement engage tout le domaine : l’organisme en décide, pas le logiciel.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
if entete := env("ENTETE_HTTPS", default=""):
    SECURE_PROXY_SSL_HEADER = (f"HTTP_{entete.upper().replace('-', '_')}", "https")
CSRF_TRUSTED_ORIGINS = env.list("ORIGINES_DE_CONFIANCE", default=[])
SESSION_COOKIE_NAME = "__Host-seance"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = True

if compartiment := env("S3_COMPARTIMENT", default=""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": compartiment,
            "endpoint_url": env("S3_SERVEUR", default=None),
            "region_name": env("S3_REGION", default=None),
            "access_key": env("S3_CLE", default=None),
            "secret_key": env("S3_SECRET", default=None),
            "default_acl": "private",
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }

LOGGING["formatters"] = {"json": {"()": "socle.service.traces.FormatJson"}}
LOGGING["handlers"]["console"]["formatter"] = "json"
