"""Sur les pages d'une initiative : préparer son protocole, ou le lire et le suivre."""

from django.urls import reverse

from projets.models import Initiative
from projets.models.initiatives import SOUS_PROTOCOLE
from projets.permissions import peut
from projets.protocoles.models import Protocole
from projets.protocoles.views.reperes import pages_de

ACCEPTEE = Initiative.Etat.ACCEPTEE


def offerts(utilisateur, initiative):
    """Rien tant que l'organisme ne sait pas qu'il est accepté."""
    if initiative.etat_annonce not in (ACCEPTEE, *SOUS_PROTOCOLE):
        return [], []
    lus = Protocole.objects.visibles_par(utilisateur).vivants().filter(initiative=initiative)
    if protocole := lus.only("etat").first():
        return [], pages_de(protocole)
    prepare = initiative.etat == ACCEPTEE and peut(utilisateur, "preparer-protocole", initiative) is None
    url = reverse("protocoles:preparation", args=[initiative.pk])
    return [("Préparer le protocole", url, True)] if prepare else [], []
