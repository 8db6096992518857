"""Annoncer un départ : à qui reste dans l'organisme; s'il n'y reste personne, à la Table de son territoire."""

from django.urls import reverse

from alliances.models.adhesions import membres_de
from alliances.models.mandats import Mandat
from alliances.models.roles import Role
from socle.annonces.notifications import Annonce, annoncer
from socle.models import Utilisateur

RESTE = "{} a quitté {}. Ses brouillons et ses demandes restent à l’organisme."
VIDE = (
    "{} a quitté {}, qui n’a plus personne. Qui voudra s’y joindre vous le demandera\xa0: vous le rouvrirez, avec une "
    "raison."
)


def annoncer_le_depart(mandats, *, par):
    """`mandats` : ceux qui viennent de finir, sur un même organisme."""
    organisme = mandats[0].organisme
    restent = membres_de(organisme)
    dit, personnes = (RESTE, restent) if restent.exists() else (VIDE, _coordinations(organisme))
    annonce = Annonce(
        cle=f"depart:{mandats[0].pk}",
        famille="mandats",
        titre=f"Départ\xa0: {organisme}",
        texte=dit.format(par, organisme),
        lien=reverse("projets:mes_organismes" if dit is RESTE else "alliances:organismes"),
    )
    return annoncer(annonce, personnes, par=par)


def _coordinations(organisme):
    alliances = organisme.territoire.alliances.all() if organisme.territoire else ()
    tenus = Mandat.objects.en_titre().filter(role=Role.COORDINATION, alliance__in=alliances)
    return Utilisateur.objects.filter(pk__in=tenus.values("utilisateur"))
