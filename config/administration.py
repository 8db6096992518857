"""Le site d'administration : des corrections de données, réservées au rôle d'administration."""

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode

from alliances.models import Role
from alliances.models.mandats import droits_de
from socle.models import Ouvrier

SANS_OUVRIER = "La file de travaux ne répond plus depuis cinq minutes\u00a0: ni courriel ni document ne part."


class SiteDAdministration(admin.AdminSite):
    """Ouvert à qui tient aujourd'hui un mandat d'administration, et à personne d'autre."""

    site_header = "Alliances : administration"
    site_title = "Administration"
    index_title = "Corriger des données, avec un motif"
    enable_nav_sidebar = False

    def register(self, model_or_iterable, admin_class=None, **options):
        """Seules les pièces de la maison s'y corrigent; les tables des bibliothèques n'y ont pas de page."""
        modeles = model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]
        labels = {piece.rsplit(".", 1)[-1] for piece in settings.PIECES_DE_LA_MAISON}
        notres = [modele for modele in modeles if modele._meta.app_label in labels]
        super().register(notres, admin_class, **options)

    def unregister(self, model_or_iterable):
        """Ce qui n'a jamais été inscrit n'a pas à être retiré."""
        modeles = model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]
        super().unregister([modele for modele in modeles if self.is_registered(modele)])

    def has_permission(self, request):
        return request.user.is_active and Role.ADMINISTRATION in droits_de(request.user).nationaux

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        """La connexion de la maison, ses limites et sa validation en deux étapes, au lieu de celle de Django."""
        suite = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied("L’administration est réservée au rôle d’administration.")
        if request.user.is_authenticated:
            return redirect("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: suite})}")

    def index(self, request, extra_context=None):
        if Ouvrier.objects.manquent():
            messages.warning(request, SANS_OUVRIER)
        return super().index(request, extra_context)

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")
