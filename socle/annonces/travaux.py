"""Les travaux d'arrière-plan du socle : chaque courriel part dans le sien, et s'y reprend s'il le faut."""

import logging

from django_tasks import task

from socle.annonces import courriels
from socle.models import Courriel

journal = logging.getLogger(__name__)


@task(priority=50)  # un courriel passe avant un document
def distribuer(ids):
    """Un travail par courriel : un destinataire refusé n'arrête pas les autres."""
    for pk in ids:
        envoyer_courriel.enqueue(pk=pk)


@task(priority=50)
def envoyer_courriel(pk):
    """Envoie un courriel, une fois; un échec s'inscrit et le travail revient plus tard."""
    courriel = Courriel.objects.prendre(pk)
    if courriel is None:
        return
    try:
        if message := courriels.composer(courriel):
            message.send()
    except Exception as echec:
        journal.exception("Courriel %s", pk)
        courriel.noter_l_echec(echec)
        _reprendre(courriel)
    else:
        courriel.noter_l_envoi()


def _reprendre(courriel):
    """Le travail sans attente des essais ne sait pas revenir plus tard : le renvoi quotidien s'en charge."""
    if courriel.se_reessaie and envoyer_courriel.get_backend().supports_defer:
        envoyer_courriel.using(run_after=courriel.prochain_essai_le).enqueue(pk=courriel.pk)
