"""Réglages de la suite d’essais : rapides, hostiles, sans réseau."""

import atexit
import shutil
import tempfile

from config.settings.base import *
from config.settings.base import DATABASES, MIDDLEWARE, STORAGES

DOSSIER = tempfile.mkdtemp(prefix="alliances-essais-")
atexit.register(shutil.rmtree, DOSSIER, ignore_errors=True)

SECRET_KEY = "essais-seulement"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MIDDLEWARE = ["socle.service.lecture_seule.LectureSeuleMiddleware", *MIDDLEWARE]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STORAGES["default"]["OPTIONS"]["location"] = f"{DOSSIER}/pieces"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DATABASES["default"]["CONN_MAX_AGE"] = 0
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Un vrai fichier : chaque fil d’exécution a sa connexion, comme en service.
    DATABASES["default"]["TEST"] = {"NAME": f"{DOSSIER}/essais.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA recursive_triggers=ON;"
    )
WHITENOISE_AUTOREFRESH = True  # Les fichiers statiques se lisent où ils sont, sans collectstatic.
WHITENOISE_USE_FINDERS = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "root": {"handlers": [], "level": "WARNING"},
}
