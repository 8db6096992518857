from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    """L'administration de Django, avec notre site pour site par défaut."""

    default_site = "config.administration.SiteDAdministration"
