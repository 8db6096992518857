"""Réglages du poste de travail et de la démonstration."""

from config.settings.base import *
from config.settings.base import MIDDLEWARE, STORAGES, env

DEBUG = env.bool("DEBUG", default=True)  # « make demo » sert sans lui : ce sont nos pages d’erreur qu’on voit
DEMONSTRATION = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # http://localhost; en production, seule l’adresse en HTTPS vaut
SECRET_KEY = env("SECRET_KEY", default="cle-de-demonstration-sans-valeur-hors-de-ce-poste")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
MIDDLEWARE = ["socle.service.lecture_seule.LectureSeuleMiddleware", *MIDDLEWARE]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
