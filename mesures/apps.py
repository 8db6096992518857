from django.apps import AppConfig


class MesuresConfig(AppConfig):
    """Ce que « make mesure » mesure : pages, documents, soldes."""

    name = "mesures"
    label = "mesures"
    verbose_name = "Mesures"
