from django.apps import AppConfig


class RedditionConfig(AppConfig):
    """Les rapports, les indicateurs et le bilan pluriannuel."""

    name = "reddition"
    label = "reddition"
    verbose_name = "Reddition de comptes"
