"""Ce qu'une page dit de ce qui a été défait, ou demande de l'être."""

from django.urls import reverse

from conventions.models import DemandeAnnulation
from conventions.models.demandes_annulation import droits_de
from conventions.permissions import peut

FEMININES = ("repartition", "recuperation", "reouverture")


def defaite_de(utilisateur, convention, mouvement, nature):
    """La demande qui vise ce mouvement, en données simples, ou l'adresse où la faire; voir `_defaite.html`."""
    demande = DemandeAnnulation.objects.du_mouvement(mouvement)
    permise = mouvement and not demande and peut(utilisateur, droits_de(nature)[0], convention) is None
    adresse = reverse("conventions:annulation_demande", args=[convention.pk, mouvement]) if permise else ""
    return {
        "demande": demande,
        "participe": "Défaite" if nature in FEMININES else "Défait",
        "ligne": demande.ligne() if demande else None,
        "adresse": adresse,
    }
