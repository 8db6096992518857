"""Les documents, les notifications et les courriels dans l'administration."""

from django.contrib import admin, messages

from socle.annonces.notifications import renvoyer
from socle.models import Courriel, Document, Notification
from socle.pages.corrections import AdminEnLecture


@admin.register(Document)
class AdminDeDocument(AdminEnLecture):
    list_display = ["nom", "etat", "taille", "demande_le", "pret_le", "rendu", "probleme"]
    list_filter = ["etat"]


@admin.register(Notification)
class AdminDeNotification(AdminEnLecture):
    list_display = ["titre", "destinataire", "creee_le", "envoi", "lue_le"]
    list_filter = ["envoi"]
    list_select_related = ["destinataire"]


class FiltreDeDepart(admin.SimpleListFilter):
    title = "départ"
    parameter_name = "depart"

    def lookups(self, request, model_admin):
        return [("souffrance", "Pas parti"), ("parti", "Parti")]

    def queryset(self, request, queryset):
        if self.value() == "souffrance":
            return queryset.en_souffrance()
        return queryset.exclude(envoye_le=None) if self.value() == "parti" else queryset


@admin.register(Courriel)
class AdminDeCourriel(AdminEnLecture):
    """Ce qui est parti, ce qui ne l'est pas et pourquoi; ce qui n'est pas parti se renvoie."""

    list_display = ["genre", "destinataire", "cree_le", "envoye_le", "essais", "prochain_essai_le", "echec"]
    list_filter = [FiltreDeDepart, "genre"]
    list_select_related = ["destinataire"]
    actions = ["renvoyer"]

    @admin.action(description="Renvoyer ce qui n’est pas parti")
    def renvoyer(self, request, queryset):
        nombre = renvoyer(queryset)
        accord = "s repartent" if nombre > 1 else " repart"
        messages.success(request, f"{nombre} courriel{accord}.")
