"""Prévenir : une notification et un courriel par personne et par événement, après la transaction."""

from functools import partial

from django.db import transaction
from django.utils.text import Truncator

from socle.annonces.travaux import envoyer_courriels
from socle.models import Notification

TITRE_AU_PLUS = Notification._meta.get_field("titre").max_length


def prevenir(destinataires, *, cle, titre, texte, lien, a_suivre=False):
    """Inscrit la notification de chaque personne une seule fois par `cle`; le courriel part au succès.

    `titre` et `texte` ne portent aucun renseignement personnel : ils partent par courriel. `lien` est un
    chemin du site, sans domaine. `a_suivre` : la personne a un geste à faire. Un titre trop long est abrégé, pour
    qu'un nom d'Alliance n'empêche pas un geste. Retourne les notifications nouvelles.
    """
    titre = Truncator(titre).chars(TITRE_AU_PLUS)
    annonce = {"titre": titre, "texte": texte, "lien": lien, "a_suivre": a_suivre}
    nouvelles = []
    for personne in destinataires:
        notification, nouvelle = Notification.objects.get_or_create(
            destinataire=personne, cle=cle, defaults=annonce
        )
        if nouvelle:
            nouvelles.append(notification)
    if nouvelles:
        transaction.on_commit(partial(envoyer_courriels.enqueue, ids=[n.pk for n in nouvelles]))
    return nouvelles
