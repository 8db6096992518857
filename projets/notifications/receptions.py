"""Annoncer une demande reçue autrement : déposée au nom de l'organisme, puis confirmée."""

from django.urls import reverse

from alliances.models.mandats import Mandat
from alliances.models.roles import Role
from alliances.notifications import Evenement
from projets.notifications.demandes import DEMANDES, annoncer_de_la_demande, nommer
from socle.annonces.notifications import Annonce, annoncer
from socle.models import Utilisateur

DEPOT = Evenement(
    "Demande déposée au nom de votre organisme",
    "La Table l’a inscrite d’après ce qu’elle a reçu. Relisez-la, puis confirmez-la\xa0: sans confirmation, elle ne "
    "peut pas être décidée.",
    legal=True,
)
DEPOSEE = Evenement(
    "Demande reçue autrement, déposée",
    "Elle est au dossier de l’appel. Son organisme doit la confirmer avant la décision.",
    legal=True,
)
CONFIRMATION = Evenement(
    "Demande confirmée", "L’organisme la reconnaît pour sienne\xa0: elle peut être décidée.", legal=True
)


def annoncer_le_depot_au_nom(initiative, *, par):
    """À la Table et à l'organisme; qui l'engage a un geste à faire."""
    annoncer_de_la_demande(initiative, DEPOSEE, "depot-au-nom", par=None)
    engagent = Mandat.objects.en_vigueur().filter(role=Role.ENGAGEMENT, organisme=initiative.organisme)
    attendus = Utilisateur.objects.filter(pk__in=engagent.values("utilisateur"), is_active=True)
    annonce = Annonce(
        cle=f"demande:a-confirmer:{initiative.pk}",
        famille=DEMANDES.code,
        titre=nommer(DEPOT.titre, initiative),
        texte=DEPOT.texte,
        lien=reverse("projets:confirmation", args=[initiative.pk]),
        legale=True,
    )
    return annoncer(annonce, attendus, attendus=attendus, par=par)


def annoncer_la_confirmation(initiative, *, par):
    return annoncer_de_la_demande(initiative, CONFIRMATION, "confirmation", par=par)
