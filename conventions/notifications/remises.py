"""Annoncer une remise aux personnes du territoire : elle est faite, ou contrepassée."""

from django.db.models import Q
from django.urls import reverse

from alliances.models import Mandat
from alliances.notifications import Evenement, titre
from conventions.models.roles import ROLES
from conventions.notifications.versements import VERSEMENTS
from socle.annonces.notifications import Annonce, annoncer
from socle.models import Utilisateur

EVENEMENTS = {
    "faite": Evenement(
        "Une part vous est remise",
        "Le fiduciaire inscrit une somme remise à votre territoire. Vous pouvez confirmer l’avoir reçue.",
    ),
    "contrepassee": Evenement(
        "Une remise est contrepassée",
        "Une somme inscrite comme remise à votre territoire ne l’est plus; le motif se lit à la page de la remise.",
    ),
}


def annoncer_remise(remise, *, par):
    """Chaque fait s'annonce une fois, aux personnes du territoire et à elles seules."""
    nom = "contrepassee" if remise.contrepassee_par else "faite"
    evenement = EVENEMENTS[nom]
    annonce = Annonce(
        cle=f"remise:{nom}:{remise.pk}",
        famille=VERSEMENTS.code,
        titre=titre(evenement.titre, remise.convention.alliance, remise.exercice),
        texte=evenement.texte,
        lien=reverse("conventions:remise", args=[remise.pk]),
    )
    return annoncer(annonce, _personnes(remise.enveloppe), par=par)


def _personnes(enveloppe):
    territoire = enveloppe.territoire_gestionnaire
    mandats = Mandat.objects.en_vigueur().filter(Q(role__in=ROLES["recevoir-remise"]), territoire=territoire)
    return Utilisateur.objects.filter(pk__in=mandats.values("utilisateur"), is_active=True)
