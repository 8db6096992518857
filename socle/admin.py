"""Les comptes, les documents et les notifications dans l'administration."""

from django.contrib import admin

from socle.corrections import AdminEnLecture
from socle.models import Document, Notification


@admin.register(Document)
class AdminDeDocument(AdminEnLecture):
    list_display = ["nom", "etat", "taille", "demande_le", "pret_le", "rendu", "probleme"]
    list_filter = ["etat"]


@admin.register(Notification)
class AdminDeNotification(AdminEnLecture):
    list_display = ["titre", "destinataire", "creee_le", "envoyee_le", "lue_le"]
    list_select_related = ["destinataire"]
